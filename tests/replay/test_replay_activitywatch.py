"""ActivityWatch exports as they really are: overlapping, repeated, out of order, and with small gaps."""

from __future__ import annotations

import json
from typing import Any

import pytest

from replay.told import brief, log
from sitbreak.replay.reading import parse_trace
from sitbreak.replay.trace import Being, Trace, TraceError

DATE = "2023-04-18T"


def event(clock: str, seconds: float, status: str = "not-afk", number: int = 1) -> dict[str, Any]:
    return {
        "id": number,
        "timestamp": f"{DATE}{clock}+00:00",
        "duration": seconds,
        "data": {"status": status},
    }


def bucket(*events: dict[str, Any], kind: str = "afkstatus", host: str = "desk") -> dict[str, Any]:
    return {
        "id": f"aw-watcher-afk_{host}",
        "created": "2023-01-05T08:11:20.917000+00:00",
        "name": None,
        "type": kind,
        "client": "aw-watcher-afk",
        "hostname": host,
        "events": list(events),
    }


def export(*buckets: dict[str, Any]) -> dict[str, Any]:
    return {"buckets": {one["id"]: one for one in buckets}}


def parsed(plain: Any, *, indent: int | None = None) -> Trace:
    return parse_trace(json.dumps(plain, indent=indent).encode(), "aw.json")


def told(trace: Trace) -> list[str]:
    return [f"{s.start:%H:%M:%S}-{s.end:%H:%M:%S} {s.being}" for s in trace.spans]


REAL = export(
    bucket(
        event("13:00:00.500000", 3600.25),
        # The watcher dates afk back to the last input plus a millisecond, and stores steps of one event.
        event("12:10:00.001000", 200.0, "afk"),
        event("12:10:00.001000", 195.0, "afk"),
        event("12:10:00.001000", 3000.498, "afk"),
        event("11:07:59.903000", 3720.097),
        event("11:07:59.903000", 3500.0),
        event("11:07:59.903000", 0.0),
        event("11:07:00.000000", 59.902, "afk"),
        event("10:40:00.000000", 120.0, "hibernating"),
        event("09:00:00.000000", 7619.5),
    ),
    bucket(
        {"timestamp": f"{DATE}09:00:00Z", "duration": 5, "data": {"app": "mail"}},
        kind="currentwindow",
        host="w",
    ),
)


def test_a_real_export_becomes_a_plain_day() -> None:
    assert told(parsed(REAL)) == [
        "09:00:00-11:07:00 active",
        "11:07:00-11:07:59 idle",
        "11:07:59-12:10:00 active",
        "12:10:00-13:00:00 idle",
        "13:00:00-14:00:00 active",
    ]
    sits = [line for line in brief(log(parsed(REAL))) if " sat " in line]
    assert [line.split()[2] for line in sits] == ["09:00:00-12:10:00", "13:00:00-14:00:00"]


@pytest.mark.parametrize(
    "plain", [REAL["buckets"]["aw-watcher-afk_desk"], REAL["buckets"]["aw-watcher-afk_desk"]["events"]]
)
def test_a_bare_bucket_and_bare_events_say_the_same(plain: Any) -> None:
    assert parsed(plain) == parsed(REAL) == parsed(plain, indent=2)


def test_input_beats_none_where_they_overlap() -> None:
    trace = parsed([event("09:00:00", 3600, "afk"), event("09:20:00", 600), event("09:10:00", 60)])
    assert told(trace) == [
        "09:00:00-09:10:00 idle",
        "09:10:00-09:11:00 active",
        "09:11:00-09:20:00 idle",
        "09:20:00-09:30:00 active",
        "09:30:00-10:00:00 idle",
    ]


def test_who_types_on_one_machine_is_active_though_idle_on_another() -> None:
    trace = parsed(
        export(
            bucket(event("09:00:00", 1800), event("09:30:00", 5400, "afk"), host="desk"),
            bucket(event("09:00:00", 1800, "afk"), event("09:30:00", 3600), host="lap"),
        )
    )
    assert told(trace) == ["09:00:00-10:30:00 active", "10:30:00-11:00:00 idle"]


def test_gaps_shorter_than_the_watchers_beat_are_bridged_and_longer_ones_are_asleep() -> None:
    trace = parsed([event("09:00:00", 595), event("09:10:00", 600), event("11:00:00", 600)])
    assert told(trace) == ["09:00:00-09:20:00 active", "11:00:00-11:10:00 active"]
    assert "11:00:00 away 09:20:00-11:00:00 6000 asleep" in brief(log(trace))


def test_a_time_may_end_in_z_and_have_nanoseconds() -> None:
    plain = event("09:00:00", 60) | {"timestamp": "2023-04-18T09:00:00.123456789Z"}
    assert parsed([plain]).spans[0].being is Being.ACTIVE


def test_buckets_and_events_that_hold_nothing_are_an_empty_trace() -> None:
    assert parsed([]) == parsed(export(bucket())) == Trace()


@pytest.mark.parametrize(
    ("plain", "says"),
    [
        (export(bucket(kind="currentwindow")), "aw.json has no bucket of type afkstatus"),
        ({"buckets": {}}, "no bucket of type afkstatus"),
        ({"buckets": []}, '"buckets" is no object'),
        ({"buckets": {"x": 1}}, "bucket 'x' is no object"),
        ({"buckets": {"x": {"type": "afkstatus", "events": 1}}}, "has no list of events"),
        ([event("09:00:00", 1), 5], "event 1: 5 is no event"),
        ([event("09:00:00", 1) | {"timestamp": None}], "event 0: None is no time"),
        ([event("09:00:00", 1) | {"duration": "1"}], "its duration is '1'"),
        ([event("09:00:00", 1) | {"duration": True}], "its duration is True"),
        ([event("09:00:00", 1) | {"duration": 1e300}], "event 0: its duration is 1e+300"),
        ([event("09:00:00", 1) | {"duration": 10**400}], "event 0: its duration is 1000"),
        ([event("09:00:00", 1) | {"duration": float("nan")}], "its duration is nan"),
        ([event("09:00:00", 5, "hibernating")], "no event says afk or not-afk"),
        (
            [event("09:00:00", 5), event("09:00:00", 5) | {"timestamp": "1970-01-01T00:00:00Z"}],
            "over 20 years",
        ),
    ],
)
def test_each_fault_is_told_with_its_place_and_a_remedy(plain: Any, says: str) -> None:
    with pytest.raises(TraceError) as caught:
        parsed(plain)
    assert says in caught.value.what
    assert caught.value.what.startswith("aw.json")
    assert caught.value.remedy


def test_an_export_that_was_cut_off_is_told_with_its_line() -> None:
    text = json.dumps(REAL, indent=2)
    with pytest.raises(TraceError, match=r"aw.json, line \d\d+: this is not JSON"):
        parse_trace(text[: len(text) // 2].encode(), "aw.json")
