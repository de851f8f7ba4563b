"""What the commands share: ``--json``, asking the daemon, durations."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import click

from sitbreak.config.socketplace import runtime_folder
from sitbreak.errors import SitbreakError

as_json = click.option("--json", "as_json", is_flag=True, help="Print facts for scripts.")


class Said(SitbreakError):
    """What the daemon said no with; its exit code is the daemon's."""

    def __init__(self, reply: dict[str, Any]) -> None:
        super().__init__(str(reply.get("what", "")), remedy=str(reply.get("remedy", "")))
        self.exit_code = int(reply.get("exit", 1))


def ask_daemon(*request: str | float) -> dict[str, Any]:
    """The daemon's reply.

    Raises:
        NoDaemon: nothing answers.
        Said: it said no.
    """
    from sitbreak.adapters.control.client import ask

    reply = ask(Path(runtime_folder()), *request)
    if not reply.get("ok"):
        raise Said(reply)
    return reply


def tell(request: tuple[str | float, ...], *, json_wanted: bool) -> None:
    """Ask the daemon and print its answer."""
    reply = ask_daemon(*request)
    if json_wanted:
        print(json.dumps(reply["data"]))
    else:
        print(reply["text"])


def tell_problems(problems: Iterable[object]) -> None:
    """Say on stderr what is wrong beside what was asked for."""
    for problem in problems:
        click.echo(str(problem), err=True)


def flags_of(settings: Iterable[str]) -> dict[str, str]:
    """The settings that ``--set KEY=VALUE`` names, by key."""
    flags = {}
    for setting in settings:
        key, equals, value = setting.partition("=")
        if not equals or not key:
            raise click.UsageError(f"--set {setting}: write it like --set reminders.movement.every=25m.")
        flags[key] = value
    return flags


class Duration(click.ParamType[float]):
    """A duration as people write it, in seconds."""

    name = "duration"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> float:
        """Seconds. Fails with what may be written instead."""
        from sitbreak.config.durations import parse_duration

        if isinstance(value, float):
            return value
        try:
            return parse_duration(str(value))
        except ValueError as error:
            self.fail(str(error), param, ctx)
