"""What the server asks of a listener, whichever system it is for."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol, TypeAlias


class Line(Protocol):
    """One caller. The server closes it."""

    async def hear(self) -> bytes:
        """What they say up to the end of the line, or until they stop.

        Raises:
            ValueError: it is longer than any request.
            OSError: they are gone.
        """
        ...

    async def say(self, data: bytes) -> None:
        """Tell them all of it. Raises OSError when they are gone."""
        ...

    def close(self) -> None:
        """Hang up; what was said still arrives."""
        ...


Serve: TypeAlias = Callable[[Line], Awaitable[None]]


class Listener(Protocol):
    """Lets this user's callers in, and nobody else. Loop thread only."""

    async def open(self) -> None:
        """Listen from now on. Raises OSError, FileExistsError where another does."""
        ...

    async def shut(self) -> None:
        """Listen no more."""
        ...


def listener(folder: Path, serve: Serve) -> Listener:
    """This system's own. Raises Unavailable."""
    if sys.platform == "win32":
        from sitbreak.adapters.control.pipe_listener import PipeListener  # noqa: PLC0415 - Windows only

        return PipeListener(folder, serve)
    else:  # noqa: RET505 - so that type checkers pass over it there
        from sitbreak.adapters.control.socket_listener import SocketListener  # noqa: PLC0415 - not on Windows

        return SocketListener(folder, serve)
