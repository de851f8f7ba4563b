"""The tray of Windows and macOS, by pystray's own backends."""

from __future__ import annotations

import sys

from sitbreak.adapters.tray.base import StatedTray
from sitbreak.adapters.tray.menus import Choose
from sitbreak.errors import Unavailable
from sitbreak.wording import tr


def native_tray(choose: Choose, app_title: str) -> StatedTray:
    """The system's own tray. Raises Unavailable where it does not start."""
    try:
        if sys.platform == "darwin":
            from sitbreak.adapters.tray.macos import MacTray  # noqa: PLC0415 - only importable there

            return MacTray(choose, app_title)
        from sitbreak.adapters.tray.windows import WindowsTray  # noqa: PLC0415 - only importable there

        return WindowsTray(choose, app_title)
    except Exception as error:
        raise Unavailable(
            tr("The system's tray cannot be used ({error}).").format(error=error),
            remedy=tr("Start sitbreak from within your desktop session."),
        ) from error
