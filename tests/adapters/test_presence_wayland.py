"""Presence on Wayland: real compositors for the truth, a scripted one for what these do not do."""

from __future__ import annotations

import os
import signal
import socket
import struct
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from desk import wait_for
from fake_idle import VirtualClock
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence import chooser, waydesk, waydoor
from sitbreak.adapters.presence.chooser import Presence
from sitbreak.adapters.presence.wayland import WaylandIdle
from sitbreak.adapters.presence.waywire import MOST_BYTES, Arguments, Message, Splitter, WireError, packed
from sitbreak.core.attention import Attention
from sitbreak.core.events import Event, IdleSampled, PresenceChanged
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock
from wayland_stage import KWin, Scripted, Stage, Sway

KEPT_MS, TOUCH_MS = 30_000, 1
FAR = Attention((180.0,), asked_s=1.0)
PAUSE = Attention((3.0, 60.0, 180.0), asked_s=2.0)
TRUE_S = 0.25

WORDS = st.integers(0, 2**32 - 1)
MESSAGES = st.builds(
    lambda number, opcode, words: Message(
        number, opcode, b"".join(struct.pack("=I", word) for word in words)
    ),
    st.one_of(st.integers(0, 12), WORDS),
    st.one_of(st.integers(0, 3), st.integers(0, 2**16 - 1)),
    st.lists(st.one_of(st.integers(0, 12), WORDS), max_size=8),
)


def framed(message: Message) -> bytes:
    size = 8 + len(message.body)
    return struct.pack("=II", message.object_id, size << 16 | message.opcode) + message.body


@pytest.fixture
def io(monkeypatch: pytest.MonkeyPatch) -> Iterator[IoLoop]:
    loop = IoLoop()
    yield loop
    loop.close()


class Watched:
    """A source on the compositor that listens at ``path``, and what it said."""

    def __init__(self, io: IoLoop, path: Path, clock: Clock | None = None, kept_s: float = 30.0) -> None:
        self.said: list[IdleSampled] = []
        self.lost: list[str] = []
        self.source = WaylandIdle(
            io, self._post, clock or SystemClock(), self.lost.append, path=path, kept_s=kept_s
        )

    def _post(self, event: Event) -> None:
        assert isinstance(event, IdleSampled)
        self.said.append(event)

    def heard(self, count: int) -> IdleSampled:
        """The latest sample, once there are that many and no more."""
        wait_for(lambda: len(self.said) >= count, for_s=5, why=f"for {count} samples: {self.said}")
        assert len(self.said) == count
        return self.said[-1]


def pass_time(seconds: float) -> None:
    """Time itself is what is measured, or what would bring a report that must not come."""
    threading.Event().wait(seconds)


def served(io: IoLoop) -> bool:
    """Whether the loop does what it is asked to, soon; all before it is done then."""
    done = threading.Event()
    io.soon(done.set)
    return done.wait(2)


def switches(io: IoLoop) -> int:
    """How often the loop's thread has slept and been woken."""
    assert io._thread.native_id is not None
    status = Path(f"/proc/self/task/{io._thread.native_id}/status").read_text()
    return int(status.split("\nvoluntary_ctxt_switches:", 1)[1].split()[0])


# The wire.


@given(st.lists(MESSAGES, max_size=8), st.lists(st.integers(1, 40), min_size=1))
def test_messages_are_whole_however_they_are_cut(messages: list[Message], cuts: list[int]) -> None:
    data, splitter, heard, turn = b"".join(map(framed, messages)), Splitter(), list[Message](), 0
    while data:
        cut, turn = cuts[turn % len(cuts)], turn + 1
        heard += splitter.feed(data[:cut])
        data = data[cut:]
    assert heard == messages


@given(st.lists(st.one_of(WORDS, st.text(st.characters(exclude_characters="\0", codec="utf-8")))))
def test_what_was_packed_is_read_again(values: list[int | str]) -> None:
    (message,) = Splitter().feed(packed(7, 3, *values))
    arguments = Arguments(message.body)
    assert [arguments.text() if isinstance(value, str) else arguments.word() for value in values] == values


@given(st.lists(st.binary(max_size=9000)))
def test_no_bytes_do_more_than_break_the_wire(pieces: list[bytes]) -> None:
    splitter = Splitter()
    for piece in pieces:
        try:
            for message in splitter.feed(piece):
                arguments = Arguments(message.body)
                arguments.word()
                arguments.text()
        except WireError:
            return
        assert len(splitter._kept) < MOST_BYTES


@settings(max_examples=60, deadline=None)
@given(st.one_of(st.binary(), st.lists(MESSAGES).map(lambda messages: b"".join(map(framed, messages)))))
def test_whatever_a_compositor_says_it_is_heard_or_lost_with_a_word(
    tmp_path_factory: pytest.TempPathFactory, data: bytes
) -> None:
    io = IoLoop()
    with Scripted(tmp_path_factory.mktemp("way") / "wl") as script:
        watched = Watched(io, script.path)
        watched.source.attend(PAUSE)
        script.say(data)
        assert served(io)
        script.hang_up()
        wait_for(lambda: watched.lost, for_s=5, why="for the loss")
        assert served(io)
        assert len(watched.lost) == 1
        assert watched.lost[0].isprintable()
        assert len(watched.lost[0]) < 400
    watched.source.close()
    io.close()


# Which protocol, and how it is spoken.


@pytest.mark.parametrize(
    ("offers", "request_"),
    [
        ([(Scripted.EXT, 2)], 2),
        ([(Scripted.EXT, 3), (Scripted.KDE, 1)], 2),
        ([(Scripted.KDE, 1), (Scripted.EXT, 1)], 1),
        ([(Scripted.KDE, 1)], 0),
    ],
    ids=["input alone", "a later version", "the first version", "the older protocol"],
)
def test_of_what_is_offered_it_takes_what_no_video_can_deceive(
    io: IoLoop, tmp_path: Path, offers: list[tuple[str, int]], request_: int
) -> None:
    with Scripted(tmp_path / "wl", offers=offers) as script:
        watched = Watched(io, script.path)
        assert script.made == [(1, KEPT_MS)]
        assert script.asked_by == {request_}
        watched.source.close()


def test_long_thresholds_need_no_watch_and_short_ones_only_while_wanted(io: IoLoop, tmp_path: Path) -> None:
    with Scripted(tmp_path / "wl") as script:
        watched = Watched(io, script.path)
        for asked_s in (1.0, 2.0, 3.0):
            watched.source.attend(PAUSE._replace(asked_s=asked_s))
        script.settled(lambda: len(script.watches) == 3)
        assert script.made == [(1, KEPT_MS), (1, 3000), (1, TOUCH_MS)]
        watched.source.attend(FAR)
        script.settled(lambda: set(script.watches.values()) == {(1, KEPT_MS), (1, TOUCH_MS)})
        watched.source.attend(PAUSE)
        script.settled(lambda: len(script.watches) == 3)
        assert script.made[3:] == [(1, 3000)]
        watched.source.close()


def test_a_short_watch_that_told_stays_until_its_return_is_told(io: IoLoop, tmp_path: Path) -> None:
    with Scripted(tmp_path / "wl") as script:
        watched = Watched(io, script.path)
        watched.source.attend(PAUSE)
        script.settled(lambda: len(script.watches) == 3)
        script.ring(1, 3000)
        assert watched.heard(1).idle_s == pytest.approx(3, abs=TRUE_S)
        watched.source.attend(FAR._replace(asked_s=PAUSE.asked_s))
        watched.heard(2)
        assert (1, 3000) in script.watches.values()
        script.touch()
        assert watched.heard(3).idle_s == 0.0
        script.settled(lambda: set(script.watches.values()) == {(1, KEPT_MS)})
        watched.source.close()


def test_the_input_after_being_asked_is_told_once(io: IoLoop, tmp_path: Path) -> None:
    with Scripted(tmp_path / "wl") as script:
        watched = Watched(io, script.path)
        watched.source.attend(FAR)
        script.settled(lambda: (1, TOUCH_MS) in script.watches.values())
        for _ in range(3):
            script.ring(1, TOUCH_MS)
        script.touch()
        assert watched.heard(1).idle_s == 0.0
        script.settled(lambda: set(script.watches.values()) == {(1, KEPT_MS)})
        script.ring(1, KEPT_MS)
        script.touch()
        assert served(io)
        assert len(watched.said) == 1
        watched.source.close()


# What is known of the last input.


def test_once_the_kept_watch_rang_it_can_be_asked(io: IoLoop, tmp_path: Path) -> None:
    clock = VirtualClock()
    with Scripted(tmp_path / "wl") as script:
        watched = Watched(io, script.path, clock)
        watched.source.attend(FAR)
        script.settled(lambda: (1, TOUCH_MS) in script.watches.values())
        clock.advance(100)
        script.ring(1, KEPT_MS)
        wait_for(lambda: watched.source._watches.since_s is not None, why="for the ring")
        assert watched.said == []
        clock.advance(7)
        watched.source.attend(FAR._replace(asked_s=2.0))
        known = watched.heard(1)
        assert known.idle_s == pytest.approx(37)
        watched.source.close()


def test_a_ring_never_dates_back_before_a_touch(io: IoLoop, tmp_path: Path) -> None:
    clock = VirtualClock()
    with Scripted(tmp_path / "wl") as script:
        watched = Watched(io, script.path, clock)
        watched.source.attend(FAR)
        script.settled(lambda: (1, TOUCH_MS) in script.watches.values())
        script.ring(1, TOUCH_MS)
        script.touch()
        touched = watched.heard(1)
        clock.advance(29.4)
        script.ring(1, KEPT_MS)
        wait_for(lambda: watched.source._watches.since_s is not None, why="for the ring")
        watched.source.attend(FAR)
        known = watched.heard(2)
        assert known.at.mono_s - (known.idle_s or 0.0) == touched.at.mono_s
        watched.source.close()


def test_a_sleep_counts_as_idle_until_the_first_input_after_it(io: IoLoop, tmp_path: Path) -> None:
    clock = VirtualClock()
    with Scripted(tmp_path / "wl") as script:
        watched = Watched(io, script.path, clock)
        clock.advance(10)
        clock.sleep(3600)
        watched.source.attend(FAR)
        script.settled(lambda: (1, TOUCH_MS) in script.watches.values())
        clock.advance(20)
        script.ring(1, KEPT_MS)
        assert watched.heard(1).idle_s == pytest.approx(3630)
        script.touch()
        assert watched.heard(2).idle_s == 0.0
        clock.advance(30)
        script.ring(1, KEPT_MS)
        wait_for(lambda: watched.source._watches.since_s is not None, why="for the ring")
        watched.source.attend(FAR)
        assert watched.heard(3).idle_s == pytest.approx(30)
        watched.source.close()


# Several seats.


def test_any_seat_is_a_person(io: IoLoop, tmp_path: Path) -> None:
    with Scripted(tmp_path / "wl", seats=2) as script:
        watched = Watched(io, script.path)
        watched.source.attend(PAUSE)
        script.settled(lambda: len(script.watches) == 6)
        script.ring(1, 3000)
        assert served(io)
        assert watched.said == []
        script.ring(2, 3000)
        assert watched.heard(1).idle_s == pytest.approx(3, abs=TRUE_S)
        script.touch(2)
        assert watched.heard(2).idle_s == 0.0
        script.touch(1)
        script.ring(1, 3000)
        assert served(io)
        assert len(watched.said) == 2
        watched.source.close()


def test_a_seat_that_comes_is_watched_too(io: IoLoop, tmp_path: Path) -> None:
    with Scripted(tmp_path / "wl") as script:
        watched = Watched(io, script.path)
        watched.source.attend(PAUSE)
        script.settled(lambda: len(script.watches) == 3)
        script.ring(1, 3000)
        watched.heard(1)
        script.come(2)
        script.settled(lambda: (2, TOUCH_MS) in script.watches.values())
        script.ring(2, TOUCH_MS)
        script.touch(2)
        assert watched.heard(2).idle_s == 0.0
        watched.source.close()


def test_a_seat_that_leaves_is_waited_for_no_more(io: IoLoop, tmp_path: Path) -> None:
    clock = VirtualClock()
    with Scripted(tmp_path / "wl", seats=2) as script:
        watched = Watched(io, script.path, clock)
        watched.source.attend(PAUSE)
        script.settled(lambda: len(script.watches) == 6)
        clock.advance(40)
        script.ring(1, KEPT_MS)
        script.ring(1, 3000)
        assert served(io)
        script.leave(2)
        script.settled(lambda: len(script.watches) == 3)
        assert served(io)
        assert watched.said == []
        clock.advance(5)
        watched.source.attend(PAUSE)
        assert watched.heard(1).idle_s == 5.0
        script.touch(1)
        assert watched.heard(2).idle_s == 0.0
        watched.source.close()


# Ways to be lost, and to be refused.

TOO_BIG = struct.pack("=II", 2, (MOST_BYTES + 4) << 16)
REFUSAL = packed(1, 0, 4, 3, "no such thing\n" + "!" * 900)
BREAKS: dict[str, Callable[[Scripted], None]] = {
    "hangs up": Scripted.hang_up,
    "withdraws the protocol": Scripted.withdraw,
    "takes the last seat": lambda script: script.leave(1),
    "refuses": lambda script: script.say(REFUSAL),
    "too big": lambda script: script.say(TOO_BIG),
    "too small": lambda script: script.say(struct.pack("=II", 2, 4 << 16)),
    "odd": lambda script: script.say(struct.pack("=II", 2, 13 << 16)),
    "cut short": lambda script: script.say(packed(2, 0, 50)),
    "endless text": lambda script: script.say(packed(2, 0, 50, 2**32 - 1, 1)),
    "text without its end": lambda script: script.say(packed(2, 0, 50, 4, 0x41414141, 1)),
    "a crowd": lambda script: script.say(b"".join(packed(2, 0, n, "wl_seat", 1) for n in range(200, 300))),
}


@pytest.mark.parametrize("how", BREAKS)
def test_it_is_lost_once_and_with_a_word(io: IoLoop, tmp_path: Path, how: str) -> None:
    with Scripted(tmp_path / "wl") as script:
        watched = Watched(io, script.path)
        watched.source.attend(PAUSE)
        script.settled(lambda: len(script.watches) == 3)
        BREAKS[how](script)
        wait_for(lambda: watched.lost, for_s=3, why="for the loss")
        script.say(packed(3, 0))
        watched.source.attend(FAR)
        assert served(io)
        assert len(watched.lost) == 1
        assert watched.lost[0].startswith("The Wayland compositor is gone: ")
        assert len(watched.lost[0]) < 300
        assert watched.said == []
        watched.source.close()


def test_a_compositor_that_stops_reading_is_lost_and_holds_nothing_up(io: IoLoop, tmp_path: Path) -> None:
    with Scripted(tmp_path / "wl") as script:
        watched = Watched(io, script.path)
        script.reads.clear()
        for asked_s in range(3000):
            watched.source.attend((PAUSE, FAR)[asked_s % 2]._replace(asked_s=float(asked_s)))
        assert served(io)
        wait_for(lambda: watched.lost, for_s=3, why="for the loss")
        assert len(watched.lost) == 1
        watched.source.close()


def test_a_flood_of_words_holds_nothing_up(io: IoLoop, tmp_path: Path) -> None:
    with Scripted(tmp_path / "wl") as script:
        watched = Watched(io, script.path)
        flood = threading.Thread(target=script.say, args=(packed(4, 0, 7) * 100_000,))
        flood.start()
        for _ in range(20):
            assert served(io)
        flood.join(10)
        watched.source.attend(PAUSE)
        script.settled(lambda: len(script.watches) == 3)
        assert watched.lost == []
        watched.source.close()


@pytest.mark.parametrize(
    ("says", "reason"),
    [
        (b"", "closed the connection"),
        (b"HTTP/1.1 400 Bad Request\r\n\r\n", "a message of"),
        (TOO_BIG, "a message of 4100 bytes"),
        (REFUSAL, "refused: no such thing"),
        (packed(3, 0, 0), "tells nobody"),
        (packed(2, 0, 1, Scripted.EXT, 2) + packed(3, 0, 0), "no seat"),
        (None, "does not answer"),
    ],
)
def test_what_cannot_serve_is_refused_in_time(
    io: IoLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, says: bytes | None, reason: str
) -> None:
    monkeypatch.setattr(waydesk, "_ANSWER_S", 0.3)
    path = tmp_path / "wl"
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(str(path))
        door.listen()
        clients = []

        def answer() -> None:
            clients.append(door.accept()[0])
            clients[0].recv(4096)
            if says is not None:
                clients[0].sendall(says)
                clients[0].shutdown(socket.SHUT_WR)

        thread = threading.Thread(target=answer)
        thread.start()
        with pytest.raises(Unavailable, match=reason) as refusal:
            Watched(io, path)
        thread.join(5)
        clients[0].close()
    assert refusal.value.remedy


def test_only_the_persons_own_socket_will_do(
    io: IoLoop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plain = tmp_path / "plain"
    plain.touch()
    with pytest.raises(Unavailable, match="no socket"):
        Watched(io, plain)
    with pytest.raises(Unavailable, match="No such file"):
        Watched(io, tmp_path / "none")
    with Scripted(tmp_path / "wl") as script:
        with pytest.raises(Unavailable, match="cannot be used"):
            Watched(io, tmp_path / ("x" * 120))
        own = os.getuid()
        monkeypatch.setattr(os, "getuid", lambda: own + 1)
        with pytest.raises(Unavailable, match="somebody else"):
            Watched(io, script.path)


@pytest.mark.parametrize(
    ("display", "runtime", "path"),
    [
        ("wayland-1", "/run/user/7", "/run/user/7/wayland-1"),
        ("/elsewhere/wl", "/run/user/7", "/elsewhere/wl"),
        ("/elsewhere/wl", "", "/elsewhere/wl"),
        ("", "/run/user/7", None),
        ("wayland-1", "", None),
        ("wayland-1", "run", None),
    ],
)
def test_the_environment_says_where(
    monkeypatch: pytest.MonkeyPatch, display: str, runtime: str, path: str | None
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", display)
    monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
    if path is not None:
        assert waydoor.socket_path() == Path(path)
        return
    with pytest.raises(Unavailable) as refusal:
        waydoor.socket_path()
    assert refusal.value.remedy


# The real ones.


@pytest.fixture(params=[Sway, KWin])
def stage(request: pytest.FixtureRequest) -> Iterator[Stage]:
    with request.param() as stage:
        yield stage


@pytest.mark.desktop
def test_transitions_are_each_told_within_a_quarter_of_a_second(
    io: IoLoop, stage: Stage, record_property: Callable[[str, object], None]
) -> None:
    """By a short watch; the contract's worlds tell them by time, from a kept watch that rang."""
    away_after_s = 0.6
    watched, clock = Watched(io, stage.path), SystemClock()
    truth: list[tuple[str, float]] = []
    watched.source.attend(Attention((away_after_s,), asked_s=1.0))
    for round_ in range(4):
        for _ in range(1 + round_ % 3):
            pass_time(0.1)
            last_s = clock.now().mono_s
            stage.touch()
        truth.append(("away", last_s))
        pass_time(away_after_s + 0.2 + 0.05 * round_)
        truth.append(("back", clock.now().mono_s))
        stage.touch()
    wait_for(lambda: watched.said[-1].idle_s == 0.0, for_s=3, why="for the last return")
    watched.source.close()

    told, away = [], False
    for sample in watched.said:
        assert sample.idle_s is not None
        if sample.idle_s > 0:
            assert away_after_s <= sample.idle_s < away_after_s + TRUE_S
            told.append(("away", sample.at.mono_s - sample.idle_s))
        elif away:
            told.append(("back", sample.at.mono_s))
        away = sample.idle_s > 0
    assert [what for what, _ in told] == [what for what, _ in truth]
    errors = [abs(at - true) for (_, at), (_, true) in zip(told, truth, strict=True)]
    record_property("worst_error_s", max(errors))
    assert max(errors) < TRUE_S


@pytest.mark.desktop
def test_nobody_there_yet_is_told_by_the_first_touch(io: IoLoop, stage: Stage) -> None:
    watched = Watched(io, stage.path)
    watched.source.attend(FAR)
    pass_time(0.3)
    assert watched.said == []
    stage.touch()
    assert watched.heard(1).idle_s == 0.0
    stage.touch()
    pass_time(0.2)
    assert len(watched.said) == 1
    watched.source.close()


@pytest.mark.desktop
def test_between_reports_its_thread_sleeps_though_there_is_input(
    io: IoLoop, stage: Stage, record_property: Callable[[str, object], None]
) -> None:
    watched = Watched(io, stage.path)
    watched.source.attend(FAR)
    pass_time(0.2)
    stage.touch()
    watched.heard(1)
    pass_time(0.3)
    before = switches(io)
    for _ in range(4):
        pass_time(0.5)
        stage.touch()
    woken = switches(io) - before
    record_property("switches_per_s", woken / 2)
    watched.source.close()
    assert woken == 0
    assert len(watched.said) == 1


@pytest.mark.desktop
def test_a_frozen_compositor_holds_nothing_up(
    io: IoLoop, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(waydesk, "_ANSWER_S", 0.5)
    watched = Watched(io, stage.path)
    stage.send(signal.SIGSTOP)
    try:
        watched.source.attend(Attention((0.3,), asked_s=1.0))
        assert served(io)
        with pytest.raises(Unavailable, match="does not answer"):
            Watched(io, stage.path)
        assert watched.said == []
    finally:
        stage.send(signal.SIGCONT)
    assert watched.heard(1).idle_s == pytest.approx(0.3, abs=TRUE_S)
    watched.source.close()


@pytest.mark.desktop
def test_a_compositor_that_dies_and_comes_back_is_found_again(
    io: IoLoop, stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("WAYLAND_DISPLAY", str(stage.path))
    monkeypatch.setenv("SITBREAK_PRESENCE", "wayland")
    monkeypatch.setattr(chooser, "_FIRST_WAIT_S", 0.3)
    sources: list[str | None] = []
    samples: list[IdleSampled] = []

    def post(event: Event) -> None:
        match event:
            case PresenceChanged():
                sources.append(event.source)
            case IdleSampled():
                samples.append(event)
            case _:
                pytest.fail(f"unexpected {event}")

    presence = Presence(io, post, SystemClock())
    assert sources == ["wayland"]
    presence.attend(Attention((0.5,), asked_s=1.0))
    wait_for(lambda: samples, why="for the threshold")
    stage.end()
    wait_for(lambda: sources == ["wayland", None], for_s=5, why="for the loss")
    assert "gone" in presence.reasons[0].what
    stage.start()
    wait_for(lambda: sources == ["wayland", None, "wayland"], for_s=10, why="for the return")
    had = len(samples)
    wait_for(lambda: len(samples) > had, for_s=5, why="for the threshold again")
    presence.close()
