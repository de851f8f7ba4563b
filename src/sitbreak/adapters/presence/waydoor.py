"""The way to this person's own Wayland compositor, and the reasons why there may be none."""

from __future__ import annotations

import os
import socket
import stat
from collections.abc import Mapping
from pathlib import Path

from sitbreak.adapters.presence.waywire import WireError
from sitbreak.errors import Unavailable
from sitbreak.wording import tr


def socket_path(environ: Mapping[str, str] | None = None) -> Path:
    """Where the environment says that this session's compositor listens. Raises Unavailable."""
    environ = os.environ if environ is None else environ
    name, folder = environ.get("WAYLAND_DISPLAY", ""), environ.get("XDG_RUNTIME_DIR", "")
    if not name or not Path(folder, name).is_absolute():
        raise Unavailable(
            tr("No Wayland compositor is named."),
            remedy=tr("Start sitbreak from the desktop, or set WAYLAND_DISPLAY and XDG_RUNTIME_DIR."),
        )
    return Path(folder, name)


def connected(path: Path, within_s: float) -> socket.socket:
    """Connect to that socket if it is this person's own; waits so long at most. Raises Unavailable."""
    door = socket.socket(socket.AF_UNIX)
    try:
        _check(path.stat())
        door.settimeout(within_s)
        door.connect(str(path))
    except (OSError, ValueError, WireError) as error:
        door.close()
        raise unusable(path, error) from error
    return door


def _check(found: os.stat_result) -> None:
    if not stat.S_ISSOCK(found.st_mode):
        raise WireError(tr("it is no socket"))
    if found.st_uid != os.getuid():
        raise WireError(tr("it belongs to somebody else"))


def unusable(path: Path, reason: object) -> Unavailable:
    """What to raise when the conversation breaks before it has begun."""
    return Unavailable(
        tr("The Wayland compositor at {path} cannot be used: {reason}").format(path=path, reason=reason),
        remedy=tr("Start sitbreak as the person who owns that desktop."),
    )
