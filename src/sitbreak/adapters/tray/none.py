"""No tray: everything else works, and the commands and the notifications do what the menu would."""

from __future__ import annotations

import threading

from sitbreak.adapters.tray.base import TrayState
from sitbreak.errors import NotifyFailed
from sitbreak.ports import TrayFace
from sitbreak.wording import tr


class NoTray:
    """Shows nothing, and says so."""

    name = "none"

    def __init__(self) -> None:
        self._ended = threading.Event()
        self.limits = tr("There is no tray icon on this desktop: use the notifications and the commands.")

    @property
    def state(self) -> TrayState:
        """There is none, and none is waited for."""
        return TrayState.NONE

    def run(self) -> None:
        """Main thread; blocks until ``stop``."""
        self._ended.wait()

    def show(self, face: TrayFace) -> None:
        """Nothing to show it on."""

    def notify(self, title: str, body: str) -> None:
        """Raises NotifyFailed."""
        del title, body
        raise NotifyFailed(tr("There is no tray to show a bubble from."))

    def stop(self) -> None:
        """Any thread; ``run`` then returns."""
        self._ended.set()
