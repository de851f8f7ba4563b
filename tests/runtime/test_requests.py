"""Requests as the tray and the commands make them, and all the nonsense that may come instead."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from sim import policy
from sitbreak.core.clock import Instant
from sitbreak.core.events import (
    Answer,
    Answered,
    Drank,
    Judged,
    PauseAsked,
    Posture,
    PostureSaid,
    PromptAsked,
    ResumeAsked,
    Via,
)
from sitbreak.core.opinions import Taste
from sitbreak.core.policy import Kind
from sitbreak.errors import UsageError
from sitbreak.ports import Request
from sitbreak.runtime.requests import event_of

BERLIN = ZoneInfo("Europe/Berlin")
AT = Instant(100.0, datetime(2026, 3, 2, 9, tzinfo=UTC))
POLICY = policy()


def asked(*request: str | float) -> object:
    return event_of(request, AT, Via.COMMAND, POLICY)


@pytest.mark.parametrize(
    ("request_", "event"),
    [
        (("answer", "done"), Answered(at=AT, prompt_id=None, answer=Answer.DONE, via=Via.COMMAND)),
        (("answer", "skip", 7), Answered(at=AT, prompt_id=7, answer=Answer.SKIP, via=Via.COMMAND)),
        (
            ("answer", "snooze", "for", 90),
            Answered(at=AT, prompt_id=None, answer=Answer.SNOOZE, via=Via.COMMAND, snooze_s=90.0),
        ),
        (("pause",), PauseAsked(at=AT, for_s=None, via=Via.COMMAND)),
        (("pause", "open"), PauseAsked(at=AT, for_s=None, via=Via.COMMAND)),
        (("pause", "for", 1800.0), PauseAsked(at=AT, for_s=1800.0, via=Via.COMMAND)),
        (("pause", "until", "14:00"), PauseAsked(at=AT, for_s=5 * 3600.0, via=Via.COMMAND)),
        (("resume",), ResumeAsked(at=AT)),
        (("posture", "standing"), PostureSaid(at=AT, posture=Posture.STANDING)),
        (("posture", "sitting"), PostureSaid(at=AT, posture=Posture.SITTING)),
        (("water",), Drank(at=AT, ml=250, via=Via.COMMAND)),
        (("water", 1), Drank(at=AT, ml=1, via=Via.COMMAND)),
        (("water", 5000), Drank(at=AT, ml=5000, via=Via.COMMAND)),
        (("now", ""), PromptAsked(at=AT, kind=None)),
        *((("now", kind.value), PromptAsked(at=AT, kind=kind)) for kind in Kind),
        (("now", "", "within", 60), PromptAsked(at=AT, kind=None, within_s=60.0)),
        (
            ("now", "stretch", "within", 30.0),
            PromptAsked(at=AT, kind=Kind.STRETCH, within_s=30.0),
        ),
        (("judge", "hurt"), Judged(at=AT, movement=None, taste=Taste.HURT, via=Via.COMMAND)),
        (("judge", "liked", "walk"), Judged(at=AT, movement="walk", taste=Taste.LIKED, via=Via.COMMAND)),
        (("judge", "", "walk"), Judged(at=AT, movement="walk", taste=None, via=Via.COMMAND)),
        *(((fact,), None) for fact in ("status", "why", "doctor", "ping")),
    ],
)
def test_every_request_is_its_event(request_: Request, event: object) -> None:
    assert event_of(request_, AT, Via.COMMAND, POLICY) == event


@pytest.mark.parametrize(
    "nonsense",
    [
        ("answer", "dance"),
        ("answer", "snooze", "for", 0),
        ("answer", "snooze", "for", -5.0),
        ("answer", "snooze", "for", 1e9),
        ("answer", "snooze", "for", float("nan")),
        ("answer", "snooze", "for", "long"),
        ("answer", "done", 1.5),
        ("answer", "done", "seven"),
        ("answer", "done", 1, 2),
        ("answer",),
        ("answer", 5),
        ("pause", "for", 0),
        ("pause", "for", float("inf")),
        ("pause", "for", float("nan")),
        ("pause", "for", 31 * 86400),
        ("pause", "until", "25:00"),
        ("pause", "until", "12:60"),
        ("pause", "until", "noon"),
        ("pause", "until", ""),
        ("pause", "until", "13pm"),
        ("pause", "until", "0am"),
        ("pause", "until", "\N{ARABIC-INDIC DIGIT THREE}:00"),
        ("pause", "until", "-1:00"),
        ("pause", "until", "14:0"),
        ("pause", "until", 14),
        ("pause", "until"),
        ("pause", "sideways"),
        ("resume", "now"),
        ("posture", "lying"),
        ("posture",),
        ("water", 0),
        ("water", -1),
        ("water", 5001),
        ("water", 250.5),
        ("water", "much"),
        ("water", 250, 250),
        ("now", "dance"),
        ("now",),
        ("",),
        ("dance",),
        ("x" * 5000,),
    ],
)
def test_nonsense_is_wrong_usage_with_a_remedy(nonsense: Request) -> None:
    with pytest.raises(UsageError) as told:
        event_of(nonsense, AT, Via.COMMAND, POLICY)
    assert told.value.exit_code == 2
    assert told.value.remedy
    assert len(str(told.value)) < 300


def until(clock: str, local: datetime) -> datetime:
    """The local moment at which a pause that is asked for then ends."""
    zone = local.tzinfo
    assert zone is not None
    at = Instant(0.0, local.astimezone(UTC))
    event = event_of(("pause", "until", clock), at, Via.COMMAND, policy(zone=zone))
    assert isinstance(event, PauseAsked)
    assert event.for_s is not None
    assert event.for_s > 0
    return (at.wall + timedelta(seconds=event.for_s)).astimezone(zone)


@pytest.mark.parametrize(
    ("clock", "hour", "minute"),
    [
        ("14:00", 14, 0),
        ("14", 14, 0),
        ("14.30", 14, 30),
        ("2pm", 14, 0),
        ("2:30 pm", 14, 30),
        ("2:30 p.m.", 14, 30),
        ("12am", 0, 0),
        ("12pm", 12, 0),
        (" 11:59PM ", 23, 59),
        ("0:05", 0, 5),
    ],
)
def test_a_time_of_day_is_read_as_people_write_it(clock: str, hour: int, minute: int) -> None:
    ends = until(clock, datetime(2026, 3, 2, 10, 30, 20, tzinfo=BERLIN))
    assert (ends.hour, ends.minute, ends.second) == (hour, minute, 0)


def test_a_time_that_is_past_is_tomorrows() -> None:
    now = datetime(2026, 3, 2, 15, tzinfo=BERLIN)
    assert until("14:00", now) == datetime(2026, 3, 3, 14, tzinfo=BERLIN)
    assert until("15:00", now) == datetime(2026, 3, 3, 15, tzinfo=BERLIN)
    assert until("15:01", now) == datetime(2026, 3, 2, 15, 1, tzinfo=BERLIN)


@pytest.mark.parametrize("day", [datetime(2026, 3, 28), datetime(2026, 10, 24)])  # noqa: DTZ001
def test_the_clock_on_the_wall_counts_when_it_is_put_back_or_forward(day: datetime) -> None:
    evening = day.replace(hour=22, tzinfo=BERLIN)
    assert until("07:00", evening).isoformat()[11:16] == "07:00"
    assert until("tomorrow", evening).isoformat()[11:16] == "05:00"


def test_a_time_that_the_clock_reads_twice_is_the_next_of_the_two() -> None:
    first = datetime(2026, 10, 25, 2, 40, tzinfo=BERLIN)
    ends = until("02:30", first)
    assert (ends.astimezone(UTC) - first.astimezone(UTC)) == timedelta(minutes=50)
    second = first.replace(fold=1)
    assert until("02:30", second).date().day == 26


def test_a_time_that_the_clock_skips_comes_right_after() -> None:
    ends = until("02:30", datetime(2026, 3, 29, 1, 0, tzinfo=BERLIN))
    assert (ends.hour, ends.minute) == (3, 30)


@pytest.mark.parametrize(
    ("now", "ends"),
    [
        (datetime(2026, 3, 2, 9, tzinfo=BERLIN), datetime(2026, 3, 3, 5, tzinfo=BERLIN)),
        (datetime(2026, 3, 2, 23, 59, tzinfo=BERLIN), datetime(2026, 3, 3, 5, tzinfo=BERLIN)),
        (datetime(2026, 3, 3, 0, 30, tzinfo=BERLIN), datetime(2026, 3, 3, 5, tzinfo=BERLIN)),
        (datetime(2026, 3, 3, 5, 0, tzinfo=BERLIN), datetime(2026, 3, 4, 5, tzinfo=BERLIN)),
    ],
)
def test_tomorrow_begins_at_five(now: datetime, ends: datetime) -> None:
    assert until("tomorrow", now) == ends
