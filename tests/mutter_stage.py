"""GNOME's compositor without a screen, and scripted stand-ins for what it cannot be made to do."""

from __future__ import annotations

from contextlib import suppress
from typing import Any, Self

from dbus_fast import Message, MessageFlag, MessageType, Variant
from dbus_fast.aio import MessageBus

from desk import Desk, wait_for
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence.mutterlink import INHIBITS_IDLE, INTERFACE, NAME, PATH, SESSION, SESSION_PATH

BUS = "org.freedesktop.DBus"
PROPERTIES = "org.freedesktop.DBus.Properties"
ODD_NUMBER = 2**64 - 1


class Peer:
    """A program on the bus, with a thread of its own. Use as a context manager."""

    def __init__(self, desk: Desk) -> None:
        self._io, self.asked = IoLoop(), list[tuple[str, list[Any]]]()
        self._bus: MessageBus = self._io.call(self._connect(desk.env["DBUS_SESSION_BUS_ADDRESS"]))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        async def leave() -> None:
            self._bus.disconnect()
            with suppress(EOFError):  # The bus itself was killed.
                await self._bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

        self._io.call(leave())
        self._io.close()

    def call(self, message: Message) -> Message:
        """Call somebody and wait for the answer."""
        return self._io.call(self._bus.call(message), timeout_s=10)

    def bus(self, member: str, signature: str = "", *body: Any) -> Message:
        """Ask the bus itself."""
        return self.call(
            Message(BUS, "/org/freedesktop/DBus", BUS, member, signature=signature, body=list(body))
        )

    def send(self, *messages: Message) -> None:
        """Send signals; they are on their way when this returns."""

        async def send() -> None:
            for message in messages:
                await self._bus.send(message)

        self._io.call(send())
        self.bus("GetId")

    def own(self, name: str) -> None:
        """Take a name, from whoever has it and lets it go."""
        self.bus("RequestName", "su", name, 3)

    def disown(self, name: str) -> None:
        self.bus("ReleaseName", "s", name)

    def owned(self, name: str) -> bool:
        return bool(self.bus("NameHasOwner", "s", name).body[0])

    def others(self) -> list[str]:
        """The unique names of all others."""
        names = self.bus("ListNames").body[0]
        return [name for name in names if name.startswith(":") and name != self._bus.unique_name]

    def answer(self, message: Message) -> Message | None:
        """What to say to a call; None: nothing."""
        return Message.new_error(message, f"{BUS}.Error.UnknownMethod", "what?")

    async def _connect(self, address: str) -> MessageBus:
        bus = await MessageBus(address).connect()
        bus.add_message_handler(self._on_message)
        return bus

    def _on_message(self, message: Message) -> bool:
        if message.message_type is not MessageType.METHOD_CALL:
            return False
        self.asked.append((message.member or "", message.body))
        answer = self.answer(message)
        if answer is not None and not message.flags & MessageFlag.NO_REPLY_EXPECTED:
            self._bus.send(answer)
        return True


def fired(watch: int, to: str) -> Message:
    """The signal that a watch went off."""
    return Message(to, PATH, INTERFACE, "WatchFired", MessageType.SIGNAL, signature="u", body=[watch])


class Mutter:
    """A real compositor on a desk's bus, and the hand that touches it."""

    def __init__(self, desk: Desk) -> None:
        self.desk, self._clock = desk, SystemClock()
        self.start()
        self._hand = Peer(desk)
        wait_for(lambda: self._hand.owned(NAME), why="for mutter's idle monitor")

    def start(self) -> None:
        argv = ["mutter", "--headless", "--virtual-monitor", "640x480", "--no-x11"]
        self.desk.start("mutter", [*argv, "--wayland-display", "wl-mutter"], MUTTER_DEBUG_RESET_IDLETIME="1")

    def touch(self) -> float:
        """Touch it; the monotonic second just before."""
        at_s = self._clock.now().mono_s
        done = self._hand.call(Message(NAME, PATH, INTERFACE, "ResetIdletime"))
        assert done.message_type is MessageType.METHOD_RETURN, done.body
        return at_s

    def close(self) -> None:
        self._hand.__exit__()


class Monitor(Peer):
    """An idle monitor that says whatever a test sets. ``idle`` may be an answer of any type.

    ``hangs``: answer nothing. ``jumpy``: every watch for input goes off as soon as it is set.
    """

    def __init__(self, desk: Desk, idle: tuple[str, Any] = ("t", 5000)) -> None:
        super().__init__(desk)
        self.idle, self.hangs, self.jumpy = idle, False, False
        self.watches: dict[int, int] = {}
        self._clients: dict[int, str] = {}
        self._last = 0
        self.own(NAME)

    def fire(self, watch: int) -> None:
        self.send(fired(watch, self._clients[watch]))

    def watch_at(self, interval_ms: int) -> int:
        """The watch at that threshold, or with 0 the one for input."""
        return wait_for(
            lambda: next((w for w, ms in self.watches.items() if ms == interval_ms), None),
            for_s=5,
            why=f"for a watch at {interval_ms} ms",
        )

    def answer(self, message: Message) -> Message | None:
        if self.hangs:
            return None
        match message.member:
            case "GetIdletime":
                return Message.new_method_return(message, self.idle[0], [self.idle[1]])
            case "AddIdleWatch" | "AddUserActiveWatch":
                return self._add(message, message.body[0] if message.body else 0)
            case "RemoveWatch":
                self.watches.pop(message.body[0], None)
                return Message.new_method_return(message)
            case _:
                return super().answer(message)

    def _add(self, message: Message, interval_ms: int) -> Message | None:
        assert message.sender is not None
        self._last += 1
        self.watches[self._last], self._clients[self._last] = interval_ms, message.sender
        answer = Message.new_method_return(message, "u", [self._last])
        if self.jumpy and not interval_ms:
            self._bus.send(answer)
            self._bus.send(fired(self._last, message.sender))
            return None
        return answer


class Session(Peer):
    """A session manager, of which programs ask not to idle."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self._actions = 0
        self.own(SESSION)

    def hold(self, *, held: bool) -> None:
        self._actions = INHIBITS_IDLE if held else 0
        body = [SESSION, self._all(), []]
        self.send(
            Message(
                None,
                SESSION_PATH,
                PROPERTIES,
                "PropertiesChanged",
                MessageType.SIGNAL,
                signature="sa{sv}as",
                body=body,
            )
        )

    def answer(self, message: Message) -> Message | None:
        match message.member:
            case "GetAll":
                return Message.new_method_return(message, "a{sv}", [self._all()])
            case "Get":
                return Message.new_method_return(message, "v", [self._all()["InhibitedActions"]])
            case _:
                return Message.new_method_return(message)

    def _all(self) -> dict[str, Variant]:
        return {"InhibitedActions": Variant("u", self._actions)}
