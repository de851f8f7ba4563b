"""Full screen on real desktops: X with xfwm4, sway, mutter and kwin; and on desktops that misbehave."""

from __future__ import annotations

import asyncio
import signal
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, suppress
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from Xlib import X, Xatom
from Xlib.display import Display

from desk import Desk, need, wait_for
from mutter_stage import Mutter
from signal_contract import READ_WITHIN_S, SignalContract, Stage
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence import xdisplay
from sitbreak.adapters.presence.waywire import packed
from sitbreak.adapters.signals import fullscreen
from sitbreak.adapters.signals.fullscreen import Fullscreen
from sitbreak.errors import Unavailable
from wayland_stage import KWin, Sway
from window_stage import Listing, Window

pytestmark = pytest.mark.desktop

FIRST = 0xFF000000
MAXIMIZED, MINIMIZED, ACTIVE, FULL = range(4)


class OnX(Stage):
    """A window on X with a window manager."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        self.reader = Fullscreen(self.io, desk.env)
        self._pieces = ExitStack()
        self.begin()

    def begin(self) -> None:
        self.start_manager()
        self.window = self.show()

    def start_manager(self) -> None:
        self.desk.start("wm", ["xfwm4", "--compositor=off"])
        wait_for(lambda: "window id" in self.desk.run("xprop", "-root", "_NET_SUPPORTING_WM_CHECK"))

    def show(self) -> Window:
        """One more window, which is the active one then."""
        before = self.active()
        window = self._pieces.enter_context(Window(self.desk.env, self.desk.folder))
        wait_for(lambda: self.active() != before, why="for the window to be the active one")
        return window

    def active(self) -> str:
        return self.desk.run("xprop", "-root", "_NET_ACTIVE_WINDOW")

    def put(self, *, on: bool) -> None:
        self.window.fill(on=on)

    def break_(self) -> bool:
        self.desk.kill("x")
        return True

    def back(self) -> None:
        self._pieces.close()
        self.desk.kill("wm")
        self.desk._start_x()
        self.begin()

    def freeze(self, how: signal.Signals) -> None:
        self.desk._pieces["x"].send_signal(how)

    def end(self) -> None:
        super().end()
        self._pieces.close()


class OnSway(Stage):
    """A window on sway."""

    def __init__(self, sway: Sway) -> None:
        super().__init__()
        self.sway = sway
        self.env = {
            "WAYLAND_DISPLAY": str(sway.path),
            "XDG_RUNTIME_DIR": str(sway.folder),
            "HOME": str(sway.folder),
            "GDK_BACKEND": "wayland",
            "NO_AT_BRIDGE": "1",
        }
        self.reader = Fullscreen(self.io, self.env)
        self._pieces = ExitStack()
        self.window = self.show()

    def show(self) -> Window:
        """One more window, which is the active one then."""
        window = self._pieces.enter_context(Window(self.env, self.sway.folder))

        def active() -> bool:
            # An order to a window that there is not is refused.
            with suppress(AssertionError):
                self.sway._order(f"[pid={window.pid} con_id=__focused__] nop".encode())
                return True
            return False

        wait_for(active, why="for the window to be the active one")
        return window

    def put(self, *, on: bool) -> None:
        self.sway._order(b"fullscreen enable" if on else b"fullscreen disable")

    def break_(self) -> bool:
        self.sway.end()
        return True

    def back(self) -> None:
        self._pieces.close()
        self.sway.start()
        self.window = self.show()

    def freeze(self, how: signal.Signals) -> None:
        self.sway.send(how)

    def end(self) -> None:
        super().end()
        self._pieces.close()


@pytest.fixture
def x(desk: Desk) -> Iterator[OnX]:
    need("xfwm4", "xprop")
    stage = OnX(desk)
    yield stage
    stage.end()


@pytest.fixture
def sway() -> Iterator[OnSway]:
    with Sway() as compositor:
        stage = OnSway(compositor)
        yield stage
        stage.end()


@pytest.fixture(params=["x", "sway"])
def either(request: pytest.FixtureRequest) -> OnX | OnSway:
    stage = request.getfixturevalue(request.param)
    assert isinstance(stage, OnX | OnSway)
    return stage


@pytest.fixture
def io() -> Iterator[IoLoop]:
    loop = IoLoop()
    yield loop
    loop.close()


class TestOnX(SignalContract):
    @pytest.fixture
    def stage(self, x: OnX) -> OnX:
        return x


class TestOnSway(SignalContract):
    @pytest.fixture
    def stage(self, sway: OnSway) -> OnSway:
        return sway


def asked(io: IoLoop, env: Mapping[str, str]) -> bool:
    return io.call(Fullscreen(io, env).read(), timeout_s=READ_WITHIN_S)


def refusal(io: IoLoop, env: Mapping[str, str]) -> Unavailable:
    with pytest.raises(Unavailable) as refused:
        asked(io, env)
    return refused.value


def served(io: IoLoop) -> bool:
    """Whether the loop does what it is asked to, soon."""
    done = threading.Event()
    io.soon(done.set)
    return done.wait(0.5)


def switches(io: IoLoop) -> int:
    """How often the loop's thread has slept and been woken."""
    assert io._thread.native_id is not None
    status = Path(f"/proc/self/task/{io._thread.native_id}/status").read_text()
    return int(status.split("\nvoluntary_ctxt_switches:", 1)[1].split()[0])


def wakes(io: IoLoop, for_s: float) -> int:
    # What it was at goes on a moment longer.
    threading.Event().wait(0.1)
    before = switches(io)
    threading.Event().wait(for_s)
    return switches(io) - before


def opening() -> int:
    """How many connections are being made."""
    return sum(thread.name == "fullscreen" for thread in threading.enumerate())


class Told:
    """What watches that reader, and how often it was told. It is connected when this is made."""

    def __init__(self, stage: Stage) -> None:
        self.times = 0

        async def watch() -> Callable[[], None] | None:
            return stage.reader.watch(self._changed)

        stop = stage.io.call(watch())
        assert stop is not None
        self.stop = stop
        assert served(stage.io)
        wait_for(lambda: not opening(), for_s=5, why="to be connected")

    def _changed(self) -> None:
        self.times += 1

    def wait_for(self, times: int) -> None:
        wait_for(lambda: self.times >= times, for_s=3, why=f"to be told {times} times")
        assert self.times == times


# What counts, on X.


def test_neither_a_maximised_window_nor_the_desktop_alone_fills_the_screen(x: OnX) -> None:
    x.window.order("maximize")
    x.window.wait_for("maximized")
    assert x.read() is False
    x.window.order("hide")
    x.window.wait_for("withdrawn")
    assert x.read() is False


def test_only_the_window_that_is_active_counts(x: OnX) -> None:
    x.put(on=True)
    behind = x.window
    in_front = x.show()
    assert x.read() is False
    behind.order("present")
    behind.wait_for("focused")
    in_front.wait_for("focused", on=False)
    wait_for(x.read, for_s=2, why="for the talk to be the active window again")


def test_without_a_window_manager_nobody_tells(desk: Desk, io: IoLoop) -> None:
    assert "window manager" in refusal(io, desk.env).what


def test_what_a_dead_window_manager_left_behind_is_not_believed(x: OnX) -> None:
    x.put(on=True)
    assert x.read() is True
    x.desk.kill("wm")
    assert "window manager" in refusal(x.io, x.desk.env).what


def test_a_window_manager_that_comes_is_told(desk: Desk, io: IoLoop) -> None:
    need("xfwm4")
    reader, told = Fullscreen(io, desk.env), threading.Event()

    async def watch() -> None:
        reader.watch(told.set)

    io.call(watch())
    refusal(io, desk.env)
    desk.start("wm", ["xfwm4", "--compositor=off"])
    assert told.wait(5)
    assert io.call(reader.read()) is False
    io.soon(reader.close)


def test_an_active_window_that_is_none_fills_nothing(x: OnX, capfd: pytest.CaptureFixture[str]) -> None:
    told = Told(x)
    server = Display(x.desk.env["DISPLAY"])
    root, active = server.screen().root, server.intern_atom("_NET_ACTIVE_WINDOW")
    for kind, size, value in (
        (Xatom.WINDOW, 32, [0xDEADBEE]),
        (Xatom.WINDOW, 32, []),
        (Xatom.WINDOW, 32, [2**32 - 1] * 5000),
        (Xatom.WINDOW, 8, b"window"),
        (Xatom.STRING, 8, b"window"),
    ):
        root.change_property(active, kind, size, value)
        server.sync()
        assert x.read() is False
    server.close()
    x.io.soon(told.stop)
    assert served(x.io)
    assert capfd.readouterr() == ("", "")


def test_windows_that_come_and_go_all_the_time_break_nothing(x: OnX) -> None:
    server = Display(x.desk.env["DISPLAY"])
    root, active = server.screen().root, server.intern_atom("_NET_ACTIVE_WINDOW")
    state, full = server.intern_atom("_NET_WM_STATE"), server.intern_atom("_NET_WM_STATE_FULLSCREEN")
    going = threading.Event()

    def come_and_go() -> None:
        while not going.is_set():
            window = root.create_window(0, 0, 9, 9, 0, X.CopyFromParent)
            window.change_property(state, Xatom.ATOM, 32, [full])
            root.change_property(active, Xatom.WINDOW, 32, [window.id])
            window.destroy()
            server.sync()

    coming = threading.Thread(target=come_and_go)
    coming.start()
    try:
        assert {x.read() for _ in range(100)} <= {True, False}
    finally:
        going.set()
        coming.join()
        server.close()


def test_an_x_server_inside_wayland_is_refused(
    desk: Desk, io: IoLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(xdisplay, "_outputs", lambda _connection: ["XWAYLAND0"])
    assert "Wayland" in refusal(io, desk.env).what
    assert "Wayland" in refusal(io, desk.env | {"WAYLAND_DISPLAY": "none"}).what


@pytest.mark.parametrize(
    "env", [{}, {"DISPLAY": ":9876"}, {"DISPLAY": "nonsense"}, {"WAYLAND_DISPLAY": "wayland-9"}], ids=str
)
def test_without_a_desktop_it_says_so(io: IoLoop, env: dict[str, str]) -> None:
    assert refusal(io, env).remedy


# What counts, on Wayland.


def test_the_only_window_of_a_workspace_does_not_fill_the_screen(sway: OnSway) -> None:
    sway.window.order("maximize")
    assert sway.read() is False


def test_a_full_screen_on_another_workspace_is_not_looked_at(sway: OnSway) -> None:
    sway.put(on=True)
    sway.sway._order(b"workspace 2")
    assert sway.read() is False
    sway.show()
    assert sway.read() is False
    sway.sway._order(b"workspace 1")
    assert sway.read() is True


def test_a_full_screen_on_the_other_screen_is_not_looked_at(sway: OnSway) -> None:
    sway.put(on=True)
    sway.sway._order(b"create_output")
    sway.sway._order(b"focus output right")
    other = sway.show()
    assert sway.read() is False
    with other:
        sway.sway._order(b"fullscreen enable")
        assert sway.read() is True


def test_a_window_that_fills_the_screen_and_closes_is_told(sway: OnSway) -> None:
    sway.put(on=True)
    assert sway.read() is True
    told = Told(sway)
    sway.window.order("close")
    told.wait_for(1)
    assert sway.read() is False


def test_kde_does_not_tell(io: IoLoop) -> None:
    with KWin() as kwin:
        refused = refusal(io, {"WAYLAND_DISPLAY": str(kwin.path)})
        assert "no program" in refused.what
        assert "KDE" in refused.remedy


def test_gnome_does_not_tell(bus: Desk, io: IoLoop) -> None:
    need("mutter")
    mutter = Mutter(bus)
    try:
        refused = refusal(io, bus.env | {"WAYLAND_DISPLAY": "wl-mutter"})
        assert "no program" in refused.what
        assert "GNOME" in refused.remedy
    finally:
        mutter.close()


# Desktops that die, hang, or talk too much.


def test_a_desktop_that_dies_is_found_again(either: OnX | OnSway) -> None:
    assert either.read() is False
    told = Told(either)
    either.break_()
    told.wait_for(1)
    with pytest.raises(Unavailable):
        either.read()
    assert told.times == 1
    either.back()
    assert either.read() is False
    told.wait_for(2)
    either.put(on=True)
    told.wait_for(3)
    assert either.read() is True


def test_a_desktop_that_hangs_holds_nobody_up(either: OnX | OnSway, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fullscreen, "_READ_S", 0.5)
    assert either.read() is False

    async def ask() -> list[bool | BaseException]:
        return await asyncio.gather(*(either.reader.read() for _ in range(5)), return_exceptions=True)

    wait_for(lambda: not opening(), for_s=2)
    either.freeze(signal.SIGSTOP)
    try:
        answers = either.io.call(ask(), timeout_s=READ_WITHIN_S)
        assert {type(answer) for answer in answers} == {Unavailable}
        assert served(either.io)
        assert opening() <= 1
    finally:
        either.freeze(signal.SIGCONT)
    wait_for(lambda: not opening(), for_s=5, why="for what hung to end")
    assert either.read() is False


def test_it_sleeps_unless_there_is_something_to_tell(either: OnX | OnSway) -> None:
    either.read()
    assert wakes(either.io, 0.3) == 0
    told = Told(either)
    threading.Event().wait(1.1)
    assert wakes(either.io, 0.6) == 0
    either.window.order("spin")
    assert wakes(either.io, 1.5) <= 6
    assert told.times == 0
    either.io.soon(told.stop)
    assert served(either.io)
    assert wakes(either.io, 0.3) == 0


def test_a_reading_is_quick(either: OnX | OnSway, record_property: Callable[[str, object], None]) -> None:
    either.read()
    took_ms = []
    for _ in range(20):
        begun_s = time.monotonic()
        either.read()
        took_ms.append((time.monotonic() - begun_s) * 1000)
    record_property("median_ms", sorted(took_ms)[10])
    record_property("worst_ms", max(took_ms))
    assert sorted(took_ms)[10] < 100


def window(number: int, *states: int) -> bytes:
    """A window with these states, whose title nobody could read."""
    title = packed(number, 0, 4096)
    array = struct.pack(f"={len(states)}I", *states)
    return packed(4, 0, number) + title + packed(number, 4, len(array), *states) + packed(number, 5)


@pytest.mark.parametrize(
    ("says", "full"),
    [
        (window(FIRST, ACTIVE, FULL), True),
        (window(FIRST, FULL, 9, ACTIVE), True),
        (window(FIRST, ACTIVE, MAXIMIZED), False),
        (window(FIRST, FULL) + window(FIRST + 1, ACTIVE), False),
        (window(FIRST, ACTIVE, FULL) + packed(FIRST, 6), False),
        (window(FIRST, ACTIVE, FULL) + packed(FIRST, 6) + window(FIRST, ACTIVE, FULL), True),
        (window(FIRST, ACTIVE, FULL) + window(FIRST), False),
        (b"".join(window(FIRST + i) for i in range(999)) + window(FIRST + 999, ACTIVE, FULL), True),
    ],
)
def test_what_is_listed_is_understood(tmp_path: Path, io: IoLoop, says: bytes, full: bool) -> None:
    with Listing(tmp_path, says) as listing:
        assert asked(io, listing.env) is full
        assert listing.wrong == []


@pytest.mark.parametrize(
    "says",
    [
        b"".join(window(FIRST + i) for i in range(1001)),
        window(5, ACTIVE, FULL),
        packed(4, 0, FIRST) + packed(FIRST, 4, 7, 2, 3),
        packed(4, 0, FIRST) + packed(FIRST, 4, 400, 2, 3),
        packed(4, 1),
        packed(2, 1, 9),
        packed(1, 0, 4, 2, "go away\x1b[2J"),
        packed(1, 0),
        b"\xff" * 64,
    ],
)
def test_nonsense_is_refused_with_a_word(tmp_path: Path, io: IoLoop, says: bytes) -> None:
    with Listing(tmp_path, says) as listing:
        what = refusal(io, listing.env).what
        assert what.isprintable()
        assert len(what) < 400


def test_an_old_list_that_knows_no_full_screen_is_refused(tmp_path: Path, io: IoLoop) -> None:
    with Listing(tmp_path, version=1) as listing:
        assert "no program" in refusal(io, listing.env).what


def test_a_compositor_that_never_stops_talking_holds_nobody_up(
    tmp_path: Path, io: IoLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(fullscreen, "_READ_S", 0.5)
    with Listing(tmp_path, packed(4, 0, FIRST) + packed(FIRST, 0, "title" * 500), flood=True) as listing:
        assert refusal(io, listing.env).what
        assert served(io)


def test_closed_windows_are_given_back(tmp_path: Path, io: IoLoop) -> None:
    with Listing(tmp_path, window(FIRST, ACTIVE) + packed(FIRST, 6)) as listing:
        assert asked(io, listing.env) is False
        wait_for(lambda: listing.destroyed == [FIRST], for_s=3)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([1, 2, 3, 4, FIRST]), st.integers(0, 8), st.binary(max_size=40))))
def test_whatever_a_compositor_says_there_is_an_answer_or_a_word(
    tmp_path_factory: pytest.TempPathFactory, said: list[tuple[int, int, bytes]]
) -> None:
    io = IoLoop()
    data = b"".join(
        struct.pack("=II", number, (8 + len(body) // 4 * 4) << 16 | opcode) + body[: len(body) // 4 * 4]
        for number, opcode, body in said
    )
    with Listing(tmp_path_factory.mktemp("way"), packed(4, 0, FIRST) + data) as listing:
        with suppress(Unavailable):
            asked(io, listing.env)
        assert served(io)
    io.close()
