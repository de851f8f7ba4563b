"""What happened: ``log`` and ``stats``."""

from __future__ import annotations

import json
from datetime import UTC, datetime, time, timedelta
from typing import Any

import click

from sitbreak.cli.common import as_json, ask_daemon
from sitbreak.config.places import find_places
from sitbreak.config.zone import local_zone
from sitbreak.errors import SitbreakError
from sitbreak.runtime.entry_words import entry_words
from sitbreak.store.journal import FILE_NAME
from sitbreak.store.reports import Day, Reports, local_day
from sitbreak.wording import day_text, duration_text, time_text, tr, use_language

WEEK = 7
LINES = 50


@click.command()
@click.option("--today", is_flag=True, help="Only today's entries.")
@click.option("--since", type=click.DateTime(["%Y-%m-%d", "%Y-%m-%dT%H:%M"]), help="From this day on.")
@click.option("--last", type=click.IntRange(1), help=f"Only so many (in words: {LINES}, unless you say).")
@as_json
def log(*, today: bool, since: datetime | None, last: int | None, as_json: bool) -> None:
    """Show the log: what you did, and what sitbreak did, oldest first."""
    zone = local_zone()
    start = None if since is None else since.replace(tzinfo=zone)
    if today:
        start = datetime.combine(local_day(datetime.now(UTC), zone), time(), zone)
    bounded = last or (None if as_json or start else LINES)
    use_language()
    day = None
    for entry in _reports().entries(since=start, last=bounded):
        if as_json:
            print(json.dumps(entry))
            continue
        at = datetime.fromisoformat(entry["at"]).astimezone(zone)
        if at.date() != day:
            day = at.date()
            print(day_text(day))
        print(f"  {time_text(at)}  {entry_words(entry, zone)}")
    if day is None and not as_json:
        print(tr("There is nothing in the log for that time yet."))


@click.command()
@as_json
def stats(*, as_json: bool) -> None:
    """Show today and the seven days up to it."""
    use_language()
    zone = local_zone()
    today = local_day(datetime.now(UTC), zone)
    days = [day.json() for day in _reports().days(today - timedelta(days=WEEK - 1), WEEK, zone)]
    days[-1] |= _so_far(days[-1])
    if as_json:
        print(json.dumps({"days": days}))
    else:
        _print_table(days)


def _reports() -> Reports:
    return Reports(find_places().data_dir / FILE_NAME)


def _so_far(today: dict[str, Any]) -> dict[str, Any]:
    """Today with the sit in progress, which only the daemon knows."""
    try:
        known: dict[str, Any] = ask_daemon("status")["data"]["today"]
    except (SitbreakError, KeyError):
        return today
    return known if known["day"] == today["day"] else today


def _print_table(days: list[dict[str, Any]]) -> None:
    head = (
        *(tr("day"), tr("sat"), tr("longest"), tr("prompts"), tr("seen"), tr("said")),
        *(tr("snoozed"), tr("skipped"), tr("unanswered"), tr("water")),
    )
    rows = [_row(Day(**day)) for day in days]
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    for row in (head, *rows):
        cells = (cell.rjust(width) for cell, width in zip(row[1:], widths[1:], strict=True))
        print("  ".join((row[0].ljust(widths[0]), *cells)))
    print(tr("seen: breaks that an absence shows; said: breaks as you said."))


def _row(day: Day) -> tuple[str, ...]:
    counts = (day.prompts, day.done_seen, day.done_said, day.snoozed, day.skipped, day.ignored)
    return (
        day_text(datetime.fromisoformat(day.day).date()),
        duration_text(day.sat_s),
        duration_text(day.longest_sit_s),
        *map(str, counts),
        tr("{ml} ml").format(ml=day.water_ml),
    )
