"""What the painters paint: two forms, each in one ink. Every measure is in units of the canvas."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TypeAlias

from sitbreak.figures.model import Point
from sitbreak.figures.palette import Ink
from sitbreak.figures.plane import across, distance, plus, unit

Bead: TypeAlias = tuple[Point, float]
"""A disc: its middle and its radius."""

Strand: TypeAlias = tuple[Bead, ...]
"""Discs and the skin stretched over each two neighbours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Strands:
    """Strands as one outline. ``cut``: how wide a gap in the card's colour sets it off from what is below."""

    ink: Ink
    strands: tuple[Strand, ...]
    cut: float = 0
    alpha: float = 1


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """A filled polygon whose corners are rounded outward by ``round``."""

    ink: Ink
    points: tuple[Point, ...]
    round: float = 0
    alpha: float = 1


Shape: TypeAlias = Strands | Area


def skin(start: Bead, end: Bead) -> tuple[Point, Point, Point, Point]:
    """Where the two common tangents touch: on one side start, end; then on the other end, start."""
    (a, first), (b, second) = start, end
    along = unit(a, b)
    side = across(along)
    # Where one disc swallows the other there is no tangent; the nearest thing to one will do.
    lean = min(max((first - second) / max(distance(a, b), 1e-9), -0.98), 0.98)
    over = math.sqrt(1 - lean * lean)
    one = (along[0] * lean - side[0] * over, along[1] * lean - side[1] * over)
    other = (along[0] * lean + side[0] * over, along[1] * lean + side[1] * over)
    return plus(a, one, first), plus(b, one, second), plus(b, other, second), plus(a, other, first)


def extent(shapes: tuple[Shape, ...]) -> tuple[float, float, float, float]:
    """Left, top, right and bottom of all of them. Raises ValueError where there is none."""
    beads: list[Bead] = []
    for shape in shapes:
        match shape:
            case Strands():
                beads += [bead for strand in shape.strands for bead in strand]
            case Area():
                beads += [(point, shape.round) for point in shape.points]
    return (
        min(x - radius for (x, _), radius in beads),
        min(y - radius for (_, y), radius in beads),
        max(x + radius for (x, _), radius in beads),
        max(y + radius for (_, y), radius in beads),
    )


def disc(ink: Ink, middle: Point, radius: float, *, alpha: float = 1) -> Strands:
    """One disc."""
    return Strands(ink=ink, strands=(((middle, radius),),), alpha=alpha)


def line(ink: Ink, points: tuple[Point, ...], width: float, *, cut: float = 0) -> Strands:
    """A round-ended line."""
    return Strands(ink=ink, strands=(tuple((point, width / 2) for point in points),), cut=cut)
