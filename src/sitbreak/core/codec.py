"""Core values to plain JSON values and back, so that a state or a policy can cross a file or a pipe.

Dataclasses become objects marked with their class, enums their value, tuples and sets lists, datetimes
ISO 8601 in UTC. Fields with ``metadata=TRANSIENT`` are left out and take their default. ``decode`` trusts
nothing: whatever does not fit its type raises ValueError.
"""

from __future__ import annotations

from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from math import isfinite
from typing import Any, Union, get_args, get_origin, get_type_hints

from sitbreak.core.clock import from_iso

TRANSIENT = {"transient": True}
_CLASS = "is_a"
_UNIONS = (Union, type(int | None))


def encode(value: Any) -> Any:
    """The value as JSON can carry it. Raises TypeError for what the core does not use."""
    if isinstance(value, Enum):
        return value.value
    if value is None or isinstance(value, bool | int | float | str):
        return value
    if isinstance(value, datetime):
        return value.isoformat()
    if is_dataclass(value):
        kept = (field.name for field in fields(value) if not field.metadata.get("transient"))
        return {_CLASS: type(value).__name__} | {name: encode(getattr(value, name)) for name in kept}
    if isinstance(value, frozenset):
        return sorted(encode(item) for item in value)
    if isinstance(value, tuple):
        return [encode(item) for item in value]
    raise TypeError(f"{type(value).__name__} is not a core value")


def decode(kind: Any, plain: Any, **transient: Any) -> Any:
    """The value of type ``kind`` that ``encode`` made ``plain`` from, with these transient fields.

    Raises:
        ValueError: ``plain`` does not fit ``kind``.
    """
    if get_origin(kind) in _UNIONS:
        return _decode_union(get_args(kind), plain)
    if get_origin(kind) is tuple or hasattr(kind, "_fields"):
        return _decode_tuple(kind, plain)
    if get_origin(kind) is frozenset:
        return frozenset(decode(get_args(kind)[0], item) for item in _listed(plain))
    if is_dataclass(kind):
        return _decode_object(kind, plain, transient)
    return _decode_scalar(kind, plain)


def _decode_union(choices: tuple[Any, ...], plain: Any) -> Any:
    if plain is None and type(None) in choices:
        return None
    for choice in choices:
        if choice is type(None):
            continue
        if not is_dataclass(choice) or (isinstance(plain, dict) and plain.get(_CLASS) == _name(choice)):
            return decode(choice, plain)
    raise ValueError(f"{_short(plain)} is none of {', '.join(map(str, choices))}")


def _decode_tuple(kind: Any, plain: Any) -> Any:
    items = _listed(plain)
    if hasattr(kind, "_fields"):
        wanted = tuple(_hints(kind).values())
        return kind(*_decode_each(wanted, items))
    args = get_args(kind)
    if args[-1:] == (...,):
        return tuple(decode(args[0], item) for item in items)
    return tuple(_decode_each(args, items))


def _decode_each(kinds: tuple[Any, ...], items: list[Any]) -> list[Any]:
    if len(kinds) != len(items):
        raise ValueError(f"{len(items)} values where {len(kinds)} belong")
    return [decode(kind, item) for kind, item in zip(kinds, items, strict=True)]


def _decode_object(kind: Any, plain: Any, transient: dict[str, Any]) -> Any:
    if not isinstance(plain, dict) or plain.get(_CLASS) != _name(kind):
        raise ValueError(f"{_short(plain)} is no {_name(kind)}")
    hints = _hints(kind)
    known = plain.keys() & hints.keys() - transient.keys()
    values = {name: decode(hints[name], plain[name]) for name in known}
    try:
        return kind(**values, **transient)
    except TypeError as error:
        raise ValueError(f"{_name(kind)}: {error}") from error


def _decode_scalar(kind: Any, plain: Any) -> Any:
    if kind is datetime and isinstance(plain, str):
        return from_iso(plain)
    if kind is float and isinstance(plain, int | float) and not isinstance(plain, bool) and isfinite(plain):
        return float(plain)
    if isinstance(kind, type) and issubclass(kind, Enum):
        return kind(plain)
    if kind in (int, str, bool) and type(plain) is kind:
        return plain
    raise ValueError(f"{_short(plain)} is no {_name(kind)}")


@lru_cache(maxsize=64)
def _hints(kind: Any) -> dict[str, Any]:
    return get_type_hints(kind)


def _listed(plain: Any) -> list[Any]:
    if not isinstance(plain, list):
        raise ValueError(f"{_short(plain)} is no list")  # noqa: TRY004 - one error for all that does not fit
    return plain


def _name(kind: Any) -> str:
    return getattr(kind, "__name__", str(kind))


def _short(plain: Any) -> str:
    return repr(plain)[:60]
