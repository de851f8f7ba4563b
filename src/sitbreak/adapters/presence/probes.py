"""The sources of presence that there are, and on which system each may fit."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import NamedTuple, TypeAlias

from sitbreak.adapters.loop import IoLoop
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock, IdleSource, Post
from sitbreak.wording import tr

FORCED_BY = "SITBREAK_PRESENCE"
"""The environment variable that names the one source to use, or ``none``."""

Make: TypeAlias = Callable[[IoLoop, Post, Clock, Callable[[str], None]], IdleSource]

_DESKTOPS = ("DISPLAY", "WAYLAND_DISPLAY")


class Probe(NamedTuple):
    """One source that may fit. ``make`` imports what it needs, and raises Unavailable where it does not."""

    name: str
    make: Make


def default_probes() -> tuple[Probe, ...]:
    """This system's sources, the most truthful first."""
    if sys.platform == "linux":
        return (Probe("mutter", _mutter), Probe("wayland", _wayland), Probe("x11", _x11), Probe("tty", _tty))
    if sys.platform == "win32":
        from sitbreak.adapters.presence.windows import windows_idle  # noqa: PLC0415 - exists only there

        return (Probe("windows", windows_idle),)
    if sys.platform == "darwin":
        return (Probe("macos", _macos),)
    return ()


def _mutter(io: IoLoop, post: Post, clock: Clock, lost: Callable[[str], None]) -> IdleSource:
    from sitbreak.adapters.presence.mutter import MutterIdle  # noqa: PLC0415 - loaded only where tried

    return MutterIdle(io, post, clock, lost)


def _wayland(io: IoLoop, post: Post, clock: Clock, lost: Callable[[str], None]) -> IdleSource:
    from sitbreak.adapters.presence.wayland import WaylandIdle  # noqa: PLC0415 - loaded only where tried

    return WaylandIdle(io, post, clock, lost)


def _x11(io: IoLoop, post: Post, clock: Clock, lost: Callable[[str], None]) -> IdleSource:
    from sitbreak.adapters.presence.x11 import X11Idle  # noqa: PLC0415 - loaded only where tried

    return X11Idle(io, post, clock, lost)


def _tty(io: IoLoop, post: Post, clock: Clock, lost: Callable[[str], None]) -> IdleSource:
    from sitbreak.adapters.presence.tty import TtyIdle  # noqa: PLC0415 - loaded only where tried

    if any(os.environ.get(name) for name in _DESKTOPS) and not os.environ.get(FORCED_BY):
        raise Unavailable(
            tr("There is a desktop, and terminals say nothing of what is done on it."),
            remedy=tr("Set {name} to work in terminals alone.").format(name=f"{FORCED_BY}=tty"),
        )
    return TtyIdle(io, post, clock, lost)


def _macos(io: IoLoop, post: Post, clock: Clock, lost: Callable[[str], None]) -> IdleSource:
    from sitbreak.adapters.presence.macos import mac_idle  # noqa: PLC0415 - loaded only where tried

    return mac_idle(io, post, clock, lost)
