"""Changes one setting in a person's own file, and leaves the rest of it as they wrote it."""

from __future__ import annotations

import contextlib
import os
import stat
import tempfile
import tomllib
from dataclasses import replace
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from sitbreak.config.explain import unknown_key
from sitbreak.config.layers import Layer, Origin
from sitbreak.config.places import find_places, private
from sitbreak.config.problems import ConfigProblems, Problem
from sitbreak.config.reading import read_text
from sitbreak.config.resolve import resolve
from sitbreak.config.settings import KEYS
from sitbreak.config.sources import read_toml, read_value
from sitbreak.errors import ConfigError
from sitbreak.wording import tr

_NEW_FILE = "# Your settings for sitbreak: only what differs from the shipped ones.\n"


def set_value(path: Path, dotted_key: str, text: str) -> Origin:
    """Set one key of the config file at ``path``, which is made if need be; comments stay.

    ``text`` is TOML where it parses as that, else text itself, with commas between a list's items. The file
    changes at once and whole, or not at all. Gives the setting as the file now has it.

    Raises:
        ConfigProblems: there is no such key, the value does not fit, or the file is broken anyway.
        ConfigError: the file cannot be written.
    """
    if dotted_key not in KEYS:
        what = tr("{key} is not a setting").format(key=dotted_key)
        raise ConfigProblems([Problem(what, unknown_key(dotted_key))])
    value = read_value(dotted_key, text)
    try:
        target = path.resolve()  # a link to the file stays a link
        before = read_text(target) if target.exists() else ""
    except (OSError, RuntimeError, ValueError) as error:
        raise _unwritable(path, error) from None
    read_toml(Layer.USER, path, before)
    after = _edited(before or _NEW_FILE, dotted_key, value, path)
    # The file has to be right by itself, whatever today's environment and flags say.
    places = replace(find_places(), user_file=path, user_file_named=True)
    resolved = resolve(places, {}, {}, user_text=after)
    _write(target, after)
    return next(origin for origin in resolved.origins if origin.key == dotted_key)


def _edited(text: str, dotted_key: str, value: Any, path: Path) -> str:
    *tables, name = dotted_key.split(".")
    if not text.endswith("\n"):
        text += "\n"
    wanted = tomllib.loads(text)
    _put(wanted, tables, name, value)
    try:
        document = tomlkit.parse(text)
        _put(document, tables, name, value)
        edited = tomlkit.dumps(document)
        faithful = tomllib.loads(edited) == wanted
    except (TOMLKitError, ValueError, TypeError, AttributeError, LookupError):
        faithful = False
    if not faithful:
        raise ConfigError(
            tr("{file} is laid out in a way that cannot be edited automatically").format(file=path),
            remedy=tr("Set {key} in it by hand.").format(key=dotted_key),
        )
    return edited


def _put(tree: Any, tables: list[str], name: str, value: Any) -> None:
    for depth, table in enumerate(tables):
        if table not in tree:
            inner = depth < len(tables) - 1
            tree[table] = (
                tomlkit.table(is_super_table=inner) if isinstance(tree, tomlkit.TOMLDocument) else {}
            )
        tree = tree[table]
    tree[name] = value


def _write(target: Path, text: str) -> None:
    folder = target.parent
    temporary: str | None = None
    try:
        if not folder.exists():
            private(folder)
        mode = stat.S_IMODE(target.stat().st_mode) if target.exists() else 0o600
        descriptor, temporary = tempfile.mkstemp(dir=folder, prefix=f".{target.name}.")
        with os.fdopen(descriptor, "w", encoding="utf-8", newline="") as file:
            file.write(text)
            file.flush()
            os.fsync(descriptor)
        Path(temporary).chmod(mode)
        Path(temporary).replace(target)
        temporary = None
        _settle(folder)
    except OSError as error:
        raise _unwritable(target, error) from None
    finally:
        if temporary is not None:
            with contextlib.suppress(OSError):
                Path(temporary).unlink()


def _unwritable(path: Path, error: Exception) -> ConfigError:
    reason = getattr(error, "strerror", None) or error
    return ConfigError(
        tr("{file} cannot be written: {reason}").format(file=path, reason=reason),
        remedy=tr("Make the file and its folder writable for yourself."),
    )


def _settle(folder: Path) -> None:
    """Make the new name itself outlive a power cut, where the system lets folders be synced."""
    with contextlib.suppress(OSError):
        descriptor = os.open(folder, os.O_RDONLY)
        try:
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
