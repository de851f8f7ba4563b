"""A table of poses or props: the checks of content files, and those of points."""

from __future__ import annotations

from typing import Any, NoReturn

from sitbreak.config.content_schema import Table
from sitbreak.config.content_words import Place
from sitbreak.figures.model import Point
from sitbreak.wording import tr

ON_CANVAS = (-40.0, 168.0)
"""Coordinates of a figure: the canvas, and some room around it."""

ABOUT_ITSELF = (-128.0, 128.0)
"""Coordinates of a prop, about its own (0, 0)."""


class PoseTable(Table):
    """A TOML table whose values may be points, pairs and tables within a line."""

    @classmethod
    def of(cls, table: Table) -> PoseTable:
        """The same table, with more to ask of it."""
        return cls(table._values, table.place)  # noqa: SLF001 - the same class, but for the type

    def point(self, key: str) -> Point:
        """``[x, y]`` in units of the canvas."""
        return self._point(key, self._value(key), ON_CANVAS)

    def points(
        self, key: str, least: int, most: int, within: tuple[float, float] = ON_CANVAS
    ) -> tuple[Point, ...]:
        """A list of points."""
        return tuple(self._point(key, item, within) for item in self._list(key, least, most))

    def pair(self, key: str, least: float, most: float) -> tuple[float, float]:
        """``[first, second]``, or one number for both."""
        value = self._value(key)
        if not isinstance(value, list):
            both = float(self._number(key, value, least, most))
            return both, both
        first, second = (float(self._number(key, item, least, most)) for item in self._list(key, 2, 2))
        return first, second

    def numbers(self, key: str, count: int, least: float, most: float) -> tuple[float, ...]:
        """So many numbers."""
        return tuple(float(self._number(key, item, least, most)) for item in self._list(key, count, count))

    def items(self, key: str, least: int, most: int) -> tuple[Any, ...]:
        """A list of whatever."""
        return tuple(self._list(key, least, most))

    def one_or_more(self, key: str, most: int) -> tuple[Any, ...]:
        """What stands there, as a list of one where it is none."""
        value = self._value(key)
        return tuple(self._list(key, 1, most)) if isinstance(value, list) else (value,)

    def words(self) -> tuple[str, ...]:
        """The keys that are there."""
        return tuple(self._values)

    def inline(self, key: str) -> PoseTable:
        """The table within a line at ``key``; its refusals name this line."""
        return self.within(key, self._value(key))

    def inlines(self, key: str, most: int) -> tuple[PoseTable, ...]:
        """A list of such tables."""
        return tuple(self.within(key, item) for item in self._list(key, 1, most))

    def within(self, key: str, value: Any) -> PoseTable:
        """A value found under ``key``, as a table; its refusals name this line."""
        if not isinstance(value, dict):
            self.refuse(key, tr("not a table"), tr("write it in braces, as the shipped figures do"))
        return _Inline(value, self, key)

    def _point(self, key: str, value: Any, within: tuple[float, float]) -> Point:
        if not isinstance(value, list) or len(value) != 2:
            self.refuse(key, tr("not a point"), tr("write it as [x, y], from 0 to 128, y downward"))
        x, y = (self._number(key, item, *within) for item in value)
        return float(x), float(y)


class _Inline(PoseTable):
    """A table within a line: its refusals name the key that it stands under."""

    def __init__(self, values: dict[str, Any], around: PoseTable, under: str) -> None:
        super().__init__(values, around.place)
        self._around, self._under = around, under

    def refuse(self, key: str, problem: str, remedy: str) -> NoReturn:
        self._around.refuse(self._under, f"{key}: {problem}", remedy)


def entries(  # noqa: PLR0913 - where they stand takes as much to say
    table: PoseTable, key: str, header: str, least: int, most: int, *, begins: int = 0, of: str = ""
) -> tuple[PoseTable, ...]:
    """The ``[[header]]`` tables that belong to ``table``; the first is the file's entry ``begins`` of them.

    ``of``: what they belong to, for messages.
    """
    found = []
    for nth, values in enumerate(table.items(key, least, most)):
        if not isinstance(values, dict):
            table.refuse(key, tr("not a table"), tr("begin each entry with [[{key}]]").format(key=header))
        entry = values.get("id", f"#{nth + 1}")
        name = f"{of} {entry}" if of else entry
        place = Place(
            table.place.path,
            table.place.text,
            header,
            begins + nth,
            name if isinstance(name, str) else "?",
        )
        found.append(PoseTable(values, place))
    return tuple(found)
