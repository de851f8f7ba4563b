"""How long a person's year takes to replay.

The year is 250 days of 120 spans, made from a seed: typing and pauses, some of them locked, two calls and a
lunch a day. It is measured as JSON lines and as an ActivityWatch export, here and as a whole command.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from bench.figure import Figure
from sitbreak.config.content import load_catalogue
from sitbreak.config.places import find_places
from sitbreak.config.resolve import resolve
from sitbreak.core.clock import iso
from sitbreak.core.effects import entry_json
from sitbreak.core.rules import rules
from sitbreak.replay.reading import read_trace
from sitbreak.replay.run import Days, play

DAYS = 250
PAIRS = 60
FIRST = datetime(2025, 1, 6, 7, 30, tzinfo=UTC)
TIMES = 5

Told = tuple[datetime, datetime, str, list[str]]


def measure() -> Iterator[Figure]:
    """The best of a few runs, which is what the code takes when the machine is quiet."""
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("lines", as_lines(year())), ("export", as_export(year()))):
            file = Path(folder, f"year-{name}.json")
            file.write_text(text, encoding="utf-8")
            yield from _measure(f"replay a year ({name})", file)


def year(seed: int = 1) -> Iterator[Told]:
    """(from, to, is, also) of every span."""
    chance = random.Random(seed)  # noqa: S311 - nothing secret
    for day in range(DAYS):
        at = FIRST + timedelta(days=day + day // 5 * 2, seconds=chance.uniform(0, 3600))
        calls = {chance.randrange(PAIRS) for _ in range(2)}
        for pair in range(PAIRS):
            until = at + timedelta(seconds=chance.lognormvariate(5.6, 0.8))
            yield at, until, "active", ["call"] if pair in calls else []
            being = "locked" if chance.random() < 0.15 else "idle"
            gap_s = 2700.0 if pair == PAIRS // 2 else chance.lognormvariate(4.6, 1.0)
            at = until + timedelta(seconds=gap_s)
            yield until, at, being, []


def as_lines(spans: Iterable[Told]) -> str:
    """The year in JSON lines."""
    rows = ({"from": iso(a), "to": iso(b), "is": being, "also": also} for a, b, being, also in spans)
    return "".join(json.dumps(row) + "\n" for row in rows)


def as_export(spans: Iterable[Told]) -> str:
    """The year as ActivityWatch would export it: newest first, no pause under its three minutes."""
    kept: list[tuple[datetime, datetime, bool]] = []
    for start, end, being, _ in spans:
        here = being == "active" or end - start < timedelta(minutes=3)
        if kept and kept[-1][1:] == (start, here):
            kept[-1] = (kept[-1][0], end, here)
        else:
            kept.append((start, end, here))
    events = [
        {
            "id": number,
            "timestamp": start.isoformat(),
            "duration": (end - start).total_seconds() - 0.001,
            "data": {"status": "not-afk" if here else "afk"},
        }
        for number, (start, end, here) in enumerate(kept)
    ]
    bucket = {"id": "aw-watcher-afk_desk", "type": "afkstatus", "events": events[::-1]}
    return json.dumps({"buckets": {bucket["id"]: bucket}})


def _measure(what: str, file: Path) -> Iterator[Figure]:
    known = rules(resolve(find_places(), {}, {}).policy, load_catalogue().catalogue)
    command = (sys.executable, "-m", "sitbreak", "replay", str(file), "--json")
    trace = read_trace(file)
    days = Days(trace, known, None)
    entries = list(days.live())
    yield Figure(f"{what}: spans", len(trace.spans), "")
    yield Figure(f"{what}: steps of the core a span", days.steps / len(trace.spans), "")
    yield Figure(f"{what}: read", _best_s(lambda: read_trace(file)), "s")
    yield Figure(f"{what}: live", _best_s(lambda: list(play(trace, known))), "s", 1)
    yield Figure(f"{what}: write", _best_s(lambda: [json.dumps(entry_json(*one)) for one in entries]), "s")
    yield Figure(
        f"{what}: whole command",
        _best_s(lambda: subprocess.run(command, stdout=subprocess.DEVNULL, check=True)),
        "s",
    )


def _best_s(job: Callable[[], object]) -> float:
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        job()
        found.append(time.perf_counter() - began)
    return min(found)
