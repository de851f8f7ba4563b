"""The daemon's end of the control socket: for this user alone."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import stat
import struct
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from sitbreak.adapters.control import SOCKET_NAME
from sitbreak.adapters.control.wire import LONGEST_REQUEST, error, pack, pack_as, request_in
from sitbreak.adapters.loop import IoLoop
from sitbreak.core.events import Via
from sitbreak.errors import Unavailable
from sitbreak.ports import Request
from sitbreak.wording import tr

Asked: TypeAlias = Callable[[Request, Via, Callable[[dict[str, Any]], None]], None]

ANSWER_WITHIN_S = 10.0
ASK_WITHIN_S = 5.0
MOST_AT_ONCE = 64


class ControlServer:
    """Listens in a private folder; takes one request a connection and passes it to ``asked``."""

    def __init__(self, io: IoLoop, folder: Path, asked: Asked) -> None:
        self._io, self._asked = io, asked
        self.path = folder / SOCKET_NAME
        self._open = 0
        self._server: asyncio.AbstractServer | None = None
        try:
            io.call(self._listen())
        except (OSError, TimeoutError) as problem:
            raise Unavailable(
                tr("The control socket {path} could not be made: {error}.").format(
                    path=self.path, error=problem
                ),
                remedy=tr("Commands will not reach this daemon; see that the folder is yours to write to."),
            ) from problem

    def close(self) -> None:
        """Stop listening and remove the socket."""
        with contextlib.suppress(OSError, TimeoutError):
            self._io.call(self._shut())

    async def _listen(self) -> None:
        # Only the holder of the lock gets here, so a socket that is left over is nobody's.
        if self.path.exists() and stat.S_ISSOCK(self.path.lstat().st_mode):
            self.path.unlink()
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # The mode a socket is born with comes from its descriptor, so that there is no moment in between.
        os.fchmod(listener.fileno(), 0o600)
        listener.bind(str(self.path))
        self.path.chmod(0o600)
        self._server = await asyncio.start_unix_server(self._serve, sock=listener, limit=LONGEST_REQUEST)

    async def _shut(self) -> None:
        if self._server is not None:
            self._server.close()
        self.path.unlink(missing_ok=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._open += 1
        try:
            if self._open <= MOST_AT_ONCE and _is_me(writer):
                writer.write(await self._reply(reader))
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


def _is_me(writer: asyncio.StreamWriter) -> bool:
    """Whether the other end is this user (or root, who may do anything anyway)."""
    if sys.platform != "linux":
        return True
    peer = writer.get_extra_info("socket")
    credentials = peer.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, struct.calcsize("3i"))
    _, uid, _ = struct.unpack("3i", credentials)
    return uid in (os.geteuid(), 0)
