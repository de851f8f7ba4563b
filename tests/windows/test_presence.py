"""Input, locking and sleep on a real Windows desktop: its own last input, and a real window that is told."""

from __future__ import annotations

import ctypes
import sys
import threading
import time
from collections.abc import Callable, Iterator
from ctypes import wintypes
from itertools import pairwise
from queue import Empty, SimpleQueue
from typing import Any

import pytest

from desk import wait_for
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence import polled, winsession
from sitbreak.adapters.presence.chooser import Presence
from sitbreak.adapters.presence.probes import default_probes
from sitbreak.adapters.presence.session import watch_session
from sitbreak.adapters.presence.windows import windows_idle
from sitbreak.adapters.presence.winsession import WindowsSession
from sitbreak.core.attention import Attention
from sitbreak.core.events import Event, IdleSampled, Locked, PresenceChanged, Sleeping, Tick, Unlocked, Woke

if sys.platform != "win32":
    pytest.skip("Windows' own", allow_module_level=True)

user = ctypes.WinDLL("user32")
kernel = ctypes.WinDLL("kernel32")
kernel.GetTickCount64.restype = ctypes.c_uint64
user.PostMessageW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
user.SendMessageW.argtypes = (wintypes.HWND, wintypes.UINT, wintypes.WPARAM, wintypes.LPARAM)
user.SendMessageW.restype = ctypes.c_ssize_t
user.IsWindow.argtypes = user.IsWindowVisible.argtypes = (wintypes.HWND,)


def press_shift() -> None:
    """Press the key and let it go."""
    user.keybd_event(0x10, 0, 0, 0)
    user.keybd_event(0x10, 0, 2, 0)


def move() -> None:
    """Move the mouse a little."""
    user.mouse_event(1, 3, 3, 0, 0)


HALF, FAR = Attention((0.5,), asked_s=1.0), Attention((180.0,), asked_s=1.0)
SLACK_S = 0.25


class Room:
    """The source on this desktop, and what it said."""

    def __init__(self) -> None:
        self.io = IoLoop()
        self.said: list[IdleSampled] = []
        self.lost: list[str] = []
        self.source = windows_idle(self.io, self._post, SystemClock(), self.lost.append)

    def heard(self, count: int) -> list[IdleSampled]:
        """What was said so far, once it is so much."""
        wait_for(lambda: len(self.said) >= count, for_s=5, why=f"for {count} samples: {self.said}")
        return self.said

    def close(self) -> None:
        """Let go of it."""
        self.source.close()
        self.io.close()

    def _post(self, event: Event) -> None:
        assert isinstance(event, IdleSampled)
        self.said.append(event)


@pytest.fixture
def room(monkeypatch: pytest.MonkeyPatch) -> Iterator[Room]:
    monkeypatch.setattr(polled, "CLOSEST_LOOK_S", 0.1)
    monkeypatch.setattr(polled, "FARTHEST_LOOK_S", 0.1)
    room = Room()
    yield room
    room.close()


def pass_time(seconds: float) -> None:
    """Time itself is what is measured."""
    threading.Event().wait(seconds)


def idle(sample: IdleSampled) -> float:
    assert sample.idle_s is not None
    return sample.idle_s


@pytest.mark.parametrize("touch", [move, press_shift])
def test_the_last_input_is_known_at_once(room: Room, touch: Callable[[], None]) -> None:
    touch()
    pass_time(0.5)
    room.source.attend(FAR)
    (sample,) = room.heard(1)
    assert idle(sample) == pytest.approx(0.5, abs=SLACK_S)


@pytest.mark.parametrize("touch", [move, press_shift])
def test_an_absence_is_told_from_its_threshold_to_the_return(room: Room, touch: Callable[[], None]) -> None:
    touch()
    left_s = SystemClock().now().mono_s
    room.source.attend(HALF)
    for absence in (1, 2):
        pass_time(1.2)
        touch()
        back_s = SystemClock().now().mono_s
        *_, away, back = room.heard(1 + 2 * absence)
        assert idle(away) == pytest.approx(0.5, abs=SLACK_S)
        assert away.at.mono_s - idle(away) == pytest.approx(left_s, abs=SLACK_S)
        assert back.at.mono_s == pytest.approx(back_s, abs=SLACK_S)
        left_s = back_s


def test_nothing_is_told_while_input_goes_on(room: Room) -> None:
    move()
    room.source.attend(HALF)
    room.heard(1)
    for touch in (move, press_shift) * 5:
        pass_time(0.2)
        touch()
    assert len(room.said) <= 2


def test_asking_again_samples_again(room: Room) -> None:
    for asked_s in (1.0, 2.0, 3.0):
        pass_time(0.2)
        room.source.attend(FAR._replace(asked_s=asked_s))
        room.heard(int(asked_s))
    assert all(one.at.mono_s < other.at.mono_s for one, other in pairwise(room.said))


def test_closed_it_is_quiet(room: Room) -> None:
    move()
    room.source.attend(HALF)
    room.heard(1)
    room.source.close()
    pass_time(0.8)
    assert len(room.said) == 1
    assert room.lost == []


def test_it_is_what_this_system_has() -> None:
    io, said = IoLoop(), SimpleQueue[Event]()
    presence = Presence(io, said.put, SystemClock())
    assert (presence.name, presence.reasons) == ("windows", ())
    assert isinstance(said.get(timeout=5), PresenceChanged)
    assert [probe.name for probe in default_probes()] == ["windows"]
    presence.close()
    io.close()


def test_the_clock_is_the_one_that_runs_in_sleep() -> None:
    """By its documentation; no machine sleeps for a test. Nobody has slept here since the start."""
    clock = SystemClock()
    assert clock.now().mono_s == pytest.approx(kernel.GetTickCount64() / 1000, abs=0.1)
    assert 0.0 <= clock.asleep_s() < 0.5


class Stage:
    """A watch of this session, and the hand that tells its window."""

    def __init__(self) -> None:
        self.io, self.clock, self.inbox = IoLoop(), SystemClock(), SimpleQueue[Event]()
        watch = watch_session(self.io, self.inbox.put, self.clock)
        assert isinstance(watch, WindowsSession)
        self.watch = watch
        self.watch.wait(5.0)
        assert self.watch.window.handle is not None
        self.handle = self.watch.window.handle

    def tell(self, message: int, what: int, session: int = 1) -> None:
        """Post it to the window, as Windows does."""
        assert user.PostMessageW(self.handle, message, what, session)

    def told(self, kind: type[Event]) -> Event:
        """What was posted next, which must be of that kind."""
        found = self.inbox.get(timeout=5)
        assert isinstance(found, kind), found
        return found

    def settle(self) -> None:
        """Wait until the window has heard all; nothing else must have come of it."""
        self.tell(winsession.WM_POWERBROADCAST, 18, 0)
        self.told(Tick)
        with pytest.raises(Empty):
            self.inbox.get_nowait()

    def close(self) -> None:
        """Let go of all."""
        self.watch.close()
        self.io.close()


@pytest.fixture
def stage() -> Iterator[Stage]:
    stage = Stage()
    yield stage
    stage.close()


LOCK, UNLOCK = winsession.WTS_SESSION_LOCK, winsession.WTS_SESSION_UNLOCK


def test_its_window_is_there_and_nobody_sees_it(stage: Stage) -> None:
    assert (stage.watch.watched, stage.watch.missing, stage.watch.locked) == (("windows",), (), False)
    assert user.IsWindow(stage.handle)
    assert not user.IsWindowVisible(stage.handle)


def test_a_lock_and_its_end_are_told_once_each(stage: Stage) -> None:
    for _ in range(2):
        stage.tell(winsession.WM_WTSSESSION_CHANGE, LOCK)
    at = stage.told(Locked).at
    assert at.mono_s == pytest.approx(stage.clock.now().mono_s, abs=SLACK_S)
    assert stage.watch.locked
    for _ in range(2):
        stage.tell(winsession.WM_WTSSESSION_CHANGE, UNLOCK)
    stage.told(Unlocked)
    assert not stage.watch.locked
    stage.settle()


def test_other_changes_of_the_session_and_of_power_are_none(stage: Stage) -> None:
    for what in (1, 2, 3, 4, 5, 6, 9):
        stage.tell(winsession.WM_WTSSESSION_CHANGE, what)
    for what in (9, 10, 0x8013):
        stage.tell(winsession.WM_POWERBROADCAST, what, 0)
    stage.settle()


def test_a_sleep_is_told_and_its_end_where_no_clock_shows_it(stage: Stage) -> None:
    assert user.SendMessageW(stage.handle, winsession.WM_POWERBROADCAST, winsession.PBT_APMSUSPEND, 0)
    stage.told(Sleeping)
    stage.tell(winsession.WM_POWERBROADCAST, 18, 0)
    woke = stage.told(Woke)
    assert isinstance(woke, Woke)
    assert woke.asleep_s == 0.0
    stage.tell(winsession.WM_POWERBROADCAST, 7, 0)
    stage.told(Tick)


def test_what_is_told_to_all_windows_reaches_it(stage: Stage) -> None:
    """Which one for messages only would not hear."""
    assert user.PostMessageW(0xFFFF, winsession.WM_POWERBROADCAST, winsession.PBT_APMSUSPEND, 0)
    stage.told(Sleeping)


@pytest.mark.parametrize(("message", "wanted"), [(0x10, 0), (0x11, 1), (0x16, 0)])
def test_nobody_else_ends_it(stage: Stage, message: int, wanted: int) -> None:
    """Not by closing it; a person who logs off is not held up, and may think better of it."""
    assert user.SendMessageW(stage.handle, message, 0, 0) == wanted
    stage.tell(winsession.WM_WTSSESSION_CHANGE, LOCK)
    stage.told(Locked)


def test_closed_it_is_gone_within_a_second_and_silent(stage: Stage) -> None:
    began = time.monotonic()
    stage.watch.close()
    assert time.monotonic() - began < 1.0
    assert not user.IsWindow(stage.handle)
    assert not [one for one in threading.enumerate() if one.name == "sitbreak session"]
    assert stage.inbox.empty()
    stage.watch.close()


def test_many_may_come_and_go(stage: Stage) -> None:
    for _ in range(5):
        other = Stage()
        other.tell(winsession.WM_WTSSESSION_CHANGE, LOCK)
        other.told(Locked)
        other.close()
    stage.settle()


class Services:
    """The answers of the session's own service, as a Windows gives them that is locked, or is not."""

    def __init__(self, data: bytes, *, refuses: bool = False) -> None:
        self._data, self._refuses = ctypes.create_string_buffer(data), refuses
        self.freed = 0

    def WTSRegisterSessionNotification(self, _handle: int, _flags: int) -> int:  # noqa: N802 - its own name
        ctypes.set_last_error(1702)
        return not self._refuses

    def WTSUnRegisterSessionNotification(self, _handle: int) -> int:  # noqa: N802
        return 1

    def WTSQuerySessionInformationW(  # noqa: N802
        self, server: None, session: int, what: int, data: Any, size: Any
    ) -> int:
        assert (server, session, what) == (None, 0xFFFFFFFF, 25)
        data._obj.value = ctypes.addressof(self._data)
        size._obj.value = len(self._data) - 1
        return 1

    def WTSFreeMemory(self, _data: object) -> None:  # noqa: N802
        self.freed += 1


def info(flags: int, level: int = 1) -> bytes:
    """The head of a WTSINFOEXW: level, room, session, its state, flags."""
    numbers = (level, 0, 1, 0, flags)
    return b"".join(number.to_bytes(4, "little", signed=True) for number in numbers) + bytes(200)


@pytest.mark.parametrize(
    ("answer", "locked"),
    [(info(0), True), (info(1), False), (info(-1), False), (info(0, level=2), False), (b"\x01", False)],
)
def test_a_session_that_is_locked_at_the_start_is_told_at_once(
    monkeypatch: pytest.MonkeyPatch, answer: bytes, locked: bool
) -> None:
    services = Services(answer)
    monkeypatch.setattr(winsession, "_sessions", services)
    stage = Stage()
    if locked:
        stage.told(Locked)
    assert stage.watch.locked is locked
    assert services.freed == 1
    stage.settle()
    stage.close()


def test_a_windows_that_does_not_tell_says_why(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(winsession, "_sessions", Services(b"", refuses=True))
    stage = Stage()
    assert stage.watch.watched == ()
    (reason,) = stage.watch.missing
    assert reason.what.startswith("Windows does not tell of locking: ")
    assert reason.remedy
    stage.tell(winsession.WM_POWERBROADCAST, winsession.PBT_APMSUSPEND, 0)
    stage.told(Sleeping)
    stage.close()
