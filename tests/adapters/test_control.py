"""The daemon's line for commands, a Unix socket or a pipe of Windows, and everybody who may call."""

from __future__ import annotations

import contextlib
import json
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from control_stage import Engine, Reply, dial, knock
from desk import wait_for
from sitbreak.adapters.control import LONGEST_REPLY
from sitbreak.adapters.control import client as commands
from sitbreak.adapters.control import server as daemon
from sitbreak.adapters.control.lines import Line, Serve, listener
from sitbreak.adapters.control.server import ControlServer
from sitbreak.adapters.loop import IoLoop
from sitbreak.core.events import Via
from sitbreak.errors import NoDaemon, SitbreakError, Unavailable
from sitbreak.ports import Request


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
    with dial(folder) as line, pytest.raises((BrokenPipeError, ConnectionResetError)):
        line.say(b"x" * 100_000_000)
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


def test_half_a_line_and_then_gone_reaches_nobody(
    server: ControlServer, folder: Path, engine: Engine
) -> None:
    for half in (b"", b"{", b'{"do"'):
        with dial(folder) as line:
            line.say(half)
    assert commands.ask(folder, "status")["ok"]
    wait_for(lambda: server._open == 0, why="for all to be gone")
    assert len(engine.asked) == 1


def test_who_says_nothing_or_half_is_hung_up_on(
    server: ControlServer, folder: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "ASK_WITHIN_S", 0.3)
    began = time.monotonic()
    with contextlib.ExitStack() as lines:
        open_ = [lines.enter_context(dial(folder)) for _ in range(10)]
        for number, line in enumerate(open_):
            line.say(b"{" * number)
        assert commands.ask(folder, "status")["ok"]
        assert [line.hear() for line in open_] == [b""] * 10
    assert time.monotonic() - began < 5
    assert len(engine.asked) == 1


def test_who_leaves_before_the_answer_harms_nobody(
    server: ControlServer, folder: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    for _ in range(50):
        with dial(folder) as line:
            line.say(b'{"do": ["status"]}\n')
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
    with contextlib.ExitStack() as lines:
        for _ in range(3):
            lines.enter_context(dial(folder))
        wait_for(lambda: server._open == 3, why="for three to be let in")
        answer = commands.ask(folder, "status")
        assert (answer["ok"], answer["exit"]) == (False, 1)
        assert answer["remedy"]
        wait_for(lambda: server._open == 0, why="for the three to be hung up on")
        assert commands.ask(folder, "status")["ok"]


def test_an_engine_that_does_not_answer_is_told_of(
    server: ControlServer, folder: Path, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(daemon, "ANSWER_WITHIN_S", 0.2)
    engine.sulks = True
    answer = commands.ask(folder, "status")
    assert (answer["ok"], answer["exit"]) == (False, 1)
    assert "in time" in answer["what"]
    assert answer["remedy"]


def test_a_long_answer_arrives_whole(io: IoLoop, folder: Path) -> None:
    words = "w" * (LONGEST_REPLY - 1000)
    server = ControlServer(io, folder, lambda _request, _via, reply: reply({"ok": True, "data": words}))
    assert commands.ask(folder, "status")["data"] == words
    server.close()


def test_where_somebody_listens_they_are_left_alone(
    server: ControlServer, io: IoLoop, folder: Path, engine: Engine
) -> None:
    with pytest.raises(Unavailable, match="another sitbreak"):
        ControlServer(io, folder, Engine())
    assert commands.ask(folder, "status")["ok"]
    assert len(engine.asked) == 1


def test_once_closed_nobody_answers_and_the_next_may_listen(io: IoLoop, folder: Path, engine: Engine) -> None:
    for _ in range(3):
        server = ControlServer(io, folder, engine)
        assert commands.ask(folder, "status")["ok"]
        server.close()
        server.close()
        with pytest.raises(NoDaemon):
            commands.ask(folder, "status")


def test_where_nobody_ever_listened_it_is_told(folder: Path) -> None:
    with pytest.raises(NoDaemon):
        commands.ask(folder, "status")


@contextlib.contextmanager
def somebody(io: IoLoop, folder: Path, serve: Serve) -> Iterator[None]:
    """Who listens in the daemon's place."""
    other = listener(folder, serve)
    io.call(other.open())
    yield
    io.call(other.shut())


@pytest.mark.parametrize("answer", [b"", b"no json\n", b"3\n", b"[]\n", b'{"ok": tr'])
def test_an_answer_that_is_none_is_told_as_that(io: IoLoop, folder: Path, answer: bytes) -> None:
    async def serve(line: Line) -> None:
        await line.hear()
        await line.say(answer)
        line.close()

    with somebody(io, folder, serve), pytest.raises(SitbreakError) as told:
        commands.ask(folder, "status")
    assert told.value.remedy


def test_a_daemon_that_is_stopped_is_told_of_as_silent(
    io: IoLoop, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(commands, "WAIT_S", 0.2)
    began = time.monotonic()

    async def serve(line: Line) -> None:
        await line.hear()
        await line.hear()  # until they give up
        line.close()

    with (
        somebody(io, folder, serve),
        pytest.raises(SitbreakError, match="did not answer") as told,
    ):
        commands.ask(folder, "status")
    assert told.value.exit_code == 1
    assert time.monotonic() - began < 3
