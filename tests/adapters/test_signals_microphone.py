"""The microphone, as PulseAudio and as the kernel tell of it."""

from __future__ import annotations

import contextlib
import os
import socket
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from desk import Desk, wait_for
from signal_contract import SignalContract, Stage, on_loop
from sitbreak.adapters.signals.microphone import Microphone
from sitbreak.errors import Unavailable
from sound_stage import SoundServer


class Cards:
    """A sound card as the kernel shows it, in folders of the test's own."""

    def __init__(self, folder: Path) -> None:
        self.asound, self.nodes = folder / "asound", folder / "snd"
        self._held: int | None = None

    def plug_in(self) -> None:
        for stream in ("pcm0p", "pcm0c"):
            (self.asound / "card0" / stream / "sub0").mkdir(parents=True)
            (self.asound / "card0" / stream / "sub0" / "status").write_text("closed\n")
        self.nodes.mkdir()
        for node in ("controlC0", "pcmC0D0p", "pcmC0D0c", "timer"):
            (self.nodes / node).touch()

    def play(self) -> None:
        (self.asound / "card0/pcm0p/sub0/status").write_text("state: RUNNING\n")
        (self.nodes / "pcmC0D0p").read_bytes()

    def record(self) -> None:
        self._held = os.open(self.nodes / "pcmC0D0c", os.O_RDONLY)
        self._status.write_text("state: RUNNING\nowner_pid   : 4711\n")

    def rest(self) -> None:
        self._status.write_text("closed\n")
        if self._held is not None:
            os.close(self._held)
            self._held = None

    def pull_out(self) -> None:
        self.asound.rename(self.asound.with_name("gone"))

    @property
    def _status(self) -> Path:
        return self.asound / "card0/pcm0c/sub0/status"


class Desktop(Stage):
    """A microphone reader on a desktop with a sound server, a sound card, both, or neither."""

    def __init__(self, environ: Mapping[str, str], cards: Cards) -> None:
        super().__init__()
        self.reader = Microphone(self.io, environ=environ, asound=cards.asound, nodes=cards.nodes)


class ServerStage(Desktop):
    def __init__(self, server: SoundServer, cards: Cards) -> None:
        super().__init__(server.environ, cards)
        self._server = server

    def put(self, *, on: bool) -> None:
        if on:
            self._server.record("call", "mic")
        else:
            self._server.end("call")

    def break_(self) -> bool:
        self._server.kill()
        return True


class CardStage(Desktop):
    def __init__(self, environ: Mapping[str, str], cards: Cards) -> None:
        super().__init__(environ, cards)
        self._cards = cards

    def put(self, *, on: bool) -> None:
        if on:
            self._cards.record()
        else:
            self._cards.rest()

    def break_(self) -> bool:
        self._cards.pull_out()
        return True

    def end(self) -> None:
        with contextlib.suppress(OSError):
            self._cards.rest()
        super().end()


@pytest.fixture
def cards(tmp_path: Path) -> Cards:
    return Cards(tmp_path)


@pytest.fixture
def server(bus: Desk) -> SoundServer:
    server = SoundServer(bus)
    server.start()
    return server


@pytest.fixture
def listening(server: SoundServer, cards: Cards) -> Iterator[ServerStage]:
    stage = ServerStage(server, cards)
    yield stage
    stage.end()


@pytest.fixture
def bare(tmp_path: Path, cards: Cards) -> Iterator[CardStage]:
    """No sound server, but a sound card."""
    cards.plug_in()
    stage = CardStage(quiet(tmp_path), cards)
    yield stage
    stage.end()


def quiet(run_dir: Path) -> dict[str, str]:
    """The environment of a desktop where no sound server was ever started."""
    return {"PATH": os.environ["PATH"], "XDG_RUNTIME_DIR": str(run_dir)}


class TestSoundServer(SignalContract):
    @pytest.fixture
    def stage(self, listening: ServerStage) -> ServerStage:
        return listening

    def test_what_the_machine_plays_is_not_what_is_said(
        self, listening: ServerStage, server: SoundServer
    ) -> None:
        server.record("screen-recorder", "loudspeaker.monitor")
        assert listening.read() is False

    @pytest.mark.parametrize("how", ["corked", "peaks"])
    def test_a_pause_and_a_meter_are_no_call(
        self, listening: ServerStage, server: SoundServer, how: str
    ) -> None:
        server.open("pavucontrol", "mic", how)
        assert listening.read() is False
        server.record("call", "mic")
        assert listening.read() is True

    def test_a_filter_that_nobody_listens_to_is_no_call(
        self, listening: ServerStage, server: SoundServer
    ) -> None:
        server.load("module-loopback", "source=mic", "sink=loudspeaker")
        server.load("module-echo-cancel", "source_master=mic", "sink_master=loudspeaker", "source_name=clear")
        assert listening.read() is False
        server.record("call", "clear")
        assert listening.read() is True

    def test_the_death_of_the_server_is_told_and_so_is_what_comes_after_its_return(
        self, listening: ServerStage, server: SoundServer
    ) -> None:
        told: list[int] = []
        assert on_loop(listening, lambda: told.append(1)) is not None
        wait_for(lambda: told, why="for pactl to listen")
        told.clear()
        server.kill()
        wait_for(lambda: told, why="to be told")
        server.start()
        wait_for(lambda: children("pactl"), why="for pactl to listen again")
        told.clear()
        server.record("call", "mic")
        wait_for(lambda: told, why="to be told of the call")
        assert listening.read() is True

    def test_a_server_that_hangs_holds_nobody_up(
        self, listening: ServerStage, server: SoundServer, cards: Cards
    ) -> None:
        server.freeze()
        with pytest.raises(Unavailable, match="pactl has not answered"):
            listening.read()
        cards.plug_in()
        cards.record()
        assert listening.read() is True
        cards.rest()
        assert children("pactl") == []

    def test_closing_ends_the_listening(self, listening: ServerStage) -> None:
        assert on_loop(listening, lambda: None) is not None
        wait_for(lambda: children("pactl"), why="for pactl")
        listening.io.soon(listening.reader.close)
        wait_for(lambda: not children("pactl"), why="for pactl to be gone")


class TestSoundCard(SignalContract):
    @pytest.fixture
    def stage(self, bare: CardStage) -> CardStage:
        return bare

    def test_playing_is_no_recording(self, bare: CardStage, cards: Cards) -> None:
        cards.play()
        assert bare.read() is False

    def test_a_server_that_starts_later_is_asked_from_then_on(self, bus: Desk, cards: Cards) -> None:
        cards.plug_in()
        cards.record()
        server = SoundServer(bus)
        stage = ServerStage(server, cards)
        assert stage.read() is True
        server.start()
        assert stage.read() is False
        server.kill()
        assert stage.read() is True
        cards.rest()
        stage.end()

    def test_a_pactl_without_json_leaves_it_to_the_kernel(
        self, tmp_path: Path, server: SoundServer, cards: Cards
    ) -> None:
        old = tmp_path / "old"
        old.mkdir()
        (old / "pactl").write_text('#!/bin/sh\necho "pactl: unknown option --format" >&2\nexit 1\n')
        (old / "pactl").chmod(0o755)
        stage = CardStage({**server.environ, "PATH": f"{old}:/usr/bin"}, cards)
        with pytest.raises(Unavailable, match="pactl does not say who records"):
            stage.read()
        cards.plug_in()
        assert stage.read() is False
        stage.end()

    def test_without_pactl_the_kernel_is_asked(self, server: SoundServer, cards: Cards) -> None:
        stage = CardStage({**server.environ, "PATH": "/nowhere"}, cards)
        with pytest.raises(Unavailable) as refused:
            stage.read()
        assert "pulseaudio-utils" in refused.value.remedy
        cards.plug_in()
        cards.record()
        assert stage.read() is True
        assert on_loop(stage, lambda: None) is not None
        cards.rest()
        stage.end()


def test_asking_never_starts_a_server(tmp_path: Path, cards: Cards) -> None:
    """Where systemd listens in a server's place, the first to connect starts it."""
    (tmp_path / "pulse").mkdir()
    with socket.socket(socket.AF_UNIX) as systemd, contextlib.chdir(tmp_path / "pulse"):
        systemd.bind("native")
        systemd.listen()
        systemd.setblocking(False)
        stage = CardStage(quiet(tmp_path), cards)
        with pytest.raises(Unavailable, match="No sound server is running"):
            stage.read()
        assert on_loop(stage, lambda: None) is None
        with pytest.raises(BlockingIOError):
            systemd.accept()
        stage.end()


def children(name: str) -> list[int]:
    """This process's children of that name."""
    found = []
    for listed in Path("/proc/self/task").glob("*/children"):
        for pid in listed.read_text().split():
            with contextlib.suppress(OSError):
                if Path("/proc", pid, "comm").read_text().strip() == name:
                    found.append(int(pid))
    return found
