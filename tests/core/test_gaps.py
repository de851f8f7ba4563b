"""Was that a break? Asked once, before the next prompt, and only where nobody can know."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim import Sim, policy
from sitbreak.core.effects import AskGap, Sat, WasGap, Withdraw
from sitbreak.core.events import Answer, Signal
from sitbreak.core.policy import Counts, Kind
from sitbreak.core.refusal import Refusal
from sitbreak.core.state import Asking


@pytest.fixture
def sim() -> Sim:
    """Twenty minutes of work, six without a touch while a call goes on, then back to work."""
    return after_a_gap()


def after_a_gap(minutes: float = 6, during: Signal = Signal.CALL, **changes: object) -> Sim:
    known = policy(Kind.MOVEMENT, Kind.HYDRATION)
    known = replace(known, prompting=replace(known.prompting, **changes))  # type: ignore[arg-type]
    sim = Sim(known)
    sim.work(minutes=20)
    sim.signal(during, on=True)
    sim.leave(minutes=minutes)
    sim.work(seconds=30)
    sim.signal(during, on=False)
    return sim


def asked(sim: Sim) -> list[AskGap]:
    return [effect for _, effect in sim.effects if isinstance(effect, AskGap)]


def verdicts(sim: Sim) -> list[str]:
    return [gap.answer.value for gap in sim.of(WasGap)]


def test_it_is_asked_before_the_next_prompt_and_not_earlier(sim: Sim) -> None:
    sim.work(minutes=3)
    assert asked(sim) == []
    sim.work(minutes=1)
    (question,) = asked(sim)
    assert (question.end - question.start).total_seconds() == 360
    assert question.during is Signal.CALL
    assert sim.shown == []


def test_a_yes_is_a_break_from_the_last_touch_to_the_next(sim: Sim) -> None:
    sim.work(minutes=4)
    sim.answer(Answer.YES)
    assert verdicts(sim) == ["yes"]
    assert sim.aways == [(360, "idle")]
    assert sim.sits == [1200]
    sim.work(minutes=25)
    assert sim.shown == []
    sim.work(minutes=2)
    assert len(sim.shown) == 1


def test_a_no_leaves_the_sit_whole_and_the_prompt_comes(sim: Sim) -> None:
    sim.work(minutes=4)
    sim.answer(Answer.NO)
    sim.work(seconds=5)
    assert verdicts(sim) == ["no"]
    assert sim.aways == []
    assert [shown.sat_s for shown in sim.shown] == [pytest.approx(1830, abs=10)]


def test_unanswered_it_goes_and_the_prompt_comes(sim: Sim) -> None:
    sim.work(minutes=6)
    assert verdicts(sim) == ["ignored"]
    assert len(sim.shown) == 1
    assert any(isinstance(effect, Withdraw) for _, effect in sim.effects)


def test_it_is_asked_once(sim: Sim) -> None:
    sim.work(minutes=6)
    sim.done()
    sim.work(minutes=60)
    assert len(asked(sim)) == 1


def test_who_leaves_instead_of_answering_is_asked_no_more(sim: Sim) -> None:
    sim.work(minutes=4)
    sim.leave(minutes=5)
    sim.work(minutes=60)
    assert verdicts(sim) == ["ignored"]
    assert len(asked(sim)) == 1


@pytest.mark.parametrize("minutes", [2.9, 10.5, 60])
def test_a_gap_that_is_short_or_long_raises_no_doubt(minutes: float) -> None:
    sim = after_a_gap(minutes)
    sim.work(minutes=40)
    assert asked(sim) == []


def test_a_gap_with_nothing_to_explain_it_is_away_and_no_question() -> None:
    sim = Sim(policy(Kind.MOVEMENT))
    sim.work(minutes=20)
    sim.leave(minutes=6)
    sim.work(minutes=60)
    assert asked(sim) == []
    assert sim.aways[0] == (360, "idle")


def test_a_film_raises_the_same_doubt() -> None:
    sim = after_a_gap(during=Signal.MEDIA)
    sim.work(minutes=4)
    assert [question.during for question in asked(sim)] == [Signal.MEDIA]


def test_whoever_wants_no_questions_gets_none() -> None:
    sim = after_a_gap(ask_after_gap=False)
    sim.work(minutes=6)
    assert asked(sim) == []
    assert len(sim.shown) == 1


def test_a_question_is_answered_by_yes_or_no_alone(sim: Sim) -> None:
    sim.work(minutes=4)
    assert sim.done().refusal is Refusal.YES_OR_NO
    assert sim.answer(Answer.YES, prompt=999).refusal is Refusal.GONE
    sim.answer(Answer.NO)
    sim.work(seconds=5)
    assert sim.answer(Answer.YES).refusal is Refusal.NO_QUESTION


def test_whoever_asks_for_a_prompt_gets_it_and_the_question_goes(sim: Sim) -> None:
    sim.work(minutes=4)
    sim.now(Kind.MOVEMENT)
    assert verdicts(sim) == ["ignored"]
    assert len(sim.shown) == 1


def test_a_wish_that_cannot_be_followed_leaves_the_question(sim: Sim) -> None:
    sim.work(minutes=4)
    sim.now(Kind.STRETCH)
    sim.work(seconds=1)
    asked_before = len(asked(sim))
    assert asked_before == 1


def test_nobody_is_asked_about_a_gap_that_an_answered_prompt_followed() -> None:
    sim = Sim(policy(Kind.MOVEMENT))
    sim.work(minutes=31)
    sim.signal(Signal.MEDIA, on=True)
    sim.leave(minutes=6)
    sim.work(seconds=10)
    sim.signal(Signal.MEDIA, on=False)
    sim.done()
    sim.work(minutes=40)
    assert asked(sim) == []


def test_pain_18_no_question_makes_a_call_hold_a_prompt_twice_as_long() -> None:
    sim = Sim(policy(Kind.MOVEMENT))
    sim.work(minutes=10)
    sim.signal(Signal.CALL, on=True)
    sim.leave(minutes=6)
    sim.work(minutes=60)
    assert asked(sim) == []
    assert [shown.sat_s for shown in sim.shown] == [pytest.approx(75 * 60, abs=10)]


def test_a_question_that_is_no_longer_wanted_goes(sim: Sim) -> None:
    sim.work(minutes=4)
    quiet = replace(sim.policy, prompting=replace(sim.policy.prompting, ask_after_gap=False))
    sim.change(quiet)
    assert verdicts(sim) == ["ignored"]


def test_a_pause_takes_the_question_away(sim: Sim) -> None:
    sim.work(minutes=4)
    sim.pause(minutes=30)
    assert verdicts(sim) == ["ignored"]


def test_a_drink_after_the_gap_keeps_its_clock_over_a_yes(sim: Sim) -> None:
    sim.work(minutes=2)
    sim.drink()
    sim.work(minutes=2)
    assert isinstance(sim.player.state.phase, Asking)
    sim.answer(Answer.YES)
    sim.work(minutes=45)
    assert all(Kind.HYDRATION not in shown.kinds for shown in sim.shown)


def test_a_clock_that_counts_presence_loses_the_gap_alone() -> None:
    known = policy(Kind.MOVEMENT, Kind.HYDRATION)
    assert known.reminder(Kind.HYDRATION).counts is Counts.PRESENT
    sim = after_a_gap()
    sim.work(minutes=4)
    sim.answer(Answer.YES)
    due = dict(sim_due(sim))
    assert due[Kind.HYDRATION] == pytest.approx((60 - 24.5) * 60, abs=1)
    assert due[Kind.MOVEMENT] == pytest.approx((30 - 4.5) * 60, abs=1)


def sim_due(sim: Sim) -> list[tuple[Kind, float | None]]:
    from sitbreak.core.planner import due_in_s  # noqa: PLC0415 - the one test that looks inside

    return list(due_in_s(sim.player.state, sim.now_s))


def test_no_time_is_lost_or_won(sim: Sim) -> None:
    sim.work(minutes=4)
    sim.answer(Answer.YES)
    sim.work(minutes=10)
    sim.leave(minutes=5)
    sat_s = sum(sat.seconds for sat in sim.of(Sat))
    assert sat_s == pytest.approx(20 * 60 + 14.5 * 60, abs=1)
