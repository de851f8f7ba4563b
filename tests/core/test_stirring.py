"""A nudged mouse is no return, and a return is dated to its first touch."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim import MIN, Sim, policy
from sitbreak.core.codec import encode
from sitbreak.core.events import IdleSampled, Tick
from sitbreak.core.policy import Kind, Policy
from sitbreak.core.state import Away, Seated
from sitbreak.core.step import attention, resume


@pytest.fixture
def sim() -> Sim:
    """Ten minutes of work, five minutes away."""
    sim = Sim(policy(Kind.MOVEMENT))
    sim.work(minutes=10)
    sim.leave(minutes=5)
    return sim


def with_breaks_of(lasts_s: float) -> Policy:
    known = policy(Kind.MOVEMENT)
    movement, *others = known.reminders
    return replace(known, reminders=(replace(movement, lasts_s=lasts_s), *others))


def nudge(sim: Sim, *, lasts_s: float = 0.0) -> None:
    """Something touches the mouse for so long, then nothing does; a source tells of it as it was asked to."""
    sim.touch()
    sim.wait(seconds=lasts_s)
    quiet_s = attention(sim.player.state).idle_after_s[0]
    sim.player.active, sim.player.last_input_s = False, sim.now_s
    sim.now_s += quiet_s
    sim.feed(IdleSampled(at=sim.at, idle_s=quiet_s))


def where(sim: Sim) -> type:
    return type(sim.player.state.desk.where)


def test_a_nudged_mouse_ends_no_break(sim: Sim) -> None:
    nudge(sim)
    sim.wait(minutes=5)
    assert where(sim) is Away
    sim.work(minutes=1)
    assert sim.aways == [(603, "idle")]


def test_a_nudge_in_every_other_minute_ends_none(sim: Sim) -> None:
    for _ in range(5):
        nudge(sim, lasts_s=1.5)
        sim.wait(minutes=2)
    assert where(sim) is Away
    assert sim.aways == []


def test_who_goes_on_typing_came_back_with_the_first_key(sim: Sim) -> None:
    sim.work(seconds=6)
    assert where(sim) is Seated
    assert sim.aways == [(300, "idle")]


def test_what_keeps_the_screen_awake_for_a_film_every_half_minute_is_no_return(sim: Sim) -> None:
    for _ in range(10):
        nudge(sim)
        sim.wait(seconds=27)
    assert where(sim) is Away


def test_a_nudge_just_before_the_return_does_not_date_it_back(sim: Sim) -> None:
    nudge(sim)
    sim.wait(seconds=30)
    sim.work(minutes=5)
    assert sim.aways == [(333, "idle")]


def test_who_moves_the_mouse_reads_a_line_and_types_came_back_with_the_mouse(sim: Sim) -> None:
    nudge(sim)
    sim.wait(seconds=7)
    sim.work(minutes=5)
    assert sim.aways == [(300, "idle")]


def test_a_source_that_looks_now_and_then_has_its_returns_dated_to_the_middle(sim: Sim) -> None:
    sim.wait(seconds=9)
    sim.feed(IdleSampled(at=sim.at, idle_s=1.0, doubt_s=8.0))
    sim.wait(seconds=2)
    sim.feed(IdleSampled(at=sim.at, idle_s=0.0))
    assert sim.aways == [(304, "idle")]


def test_what_such_a_source_saw_once_is_a_nudge_all_the_same(sim: Sim) -> None:
    sim.wait(seconds=9)
    sim.feed(IdleSampled(at=sim.at, idle_s=1.0, doubt_s=8.0))
    sim.wait(seconds=2)
    sim.feed(IdleSampled(at=sim.at, idle_s=3.0))
    sim.wait(minutes=1)
    assert where(sim) is Away


def test_a_sample_that_comes_late_tells_of_its_own_moment(sim: Sim) -> None:
    then = sim.at
    sim.wait(seconds=4)
    sim.feed(Tick(at=sim.at))
    sim.feed(IdleSampled(at=then, idle_s=0.0))
    sim.feed(IdleSampled(at=sim.at, idle_s=0.0))
    assert sim.aways == [(300, "idle")]


def test_whoever_says_something_is_back(sim: Sim) -> None:
    sim.touch()
    assert where(sim) is Away
    sim.drink()
    assert where(sim) is Seated
    assert sim.aways == [(300, "idle")]


def test_a_return_in_the_balance_earns_no_break() -> None:
    sim = Sim(with_breaks_of(5 * MIN))
    sim.work(minutes=10)
    sim.leave(seconds=299)
    sim.work(minutes=1)
    assert sim.sits == []


def test_a_nudge_on_the_way_to_a_break_does_not_spoil_it() -> None:
    sim = Sim(with_breaks_of(5 * MIN))
    sim.work(minutes=10)
    sim.leave(seconds=290)
    nudge(sim)
    sim.wait(seconds=30)
    assert sim.sits == [600]


def test_a_touch_before_a_restart_is_no_return_unless_more_follows(sim: Sim) -> None:
    sim.touch()
    state = sim.player.state
    again = resume(encode(state), state.rules, alive=sim.at, at=sim.at.plus(100)).state
    assert isinstance(again.desk.where, Away)
    assert again.desk.where.stirred is None


def test_unlocking_is_no_nudge(sim: Sim) -> None:
    sim.lock(minutes=1)
    assert where(sim) is Seated


@given(st.floats(6, 600), st.floats(180, 3600))
def test_every_return_is_dated_to_its_first_touch(work_s: float, gone_s: float) -> None:
    sim = Sim(policy(Kind.MOVEMENT))
    sim.work(minutes=10)
    sim.leave(seconds=gone_s)
    sim.work(seconds=work_s)
    assert [seconds for seconds, _ in sim.aways] == [pytest.approx(gone_s)]
