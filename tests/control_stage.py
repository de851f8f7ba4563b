"""The line for commands as a test sees it: an engine that answers, and whoever dials."""

from __future__ import annotations

import contextlib
import errno
import socket
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, Protocol

from desk import wait_for
from sitbreak.adapters.control.knock import address
from sitbreak.core.events import Via
from sitbreak.ports import Request

Reply = Callable[[dict[str, Any]], None]


class Engine:
    """Answers each request with itself; or never, where it ``sulks``."""

    def __init__(self) -> None:
        self.asked: list[tuple[Request, Via]] = []
        self.sulks = False

    def __call__(self, request: Request, via: Via, reply: Reply) -> None:
        self.asked.append((request, via))
        if not self.sulks:
            answer = {"ok": True, "data": {"request": list(request)}, "text": "wörds"}
            threading.Thread(target=reply, args=(answer,)).start()


class Caller(Protocol):
    """One end of a line, raw."""

    def say(self, data: bytes) -> None:
        """Say all of it. Raises OSError once the other end has hung up."""

    def hear(self) -> bytes:
        """All that comes until the other end hangs up."""


if sys.platform == "win32":

    @contextlib.contextmanager
    def dial(folder: Path) -> Iterator[Caller]:
        """A line to the daemon of that folder."""
        with wait_for(lambda: _open(address(str(folder))), why="for a free end") as pipe:
            yield _Pipe(pipe)

    def _open(name: str) -> Any:
        try:
            return open(name, "r+b", buffering=0)  # noqa: PTH123 - a pipe is no path
        except OSError as error:
            # Of a pipe whose ends are all taken just now, Python says that the name is no good.
            if error.errno == errno.EINVAL:
                return None
            raise

    class _Pipe:
        def __init__(self, pipe: Any) -> None:
            self._pipe = pipe

        def say(self, data: bytes) -> None:
            while data:
                data = data[self._pipe.write(data) :]

        def hear(self) -> bytes:
            parts = []
            with contextlib.suppress(OSError):
                while part := self._pipe.read(65536):
                    parts.append(part)
            return b"".join(parts)

else:

    @contextlib.contextmanager
    def dial(folder: Path) -> Iterator[Caller]:
        """A line to the daemon of that folder."""
        with socket.socket(socket.AF_UNIX) as line:
            line.settimeout(10)
            line.connect(address(str(folder)))
            yield _Socket(line)

    class _Socket:
        def __init__(self, line: socket.socket) -> None:
            self._line = line

        def say(self, data: bytes) -> None:
            self._line.sendall(data)

        def hear(self) -> bytes:
            parts = []
            with contextlib.suppress(ConnectionResetError):
                while part := self._line.recv(65536):
                    parts.append(part)
            return b"".join(parts)


def knock(folder: Path, sent: bytes) -> bytes:
    """All that comes back for it; nothing where the line is cut."""
    with dial(folder) as line:
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            line.say(sent)
        return line.hear()
