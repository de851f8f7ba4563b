"""Whole days, each with the log that a careful person would have kept of it."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest

from replay.told import brief, day, log
from sim import policy
from sitbreak.core.events import Answer
from sitbreak.core.policy import Kind, WorkSpan


def test_a_day_is_logged_as_it_went() -> None:
    trace = day(
        "09:00:00-12:00:00 active",
        "09:31:00 done",
        "09:31:00-09:35:00 idle",
        "10:06:00 snooze 10m",
        "10:20:00-10:20:20 locked",
        "10:40:00 skip",
        "11:00:00-11:30:00 active call",
        "12:00:00-12:45:00 locked",
        "12:45:00-13:30:00 active",
        "13:16:00 done",
    )
    assert brief(log(trace)) == [
        "09:30:00 shown 1 movement 1800",
        "09:31:00 answered 1 done said trace",
        "09:34:00 sat 09:00:00-09:31:00 1860",
        "09:34:00 answered 1 done seen presence",
        "09:35:00 away 09:31:00-09:35:00 240 idle",
        "10:05:00 shown 2 movement 1800",
        "10:06:00 answered 2 snooze trace",
        "10:16:00 shown 2 movement 2460",
        "10:20:00 held locked",
        "10:20:20 away 10:20:00-10:20:20 20 locked",
        "10:20:20 released locked",
        "10:20:20 held just_back",
        "10:21:20 released just_back",
        "10:21:20 shown 2 movement 2760",
        "10:31:20 answered 2 ignored time",
        "10:40:00 answered 2 skip trace",
        "11:10:00 held call",
        "11:30:00 released call",
        "11:30:00 shown 3 movement 6880",
        "11:40:00 answered 3 ignored time",
        "11:55:00 shown 3 movement 8380",
        "12:00:00 held locked",
        "12:02:00 sat 09:35:00-12:00:00 8680",
        "12:02:00 answered 3 done seen presence",
        "12:02:00 released locked",
        "12:45:00 away 12:00:00-12:45:00 2700 locked",
        "13:15:00 shown 4 movement 1800",
        "13:16:00 answered 4 done said trace",
        "13:32:00 sat 12:45:00-13:30:00 2700",
    ]


def test_a_twenty_second_lock_neither_ends_the_sit_nor_counts() -> None:
    entries = log(day("09:00-09:20 active", "09:20:00-09:20:20 locked", "09:20:20-09:31:00 active"))
    assert "09:30:20 shown 1 movement 1800" in brief(entries)
    assert [entry["seconds"] for entry in entries if entry["entry"] == "sat"] == [1840.0]


def test_a_three_minute_lock_is_a_break() -> None:
    entries = log(day("09:00-09:20 active", "09:20-09:23 locked", "09:23-09:50 active"))
    assert brief(entries) == [
        "09:22:00 sat 09:00:00-09:20:00 1200",
        "09:23:00 away 09:20:00-09:23:00 180 locked",
        "09:52:00 sat 09:23:00-09:50:00 1620",
    ]


def test_a_pause_under_three_minutes_is_sitting() -> None:
    entries = log(day("09:00-09:20 active", "09:20:00-09:22:59 idle", "09:22:59-09:29:00 active"))
    assert brief(entries) == ["09:31:00 sat 09:00:00-09:29:00 1740"]


def test_no_prompt_goes_to_an_empty_chair_and_it_comes_with_the_first_pause_of_who_is_back() -> None:
    entries = log(day("09:00-09:28 active", "09:28:00-09:30:30 idle", "09:30:30-09:32:00 active"))
    assert brief(entries)[:5] == [
        "09:30:00 held absent",
        "09:30:30 released absent",
        "09:30:30 held typing",
        "09:30:33 released typing",
        "09:30:33 shown 1 movement 1833",
    ]


def test_who_pauses_before_leaving_is_asked_in_the_pause() -> None:
    entries = log(day("09:00:00-09:29:59 active call", "09:29:59-09:45:00 idle"))
    assert brief(entries)[:3] == [
        "09:30:00 held typing",
        "09:30:02 released typing",
        "09:30:02 shown 1 movement 1802",
    ]


def test_a_call_keeps_a_person_seated_who_touches_nothing() -> None:
    entries = log(day("09:00-09:05 active", "09:05-09:25 idle call", "09:25-09:40 idle"))
    assert brief(entries) == [
        "09:28:00 sat 09:00:00-09:25:00 1500",
        "09:40:00 away 09:25:00-09:40:00 900 idle",
    ]


def test_what_no_line_covers_is_asleep() -> None:
    entries = log(day("09:00-09:20 active", "11:00-11:10 active"))
    assert brief(entries) == [
        "09:22:00 sat 09:00:00-09:20:00 1200",
        "11:00:00 away 09:20:00-11:00:00 6000 asleep",
        "11:12:00 sat 11:00:00-11:10:00 600",
    ]


def test_waking_without_a_touch_is_still_away() -> None:
    entries = log(
        day(
            "09:00-09:20 active",
            "09:20-10:00 asleep",
            "10:00-10:01 idle",
            "10:01-10:10 active",
            "10:02 pause 5m",
        )
    )
    assert brief(entries)[1:3] == [
        "10:01:00 away 09:20:00-10:01:00 2460 asleep",
        "10:02:00 paused to 10:07:00",
    ]


def test_a_stretch_away_that_goes_on_at_the_end_is_logged_as_far_as_it_goes() -> None:
    entries = log(day("09:00-09:20 active", "09:20-09:50 idle"))
    assert brief(entries) == [
        "09:23:00 sat 09:00:00-09:20:00 1200",
        "09:50:00 away 09:20:00-09:50:00 1800 idle",
    ]


def test_standing_stops_the_sit() -> None:
    entries = log(day("09:00-10:00 active", "09:20 stand", "09:40 sit"))
    assert brief(entries) == [
        "09:20:00 standing",
        "09:22:00 sat 09:00:00-09:20:00 1200",
        "09:40:00 sitting",
        "10:02:00 sat 09:40:00-10:00:00 1200",
    ]


def test_nobody_stands_up_at_a_locked_machine() -> None:
    entries = log(day("09:00-09:20 active", "09:20-09:50 locked", "09:30 stand"))
    assert "standing" not in " ".join(brief(entries))


def test_what_is_said_at_the_moment_of_leaving_is_said_before_it() -> None:
    entries = log(day("09:00:00-09:30:30 active", "09:30:30 done", "09:30:30-09:34:00 locked"))
    assert "09:30:30 answered 1 done said trace" in brief(entries)
    assert "09:32:30 answered 1 done seen presence" in brief(entries)


@pytest.mark.parametrize(
    ("otherwise", "said"),
    [
        (None, ["09:40:00 answered 1 ignored time"]),
        (Answer.DONE, ["09:30:00 answered 1 done said trace"]),
        (Answer.SKIP, ["09:30:00 answered 1 skip trace"]),
        (Answer.SNOOZE, ["09:30:00 answered 1 snooze trace", "09:35:00 answered 1 snooze trace"]),
    ],
)
def test_prompts_that_the_trace_leaves_open_are_answered_as_told(
    otherwise: Answer | None, said: list[str]
) -> None:
    lines = brief(log(day("09:00:00-09:40:30 active"), otherwise=otherwise))
    assert [line for line in lines if "answered" in line][: len(said)] == said


def test_the_traces_own_answer_goes_before() -> None:
    trace = day("09:00-11:00 active", "09:35 skip")
    said = [line for line in brief(log(trace, otherwise=Answer.DONE)) if "answered" in line]
    assert said == [
        "09:35:00 answered 1 skip trace",
        "10:05:00 answered 2 done said trace",
        "10:35:00 answered 3 done said trace",
    ]


def test_an_answer_beyond_giving_up_is_not_waited_for() -> None:
    trace = day("09:00-10:00 active", "09:40 skip")
    assert "09:30:00 answered 1 done said trace" in brief(log(trace, otherwise=Answer.DONE))


def test_a_snooze_that_is_spent_is_left_alone() -> None:
    lines = brief(log(day("09:00-10:10 active"), policy(Kind.MOVEMENT, snooze_limit=1), Answer.SNOOZE))
    assert [line for line in lines if "answered" in line][:2] == [
        "09:30:00 answered 1 snooze trace",
        "09:45:00 answered 1 ignored time",
    ]


def test_work_hours_follow_the_wall_clock_when_summer_time_begins() -> None:
    hours = (WorkSpan(frozenset({6}), 3 * 60, 5 * 60),)
    berlin = policy(Kind.MOVEMENT, work=hours, zone=ZoneInfo("Europe/Berlin"))
    before = day("00:30:00-01:59:59 active", date="2026-03-29", zone="+01:00")
    after = day("03:00-06:00 active", date="2026-03-29", zone="+02:00")
    held = brief(log(before, berlin))
    assert held[0] == "00:00:00 held hours"
    assert not any("shown" in line for line in held)
    assert brief(log(after, berlin, Answer.DONE))[:1] == ["01:30:00 shown 1 movement 1800"]


def test_the_hour_that_comes_twice_is_an_hour_of_its_own() -> None:
    first = '{"from":"2026-10-25T02:10:00+02:00","to":"2026-10-25T02:50:00+02:00","is":"active"}'
    second = '{"from":"2026-10-25T02:10:00+01:00","to":"2026-10-25T02:25:00+01:00","is":"active"}'
    from sitbreak.replay.jsonlines import parse_lines  # noqa: PLC0415 - one test's own lines

    entries = log(parse_lines(f"{second}\n{first}\n", "night"))
    assert [entry["seconds"] for entry in entries if entry["entry"] == "sat"] == [2400.0, 900.0]


def test_an_empty_trace_has_an_empty_log() -> None:
    assert log(day()) == []


def test_words_without_spans_are_said_to_a_sleeping_machine() -> None:
    assert brief(log(day("09:00 pause 30m", "09:10 resume", "09:20 done"))) == [
        "09:00:00 paused to 09:30:00",
        "09:10:00 resumed",
        "09:20:00 away 09:00:00-09:20:00 1200 asleep",
    ]
