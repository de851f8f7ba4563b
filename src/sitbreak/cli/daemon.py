"""``sitbreak run``."""

from __future__ import annotations

import logging
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from sitbreak.cli.common import flags_of
from sitbreak.config.places import find_places


@click.command()
@click.option("--no-tray", is_flag=True, help="Show no icon.")
@click.option("--demo", is_flag=True, help="Show every kind of prompt within a minute. Nothing is kept.")
@click.option(
    "--set",
    "settings",
    multiple=True,
    metavar="KEY=VALUE",
    help="A setting for this run, such as work.hours=.",
)
@click.option("--verbose", is_flag=True, help="Say more about what happens inside.")
def run(*, no_tray: bool, demo: bool, settings: tuple[str, ...], verbose: bool) -> None:
    """Run the daemon until you quit it."""
    from sitbreak.app.daemon import Options
    from sitbreak.app.daemon import run as run_app
    from sitbreak.demo import FLAGS, play

    logging.basicConfig(level=logging.INFO if verbose else logging.WARNING, format="sitbreak: %(message)s")
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    flags = flags_of(settings)
    places = find_places()
    with ExitStack() as after:
        if demo:
            folder = Path(after.enter_context(TemporaryDirectory(prefix="sitbreak-demo-")))
            places = replace(
                places,
                state_dir=folder / "state",
                data_dir=folder / "data",
                runtime_dir=folder / "run",
                cache_dir=folder / "cache",
            )
            flags = dict(FLAGS) | flags
        options = Options(places=places, flags=flags, tray=not no_tray, demo=demo)
        run_app(options, play if demo else None)
