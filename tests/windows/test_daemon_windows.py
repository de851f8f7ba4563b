"""The real daemon in Windows and its commands."""

from __future__ import annotations

import contextlib
import ctypes
import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from desk import wait_for
from windows_office import Office

assert sys.platform == "win32"

NEW_CONSOLE = subprocess.CREATE_NEW_CONSOLE


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory, figures: Path) -> Iterator[Office]:
    """A daemon at work, for those tests that leave it as it was."""
    with Office(tmp_path_factory.mktemp("office"), figures) as office:
        yield office.start("--no-tray")


@pytest.fixture
def fresh(tmp_path: Path, figures: Path) -> Iterator[Office]:
    """Folders of which no daemon knows yet."""
    with Office(tmp_path, figures) as office:
        yield office


def entries(office: Office, *wanted: str) -> list[dict[str, object]]:
    """The log, cut down to what is wanted."""
    return [{name: entry.get(name) for name in ("entry", *wanted)} for entry in office.log()]


def test_without_a_daemon_it_is_told_how_to_start_one(fresh: Office) -> None:
    for command in ("status", "done", "why", "pause"):
        told = fresh.call(command)
        assert (told.returncode, told.stdout) == (3, "")
        assert "sitbreak run" in told.stderr


def test_the_status_says_what_it_found_here(office: Office) -> None:
    told = office.status()
    assert told["presence"] == "none"
    assert told["config"] == {"file": str(office.config), "layers": ["shipped"]}
    assert told["problems"] == []
    assert "tell whether you are" in office.tell("status")


def test_a_prompt_asked_for_is_answered_by_a_command(office: Office) -> None:
    assert "sitbreak done" in office.tell("now")
    prompt = office.status()["prompt"]["id"]
    office.tell("done")
    assert office.status()["prompt"] is None
    assert entries(office, "prompt", "answer", "evidence", "via")[-2:] == [
        {"entry": "shown", "prompt": prompt, "answer": None, "evidence": None, "via": None},
        {"entry": "answered", "prompt": prompt, "answer": "done", "evidence": "said", "via": "command"},
    ]
    assert "done, as you said" in office.tell("why")


def test_a_pause_holds_and_ends(office: Office) -> None:
    office.tell("pause", "30m")
    assert office.status()["holds"] != []
    office.tell("resume")
    assert office.status()["holds"] == []
    assert [one["entry"] for one in entries(office)][-2:] == ["paused", "resumed"]


def test_a_second_daemon_is_refused(office: Office) -> None:
    told = office.call("run", "--no-tray")
    assert told.returncode == 1
    assert told.stderr.startswith("sitbreak is already running.\n")
    assert office.status()["problems"] == []


def test_the_doctor_tells_how_it_fares(office: Office) -> None:
    told = office.tell("doctor")
    assert "notifier: " in told
    assert str(office.data / "log.db") in told


def test_settings_are_written_shown_and_checked(fresh: Office) -> None:
    fresh.tell("config", "set", "reminders.movement.every", "25m")
    shown = {one["key"]: one for one in json.loads(fresh.tell("config", "show", "--origin", "--json"))}
    assert shown["reminders.movement.every"]["value"] == "25m"
    assert shown["reminders.movement.every"]["file"] == str(fresh.config)
    assert "user" in fresh.tell("config", "check")
    assert fresh.tell("config", "path").strip() == str(fresh.config)


def test_a_bad_config_is_told_with_its_line_and_ends_nothing(fresh: Office) -> None:
    fresh.config.write_text('[reminders.movement]\nevery = "soon"\n', encoding="utf-8")
    told = fresh.call("config", "check")
    assert told.returncode == 4
    assert f"{fresh.config}, line 2" in told.stderr
    fresh.start("--no-tray")
    assert any(f"{fresh.config}, line 2" in problem for problem in fresh.status()["problems"])


def test_a_trace_is_replayed(fresh: Office, tmp_path: Path) -> None:
    trace = tmp_path / "tag ü.jsonl"
    line = {"from": "2026-01-05T09:00:00Z", "to": "2026-01-05T10:00:00Z", "is": "active"}
    trace.write_text(json.dumps(line) + "\n", encoding="utf-8")
    told = [json.loads(entry) for entry in fresh.tell("replay", str(trace), "--json").splitlines()]
    assert "shown" in {entry["entry"] for entry in told}


@contextlib.contextmanager
def somebody_at_the_mouse() -> Iterator[None]:
    """Moves it several times a second for as long as the block lasts."""
    gone = threading.Event()

    def move() -> None:
        step = 1
        while not gone.wait(0.2):
            step = -step
            ctypes.windll.user32.mouse_event(1, 5 * step, 0, 0, 0)

    hand = threading.Thread(target=move)
    hand.start()
    yield
    gone.set()
    hand.join()


def test_killed_and_started_again_it_goes_on_with_the_sit_and_the_prompt(fresh: Office) -> None:
    fresh.env |= {"SITBREAK_PRESENCE": "windows"}

    def sitting(at_least_s: float) -> dict[str, Any] | None:
        told = fresh.asked("status")
        return told if told and told["state"] == "seated" and told["sitting_s"] >= at_least_s else None

    with somebody_at_the_mouse():
        fresh.start("--no-tray")
        wait_for(lambda: sitting(2.0), for_s=30, why="for somebody to sit")
        fresh.tell("now")
        before = fresh.status()
        fresh.kill()
        fresh.start("--no-tray")
        after = wait_for(lambda: sitting(before["sitting_s"]), for_s=30, why="for the same sit")
    assert after["prompt"]["id"] == before["prompt"]["id"]
    assert [one["entry"] for one in entries(fresh)].count("shown") == 1


def test_it_runs_without_a_console_and_ends_cleanly_when_its_windows_are_closed(fresh: Office) -> None:
    """As `sitbreakw` starts it, where there is no output at all; and as `taskkill` and Windows end it."""
    fresh.start(python=sys.executable.replace("python.exe", "pythonw.exe"))
    assert fresh.status()["tray"] == "windows"
    assert fresh.daemon is not None
    subprocess.run(["taskkill", "/PID", str(fresh.daemon.pid)], capture_output=True, check=True)
    assert fresh.ended() == (0, "")
    assert fresh.call("status").returncode == 3


def test_it_ends_cleanly_on_ctrl_c(fresh: Office) -> None:
    fresh.start("--no-tray", creationflags=NEW_CONSOLE)
    assert fresh.daemon is not None
    press = (
        "import ctypes, sys; k = ctypes.windll.kernel32; k.FreeConsole(); k.AttachConsole(int(sys.argv[1]));"
        "k.SetConsoleCtrlHandler(None, 1); sys.exit(not k.GenerateConsoleCtrlEvent(0, 0))"
    )
    subprocess.run([sys.executable, "-c", press, str(fresh.daemon.pid)], capture_output=True, check=True)
    assert fresh.ended() == (0, "")
