"""What Windows really answers, under Wine: the shell, windows that fill a screen, and COM."""

from __future__ import annotations

import contextlib
import ctypes
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from ctypes import wintypes
from typing import Any, ClassVar, TypeVar

import pytest

from signal_contract import SignalContract, Stage
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals import wincamera, wincapture, wincom, windows, winshell
from sitbreak.adapters.signals.windows import Notice
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable

if sys.platform != "win32":
    pytest.skip("Windows' own", allow_module_level=True)

T = TypeVar("T")

POPUP, VISIBLE, OVERLAPPED = 0x80000000, 0x10000000, 0x00CF0000
CLICKED_THROUGH, TOOL, LAYERED, NEVER_IN_FRONT = 0x20, 0x80, 0x80000, 0x08000000
STYLE, STYLE_EX = -16, -20
WIDE, HIGH = 0, 1
MINIMIZED, RESTORED = 6, 9
FRAME_CHANGED = 0x20
NOT_IMPLEMENTED = -0x7FFFBFFF

user32 = ctypes.WinDLL("user32", use_last_error=True)
user32.CreateWindowExW.argtypes = (
    wintypes.DWORD,
    wintypes.LPCWSTR,
    wintypes.LPCWSTR,
    wintypes.DWORD,
    *(ctypes.c_int,) * 4,
    *(ctypes.c_void_p,) * 4,
)
user32.CreateWindowExW.restype = wintypes.HWND
user32.SetWindowLongW.argtypes = (wintypes.HWND, ctypes.c_int, wintypes.LONG)
user32.SetWindowPos.argtypes = (wintypes.HWND, wintypes.HWND, *(ctypes.c_int,) * 4, wintypes.UINT)
user32.ShowWindow.argtypes = (wintypes.HWND, ctypes.c_int)


class Pane:
    """A window that is changed, not made anew: without a window manager, Wine takes 2 s to let one go."""

    def __init__(self) -> None:
        nothing = (None,) * 4
        self._made = user32.CreateWindowExW(0, "STATIC", None, POPUP | VISIBLE, 0, 0, 100, 100, *nothing)
        assert self._made

    def fill(self, *, style: int = POPUP, style_ex: int = 0, less: int = 0) -> None:
        """Over the whole screen, or by so many points less."""
        user32.SetWindowLongW(self._made, STYLE, ctypes.c_int32(style | VISIBLE).value)
        user32.SetWindowLongW(self._made, STYLE_EX, style_ex)
        size = (user32.GetSystemMetrics(WIDE) - less, user32.GetSystemMetrics(HIGH) - less)
        user32.SetWindowPos(self._made, None, 0, 0, *size, FRAME_CHANGED)

    def minimize(self) -> None:
        user32.ShowWindow(self._made, MINIMIZED)

    def small(self) -> None:
        user32.ShowWindow(self._made, RESTORED)
        self.fill(less=500)

    def end(self) -> None:
        user32.DestroyWindow(self._made)


@pytest.fixture(scope="module")
def one_pane() -> Iterator[Pane]:
    pane = Pane()
    yield pane
    pane.end()


@pytest.fixture
def pane(one_pane: Pane) -> Iterator[Pane]:
    """A window, small at first."""
    one_pane.small()
    yield one_pane
    one_pane.small()


def aside(work: Callable[[], T]) -> T:
    """What it answers in a thread of its own, as the readers do."""
    answers: list[T] = []
    errors: list[Exception] = []

    def run() -> None:
        try:
            answers.append(work())
        except Exception as error:
            errors.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    thread.join(10)
    if errors:
        raise errors[0]
    return answers[0]


class TestReaders:
    """All of them, on this Windows."""

    def test_each_answers_or_says_that_it_cannot(self) -> None:
        io = IoLoop()
        told: dict[Sense, bool | str] = {}
        for reader in windows.readers(io):
            try:
                told[reader.sense] = io.call(reader.read())
            except Unavailable as error:
                told[reader.sense] = error.what
            assert reader.watch(lambda: None) is None
            reader.close()
        io.close()
        assert set(told) == set(Sense)
        assert told[Sense.FULLSCREEN] is False
        assert told[Sense.INHIBITORS] is False
        assert told[Sense.MICROPHONE] is False or "Core Audio" in str(told[Sense.MICROPHONE])
        # Wine has neither a camera server nor notification modes, and nobody has screen sharing.
        for sense in (Sense.CAMERA, Sense.DO_NOT_DISTURB, Sense.SHARING):
            assert "Windows" in str(told[sense])

    def test_asking_often_keeps_no_thread(self) -> None:
        before = threading.active_count()
        for question in (wincapture.recording, wincamera.filming, winshell.notification_mode):
            for _ in range(10):
                with contextlib.suppress(OSError, Unavailable):
                    aside(question)
        assert threading.active_count() == before

    def test_who_asks_may_have_com_of_another_kind_later(self) -> None:
        """The apartment is nobody's own: a thread may still choose one."""
        initialize = ctypes.WinDLL("ole32").CoInitializeEx
        single_threaded = 2
        wincom.enter_apartment()
        assert aside(lambda: initialize(None, single_threaded)) == 0


class TestShell:
    """What the shell and the power management say."""

    def test_it_is_a_time_for_notifications(self) -> None:
        assert winshell.notification_state() == Notice.ACCEPTS

    def test_demands_on_the_power_management_are_bits(self) -> None:
        assert winshell.execution_state() & ~0x7 == 0


class TestWindowsThatFillAScreen:
    """Real ones."""

    def test_a_small_one_does_not(self, pane: Pane) -> None:
        pane.small()
        assert not winshell.screen_filled()

    @pytest.mark.parametrize("style", [POPUP, POPUP | OVERLAPPED], ids=["bare", "framed"])
    def test_one_over_the_whole_screen_does(self, pane: Pane, style: int) -> None:
        pane.fill(style=style)
        assert winshell.screen_filled()
        pane.small()
        assert not winshell.screen_filled()

    @pytest.mark.parametrize("style_ex", [LAYERED | CLICKED_THROUGH, TOOL, NEVER_IN_FRONT])
    def test_an_overlay_does_not(self, pane: Pane, style_ex: int) -> None:
        pane.fill(style_ex=style_ex)
        assert not winshell.screen_filled()

    def test_one_that_leaves_some_room_does_not(self, pane: Pane) -> None:
        pane.fill(less=2)
        assert not winshell.screen_filled()

    def test_one_that_is_minimized_does_not(self, pane: Pane) -> None:
        pane.fill(style=POPUP | OVERLAPPED)
        assert winshell.screen_filled()
        pane.minimize()
        assert not winshell.screen_filled()


class PaneStage(Stage):
    """A full-screen window, and a shell that knows of it."""

    def __init__(self, pane: Pane) -> None:
        super().__init__()
        self._pane, self._notice = pane, Notice.ACCEPTS
        answers = windows.Windows(
            notice=lambda: self._notice,
            screen_filled=winshell.screen_filled,
            notification_mode=winshell.notification_mode,
            execution_state=winshell.execution_state,
            recording=wincapture.recording,
            filming=wincamera.filming,
        )
        self.reader = next(r for r in windows.readers_of(self.io, answers) if r.sense is Sense.FULLSCREEN)

    def put(self, *, on: bool) -> None:
        self._notice = Notice.BUSY if on else Notice.ACCEPTS
        if on:
            self._pane.fill()
        else:
            self._pane.small()

    def break_(self) -> bool:
        self._pane.small()
        self._notice = Notice.BUSY
        return True


class TestFullScreen(SignalContract):
    @pytest.fixture
    def stage(self, pane: Pane) -> Iterator[Stage]:
        stage = PaneStage(pane)
        yield stage
        stage.end()


class Thing:
    """A COM object with methods by their place; it counts what is taken of it and given back."""

    made: ClassVar[list[Thing]] = []

    def __init__(self, methods: dict[int, tuple[tuple[Any, ...], Callable[..., int]]]) -> None:
        pointer, number = ctypes.c_void_p, ctypes.c_uint32
        self.held = 0
        slots = {
            0: ((pointer, pointer), self._query),
            1: ((), lambda: self._count(1)),
            2: ((), lambda: self._count(-1)),
        } | methods
        self._functions = {
            slot: ctypes.WINFUNCTYPE(number, pointer, *kinds)(lambda _, *a, does=does: does(*a) & 0xFFFFFFFF)
            for slot, (kinds, does) in slots.items()
        }
        self._table = (pointer * (max(slots) + 1))()
        for slot, function in self._functions.items():
            self._table[slot] = ctypes.cast(function, pointer)
        self._object = (pointer * 1)(ctypes.addressof(self._table))
        Thing.made.append(self)

    def hand_out(self, to: int) -> int:
        """Write itself where it is wanted, as one that is held once more."""
        self.held += 1
        ctypes.c_void_p.from_address(to).value = ctypes.addressof(self._object)
        return 0

    def _query(self, _wanted: int, to: int) -> int:
        return self.hand_out(to)

    def _count(self, by: int) -> int:
        self.held += by
        return self.held


def says(value: int) -> tuple[tuple[Any, ...], Callable[..., int]]:
    """A method that hands out this number."""

    def say(to: int) -> int:
        ctypes.c_uint32.from_address(to).value = value
        return 0

    return (ctypes.c_void_p,), say


def gives(things: Sequence[Thing], *before: Any) -> tuple[tuple[Any, ...], Callable[..., int]]:
    """A method that hands out the thing that its first argument says, or the only one."""

    def give(*arguments: Any) -> int:
        *which, to = arguments
        return things[which[0] if len(things) > 1 or before == (ctypes.c_uint32,) else 0].hand_out(to)

    return (*before, ctypes.c_void_p), give


def session(*, active: bool, system_sounds: bool = False) -> Thing:
    return Thing({3: says(1 if active else 2), 15: ((), lambda: 0 if system_sounds else 1)})


def microphone(*sessions: Thing) -> Thing:
    enumerator = Thing({3: says(len(sessions)), 4: gives(sessions, ctypes.c_uint32)})
    manager = Thing({5: gives([enumerator])})
    three = (ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)
    return Thing({3: gives([manager], *three)})


def broken() -> Thing:
    three = (ctypes.c_void_p, ctypes.c_uint32, ctypes.c_void_p)
    return Thing({3: ((*three, ctypes.c_void_p), lambda *_: NOT_IMPLEMENTED)})


@pytest.fixture
def nothing_kept() -> Iterator[None]:
    """What was handed out was given back in the end."""
    Thing.made.clear()
    yield
    assert Thing.made
    assert [thing.held for thing in Thing.made] == [0] * len(Thing.made)


@pytest.mark.usefixtures("nothing_kept")
class TestMicrophone:
    """Core Audio's sessions: Wine has none, so stand-ins with real tables of methods."""

    def records(self, monkeypatch: pytest.MonkeyPatch, *microphones: Thing) -> bool:
        found = Thing({3: says(len(microphones)), 4: gives(microphones, ctypes.c_uint32)})
        enumerator = Thing({3: gives([found], ctypes.c_int, ctypes.c_uint32)})

        def create(*arguments: Any) -> int:
            return enumerator.hand_out(ctypes.addressof(arguments[-1]._obj))

        monkeypatch.setattr(wincapture, "create", create)
        return aside(wincapture.recording)

    def test_none_records_where_there_is_none(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert not self.records(monkeypatch)
        assert not self.records(monkeypatch, microphone(), microphone())

    def test_a_session_that_runs_records(self, monkeypatch: pytest.MonkeyPatch) -> None:
        quiet = session(active=False)
        assert not self.records(monkeypatch, microphone(quiet))
        assert self.records(monkeypatch, microphone(), microphone(quiet, session(active=True)))

    def test_system_sounds_do_not(self, monkeypatch: pytest.MonkeyPatch) -> None:
        assert not self.records(monkeypatch, microphone(session(active=True, system_sounds=True)))

    def test_one_that_cannot_be_asked_is_outvoted_by_one_that_records(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert self.records(monkeypatch, broken(), microphone(session(active=True)))
        with pytest.raises(OSError, match="Not implemented"):
            self.records(monkeypatch, broken(), microphone(session(active=False)))


def report(*cameras: Sequence[bool]) -> Thing:
    """A report on cameras, each with what its users do with it."""
    things = []
    for users in cameras:
        streams = [Thing({4: says(int(does))}) for does in users]
        things.append(Thing({5: says(len(users)), 6: gives(streams, ctypes.c_uint32)}))
    return Thing({3: says(len(cameras)), 4: gives(things, ctypes.c_uint32)})


class Monitor:
    """A stand-in for the camera server: once started, it reports from a thread of its own."""

    def __init__(self, *reports: Thing | None) -> None:
        self.told: list[int] = []
        self.calls: list[str] = []
        self._reports = reports
        self._tell: Callable[[Thing | None], int] = lambda _: 0
        self._thing = Thing({3: ((), self._start_or_shut_down), 4: ((), self._stop)})

    def create(self, ear: Any, to: Any) -> int:
        heard = ctypes.cast(ear, ctypes.c_void_p)
        on_report = ctypes.WINFUNCTYPE(ctypes.c_int32, ctypes.c_void_p)(3, "OnActivitiesReport")

        def tell(one: Thing | None) -> int:
            return int(on_report(heard, ctypes.addressof(one._object) if one else None))

        self._tell = tell
        return self._thing.hand_out(ctypes.addressof(to._obj))

    def late(self, one: Thing) -> None:
        aside(lambda: self._tell(one))

    def _start_or_shut_down(self) -> int:
        self.calls.append("shut down" if self.calls else "start")
        if self.calls == ["start"]:
            for one in self._reports:
                threading.Thread(target=lambda one=one: self.told.append(self._tell(one))).start()
        return 0

    def _stop(self) -> int:
        self.calls.append("stop")
        return 0


@pytest.mark.usefixtures("nothing_kept")
class TestCamera:
    """The camera server's reports: Wine has no such server, so a stand-in that really calls back."""

    def test_one_that_a_program_films_with(self) -> None:
        monitor = Monitor(report([], [False, True]))
        assert aside(lambda: wincamera.filming(monitor.create))
        assert monitor.calls == ["start", "stop", "shut down"]

    def test_pictures_may_be_told_of_after_an_empty_report(self) -> None:
        assert aside(lambda: wincamera.filming(Monitor(report(), report([True])).create))

    @pytest.mark.parametrize("cameras", [(), ([],), ([False], [])])
    def test_none_that_a_program_films_with(self, cameras: tuple[Sequence[bool], ...]) -> None:
        assert not aside(lambda: wincamera.filming(Monitor(report(*cameras)).create))

    def test_without_a_report_it_cannot_be_told(self) -> None:
        with pytest.raises(Unavailable, match="cameras"):
            aside(lambda: wincamera.filming(Monitor().create))

    def test_a_report_that_cannot_be_read_is_none(self, capfd: pytest.CaptureFixture[str]) -> None:
        monitor = Monitor(None)
        with pytest.raises(Unavailable):
            aside(lambda: wincamera.filming(monitor.create))
        assert monitor.told == [-0x7FFFBFFB]
        assert not capfd.readouterr().err

    def test_a_report_that_comes_too_late_harms_nobody(self) -> None:
        first = Monitor(report([False]))
        assert not aside(lambda: wincamera.filming(first.create))
        first.late(report([True]))
        assert not aside(lambda: wincamera.filming(Monitor(report([False])).create))


def test_the_ear_is_known_by_its_names_only() -> None:
    ear = ctypes.cast(wincamera._ear(), ctypes.c_void_p)
    found = ctypes.c_void_p()
    for name in ("00000000-0000-0000-c000-000000000046", "de5072ee-dbe3-46dc-8a87-b6f631194751"):
        wincom.query(ear, wincom.guid(name), ctypes.byref(found))
        assert found.value == ear.value
    with pytest.raises(OSError):  # noqa: PT011 - Wine and Windows word it apart
        wincom.query(ear, wincom.guid("97ec2ea4-0e42-4937-97ac-9d6d328824e1"), ctypes.byref(found))
    assert found.value is None
