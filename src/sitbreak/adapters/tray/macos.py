"""The menu bar of macOS: pystray's own, with every call on the main thread, as AppKit demands."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PyObjCTools import AppHelper  # type: ignore[import-not-found]  # only on macOS

from sitbreak.adapters.tray.base import IconTray
from sitbreak.adapters.tray.menus import Choose
from sitbreak.adapters.tray.quiet import backend
from sitbreak.errors import NotifyFailed
from sitbreak.ports import Look
from sitbreak.wording import tr

_darwin = backend("darwin")
_SIZE_PX = 44


class MacTray(IconTray):
    """The port over pystray's icon. All work on it is done on the main thread."""

    def __init__(self, choose: Choose, app_title: str) -> None:
        super().__init__("macos", _darwin.Icon("sitbreak", title=app_title), choose)

    def notify(self, title: str, body: str) -> None:
        """Show a plain bubble. Any thread. Raises NotifyFailed."""
        try:
            # It runs a program and touches no AppKit, so it may stay on the caller's thread.
            self._icon.notify(body, title)
        except Exception as error:
            raise NotifyFailed(
                tr("The tray icon could not show a bubble ({error}).").format(error=error)
            ) from error

    def _post(self, work: Callable[[], object]) -> None:
        AppHelper.callAfter(work)

    def _picture(self, look: Look, step: int) -> Any:
        from sitbreak.adapters.tray.drawing import draw  # noqa: PLC0415 - Pillow: only to draw

        return draw(look, step, _SIZE_PX)
