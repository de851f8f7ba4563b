"""Reads what each layer says: files, environment, flags. Nothing is judged here beyond being readable."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import Any, get_origin

from pydantic.fields import FieldInfo
from pydantic_settings import EnvSettingsSource

from sitbreak.config.layers import Layer
from sitbreak.config.locate import locate
from sitbreak.config.reading import parse_toml
from sitbreak.config.settings import ENV_DELIMITER, ENV_PREFIX, FIELDS, Settings

OTHER_NAMES = ("SITBREAK_CONFIG", "SITBREAK_TRAY", "SITBREAK_NOTIFIER", "SITBREAK_PRESENCE", "SITBREAK_SHOTS")
"""Environment variables with our prefix that are no settings."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What one file, variable or flag says. ``where`` names it to people, ``lines`` are those of its keys."""

    layer: Layer
    where: str
    tree: dict[str, Any]
    file: str | None = None
    lines: Mapping[str, int] = field(default_factory=dict)


def read_toml(layer: Layer, path: Path, text: str) -> Reading:
    """What the text of a config file says.

    Raises:
        ConfigProblems: it is no TOML; the problem names the line.
    """
    return Reading(layer, str(path), parse_toml(path, text), str(path), locate(text))


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
