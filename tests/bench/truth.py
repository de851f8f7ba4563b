"""Sits in the log against what a scripted person really did, on X11."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

from bench.figure import Figure
from daemon import Daemon
from desk import Desk, wait_for

SITS = 12
AWAY_AFTER_S = 2.0


def measure() -> Iterator[Figure]:
    """The worst error of any start and any end, over 24 transitions."""
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder)) as desk:
        daemon = Daemon(
            desk,
            sitting__away_after=f"{AWAY_AFTER_S:g}s",
            sitting__present_within="1s",
            reminders__movement__every="30m",
            reminders__movement__lasts="1s",
        ).start()
        time.sleep(AWAY_AFTER_S + 1)  # the script begins with nobody there
        truth = [_sit(desk, 1.5 + 0.3 * number) for number in range(SITS)]
        wait_for(lambda: _sits(daemon)[-SITS:] and len(_sits(daemon)) >= SITS, why="for the last sit")
        logged = _sits(daemon)[-SITS:]
        daemon.kill()
    errors = [
        abs((said - real).total_seconds())
        for sit, was in zip(logged, truth, strict=True)
        for said, real in zip(sit, was, strict=True)
    ]
    yield Figure(f"sits on X11 against the truth, worst of {len(errors)} transitions", max(errors), "s", 1)


def _sit(desk: Desk, length_s: float) -> tuple[datetime, datetime]:
    """Be active for so long, then gone for longer than counts as away; (first input, last input)."""
    end = time.monotonic() + length_s
    desk.move(100, 100)
    first = last = datetime.now(UTC)
    while time.monotonic() < end:
        desk.move(100 + int(last.timestamp() * 10) % 100, 200)
        last = datetime.now(UTC)
        time.sleep(0.1)
    time.sleep(AWAY_AFTER_S + 1)
    return first, last


def _sits(daemon: Daemon) -> list[tuple[datetime, datetime]]:
    return [
        (datetime.fromisoformat(entry["from"]), datetime.fromisoformat(entry["to"]))
        for entry in daemon.log()
        if entry["entry"] == "sat"
    ]
