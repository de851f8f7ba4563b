"""Sits in the log against what a scripted person really did, on each compositor."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import TypeAlias

from bench.desks import DESKS, Open, Place
from bench.figure import Figure
from daemon import Daemon
from desk import wait_for

SITS = 6
AWAY_AFTER_S = 2.0
TOUCH_EVERY_S = 0.1

Span: TypeAlias = tuple[datetime, datetime]


def measure() -> Iterator[Figure]:
    """The worst error of any start and any end, compositor by compositor."""
    for name, opened in DESKS.items():
        errors = _errors_s(opened)
        what = f"sits on {name} against the truth, worst of {len(errors)} transitions"
        yield Figure(what, max(errors), "s", 1)


def _errors_s(opened: Open) -> list[float]:
    with opened() as place:
        daemon = Daemon(
            place.desk,
            sitting__away_after=f"{AWAY_AFTER_S:g}s",
            sitting__present_within="1s",
            reminders__movement__every="30m",
            reminders__movement__lasts="1s",
        ).start()
        assert daemon.status()["presence"] == place.source
        time.sleep(AWAY_AFTER_S + 1)  # the script begins with nobody there
        began = datetime.now(UTC)
        truth = [_sit(place, 1.5 + 0.3 * number) for number in range(SITS)]
        wait_for(lambda: len(_sits(daemon, began)) >= SITS, why=f"for {truth} in {daemon.log()}")
        logged = _sits(daemon, began)
        daemon.kill()
    return [
        abs((said - real).total_seconds())
        for sit, was in zip(logged, truth, strict=True)
        for said, real in zip(sit, was, strict=True)
    ]


def _sit(place: Place, length_s: float) -> Span:
    """Be active for so long, then gone for longer than counts as away; (first input, last input)."""
    end = time.monotonic() + length_s
    place.touch()
    first = last = datetime.now(UTC)
    while time.monotonic() < end:
        place.touch()
        last = datetime.now(UTC)
        time.sleep(TOUCH_EVERY_S)
    time.sleep(AWAY_AFTER_S + 1)
    return first, last


def _sits(daemon: Daemon, after: datetime) -> list[Span]:
    """Those that ended after that, so not the one that the daemon may have begun with."""
    spans = [
        (datetime.fromisoformat(entry["from"]), datetime.fromisoformat(entry["to"]))
        for entry in daemon.log()
        if entry["entry"] == "sat"
    ]
    return [span for span in spans if span[1] > after]
