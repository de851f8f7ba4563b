"""What the core wants to hear about idleness."""

from __future__ import annotations

from typing import NamedTuple


class Attention(NamedTuple):
    """Derived from the state after every step; a source is told when it differs from before.

    ``idle_after_s``: report when nobody has touched anything for so many seconds, each of these.
    ``asked_s``: the monotonic second at which a fresh sample was last wanted; a new value asks again.
    """

    idle_after_s: tuple[float, ...]
    asked_s: float
