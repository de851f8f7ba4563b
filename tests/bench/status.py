"""``sitbreak status`` against bare Python, turn by turn."""

from __future__ import annotations

import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure
from daemon import SITBREAK, Daemon
from desk import Desk

RUNS = 41


def measure() -> Iterator[Figure]:
    """Medians of whole processes, the two in turn."""
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder)) as desk:
        daemon = Daemon(desk).start()
        bare, status = [], []
        for _ in range(RUNS):
            bare.append(_timed([sys.executable, "-c", "pass"], desk))
            status.append(_timed([SITBREAK, "status"], desk))
        daemon.kill()
    ratio = statistics.median(status) / statistics.median(bare)
    yield Figure("bare python -c pass, median", statistics.median(bare) * 1000, "ms")
    yield Figure("sitbreak status, median", statistics.median(status) * 1000, "ms")
    yield Figure("sitbreak status over bare python", ratio, "times", 4)


def _timed(argv: list[str], desk: Desk) -> float:
    began = time.perf_counter()
    subprocess.run(argv, env=desk.env, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, check=True)
    return time.perf_counter() - began
