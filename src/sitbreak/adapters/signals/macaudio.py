"""Whether a Mac's microphones and cameras are in use, by the properties of Core Audio and Core Media I/O.

Both keep them alike: objects with numbers, properties with names of four letters. No sound, no picture and no
name of a program is read, so neither permission is asked for.
"""

from __future__ import annotations

import ctypes
import struct
from collections.abc import Callable
from functools import cache, partial
from typing import Any, TypeAlias

from sitbreak.adapters.signals.asking import any_of
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

Properties: TypeAlias = Callable[[int, str, str], bytes]
"""The bytes of an object's property in a scope. Raises OSError where there is none."""

GLOBAL, INPUT, OUTPUT = "glob", "inpt", "outp"
SYSTEM = 1
DEVICES, STREAMS, RUNS_SOMEWHERE = "dev#", "stm#", "gone"
PROCESSES, RUNS_INPUT = "prs#", "piri"

_MOST_BYTES = 1 << 16


def recording(audio: Properties) -> bool:
    """Whether any program takes sound from a microphone.

    Raises:
        OSError: Core Audio does not say.
        Unavailable: before macOS 14, where a headset in use does not say for what.
    """
    try:
        processes = _numbers(audio(SYSTEM, PROCESSES, GLOBAL))
    except OSError:
        return _recording_device(audio)
    return any(_flag_or_gone(audio, process, RUNS_INPUT) for process in processes)


def filming(cameras: Properties) -> bool:
    """Whether any program takes pictures from a camera. Raises OSError where that is not said."""
    devices = _numbers(cameras(SYSTEM, DEVICES, GLOBAL))
    return any_of(partial(_flag, cameras, device, RUNS_SOMEWHERE) for device in devices)


def _recording_device(audio: Properties) -> bool:
    # A device knows only that it is in use: one that also plays, as headsets do, may do just that.
    may_play = False
    for device in _numbers(audio(SYSTEM, DEVICES, GLOBAL)):
        if _has_streams(audio, device, INPUT) and _flag_or_gone(audio, device, RUNS_SOMEWHERE):
            if not _has_streams(audio, device, OUTPUT):
                return True
            may_play = True
    if may_play:
        raise Unavailable(
            tr("A headset is in use, and this macOS does not tell whether it records."),
            remedy=tr("macOS 14 and later tell."),
        )
    return False


def _flag(properties: Properties, thing: int, name: str) -> bool:
    return any(_numbers(properties(thing, name, GLOBAL)))


def _flag_or_gone(properties: Properties, thing: int, name: str) -> bool:
    try:
        return _flag(properties, thing, name)
    except OSError:  # programs end and devices are unplugged between two questions
        return False


def _has_streams(audio: Properties, device: int, scope: str) -> bool:
    try:
        return bool(audio(device, STREAMS, scope))
    except OSError:
        return False


def _numbers(data: bytes) -> tuple[int, ...]:
    whole = data[: len(data) // 4 * 4]
    return tuple(number for (number,) in struct.iter_unpack("=I", whole))


class _Address(ctypes.Structure):
    _fields_ = (("selector", ctypes.c_uint32), ("scope", ctypes.c_uint32), ("element", ctypes.c_uint32))


@cache
def core_audio() -> Properties:
    """Core Audio's properties."""
    library = ctypes.CDLL("/System/Library/Frameworks/CoreAudio.framework/CoreAudio")
    return properties_by(library.AudioObjectGetPropertyDataSize, library.AudioObjectGetPropertyData)


@cache
def core_media_io() -> Properties:
    """Core Media I/O's properties."""
    library = ctypes.CDLL("/System/Library/Frameworks/CoreMediaIO.framework/CoreMediaIO")
    data_of = library.CMIOObjectGetPropertyData
    return properties_by(library.CMIOObjectGetPropertyDataSize, data_of, tells_used=True)


def properties_by(size_of: Any, data_of: Any, *, tells_used: bool = False) -> Properties:
    """Properties by a library's pair of functions.

    ``tells_used``: the second takes the room and hands out what it used apart, rather than in one number.
    """
    number, pointer = ctypes.c_uint32, ctypes.c_void_p
    which = (number, ctypes.POINTER(_Address), number, pointer)
    size_of.argtypes, size_of.restype = (*which, ctypes.POINTER(number)), ctypes.c_int32
    room = (number, ctypes.POINTER(number)) if tells_used else (ctypes.POINTER(number),)
    data_of.argtypes, data_of.restype = (*which, *room, pointer), ctypes.c_int32

    def read(thing: int, name: str, scope: str) -> bytes:
        address = _Address(_letters(name), _letters(scope), 0)
        size = number()
        _check(size_of(thing, ctypes.byref(address), 0, None, ctypes.byref(size)))
        if size.value > _MOST_BYTES:
            raise OSError(f"{size.value} bytes of {name}")
        if not size.value:
            return b""
        data = ctypes.create_string_buffer(size.value)
        used = number(size.value)
        told = (size.value, ctypes.byref(used)) if tells_used else (ctypes.byref(used),)
        _check(data_of(thing, ctypes.byref(address), 0, None, *told, data))
        return data.raw[: min(used.value, size.value)]

    return read


def _check(status: int) -> None:
    if status:
        raise OSError(f"status {status}")


def _letters(name: str) -> int:
    return int.from_bytes(name.encode("ascii"), "big")
