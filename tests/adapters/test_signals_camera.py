"""Cameras: files in a folder that stands in for /dev, held open by programs that really run."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import Desk, wait_for
from signal_contract import SignalContract, Stage, on_loop
from sitbreak.adapters.signals.camera import Camera
from sitbreak.errors import Unavailable
from video_stage import PipeWire


class Room(Stage):
    """A reader of the cameras in ``dev``, and programs that open them."""

    def __init__(self, folder: Path, environ: dict[str, str] | None = None) -> None:
        super().__init__()
        self.folder, self.dev, self.udev = folder, folder / "dev", folder / "udev"
        self.dev.mkdir()
        self.udev.mkdir()
        self.proc = folder / "proc"
        self.proc.symlink_to("/proc")
        self._programs: dict[str, subprocess.Popen[bytes]] = {}
        self.reader = Camera(self.io, environ=environ or {}, dev=self.dev, proc=self.proc, udev=self.udev)

    def put(self, *, on: bool) -> None:
        if on:
            self.open("call")
        else:
            self.end_program("call")

    def break_(self) -> bool:
        self.proc.unlink()
        return True

    def plug_in(self, *cameras: str) -> None:
        for camera in cameras:
            (self.dev / camera).touch()

    def open(self, name: str, camera: str = "video0") -> None:
        """A program of that name opens a camera."""
        program = self.folder / "bin" / name
        program.parent.mkdir(exist_ok=True)
        shutil.copy("/bin/sleep", program)
        with (self.dev / camera).open("rb") as held:
            self._programs[name] = subprocess.Popen([program, "1000"], stdin=held)

    def end_program(self, name: str) -> None:
        program = self._programs.pop(name)
        program.kill()
        program.wait()

    def end(self) -> None:
        for name in list(self._programs):
            self.end_program(name)
        super().end()


@pytest.fixture
def room(tmp_path: Path) -> Iterator[Room]:
    room = Room(tmp_path)
    room.plug_in("video0", "video1")
    yield room
    room.end()


class TestCamera(SignalContract):
    @pytest.fixture
    def stage(self, room: Room) -> Room:
        return room

    def test_one_that_is_plugged_in_later_is_watched_too(self, room: Room) -> None:
        told: list[int] = []
        assert on_loop(room, lambda: told.append(1)) is not None
        room.plug_in("video2")
        wait_for(lambda: told, for_s=2, why="to be told of the camera")
        told.clear()
        room.open("call", "video2")
        wait_for(lambda: told, for_s=2, why="to be told of the call")
        assert room.read() is True

    def test_what_else_happens_in_dev_wakes_nobody(self, room: Room) -> None:
        told: list[int] = []
        (room.dev / "null").touch()
        assert on_loop(room, lambda: told.append(1)) is not None
        (room.dev / "null").read_bytes()
        (room.dev / "loop0").touch()
        room.open("call")
        wait_for(lambda: told, for_s=2, why="to be told of the call")
        assert told == [1]

    def test_a_machine_without_a_camera_has_none_in_use(self, tmp_path: Path) -> None:
        (tmp_path / "bare").mkdir()
        room = Room(tmp_path / "bare")
        room.break_()
        assert room.read() is False
        room.end()

    def test_this_program_itself_does_not_count(self, room: Room) -> None:
        with (room.dev / "video0").open("rb"):
            assert room.read() is False

    def test_a_file_of_that_name_elsewhere_is_no_camera(self, room: Room) -> None:
        (room.dev / "shm").mkdir()
        room.plug_in("shm/video0")
        room.open("editor", "shm/video0")
        assert room.read() is False

    def test_a_decoder_is_no_camera(self, room: Room) -> None:
        record = room.udev / "c0:0"
        record.write_text("E:ID_V4L_VERSION=2\nE:ID_V4L_CAPABILITIES=:video_output:\n")
        room.open("player")
        assert room.read() is False
        record.write_text("E:ID_V4L_VERSION=2\nE:ID_V4L_CAPABILITIES=:capture:\n")
        assert room.read() is True

    @pytest.mark.skipif(os.getuid() != 0, reason="only root can be somebody else")
    def test_what_somebody_else_does_is_not_looked_at(self, room: Room) -> None:
        with (room.dev / "video0").open("rb") as held:
            other = subprocess.Popen(["sleep", "1000"], stdin=held, user=65534)
        assert room.read() is False
        other.kill()
        other.wait()


class TestThroughPipeWire:
    """PipeWire and its session manager may keep a camera open that nobody looks through."""

    @pytest.fixture
    def room(self, bus: Desk, tmp_path: Path) -> Iterator[Room]:
        PipeWire(bus).start()
        room = Room(tmp_path, bus.env)
        room.plug_in("video0")
        yield room
        room.end()

    def test_one_that_is_kept_open_at_rest_is_not_in_use(self, room: Room) -> None:
        room.open("wireplumber")
        room.open("pipewire")
        assert room.read() is False

    def test_one_that_runs_is(self, room: Room, bus: Desk) -> None:
        room.open("pipewire")
        pipewire = PipeWire(bus)
        pipewire.send("lens", "v4l2_input", "media.class=Video/Source", "device.api=v4l2")
        assert room.read() is False
        pipewire.take("snapshot", "camera")
        pipewire.link("lens", "snapshot")
        wait_for(room.read, for_s=5, why="for the camera to run")

    def test_without_pw_dump_it_cannot_be_told(self, room: Room, bus: Desk) -> None:
        room.open("pipewire")
        bus.env["PATH"] = "/nowhere"
        with pytest.raises(Unavailable, match="pw-dump"):
            room.read()
        room.open("call")
        assert room.read() is True
