"""A source of presence in virtual time. It passes the same contract as the real ones."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sitbreak.core.attention import Attention
from sitbreak.core.clock import Instant
from sitbreak.core.events import IdleSampled
from sitbreak.ports import Post


class VirtualClock:
    """A ``Clock`` that moves only when told to."""

    def __init__(self, wall: datetime = datetime(2026, 3, 2, 9, tzinfo=UTC), mono_s: float = 1000.0) -> None:
        self._now = Instant(mono_s, wall)
        self._asleep_s = 0.0

    def now(self) -> Instant:
        return self._now

    def asleep_s(self) -> float:
        return self._asleep_s

    def advance(self, seconds: float) -> None:
        """Let time pass."""
        self._now = self._now.plus(seconds)

    def sleep(self, seconds: float) -> None:
        """Let the machine sleep."""
        self.advance(seconds)
        self._asleep_s += seconds

    def set_wall(self, seconds: float) -> None:
        """Set the wall clock so much later, or earlier when negative."""
        self._now = self._now._replace(wall=self._now.wall + timedelta(seconds=seconds))


class FakeIdle:
    """An ``IdleSource`` whose person touches the machine when told to. One thread only."""

    name = "fake"

    def __init__(
        self,
        post: Post,
        clock: VirtualClock | None = None,
        lost: Callable[[str], None] = lambda _reason: None,
    ) -> None:
        self.clock = clock or VirtualClock()
        self._post, self._lost = post, lost
        self._input_s = self.clock.now().mono_s
        self._thresholds: tuple[float, ...] = ()
        self._told = False
        self._gone = False

    @property
    def idle_s(self) -> float:
        """Seconds since the last touch."""
        return self.clock.now().mono_s - self._input_s

    def attend(self, attention: Attention) -> None:
        self._thresholds = tuple(sorted(set(attention.idle_after_s)))
        self._tell()

    def close(self) -> None:
        self._gone = True

    def touch(self) -> None:
        """The person touches the machine."""
        self._input_s = self.clock.now().mono_s
        if self._told:
            self._tell()

    def advance(self, seconds: float) -> None:
        """Nobody touches anything for so long; thresholds on the way are reported at their own moment."""
        end_s = self.clock.now().mono_s + seconds
        for moment_s in [self._input_s + threshold_s for threshold_s in self._thresholds]:
            now_s = self.clock.now().mono_s
            if now_s < moment_s <= end_s:
                self.clock.advance(moment_s - now_s)
                self._tell()
        self.clock.advance(end_s - self.clock.now().mono_s)

    def lose(self, reason: str = "pulled out") -> None:
        """The source dies."""
        if not self._gone:
            self._gone = True
            self._lost(reason)

    def _tell(self) -> None:
        if not self._gone:
            self._told = self.idle_s > 0
            self._post(IdleSampled(at=self.clock.now(), idle_s=self.idle_s))
