"""Whether a wanted prompt may be shown now; if not, why not, and until when by time alone."""

from __future__ import annotations

from typing import assert_never

from sitbreak.core import heeding
from sitbreak.core.draft import Draft
from sitbreak.core.effects import Reason, Why
from sitbreak.core.events import Signal
from sitbreak.core.policy import at_work, next_work_start
from sitbreak.core.state import PRESENT, Away, Hold, State, Unknown

PAUSE_S = 3.0
"""So long without input is a pause in typing."""

HOUR_S = 3600.0

POLITE = {
    Signal.CALL: Reason.CALL,
    Signal.SHARING: Reason.SHARING,
    Signal.FULLSCREEN: Reason.FULLSCREEN,
    Signal.MEDIA: Reason.MEDIA,
    Signal.DND: Reason.DND,
}
"""The signals that hold a prompt, at most ``hold_at_most``, in the gate's order."""

WATCHFUL = (None, Reason.ABSENT, Reason.TYPING)
"""The holds that the next pause or the next input ends, so short idleness matters while they last."""

HEEDFUL = (None, Reason.TYPING, *POLITE.values())
"""The holds during which signals are told as they come and go; for any other they are asked for anew."""


LASTING = (*HEEDFUL, Reason.ABSENT)
"""The holds that a polite one may turn into and still be the same; after any other it begins anew."""


def refusal(draft: Draft, wanted_s: float, *, counted: bool) -> Reason | None:
    """The first reason against showing a prompt that is wanted since ``wanted_s``; None: nothing holds it.

    ``counted``: the prompt counts towards ``most_per_hour`` (a snooze that was promised back does not).
    Raises NeedsSample when only a fresh sample can tell.
    """
    desk, prompting = draft.desk, draft.policy.prompting
    if draft.pause is not None:
        return Reason.PAUSED
    if not at_work(draft.policy, draft.now.wall):
        return Reason.HOURS
    if not isinstance(desk.where, PRESENT):
        return _nobody(desk.where)
    if desk.back_at_s is not None and draft.now_s < desk.back_at_s + prompting.grace_s:
        return Reason.JUST_BACK
    if not polite_is_over(draft) and (reason := _polite(draft, counted=counted)) is not None:
        return reason
    too_many = counted and too_many_until_s(draft) is not None
    return _moment(draft, wanted_s, sample_matters=not too_many) or (Reason.TOO_MANY if too_many else None)


class NeedsSample(Exception):
    """Nobody knows how long ago the last input was, or what goes on; whoever can tell must be asked."""


def _polite(draft: Draft, *, counted: bool) -> Reason | None:
    """What the signals have against it."""
    if _signals_known(draft):
        return next((reason for signal, reason in POLITE.items() if signal in draft.desk.signals), None)
    if draft.hold is not None and _stands(draft, draft.hold, counted=counted):
        return draft.hold.reason
    raise NeedsSample


def _signals_known(draft: Draft) -> bool:
    if not draft.policy.senses:
        return True
    hold = draft.hold
    if hold is None or hold.reason not in HEEDFUL:
        return False
    return hold.reason is not None or not heeding.awaited(draft.desk)


def _stands(draft: Draft, hold: Hold, *, counted: bool) -> bool:
    """Whether the present hold stands whatever the signals are, so that nobody need look at them."""
    if hold.reason is Reason.ABSENT:
        return _is_absent(draft)
    return hold.reason is Reason.TOO_MANY and counted and too_many_until_s(draft) is not None


def _is_absent(draft: Draft) -> bool:
    idle_since_s = draft.desk.idle_since_s
    return idle_since_s is not None and (draft.now_s >= idle_since_s + draft.policy.sitting.present_within_s)


def polite_is_over(holder: Draft | State) -> bool:
    """Whether the prompt has been held politely for as long as may be."""
    hold = holder.hold
    if hold is None or hold.polite_since_s is None:
        return False
    return holder.now.mono_s >= hold.polite_since_s + holder.rules.policy.prompting.hold_at_most_s


def too_many_until_s(holder: Draft | State) -> float | None:
    """When another prompt fits into the hour; None: it does now."""
    most = holder.rules.policy.prompting.most_per_hour
    recent = [shown_s for shown_s in holder.shown_at_s if shown_s + HOUR_S > holder.now.mono_s]
    return recent[-most] + HOUR_S if len(recent) >= most else None


def deadline_s(state: State) -> float | None:  # noqa: PLR0911 - one line a reason
    """When time alone will end the present hold."""
    hold = state.hold
    if hold is None:
        return None
    policy, desk = state.rules.policy, state.desk
    match hold.reason:
        case Reason.HOURS:
            start = next_work_start(policy, state.now.wall)
            return None if start is None else state.now.mono_s + (start - state.now.wall).total_seconds()
        case Reason.JUST_BACK:
            return None if desk.back_at_s is None else desk.back_at_s + policy.prompting.grace_s
        case Reason.CALL | Reason.SHARING | Reason.FULLSCREEN | Reason.MEDIA | Reason.DND:
            began_s = hold.since_s if hold.polite_since_s is None else hold.polite_since_s
            return began_s + policy.prompting.hold_at_most_s
        case Reason.TYPING | None:
            at_most_s = hold.since_s + policy.prompting.wait_for_pause_s
            return at_most_s if desk.idle_since_s is None else min(at_most_s, desk.idle_since_s + PAUSE_S)
        case Reason.TOO_MANY:
            return too_many_until_s(state)
        case Reason.PAUSED | Reason.AWAY | Reason.LOCKED | Reason.ASLEEP | Reason.UNKNOWN | Reason.ABSENT:
            return None
        case _:
            assert_never(hold.reason)


def _nobody(where: Away | Unknown) -> Reason:
    match where:
        case Away(why=Why.IDLE):
            return Reason.AWAY
        case Away(why=Why.LOCKED):
            return Reason.LOCKED
        case Away(why=Why.ASLEEP):
            return Reason.ASLEEP
        case Unknown():
            return Reason.UNKNOWN
        case Away():
            raise AssertionError(where)
        case _:
            assert_never(where)


def _moment(draft: Draft, wanted_s: float, *, sample_matters: bool) -> Reason | None:
    """Whether the person is there and not in mid-typing."""
    desk, hold = draft.desk, draft.hold
    waited = (
        hold is not None
        and hold.reason in (Reason.TYPING, None)
        and draft.now_s >= hold.since_s + draft.policy.prompting.wait_for_pause_s
    )
    if desk.idle_since_s is None:
        if waited or not sample_matters:
            return None
        if desk.sampled_at_s is None or desk.sampled_at_s < wanted_s:
            raise NeedsSample
        return Reason.TYPING
    if _is_absent(draft):
        return Reason.ABSENT
    return None if waited or draft.now_s >= desk.idle_since_s + PAUSE_S else Reason.TYPING
