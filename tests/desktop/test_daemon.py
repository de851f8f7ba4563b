"""A working day on a real desktop: the real daemon, the real panel, the real mouse."""

from __future__ import annotations

import signal
import sqlite3
import time

import pytest

from daemon import Daemon, Hands, bubble, click_button
from desk import Desk, wait_for

pytestmark = pytest.mark.desktop


@pytest.fixture
def xfce(desk: Desk) -> Desk:
    """Xfce's panel and notification daemon."""
    desk.start_panel()
    desk.start_notifyd()
    return desk


def test_sitting_brings_a_prompt_and_being_away_brings_none(xfce: Desk) -> None:
    daemon = Daemon(xfce).start()
    with Hands(xfce):
        first = daemon.wait_for_prompt()
        shown = next(entry for entry in daemon.log() if entry["entry"] == "shown")
        assert shown["kinds"] == ["movement"]
        assert shown["sat_s"] == pytest.approx(6.5, abs=2.0)
        wait_for(lambda: bubble(xfce), why="for the bubble")
        xfce.shot("movement-prompt")
        click_button(xfce, "Skip")
        daemon.wait_for_entry(lambda e: e["entry"] == "answered")
    away = daemon.wait_for_entry(lambda e: e["entry"] == "sat", for_s=10)
    assert away["seconds"] > 0
    began = time.monotonic()
    wait_for(lambda: time.monotonic() > began + 8, why="for a long absence")
    assert [entry["prompt"] for entry in daemon.log() if entry["entry"] == "shown"] == [first]
    assert daemon.status()["state"] == "away"


def test_every_answer_by_the_mouse_is_logged_as_what_it_was(xfce: Desk) -> None:
    daemon = Daemon(xfce).start()
    with Hands(xfce):
        first = daemon.wait_for_prompt()
        click_button(xfce, "Snooze")
        daemon.wait_for_entry(lambda e: e["entry"] == "answered")
        wait_for(
            lambda: sum(e["entry"] == "shown" and e["prompt"] == first for e in daemon.log()) == 2,
            why="for the same prompt again",
        )
        click_button(xfce, "Skip")
        second = daemon.wait_for_prompt(after=first)
        click_button(xfce, "Done")
        wait_for(lambda: daemon.answers(second), why="for the done")
    wait_for(lambda: len(daemon.answers(second)) == 2, why="for the break to be seen")
    movements = {e["movement"] for e in daemon.log() if e["entry"] == "shown" and e["prompt"] == first}
    assert len(movements) == 1
    assert daemon.answers(first) == [("snooze", None), ("skip", None)]
    assert daemon.answers(second) == [("done", "said"), ("done", "seen")]
    via = {e["via"] for e in daemon.log() if e["entry"] == "answered" and e["evidence"] != "seen"}
    assert via == {"notification"}


def test_an_unanswered_prompt_goes_is_logged_ignored_and_comes_back(xfce: Desk) -> None:
    daemon = Daemon(xfce, prompting__give_up_after="2s", prompting__ask_again="2s").start()
    with Hands(xfce):
        prompt = daemon.wait_for_prompt()
        wait_for(lambda: bubble(xfce), why="for the bubble")
        daemon.wait_for_entry(lambda e: e["entry"] == "answered" and e["answer"] == "ignored")
        wait_for(lambda: bubble(xfce) is None, why="for the bubble to go")
        wait_for(lambda: daemon.answers(prompt) == [("ignored", None)] * 3, why="for the last time")


def test_leaving_the_prompt_for_a_break_is_done_and_seen(xfce: Desk) -> None:
    daemon = Daemon(xfce).start()
    with Hands(xfce):
        prompt = daemon.wait_for_prompt()
    wait_for(lambda: daemon.answers(prompt), why="for the break to be seen")
    assert daemon.answers(prompt) == [("done", "seen")]
    wait_for(lambda: bubble(xfce) is None, why="for the bubble to go")


def test_dunst_answers_too_and_a_killed_daemon_of_notifications_is_used_again(desk: Desk) -> None:
    desk.start_panel()
    desk.start_dunst()
    daemon = Daemon(desk).start()
    with Hands(desk):
        first = daemon.wait_for_prompt()
        desk.shot("dunst")
        desk.choose("Snooze")
        wait_for(lambda: daemon.answers(first) == [("snooze", None)], why="for the snooze")
        desk.kill("dunst")
        desk.wait_for_name("org.freedesktop.Notifications", owned=False)
        desk.start_notifyd()
        wait_for(lambda: bubble(desk), why="for the prompt on the new daemon")
        click_button(desk, "Done")
        wait_for(lambda: ("done", "said") in daemon.answers(first), why="for the done")


def test_without_any_notification_daemon_the_tray_and_the_command_still_answer(desk: Desk) -> None:
    desk.start_panel()
    daemon = Daemon(desk).start()
    with Hands(desk):
        prompt = daemon.wait_for_prompt()
        assert daemon.status()["prompt"]["open"] is True
        assert daemon.call("skip").returncode == 0
    assert daemon.answers(prompt)[0] == ("skip", None)


def test_kill_dash_nine_loses_nothing_and_the_sit_goes_on(xfce: Desk) -> None:
    daemon = Daemon(xfce, reminders__movement__every="60s", sitting__away_after="8s").start()
    with Hands(xfce):
        wait_for(lambda: daemon.status()["sitting_s"] > 3, why="for a sit")
        assert daemon.call("water", "300ml").returncode == 0
        before = daemon.status()["sitting_s"]
        daemon.kill()
        assert [e["ml"] for e in daemon.log() if e["entry"] == "water"] == [300]
        daemon.start()
        after = wait_for(lambda: daemon.status()["sitting_s"], why="for the sit")
    assert after > before
    assert [e for e in daemon.log() if e["entry"] == "sat"] == []


def test_kill_dash_nine_with_a_prompt_open_shows_it_again(xfce: Desk) -> None:
    daemon = Daemon(xfce, sitting__away_after="8s").start()
    with Hands(xfce):
        prompt = daemon.wait_for_prompt()
        wait_for(lambda: bubble(xfce), why="for the bubble")
        daemon.kill()
        daemon.start()
        assert daemon.status()["prompt"]["id"] == prompt
        click_button(xfce, "Done")
        wait_for(lambda: daemon.answers(prompt), why="for the done")


def test_a_quiet_end_withdraws_the_bubble(xfce: Desk) -> None:
    daemon = Daemon(xfce).start()
    with Hands(xfce):
        daemon.wait_for_prompt()
        wait_for(lambda: bubble(xfce), why="for the bubble")
        daemon.kill(signal.SIGTERM)
        wait_for(lambda: bubble(xfce) is None, why="for the bubble to go")
    assert not (xfce.run_dir / "sitbreak/control.sock").exists()


def test_a_second_run_says_that_one_is_running(xfce: Desk) -> None:
    daemon = Daemon(xfce).start()
    second = daemon.call("run")
    assert second.returncode == 1
    assert "already running" in second.stderr


def test_a_wrong_config_is_explained_the_last_good_one_stays_and_the_right_one_is_live(xfce: Desk) -> None:
    file = xfce.home / ".config/sitbreak/config.toml"
    file.parent.mkdir()
    file.write_text("[water]\nglass_ml = 300\n")
    daemon = Daemon(xfce).start()
    file.write_text("[water]\nglass_ml = 300\n[reminders.movement]\nevry = '20m'\n")
    problem = wait_for(lambda: daemon.status()["problems"], why="for the problem")[0]
    assert f"{file}" in problem
    assert "line 4" in problem
    assert "every" in problem
    assert daemon.call("config", "check").returncode == 4
    file.write_text("[reminders.stretch]\nevery = '20m'\n")
    wait_for(lambda: daemon.status()["problems"] == [], why="for the problem to go")
    due = {one["kind"]: one["in_s"] for one in daemon.status()["due"]}
    assert due["stretch"] <= 1200


def test_a_daemon_started_with_a_wrong_config_says_so_and_works(xfce: Desk) -> None:
    file = xfce.home / ".config/sitbreak/config.toml"
    file.parent.mkdir()
    file.write_text("sitting = 3\n")
    daemon = Daemon(xfce).start()
    assert str(file) in daemon.output
    assert daemon.status()["problems"]


def test_a_log_full_of_noise_is_set_aside_and_said(xfce: Desk) -> None:
    daemon = Daemon(xfce)
    daemon.data.mkdir(parents=True)
    (daemon.data / "log.db").write_bytes(b"noise" * 5000)
    daemon.start()
    assert any("put aside" in problem for problem in daemon.status()["problems"])
    assert len(list(daemon.data.glob("log.db.unreadable-*"))) == 1
    daemon.call("water", "200ml")
    assert [e["ml"] for e in daemon.log() if e["entry"] == "water"] == [200]


def test_everything_it_writes_is_this_users_alone(xfce: Desk) -> None:
    Daemon(xfce).start()
    made = [
        path
        for folder in (".local/share/sitbreak", ".local/state/sitbreak")
        for path in (xfce.home / folder).rglob("*")
    ]
    made += list((xfce.run_dir / "sitbreak").rglob("*"))
    assert {path.name for path in made} >= {"log.db", "daemon.lock", "control.sock", "alive"}
    assert [path for path in made if path.stat().st_mode & 0o077] == []


def test_a_locked_log_is_said_and_nothing_is_confirmed_that_is_not_written(xfce: Desk) -> None:
    daemon = Daemon(xfce).start()
    other = sqlite3.connect(daemon.data / "log.db", isolation_level=None)
    try:
        other.execute("BEGIN EXCLUSIVE")
        refused = daemon.call("water", "200ml")
        assert refused.returncode == 1
        assert "log" in refused.stderr
    finally:
        other.execute("ROLLBACK")
        other.close()
    assert daemon.call("water", "100ml").returncode == 0
    assert [e["ml"] for e in daemon.log() if e["entry"] == "water"] == [200, 100]


def test_a_bubble_that_a_killed_daemon_left_is_taken_away_when_its_prompt_is_over(xfce: Desk) -> None:
    daemon = Daemon(xfce).start()
    with Hands(xfce):
        daemon.wait_for_prompt()
        wait_for(lambda: bubble(xfce), why="for the bubble")
        daemon.kill()
    began = time.monotonic()
    wait_for(lambda: time.monotonic() > began + 4, why="for longer than a break")
    daemon.start()
    wait_for(lambda: bubble(xfce) is None, why="for the stale bubble to go")
