"""Screen sharing, seen among the streams of a real PipeWire. What each desktop's streams say is real, too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from dbus_fast import Message

from desk import Desk, wait_for
from mutter_stage import Peer
from signal_contract import SignalContract, Stage, on_loop
from sitbreak.adapters.signals.pipewire import parsed
from sitbreak.adapters.signals.sharing import Sharing
from sitbreak.errors import Unavailable
from video_stage import PipeWire

WAYLAND = {"XDG_SESSION_TYPE": "wayland"}
X11 = {"XDG_SESSION_TYPE": "x11", "DISPLAY": ":0"}


class Screen(Stage):
    """GNOME's screen, and a browser in a call."""

    def __init__(self, pipewire: PipeWire, session: dict[str, str]) -> None:
        super().__init__()
        self._pipewire = pipewire
        self.reader = Sharing(self.io, environ={**pipewire.environ, **session})

    def put(self, *, on: bool) -> None:
        if on:
            self._pipewire.send("gnome-shell", "meta-screen-cast-src")
            self._pipewire.take("firefox", "webrtc-consume-stream")
            self._pipewire.link("gnome-shell", "firefox")
        else:
            self._pipewire.end("gnome-shell")
            self._pipewire.end("firefox")

    def break_(self) -> bool:
        self.reader = Sharing(self.io, environ={**self._pipewire.environ, **WAYLAND, "PATH": "/nowhere"})
        return True


@pytest.fixture
def pipewire(bus: Desk) -> PipeWire:
    pipewire = PipeWire(bus)
    pipewire.start()
    return pipewire


@pytest.fixture
def screen(pipewire: PipeWire) -> Iterator[Screen]:
    screen = Screen(pipewire, WAYLAND)
    yield screen
    screen.end()


class TestSharing(SignalContract):
    @pytest.fixture
    def stage(self, screen: Screen) -> Screen:
        return screen

    @pytest.mark.parametrize(
        ("sender", "stream", "props"),
        [
            ("kwin_wayland", "kwin-screencast-DP-1", []),
            ("niri", "niri-screen-cast-src", []),
            ("xdg-desktop-portal-wlr", "xdg-desktop-portal-wlr", ["media.class=Video/Source"]),
            ("xdg-desktop-portal-hyprland", "xdph-streaming-1", ["media.class=Video/Source"]),
        ],
    )
    def test_every_desktops_screen_is_seen(
        self, screen: Screen, pipewire: PipeWire, sender: str, stream: str, props: list[str]
    ) -> None:
        pipewire.send(sender, stream, *props)
        pipewire.take("firefox", "webrtc-consume-stream")
        assert screen.read() is False
        pipewire.link(sender, "firefox")
        assert screen.read() is True
        pipewire.unlink(sender, "firefox")
        assert screen.read() is False

    @pytest.mark.parametrize(
        "props", [["device.api=v4l2"], ["device.api=libcamera"], ["media.role=Camera"]], ids=str
    )
    def test_a_camera_is_no_screen(self, screen: Screen, pipewire: PipeWire, props: list[str]) -> None:
        pipewire.send("camera", "camera", "media.class=Video/Source", *props)
        pipewire.take("firefox", "webrtc-consume-stream")
        pipewire.link("camera", "firefox")
        assert screen.read() is False

    @pytest.mark.parametrize("taker", ["plasmashell", "gnome-remote-desktop-daemon"])
    def test_what_the_desktop_shows_to_the_person_alone_is_not_shared(
        self, screen: Screen, pipewire: PipeWire, taker: str
    ) -> None:
        pipewire.send("kwin_wayland", "kwin-screencast-window")
        pipewire.take(taker, "picture")
        pipewire.link("kwin_wayland", taker)
        assert screen.read() is False
        pipewire.take("firefox", "webrtc-consume-stream")
        pipewire.link("kwin_wayland", "firefox")
        assert screen.read() is True

    def test_the_death_of_pipewire_is_told_and_nothing_is_shared_without_it(
        self, screen: Screen, pipewire: PipeWire
    ) -> None:
        screen.put(on=True)
        told: list[int] = []
        assert on_loop(screen, lambda: told.append(1)) is not None
        wait_for(lambda: told, why="for pw-link to list what is there")
        told.clear()
        pipewire.kill()
        wait_for(lambda: told, for_s=2, why="to be told")
        with pytest.raises(Unavailable):
            screen.read()
        assert told == [1]


def test_a_real_cast_of_gnomes_compositor_is_seen(screen: Screen, pipewire: PipeWire, bus: Desk) -> None:
    bus.start("mutter", ["mutter", "--headless", "--no-x11", "--virtual-monitor", "640x480"])
    bus.wait_for_name(CAST)
    with Peer(bus) as portal:
        (session,) = portal.call(cast("/org/gnome/Mutter/ScreenCast", "", "CreateSession", {})).body
        portal.call(cast(session, ".Session", "RecordVirtual", {}))
        portal.call(cast(session, ".Session", "Start"))
        wait_for(lambda: pipewire.sends("mutter"), why="for the stream")
        assert screen.read() is False
        pipewire.take("firefox", "webrtc-consume-stream")
        pipewire.link("mutter", "firefox")
        assert screen.read() is True
        portal.call(cast(session, ".Session", "Stop"))
        wait_for(lambda: not pipewire.sends("mutter"), why="for the end of the stream")
        assert screen.read() is False


CAST = "org.gnome.Mutter.ScreenCast"


def cast(path: str, interface: str, member: str, *about: dict[str, Any]) -> Message:
    return Message(CAST, path, CAST + interface, member, signature="a{sv}" * len(about), body=list(about))


class TestWithoutPipeWire:
    def test_a_wayland_desktop_shares_nothing(self, tmp_path: Path) -> None:
        assert self.screen({**WAYLAND, "XDG_RUNTIME_DIR": str(tmp_path)}) is False

    def test_where_it_would_be_must_be_known(self) -> None:
        with pytest.raises(Unavailable, match="XDG_RUNTIME_DIR"):
            self.screen(WAYLAND)

    def test_on_x11_nobody_can_tell(self, tmp_path: Path) -> None:
        with pytest.raises(Unavailable, match="On X11"):
            self.screen({**X11, "XDG_RUNTIME_DIR": str(tmp_path)})

    @staticmethod
    def screen(environ: dict[str, str]) -> bool:
        stage = Alone(environ)
        try:
            return stage.read()
        finally:
            stage.end()


class Alone(Stage):
    def __init__(self, environ: dict[str, str]) -> None:
        super().__init__()
        self.reader = Sharing(self.io, environ=environ)

    def put(self, *, on: bool) -> None:
        raise NotImplementedError


def test_on_x11_what_goes_through_the_portal_is_seen_and_no_other(pipewire: PipeWire) -> None:
    screen = Screen(pipewire, X11)
    with pytest.raises(Unavailable, match="On X11"):
        screen.read()
    screen.put(on=True)
    assert screen.read() is True
    screen.end()


class TestWhatPwDumpSays:
    def test_what_changed_meanwhile_comes_in_a_further_list(self) -> None:
        graph = parsed(
            '[{"id": 1, "type": "PipeWire:Interface:Node", "info": {"state": "running", "props": {}}},\n'
            ' {"id": 2, "type": "PipeWire:Interface:Node", "info": {"state": "idle", "props": {}}}]\n'
            '[{"id": 2, "type": "PipeWire:Interface:Node", "info": null}]\n'
        )
        assert list(graph.nodes) == [1]

    @pytest.mark.parametrize("odd", ["", "no", "[", "[{", "[]]", "[" * 100_000])
    def test_what_is_no_json_is_refused(self, odd: str) -> None:
        with pytest.raises((ValueError, RecursionError)):
            parsed(odd)

    @pytest.mark.parametrize(
        "odd",
        [
            "{}",
            "[1, null, [], {}]",
            '[{"id": "x", "type": 1, "info": []}]',
            '[{"id": 1, "type": "PipeWire:Interface:Node", "info": {"props": []}}]',
            '[{"id": 1, "type": "PipeWire:Interface:Link", "info": {"output-node-id": {}, "state": []}}]',
        ],
    )
    def test_what_does_not_fit_is_passed_over(self, odd: str) -> None:
        parsed(odd)
