"""The ``sitbreak`` command. Each command's module is imported when that command is called."""

from __future__ import annotations

import io
import os
import sys


def main() -> None:
    """Run one command and end with its exit code."""
    for stream in (sys.stdout, sys.stderr):
        # What a terminal cannot show becomes a question mark, and no reason to fail.
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")
    arguments = _take_config(sys.argv[1:])
    if arguments in (["status"], ["status", "--json"]):
        from sitbreak.cli.quick import status

        sys.exit(_written(status(as_json=len(arguments) > 1)))
    from sitbreak.cli.commands import call

    sys.exit(_written(call(arguments)))


def _written(exit_code: int) -> int:
    """The exit code, once the output has left."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        # Python writes what is left when it ends; it must go somewhere.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        if not isinstance(error, BrokenPipeError):
            print(f"The output could not be written: {error.strerror}.\nGive it room.", file=sys.stderr)
            return 1
    return exit_code


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
