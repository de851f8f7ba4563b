"""Prompts on real desktops: Xfce's daemon and dunst, a real mouse, daemons that come and go."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TypeVar

import pytest
from PIL import Image

from desk import Desk, need, wait_for
from notify_stage import LABELS, BusStage, DunstStage, XfceStage, a_note, a_picture, start_bare_bus
from sitbreak.adapters.notify.plyer import PlyerNotifier
from sitbreak.core.events import Answer, Answered, Closed, Event, NoteClosed
from sitbreak.errors import NotifyFailed

pytestmark = pytest.mark.desktop

AnyStage = TypeVar("AnyStage", bound=BusStage)
Setter = Callable[[type[AnyStage]], AnyStage]


@pytest.fixture
def set_up(desk: Desk) -> Iterator[Setter[BusStage]]:
    """Sets up a stage on the desk and takes it down after the test."""
    with ExitStack() as ends:

        def set_up(kind: type[BusStage]) -> BusStage:
            stage = kind(desk)
            ends.callback(stage.close)
            return stage

        yield set_up


class Bare(BusStage):
    """Our client, and no server that a test has not started."""

    def count(self) -> int:
        return int(self.desk.run("dunstctl", "count", "displayed", check=False) or 0)

    def press(self, answer: Answer) -> None:
        raise NotImplementedError

    def dismiss(self) -> None:
        raise NotImplementedError

    def die(self) -> None:
        raise NotImplementedError

    def revive(self) -> None:
        self.desk.start_dunst()


def answer_of(event: Event) -> tuple[int | None, Answer]:
    assert isinstance(event, Answered)
    return event.prompt_id, event.answer


@pytest.mark.parametrize("kind", [XfceStage, DunstStage])
def test_a_prompt_with_a_picture_and_three_buttons(
    set_up: Setter[BusStage], desk: Desk, tmp_path: Path, kind: type[BusStage]
) -> None:
    stage = set_up(kind)
    stage.client.show(a_note(image=a_picture(tmp_path)))
    stage.wait_for_count(1)
    if isinstance(stage, XfceStage):
        positions = [stage.button(answer) for answer in LABELS]
        assert len(set(positions)) == 3
    wait_for(lambda: _yellow(desk, kind.__name__) > 100, why="for the picture")


def test_clicking_beside_the_buttons_answers_nothing(set_up: Setter[XfceStage]) -> None:
    stage = set_up(XfceStage)
    stage.client.show(a_note(3))
    stage.wait_for_count(1)
    stage.dismiss()
    event = stage.inbox.next()
    assert isinstance(event, NoteClosed)
    assert (event.prompt_id, event.how) == (3, Closed.DISMISSED)


def test_a_gentle_prompt_expires_and_an_urgent_one_does_not(set_up: Setter[XfceStage], desk: Desk) -> None:
    need("xfconf-query")
    quickly = ("xfconf-query", "-c", "xfce4-notifyd", "-p", "/expire-timeout", "-n", "-t", "int", "-s", "1")
    desk.run(*quickly)
    stage = set_up(XfceStage)
    stage.client.show(replace(a_note(4), gentle=True))
    event = stage.inbox.next(for_s=20)
    assert isinstance(event, NoteClosed)
    assert (event.prompt_id, event.how) == (4, Closed.EXPIRED)
    stage.client.show(a_note(3))
    time.sleep(2)
    assert (stage.count(), stage.inbox.none_left()) == (1, True)


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGTERM])
def test_another_daemon_takes_the_note_over(
    set_up: Setter[XfceStage], desk: Desk, how: signal.Signals
) -> None:
    stage = set_up(XfceStage)
    stage.client.show(a_note(3))
    stage.wait_for_count(1)
    desk.kill("notifyd", how)
    stage.wait_for_count(0)
    desk.start_dunst()
    wait_for(lambda: desk.run("dunstctl", "count", "displayed").strip() == "1")
    assert stage.inbox.none_left()
    desk.choose("Skip")
    assert answer_of(stage.inbox.next()) == (3, Answer.SKIP)


def test_a_daemon_that_starts_late_shows_what_waits(set_up: Setter[Bare], desk: Desk) -> None:
    need("dunst", "dunstctl")
    start_bare_bus(desk)
    stage = set_up(Bare)
    with pytest.raises(NotifyFailed):
        stage.client.show(a_note(9))
    stage.revive()
    stage.wait_for_count(1)
    wait_for(lambda: stage.late == [9])
    desk.choose("Done")
    assert answer_of(stage.inbox.next()) == (9, Answer.DONE)


def test_a_daemon_that_the_bus_can_start_is_started_by_showing(set_up: Setter[Bare], desk: Desk) -> None:
    stage = set_up(Bare)
    if "org.freedesktop.Notifications" not in desk.run(
        "dbus-send",
        "--session",
        "--print-reply",
        "--dest=org.freedesktop.DBus",
        "/org/freedesktop/DBus",
        "org.freedesktop.DBus.ListActivatableNames",
    ):
        pytest.skip("this machine's bus starts no notification server")
    stage.client.check()
    assert not desk.owned("org.freedesktop.Notifications")
    stage.client.show(a_note())
    assert desk.owned("org.freedesktop.Notifications")
    wait_for(lambda: desk.windows("otifyd") or desk.windows("unst"), why="for the bubble")


def test_plyer_shows_on_a_real_desktop(
    set_up: Setter[DunstStage], desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    need("notify-send")
    stage = set_up(DunstStage)
    for name, value in desk.env.items():
        monkeypatch.setenv(name, value)
    PlyerNotifier().show(replace(a_note(title="-t 1"), body="salt & <pepper>"))
    stage.wait_for_count(1)
    desk.shot("plyer")


def _yellow(desk: Desk, name: str) -> int:
    """How many pixels on the screen have the figure's colour."""

    with Image.open(desk.shot(name)) as shot:
        colours = shot.convert("RGB").getcolors(1 << 24) or []
    return sum(many for many, colour in colours if colour == (255, 220, 0))
