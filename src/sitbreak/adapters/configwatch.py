"""Tells when the config or a pack may have changed, without looking now and then where that can be helped."""

from __future__ import annotations

import asyncio
import os
import sys
from collections.abc import Callable, Collection, Iterator, Sequence
from pathlib import Path

from sitbreak.adapters.loop import IoLoop

SETTLE_S = 0.2
"""Editors write in several steps; what comes within this time is one change."""

LOOK_EVERY_S = 30.0

_MOST_LINKS = 10
_MOST_PACKS = 50
"""A folder's packs that are looked at one by one; more are not read anyway."""

_ANY_PACK = "*.toml"
"""Stands for every pack of a folder where the names of its files do."""


class ConfigWatch:
    """Calls ``changed`` on the io loop some moments after something was written, replaced or removed.

    That is the file, and in each of the ``folders`` every ``*.toml`` that is not hidden. Where a link stands
    in for one of them, both the link and what it leads to are watched. Where a folder is missing, the nearest
    one above it is watched until it is made.
    """

    def __init__(
        self, io: IoLoop, file: Path, changed: Callable[[], None], *, folders: Sequence[Path] = ()
    ) -> None:
        self._file, self._folders, self._changed = file, tuple(folders), changed
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
        from asyncinotify import Inotify, Mask, Watch  # noqa: PLC0415 - Linux only

        of_files = (
            Mask.CLOSE_WRITE | Mask.CREATE | Mask.MOVED_TO | Mask.MOVED_FROM | Mask.DELETE | Mask.ATTRIB
        )
        what = of_files | Mask.DELETE_SELF | Mask.MOVE_SELF
        with Inotify() as inotify:
            wanted: dict[Watch, set[str]] = {}
            for folder, name in self._entries():
                # Two ways into one folder share its watch.
                wanted.setdefault(inotify.add_watch(folder, what), set()).add(name)
            if tell:
                self._settle()
            async for event in inotify:
                if event.name is None or event.watch is None:
                    return  # of the folder itself, or of so many that some were lost
                if _fits(event.name.name, wanted[event.watch]):
                    return

    def _entries(self) -> Iterator[tuple[Path, str]]:
        """What to watch: folders that are there, and the name in each that matters."""
        for path in _ways(self._file):
            yield _nearest(path, os.path.isdir)
        # A closed folder of packs is passed over: looking would not see into it either.
        for folder in self._folders:
            for path in (way for entry in (folder, *_packs(folder)) for way in _ways(entry)):
                yield _nearest(path, _is_open)
            if _is_open(folder):
                yield folder, _ANY_PACK

    async def _look(self) -> None:
        seen = self._stamps()
        while True:
            await asyncio.sleep(LOOK_EVERY_S)
            if seen != (seen := self._stamps()):
                self._settle()

    def _stamps(self) -> list[tuple[Path, int, int] | None]:
        packs = (pack for folder in self._folders for pack in _packs(folder))
        return [_stamp(path) for path in (self._file, *packs)]

    def _settle(self) -> None:
        if self._settling is not None:
            self._settling.cancel()
        self._settling = self._loop.call_later(SETTLE_S, self._changed)


def _ways(file: Path) -> Iterator[Path]:
    """The file, whatever a link in its place leads to, and the link that its folder may be."""
    if os.path.islink(file.parent):  # noqa: PTH114 - unlike Path's, these two never raise
        yield file.parent
    for _ in range(_MOST_LINKS):
        yield file
        if not os.path.islink(file):  # noqa: PTH114
            return
        file = Path(os.path.normpath(file.parent / file.readlink()))


def _nearest(path: Path, is_there: Callable[[Path], bool]) -> tuple[Path, str]:
    """The folder and the name of the path, or of the nearest above it whose folder is there."""
    while not is_there(path.parent) and path != path.parent:
        path = path.parent
    return path.parent, path.name


def _is_open(folder: Path) -> bool:
    return os.path.isdir(folder) and os.access(folder, os.R_OK)  # noqa: PTH112 - it never raises


def _packs(folder: Path) -> list[Path]:
    """The packs of a folder by name, whatever they are; none where it cannot be read."""
    try:
        names = os.listdir(folder)  # noqa: PTH208 - names are all that is wanted
    except OSError:
        return []
    return [folder / name for name in sorted(names) if _fits(name, {_ANY_PACK})][:_MOST_PACKS]


def _fits(name: str, names: Collection[str]) -> bool:
    return name in names or (_ANY_PACK in names and name.endswith(".toml") and not name.startswith("."))


def _stamp(path: Path) -> tuple[Path, int, int] | None:
    try:
        found = path.stat()
    except (OSError, ValueError):
        return None
    return path, found.st_mtime_ns, found.st_size
