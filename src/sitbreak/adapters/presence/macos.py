"""Idleness as macOS tells it: seconds since the last event of any device. It can only be asked."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from typing import Any

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence.awake import AwakeTime
from sitbreak.adapters.presence.polled import PolledIdle
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock, Post
from sitbreak.wording import tr


def quartz() -> Any:
    """The framework that knows of input and of the screen. Raises Unavailable."""
    try:
        return import_module("Quartz")
    except ImportError as error:
        raise Unavailable(
            tr("Quartz is missing: {reason}").format(reason=error),
            remedy=tr("Install pyobjc-framework-Quartz beside sitbreak."),
        ) from error


def screen_locked(quartz: Any) -> bool:
    """Whether the screen is locked, or another person's session is on it."""
    session = quartz.CGSessionCopyCurrentDictionary()
    if session is None:
        return False
    # The first is documented nowhere, and absent from a screen that is not locked.
    return bool(session.get("CGSSessionScreenIsLocked", False)) or not session.get(
        "kCGSSessionOnConsoleKey", True
    )


class MacInput:
    """Seconds since the last input that counts: under a lock, none does. One thread only."""

    def __init__(self, quartz: Any, clock: Clock) -> None:
        self._quartz, self._clock = quartz, clock
        # Counted in waking seconds, as far as anybody has written.
        self._awake = AwakeTime(clock)
        self._input_s = 0.0
        self._locked = False

    def idle_s(self) -> float:
        """Sleep included."""
        awake_idle_s = self._quartz.CGEventSourceSecondsSinceLastEventType(
            self._quartz.kCGEventSourceStateHIDSystemState, self._quartz.kCGAnyInputEventType
        )
        now = self._clock.now()
        idle_s = self._awake.idle_s(now, awake_idle_s)
        was_locked, self._locked = self._locked, screen_locked(self._quartz)
        if not (was_locked and self._locked):
            self._input_s = now.mono_s - idle_s
        return now.mono_s - self._input_s


def mac_idle(io: IoLoop, post: Post, clock: Clock, lost: Callable[[str], None]) -> PolledIdle:
    """Input in this person's session, from all its devices; no permission is needed. Raises Unavailable."""
    last = MacInput(quartz(), clock)
    # One that cannot be asked is better refused than lost.
    last.idle_s()
    return PolledIdle("macos", io, post, clock, lost, idle_s=last.idle_s)
