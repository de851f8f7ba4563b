"""The state as people and scripts see it. Derived, never stored."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import assert_never

from sitbreak.core import planner, prompting
from sitbreak.core.clock import Instant
from sitbreak.core.effects import Prompt, Reason
from sitbreak.core.policy import Kind
from sitbreak.core.state import Asking, Away, Resting, Seated, Showing, Standing, State, Unknown


@dataclass(frozen=True, slots=True)
class Due:
    """When a reminder will be due: ``in_s`` seconds; 0: it is; None: its clock stands still."""

    kind: Kind
    in_s: float | None


@dataclass(frozen=True, slots=True)
class Holding:
    """Why nothing is shown: since when, and until when where time alone will tell."""

    reason: Reason
    since: datetime
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """Where the person is and what comes next, at ``at``.

    ``sitting_s`` is the sit in progress; ``since`` when they came to be where they are; ``sit_since`` when
    the sit began. ``fill`` (0 to 1) is how far the movement reminder's clock has run. ``open``: the prompt
    is on the screen; otherwise it comes back at ``returns``. ``question``: whether a gap was a break.
    """

    at: datetime
    state: str
    since: datetime
    sitting_s: float
    sit_since: datetime | None
    due: tuple[Due, ...]
    fill: float
    prompt: Prompt | None
    question: Asking | None
    open: bool
    returns: datetime | None
    holds: tuple[Holding, ...]


def status(state: State, at: Instant) -> Status:
    """The status at ``at``, which is the last event's moment or later."""
    at_s = max(at.mono_s, state.now.mono_s)
    start = state.totals.sit_start
    return Status(
        at=at.wall,
        state=_word(state),
        since=state.desk.where.since.wall,
        sitting_s=planner.sit_s(state, at_s),
        sit_since=None if start is None else start.wall,
        due=tuple(Due(kind, in_s) for kind, in_s in planner.due_in_s(state, at_s)),
        fill=_fill(state, at_s),
        prompt=prompting.current(state),
        question=state.phase if isinstance(state.phase, Asking) else None,
        open=isinstance(state.phase, Showing),
        returns=at.at_mono(state.phase.until_s).wall if isinstance(state.phase, Resting) else None,
        holds=_holds(state, at),
    )


def _word(state: State) -> str:
    match state.desk.where:
        case Seated():
            return "seated"
        case Standing():
            return "standing"
        case Away():
            return "away"
        case Unknown():
            return "unknown"
        case _:
            assert_never(state.desk.where)


def _fill(state: State, at_s: float) -> float:
    """How far the first active reminder's clock has run: movement's, unless that is off."""
    for place, reminder in state.rules.active:
        return min(1.0, max(0.0, planner.elapsed_s(state, place, reminder, at_s) / reminder.every_s))
    return 0.0


def _holds(state: State, at: Instant) -> tuple[Holding, ...]:
    holds = []
    if state.pause is not None:
        until = None if state.pause.until_s is None else at.at_mono(state.pause.until_s).wall
        holds.append(Holding(Reason.PAUSED, at.at_mono(state.pause.since_s).wall, until))
    hold = state.hold
    if hold is not None and hold.reason not in (None, Reason.PAUSED):
        ends_s = prompting.deadline_s(state)
        until = None if ends_s is None else at.at_mono(ends_s).wall
        holds.append(Holding(hold.reason, at.at_mono(hold.since_s).wall, until))
    return tuple(holds)
