"""The waker: on time by the monotonic clock, whatever happens to the wall clock, and else asleep."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import time_machine
from apscheduler.schedulers.base import BaseScheduler

from desk import wait_for
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.waker import ApsWaker, Scheduler
from sitbreak.core.clock import Instant
from sitbreak.core.events import Event, Tick

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR_S, DAY_S = 3600.0, 86400.0


class Stepped(Scheduler):
    """Without its thread: the test plays the scheduler's loop."""

    def start(self, *args: Any, **kwargs: Any) -> None:
        BaseScheduler.start(self, *args, **kwargs)

    def wakeup(self) -> None:
        pass

    def shutdown(self, *args: Any, **kwargs: Any) -> None:
        BaseScheduler.shutdown(self, *args, **kwargs)


class Day:
    """A waker in virtual time; ``run`` lets its scheduler wait as it wants to, by the monotonic clock."""

    def __init__(self, traveller: time_machine.Traveller, heartbeat_s: float = 10 * DAY_S) -> None:
        self._traveller = traveller
        self._mono_s = 5000.0
        self.ticks: list[Instant] = []
        self.on_tick: Callable[[Instant], None] = lambda _at: None
        self.waker = ApsWaker(self._post, self, heartbeat_s, scheduler=Stepped)
        self._wait_s: float | None = 0.0

    def now(self) -> Instant:
        return Instant(self._mono_s, datetime.now(UTC))

    def asleep_s(self) -> float:
        return 0.0

    def set_wall(self, seconds: float) -> None:
        self._traveller.shift(seconds)

    def look(self) -> None:
        """One round of the scheduler's loop: it was woken, or its wait is over."""
        self._wait_s = self.waker._scheduler._process_jobs()

    def wait(self, *, at_most_s: float = DAY_S) -> None:
        """The wait that the last round asked for, or a part of it."""
        assert self._wait_s is not None
        passed_s = min(self._wait_s, at_most_s)
        self._wait_s -= passed_s
        self._mono_s += passed_s
        self._traveller.shift(passed_s)

    def _post(self, event: Event) -> None:
        assert isinstance(event, Tick)
        self.ticks.append(event.at)
        self.on_tick(event.at)


@pytest.fixture
def traveller() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(START, tick=False) as traveller:
        yield traveller


def test_a_day_of_48_deadlines_takes_48_steps(traveller: time_machine.Traveller) -> None:
    day = Day(traveller)
    start = day.now()
    day.on_tick = lambda _at: day.waker.arm(start.plus((len(day.ticks) + 1) * 1800))
    day.waker.arm(start.plus(1800))
    day.look()
    for _ in range(48):
        day.wait()
        day.look()
    assert len(day.ticks) == 48
    late_s = [at.mono_s - start.mono_s - (i + 1) * 1800 for i, at in enumerate(day.ticks)]
    assert all(0 <= late <= 0.02 for late in late_s)


def test_the_heartbeat_goes_on_without_a_deadline(traveller: time_machine.Traveller) -> None:
    day = Day(traveller, heartbeat_s=120)
    start = day.now()
    day.waker.arm(start.plus(60))
    day.waker.arm(None)
    for _ in range(4):
        day.look()
        day.wait()
    assert [round(at.mono_s - start.mono_s) for at in day.ticks] == [120, 240, 360]


def test_another_moment_takes_the_place_of_the_one_before(traveller: time_machine.Traveller) -> None:
    day = Day(traveller)
    start = day.now()
    day.waker.arm(start.plus(60))
    day.waker.arm(start.plus(90))
    day.look()
    day.wait()
    day.look()
    assert [round(at.mono_s - start.mono_s) for at in day.ticks] == [90]
    assert len(day.waker._scheduler.get_jobs()) == 1


def test_the_same_moment_again_plans_nothing(
    traveller: time_machine.Traveller, monkeypatch: pytest.MonkeyPatch
) -> None:
    day = Day(traveller)
    moment = day.now().plus(60)
    day.waker.arm(moment)
    planned: list[object] = []
    monkeypatch.setattr(day.waker._scheduler, "add_job", lambda *args, **_kwargs: planned.append(args))
    day.waker.arm(moment)
    day.waker.arm(moment._replace(wall=moment.wall.replace(year=2031)))
    assert planned == []


def test_a_moment_gone_by_comes_at_once(traveller: time_machine.Traveller) -> None:
    day = Day(traveller)
    day.waker.arm(day.now().plus(-5))
    day.look()
    day.wait()
    day.look()
    assert len(day.ticks) == 1


@pytest.mark.parametrize("by_s", [HOUR_S, -HOUR_S, 20 * 365 * DAY_S, -0.3])
@pytest.mark.parametrize("told", [True, False], ids=["woken", "not told"])
def test_a_clock_set_in_between_moves_no_deadline(
    traveller: time_machine.Traveller, by_s: float, told: bool
) -> None:
    """Told at once by ``wakeup``, or found by itself when the planned wait is over."""
    day = Day(traveller, heartbeat_s=120)
    start = day.now()
    day.waker.arm(start.plus(100))
    day.look()
    day.wait(at_most_s=40)
    day.set_wall(by_s)
    if told:
        day.waker.arm(start.plus(100))
        day.look()
    while day.now().mono_s < start.mono_s + 300:
        day.wait()
        day.look()
    deadline, *beats = [at.mono_s - start.mono_s for at in day.ticks]
    assert deadline == pytest.approx(100, abs=0.02)
    assert deadline >= 100
    assert all(later - earlier <= 121 for earlier, later in pairwise([100, *beats]))
    assert beats[-1] >= 179


def test_a_clock_set_forward_fires_nothing_early(traveller: time_machine.Traveller) -> None:
    day = Day(traveller)
    day.waker._scheduler.before_look = lambda: None
    start = day.now()
    day.waker.arm(start.plus(100))
    day.look()
    day.set_wall(HOUR_S)
    day.look()
    assert day.ticks == []
    day.wait()
    day.look()
    assert [round(at.mono_s - start.mono_s) for at in day.ticks] == [100]


def test_a_sleep_past_the_deadline_ends_in_one_tick(traveller: time_machine.Traveller) -> None:
    """Both clocks went on while the scheduler's wait stood still; ``wakeup`` makes it look."""
    day = Day(traveller, heartbeat_s=120)
    start = day.now()
    day.waker.arm(start.plus(100))
    day.look()
    day._mono_s += 8 * HOUR_S
    day.set_wall(8 * HOUR_S)
    day.look()
    assert 1 <= len(day.ticks) <= 2
    assert all(at.mono_s == start.mono_s + 8 * HOUR_S for at in day.ticks)


class Live:
    """A waker with its real thread."""

    def __init__(self, heartbeat_s: float = 120.0) -> None:
        self.clock = SystemClock()
        self.ticks: list[Instant] = []
        self._came = threading.Semaphore(0)
        self.waker = ApsWaker(self._post, self.clock, heartbeat_s)

    def _post(self, event: Event) -> None:
        assert isinstance(event, Tick)
        self.ticks.append(event.at)
        self._came.release()

    def next_tick(self) -> Instant:
        assert self._came.acquire(timeout=5)
        return self.ticks[-1]


@pytest.fixture
def live() -> Iterator[Live]:
    live = Live()
    yield live
    live.waker.close()


def scheduler_thread() -> threading.Thread:
    (thread,) = [thread for thread in threading.enumerate() if thread.name == "APScheduler"]
    return thread


def test_it_is_never_early_and_hardly_late(
    live: Live, record_property: Callable[[str, object], None]
) -> None:
    late_s = []
    for _ in range(20):
        moment = live.clock.now().plus(0.1)
        live.waker.arm(moment)
        late_s.append(live.next_tick().mono_s - moment.mono_s)
    record_property("worst_lateness_s", max(late_s))
    assert min(late_s) >= 0
    assert max(late_s) < 0.25
    assert sorted(late_s)[10] < 0.02


@pytest.mark.parametrize("by_s", [HOUR_S, -HOUR_S])
@pytest.mark.parametrize("told", [True, False], ids=["woken", "not told"])
def test_a_clock_set_in_between_moves_no_live_deadline(by_s: float, told: bool) -> None:
    with time_machine.travel(START, tick=True) as traveller:
        live = Live()
        try:
            moment = live.clock.now().plus(0.4)
            live.waker.arm(moment)
            traveller.shift(by_s)
            if told:
                live.waker.arm(moment)
                live.waker.wakeup()
            assert 0 <= live.next_tick().mono_s - moment.mono_s < 0.15
        finally:
            live.waker.close()


def test_many_threads_may_arm(live: Live) -> None:
    start = live.clock.now()

    def arm() -> None:
        for i in range(50):
            live.waker.arm(start.plus(100 + i))

    threads = [threading.Thread(target=arm) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    moment = live.clock.now().plus(0.05)
    live.waker.arm(moment)
    assert live.next_tick().mono_s >= moment.mono_s
    assert len(live.ticks) == 1


def test_a_job_needs_no_thread_more(live: Live) -> None:
    before = threading.active_count()
    live.waker.arm(live.clock.now().plus(0.01))
    live.next_tick()
    assert threading.active_count() == before


def test_at_rest_its_thread_sleeps(live: Live, record_property: Callable[[str, object], None]) -> None:
    live.waker.arm(live.clock.now().plus(600))
    status = Path(f"/proc/self/task/{scheduler_thread().native_id}/status")

    def switches() -> int:
        return int(status.read_text().split("\nvoluntary_ctxt_switches:", 1)[1].split()[0])

    wait_for(lambda: "(sleeping)" in status.read_text())
    time.sleep(0.1)
    before = switches()
    time.sleep(3.0)
    record_property("switches_per_s", (switches() - before) / 3)
    assert switches() == before


def test_closed_it_is_quiet_and_gone(live: Live) -> None:
    live.waker.arm(live.clock.now().plus(0.2))
    live.waker.close()
    live.waker.close()
    live.waker.wakeup()
    live.waker.arm(live.clock.now().plus(0.1))
    time.sleep(0.3)
    assert live.ticks == []
    assert all(thread.name != "APScheduler" for thread in threading.enumerate())
