"""One daemon for one user."""

from __future__ import annotations

import errno
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
        SitbreakError: the file cannot be made, or not be locked.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._fd = os.open(path, os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0), 0o600)
        except OSError as error:
            raise _unusable(path, error) from error
        try:
            _lock(self._fd)
        except OSError as error:
            os.close(self._fd)
            if error.errno not in _HELD:
                raise _unusable(path, error) from error
            raise AlreadyRunning(
                tr("sitbreak is already running."),
                remedy=tr("`sitbreak status` tells how it is; its tray menu ends it."),
            ) from error

    def release(self) -> None:
        """Let it go."""
        os.close(self._fd)


_HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)


def _unusable(path: Path, error: OSError) -> SitbreakError:
    return SitbreakError(
        tr("The lock {path} could not be used: {error}.").format(path=path, error=error.strerror or error),
        remedy=tr("Remove it if no sitbreak runs, and see that its folder is yours to write to."),
    )


if sys.platform == "win32":
    import ctypes
    import msvcrt

    def _lock(fd: int) -> None:
        # Not by msvcrt.locking: what it says where another holds the lock is up to the C library.
        kernel = ctypes.WinDLL("kernel32", use_last_error=True)
        if not kernel.LockFile(ctypes.c_void_p(msvcrt.get_osfhandle(fd)), 0, 0, 1, 0):
            raise ctypes.WinError(ctypes.get_last_error())

else:
    import fcntl

    def _lock(fd: int) -> None:
        fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
