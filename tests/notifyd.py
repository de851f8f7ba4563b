"""A notification server that does what a test tells it, on a real bus."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from dbus_fast import Message, MessageType
from dbus_fast.aio import MessageBus

from sitbreak.adapters.loop import IoLoop

NAME = "org.freedesktop.Notifications"
PATH = "/org/freedesktop/Notifications"
FULL = ("actions", "body", "body-markup", "icon-static")
_NOTIFY = ("s", "u", "s", "s", "s", "as", "a{sv}", "i")
_INTROSPECTION = f"""<node><interface name="{NAME}">
<method name="Notify">{"".join(f'<arg type="{kind}" direction="in"/>' for kind in _NOTIFY)}
<arg type="u" direction="out"/></method>
<method name="CloseNotification"><arg type="u" direction="in"/></method>
<method name="GetCapabilities"><arg type="as" direction="out"/></method>
<method name="GetServerInformation">{'<arg type="s" direction="out"/>' * 4}</method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>"""


class Notify(NamedTuple):
    """One call of ``Notify``, as it came."""

    app: str
    replaces: int
    icon: str
    title: str
    body: str
    actions: list[str]
    hints: dict[str, Any]
    expire_ms: int


@dataclass
class Server:
    """Owns the name from ``start`` to ``stop``; ``on_screen`` is what it shows, by id.

    ``hangs``: take calls and answer none until ``wake``. ``refuses``: answer ``Notify`` with an error.
    ``odd``: answer ``Notify`` with a text. ``at_once``: signals to send right behind the next answer.
    """

    address: str
    capabilities: Sequence[str] = FULL
    hangs: bool = False
    refuses: bool = False
    odd: bool = False
    new_ids: bool = False
    at_once: list[tuple[str, str, list[Any]]] = field(default_factory=list)
    calls: list[Notify] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)
    on_screen: dict[int, Notify] = field(default_factory=dict)
    _last_id: int = 100

    def __post_init__(self) -> None:
        self.io = IoLoop()
        self._waiting: list[Message] = []
        self._bus: MessageBus | None = None

    def start(self) -> None:
        self.io.call(self._start())

    def stop(self) -> None:
        """Die, as a killed server does: without a word."""
        self.on_screen.clear()
        self._waiting.clear()
        self.io.call(self._stop())

    def close(self) -> None:
        self.stop()
        self.io.close()

    def wake(self) -> None:
        """Answer all that was left waiting, in its order."""

        def answer_all() -> None:
            self.hangs = False
            waiting, self._waiting = self._waiting, []
            for message in waiting:
                self._send(self._answer(message))
                self._send_at_once()

        self._on_loop(answer_all)

    def invoke(self, server_id: int, key: str) -> None:
        """Report a click; this server leaves the note where it is."""
        self.signal("ActionInvoked", "us", [server_id, key])

    def drop(self, server_id: int, reason: int) -> None:
        """Close a note for that reason."""
        self.on_screen.pop(server_id, None)
        self.signal("NotificationClosed", "uu", [server_id, reason])

    def signal(self, member: str, signature: str, body: list[Any], *, to: str | None = None) -> None:
        self._on_loop(lambda: self._send(_signal(member, signature, body, to)))

    def _on_loop(self, work: Any) -> None:
        async def run() -> None:
            work()

        self.io.call(run())

    async def _start(self) -> None:
        self._bus = await MessageBus(self.address).connect()
        self._bus.add_message_handler(self._on_message)
        await self._bus.request_name(NAME)

    async def _stop(self) -> None:
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.disconnect()
            with suppress(EOFError):  # The bus itself was killed.
                await asyncio.wait_for(bus.wait_for_disconnect(), 1)  # type: ignore[no-untyped-call]

    def _send(self, message: Message) -> None:
        if self._bus is not None:
            self._bus.send(message)

    def _send_at_once(self) -> None:
        for member, signature, body in self.at_once:
            self._send(_signal(member, signature, body))
        self.at_once = []

    def _on_message(self, message: Message) -> bool:
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        self.asked.append(message.member or "")
        if self.hangs:
            self._waiting.append(message)
        else:
            self._send(self._answer(message))
            if message.member == "Notify":
                self._send_at_once()
        return True

    def _answer(self, message: Message) -> Message:
        if message.member == "Notify" and self.refuses:
            return Message.new_error(message, f"{NAME}.Error", "too many")
        signature: str
        body: list[Any]
        match message.member:
            case "GetCapabilities":
                signature, body = "as", [list(self.capabilities)]
            case "GetServerInformation":
                signature, body = "ssss", ["scripted", "sitbreak", "1", "1.2"]
            case "CloseNotification":
                if self.on_screen.pop(message.body[0], None):
                    self._send(_signal("NotificationClosed", "uu", [message.body[0], 3]))
                signature, body = "", []
            case "Notify":
                signature, body = ("s", ["seven"]) if self.odd else ("u", [self._take(message.body)])
            case "Introspect":
                signature, body = "s", [_INTROSPECTION]
            case _:
                return Message.new_error(message, "org.freedesktop.DBus.Error.UnknownMethod", "what?")
        return Message.new_method_return(message, signature, body)

    def _take(self, body: list[Any]) -> int:
        hints = {key: value.value for key, value in body[6].items()}
        call = Notify(body[0], body[1], body[2], body[3], body[4], body[5], hints, body[7])
        self.calls.append(call)
        replaced = self.on_screen.pop(call.replaces, None)
        if replaced is None or self.new_ids:
            self._last_id += 1
        self.on_screen[self._last_id] = call
        return self._last_id


class Stranger:
    """Another program on the bus, which sends what it likes."""

    def __init__(self, address: str) -> None:
        self._io = IoLoop()
        self._bus = self._io.call(self._connect(address))

    def signal(self, member: str, signature: str, body: list[Any], *, to: str | None = None) -> None:
        self._io.call(self._flush(_signal(member, signature, body, to)))

    def others(self) -> list[str]:
        """The unique names of all others."""

        async def names() -> list[str]:
            bus = "org.freedesktop.DBus"
            reply = await self._bus.call(Message(bus, "/org/freedesktop/DBus", bus, "ListNames"))
            return [name for name in reply.body[0] if name.startswith(":") and name != self._bus.unique_name]

        return self._io.call(names())

    def close(self) -> None:
        async def leave() -> None:
            self._bus.disconnect()
            await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

        self._io.call(leave())
        self._io.close()

    async def _connect(self, address: str) -> MessageBus:
        return await MessageBus(address).connect()

    async def _flush(self, message: Message) -> None:
        await self._bus.send(message)
        bus = "org.freedesktop.DBus"
        await self._bus.call(Message(bus, "/org/freedesktop/DBus", bus, "GetId"))


def _signal(member: str, signature: str, body: list[Any], to: str | None = None) -> Message:
    return Message(
        destination=to,
        path=PATH,
        interface=NAME,
        member=member,
        message_type=MessageType.SIGNAL,
        signature=signature,
        body=body,
    )
