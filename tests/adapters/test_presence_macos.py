"""Presence, locking and sleep on macOS, with plain objects in the places of its frameworks."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import pytest

from desk import wait_for
from fake_idle import VirtualClock
from notify_stage import Inbox
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence import macsession
from sitbreak.adapters.presence.macos import MacInput, mac_idle
from sitbreak.adapters.presence.macsession import MacSession
from sitbreak.adapters.presence.probes import default_probes
from sitbreak.adapters.presence.session import watch_session
from sitbreak.core.attention import Attention
from sitbreak.core.events import Event, IdleSampled, Locked, Sleeping, Tick, Unlocked, Woke
from sitbreak.errors import Unavailable

FRAMEWORKS = ("Quartz", "AppKit", "Foundation")


class Quartz:
    """What is asked of it: the last input, and the session on the screen."""

    kCGEventSourceStateHIDSystemState = 1  # noqa: N815 - its own name
    kCGAnyInputEventType = 0xFFFFFFFF  # noqa: N815

    def __init__(self) -> None:
        self.awake_idle_s = 0.0
        self.session: dict[str, Any] | None = {"kCGSSessionOnConsoleKey": True}

    def lock(self, *, locked: bool = True) -> None:
        """As macOS does: what is not locked has no such key."""
        assert self.session is not None
        self.session.pop("CGSSessionScreenIsLocked", None)
        if locked:
            self.session["CGSSessionScreenIsLocked"] = True

    def CGEventSourceSecondsSinceLastEventType(self, state: int, kind: int) -> float:  # noqa: N802
        assert (state, kind) == (1, 0xFFFFFFFF)
        return self.awake_idle_s

    def CGSessionCopyCurrentDictionary(self) -> dict[str, Any] | None:  # noqa: N802
        return self.session


class Center:
    """A notification centre: of one kind all are told, of the other only those that want it at once."""

    def __init__(self) -> None:
        self.observers: list[tuple[Any, str, str]] = []

    def addObserver_selector_name_object_(  # noqa: N802
        self, observer: Any, selector: str, name: str, from_whom: None
    ) -> None:
        assert from_whom is None
        self.observers.append((observer, selector, name))

    def addObserver_selector_name_object_suspensionBehavior_(  # noqa: N802
        self, observer: Any, selector: str, name: str, from_whom: None, behaviour: int
    ) -> None:
        assert from_whom is None
        assert behaviour == Foundation.NSNotificationSuspensionBehaviorDeliverImmediately
        self.observers.append((observer, selector, name))

    def removeObserver_(self, observer: Any) -> None:  # noqa: N802
        self.observers = [one for one in self.observers if one[0] is not observer]

    def tell(self, name: str) -> None:
        for observer, selector, wanted in self.observers:
            if wanted == name:
                getattr(observer, selector.replace(":", "_"))(SimpleNamespace(name=lambda: name))


class Object:
    """The root of Cocoa's classes."""

    @classmethod
    def alloc(cls) -> Object:
        return cls.__new__(cls)

    def init(self) -> Object:
        return self


class Foundation:
    NSObject = Object
    NSNotificationSuspensionBehaviorDeliverImmediately = 4


class Mac:
    """The three frameworks, and what is done to the machine."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.quartz, self.everybody, self.workspace = Quartz(), Center(), Center()
        self.clock, self.inbox = VirtualClock(), Inbox()
        workspace = SimpleNamespace(notificationCenter=lambda: self.workspace)
        app_kit = SimpleNamespace(NSWorkspace=SimpleNamespace(sharedWorkspace=lambda: workspace))
        for name in (macsession.SLEEPS, macsession.WAKES, macsession.LEAVES, macsession.RETURNS):
            setattr(app_kit, name, name)
        foundation = Foundation()
        default = SimpleNamespace(defaultCenter=lambda: self.everybody)
        foundation.NSDistributedNotificationCenter = default  # type: ignore[attr-defined]
        for name, framework in zip(FRAMEWORKS, (self.quartz, app_kit, foundation), strict=True):
            monkeypatch.setitem(sys.modules, name, framework)

    def told(self, kind: type[Event]) -> Event:
        found = self.inbox.next()
        assert isinstance(found, kind), found
        assert found.at == self.clock.now()
        return found


@pytest.fixture
def mac(monkeypatch: pytest.MonkeyPatch) -> Mac:
    return Mac(monkeypatch)


@pytest.fixture
def io() -> Iterator[IoLoop]:
    loop = IoLoop()
    yield loop
    loop.close()


def test_input_is_what_quartz_says(mac: Mac, io: IoLoop) -> None:
    mac.quartz.awake_idle_s = 25.0
    source = mac_idle(io, mac.inbox.post, mac.clock, lambda _reason: None)
    source.attend(Attention((180.0,), asked_s=1.0))
    sample = mac.inbox.next()
    assert isinstance(sample, IdleSampled)
    assert (source.name, sample.idle_s) == ("macos", 25.0)
    source.close()


def test_it_is_what_a_mac_has(mac: Mac, io: IoLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.platform", "darwin")
    ((name, make),) = default_probes()
    source = make(io, mac.inbox.post, mac.clock, lambda _reason: None)
    assert name == source.name == "macos"
    assert watch_session(io, mac.inbox.post, mac.clock).watched == ("macos",)


def test_a_quartz_that_breaks_is_lost(mac: Mac, io: IoLoop) -> None:
    lost: list[str] = []
    source = mac_idle(io, mac.inbox.post, mac.clock, lost.append)
    mac.quartz.awake_idle_s = "never"  # type: ignore[assignment]
    source.attend(Attention((180.0,), asked_s=1.0))
    wait_for(lambda: lost, why="for the loss")
    assert len(lost) == 1
    source.close()


def test_a_sleep_counts_as_idle(mac: Mac) -> None:
    last = MacInput(mac.quartz, mac.clock)
    mac.clock.advance(60)
    mac.quartz.awake_idle_s = 60.0
    assert last.idle_s() == 60.0
    mac.clock.sleep(3600)
    assert last.idle_s() == 3660.0


def test_what_is_done_under_a_lock_is_no_input(mac: Mac) -> None:
    """As a mouse that is nudged on its way, or a password that is wrong."""
    last = MacInput(mac.quartz, mac.clock)
    mac.quartz.lock()
    mac.quartz.awake_idle_s = 2.0
    assert last.idle_s() == 2.0
    mac.clock.advance(100)
    mac.quartz.awake_idle_s = 0.5
    assert last.idle_s() == 102.0
    mac.quartz.lock(locked=False)
    assert last.idle_s() == 0.5


@pytest.mark.parametrize("missing", FRAMEWORKS)
def test_a_framework_that_is_missing_is_named(
    mac: Mac, io: IoLoop, monkeypatch: pytest.MonkeyPatch, missing: str
) -> None:
    monkeypatch.setitem(sys.modules, missing, None)
    session = MacSession(mac.inbox.post, mac.clock)
    (reason,) = session.missing
    assert missing in reason.what
    assert reason.remedy
    assert (session.watched, session.locked) == ((), False)
    session.close()
    if missing == "Quartz":
        with pytest.raises(Unavailable, match="Quartz"):
            mac_idle(io, mac.inbox.post, mac.clock, lambda _reason: None)


def test_a_macos_that_does_not_know_what_is_asked_says_so(mac: Mac, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delattr(Quartz, "CGSessionCopyCurrentDictionary")
    session = MacSession(mac.inbox.post, mac.clock)
    (reason,) = session.missing
    assert reason.what.startswith("macOS does not tell of locking: ")
    assert reason.remedy
    assert session.watched == ()
    session.close()


def test_a_lock_and_its_end_are_told_once_each(mac: Mac) -> None:
    session = MacSession(mac.inbox.post, mac.clock)
    assert (session.watched, session.missing, session.locked) == (("macos",), (), False)
    for _ in range(2):
        mac.everybody.tell("com.apple.screenIsLocked")
    mac.told(Locked)
    assert session.locked
    mac.clock.advance(20)
    for _ in range(2):
        mac.everybody.tell("com.apple.screenIsUnlocked")
    mac.told(Unlocked)
    assert not session.locked
    assert mac.inbox.none_left()


def test_another_persons_session_on_the_screen_is_a_lock(mac: Mac) -> None:
    MacSession(mac.inbox.post, mac.clock)
    mac.workspace.tell("NSWorkspaceSessionDidResignActiveNotification")
    mac.told(Locked)
    mac.workspace.tell("NSWorkspaceSessionDidBecomeActiveNotification")
    mac.told(Unlocked)


@pytest.mark.parametrize("session", [{"CGSSessionScreenIsLocked": 1}, {"kCGSSessionOnConsoleKey": False}])
def test_a_screen_that_is_locked_at_the_start_is_told_at_once(mac: Mac, session: dict[str, Any]) -> None:
    mac.quartz.session = session
    assert MacSession(mac.inbox.post, mac.clock).locked
    mac.told(Locked)


def test_without_a_screen_nothing_is_locked(mac: Mac) -> None:
    mac.quartz.session = None
    assert not MacSession(mac.inbox.post, mac.clock).locked
    assert mac.inbox.none_left()


def test_sleep_is_told_and_waking_left_to_the_clocks(mac: Mac) -> None:
    MacSession(mac.inbox.post, mac.clock)
    mac.workspace.tell("NSWorkspaceWillSleepNotification")
    mac.told(Sleeping)
    mac.clock.sleep(3600)
    mac.workspace.tell("NSWorkspaceDidWakeNotification")
    mac.told(Tick)


def test_a_sleep_that_no_clock_shows_ends_all_the_same(mac: Mac) -> None:
    MacSession(mac.inbox.post, mac.clock)
    mac.workspace.tell("NSWorkspaceWillSleepNotification")
    mac.told(Sleeping)
    mac.clock.advance(600)
    mac.workspace.tell("NSWorkspaceDidWakeNotification")
    woke = mac.told(Woke)
    assert isinstance(woke, Woke)
    assert woke.asleep_s == 0.0


def test_closed_it_hears_nothing_more(mac: Mac) -> None:
    session = MacSession(mac.inbox.post, mac.clock)
    late: list[Callable[[str], None]] = [one.heard for one, _, _ in mac.everybody.observers]
    session.close()
    assert mac.everybody.observers == mac.workspace.observers == []
    late[0]("com.apple.screenIsLocked")
    assert mac.inbox.none_left()
