"""One request to the daemon over a named pipe. Imports little, since ``status`` must feel instant."""

from __future__ import annotations

import _winapi
import sys
import time
import zlib

from sitbreak.adapters.control import LONGEST_REPLY, pipe_owner

assert sys.platform == "win32"  # noqa: S101 - type checkers pass over the rest elsewhere

_OVERLAPPED = _winapi.FILE_FLAG_OVERLAPPED
_ANONYMOUS = 0x00100000
"""SECURITY_SQOS_PRESENT with SecurityAnonymous: whoever listens may not act in our name."""
_BUSY, _NO_DATA, _BROKEN, _PENDING = 231, 232, 109, 997
_STEP_MS = 100
_TO_THE_END, _ANY = True, False


def address(folder: str) -> str:
    """Where the daemon of this folder listens: a name of this user's, and of this folder's."""
    which = zlib.crc32(folder.lower().encode(errors="surrogatepass"))
    return rf"\\.\pipe\sitbreak-{pipe_owner.my_id()}-{which:08x}"


def knock(folder: str, request: bytes, wait_s: float) -> bytes:
    """All that comes back for a line, or the beginning of what is longer than any reply.

    Raises:
        OSError: nobody listens, or not for us, or nothing comes back in time.
    """
    line = _Line(address(folder), time.monotonic() + wait_s)
    try:
        line.write(request)
        parts: list[bytes] = []
        size = 0
        while size <= LONGEST_REPLY and (part := line.read()):
            parts.append(part)
            size += len(part)
    finally:
        line.close()
    if not parts:
        raise ConnectionResetError
    return b"".join(parts)


class _Line:
    """An open pipe whose other end is this user's."""

    def __init__(self, name: str, until_s: float) -> None:
        self._until_s = until_s
        self._handle = self._opened(name)
        if pipe_owner.owner_of(self._handle) != pipe_owner.my_id():
            self.close()
            raise PermissionError(13, "the pipe belongs to another user")

    def write(self, data: bytes) -> None:
        try:
            self._wait(*_winapi.WriteFile(self._handle, data, overlapped=True))
        except OSError as error:
            # A daemon with too much to do says so and hangs up before it has heard anything.
            if error.winerror not in {_NO_DATA, _BROKEN}:
                raise

    def read(self) -> bytes:
        try:
            return self._wait(*_winapi.ReadFile(self._handle, 65536, overlapped=True))
        except OSError as error:
            if error.winerror == _BROKEN:
                return b""
            raise

    def close(self) -> None:
        _winapi.CloseHandle(self._handle)

    def _opened(self, name: str) -> int:
        access, how = _winapi.GENERIC_READ | _winapi.GENERIC_WRITE, _OVERLAPPED | _ANONYMOUS
        while True:
            try:
                return _winapi.CreateFile(name, access, 0, 0, _winapi.OPEN_EXISTING, how, 0)
            except OSError as error:
                if error.winerror != _BUSY:
                    raise
            if time.monotonic() > self._until_s:
                raise TimeoutError
            # Every end is taken just now. One that frees itself may be gone again when we come.
            try:
                _winapi.WaitNamedPipe(name, _STEP_MS)
            except OSError:
                time.sleep(0.005)

    def _wait(self, work: _winapi.Overlapped, state: int) -> bytes:
        if state == _PENDING:
            left_ms = max(0, int((self._until_s - time.monotonic()) * 1000))
            if _winapi.WaitForMultipleObjects((work.event,), _ANY, left_ms) == _winapi.WAIT_TIMEOUT:
                work.cancel()
                work.GetOverlappedResult(_TO_THE_END)
                raise TimeoutError
        _, failed = work.GetOverlappedResult(_TO_THE_END)
        if failed:
            raise OSError(0, "the pipe failed", None, failed)
        return work.getbuffer() or b""
