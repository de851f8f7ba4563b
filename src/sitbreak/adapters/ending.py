"""Hears when the system, or the person at the terminal, wants this program to end."""

from __future__ import annotations

import signal
import sys
import time
from collections.abc import Callable


def on_ending(stop: Callable[[], object]) -> None:
    """Have ``stop`` called, on any thread, for what would otherwise just end us. Main thread only."""
    for name in ("SIGTERM", "SIGINT", "SIGHUP"):
        if hasattr(signal, name):
            signal.signal(getattr(signal, name), lambda *_: stop())
    if sys.platform == "win32":
        _on_console(stop)


if sys.platform == "win32":
    import ctypes
    from ctypes import wintypes

    _CONSOLE_CLOSED = 2
    """CTRL_CLOSE_EVENT; logging off and shutting down are above it."""

    GRACE_S = 4.0
    """Windows gives five seconds from the closing of a console."""

    _kept: list[object] = []

    def _on_console(stop: Callable[[], object]) -> None:
        # Python's handlers run in the main thread, which sits in the tray's loop and would never get to them.
        def told(kind: int) -> bool:
            stop()
            if kind >= _CONSOLE_CLOSED:
                time.sleep(GRACE_S)  # once this returns, the process is ended where it stands
            return True

        handler = ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.DWORD)(told)
        _kept[:] = [handler]
        ctypes.windll.kernel32.SetConsoleCtrlHandler(handler, 1)
