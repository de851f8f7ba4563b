"""Quiet for a while: ``pause`` and ``resume``."""

from __future__ import annotations

import click

from sitbreak.cli.common import Duration, as_json, tell


@click.command()
@click.argument("words", nargs=-1, metavar="[30m | until 14:00 | until tomorrow]")
@as_json
def pause(words: tuple[str, ...], *, as_json: bool) -> None:
    """Hold all prompts for a while, or until you resume."""
    match words:
        case ():
            request: tuple[str | float, ...] = ("pause", "open")
        case ("until", *when) if when:
            request = ("pause", "until", " ".join(when))
        case ("tomorrow",):
            request = ("pause", "until", "tomorrow")
        case (length,):
            request = ("pause", "for", Duration().convert(length, None, None))
        case _:
            raise click.UsageError("Write it like: pause 30m, pause until 14:00, pause until tomorrow.")
    tell(request, json_wanted=as_json)


@click.command()
@as_json
def resume(*, as_json: bool) -> None:
    """End the pause."""
    tell(("resume",), json_wanted=as_json)
