"""Idleness from a system that can only be asked: few looks, each when something may have happened."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

from sitbreak.adapters.loop import IoLoop
from sitbreak.core.attention import Attention
from sitbreak.core.clock import Instant
from sitbreak.core.events import IdleSampled
from sitbreak.ports import Clock, Post
from sitbreak.wording import tr

CLOSEST_LOOK_S, FARTHEST_LOOK_S = 1.0, 10.0
"""How long to wait for a return between two looks, seconds: little at first, then what the promises allow."""

_SPARSER = 6.0
_FRESH_S = 0.1
"""So short an idle time is told as the input that began it."""
_NOISE_S = 0.05
"""Two answers about the same input differ by a clock's tick or two."""
_SLACK_S = 0.02
"""A look a moment too early would be in vain."""


class PolledIdle:
    """Input as the function ``idle_s`` tells it: seconds since the last, sleep included; it may raise.

    While the person is active the next look is when the nearest threshold could be reached at the earliest,
    so that every rise is met at its moment. After a report of idleness it looks for the next input too,
    every second at first and less often as idleness grows; as long as a threshold lies ahead, at least as
    often as the smallest one asks. The first input lies
    somewhere between two looks; how far apart these were is told with it.
    """

    def __init__(  # noqa: PLR0913 - what every source gets, and what it asks
        self,
        name: str,
        io: IoLoop,
        post: Post,
        clock: Clock,
        lost: Callable[[str], None],
        *,
        idle_s: Callable[[], float],
    ) -> None:
        self.name = name
        self._io, self._post, self._clock, self._lost, self._idle_s = io, post, clock, lost, idle_s
        # The last input: a monotonic second, and never one before the machine was started.
        self._input_s = 0.0
        self._looked_s, self._asleep_s = clock.now().mono_s, clock.asleep_s()
        self._thresholds: tuple[float, ...] = ()
        # The idle time told last; 0: input was, and the next need not be told.
        self._told_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False

    def attend(self, attention: Attention) -> None:
        """Report by these thresholds from now on. Any thread; returns at once."""
        self._io.soon(lambda: self._attend(attention))

    def close(self) -> None:
        """Look no more. Any thread; returns at once."""
        self._closed = True
        self._io.soon(self._cancel)

    def _attend(self, attention: Attention) -> None:
        self._thresholds = tuple(sorted(attention.idle_after_s))
        self._look(asked=True)

    def _look(self, *, asked: bool = False) -> None:
        self._cancel()
        if self._closed:
            return
        try:
            answer_s = self._idle_s()
        except Exception as error:  # whatever it is, there is nothing left to ask
            self._closed = True
            self._lost(tr("Nobody tells of input any more: {reason}").format(reason=error))
            return
        now, asleep_s = self._clock.now(), self._clock.asleep_s()
        # Nobody touches a machine that is asleep.
        since_s = self._looked_s + max(0.0, asleep_s - self._asleep_s)
        self._input_s = max(self._input_s, now.mono_s - max(0.0, answer_s))
        self._report(now, since_s, asked=asked)
        self._looked_s, self._asleep_s = now.mono_s, asleep_s
        self._wait(now.mono_s - self._input_s)

    def _report(self, now: Instant, since_s: float, *, asked: bool) -> None:
        idle_s = now.mono_s - self._input_s
        if self._told_s and self._input_s > since_s - _NOISE_S:
            # A look that comes far too late was held up with the whole machine, until it woke.
            since_s = max(since_s, now.mono_s - FARTHEST_LOOK_S)
            self._tell(now.at_mono(self._input_s), 0.0, doubt_s=max(0.0, self._input_s - since_s))
        crossed = any(self._told_s < limit_s <= idle_s for limit_s in self._thresholds)
        if not (asked or crossed):
            return
        if idle_s <= _FRESH_S:
            self._tell(now.at_mono(self._input_s), 0.0)
        else:
            self._tell(now, idle_s)

    def _tell(self, at: Instant, idle_s: float, *, doubt_s: float = 0.0) -> None:
        self._told_s = idle_s
        self._post(IdleSampled(at=at, idle_s=idle_s, doubt_s=doubt_s))

    def _wait(self, idle_s: float) -> None:
        waits = [limit_s - idle_s + _SLACK_S for limit_s in self._thresholds if limit_s > idle_s]
        if self._told_s:
            waits.append(self._return_look_s(idle_s))
        if waits:
            self._timer = self._io.loop.call_later(min(waits), self._look)

    def _return_look_s(self, idle_s: float) -> float:
        awaited = self._thresholds and idle_s < self._thresholds[-1]
        farthest_s = min(FARTHEST_LOOK_S, self._thresholds[0]) if awaited else FARTHEST_LOOK_S
        return max(CLOSEST_LOOK_S, min(idle_s / _SPARSER, farthest_s))

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
