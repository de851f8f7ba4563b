"""Readers of systems that tell nothing by themselves: one that asks, and one that knows it cannot."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterable

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals.reader import Changed, Stop
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

ANSWER_WITHIN_S = 1.4
"""How long a question may take, seconds: a little less than a reader may."""


class AskingReader:
    """Puts a question that may take long, in a daemon thread; who asks meanwhile is told the same answer.

    Nothing is held open in between. A question that hangs holds up that one thread and nobody else: all who
    ask are told that there is no answer, until there is one.
    """

    def __init__(self, io: IoLoop, sense: Sense, name: str, ask: Callable[[], bool]) -> None:
        self.sense, self.name = sense, name
        self._io, self._ask = io, ask
        self._answer: asyncio.Future[bool] | None = None

    async def read(self) -> bool:
        """Whether it is so. Raises Unavailable where the system does not say, or not in time."""
        if self._answer is None or self._answer.done():
            self._answer = self._begin()
        try:
            return await asyncio.wait_for(asyncio.shield(self._answer), ANSWER_WITHIN_S)
        except TimeoutError:
            raise Unavailable(tr("{source} does not answer.").format(source=self.name)) from None

    def watch(self, changed: Changed) -> Stop | None:  # noqa: ARG002 - it is never called
        """None: it has to be asked."""
        return None

    def close(self) -> None:
        """Nothing is held."""

    def _begin(self) -> asyncio.Future[bool]:
        answer: asyncio.Future[bool] = self._io.loop.create_future()
        # One that fails when nobody waits any more is nobody's trouble.
        answer.add_done_callback(lambda answer: answer.cancelled() or answer.exception())
        thread = threading.Thread(target=self._put, args=(answer,), name=self.sense.value, daemon=True)
        thread.start()
        return answer

    def _put(self, answer: asyncio.Future[bool]) -> None:
        told = _told(self._ask, self.name)

        def tell() -> None:
            if answer.cancelled():
                return
            if isinstance(told, Unavailable):
                answer.set_exception(told)
            else:
                answer.set_result(told)

        self._io.soon(tell)


class MuteReader:
    """For what a system tells nobody: says so, and what would help."""

    def __init__(self, sense: Sense, name: str, what: str) -> None:
        self.sense, self.name = sense, name
        self._what = what

    async def read(self) -> bool:
        """Raises Unavailable."""
        raise Unavailable(self._what, remedy=tr("Pause the prompts yourself: `sitbreak pause 30m`."))

    def watch(self, changed: Changed) -> Stop | None:  # noqa: ARG002 - it is never called
        """None: there is nothing to tell."""
        return None

    def close(self) -> None:
        """Nothing is held."""


def any_of(answers: Iterable[Callable[[], bool]]) -> bool:
    """Whether one of them says yes. One that fails is outvoted by a yes, not by a no.

    Raises:
        OSError: none says yes and one failed.
    """
    failed: OSError | None = None
    for answer in answers:
        try:
            if answer():
                return True
        except OSError as error:
            failed = error
    if failed is not None:
        raise failed
    return False


def _told(ask: Callable[[], bool], name: str) -> bool | Unavailable:
    try:
        return ask()
    except Unavailable as error:
        return error
    except Exception as error:  # system calls and their bindings fail in many ways
        return Unavailable(
            tr("{source} could not be asked: {reason}").format(
                source=name, reason=str(error) or type(error).__name__
            )
        )
