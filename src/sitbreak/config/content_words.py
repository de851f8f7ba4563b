"""How the refusals of content files are worded: where, what stands there, what was probably meant."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sitbreak.wording import tr

_LONGEST_ECHO = 60


@dataclass(frozen=True, slots=True)
class Place:
    """Where a table stands, for messages: the ``nth`` ``[[header]]`` of a file, or the file's own keys."""

    path: Path
    text: str
    header: str = ""
    nth: int = 0
    entry: str = ""

    def line(self, key: str) -> int:
        """The line of the key, or of its table where the key is missing. The first line is 1."""
        lines = self.text.split("\n")
        heads = _heads(lines, self.header)
        start = heads[self.nth] if self.header and self.nth < len(heads) else 0
        for number, line in enumerate(lines[start:], start):
            if number > start and line.startswith("["):
                break
            if re.match(rf"\s*[\"']?{re.escape(key)}[\"']?\s*=", line):
                return number + 1
        tables = [] if self.header else _heads(lines, key)
        return (tables[0] if tables else start) + 1

    def __str__(self) -> str:
        return f"{self.header} {shown(self.entry)}" if self.header else ""


def _heads(lines: list[str], name: str) -> list[int]:
    """Where the tables of that name begin, from 0."""
    head = re.compile(rf"\s*\[\[?\s*{re.escape(name)}\s*\]?\]\s*(#.*)?")
    return [number for number, line in enumerate(lines) if head.fullmatch(line)]


def nearest(value: Any, known: Collection[str]) -> str:
    """A remedy that names the word probably meant, and all that are known."""
    words = ", ".join(known)
    if close := close_to(value, known):
        return tr('did you mean "{close}"? Known: {words}').format(close=close, words=words)
    return tr("known: {words}").format(words=words)


def close_to(value: Any, known: Collection[str]) -> str:
    """The known word most like the value; empty where none is."""
    close = difflib.get_close_matches(value[:_LONGEST_ECHO], known, 1) if isinstance(value, str) else []
    return close[0] if close else ""


def shorten(value: str) -> str:
    """Printable, and short enough to stand in a message."""
    clean = "".join(sign if sign.isprintable() else "?" for sign in value[:_LONGEST_ECHO])
    return clean if len(value) <= _LONGEST_ECHO else f"{clean}..."


def shown(value: Any) -> str:
    """A value from a file as a message may echo it."""
    match value:
        case str():
            return f'"{shorten(value)}"'
        case bool():
            return str(value).lower()
        case float():
            return f"{value:g}"
        case int():
            return str(value) if abs(value) < 10**9 else tr("a huge number")
        case _:
            return tr("what stands there")
