"""A daemon at work without a display, and its commands."""

from __future__ import annotations

import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from daemon import SITBREAK, Daemon
from desk import Desk
from notifyd import Server

Call = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Daemon]:
    """A running daemon whose notifications a scripted server takes; for all tests of a module."""
    with Desk(tmp_path_factory.mktemp("office"), x=False) as desk:
        server = Server(desk.env["DBUS_SESSION_BUS_ADDRESS"])
        server.start()
        desk.env |= {"SITBREAK_PRESENCE": "none", "TZ": "Europe/Berlin"}
        daemon = Daemon(desk, "--no-tray", reminders__movement__every="30m", prompting__snoozes='["5m"]')
        yield daemon.start()
        server.close()


@pytest.fixture
def short_path() -> Iterator[Path]:
    """A folder whose path leaves room for a socket's name, which pytest's own may not."""
    with TemporaryDirectory(prefix="sb-") as folder:
        yield Path(folder)


@pytest.fixture
def alone(short_path: Path) -> Call:
    """Runs a command where no daemon is: ``alone("log", LANGUAGE="de")``; a None takes a variable away."""
    home = short_path / "home"
    for folder in (home, short_path / "run"):
        folder.mkdir(mode=0o700)
    places = {
        "HOME": str(home),
        "XDG_RUNTIME_DIR": str(short_path / "run"),
        "PATH": "/usr/bin:/bin",
        "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={short_path}/no-bus",
    }

    def call(*arguments: str, **env: str | None) -> subprocess.CompletedProcess[str]:
        wanted = {"LANG": "C.UTF-8"} | places | env
        return subprocess.run(
            [SITBREAK, *arguments],
            env={name: value for name, value in wanted.items() if value is not None},
            cwd=home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )

    return call
