"""Answering: ``done``, ``snooze``, ``skip``, ``yes``, ``no``; and asking: ``now``."""

from __future__ import annotations

import click

from sitbreak.cli.common import Duration, as_json, tell
from sitbreak.core.policy import Kind


@click.command()
@as_json
def done(*, as_json: bool) -> None:
    """Say that you did what the prompt asked."""
    tell(("answer", "done"), json_wanted=as_json)


@click.command()
@click.argument("length", type=Duration(), required=False)
@as_json
def snooze(length: float | None, *, as_json: bool) -> None:
    """Have the same prompt again later: in 5m, or the LENGTH you give."""
    request = ("answer", "snooze") if length is None else ("answer", "snooze", "for", length)
    tell(request, json_wanted=as_json)


@click.command()
@as_json
def skip(*, as_json: bool) -> None:
    """Pass this prompt by; its reminder starts again."""
    tell(("answer", "skip"), json_wanted=as_json)


@click.command()
@as_json
def yes(*, as_json: bool) -> None:
    """Say that a gap which sitbreak asks about was a break."""
    tell(("answer", "yes"), json_wanted=as_json)


@click.command()
@as_json
def no(*, as_json: bool) -> None:
    """Say that such a gap was no break."""
    tell(("answer", "no"), json_wanted=as_json)


@click.command()
@click.argument("kind", type=click.Choice([kind.value for kind in Kind]), required=False)
@click.option("--within", type=Duration(), help="The time you have, such as 30s or 2m.")
@as_json
def now(kind: str | None, within: float | None, *, as_json: bool) -> None:
    """Have a prompt now: what is due soonest, or the KIND you name."""
    tell(("now", kind or "", *(() if within is None else ("within", within))), json_wanted=as_json)
