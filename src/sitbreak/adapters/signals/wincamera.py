"""Whether a program takes pictures from a camera, as the camera server reports it. Only on Windows.

The reports are Media Foundation's sensor activity monitor's, which Microsoft documents and which opens no
camera. The registry's list of camera uses (ConsentStore) is documented nowhere and no longer kept up to date
by newer builds, so it is not asked.
"""

from __future__ import annotations

import contextlib
import ctypes
import sys
import threading
from collections.abc import Iterator
from functools import cache
from typing import Any, cast

from sitbreak.adapters.signals.wincom import Method, enter_apartment, got, guid, method, number, query
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

if sys.platform != "win32":
    raise ImportError("Media Foundation is Windows' own")

REPORT_WITHIN_S = 0.5
"""How long to wait for a report that tells of pictures, seconds; Microsoft's own example waits as long."""

_MF_VERSION = 0x00020070
_MF_LITE = 1
_S_OK, _FAILED, _NO_INTERFACE = 0, -0x7FFFBFFB, -0x7FFFBFFE

_SHUTDOWN = guid("97ec2ea4-0e42-4937-97ac-9d6d328824e1")
_HEARS = frozenset(
    bytes(guid(text))
    for text in (
        "00000000-0000-0000-c000-000000000046",  # IUnknown
        "94ea2b94-e9cc-49e0-c0ff-ee64ca8f5b90",  # IAgileObject: any thread may report
        "de5072ee-dbe3-46dc-8a87-b6f631194751",  # IMFSensorActivitiesReportCallback
    )
)

_out = ctypes.POINTER(ctypes.c_void_p)
_out_number = ctypes.POINTER(ctypes.c_uint32)

# IMFSensorActivityMonitor, IMFShutdown
_start, _stop = method(3), method(4)
_shut_down = method(3)
# IMFSensorActivitiesReport, IMFSensorActivityReport, IMFSensorProcessActivity
_camera_count = method(3, _out_number)
_camera = method(4, ctypes.c_uint32, _out)
_user_count = method(5, _out_number)
_user = method(6, ctypes.c_uint32, _out)
_streams = method(4, _out_number)


class _Heard:
    """What was reported since it was made."""

    def __init__(self) -> None:
        self.any = False
        self.pictures = threading.Event()


_heard = _Heard()


def filming(monitor: Method | None = None) -> bool:
    """Whether any program films just now. Half a second for a no.

    One at a time, in a thread without COM of its own. ``monitor`` stands in for Windows' own maker of them.

    Raises:
        Unavailable: this Windows is older than 10 version 1703 or has no media features, or reported nothing.
        OSError: it refused.
    """
    global _heard  # noqa: PLW0603 - the system may report after it was told to stop, so its ear outlives us
    heard = _heard = _Heard()
    monitor = monitor or _system_monitor()
    enter_apartment()
    with _media_foundation(), got(monitor, _ear()) as watching:
        _start(watching)
        try:
            heard.pictures.wait(REPORT_WITHIN_S)
        finally:
            _stop(watching)
            with got(query, watching, _SHUTDOWN) as shutdown:
                _shut_down(shutdown)
    if not heard.any:
        raise Unavailable(tr("Windows reported nothing about cameras. There may be none."))
    return heard.pictures.is_set()


def _on_report(_: int, report: int) -> int:
    heard = _heard
    try:
        streams = _tells_of_pictures(ctypes.c_void_p(report))
    except Exception:  # it was called by the system, which has no use for it
        return _FAILED
    heard.any = True
    if streams:
        heard.pictures.set()
    return _S_OK


def _tells_of_pictures(report: ctypes.c_void_p) -> bool:
    for i in range(number(_camera_count, report)):
        with got(_camera, report, i) as camera:
            for j in range(number(_user_count, camera)):
                with got(_user, camera, j) as user:
                    if number(_streams, user):
                        return True
    return False


def _on_query(ear: int, wanted: int, found: int) -> int:
    known = ctypes.string_at(wanted, 16) in _HEARS
    ctypes.c_void_p.from_address(found).value = ear if known else None
    return _S_OK if known else _NO_INTERFACE


@cache
def _ear() -> Any:
    """The callback, made once and never let go of, so that there is nothing to count."""
    pointer = ctypes.c_void_p
    kinds = (
        ctypes.WINFUNCTYPE(ctypes.c_int32, pointer, pointer, pointer),
        ctypes.WINFUNCTYPE(ctypes.c_uint32, pointer),
        ctypes.WINFUNCTYPE(ctypes.c_uint32, pointer),
        ctypes.WINFUNCTYPE(ctypes.c_int32, pointer, pointer),
    )

    class Table(ctypes.Structure):
        _fields_ = tuple((f"method_{i}", kind) for i, kind in enumerate(kinds))

    class Ear(ctypes.Structure):
        _fields_ = (("table", ctypes.POINTER(Table)),)

    table = Table(kinds[0](_on_query), kinds[1](lambda _: 1), kinds[2](lambda _: 1), kinds[3](_on_report))
    return ctypes.pointer(Ear(ctypes.pointer(table)))


@contextlib.contextmanager
def _media_foundation() -> Iterator[None]:
    library = ctypes.WinDLL("mfplat")
    start, end = library.MFStartup, library.MFShutdown
    start.argtypes, start.restype = (ctypes.c_uint32, ctypes.c_uint32), ctypes.HRESULT
    end.argtypes, end.restype = (), ctypes.HRESULT
    start(_MF_VERSION, _MF_LITE)
    try:
        yield
    finally:
        end()


@cache
def _system_monitor() -> Method:
    try:
        create = ctypes.WinDLL("mfsensorgroup").MFCreateSensorActivityMonitor
    except (OSError, AttributeError) as error:
        raise Unavailable(
            tr("This Windows does not report the use of cameras."),
            remedy=tr("Windows 10 and 11 do; their N editions need the Media Feature Pack."),
        ) from error
    create.argtypes, create.restype = (ctypes.c_void_p, _out), ctypes.HRESULT
    return cast("Method", create)
