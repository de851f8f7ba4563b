"""One figure beside its goal."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TypeAlias


@dataclass(frozen=True, slots=True)
class Figure:
    """``value`` in ``unit``; good when at most ``goal``. Without a goal it is only told."""

    what: str
    value: float
    unit: str
    goal: float | None = None

    def row(self) -> tuple[str, str, str, str]:
        """As the table shows it."""
        goal = "" if self.goal is None else f"{self.goal:g} {self.unit}"
        verdict = "" if self.goal is None else ("met" if self.value <= self.goal else "MISSED")
        return self.what, f"{self.value:.3g} {self.unit}", goal, verdict


Bench: TypeAlias = Callable[[], Iterator[Figure]]


def table(rows: list[tuple[str, ...]]) -> str:
    """Columns, aligned."""
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    )
