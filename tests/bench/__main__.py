"""Run the benchmarks and print their figures: all of them, or those named on the command line."""

from __future__ import annotations

import sys

from bench import bench_replay, drawing, footprint, holds, latency, status, truth, wakeups
from bench.figure import Bench, Figure, table

BENCHES: dict[str, Bench] = {
    "truth": truth.measure,
    "latency": latency.measure,
    "holds": holds.measure,
    "status": status.measure,
    "footprint": footprint.measure,
    "wakeups": wakeups.measure,
    "replay": bench_replay.measure,
    "figures": drawing.measure,
}


def main() -> None:
    """Print each figure as it comes, then the table."""
    named = sys.argv[1:] or list(BENCHES)
    if unknown := [name for name in named if name not in BENCHES]:
        sys.exit(f"no such benchmark: {', '.join(unknown)}; there are {', '.join(BENCHES)}")
    figures: list[Figure] = []
    for name in named:
        print(f"measuring {name} …", file=sys.stderr, flush=True)
        figures += BENCHES[name]()
    print(table([("figure", "value", "goal", ""), *(figure.row() for figure in figures)]))


main()
