"""Every command where no daemon is, where the locale, the log or the pipe is not what one would wish."""

from __future__ import annotations

import json
import os
import re
import shlex
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest

from daemon import SITBREAK
from sitbreak.cli.commands import COMMANDS
from sitbreak.core.clock import Instant
from sitbreak.core.effects import Record, Water
from sitbreak.store.journal import SqliteJournal

Call = Callable[..., subprocess.CompletedProcess[str]]

ROOT = Path(__file__).resolve().parents[2]
ASKING = ("done", "snooze", "skip", "now", "pause", "resume", "stand", "sit", "water", "why", "status")
TELLING = (
    ("version",),
    ("stats",),
    ("log",),
    ("prompts",),
    ("prompts", "show", "walk"),
    ("safety",),
    ("doctor",),
    ("config", "show"),
    ("config", "show", "--origin"),
    ("config", "check"),
    ("config", "path"),
    ("config", "schema"),
)


def two_lines(told: subprocess.CompletedProcess[str], code: int) -> str:
    assert (told.returncode, told.stdout) == (code, ""), told.stderr
    assert len(told.stderr.splitlines()) == 2, told.stderr
    return told.stderr


@pytest.mark.parametrize("command", ASKING)
@pytest.mark.parametrize("form", [(), ("--json",)])
def test_without_a_daemon_the_commands_say_how_to_start_it(
    alone: Call, command: str, form: tuple[str, ...]
) -> None:
    told = alone(command, *form)
    assert two_lines(told, 3) == "sitbreak is not running.\nStart it with `sitbreak run`.\n"


@pytest.mark.parametrize("command", TELLING)
def test_what_needs_no_daemon_prints_words_and_valid_json(alone: Call, command: tuple[str, ...]) -> None:
    plain = alone(*command)
    assert (plain.returncode, plain.stderr) == (0, "")
    assert plain.stdout.strip()
    if command == ("config", "schema"):
        assert json.loads(plain.stdout)["type"] == "object"
        return
    told = alone(*command, "--json")
    assert (told.returncode, told.stderr) == (0, "")
    if command != ("log",):
        json.loads(told.stdout)


def test_the_facts_have_the_keys_of_the_design(alone: Call) -> None:
    assert json.loads(alone("version", "--json").stdout).keys() == {"sitbreak", "python", "platform"}
    origins = json.loads(alone("config", "show", "--origin", "--json").stdout)
    assert [one.keys() for one in origins] == [{"key", "value", "layer", "file", "line", "bound"}] * len(
        origins
    )
    values = json.loads(alone("config", "show", "--json").stdout)
    assert values["reminders.movement.every"] == "30m"
    prompts = json.loads(alone("prompts", "--json").stdout)
    assert {"id", "kinds", "title", "line", "steps", "sources"} <= prompts[0].keys()
    assert json.loads(alone("safety", "--json").stdout).keys() >= {"stop", "never", "red_flags"}
    assert json.loads(alone("doctor", "--json").stdout)["running"] is False


def test_nobodys_log_stays_nobodys(alone: Call, short_path: Path) -> None:
    for command in ("log", "stats", "why", "doctor"):
        alone(command)
    assert "nothing in the log" in alone("log").stdout
    made = [path for path in (short_path / "home").rglob("*") if path.is_file()]
    assert made == []


@pytest.fixture
def log(alone: Call, short_path: Path) -> Path:
    path = short_path / "home/.local/share/sitbreak/log.db"
    path.parent.mkdir(parents=True)
    return path


def noise(path: Path) -> None:
    path.write_bytes(b"noise" * 5000)


def folder(path: Path) -> None:
    path.mkdir()


def other(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE entry (what)")
    connection.close()


def newer(path: Path) -> None:
    with sqlite3.connect(path) as connection:
        connection.execute("CREATE TABLE happening (what)")
        connection.execute("PRAGMA user_version = 99")
    connection.close()


@pytest.mark.parametrize("spoil", [noise, folder, other, newer])
def test_a_broken_log_is_told_in_two_lines_and_doctor_names_it(alone: Call, log: Path, spoil: object) -> None:
    assert callable(spoil)
    spoil(log)
    for command in ("log", "stats"):
        assert str(log) in two_lines(alone(command), 1)
    checks = json.loads(alone("doctor", "--json").stdout)["checks"]
    assert [check["ok"] for check in checks if check["about"] == "log"] == [False]


def test_doctor_without_a_daemon_names_a_faulty_config(alone: Call, short_path: Path) -> None:
    file = short_path / "home/.config/sitbreak/config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("[reminders.movement]\nevery = 'often'\n")
    told = alone("doctor")
    assert told.returncode == 0
    assert f"{file}, line 2" in told.stdout
    assert two_lines(alone("config", "check"), 4).startswith(f"{file}, line 2")
    assert two_lines(alone("config", "show"), 4)


def test_config_set_changes_the_file_and_only_for_the_better(alone: Call, short_path: Path) -> None:
    file = short_path / "home/.config/sitbreak/config.toml"
    done = alone("config", "set", "reminders.movement.every", "25m")
    assert (done.returncode, done.stderr) == (0, "")
    assert 'every = "25m"' in file.read_text()
    before = file.read_text()
    for key, value in (("reminders.movement.every", "often"), ("reminders.movment.every", "25m")):
        assert two_lines(alone("config", "set", key, value), 4)
    assert file.read_text() == before
    assert alone("config", "path").stdout == f"{file}\n"
    assert json.loads(alone("config", "show", "--json").stdout)["reminders.movement.every"] == "25m"


def test_a_config_may_be_named_anywhere_on_the_line(alone: Call, short_path: Path) -> None:
    file = short_path / "mine.toml"
    file.write_text("[water]\nglass_ml = 321\n")
    for words in (
        ("--config", str(file), "config", "show", "--json"),
        ("config", "show", f"--config={file}", "--json"),
        ("config", "show", "--json", "--config", str(file)),
    ):
        assert json.loads(alone(*words).stdout)["water.glass_ml"] == 321
    by_environment = alone("config", "show", "--json", SITBREAK_CONFIG=str(file))
    assert json.loads(by_environment.stdout)["water.glass_ml"] == 321
    assert two_lines(alone("--config"), 2)
    assert two_lines(alone("config", "check", "--config", "gone.toml"), 4)


@pytest.mark.parametrize(
    "nonsense",
    [
        ("prompts", "show", "dance"),
        ("prompts", "show"),
        ("prompts", "dance"),
        ("config", "dance"),
        ("config", "set", "reminders.movement.every"),
        ("run", "--set", "nonsense"),
        ("version", "now"),
        ("stauts",),
    ],
)
def test_wrong_usage_is_told_in_two_lines(alone: Call, nonsense: tuple[str, ...]) -> None:
    assert "--help" in two_lines(alone(*nonsense), 2)


def test_settings_of_a_run_that_cannot_be_are_refused(alone: Call) -> None:
    told = alone("run", "--set", "reminders.movement.every=often")
    assert told.returncode == 4
    assert "reminders.movement.every" in told.stderr
    assert "Traceback" not in told.stderr


def test_called_without_a_word_it_shows_what_there_is(alone: Call) -> None:
    told = alone()
    assert told.returncode == 2
    assert all(f"  {name} " in told.stderr for name in COMMANDS)


@pytest.mark.parametrize(
    "env",
    [
        {"LC_ALL": "C", "LANG": None},
        {"LC_ALL": "POSIX", "PYTHONCOERCECLOCALE": "0", "PYTHONUTF8": "0"},
        {"PYTHONIOENCODING": "ascii"},
        {"LC_ALL": "xx_YY.nonsense"},
        {"LANGUAGE": "de", "LC_ALL": "C.UTF-8"},
        {"LANGUAGE": "de", "LC_ALL": "C", "PYTHONIOENCODING": "ascii"},
        {"HOME": None},
        {"HOME": "/nonexistent"},
        {"HOME": ""},
        {"XDG_DATA_HOME": "relative"},
        {"XDG_RUNTIME_DIR": None},
        {"XDG_RUNTIME_DIR": "relative"},
        {"TZ": "Nowhere/At_All"},
        {"TZ": ""},
        {"PATH": None},
    ],
    ids=lambda env: " ".join(f"{name}={value}" for name, value in env.items()),
)
def test_no_environment_brings_a_traceback(alone: Call, env: dict[str, str | None]) -> None:
    for words in (("--help",), ("prompts",), ("stats",), ("log",), ("config", "path"), ("version",)):
        told = alone(*words, **env)
        assert (told.returncode, told.stderr) == (0, ""), words
        assert told.stdout
    assert alone("status", **env).returncode == 3


def test_a_german_reads_german(alone: Call) -> None:
    assert "Bewege dich langsam" in alone("safety", LANGUAGE="de", LC_ALL="C.UTF-8").stdout


def test_who_has_no_name_and_no_home_is_no_traceback(short_path: Path) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may become somebody else")
    code = (
        "import os, sys; sys.argv = ['sitbreak', 'log']; from sitbreak.cli.main import main;"
        "import sitbreak.cli.commands, sitbreak.cli.history, sqlite3;"
        "os.setgroups([]); os.setgid(54321); os.setuid(54321); main()"
    )
    ran = subprocess.run(
        [sys.executable, "-c", code],
        env={"PATH": "/usr/bin"},
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "Traceback" not in ran.stderr
    assert ran.returncode in (0, 1)


def shell(alone: Call, short_path: Path, line: str) -> subprocess.CompletedProcess[str]:
    env = {"HOME": str(short_path / "home"), "PATH": "/usr/bin:/bin", "S": SITBREAK, "LANG": "C.UTF-8"}
    return subprocess.run(
        ["bash", "-c", f"set -o pipefail; {line}"],
        env=env,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


@pytest.mark.parametrize(
    "line",
    [
        "$S prompts | head -1",
        "$S safety | head -1",
        "$S config schema | head -1",
        "$S --help | true",
        "$S version | true",
        "$S version >&-",
        "$S prompts >&-",
        "$S --help >&-",
    ],
)
def test_who_stops_reading_is_no_fault(alone: Call, short_path: Path, line: str) -> None:
    ran = shell(alone, short_path, line)
    assert (ran.returncode, ran.stderr) == (0, "")


def test_a_long_log_may_be_cut_off(alone: Call, log: Path, short_path: Path) -> None:
    at = Instant(0.0, datetime.now(UTC))
    journal = SqliteJournal(log)
    journal.commit([Record(at=at, entry=Water(ml=ml)) for ml in range(1, 5000)], {})
    journal.close()
    ran = shell(alone, short_path, "$S log --json | head -1")
    assert (ran.returncode, ran.stderr) == (0, "")
    assert json.loads(ran.stdout)["ml"] == 1
    assert len(alone("log").stdout.splitlines()) == 51
    assert len(alone("log", "--json").stdout.splitlines()) == 4999


@pytest.mark.parametrize("words", ["version", "prompts", "safety --json"])
def test_output_that_cannot_be_written_is_told(alone: Call, short_path: Path, words: str) -> None:
    ran = shell(alone, short_path, f"$S {words} > /dev/full")
    assert ran.returncode == 1
    assert len(ran.stderr.splitlines()) == 2


def test_every_command_stands_in_the_readme_and_explains_itself(alone: Call) -> None:
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    missing = [name for name in COMMANDS if not re.search(rf"`(?:[^`]*\s)?{re.escape(name)}\b", readme)]
    assert missing == []
    for name in COMMANDS:
        told = alone(name, "--help")
        assert (told.returncode, told.stderr) == (0, ""), name
        assert told.stdout.startswith(f"Usage: sitbreak {shlex.quote(name)}")
