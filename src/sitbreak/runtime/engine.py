"""The runtime: one inbox, one thread. Every step is committed before its effects are seen."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import tzinfo
from typing import Any, Protocol

from sitbreak.core.attention import Attention, Heed
from sitbreak.core.clock import Instant
from sitbreak.core.codec import encode
from sitbreak.core.effects import AskGap, Record, Show, Withdraw
from sitbreak.core.events import Event, PolicyChanged, Woke
from sitbreak.core.state import State
from sitbreak.core.step import Step, attention, heed, next_deadline, step
from sitbreak.errors import NotifyFailed, Refused, SitbreakError, StoreError
from sitbreak.ports import Clock, IdleSource, Journal, Notifier, Request, Signals, Waker
from sitbreak.runtime.inbox import Ask, Inbox, Stop
from sitbreak.runtime.requests import event_of
from sitbreak.runtime.words import refusal_words
from sitbreak.wording import tr

log = logging.getLogger(__name__)

NOTICEABLE_SLEEP_S = 1.0
MOST_UNWRITTEN = 10_000
"""So many entries wait in memory while the log cannot be written; a month of them."""


class Surroundings(Protocol):
    """What the engine leaves to the app: words, faces, facts. Engine thread only."""

    def present(self, show: Show) -> None:
        """Show the prompt. Raises NotifyFailed."""
        ...

    def ask(self, gap: AskGap, zone: tzinfo) -> None:
        """Ask whether it was a break. Raises NotifyFailed."""
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
    signals: Signals
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
        self._trouble: StoreError | None = None
        self._saved: object = None
        self._attention: Attention | None = None
        self._heed: Heed | None = None
        self._armed_s: float | None = None

    def run(self, began: Step) -> None:
        """Carry out a first step's effects, then work until stopped. The engine thread's whole life."""
        if not any(isinstance(effect, Show | AskGap) for effect in began.effects):
            # A daemon that was killed may have left its last prompt on the screen.
            _outlive(self._ports.notifier.withdraw, began.state.next_prompt - 1)
        self._follow(began, self._ports.clock.now())
        while not isinstance(item := self._inbox.next(), Stop):
            _outlive(self._take, item)
        self._write((), save=True)

    def _take(self, item: Event | Ask) -> None:
        if isinstance(item, Ask):
            item.reply(self._answer(item))
        else:
            self._happen(item)

    def _happen(self, event: Event) -> Step:
        if isinstance(event, PolicyChanged):
            _outlive(self._around.policy_changed, event)
        woke = self._woke(event)
        if woke is not None and woke.at.mono_s <= event.at.mono_s:
            self._follow(step(self.state, woke), woke.at)
        done = step(self.state, event)
        self._follow(done, event.at)
        if woke is not None and woke.at.mono_s > event.at.mono_s:
            self._follow(step(self.state, woke), woke.at)
        return done

    def _woke(self, event: Event) -> Woke | None:
        """A sleep that nobody told of, as the clocks show it: before what woke us, after what came before."""
        slept_s = self._ports.clock.asleep_s()
        asleep_s, self._slept_s = slept_s - self._slept_s, slept_s
        if asleep_s < NOTICEABLE_SLEEP_S or isinstance(event, Woke):
            return None
        now = self._ports.clock.now()
        slept_since = now.mono_s - event.at.mono_s >= asleep_s
        return Woke(at=now if slept_since else event.at, asleep_s=asleep_s)

    def _follow(self, done: Step, at: Instant) -> None:
        self.state = done.state
        self._write(tuple(effect for effect in done.effects if isinstance(effect, Record)))
        for effect in done.effects:
            match effect:
                case Show():
                    _outlive(self._show, self._around.present, effect)
                case AskGap():
                    _outlive(self._show, self._around.ask, effect, self.state.rules.policy.zone)
                case Withdraw(prompt_id=prompt_id):
                    _outlive(self._ports.notifier.withdraw, prompt_id)
                case Record():
                    pass
        _outlive(self._attend)
        _outlive(self._arm)
        _outlive(self._around.changed, self.state, at)

    def _show(self, how: Callable[..., None], *what: object) -> None:
        try:
            how(*what)
        except NotifyFailed as error:
            # The prompt stays open: the tray shows it and the command answers it.
            log.warning("%s", error)

    def _attend(self) -> None:
        wanted = attention(self.state)
        if wanted != self._attention:
            self._ports.idle.attend(wanted)
            self._attention = wanted
        heeded = heed(self.state)
        if heeded != self._heed:
            self._ports.signals.attend(heeded)
            self._heed = heeded

    def _arm(self) -> None:
        deadline = next_deadline(self.state)
        armed_s = None if deadline is None else round(deadline.mono_s, 3)
        if armed_s != self._armed_s:
            self._ports.waker.arm(deadline)
            self._armed_s = armed_s

    def _write(self, records: tuple[Record, ...], *, save: bool = False) -> None:
        essence = _essence(self.state)
        if not records and not self._unwritten and not save and essence == self._saved:
            return
        self._unwritten = [*self._unwritten, *records][-MOST_UNWRITTEN:]
        try:
            self._ports.journal.commit(self._unwritten, {**self._frame, "state": encode(self.state)})
        except StoreError as error:
            if not self.problem:
                log.warning("%s", error)
            self.problem, self._trouble = str(error), error
            return
        grown = bool(self._unwritten)
        self.problem, self._trouble, self._saved, self._unwritten = "", None, essence, []
        if grown:
            _outlive(self._around.committed)

    def _answer(self, ask: Ask) -> dict[str, Any]:
        at = self._ports.clock.now()
        try:
            event = event_of(ask.request, at, ask.via, self.state.rules.policy)
            if event is not None:
                self._obey(event)
            return {"ok": True} | self._around.facts(ask.request, self.state, at)
        except SitbreakError as error:
            return {"ok": False, "exit": error.exit_code, "what": error.what, "remedy": error.remedy}
        except Exception as error:
            _complain(error)
            what = tr("Something inside sitbreak went wrong: {error}").format(error=repr(error))
            remedy = tr("Try again. If it stays, start sitbreak with --verbose and report what it says.")
            return {"ok": False, "exit": 1, "what": what, "remedy": remedy}

    def _obey(self, wish: Event) -> None:
        refusal = self._happen(wish).refusal
        if refusal is not None:
            what, remedy = refusal_words(refusal)
            raise Refused(what, remedy=remedy)
        if self._trouble is not None:
            raise _not_yet_written(self._trouble)


def _not_yet_written(error: StoreError) -> StoreError:
    kept = tr("What you did is remembered and written as soon as that can be; there is no need to repeat it.")
    return StoreError(error.what, remedy=f"{error.remedy} {kept}".strip())


def _outlive(work: Callable[..., object], *values: object) -> None:
    """Do it. What goes wrong in it must not end the day."""
    try:
        work(*values)
    except Exception as error:
        _complain(error)


def _complain(error: Exception) -> None:
    # Where it happened is for whoever asked for it; to others a traceback says nothing.
    log.error("something went wrong: %r", error, exc_info=error if log.isEnabledFor(logging.INFO) else None)


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
