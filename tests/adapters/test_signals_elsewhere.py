"""What Windows and macOS tell of calls, talks and wishes for quiet, with stand-ins for the systems.

What really asks Windows is tested in tests/windows; nothing here has ever asked a Mac.
"""

from __future__ import annotations

import ctypes
import gc
import struct
import threading
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from types import SimpleNamespace
from typing import Any, Self, TypeVar

import pytest

from desk import wait_for
from signal_contract import SignalContract, Stage
from sitbreak.adapters.signals import asking, macaudio, macos, macpower, macscreen, windows
from sitbreak.adapters.signals.asking import AskingReader
from sitbreak.adapters.signals.macaudio import GLOBAL, INPUT, OUTPUT
from sitbreak.adapters.signals.macscreen import Box, Display, Window
from sitbreak.adapters.signals.reader import Reader
from sitbreak.adapters.signals.windows import Notice
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable

T = TypeVar("T")

SCREEN = Box(0, 0, 1440, 900)
BESIDE = Box(1440, 0, 3360, 1080)


class SaidWindows:
    """Answers of Windows, to be changed; quiet at first."""

    def __init__(self) -> None:
        self.notice: int = Notice.ACCEPTS
        self.filled = self.recording = self.filming = self.broken = False
        self.mode = 0
        self.execution = 0x1 | 0x4

    def readers(self, stage: Stage) -> Sequence[Reader]:
        answers = windows.Windows(
            notice=lambda: self._say(self.notice),
            screen_filled=lambda: self._say(self.filled),
            notification_mode=lambda: self._say(self.mode),
            execution_state=lambda: self._say(self.execution),
            recording=lambda: self._say(self.recording),
            filming=lambda: self._say(self.filming),
        )
        return windows.readers_of(stage.io, answers)

    def put(self, sense: Sense, *, on: bool) -> None:
        match sense:
            case Sense.MICROPHONE:
                self.recording = on
            case Sense.CAMERA:
                self.filming = on
            case Sense.INHIBITORS:
                self.execution = 0x1 | 0x4 | (0x2 if on else 0)
            case Sense.FULLSCREEN:
                self.notice, self.filled = (Notice.BUSY, True) if on else (Notice.ACCEPTS, False)
            case Sense.DO_NOT_DISTURB:
                self.mode = 1 if on else 0
            case Sense.SHARING:
                pytest.fail("nothing tells of this")

    def _say(self, answer: T) -> T:
        if self.broken:
            raise OSError("the handle is invalid")
        return answer


class Library:
    """Core Audio's or Core Media I/O's functions over a table of properties."""

    def __init__(self, *, tells_used: bool = False) -> None:
        self.table: dict[tuple[int, str, str], bytes] = {}
        number, numbers, pointer = ctypes.c_uint32, ctypes.POINTER(ctypes.c_uint32), ctypes.c_void_p
        which = (number, ctypes.POINTER(macaudio._Address), number, pointer)
        room = (number, numbers) if tells_used else (numbers,)
        self._size = ctypes.CFUNCTYPE(ctypes.c_int32, *which, numbers)(self._on_size)
        self._data = ctypes.CFUNCTYPE(ctypes.c_int32, *which, *room, pointer)(self._on_data)
        self.properties = macaudio.properties_by(self._size, self._data, tells_used=tells_used)

    def set(self, thing: int, name: str, *numbers: int, scope: str = GLOBAL) -> None:
        self.table[thing, name, scope] = struct.pack(f"={len(numbers)}I", *numbers)

    def _found(self, thing: int, address: Any) -> bytes | None:
        letters = (address.contents.selector, address.contents.scope)
        name, scope = (number.to_bytes(4, "big").decode() for number in letters)
        assert address.contents.element == 0
        return self.table.get((thing, name, scope))

    def _on_size(self, thing: int, address: Any, _size: int, _qualifier: int, size: Any) -> int:
        found = self._found(thing, address)
        size[0] = len(found or b"")
        return 0 if found is not None else 2003332927

    def _on_data(self, thing: int, address: Any, _size: int, _qualifier: int, *rest: Any) -> int:
        found = self._found(thing, address)
        *room, data = rest
        if found is None or room[0 if len(room) == 2 else -1] == 0:
            return 560947818
        ctypes.memmove(data, found, len(found))
        room[-1][0] = len(found)
        return 0


class Assertions:
    """The power management's and Core Foundation's functions; things are numbers."""

    NAMES, NAME, COUNT = 11, 12, 13

    def __init__(self) -> None:
        self.count: int | None = None
        self.status = 0
        self.let_go: list[int] = []

    def IOPMCopyAssertionsStatus(self, told: Any) -> int:  # noqa: N802 - their names
        told._obj.value = None if self.status else self.NAMES
        return self.status

    def CFStringCreateWithCString(self, _: None, text: bytes, encoding: int) -> int:  # noqa: N802
        assert (text, encoding) == (b"PreventUserIdleDisplaySleep", 0x08000100)
        return self.NAME

    def CFDictionaryGetValue(self, names: Any, name: int) -> int | None:  # noqa: N802
        assert (names.value, name) == (self.NAMES, self.NAME)
        return None if self.count is None else self.COUNT

    def CFNumberGetValue(self, count: int, kind: int, value: Any) -> bool:  # noqa: N802
        assert (count, kind) == (self.COUNT, 4)
        value._obj.value = self.count
        return True

    def CFRelease(self, thing: Any) -> None:  # noqa: N802
        self.let_go.append(getattr(thing, "value", thing))


class SaidMac:
    """A Mac with a microphone, a headset and a camera, one display, and one program in front."""

    MICROPHONE, HEADSET, CAMERA, PROGRAM, PLAYER = 40, 41, 50, 70, 71

    def __init__(self) -> None:
        self.audio, self.cameras = Library(), Library(tells_used=True)
        self.assertions = Assertions()
        self.window = Box(100, 100, 900, 700)
        self.audio.set(1, "prs#", self.PROGRAM, self.PLAYER)
        self.audio.set(self.PROGRAM, "piri", 0)
        self.audio.set(self.PLAYER, "piri", 0)
        self.cameras.set(1, "dev#", self.CAMERA)
        self.cameras.set(self.CAMERA, "gone", 0)

    def readers(self, stage: Stage) -> Sequence[Reader]:
        answers = macos.Mac(
            recording=lambda: macaudio.recording(self.audio.properties),
            filming=lambda: macaudio.filming(self.cameras.properties),
            display_kept_on=lambda: macpower.display_kept_on(self.assertions),
            windows=lambda: macscreen.on_screen(self.quartz()),
            displays=lambda: macscreen.displays(self.quartz()),
        )
        return macos.readers_of(stage.io, answers)

    def put(self, sense: Sense, *, on: bool) -> None:
        match sense:
            case Sense.MICROPHONE:
                self.audio.set(self.PROGRAM, "piri", int(on))
            case Sense.CAMERA:
                self.cameras.set(self.CAMERA, "gone", int(on))
            case Sense.INHIBITORS:
                self.assertions.count = 1 if on else None
            case Sense.FULLSCREEN:
                self.window = SCREEN if on else Box(100, 100, 900, 700)
            case Sense.SHARING | Sense.DO_NOT_DISTURB:
                pytest.fail("nothing tells of this")

    @property
    def broken(self) -> bool:
        return bool(self.assertions.status)

    @broken.setter
    def broken(self, broken: bool) -> None:
        self.assertions.status = -536870212 if broken else 0
        self.audio.table.clear()
        self.cameras.table.clear()
        self.window = Box(0, 38, 1440, 900)

    def quartz(self) -> SimpleNamespace:
        window = self.window
        bounds = {
            "X": window.left,
            "Y": window.top,
            "Width": window.right - window.left,
            "Height": window.bottom - window.top,
        }
        told = {"kCGWindowOwnerPID": 7, "kCGWindowLayer": 0, "kCGWindowBounds": bounds}
        return SimpleNamespace(
            kCGWindowListOptionOnScreenOnly=1,
            kCGWindowListExcludeDesktopElements=16,
            kCGNullWindowID=0,
            CGWindowListCopyWindowInfo=lambda which, _: [told] if which == 17 else None,
            CGGetActiveDisplayList=lambda most, *_: (0, (1,)[:most], 1),
            CGDisplayIsBuiltin=lambda _: 1,
            CGDisplayBounds=lambda _: SimpleNamespace(
                origin=SimpleNamespace(x=SCREEN.left, y=SCREEN.top),
                size=SimpleNamespace(width=SCREEN.right, height=SCREEN.bottom),
            ),
        )


class SaidStage(Stage):
    """One sense of such a system."""

    def __init__(self, system: SaidWindows | SaidMac, sense: Sense) -> None:
        super().__init__()
        self.system, self.sense = system, sense
        self.reader = next(reader for reader in system.readers(self) if reader.sense is sense)

    def put(self, *, on: bool) -> None:
        self.system.put(self.sense, on=on)

    def break_(self) -> bool:
        self.system.broken = True
        return True


def staged(system: SaidWindows | SaidMac, sense: Sense) -> Iterator[SaidStage]:
    stage = SaidStage(system, sense)
    yield stage
    stage.end()


class TestWindows(SignalContract):
    @pytest.fixture(params=sorted(set(Sense) - {Sense.SHARING}))
    def stage(self, request: pytest.FixtureRequest) -> Iterator[Stage]:
        yield from staged(SaidWindows(), request.param)


class TestMac(SignalContract):
    @pytest.fixture(params=sorted(set(Sense) - {Sense.SHARING, Sense.DO_NOT_DISTURB}))
    def stage(self, request: pytest.FixtureRequest) -> Iterator[Stage]:
        yield from staged(SaidMac(), request.param)


@pytest.mark.parametrize("system", [SaidWindows(), SaidMac()], ids=["Windows", "macOS"])
def test_every_sense_has_one_reader(system: SaidWindows | SaidMac) -> None:
    with Asker() as asker:
        assert sorted(reader.sense for reader in system.readers(asker)) == sorted(Sense)


@pytest.mark.parametrize(
    ("system", "sense"),
    [(SaidWindows(), Sense.SHARING), (SaidMac(), Sense.SHARING), (SaidMac(), Sense.DO_NOT_DISTURB)],
    ids=["sharing on Windows", "sharing on macOS", "a Focus on macOS"],
)
def test_what_a_system_tells_nobody_is_said_with_a_way_out(
    system: SaidWindows | SaidMac, sense: Sense
) -> None:
    for stage in staged(system, sense):
        with pytest.raises(Unavailable) as refused:
            stage.read()
        assert refused.value.what
        assert "sitbreak pause" in refused.value.remedy


class TestFullScreenOnWindows:
    """Windows' word for it, and who bears witness."""

    @pytest.mark.parametrize("notice", [Notice.DIRECT3D_FULL_SCREEN, Notice.PRESENTATION_MODE])
    def test_a_game_and_a_presentation_are_believed(self, notice: Notice) -> None:
        assert windows._full_screen(windows_that(notice=notice))

    @pytest.mark.parametrize("notice", [Notice.NOT_PRESENT, Notice.ACCEPTS, Notice.QUIET_TIME, Notice.APP])
    def test_a_lock_and_an_open_start_menu_are_none(self, notice: Notice) -> None:
        assert not windows._full_screen(windows_that(notice=notice, filled=True))

    def test_a_busy_shell_without_a_window_that_fills_a_screen_cannot_be_told(self) -> None:
        with pytest.raises(Unavailable) as refused:
            windows._full_screen(windows_that(notice=Notice.BUSY))
        assert "overlay" in refused.value.remedy

    @pytest.mark.parametrize("notice", [0, 8, -1])
    def test_a_state_that_is_new_is_not_guessed_at(self, notice: int) -> None:
        with pytest.raises(Unavailable, match=str(notice)):
            windows._full_screen(windows_that(notice=notice))


class TestQuietOnWindows:
    """Do not disturb, and the first hour of a new user."""

    @pytest.mark.parametrize(("mode", "quiet"), [(0, False), (1, True), (2, True)])
    def test_priority_only_and_alarms_only_are_quiet(self, mode: int, quiet: bool) -> None:
        assert windows._quiet(windows_that(mode=mode)) is quiet

    def test_the_quiet_time_is_known_without_the_mode(self) -> None:
        said = windows_that(notice=Notice.QUIET_TIME)
        assert windows._quiet(replace(said, notification_mode=fails))

    @pytest.mark.parametrize("error", [OSError("no such interface"), AttributeError("x"), ImportError("x")])
    def test_an_older_windows_cannot_tell(self, error: Exception) -> None:
        said = replace(windows_that(), notification_mode=lambda: fails(error))
        with pytest.raises(Unavailable) as refused:
            windows._quiet(said)
        assert "Windows 11" in refused.value.remedy


class TestMicrophoneOnMac:
    """By programs since macOS 14, by devices before."""

    def test_a_program_that_plays_does_not_record(self) -> None:
        mac = SaidMac()
        mac.audio.set(mac.PLAYER, "piro", 1)
        mac.audio.set(mac.HEADSET, "gone", 1)
        assert not macaudio.recording(mac.audio.properties)

    def test_a_program_that_ends_meanwhile_is_passed_over(self) -> None:
        mac = SaidMac()
        del mac.audio.table[mac.PROGRAM, "piri", GLOBAL]
        assert not macaudio.recording(mac.audio.properties)
        mac.audio.set(mac.PLAYER, "piri", 1)
        assert macaudio.recording(mac.audio.properties)

    def test_before_macos_14_a_microphone_in_use_records(self) -> None:
        mac = before_14()
        assert not macaudio.recording(mac.audio.properties)
        mac.audio.set(mac.MICROPHONE, "gone", 1)
        assert macaudio.recording(mac.audio.properties)

    def test_before_macos_14_a_headset_in_use_may_only_play(self) -> None:
        mac = before_14()
        mac.audio.set(mac.HEADSET, "gone", 1)
        with pytest.raises(Unavailable, match="headset"):
            macaudio.recording(mac.audio.properties)

    def test_before_macos_14_a_microphone_outvotes_a_headset(self) -> None:
        mac = before_14()
        mac.audio.set(mac.HEADSET, "gone", 1)
        mac.audio.set(mac.MICROPHONE, "gone", 1)
        assert macaudio.recording(mac.audio.properties)

    def test_a_loudspeaker_in_use_is_no_microphone(self) -> None:
        mac = before_14()
        mac.audio.set(1, "dev#", 42)
        mac.audio.set(42, "stm#", 1, scope=OUTPUT)
        mac.audio.set(42, "gone", 1)
        assert not macaudio.recording(mac.audio.properties)

    def test_a_property_that_is_absurdly_large_is_refused(self) -> None:
        mac = SaidMac()
        mac.audio.table[mac.PROGRAM, "piri", GLOBAL] = bytes(1 << 17)
        with pytest.raises(OSError, match="131072"):
            mac.audio.properties(mac.PROGRAM, "piri", GLOBAL)


class TestCameraOnMac:
    """Any of several."""

    def test_without_a_camera_nobody_films(self) -> None:
        mac = SaidMac()
        mac.cameras.set(1, "dev#")
        assert not macaudio.filming(mac.cameras.properties)

    def test_a_camera_that_cannot_be_asked_is_outvoted_by_one_that_films(self) -> None:
        mac = SaidMac()
        mac.cameras.set(1, "dev#", 51, mac.CAMERA)
        with pytest.raises(OSError, match="status"):
            macaudio.filming(mac.cameras.properties)
        mac.cameras.set(mac.CAMERA, "gone", 1)
        assert macaudio.filming(mac.cameras.properties)


class TestFullScreenOnMac:
    """What fills a display, and what only looks so."""

    def test_a_film_on_the_second_display_fills_it(self) -> None:
        assert fills([Window(7, 0, BESIDE)], [Display(SCREEN, built_in=True), Display(BESIDE)])

    def test_only_the_program_in_front_counts(self) -> None:
        front, behind = Window(7, 0, Box(10, 10, 500, 500)), Window(8, 0, SCREEN)
        assert not fills([front, behind])
        assert fills([behind, front])

    def test_a_slide_show_above_its_own_document_counts(self) -> None:
        assert fills([Window(7, 1000, SCREEN), Window(7, 0, Box(10, 10, 500, 500))])

    def test_the_dock_and_overlays_that_are_not_seen_do_not(self) -> None:
        document = Window(7, 0, Box(10, 10, 500, 500))
        assert not fills([Window(1, 20, SCREEN), document, Window(7, 3, SCREEN, seen=False)])
        assert not fills([Window(1, 20, SCREEN)])
        assert not fills([])

    def test_beside_a_notch_it_cannot_be_told(self) -> None:
        window = Window(7, 0, SCREEN._replace(top=38))
        with pytest.raises(Unavailable, match="notch"):
            fills([window], [Display(SCREEN, built_in=True)])
        assert not fills([window], [Display(SCREEN)])

    def test_a_large_window_above_the_dock_is_none(self) -> None:
        assert not fills([Window(7, 0, Box(0, 38, 1440, 820))], [Display(SCREEN, built_in=True)])


class TestDisplayKeptOnOnMac:
    """What forbids the display to sleep."""

    @pytest.mark.parametrize(("count", "kept"), [(None, False), (0, False), (1, True), (3, True)])
    def test_it_is_kept_on_while_anybody_asks_for_it(self, count: int | None, kept: bool) -> None:
        assertions = Assertions()
        assertions.count = count
        assert macpower.display_kept_on(assertions) is kept
        assert sorted(assertions.let_go) == [Assertions.NAMES, Assertions.NAME]


class TestAsking:
    """Questions that hang, fail, or end too late."""

    def test_one_that_hangs_holds_up_nobody_and_is_put_once(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(asking, "ANSWER_WITHIN_S", 0.1)
        go_on, begun = threading.Event(), []

        def ask() -> bool:
            begun.append(1)
            return go_on.wait(10)

        with Asker(ask) as asker:
            for _ in range(3):
                with pytest.raises(Unavailable, match="the stand-in"):
                    asker.read()
            assert len(begun) == 1
            go_on.set()
            wait_for(lambda: answers(asker), why="an answer")

    @pytest.mark.parametrize("error", [OSError("gone"), ValueError("NULL"), KeyError("x"), RuntimeError()])
    def test_whatever_it_raises_is_told_as_not_known(self, error: Exception) -> None:
        with Asker(lambda: fails(error)) as asker:
            with pytest.raises(Unavailable, match="the stand-in") as refused:
                asker.read()
            assert "Traceback" not in str(refused.value)

    def test_a_later_question_is_put_anew(self) -> None:
        said = iter([True, False, True])
        with Asker(lambda: next(said)) as asker:
            assert [asker.read() for _ in range(3)] == [True, False, True]

    @pytest.mark.parametrize("error", [None, OSError("gone")], ids=["answers", "fails"])
    @pytest.mark.parametrize("loop", ["runs", "has ended"])
    def test_an_answer_that_nobody_waits_for_is_dropped(
        self,
        error: Exception | None,
        loop: str,
        caplog: pytest.LogCaptureFixture,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        monkeypatch.setattr(asking, "ANSWER_WITHIN_S", 0.01)
        go_on = threading.Event()

        def ask() -> bool:
            go_on.wait(10)
            return fails(error) if error else True

        asker = Asker(ask)
        with pytest.raises(Unavailable):
            asker.read()
        if loop == "has ended":
            asker.end()
        go_on.set()
        wait_for(lambda: "camera" not in {thread.name for thread in threading.enumerate()})
        if loop == "runs":
            asker.end()
        del asker
        gc.collect()
        assert not caplog.records

    def test_none_of_nothing_is_a_no(self) -> None:
        assert asking.any_of([]) is False


class Asker(Stage):
    """A reader over a question of the test's own."""

    def __init__(self, ask: Callable[[], bool] = lambda: False) -> None:
        super().__init__()
        self.reader = AskingReader(self.io, Sense.CAMERA, "the stand-in", ask)

    def put(self, *, on: bool) -> None:
        raise NotImplementedError

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.end()


def answers(asker: Asker) -> bool:
    try:
        return asker.read()
    except Unavailable:
        return False


def fails(error: Exception | None = None) -> Any:
    raise error or OSError("it was asked")


def windows_that(*, notice: int = Notice.ACCEPTS, filled: bool = False, mode: int = 0) -> windows.Windows:
    return windows.Windows(
        notice=lambda: notice,
        screen_filled=lambda: filled,
        notification_mode=lambda: mode,
        execution_state=lambda: 0,
        recording=lambda: False,
        filming=lambda: False,
    )


def before_14() -> SaidMac:
    """A Mac that lists no programs, with a microphone and a headset."""
    mac = SaidMac()
    mac.audio.table.clear()
    mac.audio.set(1, "dev#", mac.HEADSET, mac.MICROPHONE)
    for device in (mac.HEADSET, mac.MICROPHONE):
        mac.audio.set(device, "stm#", device + 100, scope=INPUT)
        mac.audio.set(device, "gone", 0)
    mac.audio.set(mac.HEADSET, "stm#", 200, scope=OUTPUT)
    return mac


def fills(windows_: Sequence[Window], displays: Sequence[Display] = (Display(SCREEN),)) -> bool:
    return macos._full_screen(windows_, displays)
