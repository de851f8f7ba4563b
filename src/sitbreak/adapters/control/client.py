"""What the commands ask the daemon, and why nothing came back."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path
from typing import Any

from sitbreak.adapters.control import LONGEST_PATH
from sitbreak.adapters.control.knock import address, knock
from sitbreak.errors import SitbreakError, no_daemon
from sitbreak.wording import tr

WAIT_S = 15.0


def ask(folder: Path, *request: str | float) -> dict[str, Any]:
    """The daemon's reply.

    Raises:
        NoDaemon: nobody listens there.
        SitbreakError: somebody does, and does not answer.
    """
    request_line = json.dumps({"do": request}).encode() + b"\n"
    try:
        reply = json.loads(knock(str(folder), request_line, WAIT_S))
    except (OSError, ValueError) as error:
        raise unheard(str(folder), error) from error
    if not isinstance(reply, dict):
        raise unheard(str(folder), ValueError())
    return reply


def unheard(folder: str, error: Exception) -> SitbreakError:
    """Why nothing came back from the daemon of this folder."""
    path = address(folder)
    if sys.platform != "win32" and len(os.fsencode(path)) > LONGEST_PATH:
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
