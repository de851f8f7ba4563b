"""One whole day and the night before it, against the log that a careful person kept of it by hand."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

import pytest

from replay.told import brief, log
from sim import policy
from sitbreak.core.policy import Kind, Policy, WorkSpan
from sitbreak.replay.jsonlines import parse_lines

NIGHT = WorkSpan(frozenset({5}), 22 * 60, 27 * 60 + 15)
"""Saturday from 22:00 to a quarter past three; at two o'clock of that night the clocks go to three."""

SUNDAY = WorkSpan(frozenset({6}), 9 * 60, 17 * 60 + 30)

TRACE = """
{"from":"2026-03-29T01:15:00+01:00","to":"2026-03-29T03:40:00+02:00","is":"active"}
{"at":"2026-03-29T01:46:00+01:00","answer":"done"}

{"from":"2026-03-29T08:40:00+02:00","to":"2026-03-29T09:05:00+02:00","is":"active"}
{"at":"2026-03-29T09:00:30+02:00","answer":"done"}
{"from":"2026-03-29T09:05:00+02:00","to":"2026-03-29T09:35:00+02:00","is":"active","also":["call"]}
{"from":"2026-03-29T09:35:00+02:00","to":"2026-03-29T09:40:00+02:00","is":"active"}
{"at":"2026-03-29T09:36:00+02:00","answer":"snooze","for":"10m"}
{"from":"2026-03-29T09:40:00+02:00","to":"2026-03-29T09:40:20+02:00","is":"locked"}
{"from":"2026-03-29T09:40:20+02:00","to":"2026-03-29T09:50:00+02:00","is":"active"}
{"from":"2026-03-29T09:50:00+02:00","to":"2026-03-29T09:53:00+02:00","is":"locked"}
{"from":"2026-03-29T09:53:00+02:00","to":"2026-03-29T10:15:00+02:00","is":"active"}
{"at":"2026-03-29T10:04:30+02:00","answer":"done"}

{"from":"2026-03-29T10:15:00+02:00","to":"2026-03-29T11:20:00+02:00","is":"active","also":["fullscreen"]}
{"from":"2026-03-29T11:20:00+02:00","to":"2026-03-29T11:34:00+02:00","is":"active"}
{"at":"2026-03-29T11:34:00+02:00","answer":"done"}
{"from":"2026-03-29T11:34:00+02:00","to":"2026-03-29T11:40:00+02:00","is":"idle"}
{"from":"2026-03-29T11:40:00+02:00","to":"2026-03-29T12:30:00+02:00","is":"active"}
{"at":"2026-03-29T12:11:00+02:00","answer":"skip"}

{"from":"2026-03-29T12:30:00+02:00","to":"2026-03-29T12:40:00+02:00","is":"idle"}
{"from":"2026-03-29T12:40:00+02:00","to":"2026-03-29T13:15:00+02:00","is":"locked"}
{"from":"2026-03-29T13:15:00+02:00","to":"2026-03-29T13:30:00+02:00","is":"active"}
{"at":"2026-03-29T13:25:30+02:00","answer":"done"}
{"from":"2026-03-29T13:30:00+02:00","to":"2026-03-29T15:30:00+02:00","is":"asleep"}

{"from":"2026-03-29T15:30:00+02:00","to":"2026-03-29T16:05:00+02:00","is":"active"}
{"at":"2026-03-29T16:00:30+02:00","answer":"skip"}
{"from":"2026-03-29T16:05:00+02:00","to":"2026-03-29T16:50:00+02:00","is":"idle","also":["media"]}
{"from":"2026-03-29T16:50:00+02:00","to":"2026-03-29T17:25:00+02:00","is":"active"}
{"at":"2026-03-29T16:51:00+02:00","answer":"done"}
{"from":"2026-03-29T17:25:00+02:00","to":"2026-03-29T17:30:00+02:00","is":"locked"}

{"from":"2026-03-29T19:00:00+02:00","to":"2026-03-29T19:40:00+02:00","is":"active"}
"""

BY_HAND = [
    # Two hours before dawn. The clock on the wall skips the hour from two to three.
    "00:45:00 shown 1 movement 1800",
    "00:46:00 answered 1 done said trace",
    "01:15:00 held hours: movement+hydration",  # a quarter past three
    "01:42:00 sat 00:15:00-01:40:00 5100",
    "01:42:00 held hours: hydration",  # the night is a break from sitting, and no glass of water
    "06:40:00 away 01:40:00-06:40:00 18000 asleep",
    "07:00:00 released hours",  # nine o'clock
    "07:00:00 shown 2 hydration 1200",
    "07:00:30 answered 2 done said trace",
    # A call, a snooze, a lock of 20 seconds and one of three minutes.
    "07:10:00 held call: movement",
    "07:35:00 released call",
    "07:35:00 shown 3 movement 3300",
    "07:36:00 answered 3 snooze trace",
    "07:40:20 away 07:40:00-07:40:20 20 locked",
    "07:46:00 shown 3 movement 3940",
    "07:50:00 held locked: movement",
    "07:52:00 sat 06:40:00-07:50:00 4180",
    "07:52:00 answered 3 done seen presence",
    "07:52:00 released locked",
    "07:53:00 away 07:50:00-07:53:00 180 locked",
    "08:03:50 shown 4 hydration 650",  # an hour at the machine after 07:00:30, less 200 s of locks
    "08:04:30 answered 4 done said trace",
    # A talk that lasts longer than a prompt may be held.
    "08:23:00 held fullscreen: movement",
    "09:04:30 held fullscreen: movement+hydration",
    "09:08:00 released fullscreen",
    "09:08:00 shown 5 movement+hydration 4500",
    "09:18:00 answered 5 ignored time",
    "09:33:00 shown 5 movement+hydration 6000",
    "09:34:00 answered 5 done said trace",
    "09:37:00 sat 07:53:00-09:34:00 6060",
    "09:37:00 answered 5 done seen presence",
    "09:40:00 away 09:34:00-09:40:00 360 idle",
    # Lunch, and two hours with the lid closed.
    "10:10:00 shown 6 movement 1800",
    "10:11:00 answered 6 skip trace",
    "10:33:00 sat 09:40:00-10:30:00 3000",
    "11:15:00 away 10:30:00-11:15:00 2700 locked",
    "11:25:00 shown 7 hydration 600",
    "11:25:30 answered 7 done said trace",
    "11:32:00 sat 11:15:00-11:30:00 900",
    "13:30:00 away 11:30:00-13:30:00 7200 asleep",
    "14:00:00 shown 8 movement 1800",
    "14:00:30 answered 8 skip trace",
    # A film, watched with hands in the lap. What falls due then comes after it, in the first pause.
    "14:25:30 held media: movement+hydration",
    "14:50:00 released media",
    "14:50:00 held typing: movement+hydration",
    "14:50:03 released typing",
    "14:50:03 shown 9 movement+hydration 4803",
    "14:51:00 answered 9 done said trace",
    "15:21:00 shown 10 movement 6660",
    "15:25:00 held locked: movement",
    "15:27:00 sat 13:30:00-15:25:00 6900",
    "15:27:00 answered 10 done seen presence",
    "15:27:00 released locked",
    "17:00:00 away 15:25:00-17:00:00 5700 asleep",
    # The evening is nobody's business.
    "17:26:00 held hours: movement+hydration",
    "17:42:00 sat 17:00:00-17:40:00 2400",
    "17:42:00 held hours: hydration",
]
"""In UTC. One hour of the night is no hour of it, so Berlin is one hour ahead at first, and then two."""


@pytest.fixture(scope="module")
def berlin() -> Policy:
    return policy(Kind.MOVEMENT, Kind.HYDRATION, work=(NIGHT, SUNDAY), zone=ZoneInfo("Europe/Berlin"))


@pytest.fixture(scope="module")
def entries(berlin: Policy) -> list[dict[str, Any]]:
    return log(parse_lines(TRACE, "the polite day"), berlin)


def noted(entry: dict[str, Any]) -> str:
    """The entry in a line, with what it held."""
    kinds = f": {'+'.join(entry['kinds'])}" if entry["entry"] == "held" else ""
    return brief([entry])[0] + kinds


def test_the_polite_day_is_logged_line_by_line_as_a_careful_person_would(
    entries: list[dict[str, Any]],
) -> None:
    assert [noted(entry) for entry in entries] == BY_HAND


def test_its_sits_and_absences_account_for_every_second(entries: list[dict[str, Any]]) -> None:
    told_s = sum(entry["seconds"] for entry in entries if entry["entry"] in ("sat", "away"))
    assert told_s == (17 * 3600 + 40 * 60) - 15 * 60


def test_the_order_of_the_lines_does_not_matter(berlin: Policy, entries: list[dict[str, Any]]) -> None:
    backwards = "\n".join(reversed(TRACE.splitlines()))
    assert log(parse_lines(backwards, "the polite day"), berlin) == entries


def test_by_a_clock_that_knows_no_summer_the_night_would_have_been_longer() -> None:
    lagos = policy(Kind.MOVEMENT, Kind.HYDRATION, work=(NIGHT, SUNDAY), zone=ZoneInfo("Africa/Lagos"))
    entries = log(parse_lines(TRACE, "the polite day"), lagos)
    assert noted(entries[2]) == "01:15:00 shown 2 movement+hydration 3600"
