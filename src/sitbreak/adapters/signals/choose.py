"""The readers of signals that this system has."""

from __future__ import annotations

import sys
from collections.abc import Sequence

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals.hub import SignalHub
from sitbreak.adapters.signals.reader import Reader
from sitbreak.ports import Clock, Post


def signal_hub(io: IoLoop, post: Post, clock: Clock) -> SignalHub:
    """The hub over all of them."""
    return SignalHub(io, post, clock, readers)


def readers(io: IoLoop) -> Sequence[Reader]:
    """All that fit this system, whether or not this desktop lets them tell anything."""
    # Each brings libraries that only its own system has, or that only those need who are prompted.
    if sys.platform == "win32":
        from sitbreak.adapters.signals import windows  # noqa: PLC0415

        return windows.readers(io)
    if sys.platform == "darwin":
        from sitbreak.adapters.signals import macos  # noqa: PLC0415

        return macos.readers(io)
    from sitbreak.adapters.signals import linux  # noqa: PLC0415

    return linux.readers(io)
