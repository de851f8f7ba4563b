"""A change of the wall clock is heard without looking for it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk import wait_for
from sitbreak.adapters.clockwatch import ClockWatch
from sitbreak.adapters.loop import IoLoop

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="Linux has the timer for it")

STEP_S = 0.02


@pytest.fixture
def io() -> Iterator[IoLoop]:
    loop = IoLoop()
    yield loop
    loop.close()


@pytest.fixture
def step() -> Iterator[Callable[[float], None]]:
    """Sets the machine's clock by a few hundredths of a second, and back in the end."""
    stepped_s = 0.0

    def step(seconds: float) -> None:
        nonlocal stepped_s
        try:
            time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME) + seconds)
        except PermissionError:
            pytest.skip("this user may not set the machine's clock")
        stepped_s += seconds

    try:
        yield step
    finally:
        if stepped_s:
            time.clock_settime(time.CLOCK_REALTIME, time.clock_gettime(time.CLOCK_REALTIME) - stepped_s)


def test_each_setting_of_the_clock_is_told(io: IoLoop, step: Callable[[float], None]) -> None:
    told: list[str] = []
    watch = ClockWatch(io, lambda: told.append(threading.current_thread().name))
    assert watch.watching
    for count, seconds in enumerate((STEP_S, -STEP_S, STEP_S, -STEP_S), start=1):
        step(seconds)
        wait_for(lambda count=count: len(told) >= count, for_s=3, why=f"for change {count}")  # type: ignore[misc]
    assert set(told) == {"io"}
    watch.close()


def test_closed_it_tells_nothing(io: IoLoop, step: Callable[[float], None]) -> None:
    told: list[bool] = []
    watch = ClockWatch(io, lambda: told.append(True))
    watch.close()
    step(STEP_S)
    done = threading.Event()
    io.soon(done.set)
    assert done.wait(2)
    assert not told
    assert not watch.watching
    watch.close()


def test_it_never_wakes_to_look(io: IoLoop) -> None:
    watch = ClockWatch(io, lambda: None)
    settled = threading.Event()
    io.soon(settled.set)
    assert settled.wait(2)
    status = Path(f"/proc/self/task/{io._thread.native_id}/status")

    def switches() -> int:
        return int(status.read_text().split("\nvoluntary_ctxt_switches:", 1)[1].split()[0])

    wait_for(lambda: "(sleeping)" in status.read_text())
    before = switches()
    threading.Event().wait(1.0)
    assert switches() == before
    watch.close()


def test_elsewhere_it_does_nothing(io: IoLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    watch = ClockWatch(io, lambda: None)
    assert not watch.watching
    watch.close()
