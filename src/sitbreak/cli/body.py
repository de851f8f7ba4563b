"""What you say of yourself: ``stand``, ``sit``, ``water``."""

from __future__ import annotations

import re

import click

from sitbreak.cli.common import as_json, tell


@click.command()
@as_json
def stand(*, as_json: bool) -> None:
    """Say that you now work standing."""
    tell(("posture", "standing"), json_wanted=as_json)


@click.command()
@as_json
def sit(*, as_json: bool) -> None:
    """Say that you sit again."""
    tell(("posture", "sitting"), json_wanted=as_json)


@click.command()
@click.argument("amount", required=False)
@as_json
def water(amount: str | None, *, as_json: bool) -> None:
    """Note that you drank: a glass, or an AMOUNT such as 250ml or 0.5l."""
    tell(("water",) if amount is None else ("water", _millilitres(amount)), json_wanted=as_json)


def _millilitres(text: str) -> int:
    match = re.fullmatch(r"(\d{1,5}(?:[.,]\d{1,3})?)\s*(ml|cl|l)?", text.strip().lower())
    if match is None:
        raise click.UsageError(f"{text!r} is no amount. Write it like 250ml or 0.5l.")
    return round(float(match[1].replace(",", ".")) * {"l": 1000, "cl": 10}.get(match[2], 1))
