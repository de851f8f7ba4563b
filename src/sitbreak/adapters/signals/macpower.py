"""Whether a program keeps a Mac's display on, as the power management tells."""

from __future__ import annotations

import ctypes
from functools import cache
from typing import Any

_FRAMEWORKS = "/System/Library/Frameworks"
_UTF8 = 0x08000100
_INT64 = 4


def display_kept_on(system: Any = None) -> bool:
    """Whether any program forbids the display to sleep: a film that plays, a call, a talk.

    ``system`` stands in for the libraries. Raises OSError where that is not told.
    """
    system = system or _system()
    told = ctypes.c_void_p()
    status = system.IOPMCopyAssertionsStatus(ctypes.byref(told))
    if status or told.value is None:
        raise OSError(f"status {status}")
    name = system.CFStringCreateWithCString(None, b"PreventUserIdleDisplaySleep", _UTF8)
    try:
        count = ctypes.c_int64()
        # It is missing while nobody forbids it.
        held = system.CFDictionaryGetValue(told, name)
        return bool(held and system.CFNumberGetValue(held, _INT64, ctypes.byref(count)) and count.value)
    finally:
        system.CFRelease(name)
        system.CFRelease(told)


class _System:
    """The functions, with their signatures."""

    def __init__(self) -> None:
        power = ctypes.CDLL(f"{_FRAMEWORKS}/IOKit.framework/IOKit")
        core = ctypes.CDLL(f"{_FRAMEWORKS}/CoreFoundation.framework/CoreFoundation")
        pointer = ctypes.c_void_p
        self.IOPMCopyAssertionsStatus = power.IOPMCopyAssertionsStatus
        self.IOPMCopyAssertionsStatus.argtypes = (ctypes.POINTER(pointer),)
        self.IOPMCopyAssertionsStatus.restype = ctypes.c_int32
        self.CFStringCreateWithCString = core.CFStringCreateWithCString
        self.CFStringCreateWithCString.argtypes = (pointer, ctypes.c_char_p, ctypes.c_uint32)
        self.CFStringCreateWithCString.restype = pointer
        self.CFDictionaryGetValue = core.CFDictionaryGetValue
        self.CFDictionaryGetValue.argtypes, self.CFDictionaryGetValue.restype = (pointer, pointer), pointer
        self.CFNumberGetValue = core.CFNumberGetValue
        self.CFNumberGetValue.argtypes = (pointer, ctypes.c_long, pointer)
        self.CFNumberGetValue.restype = ctypes.c_ubyte
        self.CFRelease = core.CFRelease
        self.CFRelease.argtypes, self.CFRelease.restype = (pointer,), None


@cache
def _system() -> _System:
    return _System()
