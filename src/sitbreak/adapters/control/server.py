"""The daemon's end of the line for commands: for this user alone."""

from __future__ import annotations

import asyncio
import contextlib
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

from sitbreak.adapters.control.knock import address
from sitbreak.adapters.control.lines import Line, listener
from sitbreak.adapters.control.wire import error, pack, pack_as, request_in
from sitbreak.adapters.loop import IoLoop
from sitbreak.core.events import Via
from sitbreak.errors import Unavailable
from sitbreak.ports import Request
from sitbreak.wording import tr

Asked: TypeAlias = Callable[[Request, Via, Callable[[dict[str, Any]], None]], None]

ANSWER_WITHIN_S = 10.0
ASK_WITHIN_S = 5.0
MOST_AT_ONCE = 256


class ControlServer:
    """Listens for this user's commands; takes one request a connection and passes it to ``asked``."""

    def __init__(self, io: IoLoop, folder: Path, asked: Asked) -> None:
        self._io, self._asked = io, asked
        self._open = 0
        self._listener = listener(folder, self._serve)
        try:
            io.call(self._listener.open())
        except (OSError, TimeoutError) as problem:
            raise Unavailable(
                tr("The control socket {path} could not be made: {error}.").format(
                    path=address(str(folder)), error=getattr(problem, "strerror", None) or problem
                ),
                remedy=tr("Commands will not reach this daemon. Remove what is there, and start it again."),
            ) from problem

    def close(self) -> None:
        """Listen no more."""
        with contextlib.suppress(OSError, TimeoutError):
            self._io.call(self._listener.shut())

    async def _serve(self, line: Line) -> None:
        self._open += 1
        try:
            answer = _BUSY if self._open > MOST_AT_ONCE else await self._reply(line)
            await asyncio.wait_for(line.say(answer), ASK_WITHIN_S)
        except (OSError, TimeoutError, asyncio.CancelledError):
            pass  # whoever asked is gone, or the daemon ends
        finally:
            self._open -= 1
            line.close()

    async def _reply(self, line: Line) -> bytes:
        try:
            request, form = request_in(await asyncio.wait_for(line.hear(), ASK_WITHIN_S))
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
