"""Somebody to be told of changes, and what tells: a program's lines, or the opening of files."""

from __future__ import annotations

import asyncio
import contextlib
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals.child import Child, lasting
from sitbreak.adapters.signals.reader import Changed, Stop

SETTLE_S = 0.2
"""What comes within this time is one change; a file that is being closed is closed by then."""

AGAIN_S, AGAIN_AT_MOST_S = 1.0, 60.0
"""How long to wait before what told and ended is begun anew; each pause is twice the one before."""

_LINE_MOST = 4096
"""Bytes kept of a line that has not ended."""


class Watcher:
    """Tells ``changed`` until it stops, what comes close together only once. Loop thread only."""

    def __init__(self, io: IoLoop, changed: Changed, way: Callable[[Watcher], None]) -> None:
        self._loop, self._changed, self._way = io.loop, changed, way
        self._seeking: asyncio.TimerHandle | None = None
        self._pause_s = AGAIN_S
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

    def begin(self) -> None:
        """Have it told. Raises OSError where nobody would."""
        self._way(self)

    def lost(self) -> None:
        """What told has ended: tell that, and have it begin anew as soon as it is back."""
        self._let_go()
        self.tell()
        if not self._over:
            self._seeking = self._loop.call_later(self._pause_s, self._seek)
            self._pause_s = min(self._pause_s * 2, AGAIN_AT_MOST_S)

    def until_it_stops(self, end: Callable[[], object]) -> None:
        """Have that called when it stops."""
        self._ends.append(end)

    def stop(self) -> None:
        """Tell no more, and let go of all that tells. Never raises."""
        self._over = True
        for later in (self._timer, self._seeking):
            if later is not None:
                later.cancel()
        self._let_go()

    def _let_go(self) -> None:
        while self._ends:
            self._ends.pop()()

    def _seek(self) -> None:
        try:
            self.begin()
        except OSError:
            self.lost()
        else:
            self.tell()

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
            watcher = Watcher(self._io, changed, way)
            try:
                watcher.begin()
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
    """Tell of every line that matters of what a program prints; after its end begin anew. Raises OSError."""
    rest = bytearray()

    def heard(part: bytes) -> None:
        rest.extend(part)
        *lines, last = rest.split(b"\n")
        if any(matters(bytes(line)) for line in lines):
            watcher.tell()
        rest[:] = last[:_LINE_MOST]

    child = Child(lasting(argv, environ), environ, heard, watcher.lost)
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
