"""What crosses the control socket: one JSON object a line each way, bounded and checked."""

from __future__ import annotations

import json
from typing import Any

from sitbreak.ports import Request

LONGEST_REQUEST = 4096


def pack(plain: dict[str, Any]) -> bytes:
    """One line."""
    return json.dumps(plain, separators=(",", ":")).encode() + b"\n"


def request_in(line: bytes) -> Request:
    """The request that a line asks for.

    Raises:
        ValueError: it is no request.
    """
    plain = json.loads(line)
    words = plain.get("do") if isinstance(plain, dict) else None
    if not isinstance(words, list) or not 1 <= len(words) <= 4:
        raise ValueError("no request")
    if not all(type(word) in (str, int, float) for word in words) or not isinstance(words[0], str):
        raise ValueError("a request is a name and plain values")
    return tuple(words)


def error(what: str, remedy: str = "", *, exit_code: int = 1) -> dict[str, Any]:
    """A reply that says no."""
    return {"ok": False, "exit": exit_code, "what": what, "remedy": remedy}
