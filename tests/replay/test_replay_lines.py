"""JSON lines: what may be written, and what is said of what may not."""

from __future__ import annotations

import json

import pytest

from sitbreak.core.events import Signal
from sitbreak.replay.jsonlines import MOST_LINES
from sitbreak.replay.reading import MOST_BYTES, parse_trace
from sitbreak.replay.trace import Being, Trace, TraceError, Word

SPAN = '{"from": "2026-03-02T09:00:00Z", "to": "2026-03-02T10:00:00Z", "is": "active"}'


def parsed(*lines: str) -> Trace:
    return parse_trace("\n".join(lines).encode(), "day.jsonl")


def refused(*lines: str) -> TraceError:
    with pytest.raises(TraceError) as caught:
        parsed(*lines)
    assert caught.value.remedy
    return caught.value


def span(start: str, end: str, being: str, *also: str) -> str:
    date = "2026-03-02T"
    return json.dumps({"from": f"{date}{start}Z", "to": f"{date}{end}Z", "is": being, "also": also})


def test_a_span_and_a_word() -> None:
    trace = parsed(
        '{"from":"2026-03-02T10:00:00+01:00","to":"2026-03-02T09:30:00Z","is":"idle","also":["call","dnd"]}',
        '{"at":"2026-03-02T09:10:00Z","answer":"snooze","for":"5m"}',
    )
    (only,) = trace.spans
    assert (only.being, only.also) == (Being.IDLE, frozenset({Signal.CALL, Signal.DND}))
    assert only.start.isoformat() == "2026-03-02T09:00:00+00:00"
    (said,) = trace.said
    assert (said.word, said.for_s) == (Word.SNOOZE, 300.0)


def test_order_blank_lines_a_byte_order_mark_and_windows_line_ends_do_not_matter() -> None:
    one, two = span("09:00", "10:00", "active"), span("10:00", "11:00", "idle")
    plain = parsed(one, two)
    assert parse_trace(f"\ufeff{two}\r\n\r\n{one}\r\n".encode(), "day") == plain


def test_where_lines_overlap_the_later_line_holds() -> None:
    trace = parsed(
        span("09:00", "12:00", "active"), span("10:00", "10:10", "locked"), span("10:05", "10:20", "idle")
    )
    assert [(s.start.strftime("%H:%M"), s.end.strftime("%H:%M"), s.being.value) for s in trace.spans] == [
        ("09:00", "10:00", "active"),
        ("10:00", "10:05", "locked"),
        ("10:05", "10:20", "idle"),
        ("10:20", "12:00", "active"),
    ]


def test_a_line_that_repeats_or_goes_on_makes_one_span() -> None:
    trace = parsed(
        span("09:00", "10:00", "active"), span("09:00", "10:00", "active"), span("10:00", "11:00", "active")
    )
    assert len(trace.spans) == 1


def test_no_time_at_all_is_nothing() -> None:
    assert parsed(span("09:00", "09:00", "active")).spans == ()


@pytest.mark.parametrize(
    ("line", "says"),
    [
        ("{", "day.jsonl, line 2: this is not JSON"),
        (SPAN[:-1], "this is not JSON"),
        (SPAN + "}", "this is not JSON: Extra data"),
        ("[1]", "[1] is no object"),
        ("{}", 'it has no "from"'),
        (SPAN.replace("to", "till"), 'it has no "to"'),
        (SPAN.replace('"active"', '"typing"'), "\"is\" is 'typing'"),
        (SPAN.replace('"active"', "[]"), '"is" is []'),
        (SPAN.replace("}", ', "also": ["nap"]}'), "\"also\" is 'nap'"),
        (SPAN.replace("}", ', "also": [{}]}'), '"also" is {}'),
        (SPAN.replace("}", ', "asl": []}'), 'it has "asl", which nobody knows'),
        (SPAN.replace("T09:00:00Z", "T11:00:00Z"), "it ends before it begins"),
        (SPAN.replace("T09:00:00Z", "T09:00:00"), "names no time zone"),
        (SPAN.replace("2026-03-02T09:00:00Z", "yesterday"), "'yesterday' is no time"),
        (SPAN.replace('"2026-03-02T09:00:00Z"', "9"), "9 is no time"),
        (SPAN.replace("2026-03-02T09", "0001-01-01T09"), "far from our days"),
        (SPAN.replace("2026-03-02T10", "2126-03-02T10"), "over 20 years"),
        ('{"at": "2026-03-02T09:00:00Z", "answer": "later"}', "\"answer\" is 'later'"),
        ('{"at": "2026-03-02T09:00:00Z", "answer": "done", "for": "5m"}', '"done" takes no length'),
        ('{"at": "2026-03-02T09:00:00Z", "answer": "pause", "for": 5}', '"for" is 5'),
        ('{"at": "2026-03-02T09:00:00Z", "answer": "pause", "for": "0s"}', "no time at all"),
        ("9" * 5000, "this is not JSON"),
        ("[" * 100_000, "this is not JSON: nested too deeply"),
    ],
)
def test_each_fault_is_told_with_its_line_and_a_remedy(line: str, says: str) -> None:
    fault = refused(SPAN, line)
    assert says in fault.what
    assert fault.what.startswith("day.jsonl")
    assert len(fault.what) < 200


def test_a_fault_in_the_only_line_is_told_too() -> None:
    assert refused(SPAN[:-1]).what.startswith("day.jsonl, line 1: this is not JSON")


def test_bytes_that_are_no_text_are_told() -> None:
    with pytest.raises(TraceError, match="no UTF-8 text: byte 3"):
        parse_trace(b"{} \xff", "day")


def test_too_many_lines_are_refused_before_they_are_read() -> None:
    with pytest.raises(TraceError, match="over 1000000 lines"):
        parse_trace(SPAN.encode() + b"\n" * MOST_LINES + SPAN.encode(), "day")


def test_too_large_a_file_is_refused() -> None:
    with pytest.raises(TraceError, match="larger than 64 MB"):
        parse_trace(b" " * (MOST_BYTES + 1), "day")
