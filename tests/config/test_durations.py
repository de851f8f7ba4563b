from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitbreak.config.durations import LONGEST_S, PATTERN, format_duration, parse_duration


@pytest.mark.parametrize(
    ("written", "seconds"),
    [("90s", 90), ("30m", 1800), ("1h30m", 5400), ("1h", 3600), ("2h0m5s", 7205), ("0s", 0), (" 5M ", 300)],
)
def test_reads_what_people_write(written: str, seconds: float) -> None:
    assert parse_duration(written) == seconds


@pytest.mark.parametrize("written", ["30", 30, 30.0])
def test_a_plain_number_is_refused_with_the_units_to_choose_from(written: object) -> None:
    with pytest.raises(ValueError, match=re.escape('30 has no unit: write "30s", "30m" or "30h"')):
        parse_duration(written)


@pytest.mark.parametrize(
    "written", ["", "m", "1d", "-5m", "5m1h", "1.5h", "5 m", "٣m", True, None, [], "9" * 9]
)
def test_what_is_no_duration_is_refused(written: object) -> None:
    with pytest.raises(ValueError, match=r"such as|has no unit"):
        parse_duration(written)


@pytest.mark.parametrize("written", ["169h", "999999h", "168h1s"])
def test_a_week_is_the_most(written: str) -> None:
    with pytest.raises(ValueError, match="a week at most"):
        parse_duration(written)


@given(st.integers(0, LONGEST_S))
def test_what_is_written_is_read_back(seconds: int) -> None:
    written = format_duration(seconds)
    assert parse_duration(written) == seconds
    assert re.search(PATTERN, written)


@given(st.text() | st.from_regex(PATTERN, fullmatch=True))
def test_any_text_is_a_duration_or_a_value_error(text: str) -> None:
    try:
        seconds = parse_duration(text)
    except ValueError:
        return
    assert parse_duration(format_duration(seconds)) == seconds
