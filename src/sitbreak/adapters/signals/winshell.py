"""What the shell, the power management and the windows' places tell. Only on Windows; no title is read."""

from __future__ import annotations

import ctypes
import sys
from ctypes import wintypes

from sitbreak.adapters.signals.wincom import enter_apartment

if sys.platform != "win32":
    raise ImportError("the shell is Windows' own")

_EXECUTION_STATE = 16
_STYLES_EX = -20
_CLICKED_THROUGH, _TOOL, _NEVER_IN_FRONT = 0x20, 0x80, 0x08000000
_NO_MONITOR_IS_NONE = 0
_CLOAKED = 14

_Visit = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)


class _MonitorInfo(ctypes.Structure):
    _fields_ = (
        ("size", wintypes.DWORD),
        ("whole", wintypes.RECT),
        ("work", wintypes.RECT),
        ("flags", wintypes.DWORD),
    )


_notice = ctypes.WinDLL("shell32").SHQueryUserNotificationState
_notice.argtypes, _notice.restype = (ctypes.POINTER(ctypes.c_int),), ctypes.HRESULT
_power = ctypes.WinDLL("powrprof").CallNtPowerInformation
_power.argtypes = (ctypes.c_int, ctypes.c_void_p, wintypes.ULONG, ctypes.c_void_p, wintypes.ULONG)
_power.restype = ctypes.c_int32
_attribute = ctypes.WinDLL("dwmapi").DwmGetWindowAttribute
_attribute.argtypes = (wintypes.HWND, wintypes.DWORD, ctypes.c_void_p, wintypes.DWORD)
_attribute.restype = ctypes.c_int32

_user32 = ctypes.WinDLL("user32", use_last_error=True)
_visit_windows = _user32.EnumWindows
_visit_windows.argtypes, _visit_windows.restype = (_Visit, wintypes.LPARAM), wintypes.BOOL
_is_visible = _user32.IsWindowVisible
_is_visible.argtypes, _is_visible.restype = (wintypes.HWND,), wintypes.BOOL
_style = _user32.GetWindowLongW
_style.argtypes, _style.restype = (wintypes.HWND, ctypes.c_int), wintypes.LONG
_place = _user32.GetWindowRect
_place.argtypes, _place.restype = (wintypes.HWND, ctypes.POINTER(wintypes.RECT)), wintypes.BOOL
_monitor = _user32.MonitorFromWindow
_monitor.argtypes, _monitor.restype = (wintypes.HWND, wintypes.DWORD), wintypes.HMONITOR
_monitor_info = _user32.GetMonitorInfoW
_monitor_info.argtypes = (wintypes.HMONITOR, ctypes.POINTER(_MonitorInfo))
_monitor_info.restype = wintypes.BOOL
_shell_window = _user32.GetShellWindow
_shell_window.argtypes, _shell_window.restype = (), wintypes.HWND
_process = _user32.GetWindowThreadProcessId
_process.argtypes, _process.restype = (wintypes.HWND, ctypes.POINTER(wintypes.DWORD)), wintypes.DWORD


def notification_state() -> int:
    """Whether the shell thinks this a time for notifications: QUERY_USER_NOTIFICATION_STATE."""
    state = ctypes.c_int()
    _notice(ctypes.byref(state))
    return state.value


def execution_state() -> int:
    """What all programs together demand of the power management: ES_ bits."""
    state = wintypes.ULONG()
    status = _power(_EXECUTION_STATE, None, 0, ctypes.byref(state), ctypes.sizeof(state))
    if status:
        raise OSError(f"status {status & 0xFFFFFFFF:#x}")
    return state.value


def notification_mode() -> int:
    """ToastNotificationMode: 0 lets all notifications through. In a thread without COM of its own.

    Raises OSError, or what the binding raises, before Windows 11.
    """
    enter_apartment()
    from winrt.windows.ui.notifications import (  # type: ignore[import-not-found] # noqa: PLC0415 - heavy
        ToastNotificationManager,
    )

    return int(ToastNotificationManager.get_default().notification_mode)


def screen_filled() -> bool:
    """Whether a window of a program fills a whole screen; one that is clicked through does not count."""
    desktop = _process_of(_shell_window())
    found = False

    def visit(window: int, _: int) -> bool:
        nonlocal found
        found = _fills(window) and not (desktop and _process_of(window) == desktop)
        return not found

    # It returns 0 too when the visit was ended early, which is no failure.
    if not _visit_windows(_Visit(visit), 0) and not found:
        raise ctypes.WinError(ctypes.get_last_error())
    return found


def _fills(window: int) -> bool:
    if not _is_visible(window) or _is_cloaked(window):
        return False
    if _style(window, _STYLES_EX) & (_CLICKED_THROUGH | _TOOL | _NEVER_IN_FRONT):
        return False
    place, info = wintypes.RECT(), _MonitorInfo(size=ctypes.sizeof(_MonitorInfo))
    monitor = _monitor(window, _NO_MONITOR_IS_NONE)
    if not (monitor and _place(window, ctypes.byref(place)) and _monitor_info(monitor, ctypes.byref(info))):
        return False
    whole = info.whole
    across = place.left <= whole.left and place.right >= whole.right
    down = place.top <= whole.top and place.bottom >= whole.bottom
    return bool(across and down)


def _is_cloaked(window: int) -> bool:
    """Whether it is shown on another virtual desktop, or waits unseen, as Store apps do."""
    cloaked = wintypes.DWORD()
    failed = _attribute(window, _CLOAKED, ctypes.byref(cloaked), ctypes.sizeof(cloaked))
    return not failed and bool(cloaked.value)


def _process_of(window: int | None) -> int:
    process = wintypes.DWORD()
    if window:
        _process(window, ctypes.byref(process))
    return process.value
