"""How long ago an input was, by a stamp of it that wraps."""

from __future__ import annotations

from collections.abc import Callable

_WRAP_MS = 2**32
_AHEAD_MS = 60_000
"""An input may be stamped a little later than it is asked for."""


class LastInput:
    """Seconds since the last input, by what Windows says of it: ``ask`` gives its stamp and the time now.

    Both are milliseconds since the start, sleep included; the stamp's upper half is cut off, and it may go
    back a little or be made up by the program that sends input. So only a stamp that has changed is read, as
    input since the last question; one that stays is the same input, however long ago. One thread only.
    """

    def __init__(self, ask: Callable[[], tuple[int, int]]) -> None:
        self._ask = ask
        self._stamp: int | None = None
        self._input_ms = self._asked_ms = 0

    def idle_s(self) -> float:
        """Raises OSError where there is no answer."""
        stamp, now_ms = self._ask()
        if stamp != self._stamp:
            ago_ms = (now_ms - stamp) % _WRAP_MS
            ago_ms = 0 if ago_ms > _WRAP_MS - _AHEAD_MS else ago_ms
            self._stamp, self._input_ms = stamp, max(now_ms - ago_ms, self._asked_ms)
        self._asked_ms = now_ms
        return (now_ms - self._input_ms) / 1000
