"""What is due: each reminder's clock, and what breaks do to it."""

from __future__ import annotations

from typing import assert_never

from sitbreak.core import stirring
from sitbreak.core.clock import Instant
from sitbreak.core.draft import Draft, changed
from sitbreak.core.effects import Sat
from sitbreak.core.policy import Counts, Kind, Reminder
from sitbreak.core.state import PRESENT, Away, Off, Seated, Standing, State, Unknown, Where

MOVEMENT = 0
"""Movement's place among the kinds; its break is what ends a sit."""

_NEAR_S = 0.001
"""Two roundings of the same moment lie closer than this."""


def seated_s(holder: Draft | State, at_s: float) -> float:
    """All seated seconds up to ``at_s``."""
    where = holder.desk.where
    ran = at_s - where.since.mono_s if isinstance(where, Seated) else 0.0
    return holder.totals.seated_s + max(0.0, ran)


def present_s(holder: Draft | State, at_s: float) -> float:
    """All seconds at the machine up to ``at_s``, seated or standing."""
    where = holder.desk.where
    ran = at_s - where.since.mono_s if isinstance(where, PRESENT) else 0.0
    return holder.totals.present_s + max(0.0, ran)


def sit_s(holder: Draft | State, at_s: float) -> float:
    """The seated seconds of the sit in progress; 0 where there is none."""
    if holder.totals.sit_start is None:
        return 0.0
    return seated_s(holder, at_s) - holder.totals.sit_zero_s


def elapsed_s(holder: Draft | State, place: int, reminder: Reminder, at_s: float) -> float:
    """What that reminder's clock reads."""
    total_s = seated_s(holder, at_s) if reminder.counts is Counts.SITTING else present_s(holder, at_s)
    return total_s - holder.totals.zeros[place]


def _clocks_s(holder: Draft | State, at_s: float) -> list[tuple[Reminder, float]]:
    """Each active reminder with what its clock reads: ``elapsed_s`` of all, for the price of one."""
    seated, present, zeros = seated_s(holder, at_s), present_s(holder, at_s), holder.totals.zeros
    return [
        (reminder, (seated if reminder.counts is Counts.SITTING else present) - zeros[place])
        for place, reminder in holder.rules.active
    ]


def runs(where: Where, counts: Counts) -> bool:
    """Whether a clock that counts so runs there."""
    match where:
        case Seated():
            return True
        case Standing():
            return counts is Counts.PRESENT
        case Away() | Unknown():
            return False
        case _:
            assert_never(where)


def due_in_s(state: State, at_s: float) -> tuple[tuple[Kind, float | None], ...]:
    """For each active reminder the seconds until it is due (0: it is); None while its clock stands still."""
    answers = []
    for reminder, clock_s in _clocks_s(state, at_s):
        left_s = max(0.0, reminder.every_s - clock_s)
        still = left_s > 0 and not runs(state.desk.where, reminder.counts)
        answers.append((reminder.kind, None if still else left_s))
    return tuple(answers)


def due(draft: Draft) -> tuple[Kind, ...]:
    """The kinds for one prompt now: those due, and with them those due within ``merge_within``."""
    clocks_s = _clocks_s(draft, draft.now_s)
    for reminder, clock_s in clocks_s:
        if clock_s >= reminder.every_s - _NEAR_S:
            within_s = draft.policy.prompting.merge_within_s
            return tuple(one.kind for one, its_s in clocks_s if its_s >= one.every_s - within_s)
    return ()


def restart(draft: Draft, kinds: tuple[Kind, ...]) -> None:
    """Start these kinds' clocks again."""
    zeros = tuple(
        _total_s(draft, reminder) if reminder.kind in kinds else zero
        for reminder, zero in zip(draft.policy.reminders, draft.totals.zeros, strict=True)
    )
    draft.totals = changed(draft.totals, zeros=zeros)


def started_since(draft: Draft, at_s: float) -> dict[int, float]:
    """What the clocks read that were started after ``at_s``, by place, where time was counted ever since."""
    ran_s = draft.now_s - at_s
    clocks_s = {
        place: _total_s(draft, reminder) - draft.totals.zeros[place]
        for place, reminder in enumerate(draft.policy.reminders)
    }
    return {place: clock_s for place, clock_s in clocks_s.items() if clock_s < ran_s}


def set_clocks(draft: Draft, clocks_s: dict[int, float]) -> None:
    """Have these clocks, by place, read so much."""
    zeros = tuple(
        _total_s(draft, reminder) - clocks_s[place] if place in clocks_s else zero
        for place, (reminder, zero) in enumerate(zip(draft.policy.reminders, draft.totals.zeros, strict=True))
    )
    draft.totals = changed(draft.totals, zeros=zeros)


def count(draft: Draft, old: Where, until: Instant) -> None:
    """Add the stretch that ends at ``until`` to the totals."""
    ran_s = until.mono_s - old.since.mono_s
    totals = draft.totals
    match old:
        case Seated():
            seated, present = totals.seated_s + ran_s, totals.present_s + ran_s
        case Standing():
            seated, present = totals.seated_s, totals.present_s + ran_s
        case Away() | Unknown():
            return
        case _:
            assert_never(old)
    # A clock that was restarted after the moment that time is now counted to begins at that moment.
    zeros = totals.zeros
    if max(zeros) > seated:
        zeros = tuple(
            min(zero, seated if reminder.counts is Counts.SITTING else present)
            for reminder, zero in zip(draft.policy.reminders, zeros, strict=True)
        )
    draft.totals = changed(totals, seated_s=seated, present_s=present, zeros=zeros)


def sat_down(draft: Draft, at: Instant) -> None:
    """The person is seated from ``at`` on: the time off the chair counts, and a sit goes on or begins."""
    off = draft.totals.off
    if off is not None and off.until_s is None:
        draft.totals = changed(draft.totals, off=Off(off.since, at.mono_s, off.seen))
        _satisfy(draft, off, at.mono_s)
    if draft.totals.sit_start is None:
        draft.totals = changed(draft.totals, sit_start=at, sit_zero_s=draft.totals.seated_s)


def credit(draft: Draft) -> None:
    """Give a stretch off the chair what it has earned so far."""
    off = draft.totals.off
    if off is not None and off.until_s is None:
        _satisfy(draft, off, off_end_s(draft, off))


def off_end_s(draft: Draft, off: Off) -> float:
    """How far a stretch off the chair reaches for certain: to now, or to the first sign of its end."""
    if off.until_s is not None:
        return off.until_s
    stirred = stirring.since(draft)
    return draft.now_s if stirred is None else stirred.mono_s


def deadline_s(state: State, *, clocks_matter: bool) -> float | None:
    """When the next clock runs out, if that matters, or a stretch off the chair next satisfies something."""
    now_s, where, off = state.now.mono_s, state.desk.where, state.totals.off
    times = []
    if clocks_matter and isinstance(where, PRESENT):
        for reminder, clock_s in _clocks_s(state, now_s):
            time_s = now_s + reminder.every_s - clock_s
            if time_s > now_s + _NEAR_S and runs(where, reminder.counts):
                times.append(time_s)
    if off is not None and off.until_s is None:
        times += [
            off.since.mono_s + reminder.lasts_s
            for place, reminder in enumerate(state.rules.policy.reminders)
            if _unsatisfied(state, place, reminder)
        ]
    return min(times, default=None)


def _satisfy(draft: Draft, off: Off, until_s: float) -> None:
    earned = [
        (place, reminder)
        for place, reminder in enumerate(draft.policy.reminders)
        if until_s >= off.since.mono_s + reminder.lasts_s and _unsatisfied(draft, place, reminder)
    ]
    if not earned:
        return
    if earned[0][0] == MOVEMENT:
        _end_sit(draft, off)
    satisfied = {place for place, reminder in earned if reminder.counts is Counts.SITTING}
    totals = draft.totals
    zeros = tuple(totals.seated_s if place in satisfied else zero for place, zero in enumerate(totals.zeros))
    draft.totals = changed(totals, zeros=zeros)


def _unsatisfied(holder: Draft | State, place: int, reminder: Reminder) -> bool:
    if place == MOVEMENT and holder.totals.sit_start is not None:
        return True
    return reminder.counts is Counts.SITTING and holder.totals.zeros[place] != holder.totals.seated_s


def _end_sit(draft: Draft, off: Off) -> None:
    start, totals = draft.totals.sit_start, draft.totals
    seconds = totals.seated_s - totals.sit_zero_s
    if start is not None and seconds > 0:
        draft.record(Sat(start=start.wall, end=off.since.wall, seconds=seconds))
    draft.totals = changed(totals, sit_start=None)


def _total_s(draft: Draft, reminder: Reminder) -> float:
    if reminder.counts is Counts.SITTING:
        return seated_s(draft, draft.now_s)
    return present_s(draft, draft.now_s)
