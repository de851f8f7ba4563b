"""Whether a window fills the screen that the person looks at: a talk, a film, a game."""

from __future__ import annotations

import asyncio
import os
from collections.abc import Mapping

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals.fullscreen_view import PAUSE_S, NotNow, Opener, View, silent
from sitbreak.adapters.signals.reader import Changed, Stop
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

_READ_S = 1.5


class Fullscreen:
    """The active window's own state, from X or from a Wayland compositor. Titles and names are never read.

    Every reading connects anew and asks; a connection stays only while somebody watches. What ends that one
    is told as a change, and the next reading that succeeds brings it back.
    """

    sense = Sense.FULLSCREEN
    name = "fullscreen"

    def __init__(self, io: IoLoop, environ: Mapping[str, str] | None = None) -> None:
        self._io = io
        self._environ = os.environ if environ is None else environ
        self._opener = Opener()
        self._watchers: dict[object, Changed] = {}
        self._watch: asyncio.Task[None] | None = None
        # What was answered last, to whomever; None: nothing, or that it cannot be told.
        self._last: bool | None = None

    async def read(self) -> bool:
        """Whether it is so just now. Raises Unavailable."""
        try:
            async with asyncio.timeout(_READ_S):
                view = await self._opener.open(lambda: self._view(heeds=False))
                try:
                    full = await view.look()
                finally:
                    view.close()
        except TimeoutError:
            raise silent() from None
        self._answered(full=full)
        self._keep_watching()
        return full

    def watch(self, changed: Changed) -> Stop:
        """Have ``changed`` called when the answer differs from the last one; within 1 s of the change."""
        watcher = object()
        self._watchers[watcher] = changed
        self._keep_watching()

        def stop() -> None:
            self._watchers.pop(watcher, None)
            if not self._watchers:
                self.close()

        return stop

    def close(self) -> None:
        """Let go of the desktop, and of who watches."""
        self._watchers.clear()
        if self._watch is not None:
            self._watch.cancel()
            self._watch = None

    def _keep_watching(self) -> None:
        if self._watchers and (self._watch is None or self._watch.done()):
            self._watch = self._io.loop.create_task(self._attend())

    async def _attend(self) -> None:
        try:
            async with asyncio.timeout(_READ_S):
                view = await self._opener.open(lambda: self._view(heeds=True))
            try:
                while True:
                    self._answered(full=await self._looked(view))
                    await asyncio.sleep(PAUSE_S)
                    await view.stirred()
            finally:
                view.close()
        except (Unavailable, TimeoutError):
            self._answered(full=None)

    async def _looked(self, view: View) -> bool | None:
        try:
            async with asyncio.timeout(_READ_S):
                return await view.look()
        except NotNow:
            return None

    def _answered(self, *, full: bool | None) -> None:
        if full is not self._last:
            self._last = full
            for changed in list(self._watchers.values()):
                changed()

    def _view(self, *, heeds: bool) -> View:
        """Connect to what the environment names, which may wait. Raises Unavailable."""
        # Inside Wayland there is an X server too, which knows some of the windows only.
        if self._environ.get("WAYLAND_DISPLAY"):
            from sitbreak.adapters.signals.fullscreen_wayland import (  # noqa: PLC0415 - only where it is used
                WaylandView,
            )

            return WaylandView(self._environ)
        if display := self._environ.get("DISPLAY"):
            from sitbreak.adapters.signals.fullscreen_x11 import X11View  # noqa: PLC0415 - brings python-xlib

            return X11View(display, heeds=heeds)
        raise Unavailable(
            tr("There is no desktop here whose windows could be asked for."),
            remedy=tr("Start sitbreak from the desktop, or set DISPLAY."),
        )
