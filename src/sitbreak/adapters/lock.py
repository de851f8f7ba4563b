"""One daemon for one user."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from sitbreak.errors import SitbreakError
from sitbreak.wording import tr


class AlreadyRunning(SitbreakError):
    """Another daemon of this user holds the lock."""


class InstanceLock:
    """Held from construction until the process ends, however it ends.

    Raises:
        AlreadyRunning: somebody holds it.
    """

    def __init__(self, path: Path) -> None:
        self._fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        try:
            _lock(self._fd)
        except OSError as error:
            os.close(self._fd)
            raise AlreadyRunning(
                tr("sitbreak is already running."),
                remedy=tr("`sitbreak status` tells how it is; its tray menu ends it."),
            ) from error

    def release(self) -> None:
        """Let it go."""
        os.close(self._fd)


if sys.platform == "win32":
    import msvcrt

    def _lock(fd: int) -> None:
        msvcrt.locking(fd, msvcrt.LK_NBLCK, 1)

else:
    import fcntl

    def _lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
