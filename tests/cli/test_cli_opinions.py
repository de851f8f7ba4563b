"""What a person says of a movement, by command: likes, bans, and that it hurt."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from daemon import Daemon
from desk import Desk, wait_for
from notifyd import Notify, Server
from sitbreak.config.content import load_safety

SAFETY = load_safety()


class Office:
    """A daemon whose notifications a scripted server takes."""

    def __init__(self, desk: Desk) -> None:
        self.server = Server(desk.env["DBUS_SESSION_BUS_ADDRESS"])
        self.server.start()
        desk.env["SITBREAK_PRESENCE"] = "none"
        self.daemon = Daemon(desk, "--no-tray", reminders__movement__every="30m")
        self.daemon.start()

    def say(self, *arguments: str) -> str:
        done = self.daemon.call(*arguments)
        assert (done.returncode, done.stderr) == (0, ""), done.stderr
        return done.stdout

    def facts(self, *arguments: str) -> Any:
        return json.loads(self.say(*arguments, "--json"))

    def asked(self, kind: str) -> str:
        """The movement of a prompt of this kind, asked for and skipped."""
        self.say("now", kind)
        movement: str = self.facts("status")["prompt"]["movement"]
        self.say("skip")
        return movement

    def log(self) -> list[dict[str, Any]]:
        """What ``log --json`` prints."""
        return [json.loads(line) for line in self.say("log", "--json").splitlines()]

    @property
    def note(self) -> Notify:
        """What is on the screen."""
        (only,) = wait_for(self.server.on_screen.values, why="for the notification")
        return only


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Office]:
    with Desk(tmp_path, x=False) as desk:
        office = Office(desk)
        yield office
        office.server.close()


def test_the_first_stretch_of_all_carries_the_stop_rule_in_full(office: Office) -> None:
    office.say("now", "stretch")
    assert SAFETY.stop.first in office.note.body
    office.say("done")
    office.say("now", "stretch")
    assert SAFETY.stop.first not in office.note.body
    assert SAFETY.stop.short in office.note.body


def test_hurt_shows_the_warning_signs_logs_it_and_bans_the_movement_for_good(office: Office) -> None:
    office.say("now", "stretch")
    movement = office.facts("status")["prompt"]["movement"]
    told = office.say("hurt")
    assert told.startswith("Noted: ")
    flat = " ".join(told.split())
    assert SAFETY.hurt.text in flat
    for flag in SAFETY.red_flags:
        assert flag.sign in flat
    assert wait_for(lambda: not office.server.on_screen, why="for the prompt to go")
    (said,) = [entry for entry in office.log() if entry["entry"] == "judged"]
    assert {**said, "at": ""} == {
        "at": "",
        "entry": "judged",
        "movement": movement,
        "is": "hurt",
        "via": "command",
    }
    office.daemon.kill()
    office.daemon.start()
    assert movement not in {office.asked("stretch") for _ in range(15)}


def test_what_hurt_is_known_even_when_the_log_is_lost(office: Office) -> None:
    office.say("hurt", "walk")
    office.daemon.kill()
    for file in office.daemon.data.iterdir():
        file.write_bytes(b"noise" * 500)
    office.daemon.start()
    assert "walk" in office.say("prompts")
    (row,) = [one for one in office.facts("prompts") if one["id"] == "walk"]
    assert row["left_out"] == "hurt"
    assert "walk" not in {office.asked("movement") for _ in range(20)}


def test_a_ban_brings_another_at_once_and_allow_takes_it_back(office: Office) -> None:
    office.say("now", "hydration")
    before = office.facts("status")["prompt"]["movement"]
    office.say("prompts", "ban", before)
    after = office.facts("status")["prompt"]["movement"]
    assert after != before
    assert "asked of you again" in office.say("prompts", "allow", before)
    assert before in {office.asked("hydration") for _ in range(8)}


def test_a_liking_comes_first_in_its_round(office: Office) -> None:
    office.say("prompts", "like", "calf-raise")
    assert office.asked("movement") == "calf-raise"
    told = office.say("why")
    assert "You like it." in told
    assert "Its turn: " in told


def test_hurt_says_what_it_cannot_do(office: Office) -> None:
    for arguments in (("hurt",), ("hurt", "levitate"), ("prompts", "ban", "levitate")):
        done = office.daemon.call(*arguments)
        assert done.returncode in {1, 2}
        assert len(done.stderr.splitlines()) == 2


def test_a_prompt_for_the_time_there_is(office: Office) -> None:
    office.say("now", "--within", "20s", "posture")
    movement = office.facts("status")["prompt"]["movement"]
    (row,) = [one for one in office.facts("prompts") if one["id"] == movement]
    assert row["total_s"] <= 20
