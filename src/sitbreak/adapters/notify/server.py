"""The session's notification server, as seen over one bus connection that may die and come back."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any

from dbus_fast import Message, MessageFlag, MessageType
from dbus_fast.aio import MessageBus

from sitbreak.adapters.notify.candidate import SERVER_ROAD, RoadClosed
from sitbreak.adapters.sessionbus import session_bus
from sitbreak.errors import NotifyFailed
from sitbreak.wording import tr

NAME = INTERFACE = SERVER_ROAD
PATH = "/org/freedesktop/Notifications"
_BUS = "org.freedesktop.DBus"
_BUS_PATH = "/org/freedesktop/DBus"
_RULES = (
    f"type='signal',sender='{_BUS}',interface='{_BUS}',member='NameOwnerChanged',arg0='{NAME}'",
    f"type='signal',sender='{NAME}',interface='{INTERFACE}'",
)
_SIGNALS = {"ActionInvoked": "us", "NotificationClosed": "uu"}

PATIENCE_S = 10.0
"""How long the next call waits for an unanswered one, seconds. A note placed even later is still heard of."""

_log = logging.getLogger(__name__)


class ServerLink:
    """Finds the server, talks to it and hears it. Loop thread only; one conversation at a time.

    ``changed`` is called when the server's name changes hands or the bus is lost, ``heard`` with a signal's
    member and body, which is of the right types and comes from the name's true owner.
    """

    def __init__(
        self,
        address: str | None,
        *,
        changed: Callable[[], None],
        heard: Callable[[str, Sequence[Any]], None],
    ) -> None:
        self.owner: str | None = None
        self._address, self._changed, self._heard = address, changed, heard
        self._bus: MessageBus | None = None
        self._watch: asyncio.Task[None] | None = None
        self._placings: dict[int, Callable[[int], None]] = {}
        self._owner_changes = 0

    @property
    def connected(self) -> bool:
        """Whether there is a bus."""
        return self._bus is not None

    async def reach(self, *, start: bool) -> None:
        """Make sure of an owner to talk to; ``start``: have the bus start one where it can.

        Raises:
            NotifyFailed: there is no bus.
            RoadClosed: there is no server.
        """
        await self._connect()
        if self.owner is None and start:
            await self._ask_bus("StartServiceByName", "su", [NAME, 0])
            await self._find_owner()
        if self.owner is None:
            raise _no_server()

    async def startable(self) -> bool:
        """Whether the bus would start a server on demand. Raises NotifyFailed."""
        await self._connect()
        answer = await self._ask_bus("ListActivatableNames")
        return answer is not None and NAME in answer[0]

    async def capabilities(self) -> frozenset[str]:
        """What the server says of itself. Raises RoadClosed."""
        answer = await self._ask_server("GetCapabilities")
        return frozenset(answer[0]) if answer and isinstance(answer[0], list) else frozenset()

    async def notify(self, arguments: list[Any], placed: Callable[[int], None]) -> None:
        """Send a note. ``placed`` gets its id before any later signal is heard. Raises RoadClosed."""
        if self._bus is None:
            raise _no_server()
        serial = self._bus.next_serial()
        self._placings[serial] = placed
        await self._ask_server("Notify", "susssasa{sv}i", arguments, serial=serial)

    def drop(self, server_id: int) -> None:
        """Have the server close a note. Nobody waits for it; one that is gone already does no harm."""
        if self._bus is None or self.owner is None:
            return
        quiet = MessageFlag.NO_REPLY_EXPECTED | MessageFlag.NO_AUTOSTART
        sent = self._bus.send(
            Message(
                self.owner, PATH, INTERFACE, "CloseNotification", flags=quiet, signature="u", body=[server_id]
            )
        )
        sent.add_done_callback(lambda future: future.cancelled() or future.exception())

    async def leave(self) -> None:
        """Let go of the bus."""
        bus, self._bus = self._bus, None
        self._forget()
        if bus is not None:
            bus.disconnect()
            with suppress(Exception):
                await asyncio.wait_for(bus.wait_for_disconnect(), 0.5)  # type: ignore[no-untyped-call]

    async def _connect(self) -> None:
        if self._bus is not None:
            return
        try:
            bus = MessageBus(self._address or session_bus())
            async with asyncio.timeout(PATIENCE_S):
                await bus.connect()
        except Exception as error:
            raise NotifyFailed(
                tr("The session bus cannot be reached: {why}").format(why=str(error) or type(error).__name__),
                remedy=tr("Start sitbreak from within a desktop session."),
            ) from error
        bus.add_message_handler(self._on_message)
        self._bus = bus
        self._watch = asyncio.ensure_future(self._until_lost(bus))
        try:
            for rule in _RULES:
                await self._ask_bus("AddMatch", "s", [rule])
            await self._find_owner()
        except BaseException:
            await self.leave()
            raise

    async def _find_owner(self) -> None:
        changes = self._owner_changes
        answer = await self._ask_bus("GetNameOwner", "s", [NAME])
        if changes == self._owner_changes:
            self.owner = answer[0] if answer else None

    async def _until_lost(self, bus: MessageBus) -> None:
        with suppress(Exception):
            await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
        if self._bus is bus:
            self._bus = None
            self._forget()
            self._changed()

    def _forget(self) -> None:
        self.owner = None
        self._placings.clear()

    async def _ask_bus(self, member: str, signature: str = "", body: Sequence[Any] = ()) -> list[Any] | None:
        reply = await self._call(Message(_BUS, _BUS_PATH, _BUS, member, signature=signature, body=list(body)))
        if reply is None:
            raise NotifyFailed(tr("The session bus went away."))
        return None if reply.message_type is MessageType.ERROR else reply.body

    async def _ask_server(
        self, member: str, signature: str = "", body: Sequence[Any] = (), *, serial: int = 0
    ) -> list[Any]:
        reply = await self._call(
            Message(self.owner, PATH, INTERFACE, member, signature=signature, body=list(body), serial=serial)
        )
        if reply is None or self.owner is None:
            raise _no_server()
        if reply.message_type is MessageType.ERROR:
            why = reply.body[0] if reply.signature == "s" else reply.error_name
            raise RoadClosed(
                tr("The notification server refused: {why}").format(why=why),
                remedy=tr("Restart it, or install another, such as dunst."),
            )
        return reply.body

    async def _call(self, message: Message) -> Message | None:
        bus = self._bus
        if bus is None:
            return None
        try:
            async with asyncio.timeout(PATIENCE_S):
                return await bus.call(message)
        except TimeoutError as error:
            raise silent() from error
        except Exception:
            _log.debug("a call went down with the bus", exc_info=True)
            return None

    def _on_message(self, message: Message) -> None:
        if message.message_type is MessageType.SIGNAL:
            self._on_signal(message)
            return
        placed = self._placings.pop(message.reply_serial, None)
        if placed is not None and message.signature == "u" and message.sender == self.owner:
            placed(message.body[0])

    def _on_signal(self, message: Message) -> None:
        # A signal sent to us alone passes every match rule, so the sender itself must be looked at.
        if message.sender == _BUS:
            if message.member == "NameOwnerChanged" and message.body[0] == NAME:
                self._owner_changes += 1
                self._forget()
                self.owner = message.body[2] or None
                self._changed()
        elif (
            message.sender == self.owner
            and message.interface == INTERFACE
            and message.member in _SIGNALS
            and message.signature == _SIGNALS[message.member]
        ):
            self._heard(message.member, message.body)


def silent() -> RoadClosed:
    """The error for a server that is there and does not answer."""
    return RoadClosed(
        tr("The notification server does not answer."),
        remedy=tr("Restart it; the prompt appears as soon as it answers."),
    )


def _no_server() -> RoadClosed:
    return RoadClosed(
        tr("No notification server runs on this desktop."),
        remedy=tr("Install and start one, such as dunst or xfce4-notifyd."),
    )
