"""Notifiers without buttons, desktop-notifier, and the texts that they share."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desk import Desk, need, wait_for
from notify_stage import LABELS, Inbox, a_note, start_bare_bus
from notifyd import Server
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.notify.aside import Aside
from sitbreak.adapters.notify.desktop import DesktopNotifier
from sitbreak.adapters.notify.plyer import PlyerNotifier
from sitbreak.adapters.notify.tray import TrayNotifier
from sitbreak.adapters.text import cut, plain, with_answer
from sitbreak.core.events import Answer, Answered, Closed, NoteClosed
from sitbreak.errors import NotifyFailed, Unavailable
from sitbreak.ports import BODY_MOST, TITLE_MOST, Ability, TrayFace
from sitbreak.wording import units

HOW = "Answer from the tray, or with `sitbreak done`."


@pytest.fixture
def server(bus: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    """A scripted server on the session bus of this very process; not started yet."""
    start_bare_bus(bus)
    for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR", "HOME"):
        monkeypatch.setenv(name, bus.env[name])
    server = Server(bus.env["DBUS_SESSION_BUS_ADDRESS"])
    yield server
    server.close()


# plyer


def test_plyer_shows_by_notify_send(server: Server) -> None:
    need("notify-send")
    server.start()
    PlyerNotifier().show(a_note(title="-u critical"))
    (call,) = server.calls
    assert (call.app, call.title) == ("sitbreak", "\N{HYPHEN}u critical")
    assert call.body == f"You have sat for 31 min. Two minutes will do.\n{HOW}"


def test_plyer_cuts_what_is_too_long_but_not_how_to_answer(server: Server) -> None:
    need("notify-send")
    server.start()
    PlyerNotifier().show(replace(a_note(title="🪑" * 100), body="long " * 100))
    (call,) = server.calls
    assert units(call.title) <= TITLE_MOST
    assert call.title.endswith("🪑…")
    assert units(call.body) <= BODY_MOST
    assert call.body.endswith(f"…\n{HOW}")


def test_plyer_owns_up_where_nothing_was_shown(server: Server) -> None:
    need("notify-send")
    with pytest.raises(NotifyFailed, match="plyer could not"):
        PlyerNotifier().show(a_note())


def test_plyer_waits_for_nobody(server: Server) -> None:
    need("notify-send")
    server.start()
    server.hangs = True
    begun = time.monotonic()
    with pytest.raises(NotifyFailed):
        PlyerNotifier().show(a_note())
    assert time.monotonic() - begun < 2


def test_plyer_is_unavailable_without_its_program(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Unavailable, match="notify-send") as caught:
        PlyerNotifier()
    assert "libnotify-bin" in caught.value.remedy


# The tray


class Bubbles:
    """A tray that can show bubbles, or cannot."""

    name = "bubbles"

    def __init__(self) -> None:
        self.shown: list[tuple[str, str]] = []
        self.broken = False

    def notify(self, title: str, body: str) -> None:
        if self.broken:
            raise NotifyFailed("no bubbles here")
        self.shown.append((title, body))

    def run(self) -> None: ...

    def show(self, face: TrayFace) -> None: ...

    def stop(self) -> None: ...


def test_the_trays_bubble_says_how_to_answer() -> None:
    tray = Bubbles()
    TrayNotifier(tray).show(a_note())
    assert tray.shown == [("Stand up and walk", f"You have sat for 31 min. Two minutes will do.\n{HOW}")]
    tray.broken = True
    with pytest.raises(NotifyFailed):
        TrayNotifier(tray).show(a_note())


# desktop-notifier


class Toasts:
    """desktop-notifier and a scripted server."""

    def __init__(self, server: Server) -> None:
        self.server, self.inbox, self.io = server, Inbox(), IoLoop()
        self.notifier = DesktopNotifier(self.io, self.inbox.post, SystemClock())

    def only(self) -> int:
        (only,) = self.server.on_screen
        return only


@pytest.fixture
def toasts(server: Server) -> Iterator[Toasts]:
    server.start()
    toasts = Toasts(server)
    yield toasts
    toasts.notifier.close()

    async def leave() -> None:
        toasts.notifier._toasts._backend.bus.disconnect()

    toasts.io.call(leave())
    toasts.io.close()


def press(toasts: Toasts, answer: Answer) -> None:
    actions = toasts.server.on_screen[toasts.only()].actions
    labels = dict(a_note().buttons)
    toasts.server.invoke(toasts.only(), actions[actions.index(labels[answer]) - 1])


@pytest.mark.parametrize("answer", LABELS)
def test_toasts_are_answered_by_their_buttons(toasts: Toasts, answer: Answer) -> None:
    toasts.notifier.check()
    assert toasts.notifier.abilities == {Ability.BUTTONS, Ability.REPLACE, Ability.WITHDRAW}
    toasts.notifier.show(a_note(2))
    press(toasts, answer)
    event = toasts.inbox.next()
    assert isinstance(event, Answered)
    assert (event.prompt_id, event.answer) == (2, answer)


def test_a_toast_is_replaced_dismissed_and_withdrawn(toasts: Toasts) -> None:
    toasts.notifier.show(a_note(2))
    toasts.notifier.show(a_note(2))
    wait_for(lambda: len(toasts.server.on_screen) == 1)
    toasts.server.drop(toasts.only(), 2)
    event = toasts.inbox.next()
    assert isinstance(event, NoteClosed)
    assert (event.prompt_id, event.how) == (2, Closed.DISMISSED)
    toasts.notifier.show(a_note(3))
    toasts.notifier.withdraw(2)
    assert toasts.only()
    toasts.notifier.withdraw(3)
    wait_for(lambda: not toasts.server.on_screen)
    assert toasts.inbox.none_left()


def test_a_toast_that_was_not_taken_is_a_failure(toasts: Toasts) -> None:
    toasts.server.refuses = True
    with pytest.raises(NotifyFailed):
        toasts.notifier.show(a_note())
    toasts.server.refuses, toasts.server.hangs = False, True
    begun = time.monotonic()
    with pytest.raises(NotifyFailed):
        toasts.notifier.show(a_note())
    assert time.monotonic() - begun < 2


def test_a_desktop_that_cannot_be_reached_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    io = IoLoop()
    with pytest.raises(Unavailable):
        DesktopNotifier(io, Inbox().post, SystemClock())
    io.close()


def test_a_platform_without_abilities_is_unavailable(monkeypatch: pytest.MonkeyPatch) -> None:
    from desktop_notifier import main  # noqa: PLC0415 - installed for this test on Linux
    from desktop_notifier.backends.dummy import DummyNotificationCenter  # noqa: PLC0415

    monkeypatch.setattr(main, "get_backend_class", lambda: DummyNotificationCenter)
    io = IoLoop()
    with pytest.raises(Unavailable, match="may not show"):
        DesktopNotifier(io, Inbox().post, SystemClock())
    io.close()


# Texts, and work put aside


@given(st.text(), st.integers(1, 300))
def test_cut_keeps_whole_characters_within_the_room(text: str, most: int) -> None:
    text = plain(text)
    short = cut(text, most)
    assert units(short) <= most
    assert short == text or text.startswith(short[:-1])


@given(st.text(), st.text(max_size=80), st.integers(100, 300))
def test_how_to_answer_survives_the_cut(body: str, how: str, most: int) -> None:
    how = plain(how)
    text = with_answer(plain(body), how, most)
    assert units(text) <= most or units(how) >= most
    if units(how) < most - 1:
        assert text.endswith(how)


def test_work_put_aside_is_not_piled_up() -> None:
    aside, free = Aside("test"), threading.Event()
    with pytest.raises(TimeoutError):
        aside.run(free.wait, for_s=0.01)
    with pytest.raises(TimeoutError):
        aside.run(lambda: pytest.fail("piled up"), for_s=0.01)
    free.set()
    wait_for(lambda: not (aside._thread and aside._thread.is_alive()))
    with pytest.raises(ZeroDivisionError):
        aside.run(lambda: 1 / 0, for_s=5)
