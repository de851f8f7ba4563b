"""A logind and a screen saver that do what a test tells them, on real buses."""

from __future__ import annotations

import asyncio
import os
from abc import ABC, abstractmethod
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence.loginsession import LOGIND, MANAGER, PATH, PROPERTIES, SESSION, USER

Answer = tuple[str, list[Any]] | None
"""A signature and a body. None: that is an error here."""


class Service(ABC):
    """Owns a name from ``start`` to ``stop``, and answers calls.

    ``hangs``: take calls and answer none until ``wake``. ``behind``: what to do right behind the next answer.
    """

    def __init__(self, address: str, name: str) -> None:
        self.address, self.name = address, name
        self.hangs = False
        self.asked: list[str] = []
        self.behind: Callable[[], None] = lambda: None
        self.io = IoLoop()
        self._waiting: list[Message] = []
        self._bus: MessageBus | None = None

    @abstractmethod
    def answer(self, call: Message) -> Answer:
        """What it says to that."""

    def start(self) -> None:
        """Come on the bus and take the name."""
        self.io.call(self._start())

    def stop(self) -> None:
        """Die, as one that is killed does: without a word."""
        self._waiting.clear()
        self.io.call(self._stop())

    def close(self) -> None:
        self.stop()
        self.io.close()

    def wake(self) -> None:
        """Answer all that was left waiting, in its order."""

        async def answer_all() -> None:
            self.hangs = False
            waiting, self._waiting = self._waiting, []
            for message in waiting:
                self._reply(message)

        self.io.call(answer_all())

    def signal(
        self, path: str, interface: str, member: str, signature: str = "", *body: Any, to: str | None = None
    ) -> None:
        """Send it, and wait until the bus has it."""

        async def send() -> None:
            assert self._bus is not None
            self.send(path, interface, member, signature, *body, to=to)
            bus = "org.freedesktop.DBus"
            await self._bus.call(Message(bus, "/org/freedesktop/DBus", bus, "GetId"))

        self.io.call(send())

    def send(
        self, path: str, interface: str, member: str, signature: str = "", *body: Any, to: str | None = None
    ) -> None:
        """Send it. From the service's own thread, such as in ``behind``."""
        if self._bus is not None:
            self._bus.send(
                Message(
                    to,
                    path,
                    interface,
                    member,
                    MessageType.SIGNAL,
                    signature=signature,
                    body=list(body),
                )
            )

    def others(self) -> list[str]:
        """The unique names of all others on its bus."""

        async def names() -> list[str]:
            assert self._bus is not None
            bus = "org.freedesktop.DBus"
            reply = await self._bus.call(Message(bus, "/org/freedesktop/DBus", bus, "ListNames"))
            return [name for name in reply.body[0] if name.startswith(":") and name != self._bus.unique_name]

        return self.io.call(names())

    async def _start(self) -> None:
        self._bus = await MessageBus(self.address).connect()
        self._bus.add_message_handler(self._on_message)
        if self.name:
            await self._bus.request_name(self.name)

    async def _stop(self) -> None:
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.disconnect()
            with suppress(EOFError):  # The bus itself was killed.
                await asyncio.wait_for(bus.wait_for_disconnect(), 1)  # type: ignore[no-untyped-call]

    def _on_message(self, message: Message) -> bool:
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        self.asked.append(message.member or "")
        if self.hangs:
            self._waiting.append(message)
        else:
            self._reply(message)
        return True

    def _reply(self, message: Message) -> None:
        answer = self.answer(message)
        behind, self.behind = self.behind, lambda: None
        if self._bus is not None:
            self._bus.send(
                Message.new_error(message, "org.freedesktop.DBus.Error.Failed", "not here")
                if answer is None
                else Message.new_method_return(message, *answer)
            )
        behind()


class Nobody(Service):
    """A stranger on the bus, who sends what they like."""

    def __init__(self, address: str) -> None:
        super().__init__(address, "")

    def answer(self, _call: Message) -> Answer:
        return None


@dataclass
class Login:
    """One session, as logind knows it."""

    name: str
    locked: bool = False
    uid: int = os.getuid()
    kind: str = "user"

    @property
    def path(self) -> str:
        return f"{PATH}/session/{self.name}"


class Logind(Service):
    """``sessions`` by name. ``mine`` is that of any process that asks, ``display`` that on the screen."""

    def __init__(self, address: str, *sessions: Login, mine: str = "", display: str = "") -> None:
        super().__init__(address, LOGIND)
        self.sessions = {session.name: session for session in sessions}
        self.mine, self.display = mine, display

    def lock(self, name: str = "one", *, locked: bool = True) -> None:
        """The desktop says that it locked the session, or unlocked it."""
        self.signal(*self.hint(name, locked=locked))

    def hint(self, name: str = "one", *, locked: bool) -> tuple[Any, ...]:
        """The signal by which logind tells so."""
        self.sessions[name].locked = locked
        values = {"LockedHint": Variant("b", locked)}
        path = self.sessions[name].path
        return (path, PROPERTIES, "PropertiesChanged", "sa{sv}as", SESSION, values, [])

    def sleep(self, *, begins: bool) -> None:
        """The machine is about to sleep, or has slept."""
        self.signal(PATH, MANAGER, "PrepareForSleep", "b", begins)

    def come(self, session: Login) -> None:
        """Somebody logs in."""
        self.sessions[session.name] = session
        self.signal(PATH, MANAGER, "SessionNew", "so", session.name, session.path)

    def leave(self, name: str) -> None:
        """Somebody logs out."""
        path = self.sessions.pop(name).path
        self.signal(PATH, MANAGER, "SessionRemoved", "so", name, path)

    def answer(self, call: Message) -> Answer:
        match call.member:
            case "GetSession":
                return self._path(call.body[0])
            case "GetSessionByPID":
                return self._path(self.mine)
            case "GetUser":
                return "o", [f"{PATH}/user/_{call.body[0]}"]
            case "Get" if call.body == [USER, "Display"]:
                found = self.sessions.get(self.display)
                return "v", [Variant("(so)", [found.name, found.path] if found else ["", "/"])]
            case "GetAll":
                found = next((one for one in self.sessions.values() if one.path == call.path), None)
                return None if found is None else ("a{sv}", [self.facts(found)])
            case _:
                return None

    def facts(self, session: Login) -> dict[str, Variant]:
        """The session's properties."""
        return {
            "Id": Variant("s", session.name),
            "User": Variant("(uo)", [session.uid, f"{PATH}/user/_{session.uid}"]),
            "Class": Variant("s", session.kind),
            "LockedHint": Variant("b", session.locked),
        }

    def _path(self, name: str) -> Answer:
        return ("o", [self.sessions[name].path]) if name in self.sessions else None


class Saver(Service):
    """A screen saver of that name. ``path`` is where it can be asked; "": nowhere."""

    def __init__(self, address: str, name: str = "org.gnome.ScreenSaver", *, active: bool = False) -> None:
        super().__init__(address, name)
        self.path = "/" + name.replace(".", "/")
        self.active = active

    def cover(self, *, active: bool = True) -> None:
        """Cover the screen, or lay it open."""
        self.active = active
        self.signal(*self.change(active=active))

    def change(self, *, active: bool) -> tuple[Any, ...]:
        """The signal by which it tells so."""
        return (self.path or "/", self.name, "ActiveChanged", "b", active)

    def answer(self, call: Message) -> Answer:
        return ("b", [self.active]) if (call.path, call.member) == (self.path, "GetActive") else None
