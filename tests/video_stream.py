"""A program with one PipeWire video stream: video_stream.py output|input PROGRAM STREAM [KEY=VALUE ...].

It never sends or takes a picture; it can be linked, and that is all.
"""

from __future__ import annotations

import ctypes
import struct
import sys

_ID, _RECTANGLE, _FRACTION, _OBJECT = 3, 10, 11, 15
_FORMAT, _ENUM_FORMAT = 0x40003, 3
_MEDIA, _SUBTYPE, _PIXELS, _SIZE, _RATE = 1, 2, 0x20001, 0x20003, 0x20004
_VIDEO, _RAW, _BGRX = 2, 1, 8
_DRIVES = 1 << 3


def pod(kind: int, body: bytes) -> bytes:
    return struct.pack("=II", len(body), kind) + body + bytes(-len(body) % 8)


def video_format(*, any_size: bool) -> bytes:
    """What SPA calls a format: raw BGRx, as compositors send it, 320x240 at 25 a second or any."""
    kind = [
        (_MEDIA, pod(_ID, struct.pack("=I", _VIDEO))),
        (_SUBTYPE, pod(_ID, struct.pack("=I", _RAW))),
        (_PIXELS, pod(_ID, struct.pack("=I", _BGRX))),
    ]
    size = [
        (_SIZE, pod(_RECTANGLE, struct.pack("=II", 320, 240))),
        (_RATE, pod(_FRACTION, struct.pack("=II", 25, 1))),
    ]
    props = b"".join(struct.pack("=II", key, 0) + value for key, value in kind + size * (not any_size))
    return pod(_OBJECT, struct.pack("=II", _FORMAT, _ENUM_FORMAT) + props)


def main(direction: str, program: str, stream: str, *props: str) -> None:
    pipewire = ctypes.CDLL("libpipewire-0.3.so.0")

    def call(name: str, *args: object) -> ctypes.c_void_p:
        function = getattr(pipewire, name)
        function.restype = ctypes.c_void_p
        return ctypes.c_void_p(function(*args))

    def properties(*pairs: str) -> ctypes.c_void_p:
        return call("pw_properties_new_string", " ".join(pairs).encode())

    call("pw_init", None, None)
    loop = call("pw_main_loop_new", None)
    about = properties(f"application.name={program}")
    context = call("pw_context_new", call("pw_main_loop_get_loop", loop), about, ctypes.c_size_t(0))
    core = call("pw_context_connect", context, None, ctypes.c_size_t(0))
    made = call("pw_stream_new", core, stream.encode(), properties("media.type=Video", *props))
    params = (ctypes.c_char_p * 1)(video_format(any_size=direction == "input"))
    way, anybody = int(direction == "output"), ctypes.c_uint32(0xFFFFFFFF)
    call("pw_stream_connect", made, way, anybody, _DRIVES * way, params, ctypes.c_uint32(1))
    call("pw_main_loop_run", loop)


if __name__ == "__main__":
    main(*sys.argv[1:])
