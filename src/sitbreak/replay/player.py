"""The core in virtual time: a desk whose clock, person and answers are told by whoever plays it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from sitbreak.core.clock import Instant
from sitbreak.core.effects import Effect, Record, Show
from sitbreak.core.events import Event, IdleSampled, Tick
from sitbreak.core.gate import PAUSE_S
from sitbreak.core.state import Rules, State
from sitbreak.core.step import Step, begin, next_deadline, step
from sitbreak.errors import SitbreakError


class Player:
    """Feeds events to the core in order, and the ticks and samples that a real desktop would add.

    ``see`` is given every effect with its moment. ``active`` is whether the person is at the keyboard: they
    then pause for a moment whenever a prompt waits for that, unless they are ``typing`` without a pause.
    Otherwise they touched it last at ``last_input_s``.
    """

    def __init__(self, known: Rules, start: datetime, see: Callable[[Instant, Effect], None]) -> None:
        self._see = see
        self._start = Instant(0.0, start)
        self._asked_s = -1.0
        self.active = self.typing = False
        self.last_input_s = 0.0
        self.shown: Show | None = None
        self.state: State = begin(known, self._start)

    def at(self, mono_s: float) -> Instant:
        """The moment so many seconds after the start."""
        return self._start.plus(mono_s)

    def feed(self, event: Event) -> Step:
        """Let the time up to the event pass, then let it happen."""
        self.advance(event.at.mono_s)
        return self._step(event)

    def advance(self, mono_s: float) -> None:
        """Let time pass up to ``mono_s``, stopping at every deadline on the way."""
        before = -1.0
        while (deadline := next_deadline(self.state)) is not None and deadline.mono_s <= mono_s:
            if deadline.mono_s <= before:
                raise SitbreakError(f"the core asked to be woken at {before} s for ever")
            before = deadline.mono_s
            self._step(Tick(at=self.at(deadline.mono_s)))

    def _step(self, event: Event) -> Step:
        done = step(self.state, event)
        self.state = done.state
        for effect in done.effects:
            self._saw(event.at, effect)
        if done.state.desk.asked_s > self._asked_s:
            self._asked_s = done.state.desk.asked_s
            self._sample(event.at)
        return done

    def _sample(self, at: Instant) -> None:
        """Answer as the desktop would when it is asked."""
        if self.typing or not self.active:
            self._step(IdleSampled(at=at, idle_s=0.0 if self.typing else at.mono_s - self.last_input_s))
            return
        self._step(IdleSampled(at=at, idle_s=PAUSE_S))
        self._step(IdleSampled(at=at, idle_s=0.0))

    def _saw(self, at: Instant, effect: Effect) -> None:
        if isinstance(effect, Show):
            self.shown = effect
        self._see(effect.at if isinstance(effect, Record) else at, effect)
