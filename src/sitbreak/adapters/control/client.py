"""The commands' end of the control socket."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

from sitbreak.adapters.control import LONGEST_REPLY, SOCKET_NAME
from sitbreak.errors import no_daemon

WAIT_S = 15.0


def ask(folder: Path, *request: str | float) -> dict[str, Any]:
    """The daemon's reply.

    Raises:
        NoDaemon: nothing answers there.
    """
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(WAIT_S)
        try:
            line.connect(str(folder / SOCKET_NAME))
            line.sendall(json.dumps({"do": request}).encode() + b"\n")
            reply = json.loads(_all(line))
        except (OSError, ValueError) as error:
            raise no_daemon() from error
    if not isinstance(reply, dict):
        raise no_daemon()
    return reply


def _all(line: socket.socket) -> bytes:
    parts, size = [], 0
    while part := line.recv(65536):
        parts.append(part)
        size += len(part)
        if size > LONGEST_REPLY or part.endswith(b"\n"):
            break
    return b"".join(parts)
