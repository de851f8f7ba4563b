"""The control socket: a real server on a real socket, and everybody who may knock."""

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
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from desk import wait_for
from sitbreak.adapters.control import LONGEST_PATH, SOCKET_NAME
from sitbreak.adapters.control import client as commands
from sitbreak.adapters.control import server as daemon
from sitbreak.adapters.control.server import ControlServer
from sitbreak.adapters.loop import IoLoop
from sitbreak.core.events import Via
from sitbreak.errors import NoDaemon, SitbreakError, Unavailable
from sitbreak.ports import Request

Reply = Callable[[dict[str, Any]], None]


class Engine:
    """Answers each request with itself; or never, where it ``sulks``."""

    def __init__(self) -> None:
        self.asked: list[tuple[Request, Via]] = []
        self.sulks = False

    def __call__(self, request: Request, via: Via, reply: Reply) -> None:
        self.asked.append((request, via))
        if not self.sulks:
            answer = {"ok": True, "data": {"request": list(request)}, "text": "wörds"}
            threading.Thread(target=reply, args=(answer,)).start()


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


def knock(folder: Path, sent: bytes, *, shut: bool = False) -> bytes:
    """All that comes back; nothing where the line is cut."""
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(10)
        line.connect(str(folder / SOCKET_NAME))
        try:
            line.sendall(sent)
            if shut:
                line.shutdown(socket.SHUT_WR)
            parts = []
            while part := line.recv(65536):
                parts.append(part)
        except (ConnectionResetError, BrokenPipeError):
            pass
        return b"".join(parts) if sent else b""


def test_a_request_is_passed_on_and_its_answer_comes_back(
    server: ControlServer, folder: Path, engine: Engine
) -> None:
    assert commands.ask(folder, "pause", "for", 1800.0)["data"] == {"request": ["pause", "for", 1800.0]}
    assert engine.asked == [(("pause", "for", 1800.0), Via.COMMAND)]


@pytest.mark.parametrize(
    ("form", "answer"),
    [
        ("text", "0\nwörds\n"),
        ("json", '0\n{"request": ["status"]}\n'),
    ],
)
def test_an_answer_can_be_had_without_json(
    server: ControlServer, folder: Path, form: str, answer: str
) -> None:
    asked = json.dumps({"do": ["status"], "as": form}).encode() + b"\n"
    assert knock(folder, asked).decode() == answer


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


@pytest.mark.parametrize(
    "garbage",
    [
        b"\n",
        b"\0\xff\xfe garbage\n",
        b"{\n",
        b"null\n",
        b"[]\n",
        b'"status"\n',
        b"{}\n",
        b'{"do": []}\n',
        b'{"do": "status"}\n',
        b'{"do": [1]}\n',
        b'{"do": ["status", null]}\n',
        b'{"do": ["status", true]}\n',
        b'{"do": ["status", ["status"]]}\n',
        b'{"do": ["a", "b", "c", "d", "e"]}\n',
        b'{"do": ["status"], "as": "xml"}\n',
        b'{"do": ["status"], "as": ["text"]}\n',
        b"[" * 4000 + b"\n",
        b'{"a":' * 700 + b"\n",
        b'{"do": ["water", ' + b"9" * 4000 + b"]}x\n",
        b'{"do": ["' + b"x" * 5000 + b'"]}\n',
    ],
)
def test_garbage_is_no_request_and_reaches_nobody(
    server: ControlServer, folder: Path, engine: Engine, garbage: bytes
) -> None:
    answer = knock(folder, garbage)
    if answer:  # a line that is too long is cut off, and its answer may be lost with it
        assert json.loads(answer)["exit"] == 2
    assert engine.asked == []
    assert commands.ask(folder, "status")["ok"]


def test_a_flood_without_an_end_is_cut_off(server: ControlServer, folder: Path, engine: Engine) -> None:
    with socket.socket(socket.AF_UNIX) as line:
        line.settimeout(10)
        line.connect(str(folder / SOCKET_NAME))
        with pytest.raises((BrokenPipeError, ConnectionResetError)):
            line.sendall(b"x" * 100_000_000)
    assert commands.ask(folder, "status")["ok"]
    assert len(engine.asked) == 1


def test_a_request_that_is_no_text_is_answered_all_the_same(
    io: IoLoop, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    def refuse(request: Request, _via: Via, reply: Reply) -> None:
        reply({"ok": False, "exit": 2, "what": f"What is {request[0]}?", "remedy": "Ask."})

    server = ControlServer(io, folder, refuse)
    assert knock(folder, b'{"do": ["\\ud800"], "as": "text"}\n') == b"2\nWhat is \\ud800?\nAsk.\n"
    assert knock(folder, b'{"do": ["\\ud800"]}\n').startswith(b"{")
    server.close()
    assert capfd.readouterr().err == ""


def test_facts_without_words_are_told_as_facts(io: IoLoop, folder: Path) -> None:
    server = ControlServer(io, folder, lambda _request, _via, reply: reply({"ok": True, "data": {"a": 1}}))
    assert knock(folder, b'{"do": ["doctor"], "as": "text"}\n') == b'0\n{"a": 1}\n'
    server.close()


def test_half_a_line_and_then_nothing_more_is_answered(server: ControlServer, folder: Path) -> None:
    assert json.loads(knock(folder, b'{"do"', shut=True))["exit"] == 2
    assert json.loads(knock(folder, b'{"do": ["status"]}', shut=True))["ok"]


def test_who_says_nothing_is_hung_up_on(
    server: ControlServer, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "ASK_WITHIN_S", 0.3)
    began = time.monotonic()
    lines = [socket.socket(socket.AF_UNIX) for _ in range(10)]
    for number, line in enumerate(lines):
        line.settimeout(10)
        line.connect(str(folder / SOCKET_NAME))
        line.sendall(b"{" * number)
    assert commands.ask(folder, "status")["ok"]
    assert [line.recv(10) for line in lines] == [b""] * 10
    assert time.monotonic() - began < 5
    for line in lines:
        line.close()


def test_who_leaves_before_the_answer_harms_nobody(
    server: ControlServer, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(50):
        with socket.socket(socket.AF_UNIX) as line:
            line.connect(str(folder / SOCKET_NAME))
            line.sendall(b'{"do": ["status"]}\n')
    assert commands.ask(folder, "status")["ok"]
    assert capfd.readouterr().err == ""


def test_two_hundred_at_once_are_all_answered(server: ControlServer, folder: Path) -> None:
    answers: list[dict[str, Any]] = []
    start = threading.Barrier(200)

    def ask(number: int) -> None:
        start.wait(20)
        answers.append(commands.ask(folder, "water", number))

    threads = [threading.Thread(target=ask, args=(number,)) for number in range(200)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(answer["data"]["request"][1] for answer in answers) == list(range(200))


def test_more_than_can_be_taken_are_told_to_come_back(
    server: ControlServer, folder: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "MOST_AT_ONCE", 3)
    monkeypatch.setattr(daemon, "ASK_WITHIN_S", 3.0)
    lines = [socket.socket(socket.AF_UNIX) for _ in range(3)]
    for line in lines:
        line.connect(str(folder / SOCKET_NAME))
    wait_for(lambda: server._open == 3, why="for three to be let in")
    answer = commands.ask(folder, "status")
    assert (answer["ok"], answer["exit"]) == (False, 1)
    assert answer["remedy"]
    wait_for(lambda: server._open == 0, why="for the three to be hung up on")
    assert commands.ask(folder, "status")["ok"]
    for line in lines:
        line.close()


def test_an_engine_that_does_not_answer_is_told_of(
    server: ControlServer, folder: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "ANSWER_WITHIN_S", 0.2)
    engine.sulks = True
    answer = commands.ask(folder, "status")
    assert (answer["ok"], answer["exit"]) == (False, 1)
    assert "in time" in answer["what"]
    assert answer["remedy"]


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


def test_a_socket_on_which_somebody_listens_is_left_alone(
    server: ControlServer, io: IoLoop, folder: Path, engine: Engine
) -> None:
    with pytest.raises(Unavailable, match="another sitbreak"):
        ControlServer(io, folder, Engine())
    assert commands.ask(folder, "status")["ok"]
    assert len(engine.asked) == 1


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


@pytest.mark.parametrize("answer", [b"", b"no json\n", b"3\n", b"[]\n", b'{"ok": tr'])
def test_an_answer_that_is_none_is_told_as_that(folder: Path, answer: bytes) -> None:
    listener = socket.socket(socket.AF_UNIX)
    listener.bind(str(folder / SOCKET_NAME))
    listener.listen()

    def serve() -> None:
        line, _ = listener.accept()
        line.recv(4096)
        line.sendall(answer)
        line.close()

    odd = threading.Thread(target=serve)
    odd.start()
    with pytest.raises(SitbreakError) as told:
        commands.ask(folder, "status")
    assert told.value.remedy
    odd.join()
    listener.close()


def test_a_daemon_that_is_stopped_is_told_of_as_silent(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(commands, "WAIT_S", 0.2)
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind(str(folder / SOCKET_NAME))
        listener.listen()
        with pytest.raises(SitbreakError, match="did not answer") as told:
            commands.ask(folder, "status")
    assert told.value.exit_code == 1
