"""Why a wish was not followed."""

from __future__ import annotations

from enum import StrEnum


class Refusal(StrEnum):
    """Why a wish of the person's was not followed."""

    NOTHING_OPEN = "nothing_open"
    GONE = "gone"
    ALREADY_SNOOZED = "already_snoozed"
    NO_MORE_SNOOZES = "no_more_snoozes"
    NO_MORE_SNOOZES_TODAY = "no_more_snoozes_today"
    NOT_THERE = "not_there"
    NOTHING_TO_ASK = "nothing_to_ask"
    NOT_PAUSED = "not_paused"
    NO_SUCH_MOVEMENT = "no_such_movement"
    NOTHING_ASKED_YET = "nothing_asked_yet"
    YES_OR_NO = "yes_or_no"
    NO_QUESTION = "no_question"
