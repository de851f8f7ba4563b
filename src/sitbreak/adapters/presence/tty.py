"""Idleness where there is no desktop: when the person's own terminals were last read from."""

from __future__ import annotations

import asyncio
import contextlib
import os
import re
import stat
from collections.abc import Callable, Iterable
from pathlib import Path

from sitbreak.adapters.loop import IoLoop
from sitbreak.core.attention import Attention
from sitbreak.core.clock import Instant
from sitbreak.core.events import IdleSampled
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock, Post
from sitbreak.wording import tr

RETURN_LOOK_S = 5.0
"""How often to look for a return, seconds: what the promise for polled desktops allows."""

_TIMER_LATE_S = 0.5
_CONSOLE = re.compile(r"tty[0-9]+")


def user_terminals() -> list[Path]:
    """The terminals that belong to this user."""
    names = [path for path in _listed("/dev/pts") if path.name.isdigit()]
    names += [path for path in _listed("/dev") if _CONSOLE.fullmatch(path.name)]
    return [path for path in names if _is_mine(path)]


class TtyIdle:
    """The newest access time of the person's terminals, which the kernel sets when input is read.

    The kernel keeps that time to 8 seconds only, lest it betray keystrokes, so a sample may say up to
    8 seconds too many. Looks are sparse: one when a threshold could be crossed at the earliest, and every
    5 seconds for a return as long as the last report said idle. One timer on the loop.

    Raises:
        Unavailable: this user has no terminal open.
    """

    name = "tty"

    def __init__(
        self,
        io: IoLoop,
        post: Post,
        clock: Clock,
        lost: Callable[[str], None],
        *,
        terminals: Callable[[], Iterable[Path]] = user_terminals,
    ) -> None:
        self._io, self._post, self._clock, self._lost = io, post, clock, lost
        self._terminals = terminals
        newest = self._newest()
        if newest is None:
            raise Unavailable(
                tr("You have no terminal open."), remedy=tr("Start sitbreak from your desktop or terminal.")
            )
        now = clock.now()
        # The access time is wall time, which may be set; from the first look on it is a monotonic second.
        self._read_at, self._input_s = newest, now.mono_s - max(0.0, now.wall.timestamp() - newest)
        self._looked_s = now.mono_s
        self._thresholds: tuple[float, ...] = ()
        self._told_s: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def attend(self, attention: Attention) -> None:
        """Report by these thresholds from now on. Any thread; returns at once."""
        self._io.soon(lambda: self._attend(attention))

    def close(self) -> None:
        """Look no more. Any thread; returns at once."""
        self._closed = True
        self._io.soon(self._cancel)

    def _attend(self, attention: Attention) -> None:
        self._thresholds = tuple(sorted(attention.idle_after_s))
        self._look(asked=True)

    def _look(self, *, asked: bool = False) -> None:
        self._cancel()
        if self._closed:
            return
        now, newest = self._clock.now(), self._newest()
        if newest is None:
            self._closed = True
            self._lost(tr("The last of your terminals was closed."))
            return
        moved = newest > self._read_at
        if moved:
            self._read_at = newest
            # It was read since the last look, whatever was done to the wall clock.
            longest_s = now.mono_s - self._looked_s
            self._input_s = now.mono_s - min(max(0.0, now.wall.timestamp() - newest), longest_s)
        self._looked_s = now.mono_s
        self._report(now, moved=moved, asked=asked)
        self._timer = self._wait(now)

    def _report(self, now: Instant, *, moved: bool, asked: bool) -> None:
        idle_s = now.mono_s - self._input_s
        told_s = self._told_s
        if moved and told_s and idle_s <= RETURN_LOOK_S + _TIMER_LATE_S:
            self._tell(now, 0.0)
            return
        crossed = any((told_s or 0.0) < limit_s <= idle_s for limit_s in self._thresholds)
        if asked or crossed or (moved and told_s):
            self._tell(now, idle_s)

    def _tell(self, now: Instant, idle_s: float) -> None:
        self._told_s = idle_s
        self._post(IdleSampled(at=now, idle_s=idle_s))

    def _wait(self, now: Instant) -> asyncio.TimerHandle | None:
        idle_s = now.mono_s - self._input_s
        waits = [limit_s - idle_s for limit_s in self._thresholds if limit_s > idle_s]
        if self._told_s:
            waits.append(RETURN_LOOK_S)
        return self._io.loop.call_later(min(waits), self._look) if waits else None

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _newest(self) -> float | None:
        times = []
        for path in self._terminals():
            with contextlib.suppress(OSError):
                times.append(path.stat().st_atime)
        return max(times, default=None)


def _listed(folder: str) -> list[Path]:
    try:
        return list(Path(folder).iterdir())
    except OSError:
        return []


def _is_mine(path: Path) -> bool:
    try:
        found = path.stat()
    except OSError:
        return False
    return stat.S_ISCHR(found.st_mode) and found.st_uid == os.getuid()
