"""A window that nobody sees, for what Windows tells only windows."""

from __future__ import annotations

import ctypes
import logging
import sys
import threading
from collections.abc import Callable
from ctypes import wintypes

if sys.platform != "win32":
    raise ImportError("windows are Windows' own")

log = logging.getLogger(__name__)

_CLOSE, _LEAVE = 0x0010, 0x8000
_TOOL_WINDOW = 0x0080
_POPUP = 0x80000000

# Libraries of our own: what others declare on ctypes' shared ones is not ours, nor ours theirs.
_user = ctypes.WinDLL("user32", use_last_error=True)
_kernel = ctypes.WinDLL("kernel32", use_last_error=True)

_Procedure = ctypes.WINFUNCTYPE(
    ctypes.c_ssize_t, wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM
)


class _Class(ctypes.Structure):
    _fields_ = (
        ("style", wintypes.UINT),
        ("procedure", _Procedure),
        ("class_extra", ctypes.c_int),
        ("window_extra", ctypes.c_int),
        ("instance", wintypes.HINSTANCE),
        ("icon", wintypes.HICON),
        ("cursor", wintypes.HANDLE),
        ("background", wintypes.HBRUSH),
        ("menu_name", wintypes.LPCWSTR),
        ("name", wintypes.LPCWSTR),
    )


_kernel.GetModuleHandleW.argtypes = (wintypes.LPCWSTR,)
_kernel.GetModuleHandleW.restype = wintypes.HMODULE
_user.RegisterClassW.argtypes = (ctypes.POINTER(_Class),)
_user.RegisterClassW.restype = wintypes.ATOM
_user.UnregisterClassW.argtypes = (wintypes.LPCWSTR, wintypes.HINSTANCE)
_user.UnregisterClassW.restype = wintypes.BOOL
_user.CreateWindowExW.argtypes = (
    wintypes.DWORD,
    wintypes.LPCWSTR,
    wintypes.LPCWSTR,
    wintypes.DWORD,
    *[ctypes.c_int] * 4,
    wintypes.HWND,
    wintypes.HMENU,
    wintypes.HINSTANCE,
    wintypes.LPVOID,
)
_user.CreateWindowExW.restype = wintypes.HWND
_user.DestroyWindow.argtypes = (wintypes.HWND,)
_user.DestroyWindow.restype = wintypes.BOOL
_user.DefWindowProcW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
_user.DefWindowProcW.restype = ctypes.c_ssize_t
_user.GetMessageW.argtypes = (ctypes.POINTER(wintypes.MSG), wintypes.HWND, wintypes.UINT, wintypes.UINT)
_user.GetMessageW.restype = ctypes.c_int
_user.DispatchMessageW.argtypes = (ctypes.POINTER(wintypes.MSG),)
_user.DispatchMessageW.restype = ctypes.c_ssize_t
_user.PostMessageW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
_user.PostMessageW.restype = wintypes.BOOL
_user.PostQuitMessage.argtypes = (ctypes.c_int,)
_user.PostQuitMessage.restype = None


class HiddenWindow:
    """A top-level window on a thread of its own; one for messages only would hear no broadcasts.

    All three functions are called on that thread: ``opened`` with the window's handle, ``heard`` with a
    message and its two parameters (whether it was for us), and ``closing`` with the handle again.

    Attributes:
        handle: of the window, as long as it is there.
        problem: why it could not be opened, where it could not.
    """

    def __init__(
        self,
        name: str,
        *,
        opened: Callable[[int], None],
        heard: Callable[[int, int, int], bool],
        closing: Callable[[int], None],
    ) -> None:
        self.handle: int | None = None
        self.problem: OSError | None = None
        self._opened, self._heard, self._closing = opened, heard, closing
        self._ready = threading.Event()
        # Windows calls it as long as the window lives, so it must live as long.
        self._procedure = _Procedure(self._on_message)
        self._thread = threading.Thread(target=self._live, name=name, daemon=True)
        # A class is known by its name within a process, and calls the procedure that it was made with.
        self._name = f"{name} {id(self)}"
        self._thread.start()

    def wait(self, for_s: float) -> bool:
        """Wait until it is open, or cannot be. Whether it came to either."""
        return self._ready.wait(for_s)

    def close(self, within_s: float = 1.0) -> None:
        """Have it go, and wait for its thread. Any thread but its own."""
        self._ready.wait(within_s / 2)
        if self.handle is not None:
            _user.PostMessageW(self.handle, _LEAVE, 0, 0)
        self._thread.join(within_s / 2)

    def _live(self) -> None:
        instance = _kernel.GetModuleHandleW(None)
        handle = self._open(instance)
        if handle is not None:
            self._opened(handle)
        self.handle = handle
        self._ready.set()
        if handle is not None:
            message = wintypes.MSG()
            while _user.GetMessageW(ctypes.byref(message), None, 0, 0) > 0:
                _user.DispatchMessageW(ctypes.byref(message))
            self.handle = None
            self._closing(handle)
            _user.DestroyWindow(handle)
        _user.UnregisterClassW(self._name, instance)

    def _open(self, instance: int) -> int | None:
        kind = _Class(procedure=self._procedure, instance=instance, name=self._name)
        handle: int | None = None
        if _user.RegisterClassW(ctypes.byref(kind)):
            nowhere = (0, 0, 0, 0)
            handle = _user.CreateWindowExW(
                _TOOL_WINDOW, self._name, None, _POPUP, *nowhere, None, None, instance, None
            )
        if not handle:
            self.problem = ctypes.WinError(ctypes.get_last_error())
        return handle or None

    def _on_message(self, handle: int, message: int, first: int, second: int) -> int:
        if message == _LEAVE:
            _user.PostQuitMessage(0)
            return 0
        # A program that would end ours politely means its windows with a face.
        if message == _CLOSE:
            return 0
        try:
            if self._heard(message, first, second):
                return 1
        except Exception as error:  # the window must live on
            log.warning("a message of Windows was not understood: %r", error)
        return int(_user.DefWindowProcW(handle, message, first, second))
