"""A daemon in trouble, and what its commands say of it."""

from __future__ import annotations

import json
import os
import signal

import pytest

from daemon import SITBREAK, Daemon
from desk import Desk, wait_for

pytestmark = pytest.mark.desktop


@pytest.fixture
def quiet(bus: Desk) -> Desk:
    """A desktop on which nothing tells whether anybody is there."""
    bus.env["SITBREAK_PRESENCE"] = "none"
    return bus


def test_a_runtime_folder_too_deep_for_a_socket_is_told_by_daemon_and_command(quiet: Desk) -> None:
    deep = quiet.folder / ("d" * 90)
    deep.mkdir(mode=0o700)
    quiet.env["XDG_RUNTIME_DIR"] = str(deep)
    daemon = Daemon(quiet)
    quiet.start("sitbreak", [SITBREAK, "run", "--no-tray"])
    wait_for(lambda: "too long" in daemon.output, why="for the daemon to say so")
    for command in ("status", "water"):
        told = daemon.call(command)
        assert told.returncode == 1
        assert "too long" in told.stderr
        assert "XDG_RUNTIME_DIR" in told.stderr
    assert "Traceback" not in daemon.output


def test_a_log_deleted_under_the_daemon_is_begun_anew(quiet: Desk) -> None:
    daemon = Daemon(quiet, "--no-tray").start()
    assert daemon.call("water", "100ml").returncode == 0
    for file in daemon.data.iterdir():
        file.unlink()
    assert daemon.call("water", "200ml").returncode == 0
    assert [entry["ml"] for entry in daemon.log() if entry["entry"] == "water"] == [200]
    assert json.loads(daemon.call("stats", "--json").stdout)["days"][-1]["water_ml"] == 200


def test_a_daemon_that_is_stopped_is_not_called_absent(quiet: Desk) -> None:
    daemon = Daemon(quiet, "--no-tray").start()
    os.kill(daemon.process.pid, signal.SIGSTOP)
    try:
        second = daemon.call("run", "--no-tray")
        assert (second.returncode, "already running" in second.stderr) == (1, True)
    finally:
        os.kill(daemon.process.pid, signal.SIGCONT)
    assert daemon.call("status").returncode == 0


def test_a_second_daemon_with_other_folders_leaves_the_first_ones_socket_alone(quiet: Desk) -> None:
    daemon = Daemon(quiet, "--no-tray").start()
    other = quiet.folder / "other"
    quiet.start(
        "other",
        [SITBREAK, "run", "--no-tray"],
        XDG_STATE_HOME=str(other / "state"),
        XDG_DATA_HOME=str(other / "data"),
    )
    wait_for(lambda: "another sitbreak listens" in quiet.log("other"), why="for the second to say so")
    quiet.kill("other", signal.SIGTERM)
    assert daemon.call("water", "150ml").returncode == 0
    assert [entry["ml"] for entry in daemon.log() if entry["entry"] == "water"] == [150]


def test_a_config_made_while_it_runs_is_live(quiet: Desk) -> None:
    daemon = Daemon(quiet, "--no-tray").start()
    assert not (quiet.home / ".config/sitbreak").exists()
    assert daemon.call("config", "set", "water.glass_ml", "300").returncode == 0

    def drinks_the_new_glass() -> bool:
        daemon.call("water")
        drunk = [int(entry["ml"]) for entry in daemon.log() if entry["entry"] == "water"]
        return drunk[-1] == 300

    wait_for(drinks_the_new_glass, why="for the new glass")


def test_a_prompt_of_a_reminder_that_is_off_by_now_is_withdrawn_at_the_start(
    quiet: Desk,
) -> None:
    daemon = Daemon(quiet, "--no-tray").start()
    assert daemon.call("now", "stretch").returncode == 0
    prompt = daemon.status()["prompt"]["id"]
    daemon.kill()
    daemon.settings["reminders.stretch.enabled"] = "false"
    daemon.start()
    assert daemon.status()["prompt"] is None
    assert daemon.answers(prompt) == [("withdrawn", None)]
