"""Reading content files with plain checks: each refusal names file, line, entry and key, and the way out."""

from __future__ import annotations

import re
from collections.abc import Collection
from pathlib import Path
from typing import Any, NoReturn

from sitbreak.config.content_text import hidden, unwelcome
from sitbreak.config.content_words import Place, nearest, shorten, shown
from sitbreak.config.problems import placed
from sitbreak.config.reading import parse_toml, read_text
from sitbreak.errors import ConfigError
from sitbreak.wording import tr

_NAME = re.compile(r"[a-z][a-z0-9]*(-[a-z0-9]+)*")
_LONGEST_NAME = 40
_BREAKS = frozenset("\n\r\t")


class Table:
    """One TOML table. Every method returns a checked value or raises ConfigError.

    ``others``: somebody else wrote it, so its texts may hold neither markup nor addresses.
    """

    def __init__(self, values: dict[str, Any], place: Place, *, others: bool = False) -> None:
        self._values = values
        self._others = others
        self.place = place

    def refuse(self, key: str, problem: str, remedy: str) -> NoReturn:
        """Raise: file, line, entry and key, then the problem."""
        where = placed(str(self.place.path), self.place.line(key))
        entry = f", {self.place}" if self.place.header else ""
        raise ConfigError(f"{where}{entry}: {shorten(key)}: {problem}", remedy=remedy)

    def refuse_twin(self) -> NoReturn:
        """Raise: another entry has this id."""
        self.refuse("id", tr("there is another entry of this id"), tr("rename one of the two"))

    def only(self, *known: str) -> None:
        """Refuse every key but these."""
        for key in self._values:
            if key not in known:
                self.refuse(key, tr("no such key"), nearest(key, known))

    def has(self, key: str) -> bool:
        """Whether the key is there."""
        return key in self._values

    def is_text(self, key: str) -> bool:
        """Whether the key is there and holds text."""
        return isinstance(self._values.get(key), str)

    def text(self, key: str, most: int) -> str:
        """One line of text for people, of at most so many characters."""
        return self._line(key, self._value(key), most)

    def texts(self, key: str, least: int, most: int, longest: int) -> tuple[str, ...]:
        """A list of such lines."""
        return tuple(self._line(key, item, longest) for item in self._list(key, least, most))

    def name(self, key: str = "id") -> str:
        """An id: lower case words of letters and digits, joined by hyphens."""
        return self._name(key, self._value(key))

    def one_of(self, key: str, known: Collection[str]) -> str:
        """One of the known words."""
        return self._known(key, self._value(key), known)

    def some_of(self, key: str, known: Collection[str]) -> tuple[str, ...]:
        """At least one of the known words, each once."""
        values = [self._known(key, item, known) for item in self._list(key, 1, len(known))]
        if len(set(values)) < len(values):
            self.refuse(key, tr("the same word twice"), tr("leave one of them out"))
        return tuple(values)

    def names(self, key: str, most: int) -> tuple[str, ...]:
        """A list of ids, possibly empty; what they name is for the caller to check."""
        return tuple(self._name(key, item) for item in self._list(key, 0, most))

    def flag(self, key: str) -> bool:
        """True or false."""
        value = self._value(key)
        if not isinstance(value, bool):
            self.refuse(key, tr("neither true nor false"), tr("write true or false"))
        return value

    def number(self, key: str, least: float, most: float) -> float:
        """A number within bounds."""
        return float(self._number(key, self._value(key), least, most))

    def whole(self, key: str, least: int, most: int) -> int:
        """A whole number within bounds."""
        value = self._number(key, self._value(key), least, most)
        if not isinstance(value, int):
            self.refuse(key, tr("not a whole number"), tr("leave out the fraction"))
        return value

    def span(self, key: str, least: float, most: float) -> tuple[float, float] | None:
        """``[least, most]`` in order, or None where the key is absent."""
        if key not in self._values:
            return None
        low, high = (self._number(key, item, least, most) for item in self._list(key, 2, 2))
        if low > high:
            self.refuse(key, tr("the least is above the most"), tr("swap the two numbers"))
        return float(low), float(high)

    def counts(self, key: str, most: int) -> tuple[int, int] | None:
        """As ``span``, of whole numbers from 1."""
        span = self.span(key, 1, most)
        if span is None:
            return None
        if not (span[0].is_integer() and span[1].is_integer()):
            self.refuse(key, tr("not a whole number"), tr("leave out the fraction"))
        return int(span[0]), int(span[1])

    def tables(self, key: str, most: int) -> tuple[Table, ...]:
        """The ``[[key]]`` tables, in the file's order. At least one."""
        found = []
        for nth, values in enumerate(self._list(key, 1, most)):
            if not isinstance(values, dict):
                self.refuse(key, tr("not a table"), tr("begin each entry with [[{key}]]").format(key=key))
            entry = values.get("id", f"#{nth + 1}")
            place = Place(
                self.place.path, self.place.text, key, nth, entry if isinstance(entry, str) else "?"
            )
            found.append(Table(values, place, others=self._others))
        return tuple(found)

    def table(self, key: str) -> Table:
        """The ``[key]`` table."""
        values = self._value(key)
        if not isinstance(values, dict):
            self.refuse(key, tr("not a table"), tr("begin it with [{key}]").format(key=key))
        return Table(values, Place(self.place.path, self.place.text), others=self._others)

    def _name(self, key: str, value: Any) -> str:
        if not isinstance(value, str) or len(value) > _LONGEST_NAME or not _NAME.fullmatch(value):
            self.refuse(
                key,
                tr("{value} cannot be an id").format(value=shown(value)),
                tr('write a short one in lower case, such as "calf-raise"'),
            )
        return value

    def _value(self, key: str) -> Any:
        if key not in self._values:
            self.refuse(key, tr("missing"), tr("add it; the shipped files show how"))
        return self._values[key]

    def _list(self, key: str, least: int, most: int) -> list[Any]:
        value = self._value(key)
        if isinstance(value, list) and len(value) > most:
            problem = tr("{n} entries, and at most {most} fit").format(n=len(value), most=most)
            self.refuse(key, problem, tr("leave some out"))
        if not isinstance(value, list) or len(value) < least:
            self.refuse(
                key,
                tr("not a list of {least} to {most}").format(least=least, most=most),
                tr("write it in square brackets, with commas between"),
            )
        return value

    def _line(self, key: str, value: Any, most: int) -> str:
        if not isinstance(value, str) or not value.strip() or not _BREAKS.isdisjoint(value):
            self.refuse(key, tr("not one line of text"), tr("write one line in quotation marks"))
        if len(value) > most:
            problem = tr("{n} characters, and at most {most} fit").format(n=len(value), most=most)
            self.refuse(key, problem, tr("say it in fewer words"))
        if sign := hidden(value):
            problem = tr("it holds a sign that nobody sees, {sign}").format(sign=sign)
            self.refuse(key, problem, tr("leave it out, or write a plain space"))
        if self._others and (found := unwelcome(value)):
            self.refuse(key, *found)
        return value

    def _known(self, key: str, value: Any, known: Collection[str]) -> str:
        if not isinstance(value, str) or value not in known:
            self.refuse(key, tr("{value} is not known").format(value=shown(value)), nearest(value, known))
        return value

    def _number(self, key: str, value: Any, least: float, most: float) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            self.refuse(key, tr("{value} is not a number").format(value=shown(value)), tr("write a number"))
        if not least <= value <= most:  # true of nan, too
            self.refuse(
                key,
                tr("{value} is impossible here").format(value=shown(value)),
                tr("write a number from {least} to {most}").format(least=least, most=most),
            )
        return value


def read(path: Path) -> Table:
    """The whole of a shipped file. Raises ConfigError, whatever is wrong with it."""
    try:
        return read_table(path)
    except ConfigError as error:
        remedy = tr("put the shipped file back, or install sitbreak anew")
        raise ConfigError(error.what, remedy=remedy) from None


def read_table(path: Path, *, others: bool = False) -> Table:
    """The whole of a file, see ``Table``. Raises ConfigError, whatever is wrong with it."""
    text = read_text(path, devices=False)
    return Table(parse_toml(path, text), Place(path, text), others=others)
