"""ActivityWatch's exports: what its afk watcher saw of one person, on one machine or several.

Its events are dated back to the last input already. Real ones overlap, repeat with other lengths, come out of
order, last no time at all, and leave a moment between two that follow each other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from itertools import pairwise
from typing import Any

from sitbreak.core.events import Signal
from sitbreak.replay.trace import Being, Span, Trace, TraceError, make_trace, moment, shown
from sitbreak.wording import tr

MOST_EVENTS = 1_000_000
TYPE = "afkstatus"

BRIDGED = timedelta(seconds=15)
"""The watcher tells every 5 to 15 seconds, so a shorter gap is only what it had not told yet."""

_LONGEST_S = timedelta(days=366).total_seconds()
_NOTHING: frozenset[Signal] = frozenset()


def is_export(plain: object) -> bool:
    """Whether this is meant as an export: of buckets, of one bucket, or of a bucket's events."""
    return isinstance(plain, list) or (isinstance(plain, dict) and ("buckets" in plain or "events" in plain))


def parse_export(plain: Any, file: str) -> Trace:
    """The trace that an export holds. A person is active where any of their machines says so.

    Raises:
        TraceError: it cannot be used.
    """
    away: list[Span] = []
    here: list[Span] = []
    for place, events in _buckets(plain, file):
        for span in _spans(events, place):
            (here if span.being is Being.ACTIVE else away).append(span)
    try:
        # What comes last holds: input on one machine weighs more than none on another.
        return make_trace(list(_bridged(make_trace(away + here).spans)))
    except TraceError as fault:
        raise fault.placed(file) from None


def _buckets(plain: Any, file: str) -> Iterator[tuple[str, list[Any]]]:
    """(where it stands, its events) of every bucket that tells of presence."""
    if isinstance(plain, list):
        yield file, plain
        return
    buckets = plain["buckets"] if "buckets" in plain else {plain.get("id"): plain}
    if not isinstance(buckets, dict):
        raise TraceError(tr('{file}: "buckets" is no object').format(file=file), remedy=_how_to_export())
    others = []
    for name, bucket in buckets.items():
        place = tr("{file}, bucket {name}").format(file=file, name=shown(name))
        if not isinstance(bucket, dict):
            raise TraceError(tr("{place} is no object").format(place=place), remedy=_how_to_export())
        if bucket.get("type", TYPE if "buckets" not in plain else None) != TYPE:
            others.append(bucket.get("type"))
            continue
        events = bucket.get("events")
        if not isinstance(events, list):
            raise TraceError(tr("{place} has no list of events").format(place=place), remedy=_how_to_export())
        yield place, events
    if len(others) == len(buckets):
        raise TraceError(
            tr("{file} has no bucket of type {type}").format(file=file, type=TYPE), remedy=_how_to_export()
        )


def _spans(events: list[Any], place: str) -> Iterator[Span]:
    if len(events) > MOST_EVENTS:
        raise TraceError(
            tr("{place} has over {most} events").format(place=place, most=MOST_EVENTS),
            remedy=tr("Export a part of it."),
        )
    known = 0
    for index, event in enumerate(events):
        try:
            being = _being(event)
            if being is None:
                continue
            known += 1
            start, lasts_s = moment(event.get("timestamp")), _lasts_s(event.get("duration"))
        except TraceError as fault:
            raise fault.placed(tr("{place}, event {index}").format(place=place, index=index)) from None
        if lasts_s > 0:
            yield Span(start, start + timedelta(seconds=lasts_s), being, _NOTHING)
    if events and not known:
        raise TraceError(
            tr("{place}: no event says afk or not-afk").format(place=place), remedy=_how_to_export()
        )


def _being(event: Any) -> Being | None:
    """None for a status that tells nothing of input, such as an old watcher's ``hibernating``."""
    data = event.get("data") if isinstance(event, dict) else None
    if not isinstance(data, dict):
        raise TraceError(tr("{event} is no event").format(event=shown(event)), remedy=_how_to_export())
    match data.get("status"):
        case "not-afk":
            return Being.ACTIVE
        case "afk":
            return Being.IDLE
        case _:
            return None


def _lasts_s(duration: object) -> float:
    if isinstance(duration, int | float) and not isinstance(duration, bool) and abs(duration) <= _LONGEST_S:
        return float(duration)
    raise TraceError(
        tr("its duration is {written}").format(written=shown(duration)),
        remedy=tr("It must be a number of seconds, of a year at most."),
    )


def _bridged(spans: tuple[Span, ...]) -> Iterator[Span]:
    for span, after in pairwise(spans):
        yield span._replace(end=after.start) if after.start - span.end <= BRIDGED else span
    yield from spans[-1:]


def _how_to_export() -> str:
    return tr("In ActivityWatch, choose Raw Data, then export the bucket aw-watcher-afk as JSON.")
