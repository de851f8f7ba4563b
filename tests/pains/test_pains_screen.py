"""What is on the screen, for how long, and when nothing is: pains 17 and 23."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from daemon import Daemon, Hands, bubble
from desk import Desk, wait_for
from desktop.test_daemon_lock import Office
from notifyd import Server
from sim import Sim, policy
from sitbreak.core.events import Locked, Signal, Unlocked
from sitbreak.core.policy import Kind, WorkSpan
from window_stage import Window

AFTERNOON = WorkSpan(frozenset(range(7)), 10 * 60 + 10, 18 * 60)


class Counting(Server):
    """A notification server that knows how many notes it ever showed at once."""

    most = 0

    def _take(self, body: list[Any]) -> int:
        number = super()._take(body)
        self.most = max(self.most, len(self.on_screen))
        return number


@pytest.fixture
def notes(desk: Desk) -> Iterator[Counting]:
    server = Counting(desk.env["DBUS_SESSION_BUS_ADDRESS"])
    server.start()
    yield server
    server.close()


@pytest.fixture
def office(desk: Desk) -> Iterator[Office]:
    office = Office(desk)
    yield office
    office.close()


@pytest.mark.desktop
def test_pain_17_whatever_is_due_is_one_notice_and_never_a_second_beside_it(
    desk: Desk, notes: Counting
) -> None:
    others = {f"reminders__{kind}__every": "2s" for kind in ("stretch", "posture", "hydration", "movement")}
    daemon = Daemon(desk, "--no-tray", **others).start()
    with Hands(desk):
        prompt = daemon.wait_for_prompt()
        for _ in range(3):
            assert daemon.call("now").returncode == 0
        assert len(notes.on_screen) == 1
        assert daemon.call("snooze").returncode == 0
        wait_for(lambda: not notes.on_screen, why="for the note to go")
        wait_for(lambda: notes.on_screen, why="for the note to come back")
        assert daemon.call("skip").returncode == 0
    shown = [entry for entry in daemon.log() if entry["entry"] == "shown"]
    assert [entry["prompt"] for entry in shown] == [prompt, prompt]
    assert set(shown[-1]["kinds"]) == {"movement", "stretch", "posture", "hydration"}
    assert notes.most == 1


@pytest.mark.desktop
def test_pain_17_a_notice_stays_for_as_long_as_was_set_whatever_its_server_thinks(
    desk: Desk, notes: Counting
) -> None:
    daemon = Daemon(desk, "--no-tray", reminders__movement__every="2s", prompting__give_up_after="4s").start()
    with Hands(desk):
        wait_for(lambda: notes.on_screen, why="for the note")
        began = time.monotonic()
        (note,) = notes.on_screen.values()
        assert note.expire_ms == 0
        wait_for(lambda: not notes.on_screen, why="for the note to go")
        assert time.monotonic() - began == pytest.approx(4.0, abs=1.0)
    assert daemon.answers(1) == [("ignored", None)]


def begin_work(sim: Sim) -> None:
    sim.change(policy(Kind.HYDRATION, work=(AFTERNOON,)))


def start_a_call(sim: Sim) -> None:
    sim.signal(Signal.CALL, on=True)


def end_a_call(sim: Sim) -> None:
    sim.signal(Signal.CALL, on=False)


def nothing(_sim: Sim) -> None:
    pass


@pytest.mark.parametrize(
    ("before", "under_the_lock"),
    [
        pytest.param(lambda sim: sim.pause(minutes=15), nothing, id="a pause runs out"),
        pytest.param(lambda sim: sim.pause(), lambda sim: sim.resume(), id="a pause is ended from afar"),
        pytest.param(start_a_call, end_a_call, id="a call ends"),
        pytest.param(begin_work, nothing, id="work begins"),
        pytest.param(
            nothing,
            lambda sim: sim.change(policy(Kind.HYDRATION, every_min={Kind.HYDRATION: 10})),
            id="an interval is shortened",
        ),
        pytest.param(nothing, lambda sim: sim.now(), id="somebody asks for one from afar"),
    ],
)
def test_pain_23_nothing_whatever_brings_a_prompt_to_a_locked_screen(
    before: Callable[[Sim], None], under_the_lock: Callable[[Sim], None]
) -> None:
    sim = Sim(policy(Kind.HYDRATION))
    sim.work(minutes=59)
    before(sim)
    sim.work(minutes=0 if before is nothing else 2)
    sim.feed(Locked(at=sim.at))
    sim.player.active = False
    sim.wait(minutes=10)
    under_the_lock(sim)
    sim.wait(minutes=10)
    assert sim.shown == []
    sim.feed(Unlocked(at=sim.at))
    sim.work(minutes=2)
    assert len(sim.shown) == 1


@pytest.mark.desktop
def test_pain_23_a_snooze_that_runs_out_on_a_locked_screen_waits_for_its_owner(office: Office) -> None:
    daemon = office.daemon(reminders__movement__every="2s", reminders__movement__lasts="60s")
    with Hands(office.desk):
        prompt = daemon.wait_for_prompt()
        assert daemon.call("snooze").returncode == 0
        office.logind.lock()
        wait_for(lambda: not office.notes.on_screen, why="for the note to go")
        shown = len(office.notes.calls)
        daemon.wait_for_entry(lambda entry: entry["entry"] == "held" and entry["reason"] == "locked")
        assert daemon.call("now").returncode == 1
        assert len(office.notes.calls) == shown
        office.logind.lock(locked=False)
        wait_for(lambda: office.notes.on_screen, why="for the note to come back")
    assert daemon.status()["prompt"]["id"] == prompt


@pytest.mark.desktop
def test_pain_23_no_key_answers_a_prompt_and_it_takes_nobodys_keys(desk: Desk) -> None:
    desk.start_panel()
    desk.start_notifyd()
    daemon = Daemon(desk, "--no-tray", reminders__movement__every="2s", sitting__away_after="30s").start()
    with Window(desk.env, desk.folder) as window, Hands(desk):
        prompt = daemon.wait_for_prompt()
        wait_for(lambda: bubble(desk), why="for the bubble")
        desk.key("Return", "space", "Tab", "Return", "d", "y", "s", "alt+d", "Escape", "Delete")
        window.wait_for("focused")
        assert bubble(desk) is not None
        assert daemon.answers(prompt) == []
        assert daemon.status()["prompt"]["open"] is True
