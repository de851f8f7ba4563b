"""A message bus that several readers share: opened when the first of them asks, left with the last."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Protocol

from dbus_fast import BusType, Message
from dbus_fast.aio import MessageBus

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence.busnames import BusNames
from sitbreak.adapters.sessionbus import session_bus
from sitbreak.errors import Unavailable

LOGIND = "org.freedesktop.login1"
NOTIFICATIONS = "org.freedesktop.Notifications"
XFCONF = "org.xfce.Xfconf"
GNOME = "org.gnome.SessionManager"
KDE = "org.kde.Solid.PowerManagement.PolicyAgent"
POWER = "org.freedesktop.PowerManagement"

_SESSION_NAMES = (NOTIFICATIONS, XFCONF, GNOME, KDE, POWER)
_SYSTEM_NAMES = (LOGIND,)
_open: dict[tuple[IoLoop, str, str | None], SharedBus] = {}


class Guest(Protocol):
    """Who uses such a bus. Called on the loop's thread only."""

    def heard(self, name: str, message: Message) -> None:
        """The name's owner sent this signal."""
        ...

    def moved(self, name: str) -> None:
        """The name has another owner now, or none."""
        ...

    def tuned(self) -> None:
        """All signals that this guest wants are delivered from now on."""
        ...


class SharedBus:
    """An ``Ear`` on some names. Loop thread only.

    It wakes for nothing but the coming and going of these names, and for the signals that its guests want.
    """

    def __init__(
        self, make: Callable[[], MessageBus], names: Sequence[str], left: Callable[[], object]
    ) -> None:
        self._make, self._names, self._left = make, names, left
        self._wants: dict[Guest, frozenset[str]] = {}
        self._deaf: set[Guest] = set()
        self._bus = BusNames(self._seek, names, self)
        self._sought, self._waiting = False, 0
        self._serving: asyncio.Task[None] | None = None
        self._tuner: asyncio.Task[None] | None = None
        self._settled = self._untuned = False
        self._rules: frozenset[str] = frozenset()

    def join(self, guest: Guest) -> None:
        """Use it, until ``leave``."""
        self._wants.setdefault(guest, frozenset())

    def leave(self, guest: Guest) -> None:
        """Use it no longer. Whoever is the last closes it."""
        if self._wants.pop(guest, None) is not None:
            if self._wants:
                self._tune()
            else:
                self._left()
                self._stop()

    def want(self, guest: Guest, rules: frozenset[str]) -> None:
        """Have the bus deliver these signals, and no others, as far as this guest goes."""
        if self._wants.get(guest, rules) != rules:
            self._wants[guest] = rules
            self._deaf.add(guest)
            if rules:
                self._start()
            self._tune()
            self._rest()

    async def reach(self) -> BusNames:
        """Its names, once it is known who owns them. Raises Unavailable."""
        if self._settled and self._bus.problem:
            # Whoever asks wants to know now, not after the pause that had grown long.
            self._stop()
        self._start()
        bus = self._bus
        self._waiting += 1
        try:
            await bus.settled()
        finally:
            self._waiting -= 1
        if bus is self._bus:
            self._settled = True
        if bus.problem:
            self._rest()
            raise Unavailable(bus.problem)
        return bus

    async def greet(self, name: str) -> None:
        """Tell the guests."""
        # A bus that came back knows nothing of what was wanted.
        self._deaf.update(self._wants)
        self._tune()
        self._tell(name)

    def heard(self, name: str, message: Message) -> None:
        """Tell the guests."""
        for guest in list(self._wants):
            guest.heard(name, message)

    def gone(self, name: str) -> None:
        """Tell the guests."""
        self._tell(name)
        self._rest()

    def _tell(self, name: str) -> None:
        for guest in list(self._wants):
            guest.moved(name)

    def _rest(self) -> None:
        """Seek no bus that is away for guests who want to hear nothing."""
        if self._settled and self._bus.problem and not any(self._wants.values()):
            self._stop()

    def _seek(self) -> MessageBus:
        """For the first time, or again for somebody who waits or wants to hear something."""
        if self._sought and not self._waiting and not any(self._wants.values()):
            self._stop()
            raise asyncio.CancelledError
        self._sought = True
        return self._make()

    def _start(self) -> None:
        if self._serving is None and self._wants:
            self._serving = asyncio.get_running_loop().create_task(self._bus.serve())

    def _stop(self) -> None:
        for task in (self._serving, self._tuner):
            if task is not None:
                task.cancel()
        self._serving = self._tuner = None
        self._settled = self._sought = False
        self._rules = frozenset()
        self._bus = BusNames(self._seek, self._names, self)

    def _tune(self) -> None:
        self._untuned = True
        if self._tuner is None or self._tuner.done():
            self._tuner = asyncio.get_running_loop().create_task(self._until_tuned())

    async def _until_tuned(self) -> None:
        while self._untuned:
            self._untuned = False
            before, self._rules = self._rules, frozenset[str]().union(*self._wants.values())
            # A bus that goes away meanwhile is told of it when it is back.
            with suppress(Exception):
                for rule in before - self._rules:
                    await self._bus.ignore(rule)
                for rule in self._rules:
                    await self._bus.listen(rule)
                if not self._untuned:
                    self._hear_now()

    def _hear_now(self) -> None:
        deaf, self._deaf = self._deaf, set()
        for guest in deaf:
            if self._wants.get(guest):
                guest.tuned()


def the_session_bus(io: IoLoop, address: str | None) -> SharedBus:
    """This person's. None: at its usual place."""
    return _shared((io, "session", address), lambda: MessageBus(address or session_bus()), _SESSION_NAMES)


def the_system_bus(io: IoLoop, address: str | None) -> SharedBus:
    """The machine's. None: at its usual place."""
    return _shared(
        (io, "system", address), lambda: MessageBus(address, bus_type=BusType.SYSTEM), _SYSTEM_NAMES
    )


def _shared(
    key: tuple[IoLoop, str, str | None], make: Callable[[], MessageBus], names: Sequence[str]
) -> SharedBus:
    if key not in _open:
        _open[key] = SharedBus(make, names, lambda: _open.pop(key, None))
    return _open[key]
