"""The control socket: whose it is, and what else may lie in its place."""

from __future__ import annotations

import contextlib
import json
import os
import socket
import stat
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from control_stage import Engine
from desk import wait_for
from sitbreak.adapters.control import LONGEST_PATH, SOCKET_NAME
from sitbreak.adapters.control import client as commands
from sitbreak.adapters.control.server import ControlServer
from sitbreak.adapters.loop import IoLoop
from sitbreak.errors import NoDaemon, SitbreakError, Unavailable


@pytest.fixture
def io() -> Iterator[IoLoop]:
    io = IoLoop()
    yield io
    io.close()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    folder = tmp_path / "run"
    folder.mkdir(mode=0o700)
    return folder


@pytest.fixture
def engine() -> Engine:
    return Engine()


@pytest.fixture
def server(io: IoLoop, folder: Path, engine: Engine) -> Iterator[ControlServer]:
    server = ControlServer(io, folder, engine)
    yield server
    server.close()


def test_the_socket_is_this_users_alone_at_every_moment(io: IoLoop, folder: Path, engine: Engine) -> None:
    before = os.umask(0)
    modes: list[int] = []
    stop = threading.Event()

    def look() -> None:
        while not stop.is_set():
            with contextlib.suppress(FileNotFoundError):
                modes.append(stat.S_IMODE((folder / SOCKET_NAME).lstat().st_mode))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for _ in range(20):
            seen = len(modes)
            server = ControlServer(io, folder, engine)
            wait_for(lambda seen=seen: len(modes) > seen, why="for a look")  # type: ignore[misc]
            server.close()
    finally:
        stop.set()
        watcher.join()
        os.umask(before)
    assert set(modes) == {0o600}


def test_half_a_line_and_then_nothing_more_is_answered(server: ControlServer, folder: Path) -> None:
    def half(sent: bytes) -> bytes:
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(10)
            line.connect(str(folder / SOCKET_NAME))
            line.sendall(sent)
            line.shutdown(socket.SHUT_WR)
            return line.recv(65536)

    assert json.loads(half(b'{"do"'))["exit"] == 2
    assert json.loads(half(b'{"do": ["status"]}'))["ok"]


@pytest.fixture
def public() -> Iterator[Path]:
    """A folder whose every parent lets others through."""
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        yield Path(folder)


def test_another_user_is_not_answered(io: IoLoop, public: Path, engine: Engine) -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may become somebody else")
    server = ControlServer(io, public, engine)
    # All that keeps others out is opened, so that only who they are can.
    (public / SOCKET_NAME).chmod(0o666)
    code = f"""
import os, socket
line = socket.socket(socket.AF_UNIX)
line.settimeout(10)
if {{uid}}:
    os.setgroups([])
    os.setgid({{uid}})
    os.setuid({{uid}})
line.connect({str(public / SOCKET_NAME)!r})
try:
    line.sendall(b'{{{{"do": ["status"]}}}}\\n')
    print(len(line.recv(1000)))
except (BrokenPipeError, ConnectionResetError):
    print(0)
"""
    heard = {
        uid: subprocess.run(
            [sys.executable, "-c", code.format(uid=uid)], capture_output=True, text=True, check=True
        ).stdout.strip()
        for uid in (0, 65534)
    }
    assert heard[65534] == "0"
    assert int(heard[0]) > 0
    assert len(engine.asked) == 1
    server.close()


def test_a_socket_left_by_a_killed_daemon_is_replaced(io: IoLoop, folder: Path, engine: Engine) -> None:
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(folder / SOCKET_NAME))
    dead.listen()
    dead.close()
    with pytest.raises(NoDaemon):
        commands.ask(folder, "status")
    server = ControlServer(io, folder, engine)
    assert commands.ask(folder, "status")["ok"]
    server.close()
    assert not (folder / SOCKET_NAME).exists()


def regular(place: Path) -> None:
    place.write_text("precious")


def link_to_file(place: Path) -> None:
    (place.parent / "other").write_text("precious")
    place.symlink_to("other")


def link_to_nothing(place: Path) -> None:
    place.symlink_to("nothing")


def link_to_socket(place: Path) -> None:
    dead = socket.socket(socket.AF_UNIX)
    dead.bind(str(place.parent / "other"))
    dead.close()
    place.symlink_to("other")


def directory(place: Path) -> None:
    place.mkdir()


@pytest.mark.parametrize("occupy", [regular, link_to_file, link_to_nothing, link_to_socket, directory])
def test_what_is_no_socket_in_its_place_is_neither_followed_nor_removed(
    io: IoLoop, folder: Path, engine: Engine, occupy: Callable[[Path], None]
) -> None:
    occupy(folder / SOCKET_NAME)
    before = {path.name: path.lstat().st_ino for path in folder.iterdir()}
    with pytest.raises(Unavailable) as told:
        ControlServer(io, folder, engine)
    assert str(folder / SOCKET_NAME) in told.value.what
    assert told.value.remedy
    assert {path.name: path.lstat().st_ino for path in folder.iterdir()} == before


def test_closing_takes_away_only_its_own_socket(io: IoLoop, folder: Path, engine: Engine) -> None:
    first = ControlServer(io, folder, engine)
    (folder / SOCKET_NAME).rename(folder / "moved")
    second = ControlServer(io, folder, engine)
    first.close()
    assert commands.ask(folder, "status")["ok"]
    second.close()
    second.close()
    assert not (folder / SOCKET_NAME).exists()


def test_a_path_too_long_is_told_on_both_ends(io: IoLoop, tmp_path: Path, engine: Engine) -> None:
    room = LONGEST_PATH - len(str(tmp_path)) - len(SOCKET_NAME) - 2
    fits, too_long = tmp_path / ("f" * room), tmp_path / ("t" * (room + 1))
    fits.mkdir()
    too_long.mkdir()
    server = ControlServer(io, fits, engine)
    assert commands.ask(fits, "status")["ok"]
    server.close()
    with pytest.raises(Unavailable, match="too long") as told:
        ControlServer(io, too_long, engine)
    assert "XDG_RUNTIME_DIR" in told.value.remedy
    with pytest.raises(SitbreakError, match="too long") as told_too:
        commands.ask(too_long, "status")
    assert told_too.value.remedy
    assert told_too.value.exit_code == 1


def test_a_folder_that_is_gone_is_told(io: IoLoop, tmp_path: Path, engine: Engine) -> None:
    with pytest.raises(Unavailable):
        ControlServer(io, tmp_path / "gone", engine)
    with pytest.raises(NoDaemon):
        commands.ask(tmp_path / "gone", "status")


def test_a_daemon_that_takes_no_calls_is_told_of_as_silent(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "WAIT_S", 0.2)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / SOCKET_NAME))
        listener.listen()
        with pytest.raises(SitbreakError, match="did not answer") as told:
            commands.ask(folder, "status")
    assert told.value.exit_code == 1
