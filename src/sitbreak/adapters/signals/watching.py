"""Somebody to be told of changes, and what tells: a program's lines, or the opening of files."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals.child import Child
from sitbreak.adapters.signals.reader import Changed, Stop

SETTLE_S = 0.2
"""What comes within this time is one change; a file that is being closed is closed by then."""

_LINE_MOST = 4096
"""Bytes kept of a line that has not ended."""


class Watcher:
    """Tells ``changed`` until it stops, what comes close together only once. Loop thread only."""

    def __init__(self, io: IoLoop, changed: Changed) -> None:
        self._loop, self._changed = io.loop, changed
        self._timer: asyncio.TimerHandle | None = None
        self._ends: list[Callable[[], object]] = []
        self._over = False

    @property
    def over(self) -> bool:
        """Whether it has stopped."""
        return self._over

    def tell(self, *, in_s: float = SETTLE_S) -> None:
        """Something may have changed."""
        if self._timer is None and not self._over:
            self._timer = self._loop.call_later(in_s, self._tell)

    def until_it_stops(self, end: Callable[[], object]) -> None:
        """Have that called when it stops."""
        self._ends.append(end)

    def stop(self) -> None:
        """Tell no more, and let go of all that tells. Never raises."""
        self._over = True
        if self._timer is not None:
            self._timer.cancel()
        while self._ends:
            self._ends.pop()()

    def _tell(self) -> None:
        self._timer = None
        self._changed()


class Watchers:
    """All who watch one reader, so that closing it ends them."""

    def __init__(self, io: IoLoop) -> None:
        self._io = io
        self._all: list[Watcher] = []

    def begin(self, changed: Changed, *ways: Callable[[Watcher], None]) -> Stop | None:
        """Watch by the first of the ways that does not raise OSError; what ends it, or None."""
        self._all = [watcher for watcher in self._all if not watcher.over]
        for way in ways:
            watcher = Watcher(self._io, changed)
            try:
                way(watcher)
            except OSError:
                watcher.stop()
            else:
                self._all.append(watcher)
                return watcher.stop
        return None

    def stop(self) -> None:
        """End them all."""
        while self._all:
            self._all.pop().stop()


def listen(
    watcher: Watcher,
    argv: Sequence[str],
    environ: Mapping[str, str],
    matters: Callable[[bytes], bool],
) -> None:
    """Tell of every line that matters which a program prints, and of its end. Raises OSError."""
    rest = bytearray()

    def heard(part: bytes) -> None:
        rest.extend(part)
        *lines, last = rest.split(b"\n")
        if any(matters(bytes(line)) for line in lines):
            watcher.tell()
        rest[:] = last[:_LINE_MOST]

    child = Child(argv, environ, heard, watcher.tell)
    watcher.until_it_stops(child.stop)


def listen_to_nodes(watcher: Watcher, folder: Path, called: Callable[[str], object]) -> None:
    """Tell when a file in the folder that is so called is opened, closed, made or removed. Raises OSError."""
    from asyncinotify import Inotify, Mask  # noqa: PLC0415 - Linux only

    inotify = Inotify(sync_timeout=0)
    watcher.until_it_stops(inotify.close)

    def look() -> None:
        refused: OSError | None = None
        for name in filter(called, os.listdir(folder)):  # noqa: PTH208 - names are all that is wanted
            try:
                inotify.add_watch(folder / name, Mask.OPEN | Mask.CLOSE)
            except OSError as error:
                refused = error
        if refused is not None:
            raise refused

    def happened() -> None:
        events = list(inotify)
        ours = [event for event in events if event.name is None or called(event.name.name)]
        if any(event.name is not None for event in ours):
            # A device is made first, and opened to the person at its desk a moment later.
            with contextlib.suppress(OSError):
                look()
        if ours:
            watcher.tell()

    # Not the folder's own opens and closes: in /dev that would be every use of /dev/null.
    inotify.add_watch(folder, Mask.CREATE | Mask.DELETE | Mask.MOVE | Mask.ATTRIB)
    look()
    loop, fd = asyncio.get_running_loop(), inotify.fd
    loop.add_reader(fd, happened)
    watcher.until_it_stops(lambda: loop.remove_reader(fd))
