"""A menu as com.canonical.dbusmenu sees it: numbered entries with properties.

A number never comes to mean another request, so a late click on a menu that has moved on does nothing wrong.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import TypeAlias

from sitbreak.ports import MenuItem, Request

Value: TypeAlias = str | int | bool | bytes
Key: TypeAlias = tuple[object, ...]

ROOT = 0


@dataclass(frozen=True, slots=True)
class Entry:
    """One line: its number, the properties that differ from dbusmenu's defaults, and its submenu."""

    number: int
    properties: dict[str, Value]
    children: tuple[Entry, ...] = ()
    request: Request | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """What a new menu changed: its layout, or some entries' properties (set, and back to the default)."""

    layout: bool = False
    updated: dict[int, dict[str, Value]] = field(default_factory=dict)
    removed: dict[int, list[str]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return self.layout or bool(self.updated) or bool(self.removed)


class MenuTree:
    """The menu's entries by number. ``revision`` rises with every change of layout."""

    def __init__(self) -> None:
        self.revision = 1
        self.root = Entry(ROOT, {"children-display": "submenu"})
        self.entries: dict[int, Entry] = {ROOT: self.root}
        self._numbers: dict[Key, int] = {}
        self._last = ROOT

    def put(self, lines: Sequence[MenuItem]) -> Change:
        """Take another menu and tell what differs."""
        before, known, self._numbers = self.entries, self._numbers, {}
        self.root = Entry(ROOT, self.root.properties, self._entries((), lines, known))
        self.entries = _by_number(self.root)
        if _shape(before[ROOT]) != _shape(self.root):
            self.revision += 1
            return Change(layout=True)
        updated, removed = {}, {}
        for number, entry in self.entries.items():
            old = before[number].properties
            if fresh := {k: v for k, v in entry.properties.items() if old.get(k) != v}:
                updated[number] = fresh
            if gone := [k for k in old if k not in entry.properties]:
                removed[number] = gone
        return Change(updated=updated, removed=removed)

    def _entries(self, above: Key, lines: Sequence[MenuItem], known: dict[Key, int]) -> tuple[Entry, ...]:
        seen: Counter[Key] = Counter()
        made = []
        for line in lines:
            kind = (*above, *_kind(line))
            seen[kind] += 1
            key = (*kind, seen[kind])
            number = known.get(key)
            if number is None:
                self._last = number = self._last + 1
            self._numbers[key] = number
            request = line.request if line.label and not line.children else None
            made.append(Entry(number, _properties(line), self._entries(key, line.children, known), request))
        return tuple(made)


def _kind(line: MenuItem) -> Key:
    if not line.label:
        return ("separator",)
    if line.children:
        return ("submenu",)
    return ("fact",) if line.request is None else ("choice", line.request)


def _properties(line: MenuItem) -> dict[str, Value]:
    if not line.label:
        return {"type": "separator"}
    properties: dict[str, Value] = {"label": line.label.replace("_", "__")}
    if line.children:
        properties["children-display"] = "submenu"
    elif line.request is None:
        properties["enabled"] = False
    if line.checked is not None:
        properties |= {"toggle-type": "checkmark", "toggle-state": int(line.checked)}
    if line.image is not None:
        # A picture that has gone is no reason to do without the menu.
        with suppress(OSError):
            properties["icon-data"] = line.image.read_bytes()
    return properties


def _shape(entry: Entry) -> object:
    return (entry.number, [_shape(child) for child in entry.children])


def _by_number(entry: Entry) -> dict[int, Entry]:
    found = {entry.number: entry}
    for child in entry.children:
        found |= _by_number(child)
    return found
