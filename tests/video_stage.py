"""PipeWire without a device or a session manager, and programs that send and take pictures through it."""

from __future__ import annotations

import sys
from pathlib import Path

from desk import Desk, need, wait_for

_STREAM = Path(__file__).with_name("video_stream.py")
_CONFIG = """
context.properties = { core.daemon = true core.name = pipewire-0 support.dbus = false }
context.spa-libs = { support.* = support/libspa-support }
context.modules = [
  { name = libpipewire-module-protocol-native }
  { name = libpipewire-module-client-node }
  { name = libpipewire-module-metadata }
  { name = libpipewire-module-access }
  { name = libpipewire-module-link-factory }
]
"""


class PipeWire:
    """PipeWire on a desk. Programs go by their names; linking is done by hand."""

    def __init__(self, desk: Desk) -> None:
        need("pipewire", "pw-dump", "pw-link")
        self._desk = desk
        self.environ = desk.env

    def start(self) -> None:
        """Start it, and wait until it answers."""
        config = self._desk.folder / "pipewire.conf"
        config.write_text(_CONFIG)
        self._desk.start("pipewire", ["pipewire", "-c", str(config)])
        wait_for(lambda: "PipeWire" in self._desk.run("pw-dump", check=False), why="for PipeWire")

    def kill(self) -> None:
        """It dies."""
        self._desk.kill("pipewire")

    def send(self, program: str, stream: str, *props: str) -> None:
        """A program offers pictures."""
        self._begin("output", program, stream, props)

    def take(self, program: str, stream: str, *props: str) -> None:
        """A program is ready for pictures."""
        self._begin("input", program, stream, props)

    def link(self, sender: str, taker: str) -> None:
        """The one's pictures go to the other from now on."""
        self._desk.run("pw-link", f"{sender}:out_0", f"{taker}:in_0")

    def unlink(self, sender: str, taker: str) -> None:
        """No longer."""
        self._desk.run("pw-link", "--disconnect", f"{sender}:out_0", f"{taker}:in_0")

    def end(self, program: str) -> None:
        """A program ends."""
        self._desk.kill(program)
        wait_for(lambda: program not in self._ports(), why=f"for the end of {program}")

    def sends(self, program: str) -> bool:
        """Whether it offers pictures."""
        return f"{program}:out_0" in self._ports()

    def _begin(self, way: str, program: str, stream: str, props: tuple[str, ...]) -> None:
        self._desk.start(program, [sys.executable, str(_STREAM), way, program, stream, *props])
        wait_for(lambda: f"{program}:" in self._ports(), why=f"for {program}")

    def _ports(self) -> str:
        return self._desk.run("pw-link", "--output", "--input")
