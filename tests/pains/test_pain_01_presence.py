"""Who tells whether anybody is there, on real compositors: pain 1, and on GNOME without a tray pain 19."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import pytest

from daemon import Daemon
from desk import Desk, need, wait_for
from mutter_stage import Mutter
from notifyd import Server
from wayland_stage import Sway

pytestmark = pytest.mark.desktop


@contextmanager
def x_server_inside(desk: Desk) -> Iterator[None]:
    """Xwayland on that desk's compositor, as every Wayland desktop has it; programs then see both."""
    need("Xwayland")
    read, write = os.pipe()
    with (desk.folder / "xwayland.log").open("ab") as log:
        process = subprocess.Popen(
            ["Xwayland", "-displayfd", str(write), "-shm", "-nolisten", "tcp"],
            env=desk.env,
            pass_fds=(write,),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    os.close(write)
    try:
        with os.fdopen(read) as numbers:
            number = numbers.readline().strip()
        assert number, (desk.folder / "xwayland.log").read_text()
        desk.env["DISPLAY"] = f":{number}"
        yield
    finally:
        process.kill()
        process.wait(10)


@pytest.fixture
def gnome(bus: Desk) -> Iterator[Mutter]:
    """GNOME's compositor with an X server inside; nothing shows icons, as GNOME has it."""
    mutter = Mutter(bus)
    bus.env |= {"WAYLAND_DISPLAY": "wl-mutter", "XDG_CURRENT_DESKTOP": "GNOME", "XDG_SESSION_TYPE": "wayland"}
    wait_for((bus.run_dir / "wl-mutter").exists, why="for mutter's socket")
    with x_server_inside(bus):
        yield mutter
    mutter.close()


@pytest.fixture
def sway(bus: Desk) -> Iterator[Sway]:
    """sway with an X server inside."""
    with Sway() as sway:
        bus.env |= {"WAYLAND_DISPLAY": str(sway.path), "XDG_SESSION_TYPE": "wayland"}
        with x_server_inside(bus):
            yield sway


def told_by_doctor(daemon: Daemon, about: str) -> dict[str, object]:
    checks = json.loads(daemon.call("doctor", "--json").stdout)["checks"]
    found: dict[str, object] = next(check for check in checks if check["about"] == about)
    return found


def comes_and_goes(daemon: Daemon, touch: Callable[[], object]) -> None:
    """The daemon sees a person who touches the machine, and that they do no more."""

    def touched_and_seen() -> bool:
        touch()
        return bool(daemon.status()["state"] == "seated")

    wait_for(touched_and_seen, why="for somebody to be there")
    wait_for(lambda: daemon.status()["state"] == "away", why="for nobody to be there")


def test_pain_01_on_gnome_its_compositor_tells_and_not_the_x_server_inside(bus: Desk, gnome: Mutter) -> None:
    daemon = Daemon(bus, "--no-tray", reminders__movement__every="60s").start()
    assert daemon.status()["presence"] == "mutter"
    comes_and_goes(daemon, gnome.touch)


def test_pain_01_on_sway_its_compositor_tells_and_not_the_x_server_inside(bus: Desk, sway: Sway) -> None:
    daemon = Daemon(bus, "--no-tray", reminders__movement__every="60s").start()
    assert daemon.status()["presence"] == "wayland"
    refused = told_by_doctor(daemon, "presence")["refused"]
    assert "Xwayland" not in str(refused)
    comes_and_goes(daemon, sway.touch)


@pytest.mark.usefixtures("sway")
def test_pain_01_an_x_server_inside_wayland_is_refused_even_alone_and_that_nobody_tells_is_said_aloud(
    bus: Desk,
) -> None:
    del bus.env["WAYLAND_DISPLAY"]
    daemon = Daemon(bus, "--no-tray").start()
    status = daemon.status()
    assert (status["presence"], status["state"]) == ("none", "unknown")
    assert "nothing here can tell whether you are at the machine" in daemon.call("status").stdout
    told = daemon.call("doctor").stdout
    assert "! presence: none" in told
    assert "its X server sees only a part of the input" in told
    assert daemon.call("now", "movement").returncode == 0
    assert daemon.status()["prompt"]["open"] is True


@pytest.fixture
def notes(bus: Desk) -> Iterator[Server]:
    server = Server(bus.env["DBUS_SESSION_BUS_ADDRESS"])
    server.start()
    yield server
    server.close()


def test_pain_19_on_gnome_without_a_tray_notifications_and_commands_do_and_doctor_says_so(
    bus: Desk, gnome: Mutter, notes: Server
) -> None:
    daemon = Daemon(bus).start()

    def work_until(done: Callable[[], object]) -> None:
        def touched_and_done() -> object:
            gnome.touch()
            return done()

        wait_for(touched_and_done, why=f"in {daemon.log()}")

    tray = told_by_doctor(daemon, "tray")
    assert tray["can"] == "waiting for a panel"
    assert "GNOME needs its extension AppIndicator" in str(tray["refused"])
    work_until(lambda: notes.on_screen)
    (number,) = notes.on_screen
    first = daemon.wait_for_prompt()
    notes.invoke(number, "done")
    work_until(lambda: daemon.answers(first) == [("done", "said")])
    assert daemon.call("now", "movement").returncode == 0
    second = daemon.wait_for_prompt(after=first)
    wait_for(lambda: notes.on_screen, why="for the note")
    assert daemon.call("skip").returncode == 0
    assert daemon.answers(second) == [("skip", None)]
    wait_for(lambda: not notes.on_screen, why="for the note to go")
