"""pystray's X icon, mended: it hears clicks, keeps to one thread, finds a later tray, and has a shape.

Importing this opens the X display; what that raises is the importer's to catch.
"""

from __future__ import annotations

import logging
import os
import select
from collections import deque
from collections.abc import Callable
from typing import Any

from Xlib import X
from Xlib.error import ConnectionClosedError
from Xlib.ext import shape

from sitbreak.adapters.tray.quiet import backend

_xorg = backend("xorg")
_log = logging.getLogger(__name__)


class XIcon(_xorg.Icon):  # type: ignore[misc,name-defined]  # pystray ships no types
    """Its ``icon`` is a function from a size in pixels to an RGBA image. Other threads may ``post``."""

    def __init__(self, name: str, title: str) -> None:
        self._works: deque[Callable[[], object]] = deque()
        self._over = self.docked = False
        self._icon_data: Any = None
        self._wake_read, self._wake_write = os.pipe()
        os.set_blocking(self._wake_read, False)
        os.set_blocking(self._wake_write, False)
        super().__init__(name, title=title)
        self._display.set_error_handler(lambda error, _request: _log.debug("from X: %s", error))
        self._manager_atom = self._display.intern_atom("MANAGER")
        self._root = self._display.screen().root
        self._root.change_attributes(event_mask=X.StructureNotifyMask)
        answer = self._message_handlers[X.ClientMessage]
        self._message_handlers |= {
            X.ClientMessage: lambda event: self._on_client_message(event, answer),
            X.ReparentNotify: self._on_reparent,
        }

    def post(self, work: Callable[[], object]) -> None:
        """Run it on the icon's thread. Any thread."""
        self._works.append(work)
        try:
            os.write(self._wake_write, b".")
        except BlockingIOError:
            return  # so many calls are unread that it is awake anyway

    def _mainloop(self) -> None:
        try:
            while not self._over:
                while self._display.pending_events():
                    self._on_event(self._display.next_event())
                while self._works:
                    self._works.popleft()()
                self._display.flush()
                if not self._display.pending_events() and not self._over:
                    self._rest()
        except ConnectionClosedError as error:
            _log.info("the X display went away: %s", error)
            self.docked = False
            while not self._over:
                select.select([self._wake_read], [], [])
                self._drain()
                self._works.clear()

    def _rest(self) -> None:
        select.select([self._display.fileno(), self._wake_read], [], [])
        self._drain()

    def _drain(self) -> None:
        try:
            os.read(self._wake_read, 4096)
        except BlockingIOError:
            return

    def end(self) -> None:
        """Leave the main loop. Any thread."""
        self._over = True
        self.post(lambda: None)

    def _stop(self) -> None:
        self._over = True

    def _on_event(self, event: Any) -> None:
        if event.type == X.DestroyNotify and event.window == self._window:
            self._window_gone()
        elif handler := self._message_handlers.get(event.type):
            handler(event)

    def _window_gone(self) -> None:
        # A tray that dies takes the windows within it along.
        self.docked, self._systray_manager = False, None
        self._window = self._create_window()
        self._gc = self._window.create_gc()
        self._show()

    def _on_client_message(self, event: Any, otherwise: Callable[[Any], None]) -> None:
        if event.client_type != self._manager_atom:
            otherwise(event)
        elif event.data[1][1] == self._net_system_tray_sx:
            self._show()

    def _on_reparent(self, event: Any) -> None:
        if event.window.id != self._window.id:
            return
        self.docked = event.parent.id != self._root.id
        if not self.docked:
            self._window.unmap()

    def _on_destroy_notify(self, event: Any) -> None:
        if self._systray_manager is not None and event.window.id == self._systray_manager.id:
            self._systray_manager = None
            self._show()

    def _show(self) -> None:
        if self._icon:
            self._dock_window()

    def _update_icon(self) -> None:
        self._icon_data = None
        self._draw()
        self._icon_valid = True

    def _update_title(self) -> None:
        self._name_window(self._window)

    def _create_window(self) -> Any:
        # pystray names the window in Latin-1, which a tooltip may not fit.
        title, self._title = self.title, self._name
        window = super()._create_window()
        self._title = title
        window.change_attributes(event_mask=X.ExposureMask | X.StructureNotifyMask | X.ButtonPressMask)
        self._name_window(window)
        return window

    def _name_window(self, window: Any) -> None:
        atom = self._display.intern_atom
        window.change_property(atom("_NET_WM_NAME"), atom("UTF8_STRING"), 8, self._title.encode())

    def _assert_icon_data(self, width: int, height: int) -> None:
        if self._icon_data is not None and self._icon_data.size == (width, height):
            return
        from PIL import Image  # noqa: PLC0415 - Pillow: only to draw

        side = max(min(width, height), 1)
        picture = self._icon(side)
        at = ((width - side) // 2, (height - side) // 2)
        image = Image.new("RGB", (width, height))
        image.paste(picture, at, picture)
        self._icon_data = image
        if self._display.has_extension(shape.extname):
            rows = _rows(picture, at)
            self._window.shape_rectangles(shape.SO.Set, shape.SK.Bounding, 0, 0, 0, rows)


def _rows(picture: Any, at: tuple[int, int]) -> list[dict[str, int]]:
    """What is not see-through, row by row, as X takes it. The icon is round: one stretch a row."""
    solid = picture.getchannel("A").point([0] * 128 + [255] * 128)
    return [
        {"x": at[0] + box[0], "y": at[1] + y, "width": box[2] - box[0], "height": 1}
        for y in range(picture.height)
        if (box := solid.crop((0, y, picture.width, y + 1)).getbbox())
    ]
