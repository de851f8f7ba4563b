"""``sitbreak replay``: what the log would say of days that a trace tells."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import click

from sitbreak.cli.common import as_json, flags_of, tell_problems
from sitbreak.config.child import load
from sitbreak.config.content import load_catalogue
from sitbreak.config.places import find_places
from sitbreak.core.effects import Entry, entry_json
from sitbreak.core.events import Answer
from sitbreak.core.policy import Policy
from sitbreak.core.rules import Rules, rules
from sitbreak.replay.reading import read_trace
from sitbreak.replay.run import play
from sitbreak.replay.trace import Trace
from sitbreak.wording import tr, use_language

IGNORE = "ignore"
ANSWERS = (IGNORE, "done", "skip", "snooze")


class Zone(click.ParamType[ZoneInfo]):
    """A time zone by its name."""

    name = "zone"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> ZoneInfo:
        """The zone. Fails with how one is named."""
        try:
            return ZoneInfo(str(value))
        except (OSError, ValueError, LookupError):
            self.fail(f"{value!r} is no time zone. Name one such as Europe/Berlin or UTC.", param, ctx)


@click.command()
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--answer",
    type=click.Choice(ANSWERS),
    default=IGNORE,
    show_default=True,
    help="What becomes of each prompt that the trace itself leaves open.",
)
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="A setting for this run, such as reminders.movement.every=25m.",
)
@click.option(
    "--zone", type=Zone(), metavar="NAME", help="Where the work hours are (else: where this machine is)."
)
@as_json
def replay(
    file: Path, *, answer: str, settings: tuple[str, ...], zone: ZoneInfo | None, as_json: bool
) -> None:
    """Show what sitbreak's log would say of the days in FILE, by your settings.

    FILE is an ActivityWatch export, or lines of JSON: {"from", "to", "is", "also"} and {"at", "answer",
    "for"}. "is" is active, idle, locked or asleep; "also" lists call, media, fullscreen or dnd; "answer" is
    done, skip, snooze, stand, sit, pause or resume. Times are in ISO 8601 with an offset; what no line covers
    is asleep. All times that are shown are UTC.
    """
    policy, trace = _read(file, flags_of(settings))
    known = _rules(policy, zone)
    entries = play(trace, known, None if answer == IGNORE else Answer(answer))
    if as_json:
        _print_json(entries)
    else:
        use_language(policy.language)
        _print_words(entries)


def _read(file: Path, flags: dict[str, str]) -> tuple[Policy, Trace]:
    """Both at once: the settings are resolved by a process of their own."""
    with ThreadPoolExecutor(1) as beside:
        resolved = beside.submit(load, find_places(), flags)
        trace = read_trace(file)
        return resolved.result().policy, trace


def _rules(policy: Policy, zone: ZoneInfo | None) -> Rules:
    loaded = load_catalogue(packs=find_places().pack_folders)
    tell_problems(loaded.problems)
    return rules(policy if zone is None else replace(policy, zone=zone), loaded.catalogue)


def _print_json(entries: Iterable[tuple[datetime, Entry]]) -> None:
    for at, entry in entries:
        sys.stdout.write(json.dumps(entry_json(at, entry)) + "\n")


def _print_words(entries: Iterable[tuple[datetime, Entry]]) -> None:
    from sitbreak.runtime.entry_words import entry_words

    day = None
    for at, entry in entries:
        if at.date() != day:
            day = at.date()
            print(f"{day} (UTC)")
        print(f"  {at:%H:%M:%S}  {entry_words(entry_json(at, entry), UTC)}")
    if day is None:
        print(tr("Nothing happened in this trace."))
