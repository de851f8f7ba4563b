"""The one asyncio thread: D-Bus, the X connection, the control socket and file watching live on it."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable, Coroutine
from concurrent.futures import Future
from typing import Any, TypeVar

T = TypeVar("T")


log = logging.getLogger(__name__)


def _note(_loop: asyncio.AbstractEventLoop, told: dict[str, Any]) -> None:
    """What libraries leave behind when a bus dies: a line for who looks for it, no traceback for a person."""
    log.info("%s: %r", told.get("message"), told.get("exception"))


class IoLoop:
    """An event loop in a thread of its own. All methods are safe from any thread."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._loop.set_exception_handler(_note)
        self._thread = threading.Thread(target=self._run, name="io", daemon=True)
        self._thread.start()

    @property
    def loop(self) -> asyncio.AbstractEventLoop:
        """The loop itself, for code that already runs on it."""
        return self._loop

    def call(self, work: Coroutine[Any, Any, T], *, timeout_s: float = 2.0) -> T:
        """Run it on the loop and wait. Raises what it raised, or TimeoutError. Not from the loop itself."""
        future: Future[T] = asyncio.run_coroutine_threadsafe(work, self._loop)
        try:
            return future.result(timeout_s)
        except TimeoutError:
            future.cancel()
            raise

    def start(self, work: Coroutine[Any, Any, Any]) -> None:
        """Run it on the loop without waiting for it."""
        asyncio.run_coroutine_threadsafe(work, self._loop)

    def soon(self, work: Callable[[], object]) -> None:
        """Call it on the loop, soon; once that is closed, never."""
        with contextlib.suppress(RuntimeError):
            self._loop.call_soon_threadsafe(work)

    def close(self) -> None:
        """Stop the loop and wait for its thread. Not from the loop itself."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(2.0)

    def _run(self) -> None:
        asyncio.set_event_loop(self._loop)
        try:
            self._loop.run_forever()
        finally:
            for task in asyncio.all_tasks(self._loop):
                task.cancel()
            self._loop.run_until_complete(asyncio.sleep(0))
            self._loop.close()
