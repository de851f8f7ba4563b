"""What a day came to: sums over real logs, split at local midnights."""

from __future__ import annotations

import sqlite3
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitbreak.core.clock import Instant
from sitbreak.core.effects import (
    Entry,
    Evidence,
    Outcome,
    Record,
    Sat,
    Shown,
    WasAnswered,
    WasAway,
    Water,
    Why,
)
from sitbreak.core.events import Via
from sitbreak.core.policy import Kind
from sitbreak.errors import StoreError
from sitbreak.store.journal import FILE_NAME, SqliteJournal
from sitbreak.store.reports import Reports, local_day, sat_today_s, with_sit

MONDAY = date(2026, 3, 2)
NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
HOUR = timedelta(hours=1)
ZONES = [
    UTC,
    *map(ZoneInfo, ("Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu")),
    *map(ZoneInfo, ("Pacific/Kiritimati", "Africa/Cairo", "America/Santiago")),
]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


def write(path: Path, *entries: tuple[datetime, Entry]) -> Reports:
    journal = SqliteJournal(path)
    journal.commit([Record(at=Instant(0.0, at), entry=entry) for at, entry in entries], {})
    journal.close()
    return Reports(path)


def sat(start: datetime, end: datetime, *, seconds: float | None = None) -> tuple[datetime, Entry]:
    whole = (end - start).total_seconds() if seconds is None else seconds
    return end, Sat(start=start, end=end, seconds=whole)


def answered(
    at: datetime, prompt: int, answer: Outcome, evidence: Evidence | None = None
) -> tuple[datetime, Entry]:
    return at, WasAnswered(prompt=prompt, answer=answer, evidence=evidence, via=Via.TRAY)


def shown(at: datetime, prompt: int) -> tuple[datetime, Entry]:
    return at, Shown(prompt=prompt, kinds=(Kind.MOVEMENT,), movement="stroll", sat_s=1800.0)


def test_no_log_is_an_empty_day_and_stays_no_log(path: Path) -> None:
    reports = Reports(path)
    assert list(reports.entries()) == []
    assert reports.day(MONDAY, UTC).json()["prompts"] == 0
    assert reports.fault() is None
    assert list(path.parent.iterdir()) == []


def test_a_day_is_summed_up(path: Path) -> None:
    reports = write(
        path,
        sat(NINE, NINE + HOUR),
        sat(NINE + 2 * HOUR, NINE + 2.5 * HOUR),
        (NINE + 2 * HOUR, WasAway(start=NINE + HOUR, end=NINE + 2 * HOUR, seconds=3600.0, why=Why.LOCKED)),
        shown(NINE, 1),
        shown(NINE + HOUR, 1),
        shown(NINE + HOUR, 2),
        answered(NINE, 1, Outcome.SNOOZE),
        answered(NINE, 1, Outcome.SKIP),
        answered(NINE, 2, Outcome.IGNORED),
        (NINE, Water(ml=250)),
        (NINE + HOUR, Water(ml=100)),
    )
    assert reports.day(MONDAY, UTC).json() == {
        "day": "2026-03-02",
        "sat_s": 5400.0,
        "longest_sit_s": 3600.0,
        "sits": 2,
        "away_s": 3600.0,
        "prompts": 2,
        "done_seen": 0,
        "done_said": 0,
        "snoozed": 1,
        "skipped": 1,
        "ignored": 1,
        "water_ml": 350,
    }


def test_a_sit_over_midnight_is_split_by_its_share(path: Path) -> None:
    late = datetime(2026, 3, 2, 23, tzinfo=UTC)
    reports = write(path, sat(late, late + 4 * HOUR, seconds=12_000.0))
    monday, tuesday = reports.days(MONDAY, 2, UTC)
    assert (monday.sat_s, tuesday.sat_s) == (3000.0, 9000.0)
    assert (monday.sits, tuesday.sits) == (1, 1)
    assert (monday.longest_sit_s, tuesday.longest_sit_s) == (3000.0, 9000.0)


def test_a_sit_that_a_clock_put_back_ends_before_it_began_counts_where_it_began(path: Path) -> None:
    reports = write(path, sat(NINE, NINE - HOUR, seconds=1200.0))
    assert reports.day(MONDAY, UTC).sat_s == 1200.0


def test_weeks_away_are_on_each_of_their_days(path: Path) -> None:
    back = NINE + timedelta(days=21)
    reports = write(path, (back, WasAway(start=NINE, end=back, seconds=21 * 86400.0, why=Why.ASLEEP)))
    days = reports.days(MONDAY, 22, UTC)
    assert sum(day.away_s for day in days) == pytest.approx(21 * 86400)
    assert days[0].away_s == pytest.approx(15 * 3600)
    assert {round(day.away_s) for day in days[1:-1]} == {86400}


@pytest.mark.parametrize(
    ("answers", "counted"),
    [
        ([(Outcome.DONE, Evidence.SAID), (Outcome.DONE, Evidence.SEEN)], {"done_seen": 1}),
        ([(Outcome.DONE, Evidence.SAID)], {"done_said": 1}),
        (
            [(Outcome.SNOOZE, None), (Outcome.SNOOZE, None), (Outcome.SKIP, None)],
            {"snoozed": 2, "skipped": 1},
        ),
        ([(Outcome.IGNORED, None)] * 3, {"ignored": 1}),
        ([(Outcome.IGNORED, None), (Outcome.DONE, Evidence.SEEN)], {"done_seen": 1}),
        ([(Outcome.WITHDRAWN, None)], {}),
    ],
)
def test_of_a_prompt_the_last_answer_counts(
    path: Path, answers: list[tuple[Outcome, Evidence | None]], counted: dict[str, int]
) -> None:
    day = write(path, *(answered(NINE, 1, *answer) for answer in answers)).day(MONDAY, UTC).json()
    names = ("done_seen", "done_said", "snoozed", "skipped", "ignored")
    assert {name: day[name] for name in names if day[name]} == counted


def test_a_done_said_before_midnight_and_seen_after_it_is_one_done(path: Path) -> None:
    midnight = datetime(2026, 3, 3, tzinfo=UTC)
    reports = write(
        path,
        answered(midnight - timedelta(minutes=1), 1, Outcome.DONE, Evidence.SAID),
        answered(midnight + timedelta(minutes=1), 1, Outcome.DONE, Evidence.SEEN),
    )
    monday, tuesday = reports.days(MONDAY, 2, UTC)
    assert (monday.done_said, monday.done_seen) == (0, 0)
    assert (tuesday.done_said, tuesday.done_seen) == (0, 1)


@pytest.mark.parametrize(
    ("zone", "day", "hours"),
    [
        ("Europe/Berlin", date(2026, 3, 29), 23),
        ("Europe/Berlin", date(2026, 10, 25), 25),
        ("America/New_York", date(2026, 3, 8), 23),
        ("America/New_York", date(2026, 11, 1), 25),
        ("Australia/Lord_Howe", date(2026, 4, 5), 24.5),
        ("Africa/Cairo", date(2026, 4, 24), 23),
        ("Asia/Kathmandu", date(2026, 3, 29), 24),
    ],
)
def test_a_local_day_is_as_long_as_its_clock_says(path: Path, zone: str, day: date, hours: float) -> None:
    where = ZoneInfo(zone)
    noon = datetime.combine(day, time(12), where).astimezone(UTC)
    reports = write(path, sat(noon - 40 * HOUR, noon + 40 * HOUR))
    assert reports.day(day, where).sat_s == pytest.approx(hours * 3600)


def test_entries_since_until_and_last(path: Path) -> None:
    reports = write(path, *((NINE + n * HOUR, Water(ml=n + 1)) for n in range(5)))

    def drunk(
        since: datetime | None = None, until: datetime | None = None, last: int | None = None
    ) -> list[int]:
        return [entry["ml"] for entry in reports.entries(since=since, until=until, last=last)]

    assert drunk() == [1, 2, 3, 4, 5]
    assert drunk(since=NINE + HOUR) == [2, 3, 4, 5]
    assert drunk(until=NINE + HOUR) == [1]
    assert drunk(last=2) == [4, 5]
    assert drunk(since=NINE + HOUR, until=NINE + 3 * HOUR, last=1) == [3]
    assert drunk(since=datetime(1, 1, 1, tzinfo=ZoneInfo("Asia/Kathmandu")), last=99) == [1, 2, 3, 4, 5]


def test_reading_changes_nothing_in_the_log(path: Path) -> None:
    reports = write(path, (NINE, Water(ml=1)))
    before = path.read_bytes()
    reports.days(MONDAY, 7, UTC)
    assert reports.fault() is None
    assert path.read_bytes() == before


@pytest.mark.parametrize("body", ["no json", "[]", "3", b"\xff\xfe", None])
def test_a_spoiled_entry_is_a_fault_and_no_traceback(path: Path, body: object) -> None:
    reports = write(path, (NINE, Water(ml=1)))
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE loose AS SELECT * FROM entry")
        other.execute("DROP TABLE entry")
        other.execute("ALTER TABLE loose RENAME TO entry")
        other.execute("UPDATE entry SET body = ?", (body,))
    other.close()
    with pytest.raises(StoreError) as told:
        list(reports.entries())
    assert str(path) in told.value.what
    assert told.value.remedy
    assert isinstance(reports.fault(), StoreError)


def test_an_entry_without_its_facts_is_a_fault_and_no_traceback(path: Path) -> None:
    reports = write(path, sat(NINE, NINE + HOUR))
    with sqlite3.connect(path) as other:
        other.execute("UPDATE entry SET body = '{}'")
    other.close()
    with pytest.raises(StoreError):
        reports.day(MONDAY, UTC)


@pytest.mark.parametrize("content", [b"noise" * 5000, b"x", b"SQLite format 3\0" + b"\0" * 2000])
def test_a_file_that_is_no_log_is_a_fault_and_no_traceback(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(StoreError):
        list(Reports(path).entries())
    assert Reports(path).fault() is not None


def test_a_folder_in_the_logs_place_is_a_fault_and_no_traceback(path: Path) -> None:
    path.mkdir()
    with pytest.raises(StoreError):
        list(Reports(path).entries())


@pytest.mark.parametrize("name", ["a b?c#d%20.db", "ä ö.db"])
def test_any_name_of_a_folder_will_do(tmp_path: Path, name: str) -> None:
    assert [entry["ml"] for entry in write(tmp_path / name, (NINE, Water(ml=3))).entries()] == [3]


def test_of_a_sit_in_progress_only_what_came_after_midnight_is_todays() -> None:
    zone = ZoneInfo("Europe/Berlin")
    midnight = datetime(2026, 3, 3, tzinfo=zone)
    now = midnight + HOUR / 2
    assert sat_today_s(midnight - HOUR, now, 5400.0, zone) == pytest.approx(1800.0)
    assert sat_today_s(midnight + HOUR / 4, now, 900.0, zone) == pytest.approx(900.0)
    assert sat_today_s(now, now, 0.0, zone) == 0.0


def test_a_sit_in_progress_counts_among_the_sits(path: Path) -> None:
    day = write(path, sat(NINE, NINE + HOUR)).day(MONDAY, UTC)
    more = with_sit(day, 7200.0)
    assert (more.sat_s, more.longest_sit_s, more.sits) == (10_800.0, 7200.0, 2)
    assert with_sit(day, 0.0) == day


MOMENTS = st.datetimes(datetime(2026, 3, 1), datetime(2026, 4, 10), timezones=st.just(UTC))  # noqa: DTZ001


@given(
    stretches=st.lists(
        st.tuples(MOMENTS, st.floats(1, 40 * 3600), st.floats(0.1, 1.0)), min_size=1, max_size=12
    ),
    zone=st.sampled_from(ZONES),
)
def test_the_days_together_hold_every_second_of_every_sit(
    tmp_path_factory: pytest.TempPathFactory, stretches: list[tuple[datetime, float, float]], zone: tzinfo
) -> None:
    path = tmp_path_factory.mktemp("log") / FILE_NAME
    sits = [
        sat(start, start + timedelta(seconds=length), seconds=length * part)
        for start, length, part in stretches
    ]
    reports = write(path, *sits)
    first = local_day(min(start for start, _, _ in stretches), zone)
    days = reports.days(first, 48, zone)
    logged = sum(entry["seconds"] for entry in reports.entries())
    assert sum(day.sat_s for day in days) == pytest.approx(logged, abs=1e-3)
    assert [day.day for day in days] == [(first + timedelta(days=n)).isoformat() for n in range(48)]
