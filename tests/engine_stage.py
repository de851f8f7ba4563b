"""An engine among adapters that remember what was asked of them, in one order, and fail when told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import timedelta, tzinfo
from typing import Any

from sim import CATALOGUE, MONDAY, policy
from sitbreak.core.attention import Attention, Heed
from sitbreak.core.clock import Instant
from sitbreak.core.effects import AskGap, Record, Show
from sitbreak.core.events import Event, PolicyChanged, Started, Via
from sitbreak.core.policy import Kind, Policy
from sitbreak.core.rules import rules
from sitbreak.core.state import State
from sitbreak.core.step import Step, begin, step
from sitbreak.errors import StoreError
from sitbreak.ports import Ability, Note, Request
from sitbreak.runtime.engine import Engine, Ports
from sitbreak.runtime.inbox import Inbox


class _Heeding:
    """The signals' part of the stage."""

    def __init__(self, tell: Callable[[str, Any], None]) -> None:
        self._tell = tell

    def attend(self, heed: Heed) -> None:
        self._tell("heed", heed)

    def close(self) -> None:
        self._tell("close", None)


class Stage:
    """Plays every port. Unless a policy is given, no signal is looked at.

    ``told`` is what was asked of them, in order; ``broken`` names what raises.
    """

    name = "stage"
    abilities = frozenset(Ability)

    def __init__(self, known: Policy | None = None) -> None:
        self.told: list[tuple[str, Any]] = []
        self.broken: dict[str, Exception] = {}
        self.written: list[Record] = []
        self.snapshots: list[dict[str, Any]] = []
        self.now_s = 1000.0
        self.slept_s = 0.0
        self.policy = known or replace(policy(Kind.MOVEMENT), senses=frozenset())
        self.inbox = Inbox()
        self.began = self._begin()
        ports = Ports(
            clock=self, journal=self, notifier=self, idle=self, signals=_Heeding(self._tell), waker=self
        )
        self.engine = Engine(self.inbox, self.began.state, ports, self, frame={"boot": "b", "offset_s": 0.0})

    def _begin(self) -> Step:
        state = begin(rules(self.policy, CATALOGUE), self.now())
        return step(state, Started(at=self.now()))

    def play(self, *events: Event | Request) -> list[dict[str, Any]]:
        """Run the engine over these, to its end; the replies to the requests among them."""
        replies: list[dict[str, Any]] = []
        for event in events:
            if isinstance(event, tuple):
                self.inbox.ask(event, Via.COMMAND, replies.append)
            else:
                self.inbox.post(event)
        self.inbox.stop()
        self.engine.run(Step(self.engine.state))
        return replies

    def names(self, *only: str) -> list[str]:
        """What was asked, by name."""
        return [name for name, _ in self.told if not only or name in only]

    def entries(self) -> list[str]:
        """The names of all that was written."""
        return [record.entry.entry for record in self.written]

    def _tell(self, name: str, value: Any = None) -> None:
        self.told.append((name, value))
        if name in self.broken:
            raise self.broken[name]

    # Clock
    def now(self) -> Instant:
        return Instant(self.now_s, MONDAY + timedelta(seconds=self.now_s - 1000.0))

    def asleep_s(self) -> float:
        return self.slept_s

    # Journal
    def commit(self, records: Sequence[Record], snapshot: dict[str, Any]) -> None:
        self._tell("commit", tuple(records))
        self.written += records
        self.snapshots.append(snapshot)

    # Notifier
    def show(self, note: Note) -> None:
        raise AssertionError(f"the presenter shows {note}")

    def withdraw(self, prompt_id: int) -> None:
        self._tell("withdraw", prompt_id)

    # IdleSource, Waker
    def attend(self, attention: Attention) -> None:
        self._tell("attend", attention)

    def arm(self, at: Instant | None) -> None:
        self._tell("arm", at)

    def wakeup(self) -> None:
        self._tell("wakeup")

    def close(self) -> None:
        self._tell("close")

    # Surroundings
    def present(self, show: Show) -> None:
        self._tell("present", show)

    def ask(self, gap: AskGap, zone: tzinfo) -> None:
        self._tell("ask", (gap, zone))

    def changed(self, state: State, at: Instant) -> None:
        self._tell("changed", (state, at))

    def committed(self) -> None:
        self._tell("committed")

    def policy_changed(self, event: PolicyChanged) -> None:
        self._tell("policy_changed", event)

    def facts(self, request: Request, state: State, at: Instant) -> dict[str, Any]:
        self._tell("facts", (request, state, at))
        return {"data": {}, "text": ""}


def full() -> StoreError:
    """A log that cannot be written."""
    return StoreError("The log is full.", remedy="Make room.")
