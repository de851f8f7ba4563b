"""What keeps the screen on: scripted keepers on real buses, one for each kind of desktop."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterator
from typing import Any

import pytest

import signal_contract
from desk import Desk, wait_for
from signal_contract import READ_WITHIN_S, SignalContract, on_loop
from signald import GnomeKeeper, Held, KdeKeeper, Keeper, LogindKeeper, PowerKeeper
from sitbreak.adapters.presence import busnames
from sitbreak.adapters.signals import busreader
from sitbreak.adapters.signals.inhibitors import Inhibitors
from sitbreak.errors import Unavailable

pytestmark = pytest.mark.desktop

OTHER = os.getuid() + 1
FILM, SOUND = Held(), Held(why="Playing audio")
KEEPERS: dict[str, Callable[[str], Keeper]] = {
    "logind": LogindKeeper,
    "gnome": GnomeKeeper,
    "kde": KdeKeeper,
    "later kde": lambda address: KdeKeeper(address, later=True),
    "power": PowerKeeper,
}


@pytest.fixture(autouse=True)
def _brisk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(busnames, "FIRST_PAUSE_S", 0.1)
    monkeypatch.setattr(busreader, "LOOK_S", 0.3)


class Stage(signal_contract.Stage):
    """Both buses, and who was asked to come."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk = desk
        desk.start_bus("system-bus")
        self.session, self.system = (
            desk.env["DBUS_SESSION_BUS_ADDRESS"],
            desk.env["DBUS_SYSTEM_BUS_ADDRESS"],
        )
        self.reader = Inhibitors(self.io, self.session, self.system)
        self.keepers: list[Keeper] = []
        self.words = 0

    def keeper(self, kind: str) -> Keeper:
        """Have one come."""
        keeper = KEEPERS[kind](self.system if kind == "logind" else self.session)
        return self.serve(keeper)

    def serve(self, keeper: Keeper) -> Keeper:
        """Have this one come."""
        self.keepers.append(keeper)
        keeper.start()
        return keeper

    def put(self, *, on: bool) -> None:
        self.keepers[0].hold(*([FILM] if on else []))

    def break_(self) -> bool:
        for keeper in self.keepers:
            keeper.stop()
        return True

    def watch(self) -> None:
        """Begin to watch what is known already."""
        self.now()
        assert on_loop(self, self._hear) is not None
        for _ in range(3):
            self.now()

    def _hear(self) -> None:
        self.words += 1

    def now(self) -> bool | None:
        """The answer, None: there is none."""
        try:
            return self.read()
        except Unavailable:
            return None

    def tells(self, now: bool | None) -> None:
        """Wait for a word, and for what it was about."""
        wait_for(lambda: self.words, for_s=5, why="to be told")
        wait_for(lambda: self.now() is now, for_s=5, why=f"to hear {now}")
        self.words = 0

    def end(self) -> None:
        super().end()
        for keeper in self.keepers:
            keeper.close()


@pytest.fixture
def stage(bus: Desk) -> Iterator[Stage]:
    """With nobody to ask, so far."""
    stage = Stage(bus)
    yield stage
    stage.end()


class TestKeepers(SignalContract):
    @pytest.fixture(params=["logind", "gnome", "kde"])
    def stage(self, bus: Desk, request: pytest.FixtureRequest) -> Iterator[Stage]:
        stage = Stage(bus)
        stage.keeper(request.param)
        yield stage
        stage.end()


@pytest.mark.parametrize(
    "held",
    [
        Held(what="sleep:idle:shutdown", who="me", why="a long job"),
        Held(why="", mode="block-weak"),
        Held(who="caffeine", why="Caffeine is on"),
    ],
    ids=lambda held: held.who,
)
def test_logind_knows_of_a_block_of_idleness(stage: Stage, held: Held) -> None:
    stage.keeper("logind").hold(held)
    assert stage.read() is True


@pytest.mark.parametrize(
    "held",
    [
        Held("handle-power-key:handle-suspend-key:handle-lid-switch", "gsd-media-keys", "GNOME handles keys"),
        Held("sleep", "UPower", "Pause device polling", "delay"),
        Held("sleep", "NetworkManager", "NetworkManager needs to turn off networks", "delay"),
        Held("idle", "swayidle", "a moment to lock", "delay"),
        Held("shutdown:sleep", "PackageKit", "an update", uid=OTHER),
        Held("idle:sleep", "backup", "a backup", uid=OTHER),
        Held("idle", "mpv", "somebody else's film", uid=OTHER),
        Held("idle", "firefox", "audio-playing"),
        Held("idleness", "nobody", "no such thing"),
    ],
    ids=lambda held: held.who,
)
def test_logind_lists_much_that_keeps_no_screen_on(stage: Stage, held: Held) -> None:
    stage.keeper("logind").hold(held)
    assert stage.read() is False


@pytest.mark.parametrize("kind", ["gnome", "kde", "later kde"])
def test_sound_alone_keeps_nobody_sitting(stage: Stage, kind: str) -> None:
    keeper = stage.keeper(kind)
    keeper.hold(SOUND)
    assert stage.read() is False
    keeper.hold(SOUND, FILM)
    assert stage.read() is True


@pytest.mark.parametrize("kind", ["gnome", "kde", "later kde"])
def test_what_only_keeps_the_machine_from_sleeping_is_none(stage: Stage, kind: str) -> None:
    keeper = stage.keeper(kind)
    keeper.hold(Held(what="sleep", why="a download", flags=4))
    assert stage.read() is False
    keeper.hold(Held(what="sleep", why="a download", flags=4), FILM)
    assert stage.read() is True


def test_plasma_answers_for_sleep_under_the_common_name(stage: Stage) -> None:
    stage.keeper("kde")
    power = stage.keeper("power")
    power.hold(Held(what="sleep"))
    assert stage.read() is False
    stage.keepers[0].stop()
    wait_for(lambda: stage.now() is True, for_s=5)


def test_very_many_inhibitors_say_yes_without_being_looked_at(stage: Stage) -> None:
    gnome = stage.keeper("gnome")
    gnome.hold(*[SOUND] * 500)
    assert stage.read() is True
    assert "GetReason" not in gnome.asked


@pytest.mark.parametrize("stays", [True, False])
def test_one_that_says_nothing_of_itself_counts_while_it_is_there(stage: Stage, *, stays: bool) -> None:
    gnome = stage.keeper("gnome")
    gnome.hold(SOUND, FILM)
    path = "/org/gnome/SessionManager/Inhibitor1"

    def refuse(_: object) -> None:
        gnome.held = gnome.held if stays else []

    gnome.talks[path, "org.gnome.SessionManager.Inhibitor.GetFlags"] = refuse
    assert stage.read() is stays


def test_one_yes_is_a_yes_and_one_no_is_enough_for_no(stage: Stage) -> None:
    logind, _ = stage.keeper("logind"), stage.keeper("gnome")
    assert stage.read() is False
    logind.hold(FILM)
    assert stage.read() is True
    logind.stop()
    assert stage.read() is False


def test_nobody_to_ask_is_said_so_and_nobody_started(stage: Stage) -> None:
    with pytest.raises(Unavailable) as refused:
        stage.read()
    assert refused.value.what == "Nobody here tells whether something keeps the screen on."
    stage.desk.kill("bus")
    stage.desk.kill("system-bus")
    with pytest.raises(Unavailable, match=r"system bus cannot be reached.*session bus cannot be reached"):
        stage.read()


@pytest.mark.parametrize("on", [True, False])
def test_one_that_hangs_holds_up_nobody_else(stage: Stage, *, on: bool) -> None:
    logind, gnome = stage.keeper("logind"), stage.keeper("gnome")
    gnome.hangs = True
    logind.hold(*([FILM] if on else []))
    began = time.monotonic()
    assert stage.read() is on
    assert time.monotonic() - began < (0.5 if on else READ_WITHIN_S)
    logind.stop()
    with pytest.raises(Unavailable, match=r"org\.gnome\.SessionManager does not answer"):
        stage.read()
    gnome.wake()
    assert stage.read() is False


ODD: list[tuple[str, str, tuple[str, list[Any]]]] = [
    ("logind", "ListInhibitors", ("as", [["idle"]])),
    ("gnome", "IsInhibited", ("s", ["yes"])),
    ("kde", "HasInhibition", ("u", [4])),
    ("power", "HasInhibit", ("", [])),
]


@pytest.mark.parametrize(
    ("kind", "member", "says"), ODD, ids=lambda value: value if isinstance(value, str) else ""
)
def test_an_answer_of_another_shape_is_none(
    stage: Stage, kind: str, member: str, says: tuple[str, list[Any]]
) -> None:
    keeper = stage.keeper(kind)
    keeper.hold(FILM)
    for asked in list(keeper.talks):
        if asked[1].endswith(f".{member}"):
            keeper.talks[asked] = says
    with pytest.raises(Unavailable, match=keeper.name):
        stage.read()


def test_later_versions_of_plasma_tell_in_another_way(stage: Stage) -> None:
    keeper = stage.keeper("later kde")
    stage.watch()
    for on in (True, False):
        keeper.hold(*([FILM] if on else []))
        stage.tells(now=on)


def test_xfce_tells_of_no_change_and_has_to_be_asked(stage: Stage) -> None:
    """Others of that name tell, but the two cannot be told apart."""
    power = stage.serve(PowerKeeper(stage.session, mute=True))
    assert stage.read() is False
    assert on_loop(stage, lambda: None) is None
    power.hold(FILM)
    assert stage.read() is True


def test_one_that_tells_of_no_change_and_comes_later_is_looked_at(stage: Stage) -> None:
    stage.keeper("logind")
    stage.watch()
    power = stage.serve(PowerKeeper(stage.session, mute=True))
    stage.tells(now=False)
    power.hold(FILM)
    stage.tells(now=True)
    power.hold()
    stage.tells(now=False)


def test_whoever_comes_or_goes_is_news(stage: Stage) -> None:
    stage.keeper("logind")
    stage.watch()
    gnome = stage.keeper("gnome")
    stage.tells(now=False)
    gnome.hold(FILM)
    stage.tells(now=True)
    gnome.stop()
    stage.tells(now=False)


@pytest.mark.parametrize("name", ["bus", "system-bus"])
def test_a_bus_that_dies_and_comes_back(stage: Stage, name: str) -> None:
    keeper = stage.keeper("logind" if name == "system-bus" else "gnome")
    keeper.hold(FILM)
    stage.watch()
    assert stage.now() is True
    stage.desk.kill(name)
    stage.tells(now=None)
    keeper.stop()
    stage.desk.start_bus(name)
    keeper.start()
    stage.tells(now=True)
    keeper.hold()
    stage.tells(now=False)


def test_a_flood_is_told_a_few_times(stage: Stage) -> None:
    gnome = stage.keeper("gnome")
    stage.watch()
    path = "/org/gnome/SessionManager"

    async def burst() -> None:
        for _ in range(50):
            gnome.send(path, gnome.name, "InhibitorAdded", "o", f"{path}/Inhibitor0")

    began = time.monotonic()
    for _ in range(60):
        gnome.io.call(burst())
        gnome.others()
    gnome.hold(FILM)
    wait_for(lambda: stage.now() is True, for_s=5)
    assert 1 <= stage.words <= 2 + (time.monotonic() - began) / busreader.REST_S


def test_what_else_they_tell_is_no_news(stage: Stage) -> None:
    logind, gnome = stage.keeper("logind"), stage.keeper("gnome")
    stage.watch()
    properties = "org.freedesktop.DBus.Properties"
    interface = "org.freedesktop.login1.Manager"
    logind.signal(
        "/org/freedesktop/login1", properties, "PropertiesChanged", "sa{sv}as", interface, {}, ["IdleHint"]
    )
    gnome.signal("/org/gnome/SessionManager", gnome.name, "ClientAdded", "o", "/org/gnome/Client7")
    for _ in range(3):
        stage.read()
    assert not stage.words


def test_closed_it_lets_go_of_both_buses(stage: Stage) -> None:
    logind, gnome = stage.keeper("logind"), stage.keeper("gnome")
    assert not logind.others()
    stage.watch()
    assert len(logind.others()) == len(gnome.others()) == 1
    stage.io.soon(stage.reader.close)
    wait_for(lambda: not logind.others() and not gnome.others(), why="for it to leave")
    with pytest.raises(Unavailable):
        stage.read()
