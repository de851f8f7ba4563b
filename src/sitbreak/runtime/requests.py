"""What the tray and the commands may ask, as plain data, turned into events."""

from __future__ import annotations

import re
from datetime import UTC, timedelta

from sitbreak.core.clock import Instant
from sitbreak.core.events import (
    Answer,
    Answered,
    Drank,
    Event,
    Judged,
    PauseAsked,
    Posture,
    PostureSaid,
    PromptAsked,
    ResumeAsked,
    Via,
)
from sitbreak.core.opinions import Taste
from sitbreak.core.policy import Kind, Policy, next_morning
from sitbreak.errors import UsageError
from sitbreak.ports import Request
from sitbreak.wording import tr

LONGEST_PAUSE_S = 30 * 86400.0
LONGEST_SNOOZE_S = 4 * 3600.0
LONGEST_WITHIN_S = 3600.0
MOST_WATER_ML = 5000

_CLOCK = re.compile(r"(?P<hour>[0-9]{1,2})(?:[:.](?P<minute>[0-9]{2}))?(?: ?(?P<half>[ap])\.?m\.?)?")


def event_of(  # noqa: C901, PLR0911 - one line a request
    request: Request, at: Instant, via: Via, policy: Policy
) -> Event | None:
    """The event that a request stands for; None where it only asks for facts.

    Raises:
        UsageError: it makes no sense.
    """
    match request:
        case ("answer", str(answer), *rest):
            return _answer(answer, rest, at, via)
        case ("pause", *how):
            return PauseAsked(at=at, for_s=_pause_s(how, at, policy), via=via)
        case ("resume",):
            return ResumeAsked(at=at)
        case ("posture", str(posture)) if posture in [*Posture]:
            return PostureSaid(at=at, posture=Posture(posture))
        case ("water",):
            return Drank(at=at, ml=policy.glass_ml, via=via)
        case ("water", int(ml)) if 1 <= ml <= MOST_WATER_ML:
            return Drank(at=at, ml=ml, via=via)
        case ("water", *_):
            raise UsageError(
                tr("That is no amount of water."),
                remedy=tr("Give 1 to {most} ml, such as `sitbreak water 250ml`.").format(most=MOST_WATER_ML),
            )
        case ("now", str(kind), *within) if kind in ["", *Kind]:
            return PromptAsked(at=at, kind=Kind(kind) if kind else None, within_s=_within_s(within))
        case ("judge", str(taste), *which) if taste in ["", *Taste]:
            movement = _movement(which)
            return Judged(at=at, movement=movement, taste=Taste(taste) if taste else None, via=via)
        case ("status" | "why" | "doctor" | "opinions" | "ping", *_):
            return None
        case _:
            raise UsageError(
                tr("The daemon does not know {request}.").format(request=" ".join(map(str, request))[:80]),
                remedy=tr("Is it an older sitbreak than this command? `sitbreak version` says."),
            )


def _answer(answer: str, rest: list[str | float | int], at: Instant, via: Via) -> Answered:
    if answer not in [*Answer]:
        raise UsageError(
            tr("{answer} is no answer.").format(answer=answer[:40]),
            remedy=tr("The answers are done, snooze and skip; to a question yes and no."),
        )
    match rest:
        case []:
            return Answered(at=at, prompt_id=None, answer=Answer(answer), via=via)
        case [int(prompt_id)]:
            return Answered(at=at, prompt_id=prompt_id, answer=Answer(answer), via=via)
        case ["for", int() | float() as seconds] if 1 <= seconds <= LONGEST_SNOOZE_S:
            return Answered(at=at, prompt_id=None, answer=Answer(answer), via=via, snooze_s=float(seconds))
        case _:
            raise UsageError(
                tr("That is no length to snooze for."), remedy=tr("Give 1 second to 4 hours, such as 5m.")
            )


def _within_s(within: list[str | float | int]) -> float | None:
    match within:
        case []:
            return None
        case ["within", int() | float() as seconds] if 1 <= seconds <= LONGEST_WITHIN_S:
            return float(seconds)
        case _:
            raise UsageError(
                tr("That is no time to have for a break."),
                remedy=tr("Give 1 second to 1 hour, such as 30s or 2m."),
            )


def _movement(which: list[str | float | int]) -> str | None:
    match which:
        case []:
            return None
        case [str(movement)]:
            return movement
        case _:
            raise UsageError(
                tr("That is no prompt's name."), remedy=tr("`sitbreak prompts` lists the names.")
            )


def _pause_s(how: list[str | float | int], at: Instant, policy: Policy) -> float | None:
    match how:
        case [] | ["open"]:
            return None
        case ["for", int() | float() as seconds] if 1 <= seconds <= LONGEST_PAUSE_S:
            return float(seconds)
        case ["until", "tomorrow"]:
            return (next_morning(policy, at.wall) - at.wall).total_seconds()
        case ["until", str(clock)]:
            return _seconds_until(clock, at, policy)
        case _:
            raise UsageError(
                tr("That is no length to pause for."), remedy=tr("Give 1 second to 30 days, such as 30m.")
            )


def _seconds_until(clock: str, at: Instant, policy: Policy) -> float:
    """Seconds to the next time that the person's clock reads ``clock``, such as 14:00 or 2:30 pm."""
    hour, minute = _time_of_day(clock)
    local = at.wall.astimezone(policy.zone)
    today = local.replace(hour=hour, minute=minute, second=0, microsecond=0, fold=0)
    # A clock that is put back reads some times twice; a time it skips is taken for as much after the skip.
    times = (today, today.replace(fold=1), today + timedelta(days=1))
    then = next(time for time in (time.astimezone(UTC) for time in times) if time > at.wall)
    return (then - at.wall).total_seconds()


def _time_of_day(clock: str) -> tuple[int, int]:
    found = _CLOCK.fullmatch(clock.strip().lower())
    hour, minute = (int(found["hour"]), int(found["minute"] or 0)) if found else (24, 0)
    if found and found["half"]:
        hour = hour % 12 + (12 if found["half"] == "p" else 0) if 1 <= hour <= 12 else 24
    if hour > 23 or minute > 59:
        raise UsageError(
            tr("{time} is no time of day.").format(time=clock[:20]),
            remedy=tr("Write it like 14:00 or 2:30pm, or say `tomorrow`."),
        )
    return hour, minute
