"""The ``sitbreak`` command. Each command's module is imported when that command is called."""

from __future__ import annotations

import os
import sys


def main() -> None:
    """Run one command and end with its exit code."""
    arguments = _take_config(sys.argv[1:])
    if arguments in (["status"], ["status", "--json"]):
        from sitbreak.cli.quick import status

        sys.exit(status(as_json=len(arguments) > 1))
    from sitbreak.cli.commands import call

    sys.exit(call(arguments))


def _take_config(arguments: list[str]) -> list[str]:
    """``--config FILE`` may stand anywhere; it is passed on as ``SITBREAK_CONFIG`` does it."""
    rest: list[str] = []
    words = iter(arguments)
    for word in words:
        name, equals, value = word.partition("=")
        if word == "--":
            return [*rest, word, *words]
        if name != "--config":
            rest.append(word)
            continue
        file = value if equals else next(words, "")
        if not file:
            sys.stderr.write("--config needs a file.\nGive it one: sitbreak --config my.toml run\n")
            sys.exit(2)
        os.environ["SITBREAK_CONFIG"] = file
    return rest
