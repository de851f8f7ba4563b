"""The settings as the core sees them: checked, frozen, in seconds."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, tzinfo
from enum import StrEnum


class Kind(StrEnum):
    """What a reminder is for. The order is the order of precedence when several are due."""

    MOVEMENT = "movement"
    STRETCH = "stretch"
    POSTURE = "posture"
    HYDRATION = "hydration"


class Counts(StrEnum):
    """Which time a reminder counts."""

    SITTING = "sitting"
    PRESENT = "present"


class Setting(StrEnum):
    """Where a movement is done."""

    DESK = "desk"
    STANDING = "standing"
    WALK = "walk"
    FLOOR = "floor"


class Sense(StrEnum):
    """What may be looked at before a prompt is shown, each with a switch of its own."""

    MICROPHONE = "microphone"
    CAMERA = "camera"
    SHARING = "sharing"
    INHIBITORS = "inhibitors"
    FULLSCREEN = "fullscreen"
    DO_NOT_DISTURB = "do_not_disturb"


@dataclass(frozen=True, slots=True, kw_only=True)
class Reminder:
    """One reminder. ``every_s`` of counted time makes it due; a break of ``lasts_s`` satisfies it."""

    kind: Kind
    enabled: bool
    every_s: float
    lasts_s: float
    counts: Counts


@dataclass(frozen=True, slots=True, kw_only=True)
class Sitting:
    """When a person counts as seated, away or standing. All in seconds."""

    away_after_s: float
    present_within_s: float
    occupied_at_most_s: float
    standing_at_most_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompting:
    """How prompts behave.

    ``snoozes_s`` are the lengths on offer, the first one on the button. ``takes_at_most_s`` is the time that
    the person has for a movement. ``ask_after_gap``: ask whether a gap during a call was a break.
    """

    snoozes_s: tuple[float, ...]
    snooze_limit: int
    snooze_day_limit: int
    merge_within_s: float
    most_per_hour: int
    wait_for_pause_s: float
    hold_at_most_s: float
    give_up_after_s: float
    ask_again_s: float
    grace_s: float
    settings: frozenset[Setting]
    takes_at_most_s: float = 300.0
    ask_after_gap: bool = True


@dataclass(frozen=True, slots=True)
class WorkSpan:
    """Some weekdays (0 is Monday) from ``start_min`` to ``end_min``, minutes after local midnight.

    ``end_min`` may pass 1440: the span then runs into the next day.
    """

    days: frozenset[int]
    start_min: int
    end_min: int


_PLACES = {kind: place for place, kind in enumerate(Kind)}


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Everything a person or a team may set.

    ``reminders`` holds one of each kind, in the order of ``Kind``. ``senses`` are those that may be used,
    by this person's wish. ``zone`` is where the person's clock on
    the wall is. Raises ValueError when a reminder is missing.
    """

    sitting: Sitting
    reminders: tuple[Reminder, ...]
    prompting: Prompting
    work: tuple[WorkSpan, ...] = ()
    exclude: frozenset[str] = frozenset()
    glass_ml: int = 250
    language: str = ""
    senses: frozenset[Sense] = frozenset(Sense)
    zone: tzinfo = field(default=UTC, metadata={"transient": True})

    def __post_init__(self) -> None:
        if tuple(reminder.kind for reminder in self.reminders) != tuple(Kind):
            raise ValueError("a policy has one reminder of each kind, in their order")

    def reminder(self, kind: Kind) -> Reminder:
        """The reminder of that kind."""
        return self.reminders[_PLACES[kind]]


def at_work(policy: Policy, wall: datetime) -> bool:
    """Whether ``wall`` lies in the work hours; no hours set means always."""
    if not policy.work:
        return True
    local = wall.astimezone(policy.zone)
    minute = local.hour * 60 + local.minute
    today, yesterday = local.weekday(), (local.weekday() - 1) % 7
    return any(
        (today in span.days and span.start_min <= minute < span.end_min)
        or (yesterday in span.days and minute < span.end_min - 1440)
        for span in policy.work
    )


def next_work_start(policy: Policy, wall: datetime) -> datetime | None:
    """The first moment at or after ``wall`` that lies in the work hours, in UTC; None where there is none.

    Reckoned on the local calendar, so a day of 23 or 25 hours still starts when the wall clock says so.
    """
    if at_work(policy, wall):
        return wall
    local = wall.astimezone(policy.zone)
    starts = (
        _local_minute(local, ahead, span.start_min)
        for ahead in range(8)
        for span in policy.work
        if (local.weekday() + ahead) % 7 in span.days
    )
    return min((start for start in starts if start > wall), default=None)


def next_morning(policy: Policy, wall: datetime, *, hour: int = 5) -> datetime:
    """When "until tomorrow" ends: the next local five o'clock, so that a late evening stays one day."""
    local = wall.astimezone(policy.zone)
    return _local_minute(local, 0 if local.hour < hour else 1, hour * 60)


def _local_minute(local: datetime, days_ahead: int, minute: int) -> datetime:
    midnight = local.replace(hour=0, minute=0, second=0, microsecond=0, fold=0)
    return (midnight + timedelta(days=days_ahead, minutes=minute)).astimezone(UTC)
