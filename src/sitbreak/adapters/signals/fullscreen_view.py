"""What both ways to look at a desktop's windows have in common, and how they are opened beside the loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future
from contextlib import contextmanager
from typing import Protocol

from sitbreak.errors import Unavailable
from sitbreak.wording import tr

PAUSE_S = 1.0
"""How long a watch rests after it was woken, seconds: a title that changes all the time costs no more."""


class NotNow(Unavailable):
    """It cannot be told just now; ``stirred`` waits until it may be."""


class View(Protocol):
    """A connection to one desktop. Made in any thread, used on the loop's by one task at a time.

    What breaks raises Unavailable, and the view is of no use any more; a desktop that hangs is waited for.
    """

    async def look(self) -> bool:
        """Whether the active window fills its screen. Raises NotNow where the view is still of use."""
        ...

    async def stirred(self) -> None:
        """Wait until ``look`` may answer otherwise than it did."""
        ...

    def close(self) -> None:
        """Let go of the desktop. Returns at once; never raises."""
        ...


class Opener:
    """Makes one view at a time in a thread of its own: what hangs there keeps nobody else waiting."""

    def __init__(self) -> None:
        self._turn = asyncio.Lock()
        self._making: Future[View] | None = None

    async def open(self, make: Callable[[], View]) -> View:
        """What ``make`` gives. Raises what it raises; Unavailable while an earlier one still hangs."""
        async with self._turn:
            if self._making is not None and not self._making.done():
                raise silent()
            making = self._making = Future[View]()
            making.set_running_or_notify_cancel()
            threading.Thread(target=_make, args=(making, make), name="fullscreen", daemon=True).start()
            try:
                return await asyncio.wrap_future(making)
            except asyncio.CancelledError:
                making.add_done_callback(_close)
                raise


def _make(making: Future[View], make: Callable[[], View]) -> None:
    try:
        making.set_result(make())
    except Exception as error:
        making.set_exception(error)


def _close(made: Future[View]) -> None:
    if made.exception() is None:
        made.result().close()


@contextmanager
def broken(said: Callable[[Exception], Unavailable]) -> Iterator[None]:
    """Let whatever goes wrong be Unavailable, in the words of ``said``."""
    try:
        yield
    except Unavailable:
        raise
    except Exception as error:  # whatever broke the conversation, it cannot go on
        raise said(error) from error


def silent() -> Unavailable:
    """The refusal for a desktop that is there and does not answer."""
    return Unavailable(
        tr("The desktop does not answer when asked for its windows."),
        remedy=tr("Log out of the desktop and in again."),
    )
