"""A machine's own word on its sleep, for runtimes that see a sleep in the clocks anyway."""

from __future__ import annotations

from sitbreak.core.events import Sleeping, Tick, Woke
from sitbreak.ports import Clock, Post

_NOTICEABLE_SLEEP_S = 1.0
"""The runtime sees a sleep of this length in its clocks and needs no word of it."""


class SleepWord:
    """Posts ``Sleeping`` as it begins, and what ends it where no clock shows it. One thread only."""

    def __init__(self, post: Post, clock: Clock) -> None:
        self._post, self._clock = post, clock
        self._slept_before_s: float | None = None

    @property
    def begun(self) -> bool:
        """Whether a sleep was told of and its end was not."""
        return self._slept_before_s is not None

    def begins(self) -> None:
        """The machine is about to sleep."""
        self._slept_before_s = self._clock.asleep_s()
        self._post(Sleeping(at=self._clock.now()))

    def over(self) -> None:
        """It is awake, whether or not it came to sleeping."""
        slept_s, at = self._clock.asleep_s(), self._clock.now()
        before_s, self._slept_before_s = self._slept_before_s, None
        if before_s is not None and slept_s - before_s < _NOTICEABLE_SLEEP_S:
            self._post(Woke(at=at, asleep_s=0.0))
        else:
            self._post(Tick(at=at))
