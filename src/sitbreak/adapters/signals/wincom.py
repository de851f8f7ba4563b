"""COM by ctypes: the apartment, interfaces by the number of their method, and pointers that are given back.

Only on Windows. Every call raises OSError where it fails.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any
from uuid import UUID

if sys.platform != "win32":
    raise ImportError("COM is Windows' own")

CLSCTX_ALL = 0x17

Method = Callable[..., int]


class Guid(ctypes.Structure):
    """A GUID as Windows lays it out."""

    _fields_ = (("data", ctypes.c_byte * 16),)


def guid(text: str) -> Guid:
    """The GUID of this text."""
    return Guid.from_buffer_copy(UUID(text).bytes_le)


def method(slot: int, *arguments: type[Any]) -> Method:
    """The method at this place of an interface's table, called with the interface first.

    The first three are IUnknown's: QueryInterface, AddRef, Release.
    """
    return ctypes.WINFUNCTYPE(ctypes.HRESULT, *arguments)(slot, f"method {slot}")


_ole32 = ctypes.WinDLL("ole32")
_keep_apartment = _ole32.CoIncrementMTAUsage
_keep_apartment.argtypes, _keep_apartment.restype = (ctypes.POINTER(ctypes.c_void_p),), ctypes.HRESULT
create = _ole32.CoCreateInstance
create.argtypes = (
    ctypes.POINTER(Guid),
    ctypes.c_void_p,
    ctypes.c_uint32,
    ctypes.POINTER(Guid),
    ctypes.POINTER(ctypes.c_void_p),
)
create.restype = ctypes.HRESULT

query = method(0, ctypes.POINTER(Guid), ctypes.POINTER(ctypes.c_void_p))
_release = ctypes.WINFUNCTYPE(ctypes.c_ulong)(2, "Release")


@cache
def enter_apartment() -> None:
    """COM for every thread that has none of its own, in the multithreaded apartment, from now on.

    It is kept for good: whoever ended it would unload the libraries under other users of COM in this process,
    such as the notifications, who keep pointers into them.
    """
    _keep_apartment(ctypes.byref(ctypes.c_void_p()))


@contextlib.contextmanager
def got(call: Method, *arguments: object) -> Iterator[ctypes.c_void_p]:
    """The interface that a call hands out through its last argument; released in the end."""
    found = ctypes.c_void_p()
    call(*arguments, ctypes.byref(found))
    if found.value is None:
        raise OSError("Windows handed out nothing")
    try:
        yield found
    finally:
        _release(found)


def number(call: Method, *arguments: object) -> int:
    """The number that a call hands out through its last argument."""
    value = ctypes.c_uint32()
    call(*arguments, ctypes.byref(value))
    return value.value
