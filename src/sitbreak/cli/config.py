"""``sitbreak config check|show|set|path|schema``."""

from __future__ import annotations

import json
import os

import click

from sitbreak.cli.common import as_json
from sitbreak.config.layers import Resolved
from sitbreak.config.places import find_places


@click.group()
def config() -> None:
    """See and change the settings."""


@config.command()
@click.argument("file", required=False, type=click.Path())
@as_json
def check(file: str | None, *, as_json: bool) -> None:
    """Check your config and your packs, or a FILE in the config's stead; every fault with its remedy."""
    from sitbreak.config.content import load_catalogue
    from sitbreak.config.problems import ConfigProblems

    loaded = load_catalogue(packs=() if file else find_places().pack_folders)
    try:
        resolved = _resolve(file)
    except ConfigProblems as found:
        raise ConfigProblems([*found.problems, *loaded.problems], more=found.more) from None
    if loaded.problems:
        raise ConfigProblems(loaded.problems)
    names = [pack.name for pack in loaded.packs]
    if as_json:
        print(json.dumps({"ok": True, "layers": list(resolved.layers), "packs": names}))
        return
    print(f"The settings are fine (from: {', '.join(resolved.layers)}).")
    if names:
        print(f"The packs are fine, too: {', '.join(names)}.")


@config.command()
@click.option("--origin", is_flag=True, help="Say where each value comes from.")
@as_json
def show(*, origin: bool, as_json: bool) -> None:
    """Show every setting that holds."""
    origins = _resolve().origins
    if as_json and origin:
        print(json.dumps([one.plain() for one in origins]))
    elif as_json:
        print(json.dumps({one.key: one.value for one in origins}))
    else:
        width = max(len(one.key) for one in origins)
        for one in origins:
            where = one.layer + (f", {one.file}" if one.file else "") + (f":{one.line}" if one.line else "")
            line = f"{one.key:{width}} = {json.dumps(one.value)}"
            print(f"{line:{width + 34}} # {where}" if origin else line)


@config.command("set")
@click.argument("key")
@click.argument("value")
@as_json
def set_(key: str, value: str, *, as_json: bool) -> None:
    """Change one setting in your file; its comments stay."""
    from sitbreak.config.edit import set_value

    origin = set_value(find_places().user_file, key, value)
    if as_json:
        print(json.dumps(origin.plain()))
        return
    print(f"{origin.key} = {json.dumps(origin.value)}  # {origin.file}:{origin.line}")


@config.command()
@as_json
def path(*, as_json: bool) -> None:
    """Say where your config file is, or would be."""
    file = find_places().user_file
    print(json.dumps({"path": str(file), "exists": file.is_file()}) if as_json else file)


@config.command()
def schema() -> None:
    """Print the JSON Schema of the config, for editors."""
    from sitbreak.config.settings import schema as make

    print(json.dumps(make(), indent=2))


def _resolve(file: str | None = None) -> Resolved:
    from sitbreak.config.resolve import resolve

    return resolve(find_places(file), os.environ, {})
