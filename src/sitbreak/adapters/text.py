"""Texts made fit for notification servers, trays, balloons and terminals."""

from __future__ import annotations

import unicodedata

from sitbreak.wording import units

TOOLTIP_MOST = 127
"""The room in a Windows tooltip, UTF-16 units; more raises there."""

_HARMFUL = frozenset({"Cc", "Cs"})


def plain(text: str) -> str:
    """Without control characters and half surrogates: they command terminals and break messages."""
    return "".join(c for c in text.expandtabs(1) if c == "\n" or unicodedata.category(c) not in _HARMFUL)


def cut(text: str, most: int) -> str:
    """At most so many UTF-16 units, ending in an ellipsis where something was lost."""
    if units(text) <= most:
        return text
    return text.encode("utf-16-le")[: 2 * (most - 1)].decode("utf-16-le", "ignore").rstrip() + "…"


def with_answer(body: str, how_to_answer: str, most: int | None = None) -> str:
    """The body, then how to answer on a line of its own; where room is short, the body gives way."""
    tail = f"\n{how_to_answer}" if how_to_answer else ""
    if most is None:
        return body + tail
    return cut(cut(body, max(most - units(tail), 1)) + tail, most)
