"""The daemon's icon and menu on Xfce's panel, used by a real mouse and real keys."""

from __future__ import annotations

import signal

import pytest

from daemon import Daemon, Hands, bubble, bubbles
from desk import Desk, wait_for
from tray_shown import DUE, SEATED

pytestmark = pytest.mark.desktop


@pytest.fixture
def daemon(desk: Desk) -> Daemon:
    """A daemon that is seen on the panel."""
    desk.start_panel()
    daemon = Daemon(desk, sitting__away_after="20s").start()
    desk.move(300, 500)

    def seen() -> bool:
        # The ring moves on with whatever happens; there is no need to wait for its next step.
        daemon.call("sit")
        return desk.spot(SEATED) is not None

    wait_for(seen, why="for the icon")
    return daemon


def choose(desk: Desk, colour: tuple[int, int, int], *keys: str) -> None:
    """Open the menu by the mouse and choose by keys."""
    at = wait_for(lambda: desk.spot(colour), why="for the icon")
    desk.open_menu(at)
    desk.key(*keys)


def test_the_menu_answers_an_open_prompt(daemon: Daemon) -> None:
    with Hands(daemon.desk):
        prompt = daemon.wait_for_prompt()
    daemon.desk.shot("tray-due")
    choose(daemon.desk, DUE, *["Down"] * 4, "Return")
    wait_for(lambda: daemon.answers(prompt) == [("skip", None)], why="for the skip")
    wait_for(lambda: daemon.desk.spot(SEATED), why="for the icon to be at ease")


def test_who_says_that_it_hurt_is_shown_the_warning_signs(daemon: Daemon) -> None:
    daemon.desk.start_notifyd()
    with Hands(daemon.desk):
        prompt = daemon.wait_for_prompt()
        movement = daemon.wait_for_entry(lambda entry: entry["entry"] == "shown")["movement"]
        wait_for(lambda: bubble(daemon.desk), why="for the prompt")
        choose(daemon.desk, DUE, *["Down"] * 5, "Return")
        said = daemon.wait_for_entry(lambda entry: entry["entry"] == "judged")
        assert (said["movement"], said["is"], said["via"]) == (movement, "hurt", "tray")
        assert daemon.answers(prompt) == [("skip", None)]
        wait_for(lambda: len(bubbles(daemon.desk)) == 1, why="for the warning signs in the prompt's place")
        daemon.desk.shot("hurt")
    for _ in range(3):
        daemon.call("now", "movement")
        asked = daemon.status()["prompt"]
        assert asked["movement"] != movement
        daemon.call("skip")


def test_a_click_on_an_entry_is_followed(daemon: Daemon) -> None:
    x, y, width, height = daemon.desk.open_menu(wait_for(lambda: daemon.desk.spot(SEATED)))
    daemon.desk.shot("tray-menu")
    daemon.desk.click(x + width // 2, y + height * 67 // 185)
    daemon.wait_for_entry(lambda entry: entry["entry"] == "water")


def test_a_left_click_asks_for_a_break(daemon: Daemon) -> None:
    daemon.desk.click(*wait_for(lambda: daemon.desk.spot(SEATED)))
    daemon.wait_for_prompt()


def test_pause_for_an_hour_by_the_submenu(daemon: Daemon) -> None:
    choose(daemon.desk, SEATED, "Up", "Up", "Up", "Up", "Right", "Down", "Return")
    daemon.wait_for_entry(lambda entry: entry["entry"] == "paused")
    (hold,) = daemon.status()["holds"]
    assert hold["reason"] == "paused"
    wait_for(lambda: daemon.desk.spot(SEATED) is None, why="for the icon to say paused")


def test_a_killed_panel_that_comes_back_shows_the_icon_again(daemon: Daemon) -> None:
    daemon.desk.kill("panel")
    daemon.desk.wait_for_name("org.kde.StatusNotifierWatcher", owned=False)
    wait_for(lambda: daemon.desk.spot(SEATED) is None, why="for the panel to go")
    daemon.desk.start_panel()
    wait_for(lambda: daemon.desk.spot(SEATED), why="for the icon to come back")


def test_quit_ends_the_daemon_in_peace(daemon: Daemon) -> None:
    choose(daemon.desk, SEATED, "Up", "Return")
    assert daemon.process.wait(10) == 0
    assert "Traceback" not in daemon.output


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP])
def test_a_signal_ends_the_daemon_in_peace(daemon: Daemon, how: signal.Signals) -> None:
    daemon.process.send_signal(how)
    assert daemon.process.wait(10) == 0
    assert daemon.output == ""
