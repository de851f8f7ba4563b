"""PulseAudio with a silent microphone and an unheard loudspeaker, and programs that record from them."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

from desk import Desk, need, wait_for

_RECORDER = Path(__file__).with_name("sound_recorder.py")


class SoundServer:
    """PulseAudio on a desk, without the machine's own devices."""

    def __init__(self, desk: Desk) -> None:
        need("pulseaudio", "pactl", "parecord")
        self._desk = desk
        self._process: subprocess.Popen[bytes] | None = None
        self.environ = desk.env

    def start(self) -> None:
        """Start it, and wait until it answers."""
        modules = (
            "module-native-protocol-unix",
            "module-null-source source_name=mic",
            "module-null-sink sink_name=loudspeaker",
        )
        argv = ["pulseaudio", "-n", "--daemonize=no", "--exit-idle-time=-1"]
        argv += [word for module in modules for word in ("-L", module)]
        self._process = self._desk.start("pulseaudio", argv)
        wait_for(lambda: "mic" in self._pactl("list", "short", "sources"), why="for PulseAudio")

    def kill(self) -> None:
        """It dies."""
        self._desk.kill("pulseaudio")

    def freeze(self) -> None:
        """It hangs."""
        assert self._process is not None
        self._process.send_signal(signal.SIGSTOP)

    def record(self, name: str, source: str) -> None:
        """A program begins to record."""
        self._begin(name, ["parecord", "--raw", "-d", source, "/dev/null"])

    def open(self, name: str, source: str, how: str) -> None:
        """A program opens a recording that is ``corked``, or takes only ``peaks``."""
        self._begin(name, [sys.executable, str(_RECORDER), source, how])

    def load(self, *module: str) -> None:
        """The server records for itself."""
        before = self.recordings()
        self._pactl("load-module", *module)
        wait_for(lambda: self.recordings() > before, why=f"for {module}")

    def end(self, name: str) -> None:
        """A program ends."""
        before = self.recordings()
        self._desk.kill(name)
        wait_for(lambda: self.recordings() < before, why=f"for the end of {name}")

    def recordings(self) -> int:
        """How many there are, of whatever kind."""
        return len(self._pactl("list", "short", "source-outputs").splitlines())

    def _begin(self, name: str, argv: list[str]) -> None:
        before = self.recordings()
        self._desk.start(name, argv)
        wait_for(lambda: self.recordings() > before, why=f"for {name}")

    def _pactl(self, *words: str) -> str:
        return self._desk.run("pactl", *words, check=False)
