"""Whether somebody has a camera open. Never what it sees."""

from __future__ import annotations

import asyncio
import os
import re
import time
from collections.abc import Iterator, Mapping
from functools import partial
from itertools import islice
from pathlib import Path

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals import pipewire
from sitbreak.adapters.signals.reader import Changed, Stop
from sitbreak.adapters.signals.watching import Watchers, listen_to_nodes
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

_LOOK_AT_MOST_S = 0.7
_RECORD_MOST = 65536
_NODE = re.compile(r"video\d+")

_FILES_MOST = 65536

_KEEPERS = frozenset({"pipewire", "wireplumber", "pipewire-media-"})
"""They may keep a camera open that nobody looks through; PipeWire says whether it runs. Cut to 15 letters."""


class Camera:
    """Looks through this person's programs for one that has a camera open.

    A program that hides its open files even from its own user goes unseen, and so does another user's.
    """

    sense = Sense.CAMERA
    name = "camera"

    def __init__(
        self,
        io: IoLoop,
        *,
        environ: Mapping[str, str] = os.environ,
        dev: Path = Path("/dev"),
        proc: Path = Path("/proc"),
        udev: Path = Path("/run/udev/data"),
    ) -> None:
        self._environ, self._dev, self._proc, self._udev = environ, dev, proc, udev
        self._watchers = Watchers(io)

    async def read(self) -> bool:
        """Whether a camera is in use just now. Raises Unavailable."""
        holders = await asyncio.to_thread(self._holders)
        if not holders <= _KEEPERS:
            return True
        if not holders:
            return False
        graph = await pipewire.graph(self._environ)
        return any(
            node.running and node.props.get("device.api") in {"v4l2", "libcamera"}
            for node in graph.nodes.values()
        )

    def watch(self, changed: Changed) -> Stop | None:
        """Have ``changed`` called when a camera is opened, closed, plugged in or pulled out."""
        return self._watchers.begin(
            changed,
            partial(listen_to_nodes, folder=self._dev, called=_NODE.fullmatch),
        )

    def close(self) -> None:
        """End all watching."""
        self._watchers.stop()

    def _holders(self) -> set[str]:
        """The names of the programs that have a camera open. Any thread."""
        try:
            names = filter(_NODE.fullmatch, os.listdir(self._dev))  # noqa: PTH208 - names are all that is wanted
            cameras = {str(self._dev / name) for name in names if self._films(self._dev / name)}
            return set(self._who_holds(cameras)) if cameras else set()
        except OSError as error:
            raise Unavailable(
                tr("It cannot be seen who has a camera open: {error}.").format(error=error.strerror)
            ) from error

    def _films(self, node: Path) -> bool:
        """Whether pictures come out of it: decoders and the like are called so too, and udev knows."""
        try:
            device = node.stat().st_rdev
            with (self._udev / f"c{os.major(device)}:{os.minor(device)}").open("rb") as file:
                record = file.read(_RECORD_MOST)
        except OSError:
            return True
        can = re.search(rb"^E:ID_V4L_CAPABILITIES=(.*)$", record, re.MULTILINE)
        return can is None or b":capture:" in can[1]

    def _who_holds(self, cameras: set[str]) -> Iterator[str]:
        end, user, own = time.monotonic() + _LOOK_AT_MOST_S, os.geteuid(), str(os.getpid())
        for pid in os.listdir(self._proc):  # noqa: PTH208 - one in thousands is looked at further
            if not pid.isdecimal() or pid == own:
                continue
            if time.monotonic() > end:
                raise Unavailable(tr("Too many programs run to look through them for an open camera."))
            process = self._proc / pid
            try:
                if process.stat().st_uid == user and _holds(process / "fd", cameras):
                    yield (process / "comm").read_bytes()[:15].decode("utf-8", "replace").strip()
            except OSError:
                continue  # it has ended, or hides its files


def _holds(folder: Path, cameras: set[str]) -> bool:
    with os.scandir(folder) as files:
        return any(_leads_to(file.path) in cameras for file in islice(files, _FILES_MOST))


def _leads_to(link: str) -> str:
    try:
        return os.readlink(link)  # noqa: PTH115 - by the ten thousand
    except OSError:
        return ""
