"""``sitbreak status`` without click and without JSON: the daemon has the words ready."""

from __future__ import annotations

import socket
import sys

from sitbreak.adapters.control import LONGEST_REPLY, SOCKET_NAME
from sitbreak.config.socketplace import runtime_folder

WAIT_S = 15.0


def status(*, as_json: bool) -> int:
    """Print the status; the exit code."""
    try:
        answer = _ask(b'{"do":["status"],"as":"json"}' if as_json else b'{"do":["status"],"as":"text"}')
        code, _, text = answer.decode().partition("\n")
        exit_code = int(code)
    except (OSError, ValueError):
        from sitbreak.errors import no_daemon

        error = no_daemon()
        exit_code, text = error.exit_code, f"{error}\n"
    (sys.stderr if exit_code else sys.stdout).write(text)
    return exit_code


def _ask(request: bytes) -> bytes:
    parts: list[bytes] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(WAIT_S)
        line.connect(f"{runtime_folder()}/{SOCKET_NAME}")
        line.sendall(request + b"\n")
        while (part := line.recv(65536)) and sum(map(len, parts)) <= LONGEST_REPLY:
            parts.append(part)
    return b"".join(parts)
