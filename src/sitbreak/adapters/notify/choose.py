"""Which notifiers this desktop is to be offered."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.notify.candidate import Candidate, Late
from sitbreak.adapters.notify.chain import NotifierChain, Probe
from sitbreak.errors import Unavailable, UsageError
from sitbreak.ports import Clock, Post, Tray
from sitbreak.wording import tr

FORCE = "SITBREAK_NOTIFIER"
"""The environment variable that names the only notifier to use."""

NAMES = ("freedesktop", "desktop", "plyer", "tray", "terminal")


def choose_notifier(  # noqa: PLR0913 - each is told by name
    io: IoLoop,
    post: Post,
    clock: Clock,
    tray: Tray | None,
    *,
    desktop: bool,
    memory: Path | None = None,
) -> NotifierChain:
    """The notifiers for this platform, best first; each is imported when its turn comes.

    Args:
        io: the loop that they live on.
        post: where answers go.
        clock: dates them.
        tray: whose bubbles are used where there is nothing better.
        desktop: False: only the terminal, whatever its output is.
        memory: a file that remembers what is on the screen.

    Raises:
        UsageError: ``SITBREAK_NOTIFIER`` names none of them.
    """
    forced = os.environ.get(FORCE, "")
    if forced and forced not in NAMES:
        raise UsageError(
            tr("{variable} is {value!r}, and there is no such notifier.").format(
                variable=FORCE, value=forced
            ),
            remedy=tr("Unset it, or set it to one of: {names}.").format(names=", ".join(NAMES)),
        )
    makers: dict[str, Callable[[Late], Candidate]] = {
        "freedesktop": partial(_freedesktop, io, post, clock, memory),
        "desktop": partial(_desktop, io, post, clock),
        "plyer": _plyer,
        "tray": partial(_tray, tray),
        "terminal": partial(_terminal, io, post, clock, anywhere=forced == "terminal" or not desktop),
    }
    if forced:
        order: tuple[str, ...] = (forced,)
    elif not desktop:
        order = ("terminal",)
    else:
        order = ("freedesktop" if sys.platform == "linux" else "desktop", "plyer", "tray", "terminal")
    probes: list[Probe] = [(name, makers[name]) for name in order]
    return NotifierChain(probes)


def _freedesktop(io: IoLoop, post: Post, clock: Clock, memory: Path | None, late: Late) -> Candidate:
    from sitbreak.adapters.notify.freedesktop import FreedesktopNotifier  # noqa: PLC0415 - imports dbus-fast

    return FreedesktopNotifier(io, post, clock, late=late, memory=memory)


def _desktop(io: IoLoop, post: Post, clock: Clock, _: Late) -> Candidate:
    from sitbreak.adapters.notify.desktop import DesktopNotifier  # noqa: PLC0415 - only where it is used

    return DesktopNotifier(io, post, clock)


def _plyer(_: Late) -> Candidate:
    from sitbreak.adapters.notify.plyer import PlyerNotifier  # noqa: PLC0415 - only where it is used

    return PlyerNotifier()


def _tray(tray: Tray | None, _: Late) -> Candidate:
    from sitbreak.adapters.notify.tray import TrayNotifier  # noqa: PLC0415 - only where it is used

    if tray is None:
        raise Unavailable(tr("There is no tray icon to notify from."))
    return TrayNotifier(tray)


def _terminal(io: IoLoop, post: Post, clock: Clock, _: Late, *, anywhere: bool) -> Candidate:
    from sitbreak.adapters.notify.terminal import TerminalNotifier  # noqa: PLC0415 - only where it is used

    return TerminalNotifier(io, post, clock, anywhere=anywhere)
