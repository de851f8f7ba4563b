from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitbreak.config.hours import parse_hours
from sitbreak.core.policy import WorkSpan


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("mon-fri 09:00-17:30", WorkSpan(frozenset(range(5)), 540, 1050)),
        ("sat 10:00-14:00", WorkSpan(frozenset({5}), 600, 840)),
        ("mon-sun 22:00-06:00", WorkSpan(frozenset(range(7)), 1320, 1800)),
        ("SAT-Mon  0:00-24:00", WorkSpan(frozenset({5, 6, 0}), 0, 1440)),
        ("fri 18:00-0:00", WorkSpan(frozenset({4}), 1080, 1440)),
    ],
)
def test_reads_what_people_write(written: str, span: WorkSpan) -> None:
    assert parse_hours(written) == span


@pytest.mark.parametrize(
    "written",
    [
        *("", "mon", "09:00-17:00", "mon 9-17", "mon 09:00-25:00", "mon 09:60-10:00", "moon 09:00-10:00"),
        *("mon 09:00-09:00", "mon 24:00-01:00", "mon,tue 09:00-10:00", "mon 09:00-10:00 x"),
    ],
)
def test_what_is_no_work_hours_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match=r'"'):
        parse_hours(written)


@given(st.integers(0, 6), st.integers(0, 6), st.integers(0, 1439), st.integers(0, 1439))
def test_a_span_covers_its_days_and_less_than_two_of_them(
    first: int, last: int, start: int, end: int
) -> None:
    if start == end:
        return
    monday = datetime(2024, 1, 1, tzinfo=UTC)
    day = [(monday + timedelta(days=step)).strftime("%a") for step in (first, last)]
    written = f"{day[0]}-{day[1]} {start // 60}:{start % 60:02}-{end // 60}:{end % 60:02}"
    span = parse_hours(written)
    assert {first, last} <= span.days
    assert span.start_min == start
    assert 0 < span.end_min - span.start_min < 1440
    assert span.end_min % 1440 == end
