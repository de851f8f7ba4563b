"""Whether somebody sits or has left: pains 2 to 7."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from replay.told import log
from sim import MIN, MONDAY, Sim, policy
from sitbreak.core.events import Signal, Sleeping, Woke
from sitbreak.core.policy import Counts, Kind, Policy, Reminder
from sitbreak.core.stirring import TOGETHER_S
from sitbreak.core.view import status
from sitbreak.replay.trace import Being, Span, make_trace


@pytest.fixture
def sim() -> Sim:
    """Movement and water."""
    return Sim(policy(Kind.MOVEMENT, Kind.HYDRATION))


def due_in_min(sim: Sim) -> dict[Kind, float]:
    """The minutes until each reminder is due."""
    found = status(sim.player.state, sim.at).due
    return {due.kind: round(due.in_s / MIN, 2) for due in found if due.in_s is not None}


def announced_sleep(sim: Sim, minutes: float) -> None:
    sim.feed(Sleeping(at=sim.at))
    sim.player.active, sim.player.last_input_s = False, sim.now_s
    sim.now_s += minutes * MIN
    sim.feed(Woke(at=sim.at, asleep_s=minutes * MIN))


def test_pain_02_a_suspended_machine_wakes_to_a_person_who_had_a_break_from_sitting_and_no_water(
    sim: Sim,
) -> None:
    sim.work(minutes=29)
    sim.sleep(minutes=8 * 60)
    sim.work(seconds=10)
    assert sim.shown == []
    assert sim.sits == [29 * MIN]
    assert due_in_min(sim) == {
        Kind.MOVEMENT: pytest.approx(30, abs=0.2),
        Kind.HYDRATION: pytest.approx(31, abs=0.2),
    }


def test_pain_02_what_is_owed_waits_a_minute_for_who_is_just_back() -> None:
    sim = Sim(policy(Kind.HYDRATION))
    sim.signal(Signal.CALL, on=True)
    sim.work(minutes=65)
    announced_sleep(sim, 120)
    sim.signal(Signal.CALL, on=False)
    sim.work(seconds=59)
    assert sim.held == ["call", "asleep", "just_back"]
    assert sim.shown == []
    sim.work(seconds=1)
    assert len(sim.shown) == 1


def test_pain_02_the_whole_of_what_is_owed_comes_as_one_prompt() -> None:
    sim = Sim(policy())
    sim.pause()
    sim.work(minutes=100)
    sim.sleep(minutes=60)
    sim.resume()
    sim.work(minutes=5)
    assert [shown.kinds for shown in sim.shown] == [(Kind.STRETCH, Kind.POSTURE, Kind.HYDRATION)]


@pytest.mark.parametrize("minutes", [0.2, 1, 5, 600])
def test_pain_02_a_sleep_counts_the_same_announced_or_not(minutes: float) -> None:
    logs = []
    for sleep in (announced_sleep, lambda sim, minutes: sim.sleep(minutes=minutes)):
        sim = Sim(policy(Kind.MOVEMENT, Kind.HYDRATION))
        sim.work(minutes=20)
        sleep(sim, minutes)
        sim.wait(seconds=5)
        sim.work(minutes=45)
        logs.append((sim.sits, sim.aways, [shown.sat_s for shown in sim.shown]))
    assert logs[0] == logs[1]


def test_pain_03_a_lock_is_worth_its_own_length_and_no_more() -> None:
    sim = Sim(policy(Kind.MOVEMENT))
    sim.work(minutes=25)
    sim.lock(seconds=20)
    sim.work(minutes=6)
    assert [round(shown.sat_s) for shown in sim.shown] == [1800]
    sim.lock(minutes=3)
    assert sim.aways == [(20, "locked"), (180, "locked")]
    assert sim.sits == [31 * MIN]
    assert sim.answers == ["done seen"]
    sim.work(minutes=29)
    assert len(sim.shown) == 1


def test_pain_03_nobody_gets_rid_of_a_prompt_by_locking_for_a_moment() -> None:
    sim = Sim(policy(Kind.MOVEMENT))
    sim.work(minutes=31)
    for _ in range(10):
        sim.lock(seconds=20)
        sim.work(minutes=1.1)
        assert sim.open is not None
    assert sim.answers == []
    assert sim.sits == []
    assert status(sim.player.state, sim.at).sitting_s == pytest.approx((31 + 11) * MIN)


def all_counting_sitting() -> Policy:
    """Movement, stretch and posture, done with after two minutes, one, and 15 seconds."""
    known = policy(Kind.MOVEMENT, Kind.STRETCH, Kind.POSTURE)

    def counting(reminder: Reminder) -> Reminder:
        return replace(reminder, counts=Counts.SITTING, every_s=30 * MIN)

    return replace(known, reminders=tuple(map(counting, known.reminders)))


@pytest.mark.parametrize(
    ("gone_s", "served"),
    [
        (10, set()),
        (15, {Kind.POSTURE}),
        (59, {Kind.POSTURE}),
        (60, {Kind.POSTURE, Kind.STRETCH}),
        (119, {Kind.POSTURE, Kind.STRETCH}),
        (120, {Kind.POSTURE, Kind.STRETCH, Kind.MOVEMENT}),
    ],
)
def test_pain_04_each_reminder_has_its_own_idea_of_a_break(gone_s: float, served: set[Kind]) -> None:
    sim = Sim(all_counting_sitting())
    sim.work(minutes=20)
    sim.lock(seconds=gone_s)
    assert {kind for kind, in_min in due_in_min(sim).items() if in_min == 30} == served
    assert {kind for kind, in_min in due_in_min(sim).items() if in_min == 10} == set(due_in_min(sim)) - served


def spans(start: datetime, *lengths_s: tuple[Being, float]) -> Iterator[Span]:
    """One after another."""
    for being, length_s in lengths_s:
        end = start + timedelta(seconds=length_s)
        yield Span(start, end, being, frozenset())
        start = end


def told(*lengths_s: tuple[Being, float]) -> list[dict[str, object]]:
    return log(make_trace(list(spans(MONDAY, *lengths_s)), []))


def test_pain_05_who_reads_and_turns_a_page_now_and_then_sits_all_the_while() -> None:
    page = ((Being.ACTIVE, 1.0), (Being.IDLE, 170.0))
    entries = told(*page * 15)
    assert [(e["entry"], e["seconds"]) for e in entries if e["entry"] in ("sat", "away")] == [
        ("sat", 15 * 171)
    ]
    assert [e["sat_s"] for e in entries if e["entry"] == "shown"] == [pytest.approx(1800, abs=171)]


def test_pain_05_a_screen_that_is_shared_in_silence_is_no_rest(sim: Sim) -> None:
    sim.work(minutes=5)
    sim.signal(Signal.SHARING, on=True)
    sim.leave(minutes=20)
    sim.signal(Signal.SHARING, on=False)
    sim.work(minutes=1)
    assert sim.aways == []
    assert status(sim.player.state, sim.at).sitting_s == pytest.approx(26 * MIN)


def test_pain_06_a_film_that_plays_to_an_empty_room_all_night_hides_nobodys_absence_for_long() -> None:
    sim = Sim(policy(Kind.MOVEMENT, sitting={"occupied_at_most_s": 3600.0}))
    sim.work(minutes=5)
    sim.signal(Signal.MEDIA, on=True)
    sim.leave(minutes=8 * 60)
    assert sim.sits == [65 * MIN]
    assert sim.shown == []
    sim.work(minutes=1)
    assert sim.aways == [(7 * 60 * MIN, "idle")]


def test_pain_06_a_film_that_goes_on_after_they_locked_keeps_nobody_seated(sim: Sim) -> None:
    sim.work(minutes=5)
    sim.signal(Signal.MEDIA, on=True)
    sim.leave(minutes=10)
    sim.lock(minutes=30)
    assert sim.sits == [15 * MIN]
    assert sim.aways == [(30 * MIN, "locked")]


def test_pain_06_a_film_that_begins_by_itself_is_nobodys_return(sim: Sim) -> None:
    sim.work(minutes=5)
    sim.leave(minutes=10)
    sim.signal(Signal.MEDIA, on=True)
    sim.wait(minutes=20)
    sim.work(minutes=1)
    assert sim.aways == [(30 * MIN, "idle")]


lonely = st.tuples(
    st.tuples(st.just(Being.ACTIVE), st.floats(0.1, 1.9)),
    st.tuples(st.just(Being.IDLE), st.floats(TOGETHER_S + 1, 900)),
)


@given(st.lists(lonely, max_size=12))
def test_pain_07_no_number_of_nudges_ends_an_absence(
    nudges: list[tuple[tuple[Being, float], tuple[Being, float]]],
) -> None:
    """A mouse on a table that shakes: touched for less than two seconds, and not again for a while."""
    shaken = [part for nudge in nudges for part in nudge]
    gone_s = 200 + sum(length_s for _, length_s in shaken)
    entries = told((Being.ACTIVE, 600), (Being.IDLE, 200), *shaken, (Being.ACTIVE, 300))
    assert [e["seconds"] for e in entries if e["entry"] == "away"] == [pytest.approx(gone_s, abs=0.01)]
    assert [e["seconds"] for e in entries if e["entry"] == "sat"] == [600, 300]
