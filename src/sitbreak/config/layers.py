"""Values with where they come from, and which of them holds.

Light to import: the daemon and ``status`` use these types without the machinery that fills them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sitbreak.config.locate import dotted
from sitbreak.core.policy import Policy


class Layer(StrEnum):
    """Who said it. The order is the order of authority: a later one holds over an earlier one."""

    SHIPPED = "shipped"
    SITE = "site"
    TEAM = "team"
    USER = "user"
    ENVIRONMENT = "environment"
    FLAGS = "flags"


@dataclass(frozen=True, slots=True)
class Value:
    """One setting as its layer writes it. ``file`` and ``line`` where that layer is a file."""

    value: Any
    layer: Layer
    file: str | None = None
    line: int | None = None


@dataclass(frozen=True, slots=True)
class Origin:
    """Where a setting that holds comes from; ``bound`` is what a site or team holds it to, if anything."""

    key: str
    value: Any
    layer: str
    file: str | None = None
    line: int | None = None
    bound: dict[str, Any] | None = None

    def plain(self) -> dict[str, Any]:
        """As ``config show --origin --json`` prints it."""
        return {name: getattr(self, name) for name in self.__slots__}


@dataclass(frozen=True, slots=True)
class Resolved:
    """All configuration: what the core goes by, and where each value of it comes from.

    ``layers`` names those that set anything, low to high.
    """

    policy: Policy
    origins: tuple[Origin, ...]
    layers: tuple[str, ...]


def flatten(tree: Mapping[str, Any], within: tuple[str, ...] = ()) -> dict[str, Any]:
    """Every value of a tree of tables by its dotted key; an empty table has none."""
    flat: dict[str, Any] = {}
    for name, value in tree.items():
        if isinstance(value, dict):
            flat |= flatten(value, (*within, name))
        else:
            flat[dotted((*within, name))] = value
    return flat


def merge(layers: Iterable[Mapping[str, Value]]) -> dict[str, Value]:
    """The value that holds for each key: of the highest layer that has it, lists as a whole.

    Of two in the same layer the later one holds.
    """
    held: dict[str, Value] = {}
    order = list(Layer)
    for layer in layers:
        for key, value in layer.items():
            if key not in held or order.index(held[key].layer) <= order.index(value.layer):
                held[key] = value
    return held


def nest(values: Mapping[str, Value]) -> dict[str, Any]:
    """The values as a tree of tables again; their keys are bare words."""
    tree: dict[str, Any] = {}
    for key, value in values.items():
        *tables, name = key.split(".")
        table = tree
        for step in tables:
            table = table.setdefault(step, {})
        table[name] = value.value
    return tree
