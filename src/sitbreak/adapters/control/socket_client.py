"""One request to the daemon over a Unix socket. Imports little, since ``status`` must feel instant."""

from __future__ import annotations

import socket
import sys

from sitbreak.adapters.control import LONGEST_REPLY, SOCKET_NAME

assert sys.platform != "win32"  # noqa: S101 - type checkers pass over the rest there


def address(folder: str) -> str:
    """Where the daemon of this folder listens."""
    return f"{folder}/{SOCKET_NAME}"


def knock(folder: str, request: bytes, wait_s: float) -> bytes:
    """All that comes back for a line, or the beginning of what is longer than any reply.

    Raises:
        OSError: nobody listens, or not for us, or nothing comes back in time.
    """
    parts: list[bytes] = []
    size = 0
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(wait_s)
        line.connect(address(folder))
        try:  # noqa: SIM105 - contextlib would have to be imported
            line.sendall(request)
        except BrokenPipeError:
            pass  # a daemon with too much to do says so and hangs up before it has heard anything
        while size <= LONGEST_REPLY and (part := line.recv(65536)):
            parts.append(part)
            size += len(part)
    if not parts:
        raise ConnectionResetError
    return b"".join(parts)
