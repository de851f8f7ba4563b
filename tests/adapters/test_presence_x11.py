"""Presence on a real X server: how true it is, how quiet, and where it refuses to serve."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk import Desk, wait_for
from fake_idle import VirtualClock
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence import xdisplay
from sitbreak.adapters.presence.awake import AwakeTime
from sitbreak.adapters.presence.x11 import X11Idle
from sitbreak.adapters.presence.xsync import Connection
from sitbreak.core.attention import Attention
from sitbreak.core.clock import Instant
from sitbreak.core.events import Event, IdleSampled
from sitbreak.errors import Unavailable

pytestmark = pytest.mark.desktop

AWAY_AFTER_S = 0.7
TRUE_S = 0.25


@pytest.fixture
def io(monkeypatch: pytest.MonkeyPatch) -> Iterator[IoLoop]:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    loop = IoLoop()
    yield loop
    loop.close()


class SleepyClock(SystemClock):
    """The real clock of a machine that slept when told to, which an X server's clock does not see."""

    slept_s = 0.0

    def now(self) -> Instant:
        return super().now().plus(self.slept_s)

    def asleep_s(self) -> float:
        return super().asleep_s() + self.slept_s


class Watched:
    """A source on the desk's display, and what it said."""

    def __init__(self, io: IoLoop, desk: Desk) -> None:
        self.said: list[IdleSampled] = []
        self.lost: list[str] = []
        self.clock = SleepyClock()
        self.source = X11Idle(io, self._post, self.clock, self.lost.append, display=desk.env["DISPLAY"])

    def _post(self, event: Event) -> None:
        assert isinstance(event, IdleSampled)
        self.said.append(event)


def pass_time(seconds: float) -> None:
    """Time itself is what is measured."""
    threading.Event().wait(seconds)


def switches(io: IoLoop) -> int:
    """How often the loop's thread has slept and been woken."""
    assert io._thread.native_id is not None
    status = Path(f"/proc/self/task/{io._thread.native_id}/status").read_text()
    return int(status.split("\nvoluntary_ctxt_switches:", 1)[1].split()[0])


def test_twenty_transitions_are_each_told_within_a_quarter_of_a_second(
    io: IoLoop, desk: Desk, record_property: Callable[[str, object], None]
) -> None:
    watched, clock = Watched(io, desk), SystemClock()
    truth: list[tuple[str, float]] = []
    x = 0

    def touch() -> float:
        nonlocal x
        x = (x + 7) % 1000
        desk.move(x, 200)
        return clock.now().mono_s

    last_s = touch()
    watched.source.attend(Attention((AWAY_AFTER_S,), asked_s=1.0))
    for round_ in range(11):
        for _ in range(1 + round_ % 4):
            pass_time(0.15)
            last_s = touch()
        truth.append(("away", last_s))
        pass_time(AWAY_AFTER_S + 0.15 + 0.05 * (round_ % 5))
        last_s = touch()
        truth.append(("back", last_s))
    wait_for(lambda: watched.said[-1].idle_s == 0.0, for_s=3, why="for the last return")
    watched.source.close()

    told, away = [], False
    for sample in watched.said:
        assert sample.idle_s is not None
        if sample.idle_s >= AWAY_AFTER_S and not away:
            assert sample.idle_s < AWAY_AFTER_S + TRUE_S
            told.append(("away", sample.at.mono_s - sample.idle_s))
        elif sample.idle_s == 0.0 and away:
            told.append(("back", sample.at.mono_s))
        away = sample.idle_s >= AWAY_AFTER_S
    assert [what for what, _ in told] == [what for what, _ in truth]
    errors = [abs(at - true) for (_, at), (_, true) in zip(told, truth, strict=True)]
    record_property("worst_error_s", max(errors))
    assert len(errors) >= 20
    assert max(errors) < TRUE_S


@pytest.mark.parametrize("busy", [False, True], ids=["at rest", "with input each second"])
def test_between_reports_its_thread_sleeps(
    io: IoLoop, desk: Desk, busy: bool, record_property: Callable[[str, object], None]
) -> None:
    watched = Watched(io, desk)
    desk.move(5, 5)
    watched.source.attend(Attention((60.0, 180.0), asked_s=1.0))
    wait_for(lambda: watched.said, why="for the first sample")
    desk.move(6, 6)
    if busy:
        # By a process of its own: starting one each time would stir this one's threads.
        desk.start("hand", ["sh", "-c", "while xdotool mousemove_relative 1 1; do sleep 1; done"])
    pass_time(0.5)
    said, before = len(watched.said), switches(io)
    pass_time(5.0)
    woken = switches(io) - before
    watched.source.close()
    record_property("switches_per_s", woken / 5)
    assert woken == 0
    assert len(watched.said) == said <= 2


def test_a_frozen_server_holds_nothing_up(io: IoLoop, desk: Desk) -> None:
    """A grabbed or stopped server answers late; the loop serves others meanwhile, and the answer is true."""
    watched = Watched(io, desk)
    server = desk._pieces["x"]
    desk.move(5, 5)
    server.send_signal(19)
    try:
        watched.source.attend(Attention((60.0,), asked_s=1.0))
        served = threading.Event()
        io.soon(served.set)
        assert served.wait(2)
        pass_time(0.5)
        assert watched.said == []
    finally:
        server.send_signal(18)
    wait_for(lambda: watched.said, why="for the answer")
    assert watched.said[0].idle_s == pytest.approx(0.5, abs=TRUE_S)
    watched.source.close()


def test_reports_heard_late_are_true_at_their_own_moment(io: IoLoop, desk: Desk) -> None:
    watched = Watched(io, desk)
    desk.move(5, 5)
    watched.source.attend(Attention((0.3, 0.6), asked_s=1.0))
    wait_for(lambda: watched.said, why="for the first sample")
    io.soon(lambda: pass_time(1.0))
    wait_for(lambda: len(watched.said) > 1, why="for the late report")
    pass_time(0.2)
    (late,) = watched.said[1:]
    assert late.idle_s == pytest.approx(1.0, abs=TRUE_S)
    watched.source.close()


def test_inside_wayland_it_refuses(io: IoLoop, desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")
    with pytest.raises(Unavailable, match="Wayland"):
        Watched(io, desk)


def test_an_xwayland_server_is_told_by_its_outputs(
    io: IoLoop, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_outputs = Connection(desk.env["DISPLAY"])
    assert xdisplay._outputs(with_outputs) == ["screen"]
    with_outputs.close()
    monkeypatch.setattr(xdisplay, "_outputs", lambda _connection: ["XWAYLAND0"])
    with pytest.raises(Unavailable, match="Wayland"):
        Watched(io, desk)


@pytest.mark.parametrize("display", ["", ":9876", "nonsense"])
def test_without_a_server_it_refuses(io: IoLoop, display: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DISPLAY", display)
    with pytest.raises(Unavailable) as refusal:
        X11Idle(io, lambda _event: None, SystemClock(), lambda _reason: None)
    assert refusal.value.remedy


def test_a_sleep_in_the_middle_of_an_absence_counts_as_idle() -> None:
    clock = VirtualClock()
    awake = AwakeTime(clock)
    clock.advance(100)
    assert awake.idle_s(clock.now(), 40.0) == 40.0
    clock.sleep(3600)
    assert awake.idle_s(clock.now(), 40.0) == 3640.0
    clock.advance(10)
    assert awake.idle_s(clock.now(), 50.0) == 3650.0


def test_input_after_waking_is_not_dated_into_the_sleep() -> None:
    clock = VirtualClock()
    awake = AwakeTime(clock)
    clock.sleep(3600)
    clock.advance(1)
    assert awake.idle_s(clock.now(), 0.5) == 0.5
    clock.advance(30)
    assert awake.idle_s(clock.now(), 30.5) == 30.5


def test_a_sleep_counts_as_idle_until_the_first_input_after_it(io: IoLoop, desk: Desk) -> None:
    watched = Watched(io, desk)
    desk.move(5, 5)
    pass_time(0.2)
    watched.source.attend(Attention((0.5,), asked_s=1.0))
    wait_for(lambda: watched.said, why="for the first sample")
    pass_time(3.5)
    watched.clock.slept_s = 3600.0
    had = len(watched.said)
    watched.source.attend(Attention((0.5,), asked_s=2.0))
    wait_for(lambda: len(watched.said) > had, why="for the sample after waking")
    assert watched.said[-1].idle_s == pytest.approx(3603.7, abs=1)
    desk.move(6, 6)
    wait_for(lambda: watched.said[-1].idle_s == 0.0, why="for the return")
    wait_for(lambda: watched.said[-1].idle_s != 0.0, why="for the next threshold")
    assert watched.said[-1].idle_s == pytest.approx(0.5, abs=TRUE_S)
    watched.source.close()
