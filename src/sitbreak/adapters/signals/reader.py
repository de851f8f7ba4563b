"""One way to tell one thing about this desktop."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, TypeAlias

from sitbreak.core.policy import Sense

Changed: TypeAlias = Callable[[], None]
Stop: TypeAlias = Callable[[], None]


class Reader(Protocol):
    """Answers yes, no, or cannot tell. Loop thread only; until ``watch``, nothing here wakes the daemon."""

    sense: Sense
    name: str

    async def read(self) -> bool:
        """Whether it is so just now. Within 1.5 s, off the loop's thread where it may take long.

        Raises Unavailable where that cannot be told, and says why and what would help.
        """
        ...

    def watch(self, changed: Changed) -> Stop | None:
        """Have ``changed`` called, on the loop, whenever ``read`` may answer otherwise than before.

        What is returned ends that. None: nothing here tells by itself, so it has to be asked now and then.
        """
        ...

    def close(self) -> None:
        """Let go of the desktop. Returns at once; never raises."""
        ...
