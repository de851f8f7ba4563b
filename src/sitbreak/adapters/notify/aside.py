"""Work that may block for ever, done in a thread that nobody has to wait for."""

from __future__ import annotations

import threading
from collections.abc import Callable


class Aside:
    """One piece of work at a time, each in a daemon thread of its own. Any thread."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._thread: threading.Thread | None = None

    def run(self, work: Callable[[], object], *, for_s: float) -> None:
        """Do it, and wait for it for so many seconds.

        Raises:
            TimeoutError: it is still at it, or what was begun before is.
            Exception: whatever it raised.
        """
        if self._thread is not None and self._thread.is_alive():
            raise TimeoutError
        failure: list[Exception] = []

        def guarded() -> None:
            try:
                work()
            except Exception as error:
                failure.append(error)

        self._thread = threading.Thread(target=guarded, name=self._name, daemon=True)
        self._thread.start()
        self._thread.join(for_s)
        if self._thread.is_alive():
            raise TimeoutError
        if failure:
            raise failure[0]
