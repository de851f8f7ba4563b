"""All layers in, one Policy out; or every problem of every layer at once."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from pathlib import Path

from pydantic import ValidationError

from sitbreak.config.explain import explain, line_of
from sitbreak.config.layers import Layer, Origin, Resolved, Value, flatten, merge, nest
from sitbreak.config.places import Places
from sitbreak.config.problems import MOST, ConfigProblems, Problem
from sitbreak.config.reading import read_text
from sitbreak.config.settings import KEYS, Settings
from sitbreak.config.sources import Reading, read_environment, read_flags, read_toml
from sitbreak.config.zone import local_zone
from sitbreak.resources import shipped
from sitbreak.wording import tr


def resolve(
    places: Places,
    environ: Mapping[str, str],
    flags: Mapping[str, str],
    *,
    user_text: str | None = None,
) -> Resolved:
    """The settings that hold, with the origin of each.

    ``flags`` are those of ``--set``, by key. ``user_text`` stands in for what is in the user's file now.

    Raises:
        ConfigProblems: something in some layer cannot be used; all of it is told.
    """
    complaints = _Complaints()
    readings = [
        *_files(places, user_text, complaints),
        *read_environment(environ),
        *read_flags(flags),
    ]
    for reading in readings:
        complaints.add_errors(reading)
    complaints.raise_any()
    said = [_values(reading) for reading in readings]
    held = merge(said)
    try:
        settings = Settings.model_validate(nest(held))
    except ValidationError as error:  # a shipped file that lacks a key: the installation is damaged
        what = tr("The shipped settings are incomplete: {key}").format(key=error.errors()[0]["loc"])
        raise ConfigProblems([Problem(what, tr("Install sitbreak anew."))]) from None
    present = {value.layer for values in said for value in values.values()}
    return Resolved(
        policy=replace(settings.to_policy(), zone=local_zone()),
        origins=tuple(_origin(key, held[key]) for key in KEYS),
        layers=tuple(layer.value for layer in Layer if layer in present),
    )


class _Complaints:
    """Problems as they are found; beyond ``MOST`` they are only counted."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.more = 0

    def add(self, *problems: Problem) -> None:
        self.problems += problems

    def add_errors(self, reading: Reading) -> None:
        try:
            Settings.model_validate(reading.tree)
        except ValidationError as error:
            # One layer alone need not have every setting.
            found = [one for one in error.errors(include_url=False) if one["type"] != "missing"]
            found.sort(key=lambda one: line_of(one, reading) or 0)
            room = max(0, MOST - len(self.problems))
            self.add(*(explain(one, reading) for one in found[:room]))
            self.more += len(found[room:])

    def raise_any(self) -> None:
        if self.problems:
            raise ConfigProblems(self.problems, more=self.more)


def _files(places: Places, user_text: str | None, complaints: _Complaints) -> Iterator[Reading]:
    files: list[tuple[Layer, Path, bool]] = [(Layer.SHIPPED, shipped("config", "default.toml"), True)]
    if places.site_file is not None:
        files.append((Layer.SITE, places.site_file, False))
    files.append((Layer.USER, places.user_file, places.user_file_named))
    for layer, path, required in files:
        given = user_text if layer is Layer.USER else None
        try:
            if given is None and not required and not _there(path):
                continue
            yield read_toml(layer, path, read_text(path) if given is None else given)
        except ConfigProblems as found:
            complaints.add(*found.problems)


def _there(path: Path) -> bool:
    try:
        path.lstat()
    except (FileNotFoundError, NotADirectoryError):
        return False
    except (OSError, ValueError):
        return True  # reading it will say what is wrong
    return True


def _values(reading: Reading) -> dict[str, Value]:
    return {
        key: Value(value, reading.layer, reading.file, reading.lines.get(key))
        for key, value in flatten(reading.tree).items()
    }


def _origin(key: str, value: Value) -> Origin:
    return Origin(key, value.value, value.layer.value, value.file, value.line)
