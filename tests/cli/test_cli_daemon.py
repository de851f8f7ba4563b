"""Every command that asks a running daemon: what it prints, what it ends with, what it changes."""

from __future__ import annotations

import json
import sqlite3
from typing import Any

import pytest

from daemon import Daemon
from sitbreak.core.policy import Sense

STATUS = {
    "state",
    "sitting_s",
    "due",
    "prompt",
    "holds",
    "today",
    "presence",
    "notifier",
    "tray",
    "config",
}
TODAY = {
    *("day", "sat_s", "longest_sit_s", "sits", "away_s", "prompts"),
    *("done_seen", "done_said", "snoozed", "skipped", "ignored", "water_ml"),
}


def facts(office: Daemon, *arguments: str) -> Any:
    """What a command prints with ``--json``."""
    done = office.call(*arguments, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


def words(office: Daemon, *arguments: str) -> str:
    done = office.call(*arguments)
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


def refusal(office: Daemon, *arguments: str, code: int = 1) -> str:
    """The two lines of a command that says no."""
    done = office.call(*arguments)
    assert (done.returncode, done.stdout) == (code, "")
    assert len(done.stderr.splitlines()) == 2, done.stderr
    assert all(line.strip() for line in done.stderr.splitlines())
    return done.stderr


def test_status_has_the_keys_that_scripts_rely_on(office: Daemon) -> None:
    told = facts(office, "status")
    assert told.keys() >= STATUS
    assert (told["state"], told["presence"], told["tray"]) == ("unknown", "none", "none")
    assert told["sitting_s"] == 0
    assert [due.keys() for due in told["due"]] == [{"kind", "in_s"}] * 4
    assert told["today"].keys() == TODAY
    assert told["config"]["layers"][0] == "shipped"
    assert told["problems"] == []


@pytest.mark.parametrize("form", [(), ("--json",)])
def test_status_is_the_same_by_the_short_way_and_the_long_one(office: Daemon, form: tuple[str, ...]) -> None:
    """``--`` takes it past the shortcut."""
    short, long = office.call("status", *form), office.call("status", *form, "--")
    assert (short.returncode, long.returncode) == (0, 0)
    if form:
        assert json.loads(short.stdout).keys() == json.loads(long.stdout).keys()
    else:
        assert short.stdout.splitlines()[0] == long.stdout.splitlines()[0]


@pytest.mark.parametrize("kind", ["movement", "stretch", "posture", "hydration"])
def test_now_asks_for_a_kind_and_done_answers_it(office: Daemon, kind: str) -> None:
    assert "Now: " in words(office, "now", kind)
    prompt = facts(office, "status")["prompt"]
    assert kind in prompt["kinds"]
    assert (prompt["open"], prompt["returns"]) == (True, None)
    assert prompt.keys() == {"id", "kinds", "movement", "title", "line", "open", "returns"}
    told = words(office, "done")
    assert told.splitlines()[0] == "Noted: done."
    assert office.answers(prompt["id"]) == [("done", "said")]
    assert facts(office, "status")["prompt"] is None


def test_a_prompt_is_snoozed_for_as_long_as_wanted_and_skipped(office: Daemon) -> None:
    words(office, "now")
    told = words(office, "snooze", "20m")
    assert told.startswith("Snoozed until ")
    prompt = facts(office, "status")["prompt"]
    assert prompt["returns"] is not None
    assert "not on the screen" in refusal(office, "snooze")
    assert words(office, "skip").splitlines()[0] == "Noted: skipped."
    assert office.answers(prompt["id"]) == [("snooze", None), ("skip", None)]


def test_without_a_prompt_there_is_nothing_to_answer(office: Daemon) -> None:
    for answer in ("done", "snooze", "skip"):
        assert "No prompt is open." in refusal(office, answer)


@pytest.mark.parametrize(
    ("amount", "ml"),
    [((), 250), (("250ml",), 250), (("0.5l",), 500), (("0,2 l",), 200), (("33cl",), 330), (("120",), 120)],
)
def test_water_is_noted(office: Daemon, amount: tuple[str, ...], ml: int) -> None:
    before = facts(office, "status")["today"]["water_ml"]
    assert words(office, "water", *amount).splitlines()[0] == f"Noted: a drink; {before + ml} ml today."
    assert [entry["ml"] for entry in office.log() if entry["entry"] == "water"][-1] == ml


@pytest.mark.parametrize("amount", ["abc", "0", "9l", "5.5.5l", "", "-3", "1e3"])
def test_what_is_no_amount_is_wrong_usage(office: Daemon, amount: str) -> None:
    before = len(office.log())
    refusal(office, "water", "--", amount, code=2)
    assert len(office.log()) == before


def test_standing_and_sitting_are_noted(office: Daemon) -> None:
    assert words(office, "stand").splitlines()[0] == "Noted: you stand."
    assert facts(office, "status")["state"] == "standing"
    assert words(office, "sit").splitlines()[0] == "Noted: you sit."
    assert facts(office, "status")["state"] == "seated"


@pytest.mark.parametrize(
    "how",
    [
        ("30m",),
        ("until", "14:00"),
        ("until", "2:30", "pm"),
        ("until", "2pm"),
        ("until", "tomorrow"),
        ("tomorrow",),
        (),
    ],
)
def test_pause_and_resume(office: Daemon, how: tuple[str, ...]) -> None:
    told = words(office, "pause", *how)
    assert told.splitlines()[0].startswith("Paused.")
    (hold,) = [hold for hold in facts(office, "status")["holds"] if hold["reason"] == "paused"]
    assert hold.keys() == {"reason", "since", "until"}
    assert (hold["until"] is None) is (how == ())
    assert words(office, "resume").splitlines()[0] == "The pause is over."
    assert "not paused" in refusal(office, "resume")


@pytest.mark.parametrize(
    "nonsense",
    [
        ("pause", "soon"),
        ("pause", "until"),
        ("pause", "until", "noon"),
        ("pause", "until", "25:00"),
        ("pause", "0m"),
        ("pause", "30", "m", "x"),
        ("snooze", "5"),
        ("snooze", "9h"),
        ("now", "dance"),
        ("now", "movement", "stretch"),
        ("status", "--nonsense"),
        ("log", "--last", "0"),
        ("log", "--since", "yesterday"),
        ("dance",),
        ("--config",),
    ],
)
def test_nonsense_is_wrong_usage_in_two_lines(office: Daemon, nonsense: tuple[str, ...]) -> None:
    refusal(office, *nonsense, code=2)


def test_why_tells_the_latest_decisions(office: Daemon) -> None:
    words(office, "now", "movement")
    words(office, "skip")
    told = facts(office, "why")
    assert told.keys() == {"now", "decisions"}
    assert [entry["entry"] for entry in told["decisions"][-2:]] == ["shown", "answered"]
    assert {"water", "posture"}.isdisjoint(entry["entry"] for entry in told["decisions"])
    assert "skipped." in words(office, "why")


def test_the_log_is_one_object_a_line_with_the_keys_of_the_design(office: Daemon) -> None:
    for command in ("now", "done", "stand", "sit", "water", "pause", "resume"):
        words(office, command)
    lines = [json.loads(line) for line in words(office, "log", "--json").splitlines()]
    keys = {line["entry"]: line.keys() - {"at", "entry"} for line in lines}
    assert all({"at", "entry"} <= line.keys() for line in lines)
    wanted: dict[str, set[str]] = {
        "sat": {"from", "to", "seconds"},
        "away": {"from", "to", "seconds", "why"},
        "shown": {"prompt", "kinds", "movement", "sat_s", "choice"},
        "answered": {"prompt", "answer", "evidence", "via"},
        "held": {"reason", "kinds"},
        "released": {"reason"},
        "water": {"ml"},
        "posture": {"is"},
        "paused": {"until"},
        "resumed": set(),
    }
    assert keys == {entry: wanted[entry] for entry in keys}
    assert keys.keys() >= {"shown", "answered", "water", "posture", "paused", "resumed"}
    assert all(line["at"].endswith("Z") for line in lines)
    assert {line["via"] for line in lines if line["entry"] == "answered"} == {"command"}


def test_the_log_in_words_and_its_parts(office: Daemon) -> None:
    words(office, "water", "77ml")
    assert "Drank 77 ml." in words(office, "log")
    assert words(office, "log", "--last", "1").splitlines()[1].endswith("Drank 77 ml.")
    assert "Drank 77 ml." in words(office, "log", "--today")
    assert words(office, "log", "--since", "2099-01-01").strip()
    assert words(office, "log", "--since", "2099-01-01", "--json") == ""


def test_stats_hold_seven_days_and_today_is_the_daemons(office: Daemon) -> None:
    days = facts(office, "stats")["days"]
    assert [day.keys() for day in days] == [TODAY] * 7
    assert days[-1]["water_ml"] == facts(office, "status")["today"]["water_ml"] > 0
    table = words(office, "stats").splitlines()
    assert len(table) == 9
    assert table[-2].endswith(f"{days[-1]['water_ml']} ml")


def test_doctor_of_a_running_daemon(office: Daemon) -> None:
    told = facts(office, "doctor")
    assert told["running"] is True
    checks = {check["about"]: check["ok"] for check in told["checks"]}
    signals = {about for about in checks if about.startswith("signals.")}
    assert signals == {f"signals.{sense}" for sense in Sense}
    assert {about: ok for about, ok in checks.items() if about not in signals} == {
        "presence": False,
        "lock": False,
        "notifier": True,
        "tray": False,
        "clock": True,
        "log": True,
        "config": True,
    }
    assert "not running" not in words(office, "doctor")


def test_doctor_finds_a_fault_in_the_log(office: Daemon) -> None:
    words(office, "water", "1ml")
    with sqlite3.connect(office.data / "log.db") as other:
        other.execute("UPDATE entry SET body = 'x' || body WHERE id = 1")
    try:
        (log,) = [check for check in facts(office, "doctor")["checks"] if check["about"] == "log"]
        assert log["ok"] is False
        assert log["refused"][0]["remedy"]
        assert "! log: " in words(office, "doctor")
        refusal(office, "log")
        refusal(office, "stats")
    finally:
        other.execute("UPDATE entry SET body = substr(body, 2) WHERE id = 1")
        other.commit()
        other.close()
    assert words(office, "log")


@pytest.mark.parametrize(
    "command", ["done", "skip", "snooze", "now", "pause", "resume", "stand", "sit", "water"]
)
def test_what_a_wish_led_to_is_told_as_facts_too(office: Daemon, command: str) -> None:
    prepare = {"done": "now", "skip": "now", "snooze": "now", "resume": "pause"}.get(command)
    if prepare is not None:
        words(office, prepare)
    assert facts(office, command).keys() >= STATUS
    office.call("resume")
    office.call("skip")
