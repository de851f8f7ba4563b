"""The older kind of tray, where an icon is a small X window that a panel takes in."""

from __future__ import annotations

from sitbreak.adapters.tray.base import NotYet
from sitbreak.errors import Unavailable
from sitbreak.wording import tr


def need_x_tray() -> None:
    """Raise NotYet where no panel takes in X windows, Unavailable where there is no X display."""
    from Xlib import X, display  # noqa: PLC0415 - only where it may be used

    try:
        connection = display.Display()
    except Exception as error:
        raise Unavailable(
            tr("There is no X display for the tray icon ({error}).").format(error=str(error).strip()),
            remedy=tr("Start sitbreak from within your desktop session."),
        ) from error
    try:
        atom = connection.intern_atom(f"_NET_SYSTEM_TRAY_S{connection.get_default_screen()}")
        if connection.get_selection_owner(atom) == X.NONE:
            raise NotYet(
                tr("No panel on this display takes X tray icons."),
                remedy=tr("Start a panel with a tray, such as trayer, or add the tray to yours."),
            )
    finally:
        connection.close()
