"""Days at the desk, told as they would be lived."""

from __future__ import annotations

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from sim import MONDAY, Sim, policy
from sitbreak.core.effects import Shown, WasAnswered, WasPaused, Water
from sitbreak.core.events import Answer, IdleSampled, Signal
from sitbreak.core.policy import Kind, Setting, WorkSpan
from sitbreak.core.refusal import Refusal


@pytest.fixture
def sim() -> Sim:
    """A day with the movement reminder alone."""
    return Sim(policy(Kind.MOVEMENT))


def test_half_an_hour_of_sitting_prompts_once(sim: Sim) -> None:
    sim.work(minutes=29.9)
    assert sim.shown == []
    sim.work(minutes=0.2)
    (shown,) = sim.shown
    assert shown.kinds == (Kind.MOVEMENT,)
    assert shown.sat_s == pytest.approx(1800, abs=0.01)


def test_a_walk_resets_the_sit(sim: Sim) -> None:
    sim.work(minutes=29)
    sim.leave(minutes=6)
    sim.work(minutes=29)
    assert sim.shown == []
    assert sim.sits == [29 * 60]
    assert sim.aways == [(6 * 60, "idle")]


def test_a_twenty_second_lock_neither_resets_nor_counts(sim: Sim) -> None:
    sim.work(minutes=20)
    sim.lock(seconds=20)
    sim.work(minutes=9.9)
    assert sim.shown == []
    sim.work(minutes=0.2)
    assert [round(shown.sat_s) for shown in sim.shown] == [1800]
    assert sim.aways == [(20, "locked")]


def test_a_two_minute_lock_is_a_break(sim: Sim) -> None:
    sim.work(minutes=20)
    sim.lock(minutes=2)
    sim.work(minutes=29)
    assert sim.shown == []
    assert sim.sits == [20 * 60]


def test_done_is_said_until_it_is_seen(sim: Sim) -> None:
    sim.work(minutes=31)
    sim.done()
    assert sim.answers == ["done said"]
    sim.leave(minutes=4)
    assert sim.answers == ["done said", "done seen"]
    assert len({answer.prompt for answer in sim.of(WasAnswered)}) == 1


def test_done_without_a_break_stays_said_and_the_sit_goes_on(sim: Sim) -> None:
    sim.work(minutes=31)
    sim.done()
    sim.work(minutes=29)
    assert sim.answers == ["done said"]
    sim.work(minutes=2)
    assert [round(shown.sat_s / 60) for shown in sim.shown] == [30, 61]


def test_leaving_without_a_click_is_done_seen(sim: Sim) -> None:
    sim.work(minutes=31)
    sim.leave(minutes=4)
    assert sim.answers == ["done seen"]
    assert sim.open is None


def test_a_snooze_brings_the_same_prompt_back(sim: Sim) -> None:
    sim.work(minutes=31)
    first = sim.open
    sim.snooze()
    assert sim.open is None
    sim.work(minutes=4.9)
    assert sim.open is None
    sim.work(minutes=0.2)
    assert sim.open is not None
    assert first is not None
    assert (sim.open.id, sim.open.movement) == (first.id, first.movement)


def test_the_fourth_snooze_of_a_prompt_is_refused(sim: Sim) -> None:
    sim.work(minutes=31)
    for _ in range(3):
        assert sim.snooze().refusal is None
        sim.work(minutes=5.1)
    assert sim.player.shown is not None
    assert sim.player.shown.snooze_s is None
    assert sim.snooze().refusal is Refusal.NO_MORE_SNOOZES
    assert sim.open is not None


def test_the_days_snoozes_run_out_and_come_back_the_next_day() -> None:
    sim = Sim(policy(Kind.MOVEMENT, snooze_day_limit=1))
    sim.work(minutes=31)
    sim.snooze()
    sim.work(minutes=6)
    assert sim.snooze().refusal is Refusal.NO_MORE_SNOOZES_TODAY
    sim.leave(minutes=60 * 24)
    sim.work(minutes=31)
    assert sim.snooze().refusal is None


def test_a_break_during_a_snooze_is_that_prompt_done(sim: Sim) -> None:
    sim.work(minutes=31)
    sim.snooze()
    sim.leave(minutes=4)
    assert sim.answers == ["snooze", "done seen"]
    assert sim.quiet


def test_skip_starts_the_clock_again(sim: Sim) -> None:
    sim.work(minutes=31)
    sim.skip()
    sim.work(minutes=29.5)
    assert len(sim.shown) == 1
    sim.work(minutes=1)
    assert len(sim.shown) == 2


def test_an_unanswered_prompt_is_ignored_and_asked_again_twice(sim: Sim) -> None:
    sim.work(minutes=30 + 10 + 15 + 10 + 15 + 10 + 1)
    assert sim.answers == ["ignored"] * 3
    assert len({shown.prompt for shown in sim.shown}) == 1
    assert len(sim.shown) == 3
    sim.work(minutes=28)
    assert len(sim.shown) == 3
    sim.work(minutes=2)
    assert len(sim.shown) == 4


def test_a_late_click_on_a_prompt_that_is_gone_is_harmless(sim: Sim) -> None:
    sim.work(minutes=31)
    sim.done()
    before = len(sim.entries)
    assert sim.answer(Answer.SKIP, prompt=1).refusal is Refusal.NOTHING_OPEN
    sim.work(minutes=30)
    assert sim.answer(Answer.SKIP, prompt=1).refusal is Refusal.GONE
    assert [entry for entry in sim.entries[before:] if isinstance(entry, WasAnswered)] == []


def test_no_prompt_to_an_empty_chair(sim: Sim) -> None:
    sim.work(minutes=28)
    sim.leave(minutes=2.5)
    assert sim.shown == []


def test_a_prompt_open_at_a_lock_goes_and_comes_back_after_a_minutes_grace(sim: Sim) -> None:
    sim.work(minutes=31)
    prompt = sim.open
    sim.lock(seconds=30)
    assert sim.open is None
    sim.work(seconds=59)
    assert sim.open is None
    sim.work(seconds=2)
    assert sim.open is not None
    assert prompt is not None
    assert sim.open.id == prompt.id
    assert sim.held == ["locked", "just_back"]


def test_mid_typing_waits_for_a_pause_ninety_seconds_at_most(sim: Sim) -> None:
    sim.work(minutes=29)
    sim.type_on(seconds=60 + 89)
    assert sim.shown == []
    assert sim.held == ["typing"]
    sim.type_on(seconds=2)
    assert len(sim.shown) == 1


def test_a_call_holds_the_prompt_and_its_end_brings_it(sim: Sim) -> None:
    sim.work(minutes=20)
    sim.signal(Signal.CALL, on=True)
    sim.work(minutes=30)
    assert sim.shown == []
    assert sim.held == ["call"]
    sim.signal(Signal.CALL, on=False)
    sim.work(seconds=1)
    assert [round(shown.sat_s / 60) for shown in sim.shown] == [50]


def test_no_hold_outlasts_hold_at_most_and_the_prompt_is_then_gentle(sim: Sim) -> None:
    sim.signal(Signal.FULLSCREEN, on=True)
    sim.work(minutes=30 + 44)
    assert sim.shown == []
    sim.work(minutes=2)
    assert sim.open is not None
    assert sim.open.gentle


def test_a_call_keeps_a_person_seated_who_touches_nothing(sim: Sim) -> None:
    sim.work(minutes=5)
    sim.signal(Signal.CALL, on=True)
    sim.leave(minutes=20)
    sim.signal(Signal.CALL, on=False)
    sim.leave(minutes=10)
    assert sim.sits == [25 * 60]


def test_a_film_keeps_a_person_seated_only_so_long() -> None:
    sim = Sim(policy(Kind.HYDRATION, sitting={"occupied_at_most_s": 1800.0}))
    sim.work(minutes=5)
    sim.signal(Signal.MEDIA, on=True)
    sim.leave(minutes=120)
    assert sim.sits == [35 * 60]


def test_a_sleep_is_away_from_its_first_second_and_input_before_it_is_no_return(sim: Sim) -> None:
    sim.work(minutes=29)
    sim.sleep(minutes=120)
    sim.wait(seconds=30)
    sim.work(minutes=29)
    assert sim.shown == []
    assert sim.sits == [29 * 60]
    assert sim.aways == [(120 * 60 + 30, "asleep")]


@pytest.mark.parametrize("jump_s", [3600.0, -3600.0, 365 * 86400.0, -365 * 86400.0])
def test_a_clock_put_right_adds_no_sitting_and_loses_no_reminder(sim: Sim, jump_s: float) -> None:
    sim.work(minutes=15)
    sim.clock_ahead_s = jump_s
    sim.touch()
    sim.work(minutes=14.9)
    assert sim.shown == []
    sim.work(minutes=0.2)
    assert [round(shown.sat_s) for shown in sim.shown] == [1800]


def test_pause_holds_and_what_was_owed_is_told_once() -> None:
    sim = Sim(policy(Kind.MOVEMENT, Kind.POSTURE, Kind.HYDRATION))
    sim.pause(minutes=60)
    sim.work(minutes=59.9)
    assert sim.shown == []
    assert set(sim.held) == {"paused"}
    sim.work(minutes=0.2)
    (shown,) = sim.shown
    assert shown.kinds == (Kind.MOVEMENT, Kind.POSTURE, Kind.HYDRATION)
    assert shown.movement == "fetch-water"


def test_pause_withdraws_the_open_prompt_and_it_is_still_owed(sim: Sim) -> None:
    sim.work(minutes=31)
    sim.pause(minutes=30)
    assert sim.answers == ["withdrawn"]
    sim.work(minutes=30.1)
    assert sim.open is not None


def test_an_open_pause_ends_by_resume(sim: Sim) -> None:
    sim.pause()
    sim.work(minutes=600)
    assert sim.shown == []
    assert [entry.until for entry in sim.of(WasPaused)] == [None]
    assert sim.resume().refusal is None
    sim.work(seconds=1)
    assert sim.open is not None
    assert sim.resume().refusal is Refusal.NOT_PAUSED


def test_standing_stops_the_sitting_clock_and_two_minutes_of_it_end_the_sit(sim: Sim) -> None:
    sim.work(minutes=20)
    sim.stand()
    sim.work(minutes=30)
    assert sim.shown == []
    assert sim.sits == [20 * 60]
    sim.sit()
    sim.work(minutes=29.9)
    assert sim.shown == []
    sim.work(minutes=0.2)
    assert len(sim.shown) == 1


def test_standing_up_for_an_open_prompt_is_done_as_said(sim: Sim) -> None:
    sim.work(minutes=31)
    sim.stand()
    sim.work(minutes=2.1)
    assert sim.answers == ["done said"]


def test_standing_forgotten_ends_after_its_most(sim: Sim) -> None:
    sim.work(minutes=1)
    sim.stand()
    sim.work(minutes=60 + 29)
    assert sim.shown == []
    sim.work(minutes=2)
    assert len(sim.shown) == 1


def test_whoever_returns_from_a_walk_sits(sim: Sim) -> None:
    sim.work(minutes=1)
    sim.stand()
    sim.work(minutes=5)
    sim.leave(minutes=10)
    sim.work(minutes=30.1)
    assert len(sim.shown) == 1


def test_reminders_due_close_together_become_one_prompt() -> None:
    sim = Sim(policy(Kind.STRETCH, Kind.HYDRATION, every_min={Kind.STRETCH: 62, Kind.HYDRATION: 60}))
    sim.work(minutes=60.1)
    (shown,) = sim.shown
    assert shown.kinds == (Kind.STRETCH, Kind.HYDRATION)
    sim.done()
    sim.work(minutes=59)
    assert len(sim.shown) == 1


def test_what_falls_due_during_a_snooze_is_told_with_it() -> None:
    sim = Sim(policy(Kind.MOVEMENT, Kind.POSTURE))
    sim.work(minutes=30.1)
    sim.snooze(seconds=600)
    sim.work(minutes=10.1)
    assert [shown.kinds for shown in sim.shown] == [
        (Kind.MOVEMENT,),
        (Kind.MOVEMENT, Kind.POSTURE),
    ]
    assert sim.shown[0].movement == sim.shown[1].movement


def test_a_break_does_not_stop_the_clocks_that_count_presence() -> None:
    sim = Sim(policy(Kind.HYDRATION))
    sim.work(minutes=50)
    sim.leave(minutes=30)
    sim.work(minutes=9.9)
    assert sim.shown == []
    sim.work(minutes=0.2)
    assert len(sim.shown) == 1


def test_water_drunk_answers_an_open_hydration_prompt() -> None:
    sim = Sim(policy(Kind.HYDRATION))
    sim.work(minutes=60.1)
    sim.drink(300)
    assert sim.answers == ["done said"]
    assert [water.ml for water in sim.of(Water)] == [300]
    sim.work(minutes=40)
    sim.drink()
    sim.work(minutes=59)
    assert len(sim.shown) == 1


def test_one_absence_is_seen_to_be_one_break() -> None:
    sim = Sim(policy(Kind.MOVEMENT))
    sim.work(minutes=31)
    sim.done()
    sim.work(seconds=30)
    sim.now()
    sim.leave(minutes=4)
    assert sim.answers == ["done said", "done seen"]


def test_at_most_four_prompts_an_hour() -> None:
    sim = Sim(policy(Kind.POSTURE, every_min={Kind.POSTURE: 5}))
    for _ in range(60):
        sim.work(minutes=1)
        if sim.open:
            sim.done()
    assert len(sim.shown) == 4
    assert sim.held == ["too_many"]
    sim.work(minutes=6)
    assert len(sim.shown) == 5


def test_work_hours_hold_and_monday_morning_begins_afresh() -> None:
    hours = (WorkSpan(frozenset(range(5)), 9 * 60, 17 * 60),)
    sim = Sim(policy(Kind.MOVEMENT, work=hours), start=MONDAY.replace(hour=16))
    sim.work(minutes=50)
    sim.done()
    sim.work(minutes=120)
    assert len(sim.shown) == 1
    assert sim.held == ["hours"]
    sim.leave(minutes=14 * 60)
    sim.work(minutes=40)
    assert len(sim.shown) == 2


def test_work_hours_follow_the_wall_clock_through_a_daylight_saving_night() -> None:
    berlin = ZoneInfo("Europe/Berlin")
    hours = (WorkSpan(frozenset({5, 6}), 22 * 60, 24 * 60 + 6 * 60),)
    sim = Sim(policy(Kind.MOVEMENT, work=hours, zone=berlin), start=datetime(2026, 3, 28, 21, 0, tzinfo=UTC))
    for _ in range(60 * 10):
        sim.work(minutes=1)
        if sim.open:
            sim.done()
    ends = datetime(2026, 3, 29, 4, 0, tzinfo=UTC)
    shown_at = [record.at.wall for record in sim.records if isinstance(record.entry, Shown)]
    assert len(shown_at) == 13
    assert max(shown_at) < ends


def test_a_prompt_asked_for_comes_at_once_again_if_it_is_open_and_rotates(sim: Sim) -> None:
    sim.work(minutes=1)
    movements = []
    for _ in range(3):
        assert sim.now().refusal is None
        assert sim.open is not None
        movements.append(sim.open.movement)
        sim.now()
        assert sim.open.movement == movements[-1]
        sim.done()
    assert movements == ["stroll", "squat", "fetch-water"]


def test_what_is_excluded_is_never_asked() -> None:
    sim = Sim(policy(Kind.MOVEMENT, exclude=frozenset({"stroll", "squat", "fetch-water"})))
    sim.work(minutes=120)
    assert sim.shown == []
    assert sim.now(Kind.MOVEMENT).refusal is Refusal.NOTHING_TO_ASK


def test_a_setting_that_is_off_is_never_asked() -> None:
    sim = Sim(policy(settings=frozenset({Setting.DESK})))
    for _ in range(20):
        sim.work(minutes=10)
        if sim.open:
            sim.done()
    assert {shown.movement for shown in sim.shown} == {"shift", "sip"}


def test_without_a_source_nothing_is_counted(sim: Sim) -> None:
    sim.work(minutes=20)
    sim.lose_source()
    sim.wait(minutes=60)
    assert sim.shown == []
    assert sim.sits == [20 * 60]
    sim.work(minutes=29.9)
    assert sim.shown == []


def test_a_source_that_is_replaced_at_once_breaks_no_sit(sim: Sim) -> None:
    sim.work(minutes=20)
    sim.lose_source()
    sim.wait(seconds=2)
    sim.work(minutes=10.1)
    assert [round(shown.sat_s) for shown in sim.shown] == [1800]


def test_a_policy_without_the_open_prompts_movement_withdraws_it(sim: Sim) -> None:
    sim.work(minutes=31)
    sim.change(policy(Kind.HYDRATION))
    assert sim.answers == ["withdrawn"]
    assert sim.quiet


def test_a_shorter_interval_is_live_at_once(sim: Sim) -> None:
    sim.work(minutes=12)
    sim.change(policy(Kind.MOVEMENT, every_min={Kind.MOVEMENT: 10}))
    sim.work(seconds=1)
    assert sim.open is not None


def test_a_touch_right_after_a_start_at_an_idle_desk_is_seen(sim: Sim) -> None:
    sim.feed(IdleSampled(at=sim.at, idle_s=1000.0))
    sim.leave(seconds=0.4)
    sim.work(minutes=30.1)
    assert len(sim.shown) == 1


def test_a_touch_as_the_machine_wakes_is_seen_though_the_source_dates_it_back(sim: Sim) -> None:
    sim.work(minutes=5)
    sim.sleep(minutes=60)
    sim.player.active = True
    sim.feed(IdleSampled(at=sim.at.plus(-0.05), idle_s=0.0))
    sim.work(minutes=30.1)
    assert len(sim.shown) == 1
