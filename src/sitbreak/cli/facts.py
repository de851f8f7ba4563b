"""How things stand: ``status``, ``why``, ``doctor``, ``version``."""

from __future__ import annotations

import json
import sys

import click

import sitbreak
from sitbreak.cli.common import as_json, ask_daemon, tell
from sitbreak.errors import NoDaemon


@click.command()
@as_json
def status(*, as_json: bool) -> None:
    """Say how long you have sat, what comes next, and how today went."""
    tell(("status",), json_wanted=as_json)


@click.command()
@as_json
def why(*, as_json: bool) -> None:
    """Say what was decided of late, and why."""
    tell(("why",), json_wanted=as_json)


@click.command()
@as_json
def doctor(*, as_json: bool) -> None:
    """Say what was chosen on this desktop and why, what is missing and how to get it."""
    from sitbreak.runtime.doctor import doctor_text

    running = True
    try:
        data = ask_daemon("doctor")["data"]
    except NoDaemon:
        from sitbreak.app.examine import examine

        running, data = False, examine()
    data["running"] = running
    if as_json:
        print(json.dumps(data))
        return
    if not running:
        print("- sitbreak is not running; this is what it would choose")
    print(doctor_text(data))


@click.command()
@as_json
def version(*, as_json: bool) -> None:
    """Say which sitbreak this is."""
    facts = {"sitbreak": sitbreak.__version__, "python": sys.version.split()[0], "platform": sys.platform}
    print(json.dumps(facts) if as_json else f"sitbreak {sitbreak.__version__}")
