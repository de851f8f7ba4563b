"""The real daemon on a desktop that is locked, unlocked, and put to sleep."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from daemon import Daemon, Hands
from desk import Desk, wait_for
from notifyd import Server
from sessiond import Login, Logind, Saver

pytestmark = pytest.mark.desktop


class Office:
    """A desktop with its notifications, its session and its screen saver."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        desk.start_bus("system-bus")
        session = desk.env["DBUS_SESSION_BUS_ADDRESS"]
        self.notes = Server(session)
        self.logind = Logind(desk.env["DBUS_SYSTEM_BUS_ADDRESS"], Login("one"))
        self.saver = Saver(session, "org.xfce.ScreenSaver")
        desk.env["XDG_SESSION_ID"] = "one"
        for one in (self.notes, self.logind, self.saver):
            one.start()

    def daemon(self, **settings: str) -> Daemon:
        """Start it, and wait until it watches the session."""
        daemon = Daemon(self.desk, "--no-tray", **settings).start()
        wait_for(lambda: "logind, org.xfce" in daemon.call("doctor").stdout, why="for the watch")
        return daemon

    def close(self) -> None:
        for one in (self.notes, self.logind, self.saver):
            one.close()


@pytest.fixture
def office(desk: Desk) -> Iterator[Office]:
    office = Office(desk)
    yield office
    office.close()


def aways(daemon: Daemon) -> list[dict[str, Any]]:
    return [entry for entry in daemon.log() if entry["entry"] == "away"]


def test_a_locked_session_is_away_dated_to_the_lock_and_takes_the_prompt_along(office: Office) -> None:
    daemon = office.daemon(reminders__movement__lasts="60s")
    with Hands(office.desk):
        prompt = daemon.wait_for_prompt()
        wait_for(lambda: office.notes.on_screen, why="for the note")
        locked, began = datetime.now(UTC), time.monotonic()
        office.logind.lock()
        wait_for(lambda: not office.notes.on_screen, why="for the note to go")
        assert time.monotonic() - began < 1.0
        status = daemon.status()
        assert (status["state"], status["prompt"]["open"]) == ("away", False)
        assert "+ lock: logind, org.xfce.ScreenSaver (locked)" in daemon.call("doctor").stdout
        wait_for(lambda: time.monotonic() > began + 4, why="for longer than idleness takes")
        assert daemon.status()["state"] == "away"
        assert aways(daemon) == []
        unlocked = datetime.now(UTC)
        office.logind.lock(locked=False)
        wait_for(lambda: office.notes.on_screen, why="for the note to come back")
        assert daemon.status()["prompt"]["id"] == prompt
    (away,) = aways(daemon)
    assert away["why"] == "locked"
    assert abs((datetime.fromisoformat(away["from"]) - locked).total_seconds()) < 0.5
    assert abs((datetime.fromisoformat(away["to"]) - unlocked).total_seconds()) < 0.5


def test_a_daemon_killed_under_a_lock_ends_the_absence_with_it(office: Office) -> None:
    daemon = office.daemon(reminders__movement__every="60s", sitting__away_after="20s")
    with Hands(office.desk):
        wait_for(lambda: daemon.status()["state"] == "seated", why="for a sit")
        office.saver.cover()
        wait_for(lambda: daemon.status()["state"] == "away", why="for the lock")
        daemon.kill()
        office.saver.cover(active=False)
        daemon.start()
        wait_for(lambda: daemon.status()["state"] == "seated", why="for the return")
    assert [away["why"] for away in aways(daemon)] == ["locked"]


def test_a_sleep_that_was_announced_and_did_not_come_leaves_nobody_asleep(office: Office) -> None:
    daemon = office.daemon(reminders__movement__every="60s", sitting__away_after="20s")
    with Hands(office.desk):
        wait_for(lambda: daemon.status()["state"] == "seated", why="for a sit")
        office.logind.sleep(begins=True)
        wait_for(lambda: daemon.status()["state"] == "away", why="for the sleep")
        office.logind.sleep(begins=False)
        wait_for(lambda: daemon.status()["state"] == "seated", why="for the return")
    assert [away["why"] for away in aways(daemon)] == ["asleep"]


def test_the_doctor_says_who_tells_of_locks_with_a_daemon_and_without(office: Office) -> None:
    doctor = Daemon(office.desk).call("doctor").stdout
    assert "+ lock: logind, org.xfce.ScreenSaver\n" in doctor
    office.saver.stop()
    office.logind.stop()
    without = Daemon(office.desk).call("doctor").stdout
    assert "! lock: none" in without
    assert "There is no logind on the system bus." in without
    assert "No screen saver on the session bus tells of locking." in without
