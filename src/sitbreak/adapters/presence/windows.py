"""Idleness as Windows tells it: the moment of the last input in this session. It can only be asked."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import wintypes

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence.inputstamp import LastInput
from sitbreak.adapters.presence.polled import PolledIdle
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock, Post
from sitbreak.wording import tr

if sys.platform != "win32":
    raise ImportError("this input is Windows' own")

# Libraries of our own: what others declare on ctypes' shared ones is not ours, nor ours theirs.
_user = ctypes.WinDLL("user32", use_last_error=True)
_kernel = ctypes.WinDLL("kernel32", use_last_error=True)


class _Info(ctypes.Structure):
    _fields_ = (("size", wintypes.UINT), ("stamp", wintypes.DWORD))


_user.GetLastInputInfo.argtypes = (ctypes.POINTER(_Info),)
_user.GetLastInputInfo.restype = wintypes.BOOL
_kernel.GetTickCount64.argtypes = ()
_kernel.GetTickCount64.restype = ctypes.c_uint64


def windows_idle(io: IoLoop, post: Post, clock: Clock, lost: Callable[[str], None]) -> PolledIdle:
    """Input in this session, from all its keyboards, mice and pens. Raises Unavailable."""
    last = LastInput(_ask)
    try:
        last.idle_s()
    except OSError as error:
        raise Unavailable(
            tr("Windows does not tell when the last input was: {reason}").format(reason=error),
            remedy=tr("Start sitbreak from the desktop that you work on, not as a service."),
        ) from error
    return PolledIdle("windows", io, post, clock, lost, idle_s=last.idle_s)


def _ask() -> tuple[int, int]:
    info = _Info(size=ctypes.sizeof(_Info))
    if not _user.GetLastInputInfo(ctypes.byref(info)):
        raise ctypes.WinError(ctypes.get_last_error())
    return int(info.stamp), int(_kernel.GetTickCount64())
