"""Tells when a config file may have changed, without looking at it now and then where that can be helped."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable
from pathlib import Path

from sitbreak.adapters.loop import IoLoop

SETTLE_S = 0.2
"""Editors write in several steps; what comes within this time is one change."""

LOOK_EVERY_S = 30.0


class ConfigWatch:
    """Calls ``changed`` on the io loop some moments after the file was written, replaced or removed.

    Where a link stands in for the file, both the link and what it leads to are watched.
    """

    def __init__(self, io: IoLoop, file: Path, changed: Callable[[], None]) -> None:
        self._file, self._changed = file, changed
        self._settling: asyncio.TimerHandle | None = None
        self._loop = io.loop
        io.start(self._watch() if sys.platform == "linux" else self._look())

    async def _watch(self) -> None:
        from asyncinotify import Inotify, Mask  # noqa: PLC0415 - Linux only

        what = Mask.CLOSE_WRITE | Mask.MOVED_TO | Mask.MOVED_FROM | Mask.DELETE | Mask.ATTRIB
        names = {self._file.name, self._file.resolve().name}
        with Inotify() as inotify:
            for folder in {self._file.parent, self._file.resolve().parent}:
                if folder.is_dir():
                    inotify.add_watch(folder, what)
            async for event in inotify:
                if event.name is not None and event.name.name in names:
                    self._settle()

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
