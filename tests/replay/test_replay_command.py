"""``sitbreak replay``: the same bytes wherever it runs, the person's own settings, and faults in words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

DAY = """\
{"from": "2026-03-02T08:00:00Z", "to": "2026-03-02T12:00:00Z", "is": "active", "also": []}
{"from": "2026-03-02T10:00:00Z", "to": "2026-03-02T10:30:00Z", "is": "idle"}
{"at": "2026-03-02T11:00:00Z", "answer": "pause", "for": "20m"}
"""


@pytest.fixture
def day(tmp_path: Path) -> Path:
    """A morning."""
    file = tmp_path / "day.jsonl"
    file.write_text(DAY, encoding="utf-8")
    return file


def replay(day: Path, *arguments: str, **environ: str) -> subprocess.CompletedProcess[bytes]:
    """Run it with nothing but its own home."""
    home = {
        "HOME": str(day.parent),
        "XDG_CONFIG_HOME": str(day.parent / "config"),
        "PATH": os.environ["PATH"],
    }
    command = [sys.executable, "-m", "sitbreak", "replay", str(day), *arguments]
    return subprocess.run(command, capture_output=True, check=False, env=home | environ, timeout=60)


def entries(done: subprocess.CompletedProcess[bytes]) -> list[dict[str, object]]:
    assert done.returncode == 0, done.stderr.decode()
    assert done.stderr == b""
    return [json.loads(line) for line in done.stdout.splitlines()]


def test_the_same_bytes_wherever_it_runs(day: Path) -> None:
    here = replay(day, "--json", "--answer", "done")
    there = replay(
        day,
        "--json",
        "--answer",
        "done",
        TZ="Asia/Tokyo",
        LC_ALL="de_DE.UTF-8",
        PYTHONHASHSEED="7",
        LANGUAGE="de",
    )
    assert entries(here) == entries(there) != []
    assert here.stdout == there.stdout


def test_entries_are_those_of_the_log(day: Path) -> None:
    told = entries(replay(day, "--json"))
    assert {"at", "entry"} <= told[0].keys()
    assert told[0]["at"] == "2026-03-02T08:30:00.000Z"
    assert [e for e in told if e["entry"] == "paused"] == [
        {"at": "2026-03-02T11:00:00.000Z", "entry": "paused", "until": "2026-03-02T11:20:00.000Z"}
    ]


def test_the_persons_settings_hold_and_set_goes_before_them(day: Path) -> None:
    config = day.parent / "my.toml"
    config.write_text('[reminders.movement]\nevery = "20m"\n', encoding="utf-8")
    told = entries(replay(day, "--json", SITBREAK_CONFIG=str(config)))
    assert told[0]["at"] == "2026-03-02T08:20:00.000Z"
    told = entries(
        replay(day, "--json", "--set", "reminders.movement.every=25m", SITBREAK_CONFIG=str(config))
    )
    assert told[0]["at"] == "2026-03-02T08:25:00.000Z"


def test_work_hours_are_in_the_zone_that_is_named(day: Path) -> None:
    hours = ("--set", "work.hours=Mon-Fri 17:00-21:00", "--json")
    assert not [e for e in entries(replay(day, *hours, "--zone", "UTC")) if e["entry"] == "shown"]
    assert [e for e in entries(replay(day, *hours, "--zone", "Asia/Tokyo")) if e["entry"] == "shown"]


def test_in_words_each_day_has_its_heading(day: Path) -> None:
    lines = replay(day).stdout.decode().splitlines()
    assert lines[0] == "2026-03-02 (UTC)"
    assert lines[1].startswith("  08:30:00  Prompt 1: movement")


def test_nothing_in_the_trace_is_said_in_words(tmp_path: Path) -> None:
    empty = tmp_path / "empty"
    empty.touch()
    assert replay(empty).stdout == b"Nothing happened in this trace.\n"
    assert replay(empty, "--json").stdout == b""


@pytest.mark.parametrize(
    ("content", "arguments", "code", "says"),
    [
        (b"{", (), 1, "line 1: this is not JSON"),
        (b"\xff", (), 1, "no UTF-8 text"),
        (None, (), 1, "cannot be read"),
        (b"", ("--set", "nonsense=1"), 4, "nonsense"),
        (b"", ("--set", "nonsense"), 2, "write it like"),
        (b"", ("--zone", "Nowhere"), 2, "is no time zone"),
        (b"", ("--answer", "later"), 2, "'ignore', 'done', 'skip', 'snooze'"),
    ],
)
def test_faults_are_told_in_words(
    tmp_path: Path, content: bytes | None, arguments: tuple[str, ...], code: int, says: str
) -> None:
    file = tmp_path / "trace"
    if content is not None:
        file.write_bytes(content)
    done = replay(file, *arguments)
    assert done.returncode == code
    assert says in done.stderr.decode()
    assert b"Traceback" not in done.stderr
