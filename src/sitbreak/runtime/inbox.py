"""Where everything goes that is to happen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, TypeAlias

from sitbreak.core.events import Event, Via
from sitbreak.ports import Request


@dataclass(frozen=True, slots=True)
class Ask:
    """A person's request, and whom to tell what became of it."""

    request: Request
    via: Via
    reply: Callable[[dict[str, Any]], None]


@dataclass(frozen=True, slots=True)
class Stop:
    """End the engine."""


Item: TypeAlias = Event | Ask | Stop


class Inbox:
    """One queue for all. Any thread; never blocks."""

    def __init__(self) -> None:
        self._items: SimpleQueue[Item] = SimpleQueue()

    def post(self, event: Event) -> None:
        """Have an event taken."""
        self._items.put(event)

    def ask(self, request: Request, via: Via, reply: Callable[[dict[str, Any]], None]) -> None:
        """Have a request followed; ``reply`` is called from the engine's thread, once."""
        self._items.put(Ask(request, via, reply))

    def stop(self) -> None:
        """Have the engine end once all that came before is done."""
        self._items.put(Stop())

    def next(self) -> Item:
        """Wait for the next item. Engine thread only."""
        return self._items.get()
