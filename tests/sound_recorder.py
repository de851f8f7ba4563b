"""A program that records in a way of its own: python sound_recorder.py SOURCE corked|peaks."""

from __future__ import annotations

import ctypes
import sys

_READY = 4
_FLAGS = {"corked": 0x0001, "peaks": 0x0800}
_U8, _RATE, _CHANNELS = 0, 25, 1


class Sample(ctypes.Structure):
    _fields_ = (("format", ctypes.c_int), ("rate", ctypes.c_uint32), ("channels", ctypes.c_uint8))


def main(source: str, how: str) -> None:
    pulse = ctypes.CDLL("libpulse.so.0")

    def call(name: str, *args: object) -> ctypes.c_void_p:
        function = getattr(pulse, name)
        function.restype = ctypes.c_void_p
        return ctypes.c_void_p(function(*args))

    loop = call("pa_mainloop_new")
    context = call("pa_context_new", call("pa_mainloop_get_api", loop), b"recorder")
    call("pa_context_connect", context, None, 0, None)
    while pulse.pa_context_get_state(context) != _READY:
        call("pa_mainloop_iterate", loop, 1, None)
    sample = Sample(_U8, _RATE, _CHANNELS)
    stream = call("pa_stream_new", context, b"a meter or a pause", ctypes.byref(sample), None)
    call("pa_stream_connect_record", stream, source.encode(), None, _FLAGS[how])
    call("pa_mainloop_run", loop, None)


if __name__ == "__main__":
    main(*sys.argv[1:])
