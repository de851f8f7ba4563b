"""A program that is asked, or listened to: what it prints is bounded, and it is ended for certain."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping, Sequence
from typing import IO, cast

from sitbreak.errors import Unavailable
from sitbreak.wording import tr

ANSWER_WITHIN_S = 0.7
"""Two such questions fit into one read; each takes some ms."""

ANSWER_MOST = 8_000_000
"""Bytes. What PipeWire has makes some hundred thousand."""

_PART = 65536
_ENDS_WITHIN_S = 0.2


class Child:
    """Hands on what a program prints, until it ends or is stopped. Loop thread only.

    ``ended`` is called once when it ends by itself. Raises OSError where it cannot be run.
    """

    def __init__(
        self,
        argv: Sequence[str],
        environ: Mapping[str, str],
        heard: Callable[[bytes], None],
        ended: Callable[[], None],
    ) -> None:
        self._loop = asyncio.get_running_loop()
        self._heard, self._ended = heard, ended
        self._process = subprocess.Popen(
            argv,
            # Plain words, and numbers with a point: pactl's JSON is none where numbers have a comma.
            env={**environ, "LC_ALL": "C.UTF-8"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
        self._out = cast("IO[bytes]", self._process.stdout)
        os.set_blocking(self._out.fileno(), False)
        self._loop.add_reader(self._out.fileno(), self._read)

    def stop(self) -> None:
        """End it, if it has not. Never raises."""
        if self._out.closed:
            return
        self._loop.remove_reader(self._out.fileno())
        self._out.close()
        # With what it may have started: some systems have a script in the program's place.
        with contextlib.suppress(OSError):
            os.killpg(self._process.pid, signal.SIGKILL)
        # It is gone within a millisecond, unless the system itself hangs.
        with contextlib.suppress(subprocess.TimeoutExpired):
            self._process.wait(_ENDS_WITHIN_S)

    def _read(self) -> None:
        try:
            part = os.read(self._out.fileno(), _PART)
        except BlockingIOError:
            return
        except OSError:
            part = b""
        if part:
            self._heard(part)
        else:
            self.stop()
            self._ended()


def lasting(argv: Sequence[str], environ: Mapping[str, str]) -> Sequence[str]:
    """The same for a program that runs on: should we be killed, the kernel ends it, where setpriv is there.

    Raises OSError where there is no such program.
    """
    path = environ.get("PATH")
    if shutil.which(argv[0], path=path) is None:
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), argv[0])
    setpriv = shutil.which("setpriv", path=path)
    return argv if setpriv is None else (setpriv, "--pdeathsig", "KILL", *argv)


async def answer(
    argv: Sequence[str],
    environ: Mapping[str, str],
    *,
    within_s: float = ANSWER_WITHIN_S,
    most: int = ANSWER_MOST,
) -> bytes:
    """All that a program prints.

    Raises:
        OSError: it cannot be run.
        Unavailable: it takes too long or says too much.
    """
    said = bytearray()
    over = asyncio.get_running_loop().create_future()

    def end() -> None:
        if not over.done():
            over.set_result(None)

    def heard(part: bytes) -> None:
        said.extend(part)
        if len(said) > most:
            end()

    child = Child(argv, environ, heard, end)
    try:
        async with asyncio.timeout(within_s):
            await over
    except TimeoutError:
        raise Unavailable(tr("{name} has not answered yet.").format(name=argv[0])) from None
    finally:
        child.stop()
    if len(said) > most:
        raise Unavailable(tr("{name} said more than can be read.").format(name=argv[0]))
    return bytes(said)
