"""The table of commands, and how a call of one ends."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import click

from sitbreak.errors import SitbreakError

COMMANDS = {
    "run": ("sitbreak.cli.daemon", "run"),
    "status": ("sitbreak.cli.facts", "status"),
    "done": ("sitbreak.cli.answers", "done"),
    "snooze": ("sitbreak.cli.answers", "snooze"),
    "skip": ("sitbreak.cli.answers", "skip"),
    "yes": ("sitbreak.cli.answers", "yes"),
    "no": ("sitbreak.cli.answers", "no"),
    "now": ("sitbreak.cli.answers", "now"),
    "pause": ("sitbreak.cli.quiet", "pause"),
    "resume": ("sitbreak.cli.quiet", "resume"),
    "stand": ("sitbreak.cli.body", "stand"),
    "sit": ("sitbreak.cli.body", "sit"),
    "water": ("sitbreak.cli.body", "water"),
    "why": ("sitbreak.cli.facts", "why"),
    "log": ("sitbreak.cli.history", "log"),
    "stats": ("sitbreak.cli.history", "stats"),
    "prompts": ("sitbreak.cli.prompts", "prompts"),
    "safety": ("sitbreak.cli.safety", "safety"),
    "hurt": ("sitbreak.cli.safety", "hurt"),
    "evidence": ("sitbreak.cli.evidence", "evidence"),
    "config": ("sitbreak.cli.config", "config"),
    "replay": ("sitbreak.cli.replaying", "replay"),
    "doctor": ("sitbreak.cli.facts", "doctor"),
    "version": ("sitbreak.cli.facts", "version"),
}


class Lazy(click.Group):
    """A group whose commands are imported when they are called."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        """All names, in the table's order."""
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, name: str) -> click.Command | None:
        """That command."""
        if name not in COMMANDS:
            return None
        module, attribute = COMMANDS[name]
        command: click.Command = getattr(importlib.import_module(module), attribute)
        return command


@click.command(cls=Lazy, context_settings={"help_option_names": ["-h", "--help"]})
@click.option("--config", metavar="FILE", help="Use this instead of your config file (anywhere on the line).")
def sitbreak(config: str | None) -> None:
    """A break reminder that knows how long you have really sat.

    Start it with `sitbreak run`. Answer prompts from their notification, from the tray, or with the
    commands below.
    """


def call(arguments: list[str]) -> int:  # noqa: PLR0911 - one line an ending
    """Run the command that the arguments name; the exit code."""
    try:
        result: Any = sitbreak.main(args=arguments, prog_name="sitbreak", standalone_mode=False)
    except click.exceptions.Exit as done:
        return done.exit_code
    except SystemExit:
        return 0  # click's way out when whoever read the output has seen enough
    except click.Abort:
        return 130
    except click.exceptions.NoArgsIsHelpError as error:
        error.show()
        return error.exit_code
    except click.ClickException as error:
        return _end(_in_two_lines(error), error.exit_code)
    except SitbreakError as error:
        return _end(str(error), error.exit_code)
    except OSError as error:
        return _end(
            f"That did not work: {error}.\nSee that the disk has room and that what it names is yours.", 1
        )
    except Exception as error:
        if sys.flags.dev_mode:
            raise
        return _end(f"Something inside sitbreak went wrong: {error!r}.\n{_REPORT}", 1)
    return result if isinstance(result, int) else 0


_REPORT = "Please report it, with what `python -X dev -m sitbreak` and the same words say."


def _in_two_lines(error: click.ClickException) -> str:
    what = " ".join(error.format_message().split())
    context = getattr(error, "ctx", None)
    name = "sitbreak" if context is None else context.command_path
    return f"{what}\n`{name} --help` shows how to call it."


def _end(message: str, exit_code: int) -> int:
    click.echo(message, err=True)
    return exit_code
