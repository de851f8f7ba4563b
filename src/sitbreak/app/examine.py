"""What fits this desktop, for ``doctor``: of the running daemon, or of the one that would run."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Sequence
from queue import Empty, SimpleQueue
from typing import Any

from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.clockwatch import ClockWatch
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.notify.chain import NotifierChain
from sitbreak.adapters.notify.choose import choose_notifier
from sitbreak.adapters.presence.chooser import NONE, Presence
from sitbreak.adapters.presence.session import Session, watch_session
from sitbreak.adapters.signals.choose import signal_hub
from sitbreak.adapters.signals.hub import SignalHub
from sitbreak.adapters.tray.base import StatedTray, TrayState
from sitbreak.adapters.tray.chooser import choose_tray
from sitbreak.config.child import load
from sitbreak.config.content import load_catalogue
from sitbreak.config.places import Places, find_places
from sitbreak.core.events import Event
from sitbreak.core.policy import Sense
from sitbreak.errors import ConfigError, Unavailable
from sitbreak.runtime.doctor import Chosen, Examined, Sensed, report
from sitbreak.wording import tr

FIRST_WORD_S = 3.0
"""How long a source of presence has to say something."""

LOOK_S = 5.0
"""Longer than any signal's reader may take."""


def has_desktop() -> bool:
    """Whether there is a screen to show anything on."""
    names = ("DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS")
    return sys.platform != "linux" or any(os.environ.get(name) for name in names)


def examined(  # noqa: PLR0913 - one for each thing there is to examine
    *,
    idle: Presence,
    session: Session,
    notifier: NotifierChain,
    tray: StatedTray,
    tray_reasons: Sequence[Unavailable],
    found: Sequence[Sensed],
    watched: bool,
    running: bool,
) -> Examined:
    """What these adapters are and why.

    ``watched``: the clock tells when it is set. ``running``: they are a daemon's, so the tray is to be seen.
    """
    return Examined(
        presence=Chosen(idle.name, "", idle.reasons),
        lock=Chosen(
            ", ".join(session.watched) or NONE,
            tr("locked") if session.locked else "",
            session.missing,
        ),
        notifier=Chosen(notifier.name, ", ".join(sorted(notifier.abilities)), notifier.reasons),
        tray=Chosen(tray.name, tray.state, tray_reasons, works=not running or tray.state is TrayState.SHOWN),
        sensed=found,
        watched=watched,
    )


def sensed(io: IoLoop, hub: SignalHub, allowed: frozenset[Sense]) -> tuple[Sensed, ...]:
    """What each sense says now, or that it may not be used. Not on the loop's thread."""
    words = io.call(hub.look(allowed), timeout_s=LOOK_S)
    off = tuple(Sensed(sense.value, None, None) for sense in Sense if sense not in allowed)
    return tuple(Sensed(word.sense.value, word.on, word.why) for word in words) + off


def examine() -> dict[str, Any]:
    """What a daemon would choose here, when none is running. Shows nothing."""
    places, io, clock = find_places(), IoLoop(), SystemClock()
    found: SimpleQueue[Event] = SimpleQueue()
    try:
        tray, tray_reasons = choose_tray(io, lambda _: None, "sitbreak")
        notifier = choose_notifier(io, found.put, clock, tray, desktop=has_desktop())
        idle = Presence(io, found.put, clock)
        session = watch_session(io, lambda _: None, clock)
        with contextlib.suppress(Empty):
            found.get(timeout=FIRST_WORD_S)
        session.wait(FIRST_WORD_S)
        watch = ClockWatch(io, lambda: None)
        hub = signal_hub(io, found.put, clock)
        allowed, problems = _config(places)
        told = sensed(io, hub, allowed)
        result = examined(
            idle=idle,
            session=session,
            notifier=notifier,
            tray=tray,
            tray_reasons=tray_reasons,
            found=told,
            watched=watch.watching,
            running=False,
        )
        for one in (watch, hub, session, idle, notifier):
            one.close()
        return report(places, result, problems)
    finally:
        io.close()


def _config(places: Places) -> tuple[frozenset[Sense], list[str]]:
    """The senses that may be used, and what is wrong with config and packs."""
    allowed, problems = frozenset(Sense), list[str]()
    try:
        problems += map(str, load_catalogue(packs=places.pack_folders).problems)
        allowed = load(places, {}).policy.senses
    except ConfigError as error:
        problems.append(str(error))
    return allowed, problems
