"""How often a process slept and woke, as the kernel counts it."""

from __future__ import annotations

import time
from contextlib import suppress
from pathlib import Path

LOOK_S = 0.5


def wakeups(pid: int, for_s: float) -> tuple[float, float]:
    """Voluntary context switches a second from now on: of the process alone, and with its children.

    Looking wakes none of them. A thread or a child that comes and goes between two looks goes uncounted.
    """
    began = time.monotonic()
    first = _switches(pid)
    latest = dict(first)
    while (took_s := time.monotonic() - began) < for_s:
        time.sleep(min(LOOK_S, for_s - took_s))
        latest |= _switches(pid)
    grown = {task: number - first.get(task, 0) for task, number in latest.items()}
    alone = sum(number for (process, _), number in grown.items() if process == pid)
    return alone / took_s, sum(grown.values()) / took_s


def _switches(pid: int) -> dict[tuple[int, str], int]:
    """By process and thread, those of all its descendants too."""
    found, families = dict[tuple[int, str], int](), [pid]
    for process in families:
        # Whoever has ended meanwhile keeps what it had.
        with suppress(OSError):
            for task in Path(f"/proc/{process}/task").iterdir():
                for line in (task / "status").read_text().splitlines():
                    if line.startswith("voluntary_ctxt_switches"):
                        found[process, task.name] = int(line.split()[1])
                families += map(int, (task / "children").read_text().split())
    return found
