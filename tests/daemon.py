"""The real daemon on a real desktop, and the person who uses it."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import cache
from pathlib import Path
from tempfile import gettempdir
from typing import Any, Self

from desk import Desk, wait_for
from sitbreak.app.pictures import gallery_of
from sitbreak.config.places import find_places

SITBREAK = str(Path(sys.executable).parent / "sitbreak")

QUICK = {
    "sitting.away_after": "3s",
    "sitting.present_within": "3s",
    "reminders.movement.every": "6s",
    "reminders.movement.lasts": "2s",
    "prompting.wait_for_pause": "1s",
    "prompting.merge_within": "1s",
    "prompting.most_per_hour": "60",
    "prompting.grace": "1s",
    "prompting.snoozes": '["2s"]',
}
"""A working day in seconds: six to sit, three to be gone."""


@cache
def shared_cache() -> Path:
    """One cache for all daemons of a test run, its figures drawn before any of them asks for time."""
    folder = Path(gettempdir()) / f"sitbreak-tests-{os.getuid()}"
    shipped = gallery_of(replace(find_places(), cache_dir=folder / "sitbreak", pack_folders=()))
    shipped.refresh()
    assert shipped.wait(60)
    return folder


class Hands:
    """A person at the mouse: moves it several times a second for as long as the block lasts."""

    def __init__(self, desk: Desk) -> None:
        self._desk, self._stop = desk, threading.Event()
        self._thread = threading.Thread(target=self._move)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _move(self) -> None:
        turn = 0
        while not self._stop.wait(0.2):
            turn = (turn + 1) % 50
            self._desk.move(300 + turn, 500)


class Daemon:
    """A daemon started on a desk with short times, its commands and its log."""

    def __init__(self, desk: Desk, *options: str, name: str = "sitbreak", **settings: str) -> None:
        self.desk, self._name = desk, name
        self._options = options
        self.settings = QUICK | {key.replace("__", "."): value for key, value in settings.items()}
        self.data = desk.home / ".local/share/sitbreak"

    def start(self) -> Self:
        """Start it and wait until it answers."""
        flags = [word for pair in self.settings.items() for word in ("--set", "=".join(pair))]
        self.process = self.desk.start(
            self._name, [SITBREAK, "run", *self._options, *flags], XDG_CACHE_HOME=str(shared_cache())
        )
        wait_for(lambda: self.call("status").returncode == 0, why=f"for the daemon: {self.output}")
        return self

    @property
    def output(self) -> str:
        """What it printed."""
        return self.desk.log(self._name)

    def kill(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it, rudely unless told otherwise."""
        self.desk.kill(self._name, how)

    def call(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        """Run one command."""
        return subprocess.run(
            [SITBREAK, *arguments],
            env=self.desk.env,
            cwd=self.desk.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    def status(self) -> dict[str, Any]:
        """``status --json``."""
        told: dict[str, Any] = json.loads(self.call("status", "--json").stdout)
        return told

    def log(self) -> list[dict[str, Any]]:
        """The log's entries, read straight from its file."""
        path = self.data / "log.db"
        if not path.exists():
            return []
        with sqlite3.connect(f"{path.as_uri()}?mode=ro", uri=True) as connection:
            rows = connection.execute("SELECT kind, prompt, body FROM entry ORDER BY id").fetchall()
        connection.close()
        return [{"entry": kind, "prompt": prompt} | json.loads(body) for kind, prompt, body in rows]

    def wait_for_entry(
        self, wanted: Callable[[dict[str, Any]], bool], *, for_s: float = 20.0
    ) -> dict[str, Any]:
        """The first entry that fits, once it is there."""
        return wait_for(lambda: next(filter(wanted, self.log()), None), for_s=for_s, why=f"in {self.log()}")

    def wait_for_prompt(self, *, after: int = 0) -> int:
        """The number of a prompt above ``after``, once it is shown."""
        shown = self.wait_for_entry(lambda e: e["entry"] == "shown" and e["prompt"] > after)
        return int(shown["prompt"])

    def answers(self, prompt: int) -> list[tuple[str, str | None]]:
        """(answer, evidence) of all that became of a prompt, in order."""
        return [
            (entry["answer"], entry["evidence"])
            for entry in self.log()
            if entry["entry"] == "answered" and entry["prompt"] == prompt
        ]


def bubbles(desk: Desk) -> list[tuple[int, int, int, int]]:
    """Where Xfce's notifications are, those that are fading away included."""
    return [window for window in desk.windows("otifyd") if window[2] > 100]


def bubble(desk: Desk) -> tuple[int, int, int, int] | None:
    """Where Xfce's notification is, if there is one."""
    return next(iter(bubbles(desk)), None)


def click_button(desk: Desk, label: str) -> None:
    """Click a button of Xfce's only notification with the mouse. They stand in a row at its lower right."""
    wait_for(lambda: len(bubbles(desk)) == 1, why="for one bubble")
    (x, y, width, height) = bubbles(desk)[0]
    from_right = {"Skip": 67, "Snooze": 179, "Done": 291}[label]
    desk.click(x + width - from_right, y + height - 31)


def proc_env(pid: int) -> dict[str, str]:
    """The environment a process was started with."""
    raw = Path(f"/proc/{pid}/environ").read_bytes().decode()
    return dict(item.partition("=")[::2] for item in raw.split("\0") if item)


def alive(pid: int) -> bool:
    """Whether that process is there."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
