"""The commands' end of the control socket."""

from __future__ import annotations

import contextlib
import json
import os
import socket
from pathlib import Path
from typing import Any

from sitbreak.adapters.control import LONGEST_PATH, LONGEST_REPLY, SOCKET_NAME
from sitbreak.errors import SitbreakError, no_daemon
from sitbreak.wording import tr

WAIT_S = 15.0


def ask(folder: Path, *request: str | float) -> dict[str, Any]:
    """The daemon's reply.

    Raises:
        NoDaemon: nobody listens there.
        SitbreakError: somebody does, and does not answer.
    """
    path = str(folder / SOCKET_NAME)
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(WAIT_S)
        try:
            line.connect(path)
            # A daemon with too much to do says so and hangs up before it has heard anything.
            with contextlib.suppress(BrokenPipeError):
                line.sendall(json.dumps({"do": request}).encode() + b"\n")
            reply = json.loads(_all(line))
        except (OSError, ValueError) as error:
            raise unheard(path, error) from error
    if not isinstance(reply, dict):
        raise unheard(path, ValueError())
    return reply


def unheard(path: str, error: Exception) -> SitbreakError:
    """Why nothing came back from the socket at ``path``."""
    if len(os.fsencode(path)) > LONGEST_PATH:
        return SitbreakError(
            tr("The path of the control socket {path} is too long for a socket.").format(path=path),
            remedy=tr("Let XDG_RUNTIME_DIR name a folder with a shorter path, and start sitbreak again."),
        )
    if isinstance(error, (TimeoutError, BlockingIOError, ValueError)):
        return SitbreakError(
            tr("sitbreak is running, but did not answer."),
            remedy=tr("Try again. If it stays silent, end it and start it again with `sitbreak run`."),
        )
    if isinstance(error, PermissionError):
        return SitbreakError(
            tr("The control socket {path} is not yours to use.").format(path=path),
            remedy=tr("Ask as the user who runs sitbreak."),
        )
    return no_daemon()


def _all(line: socket.socket) -> bytes:
    parts, size = [], 0
    while part := line.recv(65536):
        parts.append(part)
        size += len(part)
        if size > LONGEST_REPLY or part.endswith(b"\n"):
            break
    if not parts:
        raise ConnectionResetError
    return b"".join(parts)
