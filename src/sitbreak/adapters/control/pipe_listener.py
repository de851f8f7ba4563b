"""Listens on a named pipe of Windows that only this user may open, and only on this machine."""

from __future__ import annotations

import _winapi
import asyncio
import ctypes
import errno
import sys
from asyncio import windows_utils
from ctypes import byref, c_void_p, wintypes
from pathlib import Path
from typing import Any

from sitbreak.adapters.control import pipe_client, pipe_owner
from sitbreak.adapters.control.lines import Serve
from sitbreak.adapters.control.wire import LONGEST_REQUEST
from sitbreak.wording import tr

assert sys.platform == "win32"  # noqa: S101 - type checkers pass over the rest elsewhere

AGAIN_S = 1.0
"""How long to wait where the system has no room for another end of the pipe, seconds."""

_BOTH_WAYS, _FIRST, _OVERLAPPED = 0x3, 0x80000, 0x40000000
_BYTES_FROM_HERE_ONLY = 0x8
_MANY, _BUFFER, _DEFAULT = 255, 65536, 0
_ACCESS_DENIED, _PIPE_BUSY = 5, 231
_REVISION = 1
_INVALID = c_void_p(-1).value


class _SecurityAttributes(ctypes.Structure):
    _fields_ = (("size", wintypes.DWORD), ("descriptor", c_void_p), ("inherit", wintypes.BOOL))


_kernel = ctypes.WinDLL("kernel32", use_last_error=True)
_advapi = ctypes.WinDLL("advapi32", use_last_error=True)
_kernel.CreateNamedPipeW.restype = c_void_p
_kernel.CreateNamedPipeW.argtypes = (wintypes.LPCWSTR, *([wintypes.DWORD] * 6), c_void_p)
_kernel.LocalFree.argtypes = (c_void_p,)
_advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW.argtypes = (
    wintypes.LPCWSTR,
    wintypes.DWORD,
    c_void_p,
    c_void_p,
)


class PipeListener:
    """There is always one end more than there are callers, so that the name is never free for another."""

    def __init__(self, folder: Path, serve: Serve) -> None:
        self._name, self._serve = pipe_client.address(str(folder)), serve
        self._accepting: asyncio.Task[None] | None = None
        self._callers: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Take the name. Raises OSError, FileExistsError where another has it."""
        taken = FileExistsError(errno.EEXIST, tr("another sitbreak listens on it"))
        # Windows sees to it that we are the first, but Wine does not.
        if _is_heard(self._name):
            raise taken
        try:
            first = _make(self._name, _FIRST)
        except OSError as error:
            if error.winerror in {_ACCESS_DENIED, _PIPE_BUSY}:
                raise taken from error
            raise
        self._accepting = asyncio.create_task(self._accept(first))

    async def shut(self) -> None:
        """Listen no more; the name goes with the last end."""
        if self._accepting is not None:
            self._accepting.cancel()
            await asyncio.wait([self._accepting])

    async def _accept(self, end: windows_utils.PipeHandle) -> None:
        while True:
            try:
                await _proactor().accept_pipe(end)
            except OSError:
                # They came and went, and this end with them.
                gone = end
                try:
                    end = await self._another()
                finally:
                    gone.close()
                await asyncio.sleep(0)
                continue
            except asyncio.CancelledError:
                end.close()
                raise
            caller = asyncio.create_task(self._let_in(end))
            self._callers.add(caller)
            caller.add_done_callback(self._callers.discard)
            end = await self._another()

    async def _another(self) -> windows_utils.PipeHandle:
        while True:
            try:
                return _make(self._name)
            except OSError:
                await asyncio.sleep(AGAIN_S)

    async def _let_in(self, end: windows_utils.PipeHandle) -> None:
        line = _PipeLine(end)
        try:
            await self._serve(line)
        finally:
            line.close()


class _PipeLine:
    def __init__(self, end: windows_utils.PipeHandle) -> None:
        self._end, self._proactor = end, _proactor()

    async def hear(self) -> bytes:
        heard = b""
        while b"\n" not in heard and len(heard) <= LONGEST_REQUEST:
            part: bytes = await self._proactor.recv(self._end, LONGEST_REQUEST)
            if not part:
                return heard
            heard += part
        line, end, _ = heard.partition(b"\n")
        if len(line) > LONGEST_REQUEST:
            raise ValueError("no request is that long")
        return line + end

    async def say(self, data: bytes) -> None:
        while data:
            data = data[await self._proactor.send(self._end, data) :]

    def close(self) -> None:
        self._end.close()


def _proactor() -> Any:
    # asyncio's own way to serve a pipe lets everybody read it and other machines connect to it.
    loop: Any = asyncio.get_running_loop()
    return loop._proactor  # noqa: SLF001


def _is_heard(name: str) -> bool:
    try:
        _winapi.WaitNamedPipe(name, 1)
    except FileNotFoundError:
        return False
    except OSError:
        pass  # all ends are taken, or it is another's
    return True


def _make(name: str, more: int = 0) -> windows_utils.PipeHandle:
    descriptor = c_void_p()
    # It belongs to this user; nothing is inherited; this user may do all, and nobody else a thing.
    me = pipe_owner.my_id()
    wanted = f"O:{me}D:P(A;;FA;;;{me})"
    make_descriptor = _advapi.ConvertStringSecurityDescriptorToSecurityDescriptorW
    if not make_descriptor(wanted, _REVISION, byref(descriptor), None):
        raise ctypes.WinError(ctypes.get_last_error())
    try:
        security = _SecurityAttributes(ctypes.sizeof(_SecurityAttributes), descriptor, inherit=False)
        handle = _kernel.CreateNamedPipeW(
            name,
            _BOTH_WAYS | _OVERLAPPED | more,
            _BYTES_FROM_HERE_ONLY,
            _MANY,
            _BUFFER,
            _BUFFER,
            _DEFAULT,
            byref(security),
        )
        if handle == _INVALID:
            raise ctypes.WinError(ctypes.get_last_error())
    finally:
        _kernel.LocalFree(descriptor)
    return windows_utils.PipeHandle(handle)
