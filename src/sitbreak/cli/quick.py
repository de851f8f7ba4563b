"""``sitbreak status`` without click: the daemon has the words ready."""

from __future__ import annotations

import json
import sys

from sitbreak.adapters.control.client import ask
from sitbreak.config.places import runtime_dir
from sitbreak.errors import SitbreakError


def status(*, as_json: bool) -> int:
    """Print the status; the exit code."""
    try:
        reply = ask(runtime_dir(), "status")
    except SitbreakError as error:
        sys.stderr.write(f"{error}\n")
        return error.exit_code
    if not reply.get("ok"):
        sys.stderr.write(f"{reply.get('what')}\n{reply.get('remedy')}\n")
        return int(reply.get("exit", 1))
    sys.stdout.write((json.dumps(reply["data"]) if as_json else reply["text"]) + "\n")
    return 0
