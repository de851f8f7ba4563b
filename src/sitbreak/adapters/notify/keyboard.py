"""Lines typed at our terminal, read without ever stopping, blocking or robbing anybody."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Self

LOOK_AGAIN_S = 2.0
"""How often, while a note is open, we see whether we are in the foreground again, seconds."""

_LINE_MOST = 4096


@contextmanager
def unstoppable() -> Iterator[None]:
    """In here the terminal does not stop this process for using it from the background."""
    if sys.platform == "win32":
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTIN, signal.SIGTTOU})
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


class Keyboard:
    """One reading of a terminal, from ``listen`` to ``close``. Loop thread only, but for ``of``.

    It has an open file of its own, so that not blocking is our affair and not the shell's. While the shell
    has put us into the background, the terminal is the shell's and nothing is read.
    """

    def __init__(self, fd: int, loop: asyncio.AbstractEventLoop, typed: Callable[[str], None]) -> None:
        self._fd, self._loop, self._typed = fd, loop, typed
        self._rest = b""
        self._later: asyncio.TimerHandle | None = None
        self._open = True

    @classmethod
    def of(cls, fd: int, loop: asyncio.AbstractEventLoop, typed: Callable[[str], None]) -> Self | None:
        """The keyboard behind ``fd``; None where that is no terminal. Any thread."""
        if sys.platform == "win32":
            return None
        try:
            own = os.open(os.ttyname(fd), os.O_RDONLY | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC)
        except OSError:
            return None
        return cls(own, loop, typed)

    def listen(self) -> None:
        """Read from now on. What was typed before is thrown away: it answered nothing."""
        if not self._open:
            return
        if self._foreground():
            self._throw_away()
            self._rest = b""
            self._read_on()
        else:
            self._pause(self.listen)

    def close(self) -> None:
        """Read no more."""
        if self._open:
            self._open = False
            self._loop.remove_reader(self._fd)
            if self._later is not None:
                self._later.cancel()
            os.close(self._fd)

    def _read_on(self) -> None:
        self._loop.add_reader(self._fd, self._readable)

    def _pause(self, until: Callable[[], None]) -> None:
        self._loop.remove_reader(self._fd)
        self._later = self._loop.call_later(LOOK_AGAIN_S, until)

    def _readable(self) -> None:
        if not self._foreground():
            self._pause(self.listen)
            return
        try:
            with unstoppable():
                data = os.read(self._fd, _LINE_MOST)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        if not data:
            # Ctrl-D, after which more may be typed; or the terminal is gone, and then it stays readable.
            self._pause(self._read_on)
            return
        *lines, rest = (self._rest + data).split(b"\n")
        self._rest = rest[-_LINE_MOST:]
        for line in lines:
            if self._open:
                self._typed(line.decode(errors="replace"))

    def _foreground(self) -> bool:
        try:
            return os.tcgetpgrp(self._fd) == os.getpgrp()
        except OSError:
            return True  # Not the terminal that controls us, so nobody moves us about.

    def _throw_away(self) -> None:
        import termios  # noqa: PLC0415 - there is none on Windows

        with suppress(termios.error), unstoppable():
            termios.tcflush(self._fd, termios.TCIFLUSH)
