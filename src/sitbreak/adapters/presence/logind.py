"""Locking, unlocking and sleep, as the session itself tells of them on Linux.

Whom to believe. logind's property LockedHint is a fact where the desktop keeps it: GNOME, Plasma and
elementary do; swaylock, hyprlock, i3lock, slock and light-locker leave it at "no" for ever. The signal Lock
is only a request, which nobody need follow and after which, with those lockers, no unlocking is ever told:
believing it would keep a person away for good, so it is not heard at all. Little is lost, since an absence is
dated back to the last touch anyway. The signal Unlock is a request too, but of somebody who has proved who
they are; it is believed, and mends a hint that a crashed locker left behind. Screen savers tell on the
session bus, some of them of a screen that is dark and not locked: nobody reads that either, so it counts.
"""

from __future__ import annotations

import asyncio
from contextlib import suppress

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence.lockword import LockWord
from sitbreak.adapters.presence.loginsession import LoginSession
from sitbreak.adapters.presence.savers import Savers
from sitbreak.core.events import Event, Locked, Unlocked
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock, Post


class SessionWatch:
    """Posts ``Locked``, ``Unlocked`` and ``Sleeping``, and says so at once where the session is locked.

    Returns at once from everything but ``wait`` and ``close``. Buses, services and savers may come, hang, die
    and return; nothing is polled but a bus that is away. Its properties may be read from any thread.
    """

    def __init__(
        self, io: IoLoop, post: Post, clock: Clock, *, system: str | None = None, session: str | None = None
    ) -> None:
        self._io, self._post, self._clock = io, post, clock
        self._word = LockWord(self._changed)
        self._parts = (LoginSession(self._word, self._tell, clock, system), Savers(self._word, session))
        self._tasks: list[asyncio.Task[None]] = []
        self._closed = False
        io.soon(self._start)

    @property
    def locked(self) -> bool:
        """Whether the session is locked now, as far as anybody tells."""
        return self._word.locked

    @property
    def watched(self) -> tuple[str, ...]:
        """Who tells of this session."""
        return tuple(name for part in self._parts for name in part.watched)

    @property
    def missing(self) -> tuple[Unavailable, ...]:
        """Who does not, and why."""
        return tuple(reason for part in self._parts for reason in part.missing)

    def wait(self, for_s: float) -> None:
        """Wait until all that is there has answered, so long at most. Not on the loop's thread."""
        with suppress(TimeoutError):
            self._io.call(self._settled(), timeout_s=for_s)

    def close(self) -> None:
        """Let go of both buses. At most 1 s; not on the loop's thread."""
        with suppress(TimeoutError):
            self._io.call(self._leave(), timeout_s=1.0)

    def _start(self) -> None:
        self._tasks = [self._io.loop.create_task(part.names.serve()) for part in self._parts]

    async def _settled(self) -> None:
        for part in self._parts:
            await part.names.settled()

    async def _leave(self) -> None:
        self._closed = True
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self._word.close()

    def _changed(self, locked: bool) -> None:  # noqa: FBT001 - the only thing there is to say
        at = self._clock.now()
        self._tell(Locked(at=at) if locked else Unlocked(at=at))

    def _tell(self, event: Event) -> None:
        if not self._closed:
            self._post(event)
