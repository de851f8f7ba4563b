"""Texts made fit for notification servers, trays, balloons and terminals."""

from __future__ import annotations

import unicodedata

TOOLTIP_MOST, TITLE_MOST, BODY_MOST = 127, 63, 255
"""The room in a Windows tooltip and balloon, UTF-16 units; more raises there, and is not read elsewhere."""

_HARMFUL = frozenset({"Cc", "Cs"})


def plain(text: str) -> str:
    """Without control characters and half surrogates: they command terminals and break messages."""
    return "".join(c for c in text.expandtabs(1) if c == "\n" or unicodedata.category(c) not in _HARMFUL)


def units(text: str) -> int:
    """The length in UTF-16 units, as Windows counts it."""
    return len(text.encode("utf-16-le")) // 2


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
