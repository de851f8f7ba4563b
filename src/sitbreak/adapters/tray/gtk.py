"""pystray's GTK tray with a menu, for panels that take in X windows. GTK comes from the system, if at all.

Importing this initialises GTK; what that raises is the importer's to catch.
"""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Callable
from importlib import import_module
from typing import Any

import gi

from sitbreak.adapters.tray.base import IconTray, TrayState
from sitbreak.adapters.tray.menus import Choose
from sitbreak.adapters.tray.quiet import backend
from sitbreak.errors import NotifyFailed
from sitbreak.ports import Look
from sitbreak.wording import tr

gi.require_version("Gdk", "3.0")
gi.require_version("Gtk", "3.0")
# The icon is an X window, also where GTK would rather speak Wayland.
import_module("gi.repository.Gdk").set_allowed_backends("x11")

Gio = import_module("gi.repository.Gio")
GLib = import_module("gi.repository.GLib")
_gtk = backend("gtk")

SMALLEST_PX = 22
_BUBBLE_WITHIN_MS = 2000


class GtkIcon(_gtk.Icon):  # type: ignore[misc,name-defined]  # pystray ships no types
    """pystray's icon, without its hold on Ctrl+C and its need of a notification service to start."""

    @property
    def embedded(self) -> bool:
        """Whether a panel has taken it in."""
        return bool(self._status_icon.is_embedded())

    @property
    def size_px(self) -> int:
        """What the panel asks for."""
        return max(int(self._status_icon.get_size()), SMALLEST_PX)

    @property
    def open_menu(self) -> Any:
        """The menu while it is open; replacing it would close it under the person's hand."""
        menu = getattr(self, "_menu_handle", None)
        return menu if menu is not None and menu.get_visible() else None

    def when_resized(self, work: Callable[[], object]) -> None:
        """Call it when the panel asks for another size."""
        self._status_icon.connect("size-changed", lambda *_: bool(work()))

    @property
    def picture(self) -> str:
        """Where the shown picture is, for a bubble."""
        return self._icon_path or ""

    def _initialize(self) -> None:
        self._mark_ready()

    def _finalize(self) -> None:
        self._remove_fs_icon()

    def _update_title(self) -> None:
        super()._update_title()
        GLib.idle_add(self._status_icon.set_tooltip_text, self._title)

    def _update_fs_icon(self) -> None:
        handle, self._icon_path = tempfile.mkstemp(".png", "sitbreak-")
        with os.fdopen(handle, "wb") as file:
            self._icon.save(file, "PNG")
        self._icon_valid = True


class GtkTray(IconTray):
    """The port over ``GtkIcon``. All work on it is done in GTK's loop."""

    def __init__(self, choose: Choose, app_title: str) -> None:
        super().__init__("gtk", GtkIcon("sitbreak", title=app_title), choose)
        self._watched: Any = None
        self._bus: Any = None
        self._icon.when_resized(self._resized)

    @property
    def state(self) -> TrayState:
        """Whether the icon is on a panel now. Any thread."""
        return TrayState.SHOWN if self._icon.visible and self._icon.embedded else TrayState.WAITING

    def notify(self, title: str, body: str) -> None:
        """Show a plain bubble. Any thread. Raises NotifyFailed."""
        try:
            if self._bus is None:
                self._bus = _own_bus()
            self._bus.call_sync(
                "org.freedesktop.Notifications",
                "/org/freedesktop/Notifications",
                "org.freedesktop.Notifications",
                "Notify",
                GLib.Variant("(susssasa{sv}i)", ("Sitbreak", 0, self._icon.picture, title, body, [], {}, -1)),
                None,
                Gio.DBusCallFlags.NONE,
                _BUBBLE_WITHIN_MS,
                None,
            )
        except Exception as error:
            self._bus = None
            raise NotifyFailed(
                tr("The tray icon could not show a bubble ({error}).").format(error=error),
                remedy=tr("Start a notification daemon, such as dunst."),
            ) from error

    def _post(self, work: Callable[[], object]) -> None:
        def once() -> bool:
            work()
            return False

        GLib.idle_add(once)

    def _picture(self, look: Look, step: int) -> Any:
        from sitbreak.adapters.tray.drawing import draw  # noqa: PLC0415 - Pillow: only to draw

        return draw(look, step, self._icon.size_px)

    def _menu_is_open(self) -> bool:
        menu = self._icon.open_menu
        if menu is not None and menu is not self._watched:
            self._watched = menu
            menu.connect("hide", lambda *_: self._post(self._refresh))
        return menu is not None

    def _resized(self) -> bool:
        shown = self._shown
        if shown is not None:
            with contextlib.suppress(OSError):
                self._icon.icon = self._picture(shown.look, shown.step)
        return False


def _own_bus() -> Any:
    """A connection of our own: GLib ends the process when its shared one is lost."""
    return Gio.DBusConnection.new_for_address_sync(
        Gio.dbus_address_get_for_bus_sync(Gio.BusType.SESSION, None),
        Gio.DBusConnectionFlags.AUTHENTICATION_CLIENT | Gio.DBusConnectionFlags.MESSAGE_BUS_CONNECTION,
        None,
        None,
    )
