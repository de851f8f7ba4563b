"""Idleness as a Wayland compositor tells it: by watches that it keeps. Nothing polls."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import assert_never

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence.awake import AwakeTime
from sitbreak.adapters.presence.waydesk import Compositor, Event, Idled, Resumed, SeatCame, SeatLeft
from sitbreak.adapters.presence.waydoor import socket_path, unusable
from sitbreak.adapters.presence.waywatches import KEPT_S, Watches
from sitbreak.adapters.presence.waywire import WireError
from sitbreak.core.attention import Attention
from sitbreak.core.clock import Instant
from sitbreak.core.events import IdleSampled
from sitbreak.ports import Clock, Post
from sitbreak.wording import tr

_ROUNDING_S = 0.005


class WaylandIdle:
    """Input on all seats of one compositor; any seat's is a person's. Connecting waits; nothing else does.

    Asked while a person has been idle for less than ``kept_s``, it cannot answer at once: it tells the next
    input, or the first threshold without any. The idle time in a report of a shorter threshold is the least
    that it can be; from ``kept_s`` on it is true.

    Raises:
        Unavailable: no compositor, not this person's, or one that does not tell.
    """

    name = "wayland"

    def __init__(  # noqa: PLR0913 - two of them for tests
        self,
        io: IoLoop,
        post: Post,
        clock: Clock,
        lost: Callable[[str], None],
        *,
        path: Path | None = None,
        kept_s: float = KEPT_S,
    ) -> None:
        self._io, self._post, self._clock, self._lost = io, post, clock, lost
        self._awake = AwakeTime(clock)
        self._thresholds: tuple[float, ...] = ()
        self._asked_s: float | None = None
        self._told_s = 0.0
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        path = socket_path() if path is None else path
        self._compositor = Compositor(path)
        self._watches = Watches(self._compositor, round(kept_s * 1000))
        try:
            self._watches.fit((), owed=False)
            self._compositor.settle()
        except (OSError, WireError) as error:
            self._compositor.close()
            raise unusable(path, error) from error
        self._fd = self._compositor.fileno()
        io.soon(self._listen)

    def attend(self, attention: Attention) -> None:
        """Report by these thresholds from now on. Any thread; returns at once."""
        self._io.soon(partial(self._guarded, lambda: self._attend(attention)))

    def close(self) -> None:
        """Let go of the compositor. Any thread; returns at once, and nothing is posted from here on."""
        self._closed = True
        self._io.soon(self._shut)

    def _guarded(self, work: Callable[[], None]) -> None:
        if self._closed:
            return
        try:
            work()
        except Exception as error:  # whatever broke the conversation, it cannot go on
            self._die(error)

    def _listen(self) -> None:
        if not self._closed:
            self._io.loop.add_reader(self._fd, self._guarded, self._pump)
            self._guarded(self._pump)

    def _pump(self) -> None:
        for event in self._compositor.read():
            if not self._closed:
                self._hear(event)

    def _hear(self, event: Event) -> None:
        match event:
            case Idled(watch=number):
                now = self._clock.now()
                after_s = self._watches.after_s(number)
                self._watches.rang(number, now.mono_s - self._awake.idle_s(now, after_s))
                self._look()
            case Resumed(watch=number):
                seat = self._watches.rung_seat(number)
                if seat is not None:
                    self._touched(seat)
            case SeatCame():
                self._fit()
                if self._told_s or self._watches.await_touch:
                    self._watches.watch_touch()
            case SeatLeft(seat=seat):
                if not self._compositor.seats:
                    raise WireError(tr("it has no seat any more"))
                self._watches.left(seat, self._clock.now().mono_s)
                self._look()
            case _:
                assert_never(event)

    def _attend(self, attention: Attention) -> None:
        self._thresholds = tuple(sorted(attention.idle_after_s))
        asks = attention.asked_s != self._asked_s
        self._asked_s = attention.asked_s
        self._fit()
        if asks and self._watches.since_s is None:
            self._watches.watch_touch()
        self._look(asked=True)

    def _fit(self) -> None:
        self._watches.fit(self._thresholds, owed=self._told_s > 0)

    def _touched(self, seat: int) -> None:
        told = self._told_s > 0 or self._watches.await_touch
        self._told_s = 0.0
        now = self._clock.now()
        self._watches.touched(seat, now.mono_s)
        self._fit()
        if told:
            self._tell(now, 0.0)
        self._look()

    def _look(self, *, asked: bool = False) -> None:
        """Tell what there is to tell, and wait for the next threshold if it is a matter of time."""
        self._cancel()
        now, since_s = self._clock.now(), self._watches.since_s
        # So that a sleep is seen soon after it ended, whether or not this moment's idle time is known.
        self._awake.idle_s(now, 0.0)
        if since_s is None:
            return
        idle_s = now.mono_s - since_s
        # A timer, or a sum of two numbers, may fall short of its threshold by a hair.
        passed = [limit_s for limit_s in self._thresholds if limit_s - _ROUNDING_S <= idle_s]
        idle_s = max([idle_s, *passed])
        if asked or any(limit_s > self._told_s for limit_s in passed):
            self._told_s = idle_s
            self._tell(now, idle_s)
        ahead_s = [limit_s - idle_s for limit_s in self._thresholds if limit_s not in passed]
        if ahead_s:
            self._timer = self._io.loop.call_later(min(ahead_s), self._guarded, self._look)

    def _tell(self, now: Instant, idle_s: float) -> None:
        if not self._closed:
            self._post(IdleSampled(at=now, idle_s=idle_s))

    def _cancel(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _die(self, error: Exception) -> None:
        self._shut()
        if not self._closed:
            self._closed = True
            self._lost(tr("The Wayland compositor is gone: {reason}").format(reason=error))

    def _shut(self) -> None:
        self._cancel()
        self._io.loop.remove_reader(self._fd)
        self._compositor.close()
