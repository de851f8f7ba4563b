"""Pydantic's findings in words: where, what, and the way out."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterable, Mapping
from difflib import SequenceMatcher, get_close_matches
from functools import lru_cache
from typing import Any

from pydantic_core import ErrorDetails

from sitbreak.config.durations import format_duration
from sitbreak.config.layers import Layer, flatten
from sitbreak.config.locate import dotted
from sitbreak.config.problems import Problem, placed
from sitbreak.config.settings import FIELDS, KEYS
from sitbreak.config.sources import OTHER_NAMES, Reading, env_name
from sitbreak.resources import shipped
from sitbreak.wording import tr

_LONGEST_SHOWN = 60
_LONGEST_COMPARED = 100  # nothing longer is like any name, and comparing takes time


def explain(error: ErrorDetails, reading: Reading) -> Problem:
    """What is wrong with one value of a reading."""
    key, item = _key(error["loc"])
    if error["type"] == "extra_forbidden":
        return _unknown(key, line_of(error, reading), reading)
    where = placed(reading.file, line_of(error, reading), otherwise=reading.where)
    raw = _raw(reading.tree, error)
    context: Mapping[str, Any] = error.get("ctx", {})
    name = key if item is None else f"{key}[{item}]"
    fault, remedy = _fault(error["type"], context, raw)
    what = tr("{place}: {key} = {value}: {fault}").format(
        place=where, key=name, value=shown(raw), fault=fault or error["msg"]
    )
    return Problem(what, remedy or _like_shipped(key))


def line_of(error: ErrorDetails, reading: Reading) -> int | None:
    """The line of the key that is wrong, where its layer has lines."""
    return reading.lines.get(_key(error["loc"])[0])


def shown(value: Any) -> str:
    """A value as people write it, shortened."""
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # the environment's numbers, as they were written
    try:
        text = json.dumps(value, ensure_ascii=False, default=str)
    except (ValueError, RecursionError):  # numbers or nesting beyond what Python writes out
        return "..."
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."


def nearest(name: str, names: Iterable[str]) -> str | None:
    """The name most likely meant, if any is like it."""
    return next(iter(get_close_matches(name, names, 1)), None) if len(name) <= _LONGEST_COMPARED else None


def nearest_key(key: str) -> str | None:
    """The setting or table most likely meant: alike as a whole, or in its last part."""
    if len(key) > _LONGEST_COMPARED:
        return None
    last = key.rpartition(".")[2]
    alike = {known: max(_likeness(key, known), _likeness(last, known.rpartition(".")[2])) for known in FIELDS}
    best = max(alike, key=lambda known: (alike[known], _likeness(key, known)))
    return best if alike[best] > 0.6 else None


def _likeness(one: str, other: str) -> float:
    return SequenceMatcher(None, one, other).ratio()


def unknown_key(key: str) -> str:
    """The remedy for a key that does not exist."""
    if found := nearest_key(key):
        return tr("Did you mean {name}?").format(name=found)
    return tr("`sitbreak config show` lists every setting.")


def _unknown(key: str, line: int | None, reading: Reading) -> Problem:
    short = key if len(key) <= _LONGEST_SHOWN else f"{key[:_LONGEST_SHOWN]}..."
    if reading.layer is Layer.ENVIRONMENT and key == dotted([reading.where]):
        what = tr("{name}: no setting has an environment variable of this name").format(name=short)
        found = nearest(reading.where.upper(), (*map(env_name, KEYS), *OTHER_NAMES))
        return Problem(what, tr("Did you mean {name}?").format(name=found) if found else tr("Unset it."))
    where = placed(reading.file, line, otherwise=reading.where)
    return Problem(tr("{place}: {key} is not a setting").format(place=where, key=short), unknown_key(key))


def _fault(kind: str, context: Mapping[str, Any], raw: Any) -> tuple[str, str]:
    """The fault and its remedy; empty where the library's words, or the default as a model, must do."""
    match kind:
        case "value_error":
            return str(context["error"]), ""
        case "greater_than_equal" | "less_than_equal":
            return _out_of_bounds(context, raw)
        case "enum":
            return _not_a_choice(str(context["expected"]), raw)
        case "too_long" | "string_too_long":
            return tr("it is too long"), tr("{n} at most.").format(n=context["max_length"])
        case _:
            return _wrong_type(kind)


def _wrong_type(kind: str) -> tuple[str, str]:
    faults = {
        "bool": (tr("it must be true or false"), tr("Write true or false, without quotes.")),
        "int": (tr("it must be a whole number"), tr("Write a whole number, without quotes.")),
        "list": (tr("it must be a list"), ""),
        "model": (tr("it is a table, not a value"), tr("Put settings into it, each by its own name.")),
        "too": (tr("it is empty"), ""),
        "string_type": (tr("it must be text"), tr("Put it in quotes.")),
        "string_too": (tr("it is empty"), ""),
        "string_unicode": (tr("it holds characters that are no text"), ""),
    }
    return next((told for start, told in faults.items() if kind.startswith(start)), ("", ""))


def _out_of_bounds(context: Mapping[str, Any], raw: Any) -> tuple[str, str]:
    least, most = context.get("ge"), context.get("le")
    written = format_duration if isinstance(raw, str) else str
    if least is not None:
        bound = written(least)
        return (
            tr("that is under the least, {bound}").format(bound=bound),
            tr("Write {bound} or more.").format(bound=bound),
        )
    bound = written(most or 0)
    return (
        tr("that is over the most, {bound}").format(bound=bound),
        tr("Write {bound} or less.").format(bound=bound),
    )


def _not_a_choice(expected: str, raw: Any) -> tuple[str, str]:
    choices = [choice.strip("'") for choice in expected.replace(" or ", ", ").split(", ")]
    found = nearest(raw, choices) if isinstance(raw, str) else None
    fault = tr("it must be one of {choices}").format(choices=", ".join(map(shown, choices)))
    return fault, tr("Did you mean {name}?").format(name=shown(found)) if found else tr("Choose one of them.")


def _key(loc: tuple[int | str, ...]) -> tuple[str, int | None]:
    item = next((step for step in loc if isinstance(step, int)), None)
    return dotted(step for step in loc if isinstance(step, str)), item


def _raw(tree: Any, error: ErrorDetails) -> Any:
    """The value as it was written; pydantic's own input may be half converted."""
    try:
        for step in error["loc"]:
            tree = tree[step]
    except (LookupError, TypeError):
        return error["input"]
    return tree


def _like_shipped(key: str) -> str:
    default = _defaults().get(key)
    if default is None:
        return ""
    example = f"{key.rpartition('.')[2]} = {shown(default)}"
    return tr("Correct it, or leave it out: the default is {example}").format(example=example)


@lru_cache(maxsize=1)
def _defaults() -> dict[str, Any]:
    return flatten(tomllib.loads(shipped("config", "default.toml").read_text(encoding="utf-8")))
