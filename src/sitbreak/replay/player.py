"""The core in virtual time: a desk whose clock, person and answers are told by whoever plays it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from math import inf

from sitbreak.core import stirring
from sitbreak.core.clock import Instant
from sitbreak.core.effects import Effect, Reason, Record, Show
from sitbreak.core.events import Event, IdleSampled, Signal, SignalsTold, Tick
from sitbreak.core.gate import PAUSE_S
from sitbreak.core.rules import Rules
from sitbreak.core.state import PRESENT, State
from sitbreak.core.step import Step, attention, begin, deadline_s, step
from sitbreak.errors import SitbreakError

_ROUNDING_S = 0.001

Reply = Callable[[Instant, Show], Event | None]
"""What a person answers a prompt at the moment they see it; None: nothing, then."""


class Player:
    """Feeds events to the core in order, and the ticks and samples that a real desktop would add.

    ``see`` is given every effect with its moment. ``active`` is whether the person is at the keyboard: they
    then pause for a moment whenever a prompt waits for that, unless they are ``typing`` without a pause.
    Otherwise they touched it last at ``last_input_s``. ``touch`` and ``let_go`` set these, and from then on
    the core hears of idleness just as it asked to; whoever sets them by hand tells it by hand. ``signals``
    are those that are on, ``tell`` changes them.
    """

    def __init__(
        self,
        known: Rules,
        start: datetime,
        see: Callable[[Instant, Effect], None],
        reply: Reply | None = None,
    ) -> None:
        self._see = see
        self._reply = reply
        self._start = Instant(0.0, start)
        self._asked_s = -1.0
        self.active = self.typing = False
        self.last_input_s = 0.0
        self.signals: frozenset[Signal] = frozenset()
        self._signals_asked_s = -1.0
        self.shown: Show | None = None
        self.steps = 0
        self.state: State = begin(known, self._start)
        self._tells = False
        self._reckoned: State | None = None
        self._deadline_s = self._idle_s = inf

    def at(self, mono_s: float) -> Instant:
        """The moment so many seconds after the start."""
        return self._start.plus(mono_s)

    def feed(self, event: Event) -> Step:
        """Let the time up to the event pass, then let it happen."""
        self.advance(event.at.mono_s)
        return self._step(event)

    def touch(self, at: Instant) -> None:
        """The person is at the keyboard from then on. The core hears of it only if it took them for idle."""
        self.advance(at.mono_s)
        self.active = self._tells = True
        self._idle_s = self._next_idle_s()
        desk = self.state.desk
        if desk.idle_since_s is not None or not isinstance(desk.where, PRESENT):
            self._step(IdleSampled(at=at, idle_s=0.0))

    def let_go(self, at: Instant) -> None:
        """The person touches nothing from then on."""
        self.advance(at.mono_s)
        self.active, self._tells = False, True
        self.last_input_s = at.mono_s
        self._idle_s = self._next_idle_s()

    def tell(self, at: Instant, signals: frozenset[Signal]) -> None:
        """These signals are on from then on, and no others."""
        self.advance(at.mono_s)
        self.signals = signals
        self._step(SignalsTold(at=at, on=signals))

    def advance(self, mono_s: float) -> None:
        """Let time pass up to ``mono_s``, stopping at every deadline on the way."""
        before_s = -1.0
        while True:
            if self._reckoned is not self.state:
                self._reckon()
            now_s = min(self._deadline_s, self._idle_s)
            if now_s > mono_s:
                return
            if now_s <= before_s:
                raise SitbreakError(f"the core asked to be woken at {before_s} s for ever")
            before_s = now_s
            if now_s == self._idle_s:
                self._sample(self.at(now_s))
            else:
                self._step(Tick(at=self.at(now_s)))

    def _reckon(self) -> None:
        """When time alone will next do something to this state."""
        found_s = deadline_s(self.state)
        self._deadline_s = inf if found_s is None else found_s
        self._idle_s = self._next_idle_s() if self._tells else inf
        self._reckoned = self.state

    def _next_idle_s(self) -> float:
        """When a source would next tell of idleness: not twice, and not of an empty chair."""
        now_s, desk, hold = self.state.now.mono_s, self.state.desk, self.state.hold
        if self.active:
            if self.typing or hold is None or hold.reason is not Reason.TYPING:
                return inf
            pause_s = hold.since_s + PAUSE_S
            return pause_s if pause_s > now_s else inf
        if desk.idle_since_s is not None:
            return inf
        if not isinstance(desk.where, PRESENT) and stirring.since(self.state) is None:
            return inf
        for after_s in attention(self.state).idle_after_s:
            if self.last_input_s + after_s > now_s:
                return self.last_input_s + after_s
        return inf

    def _step(self, event: Event) -> Step:
        done = step(self.state, event)
        self.steps += 1
        self.state = done.state
        shown = None
        for effect in done.effects:
            if isinstance(effect, Show):
                shown = self.shown = effect
            self._see(effect.at if isinstance(effect, Record) else event.at, effect)
        signals_asked_s = done.state.desk.signals_asked_s
        if signals_asked_s is not None and signals_asked_s > self._signals_asked_s:
            self._signals_asked_s = signals_asked_s
            self._step(SignalsTold(at=event.at, on=self.signals))
        if done.state.desk.asked_s > self._asked_s:
            self._asked_s = done.state.desk.asked_s
            self._sample(event.at)
        if shown is not None and self._reply is not None:
            answer = self._reply(event.at, shown)
            if answer is not None:
                self._step(answer)
        return done

    def _sample(self, at: Instant) -> None:
        """Answer as the desktop would when it is asked."""
        if self.typing or not self.active:
            self._step(IdleSampled(at=at, idle_s=0.0 if self.typing else at.mono_s - self.last_input_s))
            return
        self._step(IdleSampled(at=at, idle_s=PAUSE_S + _ROUNDING_S))
        self._step(IdleSampled(at=at, idle_s=0.0))
