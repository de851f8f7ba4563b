"""The daemon's end of the control socket: for this user alone."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import os
import socket
import stat
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from sitbreak.adapters.control import LONGEST_PATH, SOCKET_NAME
from sitbreak.adapters.control.wire import LONGEST_REQUEST, error, pack, pack_as, request_in
from sitbreak.adapters.loop import IoLoop
from sitbreak.core.events import Via
from sitbreak.errors import Unavailable
from sitbreak.ports import Request
from sitbreak.wording import tr

Asked: TypeAlias = Callable[[Request, Via, Callable[[dict[str, Any]], None]], None]

ANSWER_WITHIN_S = 10.0
ASK_WITHIN_S = 5.0
MOST_AT_ONCE = 256
WAITING_AT_MOST = 512


class ControlServer:
    """Listens in a private folder; takes one request a connection and passes it to ``asked``."""

    def __init__(self, io: IoLoop, folder: Path, asked: Asked) -> None:
        self._io, self._asked = io, asked
        self.path = folder / SOCKET_NAME
        self._open = 0
        self._mine: tuple[int, int] | None = None
        self._server: asyncio.AbstractServer | None = None
        if len(os.fsencode(self.path)) > LONGEST_PATH:
            raise _too_long(self.path)
        try:
            io.call(self._listen())
        except (OSError, TimeoutError) as problem:
            raise Unavailable(
                tr("The control socket {path} could not be made: {error}.").format(
                    path=self.path, error=getattr(problem, "strerror", None) or problem
                ),
                remedy=tr("Commands will not reach this daemon. Remove what is there, and start it again."),
            ) from problem

    def close(self) -> None:
        """Stop listening and remove the socket."""
        with contextlib.suppress(OSError, TimeoutError):
            self._io.call(self._shut())

    async def _listen(self) -> None:
        # What is no socket stays, and bind says so; a link is never followed.
        if _is_socket(self.path):
            _refuse_if_heard(self.path)
            self.path.unlink()
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # The mode a socket is born with comes from its descriptor, so that there is no moment in between.
        os.fchmod(listener.fileno(), 0o600)
        try:
            listener.bind(str(self.path))
            self.path.chmod(0o600)
            self._mine = _identity(self.path)
            self._server = await asyncio.start_unix_server(
                self._serve, sock=listener, limit=LONGEST_REQUEST, backlog=WAITING_AT_MOST
            )
        except BaseException:
            listener.close()
            raise

    async def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
        if self._mine == _identity(self.path):
            self.path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            if _is_me(writer):
                writer.write(_BUSY if self._open > MOST_AT_ONCE else await self._reply(reader))
                await asyncio.wait_for(writer.drain(), ASK_WITHIN_S)
        except (OSError, TimeoutError):
            pass  # whoever asked is gone
        finally:
            self._open -= 1
            writer.close()

    async def _reply(self, reader: asyncio.StreamReader) -> bytes:
        try:
            line = await asyncio.wait_for(reader.readline(), ASK_WITHIN_S)
            request, form = request_in(line)
        except (ValueError, RecursionError):
            return pack(error(tr("That is no request."), exit_code=2))
        plain = await self._answer(request)
        return pack_as(form, plain) if form else pack(plain)

    async def _answer(self, request: Request) -> dict[str, Any]:
        answer: asyncio.Future[dict[str, Any]] = asyncio.get_running_loop().create_future()

        def reply(plain: dict[str, Any]) -> None:
            self._io.soon(lambda: None if answer.done() else answer.set_result(plain))

        self._asked(request, Via.COMMAND, reply)
        try:
            return await asyncio.wait_for(answer, ANSWER_WITHIN_S)
        except TimeoutError:
            return error(
                tr("sitbreak did not answer in time."), tr("Try again; `sitbreak doctor` may tell more.")
            )


_BUSY = pack(error("sitbreak has too many commands to answer at once.", "Try again in a moment."))


def _is_socket(path: Path) -> bool:
    try:
        return stat.S_ISSOCK(path.lstat().st_mode)
    except FileNotFoundError:
        return False


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.lstat()
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _refuse_if_heard(path: Path) -> None:
    """A socket that somebody listens on is not left over, whoever holds the lock."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as line:
        line.settimeout(1.0)
        try:
            line.connect(str(path))
        except TimeoutError:
            pass
        except OSError:
            return
    raise FileExistsError(errno.EEXIST, tr("another sitbreak listens on it"))


def _is_me(writer: asyncio.StreamWriter) -> bool:
    """Whether the other end is this user (or root, who may do anything anyway)."""
    if sys.platform != "linux":
        return True
    peer = writer.get_extra_info("socket")
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, uid, _ = struct.unpack("3i", credentials)
    return uid in (os.geteuid(), 0)


def _too_long(path: Path) -> Unavailable:
    return Unavailable(
        tr("The path of the control socket {path} is too long for a socket.").format(path=path),
        remedy=tr(
            "Commands will not reach this daemon. Let XDG_RUNTIME_DIR name a folder with a shorter path."
        ),
    )
