"""The runtime: one inbox, one thread. Every step is committed before its effects are seen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Protocol, TypeAlias

from sitbreak.core.attention import Attention
from sitbreak.core.clock import Instant
from sitbreak.core.codec import encode
from sitbreak.core.effects import Record, Show, Withdraw
from sitbreak.core.events import Event, PolicyChanged, Via, Woke
from sitbreak.core.state import State
from sitbreak.core.step import Step, attention, next_deadline, step
from sitbreak.errors import NotifyFailed, Refused, SitbreakError, StoreError
from sitbreak.ports import Clock, IdleSource, Journal, Notifier, Request, Waker
from sitbreak.runtime.requests import event_of
from sitbreak.runtime.words import refusal_words

log = logging.getLogger(__name__)

NOTICEABLE_SLEEP_S = 1.0
MOST_UNWRITTEN = 10_000
"""So many entries wait in memory while the log cannot be written; a month of them."""


@dataclass(frozen=True, slots=True)
class Ask:
    """A person's request, and whom to tell what became of it."""

    request: Request
    via: Via
    reply: Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """End the engine."""


Item: TypeAlias = Event | Ask | Stop


class Inbox:
    """Where everything goes that is to happen. Any thread; never blocks."""

    def __init__(self) -> None:
        self._items: SimpleQueue[Item] = SimpleQueue()

    def post(self, event: Event) -> None:
        """Have an event taken."""
        self._items.put(event)

    def ask(self, request: Request, via: Via, reply: Callable[[dict[str, Any]], None]) -> None:
        """Have a request followed; ``reply`` is called from the engine's thread, once."""
        self._items.put(Ask(request, via, reply))

    def stop(self) -> None:
        """Have the engine end once all that came before is done."""
        self._items.put(Stop())

    def next(self) -> Item:
        """Wait for the next item. Engine thread only."""
        return self._items.get()


class Surroundings(Protocol):
    """What the engine leaves to the app: words, faces, facts. Engine thread only."""

    def present(self, show: Show) -> None:
        """Show the prompt. Raises NotifyFailed."""
        ...

    def changed(self, state: State, at: Instant) -> None:
        """The state may look different now."""
        ...

    def committed(self) -> None:
        """The log has grown."""
        ...

    def policy_changed(self, event: PolicyChanged) -> None:
        """Another policy is in force."""
        ...

    def facts(self, request: Request, state: State, at: Instant) -> dict[str, Any]:
        """The answer to a request for facts, or to a wish that was followed."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """The adapters that the engine drives."""

    clock: Clock
    journal: Journal
    notifier: Notifier
    idle: IdleSource
    waker: Waker


class Engine:
    """Takes items from its inbox, one at a time, until it is stopped.

    ``problem`` is what went wrong with the log, in words for people; empty when nothing did. ``frame`` is
    kept beside every saved state: what a restart needs to understand its monotonic seconds.
    """

    def __init__(
        self, inbox: Inbox, state: State, ports: Ports, around: Surroundings, *, frame: Mapping[str, Any]
    ) -> None:
        self.state = state
        self.problem = ""
        self._ports = ports
        self._around = around
        self._frame = frame
        self._slept_s = ports.clock.asleep_s()
        self._inbox = inbox
        self._unwritten: list[Record] = []
        self._saved: object = None
        self._attention: Attention | None = None
        self._armed_s: float | None = None

    def run(self, began: Step) -> None:
        """Carry out a first step's effects, then work until stopped. The engine thread's whole life."""
        self._follow(began, self._ports.clock.now())
        while not isinstance(item := self._inbox.next(), Stop):
            try:
                self._take(item)
            except Exception:
                # One item that goes wrong must not end the day; what it was is kept for the report.
                log.exception("could not take %s", type(item).__name__)
        self._write((), save=True)

    def _take(self, item: Event | Ask) -> None:
        if isinstance(item, Ask):
            item.reply(self._answer(item))
        else:
            self._happen(item)

    def _happen(self, event: Event) -> Step:
        if isinstance(event, PolicyChanged):
            self._around.policy_changed(event)
        self._notice_sleep(event)
        done = step(self.state, event)
        self._follow(done, event.at)
        return done

    def _notice_sleep(self, event: Event) -> None:
        """A sleep that nobody told of shows in the clocks; it comes before whatever woke us."""
        slept_s = self._ports.clock.asleep_s()
        asleep_s, self._slept_s = slept_s - self._slept_s, slept_s
        if asleep_s >= NOTICEABLE_SLEEP_S and not isinstance(event, Woke):
            self._follow(step(self.state, Woke(at=event.at, asleep_s=asleep_s)), event.at)

    def _follow(self, done: Step, at: Instant) -> None:
        self.state = done.state
        self._write(tuple(effect for effect in done.effects if isinstance(effect, Record)))
        for effect in done.effects:
            match effect:
                case Show():
                    self._show(effect)
                case Withdraw(prompt_id=prompt_id):
                    self._ports.notifier.withdraw(prompt_id)
                case Record():
                    pass
        self._attend()
        self._arm()
        self._around.changed(self.state, at)

    def _show(self, effect: Show) -> None:
        try:
            self._around.present(effect)
        except NotifyFailed as error:
            # The prompt stays open: the tray shows it and the command answers it.
            log.warning("%s", error)

    def _attend(self) -> None:
        wanted = attention(self.state)
        if wanted != self._attention:
            self._attention = wanted
            self._ports.idle.attend(wanted)

    def _arm(self) -> None:
        deadline = next_deadline(self.state)
        armed_s = None if deadline is None else round(deadline.mono_s, 3)
        if armed_s != self._armed_s:
            self._armed_s = armed_s
            self._ports.waker.arm(deadline)

    def _write(self, records: tuple[Record, ...], *, save: bool = False) -> None:
        essence = _essence(self.state)
        if not records and not save and essence == self._saved:
            return
        self._unwritten = [*self._unwritten, *records][-MOST_UNWRITTEN:]
        try:
            self._ports.journal.commit(self._unwritten, {**self._frame, "state": encode(self.state)})
        except StoreError as error:
            if not self.problem:
                log.warning("%s", error)
            self.problem = str(error)
            return
        self.problem, self._saved, self._unwritten = "", essence, []
        if records:
            self._around.committed()

    def _answer(self, ask: Ask) -> dict[str, Any]:
        at = self._ports.clock.now()
        try:
            event = event_of(ask.request, at, ask.via, self.state.rules.policy)
            if event is not None:
                refusal = self._happen(event).refusal
                if refusal is not None:
                    what, remedy = refusal_words(refusal)
                    raise Refused(what, remedy=remedy)
                if self.problem:
                    raise StoreError(self.problem)
            return {"ok": True} | self._around.facts(ask.request, self.state, at)
        except SitbreakError as error:
            return {"ok": False, "exit": error.exit_code, "what": error.what, "remedy": error.remedy}


def _essence(state: State) -> object:
    """What a restart must know. Samples of idleness come anew by themselves."""
    return (
        state.desk.where,
        state.totals,
        state.phase,
        state.pause,
        state.said,
        state.next_prompt,
        state.snoozed_today,
    )
