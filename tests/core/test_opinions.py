"""What a person says of a movement holds: at once, over restarts, until they say otherwise."""

from __future__ import annotations

import pytest

import sim as desk
from sim import CATALOGUE, Sim, policy
from sitbreak.core.codec import encode
from sitbreak.core.effects import Show, WasJudged
from sitbreak.core.events import Answer, Via
from sitbreak.core.opinions import Opinion, Taste, liked, refused, told
from sitbreak.core.policy import Kind, Setting
from sitbreak.core.refusal import Refusal
from sitbreak.core.rules import rules
from sitbreak.core.step import begin, resume

STRETCHES = ["reach", "bend"]


@pytest.fixture
def sim() -> Sim:
    return Sim(policy(Kind.STRETCH))


def asked(sim: Sim, times: int) -> list[str]:
    """The movements of so many prompts, each asked for and skipped."""
    for _ in range(times):
        sim.touch()
        sim.now()
        sim.skip()
    return [shown.movement for shown in sim.shown[-times:]]


def test_what_hurt_is_logged_and_not_asked_again(sim: Sim) -> None:
    sim.work(minutes=91)
    assert sim.open is not None
    hurt = sim.open.movement
    sim.hurt()
    assert sim.of(WasJudged) == [WasJudged(movement=hurt, taste=Taste.HURT, via=Via.TRAY)]
    assert sim.answers == ["skip"]
    assert sim.quiet
    assert hurt not in asked(sim, 6)


def test_whoever_has_hurt_themselves_is_left_in_peace(sim: Sim) -> None:
    sim.work(minutes=91)
    sim.hurt()
    sim.work(minutes=60)
    assert len(sim.shown) == 1
    sim.work(minutes=31)
    assert len(sim.shown) == 2


def test_it_may_hurt_after_the_prompt_is_over(sim: Sim) -> None:
    sim.work(minutes=91)
    sim.done()
    movement = sim.shown[-1].movement
    sim.work(minutes=5)
    sim.hurt()
    assert sim.of(WasJudged)[-1].movement == movement
    assert sim.answers == ["done said"]
    assert movement not in asked(sim, 4)


def test_another_movement_than_the_open_one_may_have_hurt(sim: Sim) -> None:
    sim.work(minutes=91)
    prompt = sim.open
    assert prompt is not None
    other = next(name for name in STRETCHES if name != prompt.movement)
    sim.hurt(other)
    assert sim.open == prompt
    assert other not in asked(sim, 3)


def test_a_ban_brings_something_else_at_once(sim: Sim) -> None:
    sim.work(minutes=91)
    assert sim.open is not None
    banned = sim.open.movement
    sim.judge(Taste.BANNED)
    assert sim.answers == ["withdrawn"]
    assert sim.open is not None
    assert sim.open.movement != banned


def test_a_ban_of_what_was_snoozed_changes_what_comes_back_and_not_when(sim: Sim) -> None:
    sim.work(minutes=91)
    assert sim.open is not None
    banned = sim.open.movement
    sim.snooze()
    sim.judge(Taste.BANNED)
    assert sim.resting is not None
    assert sim.resting.movement != banned
    sim.work(minutes=4)
    assert sim.open is None
    sim.work(minutes=2)
    assert sim.open is not None


def test_with_everything_banned_the_kind_falls_silent(sim: Sim) -> None:
    for name in STRETCHES:
        sim.judge(Taste.BANNED, name)
    sim.work(minutes=240)
    assert sim.shown == []
    assert sim.now(Kind.STRETCH).refusal is Refusal.NOTHING_TO_ASK


def test_what_is_allowed_again_comes_again(sim: Sim) -> None:
    sim.hurt("reach")
    assert set(asked(sim, 4)) == {"bend"}
    sim.judge(None, "reach")
    assert "reach" in asked(sim, 2)
    assert [entry.taste for entry in sim.of(WasJudged)] == [Taste.HURT, None]


def test_a_liking_leaves_an_open_prompt_alone(sim: Sim) -> None:
    sim.work(minutes=91)
    sim.judge(Taste.LIKED)
    assert sim.open is not None
    assert sim.answers == []


def test_there_is_nothing_to_judge_before_the_first_prompt(sim: Sim) -> None:
    assert sim.hurt().refusal is Refusal.NOTHING_ASKED_YET
    assert sim.hurt("levitate").refusal is Refusal.NO_SUCH_MOVEMENT
    assert sim.of(WasJudged) == []


def test_opinions_outlive_a_restart_and_another_policy(sim: Sim) -> None:
    sim.hurt("reach")
    state = sim.player.state
    back = resume(encode(state), rules(policy(Kind.STRETCH), CATALOGUE), alive=sim.at, at=sim.at)
    assert "reach" not in {movement.id for movement in back.state.rules.movements}
    sim.change(policy(Kind.STRETCH, Kind.MOVEMENT))
    assert "reach" not in {movement.id for movement in sim.player.state.rules.movements}


def test_a_day_may_begin_with_opinions() -> None:
    state = begin(rules(policy(), CATALOGUE), desk.Sim().at, (Opinion("reach", Taste.BANNED),))
    assert "reach" not in {movement.id for movement in state.rules.movements}


def test_the_last_word_counts() -> None:
    opinions = told(told((), "reach", Taste.LIKED), "bend", Taste.BANNED)
    assert liked(opinions) == {"reach"}
    assert refused(opinions) == {"bend"}
    assert told(told(opinions, "reach", Taste.HURT), "bend", None) == (Opinion("reach", Taste.HURT),)


def shows(sim: Sim) -> list[Show]:
    return [effect for _, effect in sim.effects if isinstance(effect, Show)]


def test_the_first_stretch_carries_the_whole_stop_rule_until_one_is_answered(sim: Sim) -> None:
    sim.work(minutes=91)
    assert shows(sim)[-1].first_stretch
    sim.wait(minutes=11)
    sim.work(minutes=20)
    assert shows(sim)[-1].first_stretch, "nobody has answered it yet"
    sim.answer(Answer.SNOOZE)
    sim.work(minutes=10)
    assert not shows(sim)[-1].first_stretch
    sim.done()
    assert asked(sim, 3)
    assert not any(show.first_stretch for show in shows(sim)[-3:])


def test_a_walk_carries_no_stop_rule() -> None:
    sim = Sim(policy(Kind.MOVEMENT))
    sim.work(minutes=31)
    assert not shows(sim)[-1].first_stretch
    sim.done()
    assert not sim.player.state.knows_stop_rule


def test_what_is_done_on_the_floor_carries_it_too() -> None:
    assert desk.movement("lie", Kind.MOVEMENT, setting=Setting.FLOOR).stretches


def test_a_prompt_for_the_time_one_has() -> None:
    sim = Sim()
    sim.touch()
    for _ in range(3):
        sim.now(Kind.MOVEMENT, within_s=10.0)
        assert sim.open is not None, "the shortest there is, where nothing is as short as that"
        sim.skip()
