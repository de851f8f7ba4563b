"""Plays a trace through the core: the same entries that the daemon would have logged of those days.

What the trace says becomes the events that a desktop would have sent. A stretch away that still goes on at
the end of the trace is logged as far as it goes, and what follows is asleep, which ends the last sit.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from math import inf
from typing import assert_never

from sitbreak.core import stirring
from sitbreak.core.clock import Instant
from sitbreak.core.effects import Effect, Entry, Record, Show, WasAway, Why
from sitbreak.core.events import (
    SENSED,
    Answer,
    Answered,
    Event,
    Locked,
    PauseAsked,
    Posture,
    PostureSaid,
    ResumeAsked,
    Signal,
    Sleeping,
    Unlocked,
    Via,
    Woke,
)
from sitbreak.core.rules import Rules
from sitbreak.core.state import Away
from sitbreak.replay.player import Player
from sitbreak.replay.trace import Being, Said, Trace, Word

AFTERWARDS_S = 86400.0
"""So long the machine sleeps after a trace's end: any break is over by then, and every pause of that day."""

_NOTHING: frozenset[Signal] = frozenset()
_ANSWERS = {Word.DONE: Answer.DONE, Word.SKIP: Answer.SKIP, Word.SNOOZE: Answer.SNOOZE}


def play(trace: Trace, known: Rules, otherwise: Answer | None = None) -> Iterator[tuple[datetime, Entry]]:
    """Every entry of these days with its UTC time, in order; made as they are asked for.

    ``otherwise`` is how a prompt is answered, at the moment it is shown, unless the trace answers it before
    it would be given up; None: it is left alone. What a person says at the moment that they sit down or leave
    is said while they are there.
    """
    if trace.spans or trace.said:
        yield from Days(trace, known, otherwise).live()


class Days:
    """A trace under way. ``steps`` is how many events the core has taken."""

    def __init__(self, trace: Trace, known: Rules, otherwise: Answer | None) -> None:
        self._trace = trace
        begins = [trace.spans[0].start] if trace.spans else []
        begins += [trace.said[0].at] if trace.said else []
        self._start = min(begins)
        self._policy, known = known.policy, _for_a_trace(known, trace)
        self._heeded = frozenset(SENSED[sense] for sense in known.policy.senses)
        self._player = Player(known, self._start, self._see, self._reply if otherwise else None)
        self._otherwise = otherwise
        self._answered_s = [self._at(said.at).mono_s for said in trace.said if said.word in _ANSWERS]
        self._being: Being | None = None
        self._also = _NOTHING
        self._since_s = 0.0
        self._entries: list[tuple[datetime, Entry]] = []

    @property
    def steps(self) -> int:
        """How many events the core has taken."""
        return self._player.steps

    def live(self) -> Iterator[tuple[datetime, Entry]]:
        """Live through all of it."""
        said = iter(self._trace.said)
        word = next(said, None)
        for start, end, being, also in _changes(self._trace):
            while word is not None and (word.at < start or (word.at == start and being is not Being.ACTIVE)):
                self._hear(word)
                word = next(said, None)
            if being is None:
                self._end(self._at(start))
            else:
                self._enter(self._at(start), being, also & self._heeded, (end - start).total_seconds())
            if self._entries:
                yield from self._entries
                self._entries.clear()

    def _enter(self, at: Instant, being: Being, also: frozenset[Signal], for_s: float) -> None:
        """From then on it is like this. A signal begins before the person is there, ends after they left."""
        if also - self._also:
            self._player.tell(at, also | self._also)
        if being is not self._being:
            self._become(at, being, for_s)
        if self._also - also:
            self._player.tell(at, also)
        self._also = also

    def _hear(self, said: Said) -> None:
        """The person says something to sitbreak. Nobody stands up at a machine that is locked or asleep."""
        at = self._at(said.at)
        if self._being is None:
            self._enter(at, Being.ASLEEP, _NOTHING, 0.0)
        if said.word is not Word.STAND or self._being not in (Being.LOCKED, Being.ASLEEP):
            self._player.feed(_event(at, said))

    def _end(self, at: Instant) -> None:
        """The trace is over."""
        self._player.advance(at.mono_s)
        where = self._player.state.desk.where
        if isinstance(where, Away) and at.mono_s > where.since.mono_s:
            seconds = at.mono_s - where.since.mono_s
            away = WasAway(start=where.since.wall, end=at.wall, seconds=seconds, why=where.why)
            self._entries.append((at.wall, away))
        self._enter(at, Being.ASLEEP, _NOTHING, AFTERWARDS_S)
        self._player.advance(at.mono_s + AFTERWARDS_S)

    def _become(self, at: Instant, being: Being, for_s: float) -> None:
        player, before = self._player, self._being
        if before is Being.ASLEEP:
            player.feed(Woke(at=at, asleep_s=at.mono_s - self._since_s))
        self._being, self._since_s = being, at.mono_s
        match being:
            case Being.ACTIVE:
                self._sit_down(at, for_s)
            case Being.IDLE if before is Being.ASLEEP:
                pass
            case Being.IDLE:
                if before is not Being.ACTIVE:
                    self._sit_down(at, inf)
                player.let_go(at)
            case Being.LOCKED:
                player.let_go(at)
                player.feed(Locked(at=at))
            case Being.ASLEEP:
                player.let_go(at)
                player.feed(Sleeping(at=at))
            case _:
                assert_never(being)

    def _sit_down(self, at: Instant, for_s: float) -> None:
        """They touch the machine for so long. What goes on is known to be no nudge of the mouse."""
        player = self._player
        player.advance(at.mono_s)
        where = player.state.desk.where
        if isinstance(where, Away) and where.why is not Why.IDLE:
            # After a sleep too: the core takes input in the very moment of waking for older than the sleep.
            player.feed(Unlocked(at=at))
        player.touch(at)
        where = player.state.desk.where
        if isinstance(where, Away) and where.stirred is not None:
            if for_s >= stirring.blip_s(self._policy.sitting):
                player.feed(PostureSaid(at=at, posture=Posture.SITTING))
        elif isinstance(where, Away):
            # Away for less than a second: the core takes this input for the last one before it.
            player.feed(Unlocked(at=at))

    def _reply(self, at: Instant, _show: Show) -> Event | None:
        answers_s = self._answered_s
        coming = bisect_left(answers_s, at.mono_s)
        given_up_s = at.mono_s + self._policy.prompting.give_up_after_s
        if self._otherwise is None or (coming < len(answers_s) and answers_s[coming] < given_up_s):
            return None
        return Answered(at=at, prompt_id=None, answer=self._otherwise, via=Via.TRACE)

    def _see(self, _at: Instant, effect: Effect) -> None:
        if isinstance(effect, Record):
            self._entries.append((effect.at.wall, effect.entry))

    def _at(self, wall: datetime) -> Instant:
        return Instant((wall - self._start).total_seconds(), wall)


def _for_a_trace(known: Rules, trace: Trace) -> Rules:
    """Questions that a trace answers not, or always with the same, are not asked."""
    senses = known.policy.senses if any(span.also for span in trace.spans) else frozenset()
    prompting = replace(known.policy.prompting, ask_after_gap=False)
    return replace(known, policy=replace(known.policy, senses=senses, prompting=prompting))


def _changes(trace: Trace) -> Iterator[tuple[datetime, datetime, Being | None, frozenset[Signal]]]:
    """The beginning and end of every span and of every gap, and the end of all (None)."""
    ended: datetime | None = None
    for span in trace.spans:
        if ended is not None and ended < span.start:
            yield ended, span.start, Being.ASLEEP, _NOTHING
        yield span.start, span.end, span.being, span.also
        ended = span.end
    last = max(filter(None, (ended, *(said.at for said in trace.said[-1:]))))
    if ended is not None and ended < last:
        yield ended, last, Being.ASLEEP, _NOTHING
    yield last, last, None, _NOTHING


def _event(at: Instant, said: Said) -> Event:
    match said.word:
        case Word.DONE | Word.SKIP | Word.SNOOZE:
            answer = _ANSWERS[said.word]
            return Answered(at=at, prompt_id=None, answer=answer, via=Via.TRACE, snooze_s=said.for_s)
        case Word.STAND:
            return PostureSaid(at=at, posture=Posture.STANDING)
        case Word.SIT:
            return PostureSaid(at=at, posture=Posture.SITTING)
        case Word.PAUSE:
            return PauseAsked(at=at, for_s=said.for_s, via=Via.TRACE)
        case Word.RESUME:
            return ResumeAsked(at=at)
        case _:
            assert_never(said.word)
