"""The panels' register of tray icons on the session bus, and whether a panel shows what it holds."""

from __future__ import annotations

import asyncio
from typing import Any, TypeAlias

from dbus_fast import Message, MessageType, Variant
from dbus_fast.aio import MessageBus
from dbus_fast.constants import MessageFlag

from sitbreak.adapters.loop import IoLoop
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

Target: TypeAlias = tuple[str, str, str]
"""Whom to call: name, path, interface."""

WATCHER = "org.kde.StatusNotifierWatcher"
PANEL: Target = (WATCHER, "/StatusNotifierWatcher", WATCHER)
_PROPERTIES: Target = (WATCHER, "/StatusNotifierWatcher", "org.freedesktop.DBus.Properties")
_PATIENCE_S = 5.0


def probe(io: IoLoop) -> bool:
    """Whether a panel shows such icons now. Raises Unavailable where there is no session bus at all."""
    try:
        return io.call(_probe(), timeout_s=_PATIENCE_S)
    except Exception as error:
        raise Unavailable(
            tr("There is no session bus for the tray icon ({error}).").format(error=error),
            remedy=tr("Start sitbreak from within your desktop session."),
        ) from error


async def has_host(bus: MessageBus) -> bool:
    """Whether a panel is there that shows such icons. Raises ConnectionRefusedError without a register."""
    (found,) = await call(bus, _PROPERTIES, "Get", "ss", [WATCHER, "IsStatusNotifierHostRegistered"])
    return isinstance(found, Variant) and found.value is True


async def call(bus: MessageBus, target: Target, member: str, signature: str, body: list[Any]) -> list[Any]:
    """Call and wait. Raises ConnectionRefusedError where the answer is an error, TimeoutError for none."""
    name, path, interface = target
    message = Message(
        destination=name,
        path=path,
        interface=interface,
        member=member,
        signature=signature,
        body=body,
        # A desktop that does not run the register by itself has no panel to show the icon either.
        flags=MessageFlag.NO_AUTOSTART,
    )
    reply = await asyncio.wait_for(bus.call(message), _PATIENCE_S)
    if reply.message_type is MessageType.ERROR:
        raise ConnectionRefusedError(f"{reply.error_name}: {reply.body[0] if reply.body else member}")
    return list(reply.body)


async def _probe() -> bool:
    bus = await MessageBus(auth_timeout=2.0).connect()
    try:
        return await has_host(bus)
    except ConnectionRefusedError:
        return False
    finally:
        bus.disconnect()
