"""How long a person's year takes to replay: ``python tests/bench/bench_replay.py``.

The year is 250 days of 120 spans, made from a seed: typing and pauses, some locked, two calls and a lunch a day.
It is measured as JSON lines and as an ActivityWatch export, each in this process and as a whole command.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from sitbreak.config.content import load_catalogue
from sitbreak.config.resolve import resolve
from sitbreak.config.places import find_places
from sitbreak.core.clock import iso
from sitbreak.core.effects import entry_json
from sitbreak.core.state import rules
from sitbreak.replay.reading import read_trace
from sitbreak.replay.run import Days, play

DAYS = 250
PAIRS = 60
FIRST = datetime(2025, 1, 6, 7, 30, tzinfo=UTC)
TIMES = 5

Told = tuple[datetime, datetime, str, list[str]]


def year(seed: int = 1) -> Iterator[Told]:
    """(from, to, is, also) of every span."""
    chance = random.Random(seed)
    for day in range(DAYS):
        at = FIRST + timedelta(days=day + day // 5 * 2, seconds=chance.uniform(0, 3600))
        calls = {chance.randrange(PAIRS) for _ in range(2)}
        for pair in range(PAIRS):
            also = ["call"] if pair in calls else []
            active_s = chance.lognormvariate(5.6, 0.8)
            until = at + timedelta(seconds=active_s)
            yield at, until, "active", also
            gap_s = 2700.0 if pair == PAIRS // 2 else chance.lognormvariate(4.6, 1.0)
            being = "locked" if chance.random() < 0.15 else "idle"
            at = until + timedelta(seconds=gap_s)
            yield until, at, being, []


def as_lines(spans: Iterator[Told]) -> str:
    """The year in JSON lines."""
    rows = ({"from": iso(a), "to": iso(b), "is": being, "also": also} for a, b, being, also in spans)
    return "".join(json.dumps(row) + "\n" for row in rows)


def as_export(spans: Iterator[Told]) -> str:
    """The year as ActivityWatch would export it: newest first, no gap under its three minutes."""
    kept: list[tuple[datetime, datetime, bool]] = []
    for start, end, being, _ in spans:
        here = being == "active" or end - start < timedelta(minutes=3)
        if kept and kept[-1][2] is here and kept[-1][1] == start:
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


def best_s(job: Callable[[], object]) -> float:
    """The shortest of a few times."""
    found = []
    for _ in range(TIMES):
        began = time.perf_counter()
        job()
        found.append(time.perf_counter() - began)
    return min(found)


def measure(file: Path, *more: str) -> str:
    """One row for that trace."""
    known = rules(resolve(find_places(), {}, {}).policy, load_catalogue()[0])

    def here() -> list[str]:
        return [json.dumps(entry_json(at, entry)) for at, entry in play(read_trace(file), known)]

    def whole() -> Any:
        command = [sys.executable, "-m", "sitbreak", "replay", str(file), "--json", *more]
        return subprocess.run(command, stdout=subprocess.DEVNULL, check=True)

    trace = read_trace(file)
    days = Days(trace, known, None)
    for _ in days.live():
        pass
    read_s, here_s, whole_s = best_s(lambda: read_trace(file)), best_s(here), best_s(whole)
    spans = len(trace.spans)
    return (
        f"| {file.name} | {spans} | {days.steps / spans:.2f} | {len(here())} "
        f"| {read_s:.2f} s | {here_s:.2f} s | {whole_s:.2f} s |"
    )


def main() -> None:
    """Print the table."""
    print("| year | spans | steps a span | entries | read | read, play, write | whole command |")
    print("| --- | --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for name, text in (("lines.jsonl", as_lines(year())), ("export.json", as_export(year()))):
            file = Path(folder, name)
            file.write_text(text, encoding="utf-8")
            print(measure(file))


if __name__ == "__main__":
    main()
