"""Locking, unlocking and sleep, by a scripted logind and scripted screen savers on real buses."""

from __future__ import annotations

import asyncio
import os
import queue
import signal
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
from dbus_fast import Message, Variant

from desk import Desk, wait_for
from fake_idle import VirtualClock
from notify_stage import Inbox
from sessiond import Answer, Login, Logind, Nobody, Saver, Service
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence import busnames, lockword, session
from sitbreak.adapters.presence.logind import SessionWatch
from sitbreak.adapters.presence.loginsession import MANAGER, PATH, PROPERTIES, SESSION
from sitbreak.core.events import Event, Locked, Sleeping, Tick, Unlocked, Woke

pytestmark = pytest.mark.desktop

GNOME, FREEDESKTOP = "org.gnome.ScreenSaver", "org.freedesktop.ScreenSaver"


class Stage:
    """Both buses, a logind that knows one session, and a watch of it."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        desk.start_bus("system-bus")
        self.system, self.session = desk.env["DBUS_SYSTEM_BUS_ADDRESS"], desk.env["DBUS_SESSION_BUS_ADDRESS"]
        self.logind = Logind(self.system, Login("one"))
        self.services: list[Service] = [self.logind]
        self.clock, self.inbox = VirtualClock(), Inbox()
        self.io = IoLoop()
        self.watch: SessionWatch | None = None

    def begin(self, *, logind: bool = True) -> SessionWatch:
        """Start logind, unless it is to stay away, and the watch, and wait until they know each other."""
        if logind:
            self.logind.start()
        self.watch = SessionWatch(
            self.io, self.inbox.post, self.clock, system=self.system, session=self.session
        )
        self.watch.wait(5.0)
        return self.watch

    def saver(self, name: str = GNOME, *, active: bool = False) -> Saver:
        """Start a screen saver."""
        saver = Saver(self.session, name, active=active)
        self.services.append(saver)
        saver.start()
        return saver

    def stranger(self, address: str) -> Nobody:
        """Somebody on the bus who owns nothing."""
        nobody = Nobody(address)
        self.services.append(nobody)
        nobody.start()
        return nobody

    def told(self, event: type[Event]) -> Event:
        """What was posted next, which must be of that kind."""
        found = self.inbox.next()
        assert isinstance(found, event), found
        return found

    def settle(self) -> None:
        """Wait until all that logind has sent so far has been heard."""
        self.logind.sleep(begins=True)
        self.told(Sleeping)
        self.clock.sleep(60)
        self.logind.sleep(begins=False)
        self.told(Tick)

    def knows(self, *names: str) -> None:
        """Wait until just these are watched."""
        assert self.watch is not None
        watch = self.watch
        wait_for(lambda: watch.watched == names, why=f"for {names}")

    def close(self) -> None:
        if self.watch is not None:
            self.watch.close()
        for service in self.services:
            service.close()
        self.io.close()


@pytest.fixture
def stage(bus: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Stage]:
    monkeypatch.setenv("XDG_SESSION_ID", "one")
    monkeypatch.setattr(busnames, "FIRST_PAUSE_S", 0.1)
    stage = Stage(bus)
    yield stage
    stage.close()


def test_the_hint_tells_of_a_lock_and_of_its_end_dated_to_when_they_came(stage: Stage) -> None:
    watch = stage.begin()
    assert (watch.watched, watch.locked) == (("logind",), False)
    stage.clock.advance(7)
    stage.logind.lock()
    assert stage.told(Locked).at == stage.clock.now()
    assert watch.locked
    stage.clock.advance(20)
    stage.logind.lock(locked=False)
    assert stage.told(Unlocked).at == stage.clock.now()
    stage.settle()
    assert stage.inbox.none_left()


def test_a_session_that_is_locked_at_the_start_is_told_at_once(stage: Stage) -> None:
    stage.logind.sessions["one"].locked = True
    watch = stage.begin()
    stage.told(Locked)
    assert watch.locked
    assert stage.inbox.none_left()


def test_a_request_to_lock_is_none_and_one_to_unlock_is(stage: Stage) -> None:
    """Nobody need follow the first; after it a locker may never tell of the end."""
    stage.begin()
    path = stage.logind.sessions["one"].path
    stage.logind.signal(path, SESSION, "Lock")
    stage.settle()
    assert stage.inbox.none_left()
    stage.logind.lock()
    stage.told(Locked)
    stage.logind.signal(path, SESSION, "Unlock")
    stage.told(Unlocked)
    stage.logind.lock(locked=False)
    stage.settle()
    assert stage.inbox.none_left()
    stage.logind.lock()
    stage.told(Locked)


def test_the_same_lock_is_told_once_however_many_tell_of_it(stage: Stage) -> None:
    gnome, other = stage.saver(), stage.saver(FREEDESKTOP)
    watch = stage.begin()
    assert watch.watched == ("logind", GNOME, FREEDESKTOP)
    assert watch.missing == ()
    for _ in range(2):
        gnome.cover()
        stage.told(Locked)
        stage.logind.lock()
        stage.logind.lock()
        other.cover()
        stage.settle()
        stage.logind.lock(locked=False)
        stage.told(Unlocked)
        gnome.cover(active=False)
        other.cover(active=False)
        wait_for(lambda: not any(_words(watch).values()), why="for all to have spoken")
    assert stage.inbox.none_left()


def _words(watch: SessionWatch) -> dict[str, bool]:
    return watch._word._words


@pytest.mark.parametrize(
    "name",
    [
        "org.gnome.ScreenSaver",
        "org.freedesktop.ScreenSaver",
        "org.xfce.ScreenSaver",
        "org.cinnamon.ScreenSaver",
        "org.mate.ScreenSaver",
    ],
)
def test_a_screen_saver_tells_where_the_hint_stays_silent(stage: Stage, name: str) -> None:
    saver = stage.saver(name)
    watch = stage.begin()
    assert watch.watched == ("logind", name)
    saver.cover()
    stage.told(Locked)
    saver.cover(active=False)
    stage.told(Unlocked)


def test_a_screen_that_is_covered_at_the_start_is_told(stage: Stage) -> None:
    saver = stage.saver(FREEDESKTOP, active=True)
    saver.path = "/ScreenSaver"
    stage.begin(logind=False)
    stage.told(Locked)


def test_a_screen_saver_that_comes_later_is_heard(stage: Stage) -> None:
    watch = stage.begin()
    assert [str(reason) for reason in watch.missing] == [
        "No screen saver on the session bus tells of locking."
    ]
    saver = stage.saver()
    stage.knows("logind", GNOME)
    saver.cover()
    stage.told(Locked)


def test_a_screen_saver_that_cannot_be_asked_is_named_and_yet_believed(stage: Stage) -> None:
    saver = stage.saver()
    saver.path = ""
    watch = stage.begin()
    assert [str(reason) for reason in watch.missing] == [f"{GNOME} does not tell: not here"]
    saver.cover()
    stage.told(Locked)
    assert GNOME in watch.watched
    assert watch.missing == ()


def test_the_later_word_of_two_holds(stage: Stage) -> None:
    """So that a hint, or a saver, that is stuck keeps nobody away for ever."""
    saver = stage.saver()
    stage.begin()
    stage.logind.lock()
    stage.told(Locked)
    saver.cover()
    saver.cover(active=False)
    stage.told(Unlocked)


def test_one_that_comes_and_says_unlocked_ends_no_lock_of_anothers(stage: Stage) -> None:
    watch = stage.begin()
    stage.logind.lock()
    stage.told(Locked)
    stage.saver()
    stage.knows("logind", GNOME)
    assert watch.locked
    assert stage.inbox.none_left()


def test_only_the_true_owners_are_believed(stage: Stage) -> None:
    saver = stage.saver()
    stage.begin()
    path = stage.logind.sessions["one"].path
    for address, true in ((stage.system, stage.logind), (stage.session, saver)):
        stranger = stage.stranger(address)
        for to in (None, *(name for name in stranger.others())):
            stranger.signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", *_lock_values(), to=to)
            stranger.signal(PATH, MANAGER, "PrepareForSleep", "b", True, to=to)
            stranger.signal(saver.path, GNOME, "ActiveChanged", "b", True, to=to)
            stranger.signal(
                "/", "org.freedesktop.DBus", "NameOwnerChanged", "sss", true.name, "", ":1.99", to=to
            )
    stage.settle()
    saver.cover()
    stage.told(Locked)
    assert stage.inbox.none_left()


def _lock_values() -> tuple[str, dict[str, Variant], list[str]]:
    return SESSION, {"LockedHint": Variant("b", True)}, []


def test_odd_words_of_the_true_owners_do_no_harm(stage: Stage) -> None:
    saver = stage.saver()
    stage.begin()
    path = stage.logind.sessions["one"].path
    odd = {"LockedHint": Variant("s", "yes")}
    stage.logind.signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", SESSION, odd, [])
    stage.logind.signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", MANAGER, *_lock_values()[1:])
    stage.logind.signal(path, PROPERTIES, "PropertiesChanged", "s", "?")
    for to in (None, *stage.logind.others()):
        stage.logind.signal("/elsewhere", PROPERTIES, "PropertiesChanged", "sa{sv}as", *_lock_values(), to=to)
    stage.logind.signal(PATH, MANAGER, "PrepareForSleep", "s", "now")
    saver.signal(saver.path, GNOME, "ActiveChanged", "s", "yes")
    stage.settle()
    assert stage.inbox.none_left()
    saver.cover()
    stage.told(Locked)


def test_a_hint_that_is_only_called_changed_is_asked_for(stage: Stage) -> None:
    stage.begin()
    stage.logind.sessions["one"].locked = True
    path = stage.logind.sessions["one"].path
    stage.logind.signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", SESSION, {}, ["LockedHint"])
    stage.told(Locked)


@pytest.mark.parametrize("member", ["GetAll", "GetActive"])
def test_what_is_told_right_behind_an_answer_is_the_later_word(stage: Stage, member: str) -> None:
    """Both are read in one go; the answer must not be taken for the newer."""
    saver = stage.saver()
    _say_behind(stage.logind if member == "GetAll" else saver, member)
    watch = stage.begin()
    stage.told(Locked)
    assert watch.locked
    assert stage.inbox.none_left()


def _say_behind(service: Logind | Saver, member: str) -> None:
    answer = service.answer

    def also(call: Message) -> Answer:
        given = answer(call)
        if call.member == member:
            told = service.hint(locked=True) if isinstance(service, Logind) else service.change(active=True)
            service.behind = lambda: service.send(*told)
        return given

    service.answer = also  # type: ignore[method-assign]


@pytest.mark.parametrize(
    ("name", "mine", "display"),
    [("one", "", ""), ("stale", "one", ""), ("", "", "one"), ("two", "three", "one")],
)
def test_the_session_is_found_by_name_by_process_or_by_screen(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, name: str, mine: str, display: str
) -> None:
    """And not taken where it is somebody else's, or a manager's."""
    monkeypatch.setenv("XDG_SESSION_ID", name)
    somebody, manager = Login("two", locked=True, uid=os.getuid() + 1), Login("three", kind="manager")
    stage.logind.sessions |= {"two": somebody, "three": manager}
    stage.logind.mine, stage.logind.display = mine, display
    stage.begin()
    stage.logind.lock("three")
    stage.logind.lock("two", locked=False)
    stage.settle()
    stage.logind.lock()
    stage.told(Locked)
    assert stage.inbox.none_left()


def test_where_there_is_no_session_one_that_comes_is_taken(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("XDG_SESSION_ID")
    watch = stage.begin()
    assert watch.watched == ()
    (reason, _) = watch.missing
    assert reason.what == "logind knows no session of yours: you are logged in on no screen"
    assert reason.remedy
    stage.logind.display = "new"
    stage.logind.come(Login("new", locked=True))
    stage.told(Locked)
    stage.knows("logind")


def test_a_session_that_ends_gives_way_to_the_next(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    stage.begin()
    stage.logind.lock()
    stage.told(Locked)
    stage.logind.leave("one")
    stage.knows()
    stage.logind.display = "next"
    stage.logind.come(Login("next"))
    stage.told(Unlocked)
    stage.logind.lock("next")
    stage.told(Locked)


def test_sleep_is_told_and_waking_left_to_the_clocks(stage: Stage) -> None:
    stage.begin()
    stage.logind.sleep(begins=True)
    assert stage.told(Sleeping).at == stage.clock.now()
    stage.clock.sleep(3600)
    stage.logind.sleep(begins=False)
    assert stage.told(Tick).at == stage.clock.now()
    stage.logind.sleep(begins=False)
    stage.told(Tick)
    assert stage.inbox.none_left()


def test_a_sleep_that_did_not_come_is_over_though_no_clock_shows_it(stage: Stage) -> None:
    stage.begin()
    stage.logind.sleep(begins=True)
    stage.told(Sleeping)
    stage.clock.advance(5)
    stage.logind.sleep(begins=False)
    woke = stage.told(Woke)
    assert isinstance(woke, Woke)
    assert (woke.at, woke.asleep_s) == (stage.clock.now(), 0.0)
    stage.logind.sleep(begins=True)
    stage.told(Sleeping)
    stage.logind.stop()
    stage.told(Woke)


def test_a_logind_that_restarts_is_believed_anew(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lockword, "LAPSE_S", 1.0)
    watch = stage.begin()
    stage.logind.lock()
    stage.told(Locked)
    stage.logind.stop()
    stage.knows()
    assert watch.locked
    assert watch.missing[0].what == "There is no logind on the system bus."
    stage.logind.start()
    stage.knows("logind")
    with pytest.raises(queue.Empty):
        stage.inbox.next(for_s=1.2)
    stage.logind.stop()
    stage.logind.sessions["one"].locked = False
    stage.logind.start()
    stage.told(Unlocked)


def test_who_says_locked_and_dies_is_believed_for_a_while_only(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lockword, "LAPSE_S", 0.3)
    saver = stage.saver()
    stage.begin()
    saver.cover()
    stage.told(Locked)
    began = time.monotonic()
    saver.stop()
    stage.told(Unlocked)
    assert time.monotonic() - began >= 0.3


def test_who_dies_has_no_say_where_another_still_says_locked(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(lockword, "LAPSE_S", 0.1)
    saver = stage.saver()
    watch = stage.begin()
    saver.cover()
    stage.logind.lock()
    stage.told(Locked)
    stage.settle()
    saver.stop()
    wait_for(lambda: GNOME not in _words(watch), why="for its word to lapse")
    assert watch.locked
    assert stage.inbox.none_left()


@pytest.mark.parametrize("hangs", ["logind", GNOME])
def test_one_that_hangs_holds_nobody_up_and_is_heard_when_it_answers(stage: Stage, hangs: str) -> None:
    saver = stage.saver()
    service = stage.logind if hangs == "logind" else saver
    service.hangs = True
    stage.logind.start()
    began = time.monotonic()
    stage.watch = watch = SessionWatch(
        stage.io, stage.inbox.post, stage.clock, system=stage.system, session=stage.session
    )
    assert time.monotonic() - began < 0.2
    watch.wait(0.3)
    assert time.monotonic() - began < 1.0
    assert [str(one) for one in watch.missing if "not answered" in one.what] == [
        f"{hangs} has not answered yet."
    ]
    stage.logind.sessions["one"].locked = saver.active = True
    wait_for(lambda: service.asked, why="for the question")
    service.wake()
    stage.told(Locked)
    stage.knows("logind", GNOME)


def test_without_buses_it_says_so_and_breaks_nothing(stage: Stage) -> None:
    stage.desk.kill("system-bus")
    stage.desk.kill("bus")
    watch = stage.begin(logind=False)
    assert (watch.watched, watch.locked) == ((), False)
    assert [reason.what.partition(":")[0] for reason in watch.missing] == [
        "The system bus cannot be reached",
        "The session bus cannot be reached",
    ]
    assert all(reason.remedy for reason in watch.missing)


@pytest.mark.parametrize("address", ["", "nonsense", "unix:path=/nonexistent/bus"])
def test_an_address_that_leads_nowhere_is_told(
    stage: Stage, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", address or "x")
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", address or "x")
    stage.watch = watch = SessionWatch(stage.io, stage.inbox.post, stage.clock)
    watch.wait(5.0)
    assert len(watch.missing) == 2


def test_the_system_bus_of_the_environment_is_used(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SYSTEM_BUS_ADDRESS", stage.system)
    stage.logind.start()
    stage.watch = watch = SessionWatch(stage.io, stage.inbox.post, stage.clock, session=stage.session)
    watch.wait(5.0)
    assert watch.watched == ("logind",)


@pytest.mark.parametrize("name", ["system-bus", "bus"])
def test_a_bus_that_dies_is_found_again_with_all_that_is_on_it(stage: Stage, name: str) -> None:
    saver = stage.saver()
    watch = stage.begin()
    stage.desk.kill(name)
    stage.knows(*([GNOME] if name == "system-bus" else ["logind"]))
    assert any("cannot be reached" in reason.what for reason in watch.missing)
    service = stage.logind if name == "system-bus" else saver
    service.stop()
    stage.desk.start_bus(name)
    service.start()
    stage.knows("logind", GNOME)
    saver.cover() if service is saver else stage.logind.lock()
    stage.told(Locked)


def test_a_bus_that_hangs_in_the_greeting_is_given_up_and_tried_again(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(busnames, "PATIENCE_S", 0.2)
    bus = stage.desk._pieces["system-bus"]
    os.kill(bus.pid, signal.SIGSTOP)
    try:
        watch = stage.begin(logind=False)
        assert watch.missing[0].what == "The system bus cannot be reached: it does not answer"
    finally:
        os.kill(bus.pid, signal.SIGCONT)
    stage.logind.start()
    stage.knows("logind")


def test_the_pauses_between_attempts_grow(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    waits: list[float] = []
    monkeypatch.setattr(busnames, "LONGEST_PAUSE_S", 0.4)
    sleep = asyncio.sleep

    async def counted(seconds: float) -> None:
        waits.append(seconds)
        await sleep(seconds / 20)

    monkeypatch.setattr(asyncio, "sleep", counted)
    stage.desk.kill("system-bus")
    stage.begin(logind=False)
    wait_for(lambda: len(waits) > 4, why="for five attempts")
    assert waits[:5] == [0.1, 0.2, 0.4, 0.4, 0.4]


def test_where_nobody_can_tell_that_is_said(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "freebsd")
    nobody = session.watch_session(stage.io, stage.inbox.post, stage.clock)
    nobody.wait(1.0)
    assert (nobody.watched, nobody.locked, len(nobody.missing)) == ((), False, 1)
    nobody.close()


def test_closed_it_lets_go_of_both_buses_and_says_nothing_more(stage: Stage) -> None:
    saver = stage.saver()
    watch = stage.begin()
    saver.cover()
    stage.told(Locked)
    stage.logind.sleep(begins=True)
    stage.told(Sleeping)
    assert len(stage.logind.others()) == len(saver.others()) == 1
    began = time.monotonic()
    watch.close()
    assert time.monotonic() - began < 1.0
    wait_for(lambda: not stage.logind.others() and not saver.others(), why="for it to leave")
    stage.logind.lock()
    saver.cover(active=False)
    assert stage.inbox.none_left()


def test_nothing_wakes_it_while_nothing_happens(stage: Stage) -> None:
    """Not even what other sessions and other programs tell of themselves."""
    stage.logind.sessions["two"] = Login("two")
    stage.saver()
    stage.begin()
    others = Path("/proc/self/task")
    (thread,) = [
        path for path in others.iterdir() if (path / "comm").exists() and int(path.name) == _tid(stage.io)
    ]

    def wakes() -> int:
        lines = (thread / "status").read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if "ctxt_switches" in line)

    stage.settle()
    before = wakes()
    stranger = stage.stranger(stage.session)
    for _ in range(20):
        stage.logind.lock("two")
        stranger.signal("/", "org.example", "Noise", "s", "!")
    time.sleep(1.0)
    assert wakes() - before <= 1


def _tid(io: IoLoop) -> int:
    native = io._thread.native_id
    assert native is not None
    return native
