"""A plain D-Bus client that looks at our tray icon as a panel would, and worse."""

from __future__ import annotations

import os
from typing import Any

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.constants import MessageFlag

from sitbreak.adapters.loop import IoLoop

ITEM = ("/StatusNotifierItem", "org.kde.StatusNotifierItem")
MENU = ("/MenuBar", "com.canonical.dbusmenu")
PROPERTIES = "org.freedesktop.DBus.Properties"
NAME = f"org.kde.StatusNotifierItem-{os.getpid()}-1"


class Client:
    """Somebody else on the bus."""

    def __init__(self, address: str) -> None:
        self.io = IoLoop()
        self.signals: list[tuple[str, list[Any]]] = []
        self.bus = self.io.call(self._connect(address))
        daemon = "org.freedesktop.DBus"
        rule = "type='signal',path_namespace='/'"
        self.ask("/org/freedesktop/DBus", daemon, "AddMatch", "s", [rule], to=daemon)

    async def _connect(self, address: str) -> MessageBus:
        bus = await MessageBus(address).connect()
        bus.add_message_handler(self._heard)
        return bus

    def _heard(self, message: Message) -> None:
        if message.message_type is MessageType.SIGNAL and message.interface in {ITEM[1], MENU[1]}:
            self.signals.append((message.member or "", message.body))

    def send(self, path: str, interface: str, member: str, signature: str = "", body: Any = ()) -> None:
        """Call and do not want an answer."""
        message = Message(
            destination=NAME,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
            flags=MessageFlag.NO_REPLY_EXPECTED,
        )
        self.io.soon(lambda: self.bus.send(message))

    def ask(  # noqa: PLR0917 - the parts of a call
        self, path: str, interface: str, member: str, signature: str = "", body: Any = (), to: str = NAME
    ) -> list[Any] | str:
        """The answer, or the error's name."""
        message = Message(
            destination=to,
            path=path,
            interface=interface,
            member=member,
            signature=signature,
            body=list(body),
        )
        reply = self.io.call(self.bus.call(message))
        return reply.error_name or "" if reply.message_type is MessageType.ERROR else list(reply.body)

    def get(self, name: str, of: tuple[str, str] = ITEM) -> Any:
        answer = self.ask(of[0], PROPERTIES, "Get", "ss", [of[1], name])
        assert not isinstance(answer, str), answer
        return answer[0].value

    def layout(self) -> list[Any]:
        answer = self.ask(*MENU, "GetLayout", "iias", [0, -1, []])
        assert not isinstance(answer, str), answer
        return list(answer[1])

    def number(self, label: str, below: list[Any] | None = None) -> int:
        for child in (below or self.layout())[2]:
            number, properties, _ = child.value
            if properties.get("label", Variant("s", "")).value == label:
                return int(number)
            if found := self.number(label, child.value) if child.value[2] else 0:
                return found
        return 0

    def click(self, number: int) -> list[Any] | str:
        return self.ask(*MENU, "Event", "isvu", [number, "clicked", Variant("s", ""), 0])

    def settle(self) -> None:
        """Return when all that was sent to us before has come."""
        self.ask("/", "org.freedesktop.DBus.Peer", "Ping")

    def close(self) -> None:
        self.io.soon(self.bus.disconnect)
        self.io.close()
