"""How soon after the end of a hold the prompt is there, nobody typing."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from bench.figure import Figure
from bench.latency import TimedServer
from daemon import Daemon
from desk import Desk, wait_for
from sound_stage import SoundServer
from window_stage import Window

GOAL_S = 2.0
ROUNDS = 6
HOLD_ON_S = 0.7
"""Each round holds by so much longer than the one before, so that no look of the daemon's favours it."""

PATIENT = {
    "sitting__away_after": "60s",
    "sitting__present_within": "40s",
    "reminders__movement__every": "4s",
    "prompting__wait_for_pause": "90s",
}
"""For somebody who touches nothing for a while, yet is there, and has long stopped typing when it is due."""


@dataclass(frozen=True, slots=True)
class Hold:
    """What holds a prompt by that reason, and when its n-th one came (``time.time``)."""

    reason: str
    begin: Callable[[], object]
    end: Callable[[], object]
    came_at: Callable[[Daemon, int], float]


def measure() -> Iterator[Figure]:
    """The worst of some rounds of each."""
    for what, opened in HOLDS.items():
        with TemporaryDirectory() as folder, Desk(Path(folder)) as desk:
            desk.start_bus("system-bus")
            desk.start_panel()
            with opened(desk) as hold:
                daemon = Daemon(desk, **PATIENT).start()
                took_s = [_round(daemon, hold, number) for number in range(ROUNDS)]
                daemon.kill()
        yield Figure(f"end of {what} to the prompt, worst of {ROUNDS}", max(took_s), "s", GOAL_S)


def _round(daemon: Daemon, hold: Hold, number: int) -> float:
    """One prompt: held, let go and answered."""
    hold.begin()
    daemon.desk.move(100 + number, 100)
    wait_for(lambda: _count(daemon, "held", hold.reason) > number, why=f"for {hold.reason}: {daemon.log()}")
    time.sleep(HOLD_ON_S * (number + 1))
    assert _count(daemon, "shown") == number
    ended_at = time.time()
    hold.end()
    took_s = hold.came_at(daemon, number) - ended_at
    daemon.call("skip")
    return took_s


def _count(daemon: Daemon, entry: str, reason: str | None = None) -> int:
    return sum((one["entry"], one.get("reason")) == (entry, reason) for one in daemon.log())


@contextmanager
def _call(desk: Desk) -> Iterator[Hold]:
    sound = SoundServer(desk)
    sound.start()
    with _server(desk) as came_at:
        yield Hold("call", lambda: sound.record("meeting", "mic"), lambda: desk.kill("meeting"), came_at)


@contextmanager
def _fullscreen(desk: Desk) -> Iterator[Hold]:
    manager = ("xprop", "-root", "_NET_SUPPORTING_WM_CHECK")
    wait_for(lambda: "window id" in desk.run(*manager), why="for the window manager")
    with Window(desk.env, desk.folder) as window, _server(desk) as came_at:
        yield Hold("fullscreen", lambda: window.fill(on=True), lambda: window.fill(on=False), came_at)


@contextmanager
def _dnd(desk: Desk) -> Iterator[Hold]:
    desk.start_dunst()

    def pause(*, on: bool) -> None:
        desk.run("dunstctl", "set-paused", str(on).lower())

    yield Hold("dnd", lambda: pause(on=True), lambda: pause(on=False), _logged_at)


@contextmanager
def _server(desk: Desk) -> Iterator[Callable[[Daemon, int], float]]:
    server = TimedServer(desk.env["DBUS_SESSION_BUS_ADDRESS"])
    server.start()

    def came_at(_: Daemon, number: int) -> float:
        wait_for(lambda: len(server.calls) > number, why="for the prompt")
        return server.came_at

    try:
        yield came_at
    finally:
        server.close()


def _logged_at(daemon: Daemon, number: int) -> float:
    """When another process could read of it."""
    wait_for(lambda: _count(daemon, "shown") > number, why="for the prompt")
    return time.time()


HOLDS = {"a call": _call, "full screen": _fullscreen, "do not disturb": _dnd}
