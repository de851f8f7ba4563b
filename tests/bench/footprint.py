"""What the running daemon costs: memory, processor, wake-ups; at an idle and at an active desk."""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from bench.counting import wakeups
from bench.figure import Figure
from daemon import Daemon, Hands
from desk import Desk

SETTLE_S = 15.0
WINDOW_S = 60.0


def measure() -> Iterator[Figure]:
    """The daemon with its defaults on Xfce, tray and notifier alive."""
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder)) as desk:
        desk.start_panel()
        desk.start_notifyd()
        desk.start_bus("system-bus")
        daemon = Daemon(desk)
        daemon.settings.clear()
        daemon.start()
        pid = daemon.process.pid
        time.sleep(SETTLE_S)
        yield from _window(pid, "idle desk")
        with Hands(desk):
            time.sleep(2)
            yield from _window(pid, "active desk")
        yield Figure("memory of the daemon (PSS)", _pss_mb(pid), "MB")
        yield Figure("threads", len(list(Path(f"/proc/{pid}/task").iterdir())), "")
        daemon.kill()


def _window(pid: int, where: str) -> Iterator[Figure]:
    cpu_s, began = _cpu_s(pid), time.monotonic()
    alone, _ = wakeups(pid, WINDOW_S)
    took_s = time.monotonic() - began
    yield Figure(f"wake-ups, {where}", alone, "/s", 0.1)
    yield Figure(f"processor, {where}", 100 * (_cpu_s(pid) - cpu_s) / took_s, "%", 0.01)


def _cpu_s(pid: int) -> float:
    """Processor seconds so far, from the scheduler's own nanoseconds where it tells them."""
    total_ns = 0
    for task in Path(f"/proc/{pid}/task").iterdir():
        total_ns += int((task / "schedstat").read_text().split()[0])
    return total_ns / 1e9


def _pss_mb(pid: int) -> float:
    """Proportional memory, as if this benchmark did not share its Python with the daemon."""
    total_kb, ours = 0, False
    for line in Path(f"/proc/{pid}/smaps").read_text().splitlines():
        head, _, rest = line.partition(" ")
        if "-" in head and not head.endswith(":"):
            ours = any(prefix in rest for prefix in (sys.prefix, sys.base_prefix))
        elif head == ("Rss:" if ours else "Pss:"):
            total_kb += int(rest.split()[0])
    return total_kb / 1024
