"""What the core wants to hear: of idleness, and of signals."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple

from sitbreak.core.policy import Sense


class Attention(NamedTuple):
    """Of idleness. Derived from the state after every step; a source is told when it differs from before.

    ``idle_after_s``: report when nobody has touched anything for so many seconds, each of these.
    ``asked_s``: the monotonic second at which a fresh sample was last wanted; a new value asks again.
    """

    idle_after_s: tuple[float, ...]
    asked_s: float


class Watch(StrEnum):
    """How soon the core needs to hear that a signal came or went."""

    OFF = "off"
    SPARSE = "sparse"
    CLOSE = "close"


class Heed(NamedTuple):
    """Of signals. Derived like ``Attention``.

    ``watch``: not at all; within some seconds, while it decides whether somebody who touches nothing is
    there; within two, while a prompt waits for its end.
    ``asked_s``: when all of them were last asked for; a new value asks again.
    ``senses``: those that may be used.
    """

    watch: Watch
    asked_s: float | None
    senses: frozenset[Sense]
