"""No desktop at all: the daemon prompts in the terminal, and is answered there."""

from __future__ import annotations

import os
import pty
import select
import signal
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from daemon import QUICK, SITBREAK

QUIET_S = 60.0

TIMES = QUICK | {"sitting.away_after": "5m", "sitting.present_within": "4m"}
"""A terminal's own times are true to eight seconds only."""


class Terminal:
    """A daemon in a terminal of its own, with no display and no bus."""

    def __init__(self, folder: Path) -> None:
        self.env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "HOME": str(folder),
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_DATA_HOME": str(folder / "data"),
            "XDG_CONFIG_HOME": str(folder / "config"),
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={folder}/no-bus",
        }
        flags = [word for pair in TIMES.items() for word in ("--set", "=".join(pair))]
        self._main, side = pty.openpty()
        self.process = subprocess.Popen(
            [SITBREAK, "run", *flags],
            env=self.env,
            cwd=folder,
            stdin=side,
            stdout=side,
            stderr=side,
            start_new_session=True,
            preexec_fn=_take_terminal,  # noqa: PLW1509 - two plain calls of the kernel
        )
        os.close(side)
        self.seen = ""

    def type(self, text: str) -> None:
        """Type it."""
        os.write(self._main, text.encode())

    def wait_for(self, text: str) -> None:
        """Wait until the terminal shows it."""
        end = time.monotonic() + QUIET_S
        while text not in self.seen:
            assert time.monotonic() < end, self.seen
            if select.select([self._main], [], [], 0.5)[0]:
                self.seen += os.read(self._main, 4096).decode(errors="replace")

    def call(self, *arguments: str) -> str:
        """What a command prints, run elsewhere by the same person."""
        done = subprocess.run(
            [SITBREAK, *arguments], env=self.env, capture_output=True, text=True, check=False
        )
        return done.stdout + done.stderr


def _take_terminal() -> None:
    import fcntl  # noqa: PLC0415 - in the child
    import termios  # noqa: PLC0415

    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


@pytest.fixture
def terminal(tmp_path: Path) -> Iterator[Terminal]:
    """A daemon in a terminal."""
    terminal = Terminal(tmp_path)
    yield terminal
    if terminal.process.poll() is None:
        terminal.process.send_signal(signal.SIGTERM)
    assert terminal.process.wait(10) == 0


def test_a_prompt_is_written_and_answered_by_a_key(terminal: Terminal) -> None:
    terminal.wait_for("Type d")
    assert '"tty"' in terminal.call("status", "--json")
    terminal.type("d\n")
    end = time.monotonic() + 10
    while '"via": "terminal"' not in terminal.call("log", "--json"):
        assert time.monotonic() < end, terminal.call("log", "--json")
    assert "Traceback" not in terminal.seen


def test_the_doctor_says_what_there_is(terminal: Terminal) -> None:
    terminal.wait_for("Type d")
    told = terminal.call("doctor")
    assert "presence: tty" in told
    assert "notifier: terminal" in told
    assert "tray: none" in told
