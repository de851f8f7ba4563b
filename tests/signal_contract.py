"""What every reader of a signal promises. A test module takes it up with a ``stage`` of its own:

class TestDunst(SignalContract):
    @pytest.fixture
    def stage(self, desk: Desk) -> Iterator[Stage]: ...
"""

from __future__ import annotations

import asyncio
import threading
import time
from abc import ABC, abstractmethod

import pytest

from desk import wait_for
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals.reader import Changed, Reader, Stop
from sitbreak.errors import Unavailable

READ_WITHIN_S = 2.0
TOLD_WITHIN_S = 2.0


class Stage(ABC):
    """A reader on an ``io`` loop, and the hand that makes what it tells of so, or not so."""

    reader: Reader

    def __init__(self) -> None:
        self.io = IoLoop()

    @abstractmethod
    def put(self, *, on: bool) -> None:
        """Make it so, or not so. It is when this returns."""

    def break_(self) -> bool:
        """Take away what the reader asks; False where that cannot be done."""
        return False

    def read(self) -> bool:
        return self.io.call(self.reader.read(), timeout_s=READ_WITHIN_S)

    def end(self) -> None:
        self.io.soon(self.reader.close)
        self.io.close()


class SignalContract:
    """The promises, as tests."""

    def test_it_tells_yes_and_no(self, stage: Stage) -> None:
        assert stage.read() is False
        stage.put(on=True)
        assert stage.read() is True
        stage.put(on=False)
        assert stage.read() is False

    def test_it_may_be_asked_by_many_at_once(self, stage: Stage) -> None:
        stage.put(on=True)

        async def ask() -> list[bool]:
            return await asyncio.gather(*(stage.reader.read() for _ in range(5)))

        assert stage.io.call(ask(), timeout_s=5 * READ_WITHIN_S) == [True] * 5

    def test_what_watches_is_told_of_every_change_until_it_stops(self, stage: Stage) -> None:
        told: list[float] = []
        stage.read()
        stop = on_loop(stage, lambda: told.append(time.monotonic()))
        if stop is None:
            pytest.skip("nothing tells of this by itself")
        for on in (True, False, True):
            told.clear()
            stage.put(on=on)
            wait_for(lambda: bool(told), for_s=TOLD_WITHIN_S, why="to be told")
            assert stage.read() is on
        stage.io.soon(stop)
        stage.read()
        told.clear()
        stage.put(on=False)
        assert stage.read() is False
        assert not told

    def test_a_watcher_is_left_alone_while_nothing_changes(self, stage: Stage) -> None:
        told: list[float] = []
        stage.read()
        stop = on_loop(stage, lambda: told.append(time.monotonic()))
        if stop is None:
            pytest.skip("nothing tells of this by itself")
        threading.Event().wait(1.0)
        stage.io.soon(stop)
        assert len(told) <= 1

    def test_what_cannot_be_told_is_said_so(self, stage: Stage) -> None:
        if not stage.break_():
            pytest.skip("there is always an answer to this")
        with pytest.raises(Unavailable) as refused:
            stage.read()
        assert refused.value.what

    def test_closing_twice_is_closing_once(self, stage: Stage) -> None:
        stage.io.soon(stage.reader.close)
        stage.io.soon(stage.reader.close)


def on_loop(stage: Stage, changed: Changed) -> Stop | None:
    """Begin to watch, on the loop; what ends it, or None."""

    async def watch() -> Stop | None:
        return stage.reader.watch(changed)

    return stage.io.call(watch())
