"""Idle times from a desktop whose clock stands still while the machine sleeps."""

from __future__ import annotations

from sitbreak.core.clock import Instant
from sitbreak.ports import Clock

_JUST_NOW_S = 3.0


class AwakeTime:
    """Adds the sleep that an idle time counted in waking seconds leaves out. One thread only.

    What wakes the machine also makes the daemon look, so a sleep seen for the first time is taken to have
    just ended: who touched something in the last moments did so after it, everyone else before.
    """

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._asleep_s = clock.asleep_s()
        self._sleep_at_s = 0.0
        self._sleep_s = 0.0

    def idle_s(self, now: Instant, awake_idle_s: float) -> float:
        """Seconds since the last input, sleep included."""
        asleep_s = self._clock.asleep_s()
        awake_s = now.mono_s - asleep_s
        if asleep_s - self._asleep_s > 1.0:
            self._sleep_s = asleep_s - self._asleep_s
            self._sleep_at_s = awake_s - _JUST_NOW_S
        self._asleep_s = asleep_s
        before_sleep = awake_s - awake_idle_s < self._sleep_at_s
        return awake_idle_s + self._sleep_s if before_sleep else awake_idle_s
