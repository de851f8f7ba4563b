"""Idleness as an X server tells it: by alarms on its ``IDLETIME`` counter. Nothing polls."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence.awake import AwakeTime
from sitbreak.adapters.presence.xdisplay import open_counter
from sitbreak.adapters.presence.xsync import NEVER_FALLS, NEVER_RISES, AlarmNotify, QueryCounter, Test
from sitbreak.core.attention import Attention
from sitbreak.core.events import IdleSampled
from sitbreak.ports import Clock, Post
from sitbreak.wording import tr

# So short an idle time is told as the input that began it. An alarm below it could be missed, too: the
# server looks at its counter a moment after an input, not in it.
_FRESH_MS = 100


class X11Idle:
    """Input on one X display, by its server's own count. Connecting waits for the server; nothing else does.

    Two kinds of alarm: one at each threshold as idleness rises, and one just under the last report as it
    falls, so that the first input is told. Every report asks the server anew, so that it is true at its
    own moment however late the alarm was heard.

    Raises:
        Unavailable: no X server, one without ``IDLETIME``, or one inside Wayland, which sees only a part
            of the input.
    """

    name = "x11"

    def __init__(
        self, io: IoLoop, post: Post, clock: Clock, lost: Callable[[str], None], *, display: str | None = None
    ) -> None:
        self._io, self._post, self._clock, self._lost = io, post, clock, lost
        self._awake = AwakeTime(clock)
        self._connection, self._sync, self._counter = open_counter(display)
        self._fd = self._connection.fileno()
        self._rises: list[int] = []
        self._falls = self._sync.create_alarm(self._counter, Test.FALLS, NEVER_FALLS)
        # The idle time under which the next input is still to be told; None: nothing to tell.
        self._falls_ms: int | None = None
        self._asked: QueryCounter | None = None
        self._ask, self._tell, self._fell, self._closed = False, False, False, False
        io.soon(self._listen)

    def attend(self, attention: Attention) -> None:
        """Report by these thresholds from now on. Any thread; returns at once."""
        self._io.soon(lambda: self._attend(attention))

    def close(self) -> None:
        """Let go of the display. Any thread; returns at once, and nothing is posted from here on."""
        self._closed = True
        self._io.soon(self._shut)

    def _listen(self) -> None:
        if not self._closed:
            self._io.loop.add_reader(self._fd, self._pump)

    def _attend(self, attention: Attention) -> None:
        if self._closed:
            return
        values = sorted({round(idle_s * 1000) for idle_s in attention.idle_after_s})
        while len(self._rises) < len(values):
            self._rises.append(self._sync.create_alarm(self._counter, Test.RISES, NEVER_RISES))
        for i, alarm in enumerate(self._rises):
            self._sync.move_alarm(alarm, values[i] if i < len(values) else NEVER_RISES)
        self._ask = self._tell = True
        self._pump()

    def _pump(self) -> None:
        try:
            while not self._closed and self._turn():
                pass
        except Exception as error:  # whatever broke the conversation, it cannot go on
            self._die(error)

    def _turn(self) -> bool:
        """Send, hear, and act once; whether there may be more to do."""
        # Sending reads too, and what it reads waits in python-xlib's own queue, where the loop does not
        # see it: so look there after every send, until nothing is left.
        self._connection.flush()
        heard = self._connection.pending_events()
        for _ in range(heard):
            self._hear(self._connection.next_event())
        if self._asked is not None and (value := self._asked.value) is not None:
            self._asked = None
            self._answer(value)
            return True
        if self._ask and self._asked is None:
            self._ask = False
            self._asked = self._sync.ask(self._counter)
            return True
        return heard > 0

    def _hear(self, event: Any) -> None:
        if not isinstance(event, AlarmNotify) or event.rang is None:
            return
        if event.rang == self._falls:
            if self._falls_ms is None:
                return
            self._fell = True
        self._ask = self._tell = True

    def _answer(self, idle_ms: int) -> None:
        now = self._clock.now()
        idle_s = self._awake.idle_s(now, idle_ms / 1000)
        moved = self._falls_ms is not None and (self._fell or idle_ms <= self._falls_ms)
        if not (moved or self._tell):
            return
        self._tell = self._fell = False
        if idle_ms <= _FRESH_MS:
            self._watch(None)
            self._post(IdleSampled(at=now.plus(-idle_ms / 1000), idle_s=0.0))
            return
        if moved or self._falls_ms is None:
            self._watch(idle_ms - 1)
        self._post(IdleSampled(at=now, idle_s=idle_s))

    def _watch(self, falls_ms: int | None) -> None:
        self._falls_ms = falls_ms
        self._sync.move_alarm(self._falls, NEVER_FALLS if falls_ms is None else falls_ms)
        # An input between the answer and this alarm would not set it off: one more look finds it.
        self._ask = self._ask or falls_ms is not None

    def _die(self, error: Exception) -> None:
        self._shut()
        if not self._closed:
            self._closed = True
            self._lost(tr("The X display is gone: {reason}").format(reason=error))

    def _shut(self) -> None:
        self._io.loop.remove_reader(self._fd)
        self._connection.let_go()
