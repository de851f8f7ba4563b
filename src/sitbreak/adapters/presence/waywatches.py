"""Which watches a compositor is asked to keep, and what is known of the last input from those that rang.

A compositor cannot be asked how long there was no input, and a watch counts from its own beginning. So one
watch is kept for good on every seat: once it rings, the last input is known, and each later threshold is a
matter of time. Shorter thresholds have watches of their own while they are wanted.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from itertools import product

from sitbreak.adapters.presence.waydesk import Compositor

KEPT_S = 30.0
"""The watch that is always there. Longer, and a chair is empty unseen; shorter, and it rings often."""

# Rings at once, and so tells the very next input.
_TOUCH_MS = 1


@dataclass(slots=True)
class _Watch:
    """``since_s`` is the monotonic second of the last input, or a later one; without end until it rings."""

    seat: int
    after_ms: int
    since_s: float = math.inf


class Watches:
    """The watches on all seats of a compositor. One thread only; raises what the compositor does."""

    def __init__(self, compositor: Compositor, kept_ms: int) -> None:
        self._compositor, self._kept_ms = compositor, kept_ms
        self._watches: dict[int, _Watch] = {}
        # The last input is no older than this, though a compositor's watch may ring a little early.
        self._floor_s = 0.0

    @property
    def await_touch(self) -> bool:
        """Whether the very next input is waited for."""
        return any(watch.after_ms == _TOUCH_MS for watch in self._watches.values())

    @property
    def since_s(self) -> float | None:
        """The monotonic second of the last input, or a later one; None: it may be this very moment."""
        lengths: dict[int, float] = {}
        for watch in self._watches.values():
            if watch.after_ms != _TOUCH_MS:
                # So long a time has passed without input once all seats say so.
                lengths[watch.after_ms] = max(lengths.get(watch.after_ms, 0.0), watch.since_s)
        since_s = min(lengths.values(), default=math.inf)
        return None if math.isinf(since_s) else max(since_s, self._floor_s)

    def fit(self, thresholds_s: tuple[float, ...], *, owed: bool) -> None:
        """Keep what these thresholds want. ``owed``: what has rung stays, to tell the next input."""
        short = {round(limit_s * 1000) for limit_s in thresholds_s}
        wanted = {self._kept_ms, *(after_ms for after_ms in short if after_ms < self._kept_ms)}
        for number, watch in list(self._watches.items()):
            stays = owed and math.isfinite(watch.since_s)
            if watch.after_ms not in wanted | {_TOUCH_MS} and not stays:
                self._give_up(number)
        self._have(*sorted(wanted))

    def watch_touch(self) -> None:
        """Wait for the very next input, on all seats."""
        self._have(_TOUCH_MS)

    def after_s(self, number: int) -> float:
        """What that watch waits for, seconds; 0 if it is none of these."""
        watch = self._watches.get(number)
        return 0.0 if watch is None else watch.after_ms / 1000

    def rang(self, number: int, since_s: float) -> None:
        """That watch rang: there was no input since then."""
        watch = self._watches.get(number)
        if watch is not None and math.isinf(watch.since_s):
            watch.since_s = since_s

    def rung_seat(self, number: int) -> int | None:
        """The seat of a watch that rang and was not touched since; None for any other."""
        watch = self._watches.get(number)
        return None if watch is None or math.isinf(watch.since_s) else watch.seat

    def touched(self, seat: int, now_s: float) -> None:
        """There was input on that seat, whichever of its watches told; the others say the same of it."""
        self._floor_s = max(self._floor_s, now_s)
        for number, watch in list(self._watches.items()):
            if watch.after_ms == _TOUCH_MS:
                self._give_up(number)
            elif watch.seat == seat:
                watch.since_s = math.inf

    def left(self, seat: int, now_s: float) -> None:
        """That seat is gone, and its watches; at most it was touched until now."""
        for number, watch in list(self._watches.items()):
            if watch.seat == seat:
                del self._watches[number]
                if watch.after_ms == self._kept_ms:
                    self._floor_s = max(self._floor_s, min(now_s, watch.since_s))

    def _have(self, *lengths_ms: int) -> None:
        have = {(watch.seat, watch.after_ms) for watch in self._watches.values()}
        for seat, after_ms in product(self._compositor.seats, lengths_ms):
            if (seat, after_ms) not in have:
                self._watches[self._compositor.watch(seat, after_ms)] = _Watch(seat, after_ms)

    def _give_up(self, number: int) -> None:
        del self._watches[number]
        self._compositor.unwatch(number)
