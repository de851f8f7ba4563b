"""The tray of Linux desktops: a StatusNotifierItem of our own, as a pystray backend over dbus-fast.

It waits for the panel, comes back when the panel or its watcher was restarted, and when the session bus was.
Nothing is polled while there is a bus.
"""

from __future__ import annotations

import asyncio
import logging
import os
import threading
from collections.abc import Callable
from dataclasses import replace

from dbus_fast import Message, MessageType, NameFlag, RequestNameReply
from dbus_fast.aio import MessageBus
from dbus_fast.constants import MessageFlag

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.tray.base import IconTray, TrayState
from sitbreak.adapters.tray.dbusmenu import MENU_PATH, MenuBar
from sitbreak.adapters.tray.item import ITEM_INTERFACE, ITEM_PATH, ItemFace, Picture, StatusItem
from sitbreak.adapters.tray.menus import Choose, PortMenu, default_request, guarded
from sitbreak.adapters.tray.menutree import MenuTree
from sitbreak.adapters.tray.quiet import pystray
from sitbreak.adapters.tray.watcher import PANEL, WATCHER, call, has_host
from sitbreak.ports import Look, MenuItem

SIZES_PX = (22, 44, 64)
FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 60.0
"""Between attempts to find a session bus that has gone; each pause is twice the one before."""

_DBUS = "org.freedesktop.DBus"
_BUS = (_DBUS, "/org/freedesktop/DBus", _DBUS)
_MATCHES = (
    f"type='signal',sender='{_DBUS}',interface='{_DBUS}',member='NameOwnerChanged',arg0='{WATCHER}'",
    f"type='signal',interface='{WATCHER}',member='StatusNotifierHostRegistered'",
    f"type='signal',interface='{WATCHER}',member='StatusNotifierHostUnregistered'",
)

_log = logging.getLogger(__name__)

# Its complaints are of callers that are gone and of buses that died, with a traceback each; what they mean
# for the icon is seen to here.
logging.getLogger("dbus_fast").setLevel(logging.CRITICAL)


class SniIcon(pystray.Icon):  # type: ignore[misc]  # pystray ships no types
    """A pystray icon on the session bus. Its ``icon`` is a ``Picture``. Set it on the loop's thread."""

    HAS_NOTIFICATION = False
    HAS_MENU_RADIO = False

    def __init__(self, io: IoLoop, name: str, title: str, choose: Choose) -> None:
        self._io, self._choose = io, choose
        self._ended = threading.Event()
        self._face = ItemFace(title=title)
        self._tree = MenuTree()
        self._lines: tuple[MenuItem, ...] = ()
        self._item: StatusItem | None = None
        self._bar: MenuBar | None = None
        self._serving: asyncio.Task[None] | None = None
        self._greeting: asyncio.Task[None] | None = None
        self.state = TrayState.WAITING
        super().__init__(name, title=title)

    def attend(self, *, attention: bool) -> None:
        """Whether the panel is to bring the icon forward."""
        self._put(replace(self._face, attention=attention))

    def _show(self) -> None:
        self._update_title()
        self._serving = self._io.loop.create_task(self._serve())

    def _hide(self) -> None:
        if self._serving is not None:
            self._serving.cancel()
            self._serving = None

    def _update_icon(self) -> None:
        self._put(replace(self._face, picture=self._icon))
        self._icon_valid = True

    def _update_title(self) -> None:
        self._put(replace(self._face, tooltip=self._title))

    def _update_menu(self) -> None:
        if not isinstance(self._menu, PortMenu) or self._menu.lines == self._lines:
            return
        self._lines = self._menu.lines
        change = self._tree.put(self._lines)
        if self._bar is not None:
            self._bar.announce(change)

    def _run(self) -> None:
        self._mark_ready()
        self._ended.wait()

    def _stop(self) -> None:
        self._ended.set()

    def _put(self, face: ItemFace) -> None:
        self._face = face
        if self._item is not None:
            self._item.update(face)

    def _activate(self) -> None:
        if request := default_request(self._lines):
            self._choose(request)

    async def _serve(self) -> None:
        pause_s = FIRST_PAUSE_S
        while True:
            self.state = TrayState.NO_BUS
            bus = None
            try:
                bus = await MessageBus(auth_timeout=5.0).connect()
                await self._attend_to(bus)
                pause_s = FIRST_PAUSE_S
                await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]
            except Exception as error:
                _log.info("the tray icon has no session bus: %s", error)
            finally:
                self._let_go(bus)
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def _attend_to(self, bus: MessageBus) -> None:
        self.state = TrayState.WAITING
        name = f"{ITEM_INTERFACE}-{os.getpid()}-1"
        self._item = StatusItem(self.name, self._face, self._activate)
        self._bar = MenuBar(self._tree, self._choose)
        bus.export(ITEM_PATH, self._item)
        bus.export(MENU_PATH, self._bar)
        # Where processes are numbered per sandbox another may hold the name; our own address does as well.
        if await bus.request_name(name, NameFlag.DO_NOT_QUEUE) is not RequestNameReply.PRIMARY_OWNER:
            name = bus.unique_name or name
        greet = self._greeter(bus, name)
        bus.add_message_handler(lambda message: self._on_message(message, greet))
        for rule in _MATCHES:
            await call(bus, _BUS, "AddMatch", "s", [rule])
        greet()

    def _greeter(self, bus: MessageBus, name: str) -> Callable[[], None]:
        async def register() -> None:
            self.state = TrayState.WAITING
            while bus.connected:
                try:
                    await call(bus, PANEL, "RegisterStatusNotifierItem", "s", [name])
                    self.state = TrayState.SHOWN if await has_host(bus) else TrayState.WAITING
                except TimeoutError:
                    continue  # a panel that is there and busy: the wait was the pause
                except Exception as error:
                    _log.debug("no panel takes the icon yet: %s", error)
                return

        def greet() -> None:
            if self._greeting is not None:
                self._greeting.cancel()
            self._greeting = asyncio.get_running_loop().create_task(register())

        return greet

    def _on_message(self, message: Message, greet: Callable[[], None]) -> bool:
        if message.message_type is MessageType.SIGNAL:
            match message.member:
                case "NameOwnerChanged" if message.sender == _DBUS:
                    self.state = TrayState.WAITING
                    if message.body[2]:
                        greet()
                case "StatusNotifierHostRegistered" | "StatusNotifierHostUnregistered":
                    greet()
                case _:
                    pass
            return False
        # A question whose answer nobody waits for: dbus-fast would log a traceback where it has no answer.
        return (
            message.message_type is MessageType.METHOD_CALL
            and bool(message.flags & MessageFlag.NO_REPLY_EXPECTED)
            and ((message.interface or "").startswith(_DBUS) or (message.member or "").startswith("Get"))
        )

    def _let_go(self, bus: MessageBus | None) -> None:
        self._item = self._bar = None
        self.state = TrayState.NO_BUS
        if self._greeting is not None:
            self._greeting.cancel()
            self._greeting = None
        if bus is not None and bus.connected:
            bus.disconnect()


class SniTray(IconTray):
    """The port over ``SniIcon``. All work on it is done on the loop's thread."""

    def __init__(self, io: IoLoop, choose: Choose, app_title: str) -> None:
        super().__init__("sni", SniIcon(io, "sitbreak", app_title, guarded(choose)), choose)
        self._io = io

    @property
    def state(self) -> TrayState:
        """Whether the icon is on a panel now. Any thread."""
        state: TrayState = self._icon.state
        return state

    def _post(self, work: Callable[[], object]) -> None:
        self._io.soon(work)

    def stop(self) -> None:
        """Any thread; ``run`` then returns."""
        super().stop()
        self._icon._stop()  # noqa: SLF001 - ``run`` must return even where the loop has gone before

    def _picture(self, look: Look, step: int) -> Picture:
        from sitbreak.adapters.tray.drawing import argb, draw  # noqa: PLC0415 - Pillow: only to draw

        self._icon.attend(attention=look is Look.DUE)
        return [[size, size, argb(draw(look, step, size))] for size in SIZES_PX]
