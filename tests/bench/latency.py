"""How soon a due prompt is on the bus, and how soon a click is in the log."""

from __future__ import annotations

import sqlite3
import statistics
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.figure import Figure
from daemon import Daemon
from desk import Desk, wait_for
from notifyd import Server
from sitbreak.adapters.control.client import ask

ROUNDS = 15
LOOK_S = 0.0005


class TimedServer(Server):
    """Notes when each note came."""

    def _take(self, body: list[Any]) -> int:
        self.came_at = time.time()
        return super()._take(body)


def measure() -> Iterator[Figure]:
    """Medians over so many prompts, each shown and answered for real."""
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder)) as desk:
        server = TimedServer(desk.env["DBUS_SESSION_BUS_ADDRESS"])
        server.start()
        daemon = Daemon(
            desk,
            sitting__away_after="1h",
            sitting__present_within="30m",
            reminders__movement__every="4s",
        ).start()
        desk.move(50, 50)
        time.sleep(3.2)  # long enough for a pause in typing, so that nothing but the clock is waited for
        shown, logged = [], []
        for number in range(ROUNDS):
            due_at = _due_at(daemon)
            _wait_for_call(server, number + 1)
            shown.append(server.came_at - due_at)
            logged.append(_click(server, daemon))
        daemon.kill()
        server.close()
    yield Figure("due to notification on the bus, median", statistics.median(shown) * 1000, "ms", 100)
    yield Figure("click to committed log row, median", statistics.median(logged) * 1000, "ms", 50)


def _wait_for_call(server: Server, count: int) -> None:
    wait_for(lambda: len(server.calls) >= count, why="for the prompt")


def _due_at(daemon: Daemon) -> float:
    status = ask(daemon.desk.run_dir / "sitbreak", "status")["data"]
    told = time.time()
    in_s = next(due["in_s"] for due in status["due"] if due["kind"] == "movement")
    return told + float(in_s)


def _click(server: Server, daemon: Daemon) -> float:
    """Seconds from the signal of a click to the row that another process can read."""
    with sqlite3.connect(f"{(daemon.data / 'log.db').as_uri()}?mode=ro", uri=True) as connection:
        query = "SELECT count(*) FROM entry WHERE kind = 'answered'"
        before = connection.execute(query).fetchone()[0]
        began = time.perf_counter()
        server.invoke(max(server.on_screen), "skip")
        while connection.execute(query).fetchone()[0] == before:
            time.sleep(LOOK_S)
        took = time.perf_counter() - began
    connection.close()
    return took
