"""Tells when the wall clock was set or the machine woke, on Linux without ever waking to look."""

from __future__ import annotations

import contextlib
import ctypes
import errno
import os
import sys
import time
from collections.abc import Callable

from sitbreak.adapters.loop import IoLoop

_ABSTIME = 1
_CANCEL_ON_SET = 2
# Far enough never to come, and small enough for a machine whose seconds have 32 bits.
_FAR_S = 2**33 if ctypes.sizeof(ctypes.c_long) > 4 else 2**31 - 1


class _Timespec(ctypes.Structure):
    _fields_ = (("tv_sec", ctypes.c_long), ("tv_nsec", ctypes.c_long))


class _Itimerspec(ctypes.Structure):
    _fields_ = (("it_interval", _Timespec), ("it_value", _Timespec))


class ClockWatch:
    """Calls ``changed`` on the loop's thread after every change of the wall clock, resume included.

    A timer of the kernel, set for a day that never comes and cancelled by any change. Where there is no
    such timer it does nothing, and the waker's heartbeat finds the change instead.
    """

    def __init__(self, io: IoLoop, changed: Callable[[], None]) -> None:
        self._io, self._changed = io, changed
        self._fd: int | None = None
        if sys.platform == "linux":
            # A kernel without it (or a sandbox that forbids it) leaves the heartbeat.
            with contextlib.suppress(OSError, AttributeError):
                self._open()

    @property
    def watching(self) -> bool:
        """Whether this system tells of changes at all."""
        return self._fd is not None

    def close(self) -> None:
        """Watch no more. Any thread; returns at once."""
        self._io.soon(self._shut)

    def _open(self) -> None:
        libc = ctypes.CDLL(None, use_errno=True)
        create, self._settime = libc.timerfd_create, libc.timerfd_settime
        fd = create(ctypes.c_int(time.CLOCK_REALTIME), ctypes.c_int(os.O_NONBLOCK | os.O_CLOEXEC))
        if fd < 0:
            raise OSError(ctypes.get_errno(), "timerfd_create")
        self._fd = fd
        try:
            self._arm(fd)
        except OSError:
            self._fd = None
            os.close(fd)
            raise
        self._io.soon(self._listen)

    def _arm(self, fd: int) -> None:
        when = _Itimerspec(it_value=_Timespec(tv_sec=_FAR_S))
        flags = ctypes.c_int(_ABSTIME | _CANCEL_ON_SET)
        failed = self._settime(ctypes.c_int(fd), flags, ctypes.byref(when), None) != 0
        # Cancelled: the clock was set in between, and yet the timer is armed.
        if failed and ctypes.get_errno() != errno.ECANCELED:
            raise OSError(ctypes.get_errno(), "timerfd_settime")

    def _listen(self) -> None:
        if self._fd is not None:
            self._io.loop.add_reader(self._fd, self._read)

    def _read(self) -> None:
        if self._fd is None:
            return
        try:
            os.read(self._fd, 8)
        except BlockingIOError:
            return
        except OSError as error:
            if error.errno != errno.ECANCELED:
                self._shut()
                return
        try:
            self._arm(self._fd)
        except OSError:
            self._shut()
        self._changed()

    def _shut(self) -> None:
        if self._fd is not None:
            self._io.loop.remove_reader(self._fd)
            os.close(self._fd)
            self._fd = None
