"""What the chain asks of a notifier beyond the port."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from sitbreak.errors import NotifyFailed
from sitbreak.ports import Notifier

Late: TypeAlias = Callable[[int], None]
"""Called with a prompt's id when a note whose ``show`` had failed is on the screen after all. Any thread."""

SERVER_ROAD = "org.freedesktop.Notifications"
"""The road of all that ends at the session's notification server."""


class Candidate(Notifier, Protocol):
    """A notifier that the chain may pick."""

    @property
    def road(self) -> str:
        """Where its notes go. Candidates on one road fail together."""
        ...

    def check(self) -> None:
        """Raise Unavailable if nothing could be shown now. Shows nothing, starts nothing; at most 2 s."""
        ...


class RoadClosed(NotifyFailed):
    """The far end refuses, or is silent and may yet show what it was sent: nobody else may send there now."""
