"""Who tells that the session is locked or the machine about to sleep, where anybody does."""

from __future__ import annotations

import sys
from typing import Protocol

from sitbreak.adapters.loop import IoLoop
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock, Post
from sitbreak.wording import tr


class Session(Protocol):
    """Posts ``Locked``, ``Unlocked`` and ``Sleeping``. Its properties may be read from any thread."""

    @property
    def locked(self) -> bool:
        """Whether the session is locked now, as far as anybody tells."""
        ...

    @property
    def watched(self) -> tuple[str, ...]:
        """Who tells of this session."""
        ...

    @property
    def missing(self) -> tuple[Unavailable, ...]:
        """Who does not, and why."""
        ...

    def wait(self, for_s: float) -> None:
        """Wait until all that is there has answered, so long at most."""
        ...

    def close(self) -> None:
        """Let go. At most 1 s."""
        ...


class Unwatched:
    """Nobody tells."""

    locked = False
    watched: tuple[str, ...] = ()

    @property
    def missing(self) -> tuple[Unavailable, ...]:
        """Why not."""
        return (Unavailable(tr("Locking cannot be seen on this system yet.")),)

    def wait(self, for_s: float) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Nothing to let go of."""


def watch_session(io: IoLoop, post: Post, clock: Clock) -> Session:
    """Watch this person's session by what this system has for it. Returns at once."""
    if sys.platform == "linux":
        from sitbreak.adapters.presence.logind import SessionWatch  # noqa: PLC0415 - has D-Bus only there

        return SessionWatch(io, post, clock)
    if sys.platform == "win32":
        from sitbreak.adapters.presence.winsession import WindowsSession  # noqa: PLC0415 - exists only there

        return WindowsSession(post, clock)
    if sys.platform == "darwin":
        from sitbreak.adapters.presence.macsession import MacSession  # noqa: PLC0415 - has Cocoa only there

        return MacSession(post, clock)
    return Unwatched()
