"""What signals do to a day, and when anybody is asked for them."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim import CATALOGUE, MONDAY, Sim, policy
from sitbreak.core.attention import Watch
from sitbreak.core.clock import Instant
from sitbreak.core.codec import encode
from sitbreak.core.effects import Show
from sitbreak.core.events import IdleSampled, PolicyChanged, Signal, SignalsTold, Tick
from sitbreak.core.heeding import UNHEARD_S
from sitbreak.core.policy import Kind, Sense
from sitbreak.core.rules import rules
from sitbreak.core.state import Away, Seated, State
from sitbreak.core.step import begin, deadline_s, heed, resume, step


@pytest.fixture
def sim() -> Sim:
    return Sim(policy(Kind.MOVEMENT))


def alone(*, seated_s: float = 600.0, senses: bool = True) -> State:
    """Somebody at a desk where whoever could tell of signals has yet to say a word."""
    known = policy(Kind.MOVEMENT)
    known = known if senses else replace(known, senses=frozenset())
    state = begin(rules(known, CATALOGUE), Instant(0.0, MONDAY))
    state = step(state, IdleSampled(at=state.now, idle_s=0.0)).state
    return step(state, Tick(at=state.now.plus(seated_s))).state


def idle(state: State, seconds: float = 180.0) -> State:
    return step(state, IdleSampled(at=state.now.plus(seconds), idle_s=seconds)).state


def told(state: State, *on: Signal, after_s: float = 0.1) -> State:
    return step(state, SignalsTold(at=state.now.plus(after_s), on=frozenset(on))).state


def test_nobody_is_asked_while_nothing_is_due_and_somebody_types(sim: Sim) -> None:
    sim.work(minutes=29)
    assert heed(sim.player.state).watch is Watch.OFF
    assert heed(sim.player.state).asked_s is None


def test_a_prompt_that_falls_due_has_them_asked_once_and_watched_until_it_is_shown() -> None:
    due = alone(seated_s=1800)
    assert heed(due).watch is Watch.CLOSE
    assert heed(due).asked_s == due.now.mono_s
    shown = step(told(due), IdleSampled(at=due.now.plus(3.2), idle_s=3.0)).state
    assert heed(shown).watch is Watch.OFF


def test_who_touches_nothing_is_away_once_no_signal_says_otherwise() -> None:
    state = idle(alone())
    assert isinstance(state.desk.where, Seated)
    assert heed(state).watch is Watch.SPARSE
    where = told(state).desk.where
    assert isinstance(where, Away)
    assert where.since.mono_s == 600.0


def test_for_somebody_who_touches_nothing_only_what_keeps_them_seated_is_looked_at() -> None:
    looked_at = heed(idle(alone())).senses
    assert looked_at == {Sense.MICROPHONE, Sense.CAMERA, Sense.SHARING, Sense.INHIBITORS}
    assert heed(alone(seated_s=1800)).senses == frozenset(Sense)


def test_where_no_sense_may_be_used_nobody_is_asked_and_nothing_waits() -> None:
    state = idle(alone(senses=False))
    assert isinstance(state.desk.where, Away)
    assert heed(state).asked_s is None


def test_whoever_does_not_answer_cannot_tell() -> None:
    state = idle(alone())
    assert deadline_s(state) == state.now.mono_s + UNHEARD_S
    late = step(state, Tick(at=state.now.plus(UNHEARD_S))).state
    assert isinstance(late.desk.where, Away)
    assert late.desk.where.since.mono_s == 600.0


def test_a_prompt_does_not_wait_for_whoever_does_not_answer() -> None:
    due = alone(seated_s=1800)
    paused = step(due, IdleSampled(at=due.now.plus(1.0), idle_s=4.0)).state
    late = step(paused, Tick(at=due.now.plus(UNHEARD_S)))
    assert [type(effect).__name__ for effect in late.effects][-1] == "Show"


def test_a_call_watched_to_its_end_dates_the_absence_to_that_end() -> None:
    state = told(idle(alone()), Signal.CALL)
    assert heed(state).watch is Watch.SPARSE
    ended = told(state, after_s=300.0)
    assert isinstance(ended.desk.where, Seated)
    gone = step(ended, Tick(at=ended.now.plus(180.0))).state
    assert isinstance(gone.desk.where, Away)
    assert gone.desk.where.since == ended.now


def test_a_call_that_ended_while_nobody_watched_keeps_nobody_seated() -> None:
    in_call = told(alone(seated_s=1800), Signal.CALL)
    released = told(in_call, after_s=60.0)
    shown = step(released, IdleSampled(at=released.now.plus(4.0), idle_s=4.0)).state
    typing = step(shown, IdleSampled(at=shown.now.plus(100.0), idle_s=0.0)).state
    gone = told(idle(typing))
    assert isinstance(gone.desk.where, Away)
    assert gone.desk.where.since == typing.now


@pytest.mark.parametrize("signal", Signal)
def test_every_signal_holds_a_prompt_and_its_end_releases_it(sim: Sim, signal: Signal) -> None:
    sim.signal(signal, on=True)
    sim.work(minutes=35)
    assert sim.held == [signal.value]
    sim.signal(signal, on=False)
    sim.work(seconds=5)
    assert len(sim.shown) == 1
    assert sim.shown[0].sat_s == pytest.approx(35 * 60, abs=10)


def test_a_hold_that_needs_no_look_at_signals_has_nobody_asked() -> None:
    sim = Sim(policy(Kind.MOVEMENT))
    sim.work(minutes=29)
    sim.leave(seconds=100)
    assert sim.held == ["absent"]
    asked_s = heed(sim.player.state).asked_s
    sim.feed(Tick(at=sim.at))
    assert heed(sim.player.state).asked_s == asked_s
    assert heed(sim.player.state).watch is Watch.OFF
    assert sim.held == ["absent"]


def test_idling_in_a_held_call_keeps_one_hold(sim: Sim) -> None:
    sim.signal(Signal.CALL, on=True)
    sim.work(minutes=31)
    sim.leave(minutes=10)
    assert sim.held == ["call"]
    assert isinstance(sim.player.state.desk.where, Seated)


def test_a_call_that_began_in_a_pause_is_held_for_as_long_as_any_other(sim: Sim) -> None:
    sim.signal(Signal.CALL, on=True)
    sim.work(minutes=31)
    sim.pause(minutes=60)
    sim.work(minutes=90)
    assert sim.held == ["call", "paused", "call"]
    assert sim.shown == []
    sim.work(minutes=20)
    assert len(sim.shown) == 1


def test_an_answer_that_comes_too_late_takes_back_none_of_what_was_listened_to() -> None:
    listening = told(idle(alone(seated_s=20)), Signal.CALL)
    due = step(listening, Tick(at=Instant(1800.0, listening.now.at_mono(1800.0).wall))).state
    late = step(due, Tick(at=due.now.plus(UNHEARD_S)))
    assert isinstance(late.state.desk.where, Seated)
    gone = step(late.state, Tick(at=late.state.now.plus(180.0))).state
    assert isinstance(gone.desk.where, Away)
    assert gone.desk.where.since.mono_s == pytest.approx(1800.0)


def test_who_was_seated_by_a_call_when_the_daemon_ended_sat_until_then() -> None:
    in_call = told(idle(alone()), Signal.CALL, after_s=720.0)
    alive = in_call.now
    later = resume(encode(in_call), in_call.rules, alive=alive, at=alive.plus(3500.0)).state
    assert isinstance(later.desk.where, Away)
    assert later.desk.where.since.mono_s == pytest.approx(alive.mono_s)


def test_a_daemon_that_begins_anew_believes_no_signal_of_the_last_one() -> None:
    due = told(alone(seated_s=1800))
    typing = step(due, IdleSampled(at=due.now.plus(0.1), idle_s=0.0)).state
    assert typing.hold is not None
    again = resume(encode(typing), typing.rules, alive=typing.now, at=typing.now.plus(100.0))
    assert not any(isinstance(effect, Show) for effect in again.effects)
    assert heed(again.state).asked_s == again.state.now.mono_s


def test_what_a_sense_told_is_forgotten_when_it_may_be_used_no_longer() -> None:
    in_call = told(alone(seated_s=1800), Signal.CALL)
    allowed = replace(in_call.rules.policy, senses=frozenset({Sense.FULLSCREEN}))
    changed = PolicyChanged(at=in_call.now.plus(1.0), policy=allowed, catalogue=CATALOGUE)
    assert step(in_call, changed).state.desk.signals == frozenset()


def test_a_sense_switched_off_holds_nothing() -> None:
    sim = Sim(replace(policy(Kind.MOVEMENT), senses=frozenset()))
    sim.work(minutes=31)
    assert len(sim.shown) == 1
