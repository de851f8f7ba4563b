"""A hand and an eye on the desktop that has a taskbar: does what its input says, a line at a time.

A program of its own, since what it does binds it to that desktop for good.
"""

from __future__ import annotations

import ctypes
import json
import sys
from ctypes import byref, wintypes
from typing import Any

from PIL import ImageGrab

assert sys.platform == "win32"

DESKTOP, WIDTH, HEIGHT, BAR = "shell", 1000, 700, 20
PRESSED = {"left": (0x2, 0x4), "right": (0x8, 0x10)}
KEYS = {"up": 0x26, "enter": 0x0D}
EVERYTHING = 0x10000000
DARK = 80

user = ctypes.WinDLL("user32", use_last_error=True)
user.OpenDesktopW.restype = wintypes.HANDLE
user.SetThreadDesktop.argtypes = (wintypes.HANDLE,)


def windows(kind: str) -> list[tuple[int, int]]:
    """The sizes of what can be seen of that class."""
    found: list[tuple[int, int]] = []

    def look(handle: int, _: int) -> bool:
        name, place = ctypes.create_unicode_buffer(100), wintypes.RECT()
        user.GetClassNameW(handle, name, len(name))
        if name.value == kind and user.IsWindowVisible(handle):
            user.GetWindowRect(handle, byref(place))
            found.append((place.right - place.left, place.bottom - place.top))
        return True

    user.EnumWindows(ctypes.WINFUNCTYPE(wintypes.BOOL, wintypes.HWND, wintypes.LPARAM)(look), 0)
    return found


def icon() -> tuple[int, int] | None:
    """The middle of the icon, which is dark on a light bar, at its right end."""
    left, top = WIDTH - 100, HEIGHT - BAR
    bar = ImageGrab.grab().convert("L").crop((left, top, WIDTH, HEIGHT)).point(lambda v: 255 * (v < DARK))
    found = bar.getbbox()
    return None if found is None else (left + (found[0] + found[2]) // 2, top + (found[1] + found[3]) // 2)


def click(button: str) -> bool:
    """Click the icon; whether it was there."""
    if (place := icon()) is None:
        return False
    user.SetCursorPos(*place)
    for edge in PRESSED[button]:
        user.mouse_event(edge, 0, 0, 0, 0)
    return True


def press(key: str) -> bool:
    """Press a key and let it go."""
    for edge in (0, 2):
        user.keybd_event(KEYS[key], 0, edge, 0)
    return True


def main() -> None:
    """Do what is asked, until nothing more is."""
    assert user.SetThreadDesktop(user.OpenDesktopW(DESKTOP, 0, 0, EVERYTHING)), ctypes.get_last_error()
    can: dict[str, Any] = {"windows": windows, "icon": icon, "click": click, "press": press}
    for line in sys.stdin:
        name, *arguments = json.loads(line)
        print(json.dumps(can[name](*arguments)), flush=True)  # noqa: T201 - it is how it answers


if __name__ == "__main__":
    main()
