"""The desktops that the figures are measured on, each with a hand that touches it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from itertools import count
from pathlib import Path
from typing import TypeAlias

from desk import Desk
from mutter_stage import Mutter
from notifyd import Server
from wayland_stage import KWin, Stage, Sway


@dataclass(frozen=True, slots=True)
class Place:
    """A desk with a compositor. ``source`` is the presence that a daemon started there must choose."""

    desk: Desk
    touch: Callable[[], object]
    source: str


Open: TypeAlias = Callable[[], AbstractContextManager[Place]]


@contextmanager
def x11() -> Iterator[Place]:
    """Xfce: its panel, window manager and notification daemon. The hand is xdotool's."""
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder)) as desk:
        desk.start_bus("system-bus")
        desk.start_panel()
        desk.start_notifyd()
        turns = count()
        yield Place(desk, lambda: desk.move(100 + next(turns) % 100, 200), "x11")


@contextmanager
def mutter() -> Iterator[Place]:
    """GNOME's compositor. The hand is its own method for tests."""
    with _wayland("GNOME") as desk:
        compositor = Mutter(desk)
        desk.env["WAYLAND_DISPLAY"] = "wl-mutter"
        try:
            yield Place(desk, compositor.touch, "mutter")
        finally:
            compositor.close()


@contextmanager
def sway() -> Iterator[Place]:
    """A wlroots compositor. The hand moves its cursor."""
    with _wayland("sway") as desk, Sway() as stage:
        yield _on(desk, stage)


@contextmanager
def kwin() -> Iterator[Place]:
    """KDE's compositor. The hand says over its idle protocol that somebody is active."""
    with _wayland("KDE") as desk, KWin() as stage:
        yield _on(desk, stage)


DESKS: dict[str, Open] = {"X11": x11, "mutter": mutter, "sway": sway, "kwin": kwin}


def _on(desk: Desk, stage: Stage) -> Place:
    desk.env["WAYLAND_DISPLAY"] = str(stage.path)
    return Place(desk, stage.touch, "wayland")


@contextmanager
def _wayland(name: str) -> Iterator[Desk]:
    """A desk whose compositor and shell are still to come; a scripted server takes the notifications."""
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder), x=False) as desk:
        desk.start_bus("system-bus")
        desk.env |= {"XDG_SESSION_TYPE": "wayland", "XDG_CURRENT_DESKTOP": name}
        server = Server(desk.env["DBUS_SESSION_BUS_ADDRESS"])
        server.start()
        try:
            yield desk
        finally:
            server.close()
