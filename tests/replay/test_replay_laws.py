"""Laws of replay, over any trace and any bytes."""

from __future__ import annotations

import contextlib
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sim import CATALOGUE, MONDAY, Sim, policy
from sitbreak.core.effects import Entry, Sat, Shown
from sitbreak.core.events import Answer, Signal
from sitbreak.core.heeding import OCCUPYING
from sitbreak.core.policy import Kind
from sitbreak.core.rules import rules
from sitbreak.replay.reading import parse_trace
from sitbreak.replay.run import play
from sitbreak.replay.trace import Being, Said, Span, Trace, TraceError, Word, make_trace

START = datetime(2026, 3, 2, 8, 0, tzinfo=UTC)
AWAY_AFTER_S = 180.0
PRESENT_WITHIN_S = 60.0

lengths_s = st.one_of(
    st.floats(0.001, 300), st.floats(0.001, 7200), st.sampled_from([60.0, 120.0, 180.0, 1800.0])
)
spans = st.tuples(
    st.floats(0, 2e5),
    lengths_s,
    st.sampled_from([*Being, Being.ACTIVE, Being.ACTIVE]),
    st.frozensets(st.sampled_from([*Signal]), max_size=2),
)
words = st.tuples(st.floats(0, 2e5), st.sampled_from([*Word]), st.one_of(st.none(), st.floats(1, 4000)))
ways = st.sampled_from([None, Answer.DONE, Answer.SNOOZE, Answer.SKIP])


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


def in_a_row(told: list[tuple[float, float, Being, frozenset[Signal]]]) -> list[Span]:
    """Each a moment after the one before, as a day mostly goes; a start above 1e5 leaves a gap."""
    now_s, row = 0.0, []
    for chance_s, length_s, being, also in told:
        now_s += 0.0 if chance_s < 1e5 else chance_s / 100
        row.append(Span(at(now_s), at(now_s + length_s), being, also))
        now_s += length_s
    return row


traces = st.builds(
    lambda told, scattered, said: make_trace(
        in_a_row(told) + [Span(at(s), at(s + length), being, also) for s, length, being, also in scattered],
        [Said(at(s), word, for_s if word in (Word.SNOOZE, Word.PAUSE) else None) for s, word, for_s in said],
    ),
    st.lists(spans, max_size=40),
    st.lists(spans, max_size=4),
    st.lists(words, max_size=8),
)


def lived(trace: Trace, otherwise: Answer | None = None) -> list[tuple[datetime, Entry]]:
    return list(play(trace, rules(policy(), CATALOGUE), otherwise))


@given(traces, ways)
def test_the_same_trace_gives_the_same_log_in_the_order_of_time(trace: Trace, way: Answer | None) -> None:
    entries = lived(trace, way)
    assert entries == lived(trace, way)
    assert [when for when, _ in entries] == sorted(when for when, _ in entries)


@settings(max_examples=200)
@given(traces, ways)
def test_nobody_sat_for_longer_than_they_were_there(trace: Trace, way: Answer | None) -> None:
    sat_s = sum(entry.seconds for _, entry in lived(trace, way) if isinstance(entry, Sat))
    assert sat_s <= sum(_seated_at_most_s(span, trace) for span in trace.spans) + 0.001 * len(trace.spans)


def _seated_at_most_s(span: Span, trace: Trace) -> float:
    length_s = (span.end - span.start).total_seconds()
    match span.being:
        case Being.ACTIVE:
            return length_s
        case Being.IDLE:
            # Whoever says that they stand was there to say it.
            stood = any(span.start <= said.at <= span.end for said in trace.said if said.word is Word.STAND)
            occupied = bool(span.also & {*OCCUPYING})
            return length_s if stood or occupied or length_s < AWAY_AFTER_S else 0.0
        case Being.LOCKED | Being.ASLEEP:
            return 0.0


@settings(max_examples=200)
@given(traces, ways)
def test_no_prompt_goes_to_an_empty_chair(trace: Trace, way: Answer | None) -> None:
    for when, entry in lived(trace, way):
        if isinstance(entry, Shown):
            assert any(_there(trace, place, when) for place in range(len(trace.spans))), when


def _there(trace: Trace, place: int, when: datetime) -> bool:
    """Whether that span holds the moment, and the person typed then or shortly before."""
    span = trace.spans[place]
    if not span.start <= when <= span.end or span.being not in (Being.ACTIVE, Being.IDLE):
        return False
    return span.being is Being.ACTIVE or (when - _idle_since(trace, place)).total_seconds() < PRESENT_WITHIN_S


def _idle_since(trace: Trace, place: int) -> datetime:
    span, before = trace.spans[place], trace.spans[place - 1]
    if place > 0 and before.end == span.start and before.being is Being.IDLE:
        return _idle_since(trace, place - 1)
    return span.start


works_s = st.integers(6, 2400)
breaks = st.one_of(
    st.tuples(st.just("leave"), st.integers(180, 1200)), st.tuples(st.just("lock"), st.integers(1, 900))
)


@given(st.lists(st.tuples(works_s, breaks), max_size=20), works_s)
def test_a_trace_of_a_simulated_day_gives_that_days_log(
    day: list[tuple[int, tuple[str, int]]], last_s: int
) -> None:
    sim = Sim(policy(Kind.MOVEMENT))
    told: list[Span] = []
    now = MONDAY
    being = {"work": Being.ACTIVE, "leave": Being.IDLE, "lock": Being.LOCKED}
    acts = [act for work_s, gap in day for act in (("work", work_s), gap)]
    for act, seconds in [*acts, ("work", last_s)]:
        getattr(sim, act)(seconds=seconds)
        told.append(Span(now, now + timedelta(seconds=seconds), being[act], frozenset()))
        now = told[-1].end
    entries = list(play(make_trace(told), rules(policy(Kind.MOVEMENT), CATALOGUE)))
    # A desk waits some seconds to see that a touch is a return; of a trace it is known at once.
    assert sim.entries == [entry for _, entry in entries[: len(sim.entries)]]


json_values: st.SearchStrategy[Any] = st.recursive(
    st.one_of(
        st.none(),
        st.booleans(),
        st.integers(),
        st.floats(),
        st.text(),
        st.sampled_from(
            ["active", "call", "done", "5m", "afk", "not-afk", "afkstatus", "2026-03-02T09:00:00Z"]
        ),
    ),
    lambda inner: st.one_of(
        st.lists(inner, max_size=5),
        st.dictionaries(
            st.one_of(
                st.text(max_size=3),
                st.sampled_from(
                    ["from", "to", "is", "also", "at", "answer", "for", "buckets", "events", "type", "data"]
                ),
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=30,
)


@settings(max_examples=300)
@given(st.binary(max_size=400))
def test_any_bytes_are_a_trace_or_a_fault_that_is_told(content: bytes) -> None:
    with contextlib.suppress(TraceError):
        parse_trace(content, "any")


@settings(max_examples=500)
@given(st.lists(json_values, max_size=4), st.integers(0, 3))
def test_any_json_is_a_trace_or_a_fault_that_is_told(values: list[Any], cut: int) -> None:
    text = "\n".join(json.dumps(value) for value in values)
    for content in (
        text,
        text[: len(text) - cut],
        json.dumps({"buckets": {"a": {"type": "afkstatus", "events": values}}}),
    ):
        with contextlib.suppress(TraceError):
            parse_trace(content.encode(), "any")
