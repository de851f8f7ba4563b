"""Whether the session is locked, by the word of several who do not all know it, or all of the time."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

LAPSE_S = 30.0
"""How long the word of one who fell silent holds: a restart of the service takes less."""


class LockWord:
    """The last change that anybody told holds, so that one who never tells of the end blinds nobody.

    ``changed`` is called when the session is locked or unlocked, never twice in a row for the same. Loop
    thread only.
    """

    def __init__(self, changed: Callable[[bool], None]) -> None:
        self.locked = False
        self._changed = changed
        self._words: dict[str, bool] = {}
        self._lapses: dict[str, asyncio.TimerHandle] = {}

    def say(self, who: str, *, locked: bool) -> None:
        """``who`` keeps record of locking, and this is what it says now."""
        self._keep(who)
        before, self._words[who] = self._words.get(who, False), locked
        if locked is not before:
            self._believe(locked=locked)

    def opened(self) -> None:
        """Somebody with the right to it had the session unlocked."""
        self._believe(locked=False)

    def silent(self, who: str) -> None:
        """``who`` can tell no more, for now or for ever."""
        self._keep(who)
        if self._words.get(who):
            loop = asyncio.get_running_loop()
            self._lapses[who] = loop.call_later(LAPSE_S, self._lapse, who)
        else:
            self._words.pop(who, None)

    def close(self) -> None:
        """Wait for nobody any more."""
        for who in list(self._lapses):
            self._keep(who)

    def _keep(self, who: str) -> None:
        if (lapse := self._lapses.pop(who, None)) is not None:
            lapse.cancel()

    def _lapse(self, who: str) -> None:
        self._lapses.pop(who, None)
        self._words.pop(who, None)
        if not any(self._words.values()):
            self._believe(locked=False)

    def _believe(self, *, locked: bool) -> None:
        if locked is not self.locked:
            self.locked = locked
            self._changed(locked)
