"""The hub: who is asked when, what is told, and that nothing is looked at while it does not matter."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from queue import Empty, SimpleQueue

import pytest

from desk import wait_for
from fake_idle import VirtualClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals import hub as hubs
from sitbreak.adapters.signals.hub import SignalHub, Word
from sitbreak.adapters.signals.reader import Changed, Reader, Stop
from sitbreak.core.attention import Heed, Watch
from sitbreak.core.events import Event, Signal, SignalsTold
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable

ALL = frozenset(Sense)
CALL, FULLSCREEN = frozenset({Signal.CALL}), frozenset({Signal.FULLSCREEN})
NOTHING: frozenset[Signal] = frozenset()


class Scripted:
    """A reader that says what it is told to. ``told`` None: it cannot say by itself that it changed."""

    def __init__(self, sense: Sense, *, tells: bool = True) -> None:
        self.sense, self.name = sense, f"scripted {sense}"
        self.on: bool | Exception = False
        self.takes_s = 0.0
        self.reads = 0
        self.closed = False
        self.changed: Changed | None = None
        self.tells = tells

    async def read(self) -> bool:
        self.reads += 1
        if self.takes_s:
            await asyncio.sleep(self.takes_s)
        if isinstance(self.on, Exception):
            raise self.on
        return self.on

    def watch(self, changed: Changed) -> Stop | None:
        if not self.tells:
            return None
        self.changed = changed

        def stop() -> None:
            self.changed = None

        return stop

    def close(self) -> None:
        self.closed = True


class Stage:
    """A hub over scripted readers, and what it posted."""

    def __init__(self, *readers: Scripted) -> None:
        self.io, self.made = IoLoop(), 0
        self.posted: SimpleQueue[Event] = SimpleQueue()
        self.readers = readers
        self.hub = SignalHub(self.io, self.posted.put, VirtualClock(), self._make)

    def _make(self, _io: IoLoop) -> Sequence[Reader]:
        self.made += 1
        return self.readers

    def heed(self, watch: Watch, asked_s: float | None = 1.0, senses: frozenset[Sense] = ALL) -> None:
        self.hub.attend(Heed(watch, asked_s, senses))

    def told(self) -> frozenset[Signal]:
        event = self.posted.get(timeout=5)
        assert isinstance(event, SignalsTold)
        return event.on

    def silent(self, for_s: float = 0.3) -> bool:
        try:
            self.posted.get(timeout=for_s)
        except Empty:
            return True
        return False

    def change(self, reader: Scripted, on: bool | Exception) -> None:
        reader.on = on
        assert reader.changed is not None
        self.io.soon(reader.changed)


@pytest.fixture(autouse=True)
def _hurried(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(hubs, "WATCH_AFTER_S", 0.1)
    monkeypatch.setattr(hubs, "READ_S", 0.3)
    monkeypatch.setattr(hubs, "TOGETHER_S", 0.01)
    monkeypatch.setattr(hubs, "ASK_AGAIN_S", 0.5)
    monkeypatch.setattr(hubs, "ASK_EVERY_S", {Watch.CLOSE: 0.05, Watch.SPARSE: 0.5})


@pytest.fixture
def microphone() -> Scripted:
    return Scripted(Sense.MICROPHONE)


@pytest.fixture
def screen() -> Scripted:
    return Scripted(Sense.FULLSCREEN, tells=False)


@pytest.fixture
def stage(microphone: Scripted, screen: Scripted) -> Iterator[Stage]:
    stage = Stage(microphone, screen)
    yield stage
    stage.hub.close()
    stage.io.close()


def test_nothing_is_made_or_read_before_anybody_asks(stage: Stage, microphone: Scripted) -> None:
    stage.heed(Watch.OFF, None)
    assert stage.silent()
    assert (stage.made, microphone.reads) == (0, 0)


def test_every_question_is_answered_though_nothing_changed(stage: Stage) -> None:
    for asked_s in (1.0, 2.0, 3.0):
        stage.heed(Watch.CLOSE, asked_s)
        assert stage.told() == NOTHING


def test_a_question_without_a_watch_is_answered_once(stage: Stage, microphone: Scripted) -> None:
    stage.heed(Watch.OFF, 1.0)
    assert stage.told() == NOTHING
    assert stage.silent()
    assert microphone.reads == 1
    assert microphone.changed is None


def test_what_a_reader_tells_by_itself_is_told_at_once(stage: Stage, microphone: Scripted) -> None:
    microphone.on = True
    stage.heed(Watch.SPARSE)
    assert stage.told() == CALL
    wait_for(lambda: microphone.changed is not None)
    stage.change(microphone, on=False)
    assert stage.told() == NOTHING
    stage.change(microphone, on=True)
    assert stage.told() == CALL


def test_who_never_tells_by_itself_is_asked_again_and_again(stage: Stage, screen: Scripted) -> None:
    screen.on = True
    stage.heed(Watch.CLOSE)
    assert stage.told() == FULLSCREEN
    screen.on = False
    assert stage.told() == NOTHING


def test_what_changed_while_nobody_watched_yet_is_told(stage: Stage, microphone: Scripted) -> None:
    stage.heed(Watch.CLOSE)
    assert stage.told() == NOTHING
    microphone.on = True
    assert stage.told() == CALL


def test_the_same_is_not_told_twice(stage: Stage, microphone: Scripted) -> None:
    microphone.on = True
    stage.heed(Watch.SPARSE)
    assert stage.told() == CALL
    wait_for(lambda: microphone.changed is not None)
    stage.change(microphone, on=True)
    assert stage.silent()


def test_when_the_watch_ends_nothing_is_looked_at_any_more(
    stage: Stage, microphone: Scripted, screen: Scripted
) -> None:
    microphone.on = True
    stage.heed(Watch.CLOSE)
    stage.told()
    wait_for(lambda: microphone.changed is not None)
    stage.heed(Watch.OFF)
    wait_for(lambda: microphone.changed is None)
    reads = screen.reads
    assert stage.silent()
    assert screen.reads == reads


def test_a_watch_that_grows_closer_is_close_at_once(stage: Stage, screen: Scripted) -> None:
    screen.on = True
    stage.heed(Watch.SPARSE)
    assert stage.told() == FULLSCREEN
    stage.heed(Watch.CLOSE)
    screen.on = False
    assert stage.told() == NOTHING


def test_a_sense_that_may_not_be_used_is_never_read(stage: Stage, microphone: Scripted) -> None:
    microphone.on = True
    stage.heed(Watch.CLOSE, senses=ALL - {Sense.MICROPHONE})
    assert stage.told() == NOTHING
    assert microphone.reads == 0


def test_a_sense_switched_off_in_a_call_tells_of_its_end(stage: Stage, microphone: Scripted) -> None:
    microphone.on = True
    stage.heed(Watch.CLOSE)
    assert stage.told() == CALL
    stage.heed(Watch.CLOSE, senses=ALL - {Sense.MICROPHONE})
    assert stage.told() == NOTHING


@pytest.mark.parametrize("trouble", [Unavailable("no sound", remedy="get some"), ValueError("odd")])
def test_who_cannot_tell_holds_nothing_and_says_why(
    stage: Stage, microphone: Scripted, screen: Scripted, trouble: Exception
) -> None:
    microphone.on, screen.on = trouble, True
    stage.heed(Watch.OFF)
    assert stage.told() == FULLSCREEN
    words = {word.sense: word for word in look(stage)}
    assert words[Sense.MICROPHONE].on is None
    assert str(trouble.args[0]) in str(words[Sense.MICROPHONE].why)
    assert words[Sense.FULLSCREEN].on is True


def test_who_hangs_is_waited_for_a_moment_only(stage: Stage, microphone: Scripted, screen: Scripted) -> None:
    microphone.takes_s, screen.on = 60.0, True
    stage.heed(Watch.OFF)
    assert stage.told() == FULLSCREEN


def test_a_flood_of_changes_is_read_together(stage: Stage, microphone: Scripted) -> None:
    microphone.on = True
    stage.heed(Watch.SPARSE)
    stage.told()
    wait_for(lambda: microphone.changed is not None)
    before = microphone.reads
    for _ in range(1000):
        stage.change(microphone, on=True)
    assert stage.silent()
    assert microphone.reads - before < 40


def test_a_reader_whose_server_dies_and_returns_is_watched_again(stage: Stage, microphone: Scripted) -> None:
    microphone.on = True
    stage.heed(Watch.SPARSE)
    assert stage.told() == CALL
    wait_for(lambda: microphone.changed is not None)
    stage.change(microphone, on=Unavailable("the server died"))
    assert stage.told() == NOTHING
    wait_for(lambda: microphone.changed is None)
    microphone.on = True
    assert stage.told() == CALL
    wait_for(lambda: microphone.changed is not None)
    stage.change(microphone, on=False)
    assert stage.told() == NOTHING


def test_who_never_told_by_itself_may_do_so_the_next_time(stage: Stage, microphone: Scripted) -> None:
    microphone.tells, microphone.on = False, True
    stage.heed(Watch.CLOSE)
    assert stage.told() == CALL
    wait_for(lambda: microphone.reads > 3)
    stage.heed(Watch.OFF)
    microphone.tells = True
    stage.heed(Watch.CLOSE)
    wait_for(lambda: microphone.changed is not None)


def test_with_no_sense_allowed_no_reader_is_even_made(stage: Stage) -> None:
    stage.heed(Watch.CLOSE, senses=frozenset())
    assert stage.told() == NOTHING
    assert stage.made == 0


def test_who_cannot_tell_is_asked_seldom(stage: Stage, microphone: Scripted) -> None:
    microphone.on = Unavailable("no sound")
    stage.heed(Watch.CLOSE)
    assert stage.told() == NOTHING
    assert stage.silent(1.2)
    assert microphone.reads <= 4


def test_after_the_end_nothing_is_told(stage: Stage, microphone: Scripted) -> None:
    microphone.on = True
    stage.heed(Watch.SPARSE)
    stage.told()
    stage.hub.close()
    wait_for(lambda: microphone.closed)
    stage.heed(Watch.CLOSE, 9.0)
    assert stage.told() == NOTHING


def look(stage: Stage) -> tuple[Word, ...]:
    return stage.io.call(stage.hub.look())
