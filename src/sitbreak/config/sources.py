"""Reads what each layer says: files, environment, flags. Nothing is judged here beyond being readable."""

from __future__ import annotations

import json
import os
import re
import stat
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, get_origin

from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource

from sitbreak.config.layers import Layer
from sitbreak.config.locate import locate, too_deep
from sitbreak.config.problems import ConfigProblems, Problem, placed
from sitbreak.config.settings import ENV_DELIMITER, ENV_PREFIX, FIELDS, Settings
from sitbreak.wording import tr

LARGEST_FILE = 256 * 1024
"""Bytes. A config that a person wrote has a few thousand."""

OTHER_NAMES = ("SITBREAK_CONFIG", "SITBREAK_TRAY", "SITBREAK_NOTIFIER", "SITBREAK_PRESENCE", "SITBREAK_SHOTS")
"""Environment variables with our prefix that are no settings."""

_ERROR_LINE = re.compile(r"at line (\d+)")


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file, variable or flag says. ``where`` names it to people, ``lines`` are those of its keys."""

    layer: Layer
    where: str
    tree: dict[str, Any]
    file: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)


def read_text(path: Path) -> str:
    """The text of a config file.

    Raises:
        ConfigProblems: it is missing, not a file, too large, unreadable or not UTF-8.
    """
    try:
        raw = _read_bytes(path)
    except FileNotFoundError:
        raise _unusable(
            tr("{file}: there is no such file").format(file=path), tr("Check the path, or create the file.")
        ) from None
    except (IsADirectoryError, NotADirectoryError):
        raise _unusable(
            tr("{file} is not a file").format(file=path), tr("Move what is there away, or name another file.")
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unusable(
            tr("{file} cannot be read: {reason}").format(file=path, reason=reason),
            tr("Make it readable for yourself, or name another file."),
        ) from None
    if len(raw) > LARGEST_FILE:
        raise _unusable(
            tr("{file} is over 256 KB").format(file=path), tr("Is this the file you meant? Shorten it.")
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = tr("{place}: this is not UTF-8 text").format(place=placed(str(path), line))
        raise _unusable(what, tr("Save it again as UTF-8.")) from None


def read_toml(layer: Layer, path: Path, text: str) -> Reading:
    """What the text of a config file says.

    Raises:
        ConfigProblems: it is no TOML; the problem names the line.
    """
    if line := too_deep(text):
        what = tr("{place}: a key of too many parts").format(place=placed(str(path), line))
        raise _unusable(what, tr("No setting is nested that deep."))
    try:
        tree = tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _ERROR_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        reason = tr("it is nested too deep") if isinstance(error, RecursionError) else str(error)
        what = tr("{place}: this is not TOML: {reason}").format(place=placed(str(path), line), reason=reason)
        remedy = tr('A line is a [table] or key = value, with text in quotes: every = "30m".')
        raise _unusable(what, remedy) from None
    return Reading(layer, str(path), tree, str(path), locate(text))


def read_value(key: str, text: str) -> Any:
    """A value as typed on a command line: TOML where it is that, else text; commas part a list's items."""
    try:
        parsed = tomllib.loads(f"value = {text}")
    except (ValueError, RecursionError):
        parsed = {}
    value = parsed["value"] if parsed.keys() == {"value"} else text
    field_info = FIELDS.get(key)
    if isinstance(value, str) and field_info is not None and get_origin(field_info.annotation) is list:
        return [part.strip() for part in value.split(",") if part.strip()]
    return value


def read_flags(flags: Mapping[str, str]) -> Iterator[Reading]:
    """What ``--set KEY=VALUE`` says, a reading for each."""
    for key, text in flags.items():
        value = read_value(key, text)
        for part in reversed(key.split(".")):
            value = {part: value}
        yield Reading(Layer.FLAGS, f"--set {key}", value)


def env_name(key: str) -> str:
    """The environment variable of a dotted key."""
    return ENV_PREFIX + key.replace(".", ENV_DELIMITER).upper()


def read_environment(environ: Mapping[str, str]) -> Iterator[Reading]:
    """What each variable with our prefix says, by name, so that a table precedes its keys.

    One that names no setting reads as the unknown key that it would be.
    """
    source = _Environment(Settings)
    known = {env_name(key) for key in FIELDS}
    for name in sorted(environ):
        shouted = name.upper()
        if not shouted.startswith(ENV_PREFIX) or shouted in OTHER_NAMES:
            continue
        if shouted in known:
            source.env_vars = {name.lower(): environ[name] or None}
            yield Reading(Layer.ENVIRONMENT, name, _plain(source()))
        else:
            yield Reading(Layer.ENVIRONMENT, name, {name: environ[name]})


class _Environment(EnvSettingsSource):
    """Lists and tables as JSON, as TOML, or parted by commas."""

    def decode_complex_value(self, field_name: str, field: FieldInfo | None, value: Any) -> Any:
        try:
            return json.loads(value)
        except (ValueError, RecursionError):
            key = next((key for key, info in FIELDS.items() if info is field), field_name)
            return read_value(key, value)


def _plain(value: Any) -> Any:
    match value:
        case dict():
            return {key: _plain(item) for key, item in value.items()}
        case Enum():
            return value.value
        case _:
            return value


def _read_bytes(path: Path) -> bytes:
    # Not blocking: a pipe put in the file's place must not hang the daemon.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        mode = os.fstat(descriptor).st_mode
        if not (stat.S_ISREG(mode) or stat.S_ISCHR(mode)):
            raise IsADirectoryError
        with open(descriptor, "rb", closefd=False) as opened:
            return opened.read(LARGEST_FILE + 1) or b""
    finally:
        os.close(descriptor)


def _unusable(what: str, remedy: str) -> ConfigProblems:
    return ConfigProblems([Problem(what, remedy)])
