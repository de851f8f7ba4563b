"""GNOME's idle monitor, as seen over a session bus connection of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

from dbus_fast import Message, MessageFlag, MessageType
from dbus_fast.aio import MessageBus

from sitbreak.adapters.sessionbus import session_bus
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

NAME = INTERFACE = "org.gnome.Mutter.IdleMonitor"
PATH = "/org/gnome/Mutter/IdleMonitor/Core"
SESSION, SESSION_PATH = "org.gnome.SessionManager", "/org/gnome/SessionManager"
INHIBITS_IDLE = 8
"""The bit of the session's ``InhibitedActions`` that is set while a program keeps it from idling."""

PROBE_S = 1.5
"""How long to wait for the bus and the monitor at first, seconds."""
PATIENCE_S = 25.0
"""How long the monitor may leave a question open before it counts as lost, seconds."""

_BUS, _BUS_PATH = "org.freedesktop.DBus", "/org/freedesktop/DBus"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_OWNERS = f"type='signal',sender='{_BUS}',interface='{_BUS}',member='NameOwnerChanged'"
_RULES = (
    f"{_OWNERS},arg0='{NAME}'",
    f"{_OWNERS},arg0='{SESSION}'",
    f"type='signal',sender='{SESSION}',path='{SESSION_PATH}',interface='{_PROPERTIES}'",
)


class MonitorLink:
    """Asks the monitor and hears it. Loop thread only.

    ``fired`` is called with the id of a watch that went off; ``gone`` once, when the monitor or the bus is
    lost or makes no sense, and nothing after that.

    Attributes:
        held: whether a program keeps the session from idling, as a film does.
    """

    def __init__(
        self,
        address: str | None,
        *,
        fired: Callable[[int], None],
        held_changed: Callable[[], None],
        gone: Callable[[str], None],
    ) -> None:
        self.held = False
        self._address, self._fired, self._held_changed, self._gone = address, fired, held_changed, gone
        self._bus: MessageBus | None = None
        self._owner: str | None = None
        self._owner_changed = False
        self._pending: dict[int, tuple[Callable[[Message], None], asyncio.TimerHandle]] = {}
        self._held_serial = 0
        self._disconnected: asyncio.Future[None] | None = None
        self._opened, self._closed = False, False

    async def open(self) -> int:
        """Find the monitor and try it out; its idle time, milliseconds. Raises Unavailable."""
        try:
            async with asyncio.timeout(PROBE_S):
                idle_ms = await self._open()
        except TimeoutError:
            self.close()
            raise (silent() if self._owner else _silent_bus()) from None
        except BaseException:
            self.close()
            raise
        if self._closed or self._owner_changed:
            self.close()
            raise Unavailable(_left())
        self._opened = True
        self._ask_held()
        return idle_ms

    def ask(
        self, member: str, then: Callable[[int], None], *, signature: str = "", body: tuple[int, ...] = ()
    ) -> None:
        """Call a method that answers with one number, and hand that to ``then``."""
        if self._bus is None:
            return

        def take(reply: Message) -> None:
            if reply.message_type is MessageType.ERROR or reply.signature not in {"t", "u"}:
                self.fail(odd(_said(reply)))
            else:
                then(reply.body[0])

        late = asyncio.get_running_loop().call_later(PATIENCE_S, lambda: self.fail(silent().what))
        serial = self._bus.next_serial()
        self._pending[serial] = take, late
        self._send(self._call(member, signature=signature, body=list(body), serial=serial))

    def forget(self, watch: int) -> None:
        """Have the monitor drop a watch. Nobody waits for it."""
        self._send(
            self._call("RemoveWatch", signature="u", body=[watch], flags=MessageFlag.NO_REPLY_EXPECTED)
        )

    def fail(self, reason: str) -> None:
        """Give the monitor up as lost."""
        if not self._closed:
            self.close()
            if self._opened:
                self._gone(reason)

    def close(self) -> None:
        """Let go of the bus."""
        self._closed = True
        for _, late in self._pending.values():
            late.cancel()
        self._pending.clear()
        bus, self._bus = self._bus, None
        if bus is not None:
            bus.disconnect()

    async def _open(self) -> int:
        try:
            bus = await MessageBus(self._address or session_bus()).connect()
        except Exception as error:
            raise Unavailable(
                tr("The session bus cannot be reached: {why}").format(why=str(error) or type(error).__name__),
                remedy=tr("Start sitbreak from within a desktop session."),
            ) from error
        self._bus = bus
        bus.add_message_handler(self._on_message)
        self._disconnected = asyncio.ensure_future(bus.wait_for_disconnect())  # type: ignore[no-untyped-call]
        self._disconnected.add_done_callback(self._on_disconnect)
        for rule in _RULES:
            await self._reply(bus, _to_bus("AddMatch", rule))
        self._owner_changed = False
        owned = await self._reply(bus, _to_bus("GetNameOwner", NAME))
        if owned.message_type is MessageType.ERROR:
            raise Unavailable(
                tr("This desktop has no idle monitor of GNOME's."),
                remedy=tr("Nothing to do: other desktops have other sources."),
            )
        self._owner = owned.body[0]
        reply = await self._reply(bus, self._call("GetIdletime"))
        if reply.message_type is MessageType.ERROR or reply.signature != "t":
            raise Unavailable(odd(_said(reply)))
        return int(reply.body[0])

    async def _reply(self, bus: MessageBus, message: Message) -> Message:
        try:
            return await bus.call(message)
        except Exception as error:
            raise Unavailable(tr("The session bus went away.")) from error

    def _call(self, member: str, **rest: Any) -> Message:
        # To its unique name: whoever takes the well-known one over is never mistaken for it.
        return Message(self._owner, PATH, INTERFACE, member, **rest)

    def _send(self, message: Message) -> None:
        if self._bus is not None:
            sent = self._bus.send(message)
            sent.add_done_callback(lambda future: future.cancelled() or future.exception())

    def _ask_held(self) -> None:
        if self._bus is not None:
            self._held_serial = self._bus.next_serial()
            asked: dict[str, Any] = {"signature": "ss", "body": [SESSION, "InhibitedActions"]}
            asked |= {"flags": MessageFlag.NO_AUTOSTART, "serial": self._held_serial}
            self._send(Message(SESSION, SESSION_PATH, _PROPERTIES, "Get", **asked))

    def _on_message(self, message: Message) -> None:
        if self._closed:
            return
        try:
            if message.message_type is MessageType.SIGNAL:
                self._on_signal(message)
            elif message.reply_serial and message.reply_serial == self._held_serial:
                self._on_held(message)
            elif found := self._pending.pop(message.reply_serial or 0, None):
                take, late = found
                late.cancel()
                take(message)
        except Exception as error:  # whatever broke the conversation, it cannot go on
            self.fail(odd(repr(error)))

    def _on_signal(self, message: Message) -> None:
        # A signal sent to us alone passes every match rule, so the sender itself must be looked at.
        if message.sender == _BUS and message.member == "NameOwnerChanged":
            if message.body[0] == NAME:
                self._owner_changed = True
                if self._owner is not None and message.body[1] == self._owner:
                    self.fail(_left())
            elif message.body[0] == SESSION:
                self._ask_held()
        elif message.sender == self._owner:
            if message.interface == INTERFACE and message.member == "WatchFired" and message.signature == "u":
                self._fired(message.body[0])
        elif message.interface == _PROPERTIES and message.path == SESSION_PATH:
            # Whoever says so, the session itself is asked.
            self._ask_held()

    def _on_held(self, reply: Message) -> None:
        self._held_serial = 0
        # No session manager, or one that cannot tell: nothing is known to have changed.
        if reply.message_type is not MessageType.ERROR and reply.signature == "v":
            value: Any = reply.body[0].value
            held = isinstance(value, int) and bool(value & INHIBITS_IDLE)
            if held != self.held:
                self.held = held
                self._held_changed()

    def _on_disconnect(self, ended: asyncio.Future[None]) -> None:
        if not ended.cancelled():
            ended.exception()
        self.fail(tr("The session bus went away."))


def odd(answer: object) -> str:
    """The reason of a monitor that makes no sense."""
    return tr("GNOME's idle monitor gave an odd answer: {answer}").format(answer=answer)


def silent() -> Unavailable:
    """The refusal for a monitor that is there and does not answer."""
    return Unavailable(
        tr("GNOME's idle monitor does not answer."),
        remedy=tr("Log out of the desktop and in again."),
    )


def _silent_bus() -> Unavailable:
    return Unavailable(
        tr("The session bus does not answer."), remedy=tr("Log out of the desktop and in again.")
    )


def _left() -> str:
    return tr("GNOME's idle monitor has left the session bus.")


def _said(reply: Message) -> object:
    return reply.body[0] if reply.body else reply.error_name or "-"


def _to_bus(member: str, argument: str) -> Message:
    return Message(_BUS, _BUS_PATH, _BUS, member, signature="s", body=[argument])
