"""Where the person is: seated, standing, away or unknown.

The rules. Seated is input within ``away_after``, or a call, a shared screen or a film, while not locked. Away
is dated back to the last input; a lock or a sleep to its own moment; it ends with input that is more than a
nudge. A stretch off the chair that reaches what a reminder ``lasts`` satisfies the ones that count sitting;
the sit ends when movement is satisfied.
"""

from __future__ import annotations

from typing import assert_never

from sitbreak.core import absence, heeding, planner, stirring
from sitbreak.core.clock import Instant
from sitbreak.core.draft import Draft, changed
from sitbreak.core.effects import PostureIs, WasAway, Why
from sitbreak.core.events import IdleSampled, Posture
from sitbreak.core.state import PRESENT, Away, Gap, Off, Seated, Standing, State, Unknown, Where

MARGIN_S = 1.0
"""Input so shortly before an absence was recognised is a return: sources date input back a little."""

DOUBTFUL_AT_MOST_S = 600.0
"""A longer gap during a call or a film was no break: it was listened to, or watched."""


def sampled(draft: Draft, event: IdleSampled) -> None:
    """A source told how long there has been no input."""
    idle_s = event.idle_s
    if idle_s is None:
        lost(draft)
        return
    # What comes late tells of its own moment.
    last = draft.now.at_mono(min(event.at.mono_s, draft.now_s) - idle_s)
    idle_since_s = last.mono_s if idle_s > 0 else None
    away_after_s = draft.policy.sitting.away_after_s
    match draft.desk.where:
        case Unknown():
            gone, now = idle_s >= away_after_s, draft.now
            _heard(draft, idle_since_s)
            move(draft, Away(now, Why.IDLE, now.mono_s) if gone else Seated(now))
        case Away(ignore_until_s=ignore_until_s, locked=locked) as where:
            _heard(draft, idle_since_s)
            fresh = last.mono_s > ignore_until_s - min(MARGIN_S, away_after_s / 2)
            if fresh and not locked and idle_s < away_after_s:
                returned = stirring.felt(draft, where, last, event.doubt_s)
                if returned is not None:
                    move(draft, Seated(returned))
        case Seated() as where:
            _doubt(draft, where, last)
            _heard(draft, idle_since_s)
        case Standing():
            _heard(draft, idle_since_s)


def lost(draft: Draft) -> None:
    """No source tells any more. Who locked the session is away all the same."""
    draft.desk = changed(draft.desk, idle_since_s=None, sampled_at_s=None)
    match draft.desk.where:
        case Unknown() | Away(locked=True):
            pass
        case _:
            move(draft, Unknown(draft.now))


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
        case Seated() | Standing() as where:
            # Had signals been told in time, they would have been away since their last touch already.
            out_s = absence.idle_out_s(draft, where)
            if heeding.awaited(draft.desk) and out_s is not None and since.mono_s >= out_s:
                since = draft.now.at_mono(out_s - draft.policy.sitting.away_after_s)
            move(draft, Away(since, why, ignore_until_s, why is Why.LOCKED))
        case Unknown():
            move(draft, Away(since, why, ignore_until_s, why is Why.LOCKED))


def unlocked(draft: Draft) -> None:
    """The session is open again, and somebody opened it; from afar perhaps, so a source is asked."""
    if isinstance(draft.desk.where, Away):
        draft.desk = changed(draft.desk, idle_since_s=None)
        told = draft.desk.sampled_at_s is not None
        move(draft, Seated(draft.now) if told else Unknown(draft.now))
        ask(draft)


def vouched(draft: Draft) -> None:
    """What stirred was no nudge: they have touched more, or said something."""
    where = draft.desk.where
    first = stirring.since(draft)
    if isinstance(where, Away) and first is not None:
        move(draft, Seated(stirring.returned(first, where)))


def restarted(draft: Draft) -> None:
    """Nobody knows what became of a lock meanwhile: if it holds it is told anew, if not input ends it."""
    confirmed_s = stirring.deadline_s(draft)
    if isinstance(draft.desk.where, Away) and confirmed_s is not None and draft.now_s >= confirmed_s:
        # Nobody was there to be told of the quiet that makes it a nudge.
        draft.desk = changed(draft.desk, where=changed(draft.desk.where, stirred=None, doubt_s=0.0))
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
            move(draft, Standing(draft.now))
            draft.record(PostureIs(posture=posture))
        case Posture.SITTING if standing:
            move(draft, Seated(draft.now))
        case Posture.STANDING | Posture.SITTING:
            pass
        case _:
            assert_never(posture)


def settle(draft: Draft) -> None:
    """Let time do its part: recognise an away stretch or a return, end a long standing, credit a break."""
    where = draft.desk.where
    if isinstance(where, PRESENT):
        heeding.settle(draft)
        if absence.doubtful(draft) and not absence.told_since(draft, where):
            heeding.ask(draft)
        gone = absence.gone(draft, where)
        if gone is not None and draft.now_s >= gone.at_s:
            move(draft, Away(draft.now.at_mono(gone.since_s), Why.IDLE, draft.now_s))
        elif isinstance(where, Standing):
            ends_s = where.since.mono_s + draft.policy.sitting.standing_at_most_s
            if draft.now_s >= ends_s:
                move(draft, Seated(draft.now.at_mono(ends_s)))
    elif (confirmed_s := stirring.deadline_s(draft)) is not None and draft.now_s >= confirmed_s:
        vouched(draft)
    planner.credit(draft)


def deadline_s(state: State) -> float | None:
    """When time alone will change where the person is."""
    where = state.desk.where
    if not isinstance(where, PRESENT):
        return stirring.deadline_s(state)
    gone = absence.gone(state, where)
    times = [heeding.deadline_s(state), absence.idle_out_s(state, where) if gone is None else gone.at_s]
    if isinstance(where, Standing):
        times.append(where.since.mono_s + state.rules.policy.sitting.standing_at_most_s)
    return min([time_s for time_s in times if time_s is not None and time_s > state.now.mono_s], default=None)


def move(draft: Draft, new: Where) -> None:
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


def _heard(draft: Draft, idle_since_s: float | None) -> None:
    draft.desk = changed(draft.desk, sampled_at_s=draft.now_s, idle_since_s=idle_since_s)


def _doubt(draft: Draft, where: Seated, last: Instant) -> None:
    """Input after a gap in which a call or the like kept the person seated: was that so?"""
    desk = draft.desk
    out_s = absence.idle_out_s(draft, where)
    if desk.idle_since_s is None or desk.occupied_by is None or out_s is None or draft.now_s < out_s:
        return
    if desk.signals_told_s is None or desk.signals_told_s < out_s:
        # What was told before this gap says nothing of it.
        return
    start_s = max(desk.idle_since_s, where.since.mono_s)
    on = heeding.occupying(desk.signals) is not None or (desk.occupied_until_s or 0.0) > start_s
    # Whether a shorter one was a break would change nothing.
    least_s = draft.policy.reminders[planner.MOVEMENT].lasts_s
    if on and least_s <= last.mono_s - start_s <= DOUBTFUL_AT_MOST_S:
        gap = Gap(draft.now.at_mono(start_s), last, desk.occupied_by)
        draft.desk = changed(desk, where=Seated(where.since, gap))
