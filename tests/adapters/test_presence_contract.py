"""What every source of presence promises, held by the fake and by the real ones."""

from __future__ import annotations

import os
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator
from itertools import pairwise
from pathlib import Path

import pytest

from desk import Desk, wait_for
from fake_idle import FakeIdle
from mutter_stage import Mutter
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence import polled, tty
from sitbreak.adapters.presence.mutter import MutterIdle
from sitbreak.adapters.presence.polled import PolledIdle
from sitbreak.adapters.presence.wayland import WaylandIdle
from sitbreak.adapters.presence.x11 import X11Idle
from sitbreak.core.attention import Attention
from sitbreak.core.events import Event, IdleSampled
from sitbreak.ports import IdleSource
from wayland_stage import KWin, Stage, Sway

HALF, ONE = 0.5, 1.0
BOTH = Attention((HALF, ONE), asked_s=1.0)
FAR = Attention((180.0,), asked_s=1.0)
SLACK_S = 0.25


class World(ABC):
    """A source, and the hand that touches the machine it watches."""

    source: IdleSource
    answers = True
    """Whether it can be asked at any time."""

    def __init__(self) -> None:
        self.samples: list[IdleSampled] = []
        self.losses: list[str] = []

    def post(self, event: Event) -> None:
        assert isinstance(event, IdleSampled)
        self.samples.append(event)

    @abstractmethod
    def touch(self) -> None: ...

    @abstractmethod
    def advance(self, seconds: float) -> None: ...

    @abstractmethod
    def lose(self) -> None: ...

    @abstractmethod
    def end(self) -> None: ...

    def heard(self, count: int) -> list[IdleSampled]:
        """The samples so far, once there are that many."""
        wait_for(lambda: len(self.samples) >= count, for_s=5, why=f"for {count} samples: {self.samples}")
        return self.samples


class Fake(World):
    def __init__(self) -> None:
        super().__init__()
        self.source = self._fake = FakeIdle(self.post, lost=self.losses.append)

    def touch(self) -> None:
        self._fake.touch()

    def advance(self, seconds: float) -> None:
        self._fake.advance(seconds)

    def lose(self) -> None:
        self._fake.lose()

    def end(self) -> None:
        self.source.close()


class Real(World):
    def __init__(self) -> None:
        super().__init__()
        self.io = IoLoop()

    def advance(self, seconds: float) -> None:
        # Time itself is the input here: there is nothing else to wait for.
        threading.Event().wait(seconds)

    def end(self) -> None:
        self.source.close()
        self.io.close()


class OnX11(Real):
    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk, self._x = desk, 0
        self.source = X11Idle(
            self.io, self.post, SystemClock(), self.losses.append, display=desk.env["DISPLAY"]
        )

    def touch(self) -> None:
        self._x = (self._x + 7) % 1000
        self._desk.move(self._x, 300)

    def lose(self) -> None:
        self._desk.kill("x")


class OnMutter(Real):
    """GNOME's compositor; a touch is what its own method for tests makes of one."""

    def __init__(self, bus: Desk) -> None:
        super().__init__()
        self._mutter = Mutter(bus)
        address = bus.env["DBUS_SESSION_BUS_ADDRESS"]
        self.source = MutterIdle(self.io, self.post, SystemClock(), self.losses.append, address=address)

    def touch(self) -> None:
        self._mutter.touch()

    def lose(self) -> None:
        self._mutter.desk.kill("mutter")

    def end(self) -> None:
        super().end()
        self._mutter.close()


class OnWayland(Real):
    """A compositor that cannot be asked, and is known to be idle only after a tenth of a second."""

    answers = False

    def __init__(self, stage: Stage) -> None:
        self._stage = stage.__enter__()
        super().__init__()
        self.source = WaylandIdle(
            self.io, self.post, SystemClock(), self.losses.append, path=stage.path, kept_s=0.1
        )

    def touch(self) -> None:
        self._stage.touch()

    def lose(self) -> None:
        self._stage.end()

    def end(self) -> None:
        super().end()
        self._stage.__exit__()


class OnTty(Real):
    """A real terminal; a touch sets its access time, as the kernel does at the first read in 8 seconds."""

    def __init__(self) -> None:
        super().__init__()
        self._pair = os.openpty()
        self._path = Path(os.ttyname(self._pair[1]))
        self._terminals = [self._path]
        self.source = tty.TtyIdle(
            self.io, self.post, SystemClock(), self.losses.append, terminals=lambda: self._terminals
        )

    def touch(self) -> None:
        now = time.time()
        os.utime(self._path, (now, now))

    def lose(self) -> None:
        self._terminals.clear()

    def end(self) -> None:
        super().end()
        for end in self._pair:
            os.close(end)


class Polled(Real):
    """A system that can only be asked; a touch is remembered by it."""

    def __init__(self) -> None:
        super().__init__()
        self._touched_s, self._silent = time.monotonic(), False
        self.source = PolledIdle(
            "polled", self.io, self.post, SystemClock(), self.losses.append, idle_s=self._idle_s
        )

    def touch(self) -> None:
        self._touched_s = time.monotonic()

    def lose(self) -> None:
        self._silent = True

    def _idle_s(self) -> float:
        if self._silent:
            raise OSError("nobody answers")
        return time.monotonic() - self._touched_s


REAL = [pytest.param(name, marks=pytest.mark.desktop) for name in ("x11", "mutter", "sway", "kwin")]


@pytest.fixture(params=["fake", "tty", "polled", *REAL])
def world(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[World]:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.setattr(tty, "RETURN_LOOK_S", 0.1)
    monkeypatch.setattr(polled, "CLOSEST_LOOK_S", 0.1)
    monkeypatch.setattr(polled, "FARTHEST_LOOK_S", 0.1)
    makers: dict[str, Callable[[], World]] = {
        "fake": Fake,
        "tty": OnTty,
        "polled": Polled,
        "x11": lambda: OnX11(request.getfixturevalue("desk")),
        "mutter": lambda: OnMutter(request.getfixturevalue("bus")),
        "sway": lambda: OnWayland(Sway()),
        "kwin": lambda: OnWayland(KWin()),
    }
    world = makers[request.param]()
    yield world
    world.end()


def idle(sample: IdleSampled) -> float:
    assert sample.idle_s is not None
    return sample.idle_s


def last_input(sample: IdleSampled) -> float:
    return sample.at.mono_s - idle(sample)


def test_attending_samples_at_once(world: World) -> None:
    world.touch()
    world.advance(0.3)
    world.source.attend(FAR)
    (sample,) = world.heard(1)
    assert idle(sample) == pytest.approx(0.3, abs=SLACK_S)


def test_each_threshold_is_reported_as_idleness_rises_through_it(world: World) -> None:
    world.touch()
    world.source.attend(BOTH)
    world.advance(1.3)
    *first, half, one = world.heard(2 + world.answers)
    assert all(idle(sample) < HALF for sample in first)
    assert HALF <= idle(half) < HALF + SLACK_S
    assert ONE <= idle(one) < ONE + SLACK_S
    assert last_input(half) == pytest.approx(last_input(one), abs=0.05)


def test_the_first_input_after_a_report_is_reported(world: World) -> None:
    world.touch()
    world.advance(0.2)
    world.source.attend(FAR)
    before = world.heard(1)[0]
    world.advance(0.4)
    world.touch()
    back = world.heard(2)[1]
    assert back.idle_s == 0.0
    assert back.at.mono_s - before.at.mono_s == pytest.approx(0.4, abs=SLACK_S)


def test_a_whole_absence_is_reported_from_its_threshold_to_the_return(world: World) -> None:
    world.touch()
    world.source.attend(Attention((HALF,), asked_s=1.0))
    world.advance(1.2)
    world.touch()
    *_, away, back = world.heard(2 + world.answers)
    assert idle(away) == pytest.approx(HALF, abs=SLACK_S)
    assert back.idle_s == 0.0
    assert back.at.mono_s - last_input(away) == pytest.approx(1.2, abs=SLACK_S)


def test_nothing_is_reported_while_input_goes_on(world: World) -> None:
    world.touch()
    world.source.attend(BOTH)
    world.heard(1)
    world.advance(0.1)
    world.touch()
    world.advance(0.2)
    settled = len(world.samples)
    for _ in range(8):
        world.touch()
        world.advance(0.2)
    assert len(world.samples) == settled <= 2


def test_the_thresholds_hold_for_every_absence(world: World) -> None:
    world.source.attend(Attention((HALF,), asked_s=1.0))
    world.touch()
    for absence in (1, 2, 3):
        world.advance(0.8)
        world.touch()
        wait_for(lambda: world.samples[-1].idle_s == 0.0, for_s=3, why=f"for return {absence}")
        assert len([sample for sample in world.samples if idle(sample) >= HALF]) == absence


def test_asking_again_samples_again(world: World) -> None:
    world.advance(0.2)
    world.source.attend(FAR)
    world.heard(1)
    world.advance(0.2)
    world.source.attend(FAR._replace(asked_s=2.0))
    world.heard(2)
    world.advance(0.2)
    world.source.attend(FAR._replace(asked_s=3.0))
    samples = world.heard(3)
    assert all(one.at.mono_s < other.at.mono_s for one, other in pairwise(samples))


def test_other_thresholds_take_the_place_of_those_before(world: World) -> None:
    world.touch()
    world.source.attend(BOTH)
    world.heard(1)
    world.source.attend(Attention((0.7,), asked_s=2.0))
    world.heard(2)
    world.advance(1.3)
    *_, last = world.heard(3)
    assert len(world.samples) == 3
    assert idle(last) == pytest.approx(0.7, abs=SLACK_S)


def test_closed_it_is_quiet(world: World) -> None:
    world.touch()
    world.source.attend(Attention((HALF,), asked_s=1.0))
    world.heard(1)
    world.source.close()
    have = len(world.samples)
    world.advance(0.8)
    world.touch()
    world.source.attend(BOTH)
    world.advance(0.2)
    assert len(world.samples) == have
    assert world.losses == []


def test_dying_is_told_once_and_nothing_after(world: World) -> None:
    world.touch()
    world.source.attend(BOTH)
    world.heard(1)
    world.lose()
    wait_for(lambda: world.losses, for_s=3, why="for the loss")
    have = len(world.samples)
    world.source.attend(FAR)
    world.advance(0.7)
    world.source.close()
    assert len(world.losses) == 1
    assert len(world.samples) == have
