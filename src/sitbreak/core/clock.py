"""Moments. Two clocks, always handed in: one for durations, one for people."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import NamedTuple


class Instant(NamedTuple):
    """A moment on both clocks.

    ``mono_s`` is a monotonic second that goes on while the machine sleeps; all durations come from it.
    ``wall`` is an aware UTC time, for people, logs and work hours; it may jump either way.
    """

    mono_s: float
    wall: datetime

    def plus(self, seconds: float) -> Instant:
        """The moment that many seconds later (or earlier, when negative)."""
        return Instant(self.mono_s + seconds, self.wall + timedelta(seconds=seconds))

    def at_mono(self, mono_s: float) -> Instant:
        """The moment at ``mono_s``, its wall time reckoned from this one."""
        return self.plus(mono_s - self.mono_s)


def iso(wall: datetime) -> str:
    """UTC ISO 8601 with milliseconds and a ``Z``, as the log and every ``--json`` write times."""
    return wall.astimezone(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def from_iso(text: str) -> datetime:
    """The aware UTC time that ``iso`` wrote. Raises ValueError for anything else."""
    wall = datetime.fromisoformat(text)
    if wall.tzinfo is None:
        raise ValueError(f"{text!r} has no time zone")
    return wall.astimezone(UTC)
