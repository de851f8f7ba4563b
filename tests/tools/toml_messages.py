"""A Babel extractor for the content files: the texts under the keys that babel.cfg names."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO

Message = tuple[int, None, str, list[str]]


def extract(
    fileobj: BinaryIO, _keywords: object, _comment_tags: object, options: Mapping[str, str]
) -> Iterator[Message]:
    """Yield each text with a comment for translators: the entry it belongs to, and the key."""
    keys = frozenset(options["keys"].split())
    yield from _texts(tomllib.loads(fileobj.read().decode("utf-8")), keys, "")


def _texts(table: Mapping[str, Any], keys: frozenset[str], entry: str) -> Iterator[Message]:
    entry = str(table.get("id", entry))
    for key, value in table.items():
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, dict):
                yield from _texts(item, keys, entry)
            elif key in keys:
                yield 1, None, item, [f"{entry} {key}".strip()]
