"""Listens on a Unix socket in a private folder."""

from __future__ import annotations

import asyncio
import errno
import os
import socket
import stat
import struct
import sys
from pathlib import Path

from sitbreak.adapters.control import LONGEST_PATH, socket_client
from sitbreak.adapters.control.lines import Serve
from sitbreak.adapters.control.wire import LONGEST_REQUEST
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

assert sys.platform != "win32"  # noqa: S101 - type checkers pass over the rest there

WAITING_AT_MOST = 512


class SocketListener:
    """Raises Unavailable where no socket can have this path."""

    def __init__(self, folder: Path, serve: Serve) -> None:
        self._path, self._serve = Path(socket_client.address(str(folder))), serve
        self._mine: tuple[int, int] | None = None
        self._server: asyncio.AbstractServer | None = None
        if len(os.fsencode(self._path)) > LONGEST_PATH:
            raise _too_long(self._path)

    async def open(self) -> None:
        """Take the socket's place. Raises OSError, FileExistsError where another listens on it."""
        # What is no socket stays, and bind says so; a link is never followed.
        if _is_socket(self._path):
            _refuse_if_heard(self._path)
            self._path.unlink()
        listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        # The mode a socket is born with comes from its descriptor, so that there is no moment in between.
        os.fchmod(listener.fileno(), 0o600)
        try:
            listener.bind(str(self._path))
            self._path.chmod(0o600)
            self._mine = _identity(self._path)
            self._server = await asyncio.start_unix_server(
                self._let_in, sock=listener, limit=LONGEST_REQUEST, backlog=WAITING_AT_MOST
            )
        except BaseException:
            listener.close()
            raise

    async def shut(self) -> None:
        """Listen no more and remove the socket."""
        if self._server is not None:
            self._server.close()
        if self._mine == _identity(self._path):
            self._path.unlink(missing_ok=True)

    async def _let_in(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if _is_me(writer):
            await self._serve(_SocketLine(reader, writer))
        else:
            writer.close()


class _SocketLine:
    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader, self._writer = reader, writer

    async def hear(self) -> bytes:
        return await self._reader.readline()

    async def say(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    def close(self) -> None:
        self._writer.close()


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
