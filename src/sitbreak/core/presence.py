"""Where the person is: seated, standing, away or unknown.

The rules. Seated is input within ``away_after``, or a call or media playing, while not locked. Away is dated
back to the last input; a lock or a sleep to its own moment. A stretch off the chair that reaches what a
reminder ``lasts`` satisfies the ones that count sitting; the sit ends when movement is satisfied.
"""

from __future__ import annotations

from typing import assert_never

from sitbreak.core import planner
from sitbreak.core.clock import Instant
from sitbreak.core.draft import Draft, changed
from sitbreak.core.effects import PostureIs, WasAway, Why
from sitbreak.core.events import Posture, Signal
from sitbreak.core.state import PRESENT, Away, Desk, Off, Seated, Standing, State, Unknown, Where

OCCUPYING = frozenset({Signal.CALL, Signal.MEDIA})

MARGIN_S = 1.0
"""Input so shortly before an absence was recognised is a return: sources date input back a little."""


def sampled(draft: Draft, idle_s: float | None) -> None:
    """A source told how long there has been no input."""
    at = draft.now
    if idle_s is None:
        lost(draft)
        return
    last = at.plus(-idle_s) if idle_s > 0 else at
    idle_since_s = last.mono_s if last.mono_s < at.mono_s else None
    draft.desk = changed(draft.desk, sampled_at_s=at.mono_s, idle_since_s=idle_since_s)
    match draft.desk.where:
        case Unknown():
            gone = idle_s >= draft.policy.sitting.away_after_s
            _move(draft, Away(at, Why.IDLE, at.mono_s) if gone else Seated(at))
        case Away(ignore_until_s=ignore_until_s, locked=locked):
            margin_s = min(MARGIN_S, draft.policy.sitting.away_after_s / 2)
            fresh = last.mono_s > ignore_until_s - margin_s
            if fresh and not locked and idle_s < draft.policy.sitting.away_after_s:
                _move(draft, Seated(last))
        case Seated() | Standing():
            pass


def lost(draft: Draft) -> None:
    """No source tells any more. Who locked the session is away all the same."""
    draft.desk = changed(draft.desk, idle_since_s=None, sampled_at_s=None)
    match draft.desk.where:
        case Unknown() | Away(locked=True):
            pass
        case _:
            _move(draft, Unknown(draft.now))


def ask(draft: Draft) -> None:
    """Want a fresh sample."""
    draft.desk = changed(draft.desk, asked_s=draft.now_s)


def left(draft: Draft, since: Instant, why: Why, *, ignore_until_s: float) -> None:
    """The person is known to be away since then: locked, asleep."""
    match draft.desk.where:
        case Away(began, known, ignored_s, locked):
            worse = max(known, why, key=list(Why).index)
            where = Away(began, worse, max(ignored_s, ignore_until_s), locked or why is Why.LOCKED)
            draft.desk = changed(draft.desk, where=where)
        case Seated() | Standing() | Unknown():
            _move(draft, Away(since, why, ignore_until_s, why is Why.LOCKED))


def unlocked(draft: Draft) -> None:
    """The session is open again, and somebody opened it; from afar perhaps, so a source is asked."""
    if isinstance(draft.desk.where, Away):
        draft.desk = changed(draft.desk, idle_since_s=None)
        told = draft.desk.sampled_at_s is not None
        _move(draft, Seated(draft.now) if told else Unknown(draft.now))
        ask(draft)


def restarted(draft: Draft) -> None:
    """Nobody knows what became of a lock meanwhile: if it holds it is told anew, if not input ends it."""
    match draft.desk.where:
        case Away(ignore_until_s=ignored_s, locked=True) as where:
            where = changed(where, ignore_until_s=max(ignored_s, draft.now_s), locked=False)
            draft.desk = changed(draft.desk, where=where)
        case _:
            pass


def said(draft: Draft, posture: Posture) -> None:
    """The person says that they stand, or sit; either way they are there."""
    standing = isinstance(draft.desk.where, Standing)
    match posture:
        case Posture.STANDING if not standing:
            _move(draft, Standing(draft.now))
            draft.record(PostureIs(posture=posture))
        case Posture.SITTING if standing:
            _move(draft, Seated(draft.now))
        case Posture.STANDING | Posture.SITTING:
            pass
        case _:
            assert_never(posture)


def signal(draft: Draft, which: Signal, *, on: bool) -> None:
    """A signal came or went."""
    before = draft.desk.signals
    after = before | {which} if on else before - {which}
    ended = before & OCCUPYING and not after & OCCUPYING
    draft.desk = changed(
        draft.desk,
        signals=after,
        occupied_until_s=draft.now_s if ended else draft.desk.occupied_until_s,
    )


def settle(draft: Draft) -> None:
    """Let time do its part: recognise an away stretch, end a long standing, credit a break."""
    where = draft.desk.where
    if isinstance(where, PRESENT):
        gone = _gone_at(draft.desk, where, draft)
        if gone is not None and draft.now_s >= gone[0]:
            since = draft.now.at_mono(gone[1])
            _move(draft, Away(since, Why.IDLE, draft.now_s))
        elif isinstance(where, Standing):
            ends_s = where.since.mono_s + draft.policy.sitting.standing_at_most_s
            if draft.now_s >= ends_s:
                _move(draft, Seated(draft.now.at_mono(ends_s)))
    planner.credit(draft)


def deadline_s(state: State) -> float | None:
    """When time alone will change where the person is."""
    where = state.desk.where
    if not isinstance(where, PRESENT):
        return None
    gone = _gone_at(state.desk, where, state)
    gone_s = None if gone is None else gone[0]
    if not isinstance(where, Standing):
        return gone_s
    sits_s = where.since.mono_s + state.rules.policy.sitting.standing_at_most_s
    return sits_s if gone_s is None else min(gone_s, sits_s)


def _gone_at(desk: Desk, where: Seated | Standing, holder: Draft | State) -> tuple[float, float] | None:
    """(when a person without input counts as away, since when they then were), monotonic seconds."""
    if desk.idle_since_s is None:
        return None
    sitting = holder.rules.policy.sitting
    if desk.signals & OCCUPYING:
        at_most_s = max(desk.idle_since_s + sitting.occupied_at_most_s, where.since.mono_s)
        return at_most_s, at_most_s
    since_s = max(desk.idle_since_s, desk.occupied_until_s or desk.idle_since_s, where.since.mono_s)
    return since_s + sitting.away_after_s, since_s


def _move(draft: Draft, new: Where) -> None:
    """Enter ``new`` at its own moment, never before the present stretch began, and count that stretch."""
    old = draft.desk.where
    if new.since.mono_s < old.since.mono_s:
        new = changed(new, since=old.since)
    planner.count(draft, old, new.since)
    back = draft.desk.back_at_s
    match old:
        case Away():
            _record_away(draft, old, new.since)
            back = new.since.mono_s
        case Standing() if not isinstance(new, Standing):
            draft.record(PostureIs(posture=Posture.SITTING))
        case Standing() | Seated() | Unknown():
            pass
        case _:
            assert_never(old)
    draft.desk = changed(draft.desk, where=new, back_at_s=back)
    if isinstance(new, Seated):
        planner.sat_down(draft, new.since)
    elif draft.totals.off is None or draft.totals.off.until_s is not None:
        draft.totals = changed(draft.totals, off=Off(new.since, None, isinstance(new, Away)))
    elif isinstance(new, Away):
        draft.totals = changed(draft.totals, off=changed(draft.totals.off, seen=True))


def _record_away(draft: Draft, old: Away, until: Instant) -> None:
    seconds = until.mono_s - old.since.mono_s
    draft.record(WasAway(start=old.since.wall, end=until.wall, seconds=seconds, why=old.why))
