"""Packs as a person meets them: in the lists and checks without a daemon, and live in a running one."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from daemon import SITBREAK, Daemon
from desk import Desk, wait_for
from notifyd import Server
from sitbreak.resources import shipped

Call = Callable[..., subprocess.CompletedProcess[str]]

PACK = """\
name = "Physio at work"
leave_out = "all"

[[prompt]]
id = "wrist-circles"
kinds = ["stretch"]
title = "Circle your wrists"
line = "Let both hands hang loose and draw slow circles."
steps = ["Let your arms rest.", "Draw slow circles."]
region = "whole-body"
setting = "desk"
basis = "adapted"
adapted = "The source asks for small movements. The circles are ours."
total_s = 40
sources = ["csf"]
caution = "Keep it small and easy."
strength = "anecdote"
"""
BAD = PACK.replace("total_s = 40", "total_s = 4")
FAULT = 'line 14, prompt "wrist-circles": total_s: 4 is impossible here'


@pytest.fixture
def packs(short_path: Path) -> Path:
    """The folder of packs of whoever calls ``alone``."""
    return short_path / "home" / ".config" / "sitbreak" / "packs"


def put(folder: Path, text: str, name: str = "physio.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_text(text, "utf-8")
    return folder / name


def test_prompts_of_packs_are_listed_with_their_pack(alone: Call, packs: Path) -> None:
    put(packs, PACK)
    told = alone("prompts")
    assert (told.returncode, told.stderr) == (0, "")
    (line,) = told.stdout.splitlines()
    assert line.startswith("wrist-circles")
    assert line.endswith("Physio at work")
    (plain,) = json.loads(alone("prompts", "--json").stdout)
    assert (plain["id"], plain["pack"]) == ("wrist-circles", "Physio at work")
    assert "Circle your wrists" in alone("prompts", "show", "wrist-circles").stdout


def test_what_is_shipped_is_of_no_pack(alone: Call) -> None:
    assert {plain["pack"] for plain in json.loads(alone("prompts", "--json").stdout)} == {""}


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_a_bad_pack_is_told_beside_the_list(alone: Call, packs: Path, form: tuple[str, ...]) -> None:
    put(packs, BAD)
    told = alone("prompts", *form)
    assert told.returncode == 0
    assert FAULT in told.stderr
    assert "walk" in told.stdout
    assert "wrist-circles" not in told.stdout


def test_packs_are_the_users_whatever_config_says(alone: Call, packs: Path, short_path: Path) -> None:
    put(packs, PACK)
    other = short_path / "other" / "config.toml"
    other.parent.mkdir()
    other.touch()
    assert len(json.loads(alone("--config", str(other), "prompts", "--json").stdout)) == 1


def test_a_pack_is_checked_before_it_is_put_there(alone: Call, short_path: Path) -> None:
    file = put(short_path, PACK)
    told = alone("prompts", "check", str(file))
    assert (told.returncode, told.stderr) == (0, "")
    assert 'The pack "Physio at work" is fine.' in told.stdout
    assert "wrist-circles" in told.stdout
    facts = json.loads(alone("prompts", "check", str(file), "--json").stdout)
    assert facts.keys() == {"ok", "name", "prompts", "leaves_out"}
    assert (facts["ok"], facts["prompts"]) == (True, ["wrist-circles"])
    assert "walk" in facts["leaves_out"]


@pytest.mark.parametrize("there", [True, False])
def test_a_bad_pack_fails_its_check(alone: Call, short_path: Path, *, there: bool) -> None:
    file = put(short_path, BAD) if there else short_path / "gone.toml"
    told = alone("prompts", "check", str(file))
    assert (told.returncode, told.stdout) == (4, "")
    assert str(file) in told.stderr.splitlines()[0]
    assert len(told.stderr.splitlines()) == 2


def test_config_check_tells_of_packs_too(alone: Call, packs: Path) -> None:
    put(packs, PACK)
    assert "Physio at work" in alone("config", "check").stdout
    assert json.loads(alone("config", "check", "--json").stdout)["packs"] == ["Physio at work"]
    put(packs, BAD, "bad.toml")
    put(packs.parent, "[reminders.movement]\nevery = 'often'\n", "config.toml")
    told = alone("config", "check")
    assert (told.returncode, told.stdout) == (4, "")
    assert "config.toml, line 2" in told.stderr
    assert f"bad.toml, {FAULT}" in told.stderr
    (packs.parent / "config.toml").unlink()
    told = alone("config", "check")
    assert told.returncode == 4
    assert f"bad.toml, {FAULT}" in told.stderr


def test_doctor_tells_of_bad_packs(alone: Call, packs: Path) -> None:
    put(packs, BAD)
    (problem,) = json.loads(alone("doctor", "--json").stdout)["problems"]
    assert FAULT in problem
    assert FAULT in alone("doctor").stdout


def test_config_check_of_a_file_is_of_that_file_only(alone: Call, packs: Path, short_path: Path) -> None:
    put(packs, BAD)
    file = put(short_path, "water.glass_ml = 300\n", "mine.toml")
    assert alone("config", "check", str(file)).returncode == 0


def test_a_replay_asks_for_what_packs_hold(alone: Call, packs: Path, short_path: Path) -> None:
    put(packs, PACK)
    put(packs, BAD, "bad.toml")
    day = {"from": "2026-03-02T09:00:00Z", "to": "2026-03-02T11:50:00Z", "is": "active"}
    trace = put(short_path, json.dumps(day) + "\n", "day.jsonl")
    told = alone("replay", str(trace), "--json")
    assert told.returncode == 0, told.stderr
    assert FAULT in told.stderr
    entries = [json.loads(line) for line in told.stdout.splitlines()]
    assert {entry["movement"] for entry in entries if entry["entry"] == "shown"} == {"wrist-circles"}


def test_a_running_daemon_takes_a_pack_and_tells_of_a_bad_one(bus: Desk) -> None:
    bus.env["SITBREAK_PRESENCE"] = "none"
    packs = bus.home / ".config" / "sitbreak" / "packs"
    daemon = Daemon(bus, "--no-tray").start()

    def asks_for(movement: str) -> bool:
        daemon.call("now", "stretch")
        prompt = daemon.status()["prompt"]
        daemon.call("skip")
        return prompt is not None and bool(prompt["movement"] == movement)

    file = put(packs, PACK)
    wait_for(lambda: asks_for("wrist-circles"), why=f"for the pack's prompt: {daemon.output}")
    assert daemon.status()["problems"] == []
    assert daemon.call("now", "movement").returncode == 1

    put(packs, BAD)
    wait_for(lambda: daemon.status()["problems"], why="for the problem")
    (problem,) = daemon.status()["problems"]
    assert f"{file}, {FAULT}" in problem
    assert FAULT in daemon.call("status").stdout
    assert daemon.call("now", "movement").returncode == 0
    daemon.call("skip")
    assert not asks_for("wrist-circles")
    wait_for(lambda: FAULT in daemon.output, why="for the warning")
    put(packs, 'name = "Other"', "other.toml")
    put(packs, BAD)

    file.unlink()
    wait_for(lambda: daemon.status()["problems"] == [], why="for the end of the problem")
    assert daemon.output.count(FAULT) == 1
    assert "Traceback" not in daemon.output


def test_a_prompt_whose_pack_goes_is_withdrawn(bus: Desk) -> None:
    bus.env["SITBREAK_PRESENCE"] = "none"
    file = put(bus.home / ".config" / "sitbreak" / "packs", PACK)
    daemon = Daemon(bus, "--no-tray").start()
    assert daemon.call("now", "stretch").returncode == 0
    prompt = daemon.status()["prompt"]
    assert prompt["title"] == "Circle your wrists"
    file.unlink()
    wait_for(lambda: daemon.status()["prompt"] is None, why="for the prompt to go")
    assert daemon.answers(prompt["id"]) == [("withdrawn", None)]
    assert "Traceback" not in daemon.output


def test_a_prompt_whose_pack_went_while_nobody_ran_is_withdrawn_at_the_start(bus: Desk) -> None:
    bus.env["SITBREAK_PRESENCE"] = "none"
    file = put(bus.home / ".config" / "sitbreak" / "packs", PACK)
    daemon = Daemon(bus, "--no-tray").start()
    assert daemon.call("now", "stretch").returncode == 0
    prompt = daemon.status()["prompt"]["id"]
    daemon.kill()
    file.write_text(BAD, "utf-8")
    daemon.start()
    assert daemon.status()["prompt"] is None
    assert daemon.answers(prompt) == [("withdrawn", None)]
    assert FAULT in daemon.output
    assert "Traceback" not in daemon.output


def test_a_packs_own_figure_is_drawn_and_shown(alone: Call, packs: Path) -> None:
    figure = shipped("assets", "figures", "stretch.toml").read_text("utf-8").split("[[figure]]\n")[1]
    put(packs, f"{PACK}\n[[figure]]\n{figure.replace('standing-side-bend', 'wrist-circles')}")
    shown = alone("prompts", "show", "wrist-circles", "--json")
    assert (shown.returncode, shown.stderr) == (0, "")
    still = Path(json.loads(shown.stdout)["figure"]["still"])
    assert still.read_bytes().startswith(b"\x89PNG")


def test_the_demonstration_passes_over_a_kind_that_has_nothing(bus: Desk) -> None:
    """A pack that leaves out what is shipped, and has stretches alone."""
    put(bus.home / ".config" / "sitbreak" / "packs", PACK)
    server = Server(bus.env["DBUS_SESSION_BUS_ADDRESS"])
    server.start()
    demo = bus.start("demo", [SITBREAK, "run", "--demo", "--no-tray"], SITBREAK_PRESENCE="none")
    wait_for(lambda: server.calls, for_s=30, why=bus.log("demo"))
    (shown,) = server.on_screen
    server.invoke(shown, "done")
    assert demo.wait(25) == 0, bus.log("demo")
    server.close()
    assert [call.title for call in server.calls] == ["Circle your wrists"]
