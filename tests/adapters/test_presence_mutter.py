"""Presence on GNOME: how true it is on the real compositor, how quiet, and what it does not believe."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from signal import SIGCONT, SIGSTOP

import pytest

from desk import Desk, wait_for
from mutter_stage import Monitor, Mutter, Peer, Session, fired
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence import mutterlink
from sitbreak.adapters.presence.chooser import Presence
from sitbreak.adapters.presence.mutter import MutterIdle
from sitbreak.adapters.presence.mutterlink import NAME
from sitbreak.core.attention import Attention
from sitbreak.core.clock import Instant
from sitbreak.core.events import Event, IdleSampled, PresenceChanged
from sitbreak.errors import Unavailable

pytestmark = pytest.mark.desktop

AWAY_AFTER_S = 0.4
TRUE_S = 0.25
FAR = Attention((60.0, 180.0), asked_s=1.0)


@pytest.fixture
def io() -> Iterator[IoLoop]:
    loop = IoLoop()
    yield loop
    loop.close()


@pytest.fixture
def mutter(bus: Desk) -> Iterator[Mutter]:
    mutter = Mutter(bus)
    yield mutter
    mutter.close()


@pytest.fixture
def monitor(bus: Desk) -> Iterator[Monitor]:
    """A monitor that says whatever the test wants."""
    with Monitor(bus) as monitor:
        yield monitor


class SleepyClock(SystemClock):
    """The real clock of a machine that slept when told to, which the compositor's clock does not see."""

    slept_s = 0.0

    def now(self) -> Instant:
        return super().now().plus(self.slept_s)

    def asleep_s(self) -> float:
        return super().asleep_s() + self.slept_s


class Watched:
    """A source on the desk's bus, and what it said."""

    def __init__(self, io: IoLoop, desk: Desk) -> None:
        self.said: list[IdleSampled] = []
        self.lost: list[str] = []
        self.clock = SleepyClock()
        address = desk.env["DBUS_SESSION_BUS_ADDRESS"]
        self.source = MutterIdle(io, self._post, self.clock, self.lost.append, address=address)

    def _post(self, event: Event) -> None:
        assert isinstance(event, IdleSampled)
        self.said.append(event)

    def attend(self, attention: Attention) -> IdleSampled:
        """The sample that is due at once."""
        have = len(self.said)
        self.source.attend(attention)
        wait_for(lambda: len(self.said) > have, for_s=5, why="for the first sample")
        return self.said[have]

    def until_lost(self) -> str:
        wait_for(lambda: self.lost, for_s=5, why="for the loss")
        return self.lost[0]


def pass_time(seconds: float) -> None:
    """Time itself is what is measured."""
    threading.Event().wait(seconds)


def settled(io: IoLoop) -> None:
    """What was on its way to the loop has been dealt with."""
    for _ in range(3):
        done = threading.Event()
        io.soon(done.set)
        assert done.wait(2)
        pass_time(0.05)


def switches(io: IoLoop) -> int:
    """How often the loop's thread has slept and been woken."""
    assert io._thread.native_id is not None
    status = Path(f"/proc/self/task/{io._thread.native_id}/status").read_text()
    return int(status.split("\nvoluntary_ctxt_switches:", 1)[1].split()[0])


def open_files() -> int:
    return len(list(Path("/proc/self/fd").iterdir()))


# On the real compositor


def test_twenty_transitions_are_each_told_within_a_quarter_of_a_second(
    io: IoLoop, bus: Desk, mutter: Mutter, record_property: Callable[[str, object], None]
) -> None:
    watched = Watched(io, bus)
    truth: list[tuple[str, float]] = []
    last_s = mutter.touch()
    watched.source.attend(Attention((AWAY_AFTER_S,), asked_s=1.0))
    for round_ in range(11):
        for _ in range(1 + round_ % 4):
            pass_time(0.1)
            last_s = mutter.touch()
        truth.append(("away", last_s))
        pass_time(AWAY_AFTER_S + 0.15 + 0.05 * (round_ % 5))
        last_s = mutter.touch()
        truth.append(("back", last_s))
    wait_for(lambda: watched.said[-1].idle_s == 0.0, for_s=3, why="for the last return")
    watched.source.close()

    told, away = [], False
    for sample in watched.said:
        assert sample.idle_s is not None
        if sample.idle_s >= AWAY_AFTER_S and not away:
            assert sample.idle_s < AWAY_AFTER_S + TRUE_S
            told.append(("away", sample.at.mono_s - sample.idle_s))
        elif sample.idle_s == 0.0 and away:
            told.append(("back", sample.at.mono_s))
        away = sample.idle_s >= AWAY_AFTER_S
    assert [what for what, _ in told] == [what for what, _ in truth]
    errors = [abs(at - true) for (_, at), (_, true) in zip(told, truth, strict=True)]
    record_property("worst_error_s", max(errors))
    assert max(errors) < TRUE_S


@pytest.mark.parametrize("busy", [False, True], ids=["at rest", "with input each second"])
def test_between_reports_its_thread_sleeps(
    io: IoLoop, bus: Desk, mutter: Mutter, busy: bool, record_property: Callable[[str, object], None]
) -> None:
    watched = Watched(io, bus)
    mutter.touch()
    watched.attend(FAR)
    mutter.touch()
    pass_time(0.5)
    said, before = len(watched.said), switches(io)
    for _ in range(3):
        pass_time(1.0)
        if busy:
            mutter.touch()
    woken = switches(io) - before
    watched.source.close()
    record_property("switches_per_s", woken / 3)
    assert woken == 0
    assert len(watched.said) == said <= 2


def test_a_frozen_compositor_holds_nothing_up(io: IoLoop, bus: Desk, mutter: Mutter) -> None:
    watched = Watched(io, bus)
    mutter.touch()
    bus._pieces["mutter"].send_signal(SIGSTOP)
    try:
        watched.source.attend(FAR)
        served = threading.Event()
        io.soon(served.set)
        assert served.wait(2)
        pass_time(0.5)
        assert watched.said == []
    finally:
        bus._pieces["mutter"].send_signal(SIGCONT)
    wait_for(lambda: watched.said, why="for the answer")
    assert watched.said[0].idle_s == pytest.approx(0.5, abs=TRUE_S)
    assert watched.lost == []
    watched.source.close()


@pytest.mark.parametrize("piece", ["mutter", "bus"])
def test_what_is_frozen_is_refused_in_good_time(
    io: IoLoop, bus: Desk, mutter: Mutter, monkeypatch: pytest.MonkeyPatch, piece: str
) -> None:
    monkeypatch.setattr(mutterlink, "PROBE_S", 0.4)
    who = {"mutter": "idle monitor", "bus": "session bus"}[piece]
    before = open_files()
    bus._pieces[piece].send_signal(SIGSTOP)
    started = time.monotonic()
    try:
        with pytest.raises(Unavailable, match=f"{who} does not answer"):
            Watched(io, bus)
        assert time.monotonic() - started < 2
    finally:
        bus._pieces[piece].send_signal(SIGCONT)
    wait_for(lambda: open_files() <= before, for_s=3, why="for the files to be closed")


def test_reports_heard_late_are_true_at_their_own_moment(io: IoLoop, bus: Desk, mutter: Mutter) -> None:
    watched = Watched(io, bus)
    mutter.touch()
    watched.attend(Attention((0.3, 0.6), asked_s=1.0))
    io.soon(lambda: pass_time(1.0))
    wait_for(lambda: len(watched.said) > 1, why="for the late report")
    pass_time(0.2)
    (late,) = watched.said[1:]
    assert late.idle_s == pytest.approx(1.0, abs=TRUE_S)
    watched.source.close()


def test_a_touch_heard_late_is_dated_to_its_moment(io: IoLoop, bus: Desk, mutter: Mutter) -> None:
    watched = Watched(io, bus)
    mutter.touch()
    pass_time(0.4)
    watched.attend(FAR)
    io.soon(lambda: pass_time(0.6))
    touched_s = mutter.touch()
    wait_for(lambda: len(watched.said) > 1, why="for the return")
    late = watched.said[1]
    assert late.idle_s is not None
    assert late.at.mono_s - late.idle_s == pytest.approx(touched_s, abs=0.1)
    watched.source.close()


def test_a_sleep_counts_as_idle_until_the_first_input_after_it(io: IoLoop, bus: Desk, mutter: Mutter) -> None:
    watched = Watched(io, bus)
    mutter.touch()
    pass_time(0.2)
    watched.attend(Attention((0.5,), asked_s=1.0))
    pass_time(1.0)
    watched.clock.slept_s = 3600.0
    assert watched.attend(Attention((0.5,), asked_s=2.0)).idle_s == pytest.approx(3601.2, abs=0.5)
    mutter.touch()
    wait_for(lambda: watched.said[-1].idle_s == 0.0, why="for the return")
    wait_for(lambda: watched.said[-1].idle_s != 0.0, why="for the next threshold")
    assert watched.said[-1].idle_s == pytest.approx(0.5, abs=TRUE_S)
    watched.source.close()


@pytest.mark.parametrize("before", [False, True], ids=["begins later", "runs already"])
def test_who_leaves_during_a_film_is_away(io: IoLoop, bus: Desk, before: bool) -> None:
    """The compositor's watches are silent during a film, and its end counts as a touch to it."""
    with Session(bus) as session:
        if before:
            session.hold(held=True)
        mutter = Mutter(bus)
        watched = Watched(io, bus)
        if not before:
            session.hold(held=True)
        settled(io)
        left_s = mutter.touch()
        watched.attend(Attention((0.5, 1.0), asked_s=1.0))
        pass_time(0.7)
        half = watched.said[-1]
        assert half.idle_s == pytest.approx(0.5, abs=TRUE_S)
        session.hold(held=False)
        pass_time(0.6)
        wait_for(lambda: len(watched.said) > 2, for_s=5, why="for the second threshold")
        one = watched.said[2]
        assert one.idle_s is not None
        assert one.at.mono_s - one.idle_s == pytest.approx(left_s, abs=TRUE_S)
        mutter.touch()
        wait_for(lambda: watched.said[-1].idle_s == 0.0, for_s=3, why="for the return")
        assert [sample.idle_s == 0.0 for sample in watched.said[1:]] == [False, False, True]
        watched.source.close()
        mutter.close()


def test_a_film_over_a_working_person_tells_nothing(io: IoLoop, bus: Desk) -> None:
    with Session(bus) as session:
        mutter = Mutter(bus)
        session.hold(held=True)
        watched = Watched(io, bus)
        mutter.touch()
        watched.attend(Attention((0.5,), asked_s=1.0))
        for _ in range(6):
            mutter.touch()
            pass_time(0.2)
        assert [sample for sample in watched.said if sample.idle_s and sample.idle_s >= 0.5] == []
        assert len(watched.said) <= 2
        watched.source.close()
        mutter.close()


def test_what_others_say_in_its_name_is_not_believed(io: IoLoop, bus: Desk, mutter: Mutter) -> None:
    watched = Watched(io, bus)
    mutter.touch()
    pass_time(0.3)
    watched.attend(FAR)
    with Peer(bus) as stranger:
        for other in stranger.others():
            stranger.send(*(fired(watch, other) for watch in range(40)))
    settled(io)
    assert len(watched.said) == 1
    mutter.touch()
    wait_for(lambda: len(watched.said) == 2, why="for the true return")
    assert watched.lost == []
    watched.source.close()


def test_a_compositor_that_dies_and_comes_back_is_found_again(
    io: IoLoop, bus: Desk, mutter: Mutter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SITBREAK_PRESENCE", "mutter")
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.env["DBUS_SESSION_BUS_ADDRESS"])
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
    presence.attend(Attention((0.5,), asked_s=1.0))
    wait_for(lambda: samples, why="for the first sample")
    pass_time(1.0)
    bus.kill("mutter")
    wait_for(lambda: sources == ["mutter", None], for_s=5, why="for the loss")
    mutter.start()
    wait_for(lambda: sources == ["mutter", None, "mutter"], for_s=10, why="for the return")
    had = len(samples)
    mutter.touch()
    wait_for(lambda: [s for s in samples[had:] if s.idle_s and s.idle_s < 0.75], for_s=5)
    presence.close()


# With a scripted monitor


def test_watches_go_when_thresholds_change_and_on_closing(io: IoLoop, bus: Desk, monitor: Monitor) -> None:
    watched = Watched(io, bus)
    watched.attend(Attention((1.5, 60.0), asked_s=1.0))
    kept = monitor.watch_at(60_000)
    watched.attend(Attention((60.0, 180.0), asked_s=2.0))
    wait_for(lambda: sorted(monitor.watches.values()) == [0, 60_000, 180_000], for_s=5)
    assert monitor.watch_at(60_000) == kept
    watched.source.close()
    wait_for(lambda: not monitor.watches, for_s=5, why=f"for the watches to go: {monitor.watches}")


def test_thresholds_that_change_while_it_is_slow_leave_no_watch(
    io: IoLoop, bus: Desk, monitor: Monitor
) -> None:
    watched = Watched(io, bus)

    def change() -> None:
        for _ in range(3):
            watched.source._attend(Attention((20.0,), asked_s=1.0))
            watched.source._attend(Attention((60.0,), asked_s=2.0))

    io.soon(change)
    wait_for(lambda: sorted(monitor.watches.values()) == [0, 60_000], for_s=5)
    settled(io)
    assert sorted(monitor.watches.values()) == [0, 60_000]
    assert watched.lost == []
    watched.source.close()


def test_a_watch_of_nobodys_sets_off_no_question(io: IoLoop, bus: Desk, monitor: Monitor) -> None:
    watched = Watched(io, bus)
    watched.attend(FAR)
    guard = monitor.watch_at(0)
    settled(io)
    before = len(monitor.asked)
    client = monitor._clients[guard]
    monitor.send(fired(guard + 100, client), fired(0, client))
    with Peer(bus) as stranger:
        stranger.send(*(fired(watch, client) for watch in range(guard + 2)))
    settled(io)
    assert len(monitor.asked) == before
    watched.source.close()


def test_another_owner_is_another_monitor(io: IoLoop, bus: Desk, monitor: Monitor) -> None:
    watched = Watched(io, bus)
    watched.attend(FAR)
    with Peer(bus) as usurper:
        monitor.disown(NAME)
        usurper.own(NAME)
        assert "left the session bus" in watched.until_lost()
        usurper.send(*(fired(watch, other) for other in usurper.others() for watch in range(9)))
        watched.source.attend(FAR._replace(asked_s=2.0))
        settled(io)
        assert usurper.asked == []
    assert len(watched.lost) == 1
    assert len(watched.said) == 1


def test_a_bus_that_dies_is_told_once(io: IoLoop, bus: Desk, monitor: Monitor) -> None:
    watched = Watched(io, bus)
    watched.attend(FAR)
    bus.kill("bus")
    assert watched.until_lost() == "The session bus went away."
    watched.source.attend(FAR._replace(asked_s=2.0))
    settled(io)
    watched.source.close()
    assert len(watched.lost) == len(watched.said) == 1


def test_a_monitor_that_answers_no_more_is_lost(
    io: IoLoop, bus: Desk, monitor: Monitor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mutterlink, "PATIENCE_S", 0.3)
    watched = Watched(io, bus)
    watched.attend(FAR)
    pass_time(0.4)
    assert watched.lost == []
    monitor.hangs = True
    watched.source.attend(FAR._replace(asked_s=2.0))
    assert "does not answer" in watched.until_lost()
    pass_time(0.4)
    assert len(watched.lost) == len(watched.said) == 1


@pytest.mark.parametrize("answer", [("s", "five"), ("t", 2**64 - 1), ("t", 10**15), ("as", ["t"])], ids=str)
def test_an_odd_answer_is_refused_at_first_and_a_loss_later(
    io: IoLoop, bus: Desk, monitor: Monitor, answer: tuple[str, object]
) -> None:
    watched = Watched(io, bus)
    watched.attend(FAR)
    monitor.idle = answer
    watched.source.attend(FAR._replace(asked_s=2.0))
    assert "odd answer" in watched.until_lost()
    assert len(watched.said) == 1
    with pytest.raises(Unavailable, match="odd answer"):
        Watched(io, bus)


def test_a_monitor_that_contradicts_itself_is_lost(io: IoLoop, bus: Desk, monitor: Monitor) -> None:
    """It tells of input, at once and every time, that its idle time knows nothing of."""
    monitor.jumpy = True
    watched = Watched(io, bus)
    watched.source.attend(FAR)
    assert "odd answer" in watched.until_lost()
    assert len(monitor.asked) < 20
    assert len(watched.said) <= 1


def test_a_watch_that_goes_off_too_soon_tells_nothing(io: IoLoop, bus: Desk, monitor: Monitor) -> None:
    watched = Watched(io, bus)
    watched.attend(FAR)
    for _ in range(20):
        monitor.fire(monitor.watch_at(60_000))
    settled(io)
    assert len(watched.said) == 1
    watched.source.close()


def test_a_desktop_without_one_is_refused_and_nothing_stays_open(io: IoLoop, bus: Desk) -> None:
    before = open_files()
    with pytest.raises(Unavailable, match="no idle monitor"):
        Watched(io, bus)
    with Peer(bus) as phone:
        # Some shells own the name and cannot say how long it has been.
        phone.own(NAME)
        with pytest.raises(Unavailable, match="odd answer"):
            Watched(io, bus)
    bus.kill("bus")
    with pytest.raises(Unavailable, match="session bus") as refusal:
        Watched(io, bus)
    assert refusal.value.remedy
    wait_for(lambda: open_files() <= before, for_s=3, why=f"for {before} files: {open_files()}")


def test_closing_leaves_nothing_open(io: IoLoop, bus: Desk, monitor: Monitor) -> None:
    before = open_files()
    watched = Watched(io, bus)
    watched.attend(FAR)
    watched.source.close()
    wait_for(lambda: open_files() <= before, for_s=3, why="for the files to be closed")
    assert watched.lost == []
