"""Whether a program takes sound from a microphone, by Core Audio's sessions. Only on Windows.

The sound itself, the programs and the devices' names are never looked at.
"""

from __future__ import annotations

import ctypes
import sys
from functools import partial

from sitbreak.adapters.signals.asking import any_of
from sitbreak.adapters.signals.wincom import (
    CLSCTX_ALL,
    Guid,
    create,
    enter_apartment,
    got,
    guid,
    method,
    number,
    query,
)

if sys.platform != "win32":
    raise ImportError("Core Audio is Windows' own")

_CAPTURE = 1
_DEVICE_ACTIVE = 0x1
_SESSION_ACTIVE = 1
_S_OK = 0

_ENUMERATOR_CLASS = guid("bcde0395-e52f-467c-8e3d-c4579291692e")
_ENUMERATOR = guid("a95664d2-9614-4f35-a746-de8db63617e6")
_SESSION_MANAGER2 = guid("77aa99a0-1bd6-484f-8bc7-2c654c9a9b6f")
_SESSION_CONTROL2 = guid("bfb7ff88-7239-4fc9-8fa2-07c950be9c6d")

_out = ctypes.POINTER(ctypes.c_void_p)
_out_number = ctypes.POINTER(ctypes.c_uint32)

# IMMDeviceEnumerator, IMMDeviceCollection, IMMDevice
_endpoints = method(3, ctypes.c_int, ctypes.c_uint32, _out)
_endpoint_count = method(3, _out_number)
_endpoint = method(4, ctypes.c_uint32, _out)
_activate = method(3, ctypes.POINTER(Guid), ctypes.c_uint32, ctypes.c_void_p, _out)
# IAudioSessionManager2, IAudioSessionEnumerator, IAudioSessionControl2
_sessions = method(5, _out)
_session_count = method(3, _out_number)
_session = method(4, ctypes.c_int, _out)
_session_state = method(3, _out_number)
_is_system_sounds = method(15)


def recording() -> bool:
    """Whether any recording session of any microphone runs just now. Some ms.

    In a thread without COM of its own.

    Raises:
        OSError: Core Audio is not to be had, or a microphone could not be asked and no other is in use.
    """
    enter_apartment()
    with (
        got(create, _ENUMERATOR_CLASS, None, CLSCTX_ALL, _ENUMERATOR) as enumerator,
        got(_endpoints, enumerator, _CAPTURE, _DEVICE_ACTIVE) as endpoints,
    ):
        return any_of(partial(_in_use, endpoints, i) for i in range(number(_endpoint_count, endpoints)))


def _in_use(endpoints: ctypes.c_void_p, index: int) -> bool:
    with (
        got(_endpoint, endpoints, index) as endpoint,
        got(_activate, endpoint, _SESSION_MANAGER2, CLSCTX_ALL, None) as manager,
        got(_sessions, manager) as sessions,
    ):
        return any(_runs(sessions, i) for i in range(number(_session_count, sessions)))


def _runs(sessions: ctypes.c_void_p, index: int) -> bool:
    with got(_session, sessions, index) as session:
        if number(_session_state, session) != _SESSION_ACTIVE:
            return False
        with got(query, session, _SESSION_CONTROL2) as control:
            return _is_system_sounds(control) != _S_OK
