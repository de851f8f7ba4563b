"""Running text in a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Mapping

from sitbreak.config.content_background import Source

_WIDTH = 90


def wrap(text: str, *, indent: str = "   ", first: str = "") -> str:
    """The text in lines; those after the first stand in a little."""
    return textwrap.fill(text, _WIDTH, initial_indent=first, subsequent_indent=first + indent)


def sources_line(ids: Iterable[str], sources: Mapping[str, Source]) -> str:
    """The titles of what something was drawn from, below it."""
    return wrap("; ".join(sources[source].title for source in ids), first="  ", indent="")
