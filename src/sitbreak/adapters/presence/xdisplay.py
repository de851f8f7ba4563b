"""The way to an X server's ``IDLETIME`` counter, and the reasons why there may be none."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from Xlib.error import DisplayConnectionError, DisplayNameError
from Xlib.ext import randr

from sitbreak.adapters.presence.xsync import Connection, Gone, Sync
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

_COUNTER = "IDLETIME"
_LOCAL = re.compile(r":([0-9]+)(\.[0-9]+)?")
_SOCKETS = Path("/tmp/.X11-unix")  # noqa: S108 - where every X server has its socket


def open_counter(display: str | None) -> tuple[Connection, Sync, int]:
    """Connect to that display, or to the environment's; waits for the server. Raises Unavailable."""
    if os.environ.get("WAYLAND_DISPLAY"):
        raise _inside_wayland()
    name = os.environ.get("DISPLAY", "") if display is None else display
    with refusals(name):
        connection = connect(name)
        try:
            return connection, *_idle_counter(connection)
        except BaseException:
            connection.let_go()
            raise


@contextmanager
def refusals(name: str) -> Iterator[None]:
    """Let what goes wrong while that display is approached be Unavailable."""
    try:
        yield
    except DisplayNameError:
        raise Unavailable(
            tr("No X display is named."), remedy=tr("Start sitbreak from the desktop, or set DISPLAY.")
        ) from None
    except (DisplayConnectionError, *Gone) as error:
        reason = error.msg if isinstance(error, DisplayConnectionError) else error
        raise Unavailable(
            tr("The X display {name} cannot be used: {reason}").format(name=name, reason=reason),
            remedy=tr("Start sitbreak as the person who owns that display."),
        ) from error


def connect(name: str) -> Connection:
    """Connect to that display; waits for the server. Raises what ``refusals`` takes."""
    if (local := _LOCAL.fullmatch(name)) is None:
        return Connection(name)
    # A display that does not answer makes python-xlib leave its socket open, and try TCP too.
    path = _SOCKETS / f"X{local[1]}"
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(str(path) if path.exists() else f"\0{path}")
    return Connection(f"unix/{name}")


def _idle_counter(connection: Connection) -> tuple[Sync, int]:
    if is_xwayland(connection):
        raise _inside_wayland()
    try:
        sync = Sync(connection)
        return sync, sync.counters()[_COUNTER]
    except LookupError as error:
        raise Unavailable(
            tr("The X server lacks {what}.").format(what=error.args[0]),
            remedy=tr("Use an X server with the SYNC extension and its IDLETIME counter."),
        ) from error


def is_xwayland(connection: Connection) -> bool:
    """Whether that server only serves a part of a Wayland desktop. Waits for it; raises what it raises."""
    # Older servers do not say so by an extension, but all name their outputs XWAYLAND0 and so on.
    return bool(connection.extension("XWAYLAND").present) or any(
        name.startswith("XWAYLAND") for name in _outputs(connection)
    )


def _outputs(connection: Connection) -> list[str]:
    found = connection.extension(randr.extname)
    if not found.present:
        return []
    root = connection.info.roots[connection.default_screen].root
    opcode = found.major_opcode
    resources = randr.GetScreenResourcesCurrent(display=connection, opcode=opcode, window=root)
    stamp = resources.config_timestamp
    return [
        str(
            randr.GetOutputInfo(display=connection, opcode=opcode, output=output, config_timestamp=stamp).name
        )
        for output in resources.outputs
    ]


def _inside_wayland() -> Unavailable:
    return Unavailable(
        tr("This is a Wayland desktop: its X server sees only a part of the input."),
        remedy=tr("Nothing to do: a source made for Wayland is used where there is one."),
    )
