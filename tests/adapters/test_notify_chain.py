"""Several notifiers as one: who shows, who steps back, and why."""

from __future__ import annotations

import os
import pty
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator

import pytest

from desk import Desk, wait_for
from fakes import FakeNotifier
from notify_stage import Inbox, ScriptedStage, a_note, start_bare_bus
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.notify.candidate import Candidate, Late, RoadClosed
from sitbreak.adapters.notify.chain import NotifierChain
from sitbreak.adapters.notify.choose import FORCE, choose_notifier
from sitbreak.adapters.notify.freedesktop import FreedesktopNotifier
from sitbreak.adapters.notify.terminal import TerminalNotifier
from sitbreak.core.events import Answer, Answered
from sitbreak.errors import NotifyFailed, Unavailable, UsageError
from sitbreak.ports import Ability, Note


class Trio:
    """A chain of three fakes."""

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.fakes: dict[str, FakeNotifier] = {}
        self.chain = NotifierChain([(name, self._maker(name)) for name in ("best", "good", "last")])
        for name in ("best", "good", "last"):
            if name not in self.fakes:
                self.chain._make(name, self._maker(name))

    def _maker(self, name: str) -> Callable[[Late], Candidate]:
        def make(late: Late) -> Candidate:
            fake = FakeNotifier(self.inbox.post, SystemClock(), late=late)
            fake.name = fake.road = name
            self.fakes[name] = fake
            return fake

        return make

    def on_screen(self) -> list[str]:
        return [name for name, fake in self.fakes.items() if fake.open]


@pytest.fixture
def trio() -> Trio:
    return Trio()


def test_the_best_that_works_shows(trio: Trio) -> None:
    assert trio.chain.name == "best"
    trio.chain.show(a_note())
    assert (trio.on_screen(), trio.chain.reasons) == (["best"], ())


def test_the_next_takes_over_and_the_reason_is_kept(trio: Trio) -> None:
    trio.fakes["best"].die()
    trio.chain.show(a_note())
    assert (trio.on_screen(), trio.chain.name) == (["good"], "good")
    assert [reason.what for reason in trio.chain.reasons] == ["The fake desktop is dead."]
    assert trio.chain.reasons[0].remedy == "Revive it."


def test_a_better_one_that_is_back_is_used_again(trio: Trio) -> None:
    trio.fakes["best"].die()
    trio.chain.show(a_note(1))
    trio.chain.withdraw(1)
    trio.fakes["best"].revive()
    trio.chain.show(a_note(2))
    assert (trio.on_screen(), trio.chain.name, trio.chain.reasons) == (["best"], "best", ())


def test_one_that_shows_late_relieves_its_stand_in(trio: Trio) -> None:
    trio.fakes["best"].die()
    trio.chain.show(a_note(1))
    trio.fakes["best"].revive()
    wait_for(lambda: trio.on_screen() == ["best"])
    assert trio.chain.name == "best"
    trio.chain.withdraw(1)
    assert trio.on_screen() == []


def test_what_was_withdrawn_is_not_shown_late(trio: Trio) -> None:
    trio.fakes["best"].die()
    trio.chain.show(a_note(1))
    trio.chain.withdraw(1)
    trio.fakes["best"].revive()
    assert trio.on_screen() == []


def test_the_same_prompt_shown_again_moves_to_the_better_one(trio: Trio) -> None:
    trio.fakes["best"].die()
    trio.chain.show(a_note(1))
    trio.fakes["best"]._dead = False  # Back, but not noticed yet.
    trio.chain.show(a_note(1))
    assert trio.on_screen() == ["best"]


def test_a_new_prompt_takes_the_old_one_off_every_screen(trio: Trio) -> None:
    trio.chain.show(a_note(1))
    trio.fakes["best"].die()
    trio.chain.show(a_note(2))
    trio.fakes["good"].die()
    trio.chain.show(a_note(3))
    assert trio.on_screen() == ["last"]
    trio.fakes["best"].revive()
    wait_for(lambda: trio.on_screen() == ["best"])
    assert [note.prompt_id for note in trio.fakes["best"].shown] == [1, 3]


def test_when_all_fail_so_does_the_chain_and_a_late_one_is_found(trio: Trio) -> None:
    for fake in trio.fakes.values():
        fake.die()
    with pytest.raises(NotifyFailed, match="could not be shown"):
        trio.chain.show(a_note(1))
    assert (trio.chain.name, len(trio.chain.reasons), trio.chain.abilities) == ("none", 3, frozenset())
    trio.fakes["last"].revive()
    wait_for(lambda: trio.chain.name == "last")
    trio.chain.withdraw(1)
    assert trio.on_screen() == []


def test_answers_come_through(trio: Trio) -> None:
    trio.chain.show(a_note(6))
    trio.fakes["best"].press(Answer.DONE)
    event = trio.inbox.next()
    assert isinstance(event, Answered)
    assert event.prompt_id == 6


def test_closing_closes_all(trio: Trio) -> None:
    trio.chain.show(a_note(1))
    trio.chain.close()
    assert trio.on_screen() == []


def test_one_that_cannot_be_made_is_tried_again_at_the_next_showing() -> None:
    fake = FakeNotifier(Inbox().post, SystemClock())
    bad: list[Exception] = [Unavailable("not now"), ImportError("no such module")]

    def make(_: Late) -> Candidate:
        if bad:
            raise bad.pop()
        return fake

    chain = NotifierChain([("fake", make)])
    assert [reason.what for reason in chain.reasons] == ["fake cannot be used: no such module"]
    with pytest.raises(NotifyFailed, match="not now"):
        chain.show(a_note())
    chain.show(a_note())
    assert fake.open


def test_nobody_else_is_sent_down_a_closed_road() -> None:
    class Blocked(FakeNotifier):
        def show(self, note: Note) -> None:
            raise RoadClosed(f"silent about {note.title}")

    inbox = Inbox()
    first, second, third = (kind(inbox.post, SystemClock()) for kind in (Blocked, FakeNotifier, FakeNotifier))
    third.road = "another"
    chain = NotifierChain([("1", lambda _: first), ("2", lambda _: second), ("3", lambda _: third)])
    chain.show(a_note())
    assert (second.open, third.open is not None) == (None, True)


def test_a_surprise_is_a_refusal_like_any_other() -> None:
    class Surprising(FakeNotifier):
        def show(self, note: Note) -> None:
            raise ZeroDivisionError(note.title)

    odd, sound = Surprising(Inbox().post, SystemClock()), FakeNotifier(Inbox().post, SystemClock())
    chain = NotifierChain([("odd", lambda _: odd), ("sound", lambda _: sound)])
    chain.show(a_note())
    assert sound.open
    assert "Stand up" in chain.reasons[0].what


# Real ones


@pytest.fixture
def early(bus: Desk) -> Iterator[ScriptedStage]:
    start_bare_bus(bus)
    stage = ScriptedStage(bus, begin=False)
    yield stage
    stage.close()


def test_a_server_that_starts_late_relieves_the_terminal(early: ScriptedStage) -> None:
    master, slave = pty.openpty()
    terminal = TerminalNotifier(early.io, early.inbox.post, SystemClock(), fds=(slave, slave))

    def desktop(late: Late) -> Candidate:
        return FreedesktopNotifier(
            early.io, early.inbox.post, SystemClock(), late=late, address=early.address
        )

    chain = NotifierChain([("freedesktop", desktop), ("terminal", lambda _: terminal)])
    assert chain.name == "terminal"
    chain.show(a_note(3))
    assert terminal._open
    early.server.start()
    early.wait_for_count(1)
    wait_for(lambda: terminal._open is None)
    assert (chain.name, Ability.BUTTONS in chain.abilities) == ("freedesktop", True)
    early.server.hangs = True
    begun = time.monotonic()
    chain.show(a_note(4))
    assert time.monotonic() - begun < 2
    assert chain.name == "terminal"
    early.server.wake()
    wait_for(lambda: chain.name == "freedesktop")
    early.press(Answer.DONE)
    event = early.inbox.next()
    assert isinstance(event, Answered)
    assert event.prompt_id == 4
    chain.close()
    os.close(master)
    os.close(slave)


def test_showing_from_many_threads_leaves_one_note(early: ScriptedStage) -> None:
    early.server.start()
    chain = NotifierChain([("freedesktop", lambda _: early.client)])
    threads = [threading.Thread(target=chain.show, args=(a_note(i),)) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert early.count() == 1


# The chooser


@pytest.fixture
def io() -> Iterator[IoLoop]:
    io = IoLoop()
    yield io
    io.close()


def test_a_desktop_with_a_server_gets_buttons(
    early: ScriptedStage, io: IoLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    early.server.start()
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", early.address)
    chain = choose_notifier(io, early.inbox.post, SystemClock(), None, desktop=True)
    assert (chain.name, chain.reasons) == ("freedesktop", ())
    chain.close()


def test_the_usual_place_of_the_bus_is_known(
    early: ScriptedStage, io: IoLoop, monkeypatch: pytest.MonkeyPatch
) -> None:
    early.server.start()
    monkeypatch.delenv("DBUS_SESSION_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(early.desk.run_dir))
    chain = choose_notifier(io, early.inbox.post, SystemClock(), None, desktop=True)
    assert chain.name == "freedesktop"
    chain.close()


def test_without_a_desktop_only_the_terminal_is_tried(io: IoLoop) -> None:
    chain = choose_notifier(io, Inbox().post, SystemClock(), None, desktop=False)
    assert [name for name, _ in chain._probes] == ["terminal"]


def test_a_chain_of_nothing_tells_every_reason(io: IoLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    monkeypatch.setenv("PATH", "/nonexistent")
    monkeypatch.setattr(os, "isatty", lambda _: False)
    chain = choose_notifier(io, Inbox().post, SystemClock(), None, desktop=True)
    assert chain.name == "none"
    said = [reason.what for reason in chain.reasons]
    assert ["bus" in said[0], "notify-send" in said[1], "tray" in said[2], "terminal" in said[3]] == [
        True
    ] * 4
    chain.close()


@pytest.mark.parametrize("name", ["freedesktop", "plyer", "tray", "terminal", "desktop"])
def test_one_can_be_forced(io: IoLoop, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    monkeypatch.setenv(FORCE, name)
    chain = choose_notifier(io, Inbox().post, SystemClock(), None, desktop=True)
    assert [probe for probe, _ in chain._probes] == [name]
    chain.close()


def test_forcing_what_there_is_not_is_said(io: IoLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(FORCE, "pigeon")
    with pytest.raises(UsageError, match=r"pigeon.*\n.*freedesktop"):
        choose_notifier(io, Inbox().post, SystemClock(), None, desktop=True)


def test_choosing_imports_only_what_it_uses() -> None:
    code = (
        "import sys; from sitbreak.adapters.notify.choose import choose_notifier; "
        "from sitbreak.adapters.loop import IoLoop; from sitbreak.adapters.clock import SystemClock; "
        "choose_notifier(IoLoop(), print, SystemClock(), None, desktop=False); "
        "print(*[m for m in ('dbus_fast', 'plyer', 'desktop_notifier') if m in sys.modules])"
    )
    assert subprocess.check_output([sys.executable, "-c", code], text=True).strip() == ""
