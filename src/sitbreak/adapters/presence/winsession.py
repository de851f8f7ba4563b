"""Locking, unlocking and sleep, as Windows tells a window of them."""

from __future__ import annotations

import ctypes
import sys
from collections.abc import Callable
from ctypes import wintypes
from functools import partial

from sitbreak.adapters.presence.sleepword import SleepWord
from sitbreak.adapters.presence.winwindow import HiddenWindow
from sitbreak.core.events import Locked, Unlocked
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock, Post
from sitbreak.wording import tr

if sys.platform != "win32":
    raise ImportError("this session is Windows' own")

WM_POWERBROADCAST, WM_WTSSESSION_CHANGE = 0x0218, 0x02B1
WTS_SESSION_LOCK, WTS_SESSION_UNLOCK = 7, 8
PBT_APMSUSPEND = 4
PBT_RESUMES = (6, 7, 18)
"""Critical, suspend and automatic: of the last two both may come."""

_THIS_SESSION_ONLY = 0
_CURRENT_SESSION = 0xFFFFFFFF
_SESSION_INFO_EX, _LEVEL_1 = 25, 1
_LOCKED = 0
_WINDOW_HANDLE = 0

# Libraries of our own: what others declare on ctypes' shared ones is not ours, nor ours theirs.
_sessions = ctypes.WinDLL("wtsapi32", use_last_error=True)
_user = ctypes.WinDLL("user32", use_last_error=True)


class _SessionInfo(ctypes.Structure):
    """The head of ``WTSINFOEXW``: what follows is not read."""

    _fields_ = (
        ("level", wintypes.DWORD),
        ("_", wintypes.DWORD),  # the rest holds 64-bit numbers
        ("session", wintypes.DWORD),
        ("state", ctypes.c_int),
        ("flags", wintypes.LONG),
    )


_sessions.WTSRegisterSessionNotification.argtypes = (wintypes.HWND, wintypes.DWORD)
_sessions.WTSRegisterSessionNotification.restype = wintypes.BOOL
_sessions.WTSUnRegisterSessionNotification.argtypes = (wintypes.HWND,)
_sessions.WTSUnRegisterSessionNotification.restype = wintypes.BOOL
_sessions.WTSQuerySessionInformationW.argtypes = (
    wintypes.HANDLE,
    wintypes.DWORD,
    ctypes.c_int,
    ctypes.POINTER(ctypes.c_void_p),
    ctypes.POINTER(wintypes.DWORD),
)
_sessions.WTSQuerySessionInformationW.restype = wintypes.BOOL
_sessions.WTSFreeMemory.argtypes = (ctypes.c_void_p,)
_sessions.WTSFreeMemory.restype = None
_user.RegisterSuspendResumeNotification.argtypes = (wintypes.HANDLE, wintypes.DWORD)
_user.RegisterSuspendResumeNotification.restype = wintypes.HANDLE
_user.UnregisterSuspendResumeNotification.argtypes = (wintypes.HANDLE,)
_user.UnregisterSuspendResumeNotification.restype = wintypes.BOOL


class WindowsSession:
    """Posts ``Locked``, ``Unlocked`` and ``Sleeping``, and says so at once where the session is locked.

    A sleep is told twice where its window hears it as one of all and as one that asked, which a machine
    with modern standby demands; that does no harm.
    """

    def __init__(self, post: Post, clock: Clock) -> None:
        self._post, self._clock = post, clock
        self._sleep = SleepWord(post, clock)
        self._locked, self._told, self._closed = False, False, False
        self._refusal: Unavailable | None = None
        self._power: int | None = None
        self._words: dict[tuple[int, int], Callable[[], None]] = {
            (WM_WTSSESSION_CHANGE, WTS_SESSION_LOCK): partial(self._lock, locked=True),
            (WM_WTSSESSION_CHANGE, WTS_SESSION_UNLOCK): partial(self._lock, locked=False),
            (WM_POWERBROADCAST, PBT_APMSUSPEND): self._sleep.begins,
            **dict.fromkeys([(WM_POWERBROADCAST, what) for what in PBT_RESUMES], self._sleep.over),
        }
        self.window = HiddenWindow(
            "sitbreak session", opened=self._open, heard=self._hear, closing=self._leave
        )

    @property
    def locked(self) -> bool:
        """Whether the session is locked now."""
        return self._locked

    @property
    def watched(self) -> tuple[str, ...]:
        """Windows, where it tells."""
        return ("windows",) if self._told else ()

    @property
    def missing(self) -> tuple[Unavailable, ...]:
        """Why it does not."""
        if self._told:
            return ()
        if self._refusal is not None:
            return (self._refusal,)
        if self.window.problem is not None:
            return (_refusal(self.window.problem),)
        return (Unavailable(tr("{name} has not answered yet.").format(name="Windows")),)

    def wait(self, for_s: float) -> None:
        """Wait until it is known whether Windows tells, so long at most."""
        self.window.wait(for_s)

    def close(self) -> None:
        """Let the window go. At most 1 s; nothing is posted after."""
        self._closed = True
        self.window.close()

    def _open(self, handle: int) -> None:
        self._power = _user.RegisterSuspendResumeNotification(handle, _WINDOW_HANDLE)
        if not _sessions.WTSRegisterSessionNotification(handle, _THIS_SESSION_ONLY):
            self._refusal = _refusal(ctypes.WinError(ctypes.get_last_error()))
            return
        self._told = True
        if _is_locked():
            self._lock(locked=True)

    def _hear(self, message: int, what: int, _session: int) -> bool:
        word = None if self._closed else self._words.get((message, what))
        if word is not None:
            word()
        return word is not None

    def _lock(self, *, locked: bool) -> None:
        if locked is not self._locked:
            self._locked = locked
            at = self._clock.now()
            self._post(Locked(at=at) if locked else Unlocked(at=at))

    def _leave(self, handle: int) -> None:
        if self._told:
            self._told = False
            _sessions.WTSUnRegisterSessionNotification(handle)
        if self._power:
            _user.UnregisterSuspendResumeNotification(self._power)


def _is_locked() -> bool:
    """Whether it is now, where that can be told. Only Windows 7 has the flags inverted, too old for us."""
    data, size = ctypes.c_void_p(), wintypes.DWORD()
    if not _sessions.WTSQuerySessionInformationW(
        None, _CURRENT_SESSION, _SESSION_INFO_EX, ctypes.byref(data), ctypes.byref(size)
    ):
        return False
    try:
        if not data.value or size.value < ctypes.sizeof(_SessionInfo):
            return False
        info = _SessionInfo.from_address(data.value)
        return bool(info.level == _LEVEL_1 and info.flags == _LOCKED)
    finally:
        _sessions.WTSFreeMemory(data)


def _refusal(error: OSError) -> Unavailable:
    return Unavailable(
        tr("Windows does not tell of locking: {why}").format(why=error.strerror or error),
        remedy=tr("Sleep is seen in the clocks all the same; a lock as a time without input."),
    )
