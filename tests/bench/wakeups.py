"""How often the daemon wakes while nobody touches anything and nothing is due."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager

from bench.counting import wakeups
from bench.desks import DESKS, Open, Place, x11
from bench.figure import Figure
from daemon import Daemon, shared_cache
from desk import Desk
from signald import Held, Keeper, LogindKeeper, PowerKeeper
from sound_stage import SoundServer

GOAL = 0.1
AT_ONCE = 4
WINDOW_S = 60.0
SETTLE_S = 15.0
"""From the last touch; within it the daemon finds out what keeps an idle person seated."""

ALONE_AFTER = {"sitting__away_after": "6s", "sitting__present_within": "5s"}
"""Short enough for that."""

Occupied = Callable[[Desk], AbstractContextManager[None]]


def measure() -> Iterator[Figure]:
    """Each on a desk of its own, several at once: all of them sleep."""
    shared_cache()
    with ThreadPoolExecutor(AT_ONCE) as pool:
        idle = {name: pool.submit(_idle, opened) for name, opened in DESKS.items()}
        occupied = {what: pool.submit(_occupied, how) for what, how in OCCUPIED.items()}
        for name, told in idle.items():
            yield Figure(f"wake-ups, nobody there on {name}", told.result(), "/s", GOAL)
        for what, both in occupied.items():
            alone, with_children = both.result()
            yield Figure(f"wake-ups, {what}", alone, "/s", GOAL)
            yield Figure(f"wake-ups, {what}, children too", with_children, "/s", GOAL)


def _idle(opened: Open) -> float:
    """With its defaults, after a touch."""
    with opened() as place:
        daemon = _started(place)
        assert daemon.status()["presence"] == place.source
        place.touch()
        time.sleep(SETTLE_S)
        _, with_children = wakeups(daemon.process.pid, WINDOW_S)
        daemon.kill()
    return with_children


def _occupied(how: Occupied) -> tuple[float, float]:
    """On X11, touching nothing for so long that only a signal keeps the person seated."""
    with x11() as place, how(place.desk):
        daemon = _started(place, **ALONE_AFTER)
        place.touch()
        time.sleep(SETTLE_S)
        both = wakeups(daemon.process.pid, WINDOW_S)
        assert daemon.status()["state"] == "seated"
        daemon.kill()
    return both


def _started(place: Place, **settings: str) -> Daemon:
    daemon = Daemon(place.desk)
    daemon.settings.clear()
    daemon.settings |= {key.replace("__", "."): value for key, value in settings.items()}
    return daemon.start()


@contextmanager
def _film(desk: Desk, keeper: Keeper) -> Iterator[None]:
    SoundServer(desk).start()
    keeper.start()
    keeper.hold(Held())
    try:
        yield
    finally:
        keeper.close()


@contextmanager
def _call(desk: Desk) -> Iterator[None]:
    sound = SoundServer(desk)
    sound.start()
    sound.record("meeting", "mic")
    yield


def _told(desk: Desk) -> AbstractContextManager[None]:
    return _film(desk, LogindKeeper(desk.env["DBUS_SYSTEM_BUS_ADDRESS"]))


def _asked(desk: Desk) -> AbstractContextManager[None]:
    return _film(desk, PowerKeeper(desk.env["DBUS_SESSION_BUS_ADDRESS"], mute=True))


OCCUPIED: dict[str, Occupied] = {
    "a film on, logind tells": _told,
    "a film on, Xfce is asked": _asked,
    "a call on, PulseAudio tells": _call,
}
