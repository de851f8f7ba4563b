"""A whole day in a minute: the real daemon on a real desktop, and the log that it keeps of a known person."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any, NamedTuple

import pytest

from daemon import Daemon, Hands, bubble, click_button
from desk import Desk, wait_for
from sessiond import Login, Logind, Saver
from sitbreak.core.stirring import TOGETHER_S
from sound_stage import SoundServer
from window_stage import Window

pytestmark = [pytest.mark.desktop, pytest.mark.timeout(300)]

SETTINGS = {
    "sitting__away_after": "4s",
    "sitting__present_within": "4s",
    "reminders__movement__every": "8s",
    "reminders__movement__lasts": "3s",
}
TRUE_S = 1.0
"""So near to what really happened is what the log says, seconds."""


def let_pass(seconds: float) -> None:
    ends = time.monotonic() + seconds
    wait_for(lambda: time.monotonic() > ends, for_s=seconds + 10, why="for time to pass")


def told(entry: dict[str, Any]) -> str:
    """What kind of entry it is."""
    match entry["entry"]:
        case "answered":
            words = [str(entry["prompt"]), entry["answer"], entry["evidence"] or "", entry["via"]]
        case "shown":
            words = [str(entry["prompt"])]
        case "held" | "released":
            words = [entry["reason"]]
        case "away":
            words = [entry["why"]]
        case _:
            words = []
    return " ".join(filter(None, (entry["entry"], *words)))


class Stretch(NamedTuple):
    """What somebody did from when to when."""

    entry: str
    start: datetime
    end: datetime


class Person:
    """Sits at a desk, meets, talks, locks it, sends it to sleep, leaves.

    ``did`` is what they did since they first touched it.
    """

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        desk.start_panel()
        desk.start_notifyd()
        desk.start_bus("system-bus")
        desk.env["XDG_SESSION_ID"] = "one"
        self.logind = Logind(desk.env["DBUS_SYSTEM_BUS_ADDRESS"], Login("one"))
        self.saver = Saver(desk.env["DBUS_SESSION_BUS_ADDRESS"], "org.xfce.ScreenSaver")
        self.sound = SoundServer(desk)
        for one in (self.logind, self.saver, self.sound):
            one.start()
        self.daemon = Daemon(desk, **SETTINGS).start()
        self.did: list[Stretch] = []
        self._hands = ExitStack()
        self._seen = 0

    def come(self) -> None:
        """Find the desk as they left it the evening before, and sit down."""
        wait_for(lambda: "logind, org.xfce" in self.daemon.call("doctor").stdout, why="for the watch")
        wait_for(lambda: self.daemon.status()["state"] == "away", why="for an empty chair")
        self._sat_since = datetime.now(UTC)
        self._touch()

    def live(self) -> None:
        """Their day."""
        with Window(self.desk.env, self.desk.folder) as window:
            self.come()
            self.answer_by_mouse()
            self.meet()
            self.talk(window)
        self.lock_for_a_second()
        self.lock_for_a_break()
        self.let_it_sleep()
        self.leave()
        self.sit_down_for_a_moment()
        self.wait_for("away idle", "sat")

    def answer_by_mouse(self) -> None:
        self.wait_for("shown 1")
        click_button(self.desk, "Done")
        self.wait_for("answered 1 done said notification")

    def meet(self) -> None:
        self.sound.record("meeting", "mic")
        self.wait_for("held call")
        assert bubble(self.desk) is None
        self.sound.end("meeting")
        self.wait_for("released call", "shown 2")
        assert self.daemon.call("skip").returncode == 0

    def talk(self, window: Window) -> None:
        window.fill(on=True)
        self.wait_for("held fullscreen")
        assert bubble(self.desk) is None
        window.fill(on=False)
        self.wait_for("released fullscreen", "shown 3")

    def lock_for_a_second(self) -> None:
        self._hands_off()
        locked_at = datetime.now(UTC)
        self.logind.lock()
        self.wait_for("held locked")
        let_pass(1.0)
        self._unlock(locked_at)
        self.wait_for("away locked", "shown 3")

    def lock_for_a_break(self) -> None:
        self._hands_off(was_sitting=True)
        locked_at = datetime.now(UTC)
        self.logind.lock()
        self.wait_for("held locked", "sat")
        self._unlock(locked_at)
        self._sat_since = self.did[-1].end
        self.wait_for("away locked")

    def let_it_sleep(self) -> None:
        let_pass(2.0)
        self._hands_off(was_sitting=True)
        slept_at = datetime.now(UTC)
        self.logind.sleep(begins=True)
        self.wait_for("sat")
        self.logind.sleep(begins=False)
        self._return(slept_at)

    def leave(self) -> None:
        let_pass(2.0)
        self._hands_off(was_sitting=True)
        left_at = datetime.now(UTC)
        self.wait_for("away asleep", "sat")
        self.desk.move(100, 100)
        let_pass(TOGETHER_S + 1)
        assert self.daemon.status()["state"] == "away"
        self._return(left_at)

    def sit_down_for_a_moment(self) -> None:
        let_pass(2.0)
        self._hands_off(was_sitting=True)

    def wait_for(self, *kinds: str) -> None:
        """Wait until these have been logged, one after another, after all that was waited for before."""

        def found() -> int | None:
            entries = [*map(told, self.daemon.log())]
            end = self._seen
            for kind in kinds:
                if kind not in entries[end:]:
                    return None
                end = entries.index(kind, end) + 1
            return end

        self._seen = wait_for(found, for_s=40, why=f"for {kinds} in {[*map(told, self.daemon.log())]}")

    def close(self) -> None:
        self._hands.close()
        self.logind.close()
        self.saver.close()

    def _touch(self) -> None:
        self.desk.move(200, 600)
        self._hands.enter_context(Hands(self.desk))

    def _hands_off(self, *, was_sitting: bool = False) -> None:
        self._hands.close()
        self.desk.move(200, 650)
        if was_sitting:
            self.did.append(Stretch("sat", self._sat_since, datetime.now(UTC)))

    def _unlock(self, locked_at: datetime) -> None:
        self.did.append(Stretch("away", locked_at, datetime.now(UTC)))
        self.logind.lock(locked=False)
        self._touch()

    def _return(self, left_at: datetime) -> None:
        self._sat_since = datetime.now(UTC)
        self.did.append(Stretch("away", left_at, self._sat_since))
        self._touch()


TYPING = ["held typing", "released typing"]
"""They never pause, so a prompt waits for that in vain for a second."""

DAY = [
    "away idle",  # nobody had come yet
    *TYPING,
    "shown 1",
    "answered 1 done said notification",
    "held call",
    "released call",
    *TYPING,
    "shown 2",
    "answered 2 skip command",
    "held fullscreen",
    "released fullscreen",
    *TYPING,
    "shown 3",
    "held locked",  # for a second
    "away locked",
    "released locked",
    "held just_back",
    "released just_back",
    *TYPING,
    "shown 3",
    "held locked",  # for as long as a break lasts
    "sat",
    "answered 3 done seen presence",
    "released locked",
    "away locked",
    "sat",  # the machine goes to sleep
    "away asleep",
    "sat",  # they leave
    "away idle",
    "sat",  # they go home
]


@pytest.fixture(scope="module")
def person(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Person]:
    """Somebody who has lived a day, and their daemon."""
    with Desk(tmp_path_factory.mktemp("day")) as desk:
        person = Person(desk)
        try:
            person.live()
            yield person
        finally:
            person.close()


def stretches(person: Person) -> list[Stretch]:
    """The log's sits and absences but for the first, before anybody came."""
    return [
        Stretch(entry["entry"], datetime.fromisoformat(entry["from"]), datetime.fromisoformat(entry["to"]))
        for entry in person.daemon.log()
        if entry["entry"] in ("sat", "away")
    ][1:]


def test_a_day_lived_is_logged_in_its_order(person: Person) -> None:
    assert [*map(told, person.daemon.log())] == DAY


def test_every_sit_and_absence_began_and_ended_when_it_did(person: Person) -> None:
    logged = stretches(person)
    assert [stretch.entry for stretch in logged] == [stretch.entry for stretch in person.did]
    errors_s = [
        abs((said - real).total_seconds())
        for stretch, was in zip(logged, person.did, strict=True)
        for said, real in ((stretch.start, was.start), (stretch.end, was.end))
    ]
    assert max(errors_s) < TRUE_S, (logged, person.did)


def test_sits_and_absences_account_for_all_the_time(person: Person) -> None:
    told_s = sum(entry["seconds"] for entry in person.daemon.log() if entry["entry"] in ("sat", "away"))
    first = next(entry for entry in person.daemon.log() if entry["entry"] == "away")
    whole = stretches(person)[-1].end - datetime.fromisoformat(first["from"])
    assert told_s == pytest.approx(whole.total_seconds(), abs=0.1)


def test_each_sit_is_as_long_as_it_was_without_its_locks(person: Person) -> None:
    sits_s = [entry["seconds"] for entry in person.daemon.log() if entry["entry"] == "sat"]
    was = [stretch.end - stretch.start for stretch in person.did if stretch.entry == "sat"]
    short_lock = person.did[0]
    was[0] -= short_lock.end - short_lock.start
    assert sits_s == [pytest.approx(one.total_seconds(), abs=TRUE_S) for one in was]
