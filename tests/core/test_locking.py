"""Locks and sleeps that are told once, twice, late, from afar, or not to the end."""

from __future__ import annotations

import pytest

from sim import CATALOGUE, Sim, policy
from sitbreak.core.codec import encode
from sitbreak.core.events import (
    IdleSampled,
    Locked,
    PresenceChanged,
    Sleeping,
    Started,
    Tick,
    Unlocked,
    Woke,
)
from sitbreak.core.policy import Kind
from sitbreak.core.rules import rules
from sitbreak.core.state import Away, Seated, Unknown
from sitbreak.core.step import attention, resume, step


@pytest.fixture
def sim() -> Sim:
    """Ten minutes into a day with the movement reminder alone."""
    sim = Sim(policy(Kind.MOVEMENT))
    sim.work(minutes=10)
    return sim


def lock(sim: Sim) -> None:
    sim.feed(Locked(at=sim.at))
    sim.player.active, sim.player.last_input_s = False, sim.now_s


def unlock(sim: Sim) -> None:
    sim.feed(Unlocked(at=sim.at))


def test_what_is_told_twice_counts_once(sim: Sim) -> None:
    for _ in range(2):
        lock(sim)
        sim.wait(seconds=10)
    for _ in range(2):
        unlock(sim)
        sim.touch()
    sim.work(minutes=19)
    assert sim.aways == [(20, "locked")]
    sim.work(minutes=2)
    assert [round(shown.sat_s) for shown in sim.shown] == [1800]


def test_a_lock_told_late_is_dated_back_to_its_own_moment(sim: Sim) -> None:
    early = sim.at
    sim.work(minutes=1)
    sim.feed(Locked(at=early))
    sim.wait(seconds=30)
    unlock(sim)
    assert sim.aways == [(90, "locked")]


def test_an_unlocking_without_a_lock_changes_nothing(sim: Sim) -> None:
    unlock(sim)
    assert sim.player.state.desk.where == Seated(sim.player.at(0.0))
    assert sim.aways == []


def test_a_lock_during_an_absence_is_one_absence_and_input_does_not_end_it(sim: Sim) -> None:
    sim.leave(minutes=4)
    sim.feed(Locked(at=sim.at))
    sim.wait(minutes=5)
    sim.feed(IdleSampled(at=sim.at, idle_s=0.0))
    assert sim.aways == []
    unlock(sim)
    assert sim.aways == [(9 * 60, "locked")]


def test_an_unlocking_from_afar_seats_nobody(sim: Sim) -> None:
    lock(sim)
    sim.wait(minutes=10)
    unlock(sim)
    sim.wait(minutes=4)
    assert isinstance(sim.player.state.desk.where, Away)
    assert sim.player.state.totals.seated_s == pytest.approx(600, abs=1)


def test_a_lock_outlasts_its_source_of_presence(sim: Sim) -> None:
    lock(sim)
    sim.wait(minutes=1)
    sim.feed(PresenceChanged(at=sim.at, source=None))
    sim.feed(PresenceChanged(at=sim.at, source="x11"))
    sim.feed(IdleSampled(at=sim.at, idle_s=0.0))
    sim.wait(minutes=4)
    assert isinstance(sim.player.state.desk.where, Away)
    unlock(sim)
    sim.touch()
    assert sim.aways == [(300, "locked")]
    assert isinstance(sim.player.state.desk.where, Seated)


def test_who_unlocks_where_nothing_tells_presence_is_not_taken_to_sit(sim: Sim) -> None:
    state = step(sim.player.state, PresenceChanged(at=sim.at, source=None)).state
    state = step(state, Locked(at=sim.at)).state
    state = step(state, Unlocked(at=sim.at.plus(60))).state
    state = step(state, Tick(at=sim.at.plus(7200))).state
    assert isinstance(state.desk.where, Unknown)
    assert state.totals.seated_s == pytest.approx(600, abs=1)


def test_a_locked_machine_that_slept_waits_for_the_unlocking(sim: Sim) -> None:
    lock(sim)
    sim.feed(Sleeping(at=sim.at))
    sim.now_s += 3600
    sim.feed(Woke(at=sim.at, asleep_s=3600))
    sim.wait(seconds=5)
    sim.feed(IdleSampled(at=sim.at, idle_s=0.0))
    assert sim.aways == []
    unlock(sim)
    assert sim.aways == [(3605, "asleep")]


def test_a_sleep_that_is_told_and_seen_in_the_clocks_counts_once(sim: Sim) -> None:
    sim.feed(Sleeping(at=sim.at))
    sim.player.active, sim.player.last_input_s = False, sim.now_s
    sim.now_s += 3600
    sim.feed(Woke(at=sim.at, asleep_s=3600))
    sim.feed(Tick(at=sim.at))
    sim.wait(seconds=5)
    sim.work(seconds=10)
    assert sim.aways == [(3605, "asleep")]
    assert sim.sits == [600]


def test_a_sleep_that_did_not_come_ends_though_nobody_paused(sim: Sim) -> None:
    sim.feed(Sleeping(at=sim.at))
    sim.wait(seconds=5)
    sim.player.typing = True
    sim.feed(Woke(at=sim.at, asleep_s=0.0))
    sim.wait(seconds=10)
    assert isinstance(sim.player.state.desk.where, Seated)
    assert sim.aways == [(5, "asleep")]


def test_a_lock_that_ended_while_nobody_watched_ends_with_the_next_input(sim: Sim) -> None:
    lock(sim)
    sim.wait(seconds=20)
    plain, known = encode(sim.player.state), rules(sim.policy, CATALOGUE)
    again = resume(plain, known, alive=sim.at, at=sim.at.plus(10)).state
    assert attention(again).asked_s == sim.now_s + 10
    before = step(again, IdleSampled(at=sim.at.plus(11), idle_s=29.0)).state
    assert isinstance(before.desk.where, Away)
    stirred = step(before, IdleSampled(at=sim.at.plus(12), idle_s=0.0)).state
    after = step(stirred, IdleSampled(at=sim.at.plus(15), idle_s=0.0)).state
    assert after.desk.where == Seated(sim.at.plus(12))


def test_a_lock_that_held_while_nobody_watched_is_the_same_absence(sim: Sim) -> None:
    lock(sim)
    began = sim.at
    state = step(sim.player.state, Started(at=sim.at.plus(10))).state
    state = step(state, Locked(at=sim.at.plus(10.1))).state
    state = step(state, IdleSampled(at=sim.at.plus(20), idle_s=0.0)).state
    assert isinstance(state.desk.where, Away)
    assert state.desk.where.since == began


def test_an_open_prompt_goes_with_the_lock_and_comes_back_after_it(sim: Sim) -> None:
    sim.work(minutes=21)
    prompt = sim.open
    assert prompt is not None
    lock(sim)
    assert sim.open is None
    assert sim.resting == prompt
    sim.wait(seconds=30)
    unlock(sim)
    sim.touch()
    assert sim.open is None
    sim.work(seconds=65)
    assert sim.open is not None
    assert sim.open.id == prompt.id
