"""Write a Windows DLL without code, whose one export NAME is another DLL's TARGET.

`forwarder.py FILE NAME TARGET`, the last as in `ADVAPI32.SystemFunction036`.
"""

import struct
import sys
from pathlib import Path

_RVA, _AT, _ROOM = 0x1000, 0x200, 0x200


def dll(file_name: str, name: str, target: str) -> bytes:
    """The file: headers, and a section that holds nothing but the table of exports."""
    texts = [text.encode() + b"\0" for text in (file_name, name, target)]
    lists = _RVA + 40
    file_at = lists + 10
    name_at = file_at + len(texts[0])
    target_at = name_at + len(texts[1])
    # Flags, time, version, file name, first ordinal, how many; then where the three lists of one are.
    table = struct.pack("<IIIIIIIIII", 0, 0, 0, file_at, 1, 1, 1, lists, lists + 4, lists + 8)
    # An address within the table of exports is the name of another's export.
    exports = table + struct.pack("<IIH", target_at, name_at, 0) + b"".join(texts)
    kind = struct.pack("<HHIIIHH", 0x8664, 1, 0, 0, 0, 240, 0x2022)
    head = struct.pack(
        "<HBBIIIIIQIIHHHHHHIIIIHHQQQQII",
        *(0x20B, 14, 0, 0, _ROOM, 0, 0, _RVA, 0x180000000, 0x1000, 0x200, 6, 0, 0, 0, 6, 0, 0),
        *(2 * _RVA, _AT, 0, 2, 0x0160, 0x100000, 0x1000, 0x100000, 0x1000, 0, 16),
    )
    directories = struct.pack("<II", _RVA, len(exports)) + bytes(15 * 8)
    section = struct.pack("<8sIIIIIIHHI", b".edata", len(exports), _RVA, _ROOM, _AT, 0, 0, 0, 0, 0x40000040)
    start = b"MZ" + bytes(58) + struct.pack("<I", 64)
    return (start + b"PE\0\0" + kind + head + directories + section).ljust(_AT, b"\0") + exports.ljust(
        _ROOM, b"\0"
    )


if __name__ == "__main__":
    file, name, target = sys.argv[1:]
    Path(file).write_bytes(dll(Path(file).name, name, target))
