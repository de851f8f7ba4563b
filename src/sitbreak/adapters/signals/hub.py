"""All readers together: asked when the core needs to know, watched only while it does."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals.reader import Reader, Stop
from sitbreak.core.attention import Heed, Watch
from sitbreak.core.events import SENSED, Signal, SignalsTold
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock, Post
from sitbreak.wording import tr

READ_S = 1.5
"""How long one reader may take; the core waits two seconds for all."""

WATCH_AFTER_S = 5.0
"""A prompt that waits for a pause in typing is soon over; nothing is watched for that."""

TOGETHER_S = 0.1

ASK_EVERY_S = {Watch.CLOSE: 1.0, Watch.SPARSE: 20.0}
"""How often a reader is asked that does not tell of changes by itself."""

ASK_AGAIN_S = 60.0
"""How soon one is asked again that could not tell."""


class Word(NamedTuple):
    """What a reader last said. ``on`` None: it cannot tell, and ``why`` says why."""

    sense: Sense
    name: str
    on: bool | None
    why: Unavailable | None = None


@dataclass(eq=False, slots=True)
class _Seat:
    """A reader with what it said and how it is watched. ``mute``: it never tells of changes by itself."""

    reader: Reader
    word: Word | None = None
    read_s: float = 0.0
    stop: Stop | None = None
    mute: bool = False

    @property
    def failed(self) -> bool:
        """Whether it could not tell when it was last asked."""
        return self.word is not None and self.word.on is None

    def rest(self) -> None:
        """Watch no more."""
        stop, self.stop, self.mute = self.stop, None, False
        if stop is not None:
            with contextlib.suppress(Exception):
                stop()


class SignalHub:
    """Keeps the promises of ``Signals``. ``make`` gives the readers, when they are first needed."""

    def __init__(
        self, io: IoLoop, post: Post, clock: Clock, make: Callable[[IoLoop], Sequence[Reader]]
    ) -> None:
        self._io, self._post, self._clock, self._make = io, post, clock, make
        self._seats: list[_Seat] | None = None
        self._heed = Heed(Watch.OFF, None, frozenset())
        self._told: frozenset[Signal] | None = None
        self._work: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._stale: set[_Seat] = set()

    def attend(self, heed: Heed) -> None:
        """Tell by this from now on. Any thread; returns at once."""
        self._io.soon(lambda: self._attend(heed))

    def close(self) -> None:
        """Let go of the desktop. Any thread; returns at once."""
        self._io.soon(self._shut)

    async def look(self, senses: frozenset[Sense] = frozenset(Sense)) -> tuple[Word, ...]:
        """Ask all readers of these senses afresh, for ``doctor``. Loop thread."""
        return tuple(await asyncio.gather(*(_ask(seat.reader) for seat in self._of(senses))))

    def _attend(self, heed: Heed) -> None:
        before, self._heed = self._heed, heed
        asked = heed.asked_s is not None and heed.asked_s != before.asked_s
        if heed.watch is Watch.OFF and not asked:
            self._rest()
            return
        if asked or before.watch is Watch.OFF or heed.senses != before.senses:
            self._rest()
            self._told = None
        if self._work is None:
            self._work = self._io.loop.create_task(self._serve())
        else:
            # It waits by the old watch's measure.
            self._changed.set()

    async def _serve(self) -> None:
        """Tell what is on, and go on telling while that is wanted."""
        seats = self._of(self._heed.senses)
        await self._read(seats)
        self._tell(seats)
        if not self._watching():
            self._work = None
            return
        if not self._told:
            await self._pause(WATCH_AFTER_S)
        while self._watching():
            for seat in seats:
                self._watch(seat)
            await self._read([seat for seat in seats if self._is_due(seat)])
            self._tell(seats)
            if not self._stale:
                await self._pause(min((wait for seat in seats if (wait := self._wait_s(seat))), default=None))
            if self._stale:
                # Who tells of ten changes at once is asked once.
                await asyncio.sleep(TOGETHER_S)

    def _watching(self) -> bool:
        return self._heed.watch is not Watch.OFF

    def _is_due(self, seat: _Seat) -> bool:
        """Whether it told of a change, or has to be asked by now."""
        wait_s = self._wait_s(seat)
        asked = wait_s is not None and self._io.loop.time() >= seat.read_s + wait_s - TOGETHER_S
        if asked or seat in self._stale:
            self._stale.discard(seat)
            return True
        return False

    def _wait_s(self, seat: _Seat) -> float | None:
        """How often it has to be asked. What cannot tell now may find its server again."""
        if seat.failed:
            return ASK_AGAIN_S
        return ASK_EVERY_S.get(self._heed.watch) if seat.mute else None

    async def _pause(self, for_s: float | None) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(for_s):
                await self._changed.wait()
        self._changed.clear()

    def _watch(self, seat: _Seat) -> None:
        """Have the reader tell of changes from now on, where it can; one whose server died does no more."""
        if seat.failed:
            seat.rest()
        if seat.failed or seat.mute or seat.stop is not None:
            return

        def changed() -> None:
            self._stale.add(seat)
            self._changed.set()

        with contextlib.suppress(Exception):
            seat.stop = seat.reader.watch(changed)
        seat.mute = seat.stop is None
        # What changed before it was watched.
        self._stale.add(seat)

    async def _read(self, seats: Sequence[_Seat]) -> None:
        words = await asyncio.gather(*(_ask(seat.reader) for seat in seats))
        for seat, word in zip(seats, words, strict=True):
            seat.word, seat.read_s = word, self._io.loop.time()

    def _tell(self, seats: Sequence[_Seat]) -> None:
        on = frozenset(SENSED[seat.word.sense] for seat in seats if seat.word is not None and seat.word.on)
        if on != self._told:
            self._told = on
            self._post(SignalsTold(at=self._clock.now(), on=on))

    def _of(self, senses: frozenset[Sense]) -> list[_Seat]:
        if not senses:
            return []
        if self._seats is None:
            self._seats = [_Seat(reader) for reader in self._make(self._io)]
        return [seat for seat in self._seats if seat.reader.sense in senses]

    def _rest(self) -> None:
        """Look at nothing any more."""
        if self._work is not None:
            self._work.cancel()
            self._work = None
        for seat in self._seats or ():
            seat.rest()
        self._stale.clear()
        self._changed.clear()

    def _shut(self) -> None:
        self._heed = Heed(Watch.OFF, None, frozenset())
        self._rest()
        for seat in self._seats or ():
            with contextlib.suppress(Exception):
                seat.reader.close()
        self._seats = []


async def _ask(reader: Reader) -> Word:
    try:
        async with asyncio.timeout(READ_S):
            return Word(reader.sense, reader.name, await reader.read())
    except Unavailable as why:
        # Without its traceback, which would keep a failed connection open.
        return Word(reader.sense, reader.name, None, Unavailable(why.what, remedy=why.remedy))
    except TimeoutError:
        return Word(reader.sense, reader.name, None, Unavailable(tr("It does not answer.")))
    except Exception as error:
        said = tr("{name} failed: {error!r}").format(name=reader.name, error=error)
        return Word(reader.sense, reader.name, None, Unavailable(said))
