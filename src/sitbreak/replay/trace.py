"""A trace: how a person's days went, as spans of being here or gone, and what they said to sitbreak.

However it was written down, a ``Trace`` is in order, and nothing in it overlaps. What no span covers is
asleep.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

from sitbreak.core.events import Signal
from sitbreak.errors import SitbreakError
from sitbreak.wording import tr

LONGEST = timedelta(days=366 * 20)
"""From the first moment to the last; longer than anybody has kept such a trace."""

YEARS = range(1970, 2200)


class Being(StrEnum):
    """What a person, or their machine, does. Idle: touched nothing since the span began."""

    ACTIVE = "active"
    IDLE = "idle"
    LOCKED = "locked"
    ASLEEP = "asleep"


class Span(NamedTuple):
    """One stretch of being one thing, in UTC; ``also`` are the signals that were on all the while."""

    start: datetime
    end: datetime
    being: Being
    also: frozenset[Signal]


class Word(StrEnum):
    """What a person may say to sitbreak in a trace."""

    DONE = "done"
    SKIP = "skip"
    SNOOZE = "snooze"
    STAND = "stand"
    SIT = "sit"
    PAUSE = "pause"
    RESUME = "resume"


class Said(NamedTuple):
    """A person said so at that moment; ``for_s``: how long a snooze or a pause is to last, where told."""

    at: datetime
    word: Word
    for_s: float | None


@dataclass(frozen=True, slots=True)
class Trace:
    """Spans and words, each in the order of time; spans neither overlap nor are empty."""

    spans: tuple[Span, ...] = ()
    said: tuple[Said, ...] = ()


class TraceError(SitbreakError):
    """A trace cannot be used; ``what`` names its file, and the line or event."""

    def placed(self, place: str) -> TraceError:
        """The same fault with its place before it."""
        return TraceError(f"{place}: {self.what}", remedy=self.remedy)


def make_trace(spans: Sequence[Span], said: Sequence[Said] = ()) -> Trace:
    """The trace of these spans and words in any order. Where spans overlap, the last one given holds.

    Raises:
        TraceError: it reaches over more than ``LONGEST``.
    """
    trace = Trace(tuple(_joined(_apart(spans))), tuple(sorted(said, key=lambda one: one.at)))
    ends = [span.start for span in trace.spans[:1]] + [span.end for span in trace.spans[-1:]]
    ends += [one.at for one in trace.said[:1] + trace.said[-1:]]
    if ends and max(ends) - min(ends) > LONGEST:
        raise TraceError(
            tr("it goes from {start} to {end}, over {years} years").format(
                start=min(ends).date(), end=max(ends).date(), years=LONGEST.days // 366
            ),
            remedy=tr("One of its times must be wrong: look for the first and the last."),
        )
    return trace


def moment(written: object) -> datetime:
    """The UTC time that an ISO 8601 text with an offset stands for.

    Raises:
        TraceError: it is none; without a place.
    """
    try:
        time = datetime.fromisoformat(written) if isinstance(written, str) else None
    except ValueError:
        time = None
    if time is None:
        raise TraceError(
            tr("{written} is no time").format(written=shown(written)),
            remedy=tr("Write it in ISO 8601, such as 2026-03-02T09:00:00Z."),
        )
    if time.tzinfo is None:
        raise TraceError(
            tr("{written} names no time zone").format(written=shown(written)),
            remedy=tr("End it in Z for UTC, or in an offset such as +01:00."),
        )
    if time.year not in YEARS:
        raise TraceError(
            tr("{written} is far from our days").format(written=shown(written)),
            remedy=tr("Give a year from {first} to {last}.").format(first=YEARS[0], last=YEARS[-1]),
        )
    return time if time.tzinfo is UTC else time.astimezone(UTC)


def shown(value: object) -> str:
    """Any value, short enough for a message and with nothing in it that a terminal would not take."""
    text = ascii(value)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _apart(spans: Sequence[Span]) -> Iterator[Span]:
    """The same without overlaps, in order."""
    ranked = sorted((span.start, -rank, span) for rank, span in enumerate(spans) if span.start < span.end)
    if all(before.end <= after.start for (_, _, before), (_, _, after) in pairwise(ranked)):
        yield from (span for _, _, span in ranked)
        return
    edges = sorted({edge for _, _, span in ranked for edge in span[:2]})
    waiting = iter(ranked)
    coming = next(waiting, None)
    open_: list[tuple[int, Span]] = []
    for edge, until in pairwise(edges):
        while coming is not None and coming[0] <= edge:
            heappush(open_, (coming[1], coming[2]))
            coming = next(waiting, None)
        while open_ and open_[0][1].end <= edge:
            heappop(open_)
        if open_:
            yield open_[0][1]._replace(start=edge, end=until)


def _joined(spans: Iterator[Span]) -> Iterator[Span]:
    """The same, with neighbours that touch and tell the same made one."""
    held = next(spans, None)
    if held is None:
        return
    for span in spans:
        if span.start == held.end and span.being is held.being and span.also == held.also:
            held = held._replace(end=span.end)
        else:
            yield held
            held = span
    yield held
