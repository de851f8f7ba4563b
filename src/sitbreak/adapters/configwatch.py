"""Tells when a config file may have changed, without looking at it now and then where that can be helped."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from sitbreak.adapters.loop import IoLoop

SETTLE_S = 0.2
"""Editors write in several steps; what comes within this time is one change."""

LOOK_EVERY_S = 30.0

_MOST_LINKS = 10


class ConfigWatch:
    """Calls ``changed`` on the io loop some moments after the file was written, replaced or removed.

    Where a link stands in for the file, both the link and what it leads to are watched. Where the file's
    folder is missing, the nearest one above it is watched until it is made.
    """

    def __init__(self, io: IoLoop, file: Path, changed: Callable[[], None]) -> None:
        self._file, self._changed = file, changed
        self._settling: asyncio.TimerHandle | None = None
        self._loop = io.loop
        io.start(self._watch() if sys.platform == "linux" else self._look())

    async def _watch(self) -> None:
        again = False
        while True:
            try:
                await self._one_change(tell=again)
            except (FileNotFoundError, NotADirectoryError):
                await asyncio.sleep(SETTLE_S)  # a folder went just as it was to be watched
            except OSError:
                # The user's watches are used up, or a folder is closed to us; looking needs neither.
                await self._look()
            again = True

    async def _one_change(self, *, tell: bool) -> None:
        """Wait for one event that matters. ``tell``: of the one before, now that its outcome is watched."""
        from asyncinotify import Inotify, Mask  # noqa: PLC0415 - Linux only

        of_files = (
            Mask.CLOSE_WRITE | Mask.CREATE | Mask.MOVED_TO | Mask.MOVED_FROM | Mask.DELETE | Mask.ATTRIB
        )
        what = of_files | Mask.DELETE_SELF | Mask.MOVE_SELF
        with Inotify() as inotify:
            paths = {_nearest(path) for path in _ways(self._file)}
            for folder in {path.parent for path in paths}:
                inotify.add_watch(folder, what)
            if tell:
                self._settle()
            names = {path.name for path in paths}
            async for event in inotify:
                if event.name is None or event.name.name in names:
                    return

    async def _look(self) -> None:
        seen = self._stamp()
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if seen != (seen := self._stamp()):
                self._settle()

    def _stamp(self) -> tuple[int, int] | None:
        try:
            found = self._file.stat()
        except OSError:
            return None
        return found.st_mtime_ns, found.st_size

    def _settle(self) -> None:
        if self._settling is not None:
            self._settling.cancel()
        self._settling = self._loop.call_later(SETTLE_S, self._changed)


def _ways(file: Path) -> Iterator[Path]:
    """The file, whatever a link in its place leads to, and the link that its folder may be."""
    if file.parent.is_symlink():
        yield file.parent
    for _ in range(_MOST_LINKS):
        yield file
        if not file.is_symlink():
            return
        file = Path(os.path.normpath(file.parent / file.readlink()))


def _nearest(path: Path) -> Path:
    """The path, or the nearest above it, whose folder is there."""
    while not path.parent.is_dir():
        path = path.parent
    return path
