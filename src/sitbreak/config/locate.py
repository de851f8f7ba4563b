"""On which line of a TOML text each key stands, which its parsers do not tell.

A tolerant scanner: it reads tables, dotted and quoted keys and inline tables, steps over strings, arrays
and comments, and gives what it found where a text is broken. Inside arrays nothing is located.
"""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

Path = tuple[str, ...]

_PIECE = re.compile(
    r"""
    (?P<newline>\n)
  | (?P<blank>[ \t\r]+ | \#[^\n]*)
  | (?P<long>\"{3}(?:[^"\\]|\\.|"{1,2}(?!"))*+"{3,5} | '{3}(?:[^']|'{1,2}(?!'))*+'{3,5})
  | (?P<quoted>"(?:[^"\\\n]|\\[^\n])*+" | '[^'\n]*+')
  | (?P<bare>[A-Za-z0-9_-]+)
  | (?P<mark>.)
    """,
    re.VERBOSE | re.DOTALL,
)
DEEPEST = 32
"""Parts of a key, beyond which nothing is located: the time it takes grows with their square."""

_BARE = re.compile(r"[A-Za-z0-9_-]+")


def locate(text: str) -> dict[str, int]:
    """The line, from 1, of each key and table (dotted, at its first mention). Never raises."""
    return {dotted(path): line for path, line in _scan(text).lines.items()}


def too_deep(text: str) -> int | None:
    """The line of a key with more parts than ``DEEPEST``, if there is one: parsers are slow on these."""
    return _scan(text).too_deep


def dotted(parts: Iterable[str]) -> str:
    """The key as TOML writes it; a part that is no bare word is quoted."""
    return ".".join(part if _BARE.fullmatch(part) else json.dumps(part, ensure_ascii=False) for part in parts)


def _scan(text: str) -> _Scanner:
    scanner = _Scanner()
    line = 1
    for kind, piece in _pieces(text):
        scanner.take(kind, piece, line)
        line += piece.count("\n")
    return scanner


def _pieces(text: str) -> Iterator[tuple[str, str]]:
    for found in _PIECE.finditer(text):
        kind = found.lastgroup or "mark"
        if kind != "blank":
            yield kind, found[0]


@dataclass(slots=True)
class _Scanner:
    """Reads either a key (``parts`` so far) or a value; ``open`` are the brackets that the value is inside.

    A path of None is one where keys are not located: inside an array, or too deep.
    """

    lines: dict[Path, int] = field(default_factory=dict)
    table: Path | None = ()
    arrays: set[Path] = field(default_factory=set)
    open: list[tuple[str, Path | None]] = field(default_factory=list)
    key: Path | None = ()
    parts: list[str] = field(default_factory=list)
    reading_key: bool = True
    header: int = 0
    too_deep: int | None = None

    def take(self, kind: str, piece: str, line: int) -> None:
        """Go on by one piece."""
        if kind == "newline":
            if not self.open:
                self._expect_key()
                self.header = 0
        elif not self.reading_key:
            self._in_value(piece)
        elif kind in {"bare", "quoted"}:
            self._lengthen(piece if kind == "bare" else _unquoted(piece), line)
        elif piece == "[" and not self.open and not self.parts:
            self.header += 1
        elif piece == "]" and self.header:
            self._begin_table(line)
        elif piece == "=":
            self.key = self._record(self.open[-1][1] if self.open else self.table, line)
            self.reading_key = False
        elif piece != ".":
            self.reading_key = False
            self._in_value(piece)

    def _lengthen(self, part: str, line: int) -> None:
        if len(self.parts) < DEEPEST:
            self.parts.append(part)
        elif self.too_deep is None:
            self.too_deep = line

    def _in_value(self, piece: str) -> None:
        if piece == "[":
            self.open.append((piece, None))
        elif piece == "{":
            in_array = bool(self.open) and self.open[-1][0] == "["
            self.open.append((piece, None if in_array else self.key))
            self._expect_key()
        elif piece == "," and self.open and self.open[-1][0] == "{":
            self._expect_key()
        elif piece in {"]", "}"} and self.open:
            self.open.pop()

    def _begin_table(self, line: int) -> None:
        within: Path | None = ()
        path = tuple(self.parts)
        if any(path[:length] in self.arrays for length in range(1, len(path))) or path in self.arrays:
            within = None
        self.table = self._record(within, line)
        if self.header > 1 and self.table is not None:
            self.arrays.add(path)
            self.table = None
        self.reading_key = False

    def _record(self, within: Path | None, line: int) -> Path | None:
        if within is None:
            return None
        path = (*within, *self.parts)
        if len(path) > DEEPEST:
            return None
        for length in range(len(within) + 1, len(path) + 1):
            self.lines.setdefault(path[:length], line)
        return path

    def _expect_key(self) -> None:
        self.reading_key, self.parts = True, []


def _unquoted(piece: str) -> str:
    try:
        return str(tomllib.loads(f"key = {piece}")["key"])
    except ValueError:
        return piece[1:-1]
