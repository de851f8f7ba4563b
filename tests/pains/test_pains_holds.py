"""What holds a prompt, for how long, and that it is still owed afterwards: pains 8 to 11 and 18."""

from __future__ import annotations

from collections.abc import Callable
from itertools import permutations
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sim import CATALOGUE, MIN, Sim, policy
from sitbreak.core.codec import encode
from sitbreak.core.effects import Record, Shown, WasHeld
from sitbreak.core.events import Locked, Signal, SignalsTold, Unlocked
from sitbreak.core.gate import POLITE
from sitbreak.core.policy import Kind, WorkSpan
from sitbreak.core.rules import rules
from sitbreak.core.step import resume
from sitbreak.core.view import status


@pytest.fixture
def sim() -> Sim:
    return Sim(policy(Kind.MOVEMENT))


def holds(sim: Sim) -> list[str]:
    """The reasons that ``status`` gives at this moment."""
    return [hold.reason.value for hold in status(sim.player.state, sim.at).holds]


def test_pain_08_a_meeting_of_several_kinds_brings_its_prompt_when_the_last_of_them_ends(sim: Sim) -> None:
    sim.work(minutes=25)
    for signal in (Signal.CALL, Signal.SHARING, Signal.FULLSCREEN):
        sim.signal(signal, on=True)
    sim.work(minutes=20)
    for signal in (Signal.CALL, Signal.SHARING):
        sim.signal(signal, on=False)
        sim.work(minutes=5)
        assert sim.shown == []
    sim.signal(Signal.FULLSCREEN, on=False)
    sim.work(seconds=1)
    assert sim.held == ["call", "sharing", "fullscreen"]
    assert [shown.sat_s for shown in sim.shown] == [pytest.approx(55 * MIN, abs=1)]


def test_pain_08_a_call_that_begins_as_the_prompt_falls_due_holds_it(sim: Sim) -> None:
    sim.work(minutes=30, seconds=-0.01)
    sim.signal(Signal.CALL, on=True)
    sim.work(minutes=10)
    assert sim.shown == []


@pytest.mark.parametrize("signal", sorted(POLITE))
def test_pain_09_what_is_stuck_on_all_day_delays_each_prompt_by_its_most_and_says_why(
    signal: Signal,
) -> None:
    sim = Sim(policy(Kind.MOVEMENT, give_up_after_s=60.0))
    sim.signal(signal, on=True)
    for _ in range(5):
        sim.work(minutes=30 + 44)
        assert holds(sim) == [POLITE[signal].value]
        (hold,) = status(sim.player.state, sim.at).holds
        assert hold.until is not None
        assert (hold.until - hold.since).total_seconds() == 45 * MIN
        sim.work(minutes=1, seconds=1)
        assert sim.open is not None
        assert sim.open.gentle
        sim.done()
    assert len(sim.shown) == 5


@pytest.mark.parametrize("signal", sorted(POLITE))
def test_pain_10_a_prompt_that_was_held_comes_once_and_with_all_the_time_that_was_sat(signal: Signal) -> None:
    sim = Sim(policy(Kind.MOVEMENT))
    sim.signal(signal, on=True)
    sim.work(minutes=60)
    sim.signal(signal, on=False)
    sim.work(minutes=5)
    assert [shown.sat_s for shown in sim.shown] == [60 * MIN]


def test_pain_10_water_that_was_held_in_a_call_is_still_owed_after_lunch() -> None:
    sim = Sim(policy(Kind.HYDRATION))
    sim.signal(Signal.CALL, on=True)
    sim.work(minutes=65)
    sim.leave(minutes=0.5)
    sim.lock(minutes=45)
    sim.signal(Signal.CALL, on=False)
    sim.work(minutes=2)
    assert [shown.kinds for shown in sim.shown] == [(Kind.HYDRATION,)]


def test_pain_10_a_break_taken_meanwhile_pays_what_was_held(sim: Sim) -> None:
    sim.signal(Signal.CALL, on=True)
    sim.work(minutes=40)
    sim.lock(minutes=2)
    sim.signal(Signal.CALL, on=False)
    sim.work(minutes=29)
    assert sim.sits == [40 * MIN]
    assert sim.shown == []


def test_pain_10_a_prompt_that_is_held_outlives_the_daemon(sim: Sim) -> None:
    sim.signal(Signal.CALL, on=True)
    sim.work(minutes=40)
    known = rules(sim.policy, CATALOGUE)
    again = resume(encode(sim.player.state), known, alive=sim.at, at=sim.at.plus(5))
    assert not any(isinstance(effect, Record) and isinstance(effect.entry, Shown) for effect in again.effects)
    sim.player.state = again.state
    sim.now_s += 5
    sim.feed(SignalsTold(at=sim.at, on=frozenset({Signal.CALL})))
    sim.touch()
    assert sim.shown == []
    sim.signal(Signal.CALL, on=False)
    sim.work(minutes=2)
    assert [shown.sat_s for shown in sim.shown] == [pytest.approx(41 * MIN, abs=MIN)]


LATE = WorkSpan(frozenset(range(7)), 12 * 60, 18 * 60)
"""No work before noon."""


def unlock(sim: Sim) -> None:
    sim.feed(Unlocked(at=sim.at))
    sim.touch()


def be_called(sim: Sim) -> None:
    sim.signal(Signal.CALL, on=True)
    sim.signal(Signal.CALL, on=False)


END: dict[str, Callable[[Sim], Any]] = {
    "paused": lambda sim: sim.resume(),
    "hours": lambda sim: sim.change(policy(Kind.HYDRATION)),
    "locked": unlock,
    "call": lambda sim: sim.signal(Signal.CALL, on=False),
}


@pytest.mark.parametrize("order", [*permutations(END)], ids="-".join)
def test_pain_11_nothing_is_shown_until_the_last_reason_is_gone_whatever_their_order(
    order: tuple[str, ...],
) -> None:
    sim = Sim(policy(Kind.HYDRATION))
    sim.work(minutes=59)
    sim.change(policy(Kind.HYDRATION, work=(LATE,)))
    sim.pause()
    sim.signal(Signal.CALL, on=True)
    sim.work(minutes=2)
    sim.feed(Locked(at=sim.at))
    sim.player.active = False
    left = set(END)
    for reason in order:
        sim.wait(minutes=1.5)
        assert sim.shown == []
        assert holds(sim)
        assert set(holds(sim)) <= left
        END[reason](sim)
        left.remove(reason)
        if left:
            # Who unlocked is just back, whatever else there is.
            assert set(holds(sim)) <= {*left, "just_back"}
    sim.wait(minutes=1.1)
    assert len(sim.shown) == 1
    assert holds(sim) == []


@pytest.mark.parametrize("order", [*permutations(["paused", "locked", "call"])], ids="-".join)
def test_pain_11_a_pause_is_the_persons_alone_to_end(order: tuple[str, ...]) -> None:
    """Whatever else begins and ends during it, and however often the daemon is started anew."""
    sim = Sim(policy(Kind.HYDRATION))
    sim.work(minutes=61)
    happen: dict[str, Callable[[Sim], Any]] = {
        "paused": lambda sim: sim.pause(minutes=30),
        "locked": lambda sim: sim.lock(minutes=1),
        "call": be_called,
    }
    for what in order:
        happen[what](sim)
    before = len(sim.shown)
    sim.player.state = resume(
        encode(sim.player.state), rules(sim.policy, CATALOGUE), alive=sim.at, at=sim.at
    ).state
    sim.work(minutes=28)
    assert len(sim.shown) == before
    assert holds(sim) == ["paused"]
    sim.resume()
    sim.work(minutes=1.1)
    assert len(sim.shown) == before + 1


AT_MOST_S = 45 * MIN + 2 * 90.0
"""Held politely, and before it and after it for a pause in typing."""

present_acts = st.lists(
    st.one_of(
        st.tuples(st.just("signal"), st.sampled_from([*Signal]), st.booleans()),
        st.tuples(st.sampled_from(["work", "type_on"]), st.floats(0.5, 1200), st.none()),
        st.tuples(st.just("flicker"), st.sampled_from([*Signal]), st.integers(2, 40)),
    ),
    max_size=40,
)


@given(present_acts)
@example([("signal", Signal.CALL, True), ("type_on", 8 * 60 * MIN, None)])
@example([("type_on", 30 * MIN, None), *[("flicker", Signal.CALL, 40)] * 8])
def test_pain_18_no_prompt_is_put_off_for_longer_than_its_most(day: list[tuple[str, Any, Any]]) -> None:
    """Of somebody who is there all day, whatever goes on around them and however they type."""
    sim = Sim(policy(Kind.MOVEMENT, most_per_hour=60, give_up_after_s=30.0, ask_again_s=60.0))
    sim.work(seconds=1)
    for name, how, much in day:
        match name:
            case "signal":
                sim.signal(how, on=much)
            case "flicker":
                for turn in range(much):
                    sim.signal(how, on=turn % 2 == 0)
                    sim.type_on(seconds=89)
            case _:
                getattr(sim, name)(seconds=how)
    assert longest_wait_s(sim) <= AT_MOST_S + 1


def longest_wait_s(sim: Sim) -> float:
    """From the first refusal of a prompt to its showing, or to now."""
    longest_s, since_s = 0.0, None
    for at_s, effect in sim.effects:
        if not isinstance(effect, Record):
            continue
        match effect.entry:
            case WasHeld() if since_s is None:
                since_s = at_s
            case Shown() if since_s is not None:
                longest_s, since_s = max(longest_s, at_s - since_s), None
            case _:
                pass
    return max(longest_s, 0.0 if since_s is None else sim.now_s - since_s)
