"""Presence without a desktop, from real terminals."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import wait_for
from fake_idle import VirtualClock
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence import tty
from sitbreak.core.attention import Attention
from sitbreak.core.events import Event, IdleSampled
from sitbreak.errors import Unavailable


@pytest.fixture
def io() -> Iterator[IoLoop]:
    loop = IoLoop()
    yield loop
    loop.close()


@pytest.fixture
def pair() -> Iterator[tuple[int, int]]:
    """Both ends of a terminal: the hands, and the program that reads."""
    ends = os.openpty()
    yield ends
    for end in ends:
        os.close(end)


class Said:
    def __init__(self) -> None:
        self.samples: list[IdleSampled] = []
        self.lost: list[str] = []

    def __call__(self, event: Event) -> None:
        assert isinstance(event, IdleSampled)
        self.samples.append(event)


def test_typing_into_a_terminal_ends_an_absence(
    io: IoLoop, pair: tuple[int, int], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Through the kernel's own access time, which moves at most once in 8 seconds."""
    monkeypatch.setattr(tty, "RETURN_LOOK_S", 0.2)
    path = Path(os.ttyname(pair[1]))
    started = time.time() - 30
    os.utime(path, (started, started))
    said = Said()
    source = tty.TtyIdle(io, said, SystemClock(), said.lost.append, terminals=lambda: [path])
    source.attend(Attention((180.0,), asked_s=1.0))
    wait_for(lambda: said.samples, why="for the first sample")
    assert said.samples[0].idle_s == pytest.approx(30, abs=0.5)
    os.write(pair[0], b"ls\n")
    assert os.read(pair[1], 10) == b"ls\n"
    wait_for(lambda: len(said.samples) == 2, for_s=3, why="for the return")
    assert said.samples[1].idle_s == 0.0
    source.close()


def test_it_finds_this_users_terminals(pair: tuple[int, int]) -> None:
    assert Path(os.ttyname(pair[1])) in tty.user_terminals()


def test_a_user_without_a_terminal_is_refused(io: IoLoop) -> None:
    with pytest.raises(Unavailable, match="no terminal"):
        tty.TtyIdle(io, lambda _event: None, SystemClock(), lambda _reason: None, terminals=list)


def test_a_wall_clock_that_is_set_moves_no_input(io: IoLoop, pair: tuple[int, int]) -> None:
    path = Path(os.ttyname(pair[1]))
    clock, said = VirtualClock(), Said()
    seen = clock.now().wall.timestamp() - 2
    os.utime(path, (seen, seen))
    source = tty.TtyIdle(io, said, clock, said.lost.append, terminals=lambda: [path])
    clock.set_wall(3600)
    clock.advance(10)
    source.attend(Attention((180.0,), asked_s=1.0))
    wait_for(lambda: said.samples, why="for the first sample")
    assert said.samples[0].idle_s == pytest.approx(12)
    read = clock.now().wall.timestamp() - 3600
    os.utime(path, (read, read))
    clock.advance(4)
    source.attend(Attention((180.0,), asked_s=2.0))
    wait_for(lambda: len(said.samples) == 2, why="for the second sample")
    assert said.samples[1].idle_s == 0.0
    source.close()


def test_it_looks_no_sooner_than_a_threshold_could_be_crossed(io: IoLoop, pair: tuple[int, int]) -> None:
    path = Path(os.ttyname(pair[1]))
    clock, said = VirtualClock(), Said()
    now = clock.now().wall.timestamp()
    os.utime(path, (now - 30, now - 30))
    source = tty.TtyIdle(io, said, clock, said.lost.append, terminals=lambda: [path])

    def next_look_s() -> float:
        delays: list[float] = []
        io.soon(lambda: delays.append(source._timer.when() - io.loop.time() if source._timer else 0.0))
        wait_for(lambda: delays, why="for the timer")
        return delays[0]

    source.attend(Attention((60.0, 180.0), asked_s=1.0))
    wait_for(lambda: said.samples, why="for the first sample")
    assert next_look_s() == pytest.approx(tty.RETURN_LOOK_S, abs=1)
    clock.advance(5)
    os.utime(path, (now + 5, now + 5))
    source.attend(Attention((60.0, 180.0), asked_s=2.0))
    wait_for(lambda: len(said.samples) == 2, why="for the second sample")
    assert said.samples[1].idle_s == 0.0
    assert next_look_s() == pytest.approx(60, abs=1)
    source.close()
