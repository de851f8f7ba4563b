"""A trace's file, whichever way it is written."""

from __future__ import annotations

import json
from pathlib import Path

from sitbreak.replay.activitywatch import is_export, parse_export
from sitbreak.replay.jsonlines import not_json, parse_lines
from sitbreak.replay.trace import Trace, TraceError
from sitbreak.wording import tr

MOST_BYTES = 64 * 1024 * 1024


def read_trace(file: Path) -> Trace:
    """The trace in that file: an ActivityWatch export or JSON lines, as its content tells.

    Raises:
        TraceError: it cannot be read or used.
    """
    name = str(file).encode("utf-8", "replace").decode("utf-8")
    try:
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise TraceError(
            tr("{file} cannot be read: {reason}").format(file=name, reason=reason),
            remedy=tr("Name a file of JSON lines, or an ActivityWatch export."),
        ) from None
    return parse_trace(content, name)


def parse_trace(content: bytes, file: str) -> Trace:
    """The trace in these bytes; ``file`` is what messages call them.

    Raises:
        TraceError: they cannot be used.
    """
    if len(content) > MOST_BYTES:
        raise TraceError(
            tr("{file} is larger than {most} MB").format(file=file, most=MOST_BYTES // 1024**2),
            remedy=tr("Export only the bucket aw-watcher-afk, or split the file."),
        )
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise TraceError(
            tr("{file} is no UTF-8 text: byte {position}").format(file=file, position=error.start),
            remedy=tr("Name a file of JSON lines, or an ActivityWatch export."),
        ) from None
    try:
        whole = json.loads(text)
    except (ValueError, RecursionError) as error:
        if _in_lines(text):
            return parse_lines(text, file)
        place = file
        if isinstance(error, json.JSONDecodeError):
            place = tr("{file}, line {line}").format(file=file, line=error.lineno)
        raise not_json(error).placed(place) from None
    return parse_export(whole, file) if is_export(whole) else parse_lines(text, file)


def _in_lines(text: str) -> bool:
    """Whether what is no JSON as a whole was meant as an object a line."""
    first = text.lstrip().partition("\n")[0].rstrip()
    return not (first == "{" or first.startswith("[") or '"buckets"' in first or '"events"' in first)
