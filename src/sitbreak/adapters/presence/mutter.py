"""Idleness as GNOME's compositor tells it: by watches on its idle monitor. Nothing polls."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Callable
from functools import partial

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence.awake import AwakeTime
from sitbreak.adapters.presence.mutterlink import PROBE_S, MonitorLink, odd, silent
from sitbreak.core.attention import Attention
from sitbreak.core.clock import Instant
from sitbreak.core.events import IdleSampled
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock, Post

_FRESH_S = 0.1
"""So short an idle time is told as the input that began it."""
_SLACK_S = 0.01
"""Idle times are whole milliseconds."""


class MutterIdle:
    """Input on a GNOME desktop, Wayland or X11. Only finding the monitor is waited for, 2 s at most.

    A watch at each threshold tells that idleness rose; one for the first input stands guard after a report
    of idleness. What they set off is a look at the idle time, so that a report is true at its own moment
    however late the watch was heard. While a program keeps the session from idling, as a film does, the
    monitor's threshold watches are silent, so a timer stands in for them; and when such a program ends, the
    idle time starts again with nobody there, so a guard that was not set off is believed before it.

    Raises:
        Unavailable: no session bus, no idle monitor on it, or one that cannot be asked.
    """

    name = "mutter"

    def __init__(
        self, io: IoLoop, post: Post, clock: Clock, lost: Callable[[str], None], *, address: str | None = None
    ) -> None:
        self._io, self._post, self._clock, self._lost = io, post, clock, lost
        self._awake = AwakeTime(clock)
        self._thresholds: tuple[float, ...] = ()
        # The id of the watch at each threshold (milliseconds); None until the monitor has answered.
        self._watches: dict[int, int | None] = {}
        # The watch for the next input, and the monotonic second since when it stands; it goes off once.
        self._guard: int | None = None
        self._guard_s = 0.0
        # The last input (a monotonic second), as long as a guard is sure of it.
        self._input_s: float | None = None
        # The idle time told last; 0: input was, and the next need not be told.
        self._told_s = 0.0
        self._asking, self._again, self._asked, self._touched = False, False, False, False
        # Input came after this monotonic second, says the guard.
        self._after_s: float | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._link = MonitorLink(address, fired=self._fired, held_changed=self._held_changed, gone=self._die)
        try:
            idle_ms = io.call(self._link.open(), timeout_s=PROBE_S + 0.5)
        except TimeoutError:
            self.close()
            raise silent() from None
        if not self._is_possible(idle_ms, clock.now()):
            self.close()
            raise Unavailable(odd(idle_ms))

    def attend(self, attention: Attention) -> None:
        """Report by these thresholds from now on. Any thread; returns at once."""
        self._io.soon(lambda: self._attend(attention))

    def close(self) -> None:
        """Let go of the bus. Any thread; returns at once, and nothing is posted from here on."""
        self._closed = True
        self._io.soon(self._shut)

    def _attend(self, attention: Attention) -> None:
        if self._closed:
            return
        self._thresholds = tuple(sorted(attention.idle_after_s))
        wanted = {max(1, math.ceil(limit_s * 1000)) for limit_s in self._thresholds}
        for limit_ms in self._watches.keys() - wanted:
            self._drop(self._watches.pop(limit_ms))
        for limit_ms in wanted - self._watches.keys():
            self._watches[limit_ms] = None
            self._link.ask("AddIdleWatch", partial(self._added, limit_ms), signature="t", body=(limit_ms,))
        self._asked = True
        self._look()

    def _added(self, limit_ms: int, watch: int) -> None:
        if self._watches.get(limit_ms, watch) is None:
            self._watches[limit_ms] = watch
        else:
            # Thresholds changed while it was asked for.
            self._drop(watch)

    def _drop(self, watch: int | None) -> None:
        if watch is not None:
            self._link.forget(watch)

    def _fired(self, watch: int) -> None:
        if watch == self._guard:
            self._guard, self._input_s, self._after_s = None, None, self._guard_s
            self._touched = self._told_s > 0
            if self._touched:
                self._look()
        elif watch in self._watches.values():
            self._look()

    def _held_changed(self) -> None:
        self._cancel_timer()
        if self._link.held:
            self._look()

    def _look(self) -> None:
        self._again = self._asking
        if not self._asking:
            self._asking = True
            self._link.ask("GetIdletime", self._answer)

    def _answer(self, idle_ms: int) -> None:
        if self._closed:
            return
        now = self._clock.now()
        if not self._is_possible(idle_ms, now):
            self._link.fail(odd(idle_ms))
            return
        self._after_s = None
        idle_s = self._awake.idle_s(now, idle_ms / 1000)
        if self._input_s is not None:
            idle_s = max(idle_s, now.mono_s - self._input_s)
        tell = self._asked or self._touched or self._crossed(idle_s)
        if tell and idle_s > _FRESH_S and self._guard is None:
            # Only what is answered while a guard stands misses no input: so ask once more.
            self._guard_s = now.mono_s
            self._link.ask("AddUserActiveWatch", self._guarded)
            return
        self._asking = False
        if tell:
            self._tell(now, idle_s)
        self._set_timer(idle_s)
        if self._again:
            self._look()

    def _guarded(self, watch: int) -> None:
        self._guard = watch
        self._link.ask("GetIdletime", self._answer)

    def _is_possible(self, idle_ms: int, now: Instant) -> bool:
        """Whether nobody is said to have been here last before the machine was, nor before the guard."""
        return 0 <= idle_ms / 1000 <= now.mono_s - (self._after_s or 0.0) + _SLACK_S

    def _crossed(self, idle_s: float) -> bool:
        return any(self._told_s < limit_s <= idle_s for limit_s in self._thresholds)

    def _tell(self, now: Instant, idle_s: float) -> None:
        self._asked, self._touched = False, False
        if idle_s <= _FRESH_S:
            self._told_s, self._input_s = 0.0, None
            self._post(IdleSampled(at=now.plus(-idle_s), idle_s=0.0))
        else:
            self._told_s, self._input_s = idle_s, now.mono_s - idle_s
            self._post(IdleSampled(at=now, idle_s=idle_s))

    def _set_timer(self, idle_s: float) -> None:
        self._cancel_timer()
        waits = [limit_s - idle_s for limit_s in self._thresholds if limit_s > idle_s]
        if self._link.held and waits:
            self._timer = self._io.loop.call_later(min(waits) + _SLACK_S, self._look)

    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _die(self, reason: str) -> None:
        self._cancel_timer()
        if not self._closed:
            self._closed = True
            self._lost(reason)

    def _shut(self) -> None:
        self._cancel_timer()
        for watch in (*self._watches.values(), self._guard):
            self._drop(watch)
        self._watches.clear()
        self._link.close()
