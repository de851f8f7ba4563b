"""The real daemon in Windows, with folders of its own, and the commands that a person gives it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Self

from desk import wait_for
from sitbreak.adapters.control.client import ask
from sitbreak.errors import NoDaemon

MODULE = ("-m", "sitbreak")


class Office:
    """One person's folders, and at most one daemon that uses them.

    ``figures``: pictures drawn before, so that no daemon takes the time to.
    """

    def __init__(self, folder: Path, figures: Path) -> None:
        self.data = folder / "local" / "sitbreak"
        self.config = self.data / "config.toml"
        shutil.copytree(figures, self.data / "Cache" / "figures")
        # platformdirs asks Windows for the folders, which no variable but its own can change.
        places = {"LOCAL_APPDATA": "local", "APPDATA": "roaming", "COMMON_APPDATA": "common"}
        self.env = (
            os.environ
            | {f"WIN_PD_OVERRIDE_{name}": str(folder / place) for name, place in places.items()}
            | {"SITBREAK_PRESENCE": "none"}
        )
        self.daemon: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()

    def start(
        self,
        *options: str,
        python: str = sys.executable,
        under: Sequence[str] = (),
        creationflags: int = 0,
    ) -> Self:
        """Start the daemon and wait until it answers. ``under``: a program that starts it."""
        self.daemon = subprocess.Popen(
            [*under, python, *MODULE, "run", *options],
            env=self.env,
            # Wine wants pipes. What comes through them in a test's time is far less than they hold.
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            creationflags=creationflags,
        )
        wait_for(lambda: self.asked("status"), for_s=30, why="for the daemon")
        return self

    def asked(self, *request: str) -> dict[str, Any] | None:
        """What the daemon answers without a command in between; None where there is no daemon."""
        try:
            reply = ask(self.data, *request)
        except NoDaemon:
            return None
        told: dict[str, Any] = reply["data"]
        return told

    def ended(self) -> tuple[int, str]:
        """The daemon's exit code once it has ended, and what it printed."""
        assert self.daemon is not None
        said, _ = self.daemon.communicate(timeout=20)
        code, self.daemon = self.daemon.returncode, None
        return code, said.decode(errors="replace")

    def kill(self) -> None:
        """End the daemon where it stands."""
        if self.daemon is not None:
            self.daemon.kill()
            self.daemon.wait(20)
            assert self.daemon.stdout is not None
            self.daemon.stdout.close()  # others whom it has started may hold it too
            self.daemon = None

    def call(self, *arguments: str, **env: str) -> subprocess.CompletedProcess[str]:
        """Run one command."""
        return subprocess.run(
            [sys.executable, *MODULE, *arguments],
            env=self.env | env,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=60,
            check=False,
        )

    def tell(self, *arguments: str) -> str:
        """What a command that must not fail prints."""
        ended = self.call(*arguments)
        assert ended.returncode == 0, ended.stderr
        return ended.stdout

    def status(self) -> dict[str, Any]:
        """``status --json``."""
        told: dict[str, Any] = json.loads(self.tell("status", "--json"))
        return told

    def log(self) -> list[dict[str, Any]]:
        """``log --json``."""
        return [json.loads(line) for line in self.tell("log", "--json").splitlines()]
