"""Presence from a system that can only be asked: how true it is, and how seldom it looks. In virtual time."""

from __future__ import annotations

import asyncio
import heapq
import math
from bisect import bisect_right
from collections.abc import Callable
from dataclasses import dataclass, field
from itertools import accumulate, count, pairwise
from typing import Any, NamedTuple, cast

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from fake_idle import VirtualClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence.inputstamp import LastInput
from sitbreak.adapters.presence.polled import PolledIdle
from sitbreak.core.attention import Attention
from sitbreak.core.events import Event, IdleSampled

AWAY_S, TRUE_S, TICK_S = 180.0, 5.0, 1 / 64
AWAY = Attention((AWAY_S,), asked_s=1.0)
PAUSES = Attention((3.0, 60.0, AWAY_S), asked_s=2.0)
NOISE_S = 0.1
"""What late timers and a coarse clock may add."""


@dataclass(order=True)
class Alarm:
    """A timer of the loop."""

    at_s: float
    number: int
    work: Callable[[], None] = field(compare=False)

    def cancel(self) -> None:
        self.work = lambda: None


class VirtualIo(IoLoop):
    """A loop whose time passes when told to. Its timers stand still while the machine sleeps, as all do."""

    def __init__(self, clock: VirtualClock, late_s: float) -> None:
        self._clock, self._late_s = clock, late_s
        self._alarms: list[Alarm] = []
        self._numbers = count()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        return cast("asyncio.AbstractEventLoop", self)

    def soon(self, work: Callable[[], object]) -> None:
        work()

    def call_later(self, delay_s: float, work: Callable[[], None]) -> Any:
        alarm = Alarm(self._awake_s() + delay_s + self._late_s, next(self._numbers), work)
        heapq.heappush(self._alarms, alarm)
        return alarm

    def pass_time(self, seconds: float) -> None:
        end_s = self._awake_s() + seconds
        while self._alarms and self._alarms[0].at_s <= end_s:
            alarm = heapq.heappop(self._alarms)
            self._clock.advance(max(0.0, alarm.at_s - self._awake_s()))
            alarm.work()
        self._clock.advance(end_s - self._awake_s())

    def _awake_s(self) -> float:
        return self._clock.now().mono_s - self._clock.asleep_s()


class Told(NamedTuple):
    """A sample, and when it was posted."""

    posted_s: float
    at_s: float
    idle_s: float
    doubt_s: float = 0.0

    @property
    def began_s(self) -> float:
        """When the core takes it that the input which is told of began."""
        return self.input_s - self.doubt_s / 2

    @property
    def input_s(self) -> float:
        return self.at_s - self.idle_s


class Room:
    """A machine, and a person whose touches are all known beforehand. Seconds count from the start."""

    def __init__(self, touches: list[float], *, late_s: float = 0.0, tick_s: float = 0.0) -> None:
        self.clock = VirtualClock()
        self.io = VirtualIo(self.clock, late_s)
        self._start_s = self.clock.now().mono_s
        self._touches, self._tick_s = sorted(touches), tick_s
        self.looks: list[float] = []
        self.told: list[Told] = []
        self.lost: list[str] = []
        self.fails = False
        self.source = PolledIdle(
            "room", self.io, self._post, self.clock, self.lost.append, idle_s=self._idle_s
        )

    @property
    def now_s(self) -> float:
        return self.clock.now().mono_s - self._start_s

    def touch(self) -> None:
        self._touches.append(self.now_s)

    def pass_until(self, moment_s: float) -> None:
        self.io.pass_time(moment_s - self.now_s)

    def since(self, moment_s: float) -> list[Told]:
        """What was posted after that moment."""
        return [one for one in self.told if one.posted_s > moment_s]

    def _idle_s(self) -> float:
        if self.fails:
            raise OSError("no answer")
        now_s = self.now_s
        self.looks.append(now_s)
        past = bisect_right(self._touches, now_s)
        last_s = self._touches[past - 1] if past else 0.0
        if not self._tick_s:
            return now_s - last_s
        return (now_s // self._tick_s - last_s // self._tick_s) * self._tick_s

    def _post(self, event: Event) -> None:
        assert isinstance(event, IdleSampled)
        assert event.idle_s is not None
        self.told.append(Told(self.now_s, event.at.mono_s - self._start_s, event.idle_s, event.doubt_s))


def touches() -> st.SearchStrategy[list[float]]:
    """A person who touches something now and then, quickly or slowly, and is gone for a while in between."""
    quick = st.lists(st.floats(0.05, 2.5), min_size=1, max_size=40)
    slow = st.lists(st.floats(0.05, 40.0), min_size=1, max_size=12)
    gone = st.lists(st.floats(20.0, 4000.0), min_size=1, max_size=1)
    stretches = st.lists(quick | slow | gone, min_size=1, max_size=12)
    return stretches.map(lambda parts: list(accumulate([1.0, *(gap for part in parts for gap in part)])))


def absences(touched: list[float], longer_s: float) -> list[tuple[float, float]]:
    """The gaps of such a length, but for those that are so just about."""
    gaps = list(pairwise([0.0, *touched]))
    return [(left, back) for left, back in gaps if back - left > longer_s + NOISE_S]


lateness = st.sampled_from([0.0, 0.03])
ticks = st.sampled_from([0.0, TICK_S])


@given(touches(), lateness, ticks)
def test_every_absence_is_dated_back_to_the_last_touch(
    touched: list[float], late_s: float, tick_s: float
) -> None:
    room = Room(touched, late_s=late_s, tick_s=tick_s)
    room.source.attend(AWAY)
    room.pass_until(touched[-1])
    told = [one for one in room.told if one.idle_s >= AWAY_S]
    gaps = absences(touched, AWAY_S)
    assert len(told) <= len(absences(touched, AWAY_S - 2 * NOISE_S))
    for left, _ in gaps:
        (one,) = [one for one in told if abs(one.input_s - left) < NOISE_S]
        assert AWAY_S <= one.posted_s - left + NOISE_S < AWAY_S + 2 * NOISE_S


@given(touches(), lateness, ticks)
def test_every_return_is_told_within_ten_seconds_and_dated_within_five(
    touched: list[float], late_s: float, tick_s: float
) -> None:
    room = Room(touched, late_s=late_s, tick_s=tick_s)
    room.source.attend(AWAY)
    room.pass_until(touched[-1] + 11)
    for _, back in absences(touched, AWAY_S):
        first = room.since(back - NOISE_S)[0]
        assert first.idle_s == 0.0
        assert abs(first.began_s - back) <= TRUE_S + NOISE_S
        assert first.posted_s - back <= 2 * TRUE_S + NOISE_S
    for one in room.told[1:]:
        if one.idle_s == 0.0:
            assert bisect_right(touched, one.posted_s) > bisect_right(touched, one.posted_s - 10 - NOISE_S)


@given(touches(), st.lists(st.sampled_from([AWAY, PAUSES]), max_size=5))
def test_samples_come_in_order_and_are_never_from_the_future(
    touched: list[float], wanted: list[Attention]
) -> None:
    room = Room(touched)
    for number, attention in enumerate([AWAY, *wanted], 1):
        room.source.attend(attention)
        room.pass_until(touched[-1] * number / (len(wanted) + 1))
    assert all(earlier.at_s <= later.at_s for earlier, later in pairwise(room.told))
    assert all(one.at_s <= one.posted_s for one in room.told)


@given(touches(), lateness, ticks)
def test_a_look_every_ten_seconds_is_the_most_in_the_long_run(
    touched: list[float], late_s: float, tick_s: float
) -> None:
    room = Room(touched, late_s=late_s, tick_s=tick_s)
    room.source.attend(AWAY)
    room.pass_until(touched[-1])
    for left, back in absences(touched, AWAY_S):
        looks = [one for one in room.looks if left + AWAY_S <= one < back]
        assert len(looks) <= (back - left - AWAY_S) / 10 + 2
    apart_s = min([later - earlier for earlier, later in pairwise(room.looks)], default=math.inf)
    assert apart_s > TICK_S / 2


@given(st.lists(st.floats(0.05, 8.0), min_size=5, max_size=60), lateness, ticks)
def test_while_a_prompt_waits_for_a_pause_each_one_is_told(
    gaps: list[float], late_s: float, tick_s: float
) -> None:
    typed = list(accumulate([1.0, *gaps]))
    room = Room(typed, late_s=late_s, tick_s=tick_s)
    room.source.attend(PAUSES)
    room.pass_until(typed[-1])
    assert len(room.looks) <= typed[-1] + 5
    for left, _ in absences(typed, 3.0):
        told = [one for one in room.told if one.idle_s >= 3.0 and abs(one.input_s - left) < NOISE_S]
        assert told[0].posted_s - left < 3.0 + 2 * NOISE_S


@given(touches(), st.floats(30.0, 40_000.0), st.floats(0.0, 1.0))
def test_input_after_a_sleep_is_not_dated_into_it(touched: list[float], asleep_s: float, when: float) -> None:
    """A lid that is closed somewhere in an absence."""
    gaps = absences(touched, AWAY_S + 30)
    if not gaps:
        return
    left, back = gaps[0]
    falls_s = left + AWAY_S + 1 + when * (back - left - AWAY_S - 2)
    later = [one if one < back else one + asleep_s for one in touched]
    room = Room(later)
    room.source.attend(AWAY)
    room.pass_until(falls_s)
    room.clock.sleep(asleep_s)
    room.pass_until(back + asleep_s + 11)
    first = room.since(falls_s)[0]
    assert first.idle_s == 0.0
    assert abs(first.began_s - (back + asleep_s)) <= TRUE_S + NOISE_S
    assert first.at_s > falls_s


def test_at_a_busy_desk_it_looks_once_in_away_after() -> None:
    room = Room([second / 2 for second in range(7200)])
    room.source.attend(AWAY)
    room.pass_until(3600)
    assert len(room.looks) <= 3600 / AWAY_S + 4
    assert [one.idle_s for one in room.told] == [0.0]


def test_an_empty_chair_is_looked_at_every_ten_seconds() -> None:
    room = Room([])
    room.source.attend(AWAY)
    room.pass_until(AWAY_S + 1)
    room.looks.clear()
    room.pass_until(AWAY_S + 1 + 8 * 3600)
    assert len(room.looks) / (8 * 3600) <= 0.1


def test_right_after_a_report_it_looks_closely() -> None:
    """Whom the core asks after is about to be shown something: whether they type on matters at once."""
    room = Room([9.5, 12.2])
    room.pass_until(10)
    room.source.attend(PAUSES)
    assert room.told == [Told(10.0, 10.0, 0.5)]
    room.pass_until(13.3)
    _, back = room.told
    assert back.idle_s == 0.0
    assert back.at_s == pytest.approx(12.2, abs=1)


def test_a_single_touch_is_dated_so_late_that_it_looks_like_one() -> None:
    """Where the promise leaves room for that: what is told of it lies less than two seconds apart."""
    nudged = 300.0
    for early_s in range(1, 7):
        room = Room([nudged])
        room.source.attend(AWAY)
        room.pass_until(nudged - 20)
        last_look_s = [one for one in room.looks if one <= nudged - 10][-1] + 10
        touched = last_look_s + early_s
        room = Room([touched])
        room.source.attend(AWAY)
        room.pass_until(touched + 11)
        assert abs(touched - room.told[-1].at_s) < 2.0


def test_a_touch_that_nothing_follows_is_an_absence_since_then() -> None:
    room = Room([400.0])
    room.source.attend(AWAY)
    room.pass_until(400.0 + AWAY_S + 1)
    assert room.told[-1].idle_s >= AWAY_S
    assert room.told[-1].input_s == pytest.approx(400.0)


def test_whoever_asks_after_a_return_hears_both() -> None:
    room = Room([404.0])
    room.source.attend(AWAY)
    room.pass_until(405.0)
    room.told.clear()
    room.source.attend(AWAY._replace(asked_s=2.0))
    back, now = room.told
    assert back.idle_s == 0.0
    assert now.at_s == 405.0
    assert now.input_s == pytest.approx(404.0)


def test_a_stall_that_no_clock_shows_as_sleep_dates_nothing_into_it() -> None:
    """Some machines sleep with their clocks running: their timers just come late."""
    room = Room([7260.0])
    room.source.attend(AWAY)
    room.pass_until(300)
    room.clock.advance(6965)
    room.io.pass_time(1)
    assert room.told[-1].idle_s == 0.0
    assert room.told[-1].began_s == pytest.approx(7260.0, abs=TRUE_S)


def test_a_machine_that_no_longer_answers_is_lost_once() -> None:
    room = Room([])
    room.source.attend(AWAY)
    room.fails = True
    room.pass_until(1000)
    room.source.attend(PAUSES)
    assert room.lost == ["Nobody tells of input any more: no answer"]


def test_an_idle_time_from_before_the_start_is_cut() -> None:
    room = Room([])
    room.source = PolledIdle(
        "odd", room.io, room._post, room.clock, room.lost.append, idle_s=lambda: math.inf
    )
    room.source.attend(AWAY)
    assert room.told[0].idle_s == room.clock.now().mono_s


class Ticks:
    """Windows' two answers: the stamp of the last input, 32 bits of it, and the time now."""

    def __init__(self, now_ms: int = 1_000) -> None:
        self.now_ms = self.input_ms = now_ms
        self.last = LastInput(lambda: (self.input_ms % 2**32, self.now_ms))

    def pass_time(self, ms: int, *, touch: bool = False) -> float:
        self.now_ms += ms
        if touch:
            self.input_ms = self.now_ms
        return self.last.idle_s()


@given(st.integers(0, 2**34), st.lists(st.tuples(st.integers(1, 2**31), st.booleans()), max_size=30))
def test_windows_stamps_are_read_across_their_wraps(start_ms: int, steps: list[tuple[int, bool]]) -> None:
    ticks = Ticks(start_ms)
    ticks.last.idle_s()
    for ms, touch in steps:
        assume(not touch or (ticks.now_ms + ms - ticks.input_ms) % 2**32)
        assert ticks.pass_time(ms, touch=touch) == (ticks.now_ms - ticks.input_ms) / 1000


def test_a_stamp_from_the_near_future_is_input_now() -> None:
    ticks = Ticks()
    ticks.input_ms = ticks.now_ms + 16
    assert ticks.last.idle_s() == 0.0


def test_a_stamp_that_goes_back_is_input_since_the_last_look() -> None:
    """Programs that send input stamp it as they like."""
    ticks = Ticks(100_000)
    assert ticks.pass_time(50_000) == 50.0
    ticks.input_ms = 10
    assert ticks.pass_time(10_000) == 10.0
    assert ticks.pass_time(10_000) == 20.0
