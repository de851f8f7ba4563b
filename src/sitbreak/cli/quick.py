"""``sitbreak status`` without click and without JSON: the daemon has the words ready."""

from __future__ import annotations

import sys

from sitbreak.adapters.control.knock import knock
from sitbreak.config.socketplace import runtime_folder

WAIT_S = 15.0


def status(*, as_json: bool) -> int:
    """Print the status; the exit code."""
    folder = runtime_folder()
    request = b'{"do":["status"],"as":"json"}\n' if as_json else b'{"do":["status"],"as":"text"}\n'
    try:
        answer = knock(folder, request, WAIT_S)
        code, _, text = answer.decode().partition("\n")
        exit_code = int(code)
    except (OSError, ValueError) as problem:
        from sitbreak.adapters.control.client import unheard

        error = unheard(folder, problem)
        exit_code, text = error.exit_code, f"{error}\n"
    print(text, end="", file=sys.stderr if exit_code else sys.stdout)
    return exit_code
