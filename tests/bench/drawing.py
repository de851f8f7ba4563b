"""The figures: all of them drawn by the daemon's own short-lived process, and the moving ones' size."""

from __future__ import annotations

import json
import statistics
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.figure import Figure
from sitbreak.app.pictures import DRAW
from sitbreak.config.poses import load_figures
from sitbreak.figures.svg import svg

RUNS = 5


def measure() -> Iterator[Figure]:
    """Medians of whole processes: nothing drawn yet, and all drawn already."""
    fresh, again = [], []
    for _ in range(RUNS):
        with tempfile.TemporaryDirectory() as folder:
            fresh.append(_draw(Path(folder)))
            again.append(_draw(Path(folder)))
            drawn = list(Path(folder).glob("*.png"))
            size_kb = sum(path.stat().st_size for path in drawn) / 1024
    moving = [len(svg(figure, title=name).encode()) for name, figure in load_figures().items()]
    yield Figure(f"all {len(drawn)} pictures drawn", statistics.median(fresh), "s")
    yield Figure("all drawn already", statistics.median(again), "s")
    yield Figure("all pictures on disk", size_kb, "KB")
    yield Figure("largest moving figure", max(moving) / 1000, "kB", 40)


def _draw(folder: Path) -> float:
    began = time.perf_counter()
    request = json.dumps({"folder": str(folder), "packs": [], "stamp": "bench"})
    subprocess.run(DRAW, input=request, text=True, check=True)
    return time.perf_counter() - began
