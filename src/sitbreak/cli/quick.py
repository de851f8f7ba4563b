"""``sitbreak status`` without click and without JSON: the daemon has the words ready."""

from __future__ import annotations

import socket
import sys

from sitbreak.adapters.control import LONGEST_REPLY, SOCKET_NAME
from sitbreak.config.socketplace import runtime_folder

WAIT_S = 15.0


def status(*, as_json: bool) -> int:
    """Print the status; the exit code."""
    path = f"{runtime_folder()}/{SOCKET_NAME}"
    try:
        answer = _ask(path, b'{"do":["status"],"as":"json"}' if as_json else b'{"do":["status"],"as":"text"}')
        code, _, text = answer.decode().partition("\n")
        exit_code = int(code)
    except (OSError, ValueError) as problem:
        from sitbreak.adapters.control.client import unheard

        error = unheard(path, problem)
        exit_code, text = error.exit_code, f"{error}\n"
    print(text, end="", file=sys.stderr if exit_code else sys.stdout)
    return exit_code


def _ask(path: str, request: bytes) -> bytes:
    parts: list[bytes] = []
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(WAIT_S)
        line.connect(path)
        try:  # noqa: SIM105 - contextlib would have to be imported
            line.sendall(request + b"\n")
        except BrokenPipeError:
            pass  # a daemon with too much to do says so and hangs up before it has heard anything
        while (part := line.recv(65536)) and sum(map(len, parts)) <= LONGEST_REPLY:
            parts.append(part)
    if not parts:
        raise ConnectionResetError
    return b"".join(parts)
