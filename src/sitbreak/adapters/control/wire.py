"""What crosses the control socket: one JSON object a line each way, bounded and checked."""

from __future__ import annotations

import json
from typing import Any

from sitbreak.ports import Request

LONGEST_REQUEST = 4096


def pack(plain: dict[str, Any]) -> bytes:
    """One line."""
    return json.dumps(plain, separators=(",", ":")).encode() + b"\n"


def pack_as(form: str, plain: dict[str, Any]) -> bytes:
    """The exit code on a line, then what a command prints: for callers that would rather not read JSON."""
    if not plain["ok"]:
        text = f"{plain['exit']}\n{plain['what']}\n{plain['remedy']}\n"
    elif form == "text" and "text" in plain:
        text = f"0\n{plain['text']}\n"
    else:
        text = f"0\n{json.dumps(plain.get('data'))}\n"
    # What was asked may come back in a complaint, and need not be text that can be written.
    return text.encode(errors="backslashreplace")


def request_in(line: bytes) -> tuple[Request, str]:
    """The request that a line asks for, and the form it wants its answer in ("", "text" or "json").

    Raises:
        ValueError: it is no request.
    """
    plain = json.loads(line)
    words, form = (plain.get("do"), plain.get("as", "")) if isinstance(plain, dict) else (None, "")
    if form not in ("", "text", "json"):
        raise ValueError("no form of answer")
    if not isinstance(words, list) or not 1 <= len(words) <= 4:
        raise ValueError("no request")
    if not all(type(word) in (str, int, float) for word in words) or not isinstance(words[0], str):
        raise ValueError("a request is a name and plain values")
    return tuple(words), form


def error(what: str, remedy: str = "", *, exit_code: int = 1) -> dict[str, Any]:
    """A reply that says no."""
    return {"ok": False, "exit": exit_code, "what": what, "remedy": remedy}
