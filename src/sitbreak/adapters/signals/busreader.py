"""What the readers over a message bus have in common: whom they tell, and how often."""

from __future__ import annotations

import asyncio
from abc import ABC, abstractmethod
from contextlib import suppress

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals.reader import Changed, Stop
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

ANSWER_S = 1.2
"""How long those who are asked may take, seconds. Whoever waits for a reader gives it little more."""

REST_S = 0.25
"""The least time between two words to those who watch, however much is heard."""

LOOK_S = 10.0
"""How often who never tells by themselves is asked while somebody watches, seconds."""


class BusReader(ABC):
    """A ``Reader``. Loop thread only."""

    sense: Sense
    name: str

    def __init__(self, io: IoLoop) -> None:
        self._io = io
        self._last: bool | None = None
        self._closed = False
        self._watchers: dict[object, Changed] = {}
        self._telling: asyncio.TimerHandle | None = None
        self._told_s = float("-inf")
        self._looking: asyncio.Task[None] | None = None
        self._glance: asyncio.Task[None] | None = None

    async def read(self) -> bool:
        """Whether it is so just now. Raises Unavailable."""
        if self._closed:
            raise Unavailable(tr("sitbreak is about to end."))
        found = None
        try:
            found = await self._ask()
        finally:
            self._last = found
            # Now it is known who is there, and whether they tell.
            self._tend()
        return found

    def watch(self, changed: Changed) -> Stop | None:
        """Have ``changed`` called on news, until what is returned is called. None: not everybody tells."""
        if self._closed or not self._all_tell:
            return None
        watcher = object()
        self._watchers[watcher] = changed
        self._tend()

        def stop() -> None:
            if self._watchers.pop(watcher, None) is not None:
                self._tend()

        return stop

    def close(self) -> None:
        """Let go of everything."""
        if not self._closed:
            self._watchers.clear()
            self._tend()
            self._closed = True
            self._leave()

    @abstractmethod
    async def _ask(self) -> bool:
        """Ask those who know. Raises Unavailable."""

    @property
    @abstractmethod
    def _all_tell(self) -> bool:
        """Whether all who are there now tell of news by themselves."""

    @abstractmethod
    def _listen(self, *, watched: bool) -> None:
        """Hear of news only while watched, from those who are there now."""

    @abstractmethod
    def _leave(self) -> None:
        """Let go of the buses."""

    def _tend(self) -> None:
        """Do for those who watch what is to be done now; nothing where nobody does."""
        if self._closed:
            return
        watched = bool(self._watchers)
        self._listen(watched=watched)
        if not watched:
            for later in (self._telling, self._glance):
                if later is not None:
                    later.cancel()
            self._telling = self._glance = None
        if watched and not self._all_tell:
            # Another took over, who does not tell.
            if self._looking is None:
                self._looking = self._io.loop.create_task(self._look_often())
        elif self._looking is not None:
            self._looking.cancel()
            self._looking = None

    def _news(self) -> None:
        """It may be otherwise now than it was."""
        if self._watchers and self._telling is None:
            loop = self._io.loop
            at_s = max(loop.time(), self._told_s + REST_S)
            self._telling = loop.call_at(at_s, self._tell)

    def _tell(self) -> None:
        self._telling = None
        self._told_s = self._io.loop.time()
        for changed in list(self._watchers.values()):
            changed()

    def tuned(self) -> None:
        """What is news is heard from now on, so that only what came before may have been missed."""
        if self._watchers and (self._glance is None or self._glance.done()):
            self._glance = self._io.loop.create_task(self._look())

    async def _look_often(self) -> None:
        while True:
            await asyncio.sleep(LOOK_S)
            await self._look()

    async def _look(self) -> None:
        before, now = self._last, None
        with suppress(Unavailable):
            now = await self.read()
        if now != before:
            self._news()
