"""Points of the plane, y down."""

from __future__ import annotations

import math

from sitbreak.figures.model import Point


def plus(a: Point, b: Point, times: float = 1) -> Point:
    """``a`` moved by ``b``, so many times."""
    return a[0] + b[0] * times, a[1] + b[1] * times


def between(a: Point, b: Point, share: float) -> Point:
    """The point at that share of the way from ``a`` to ``b``."""
    return a[0] + (b[0] - a[0]) * share, a[1] + (b[1] - a[1]) * share


def distance(a: Point, b: Point) -> float:
    """How far apart they are."""
    return math.hypot(b[0] - a[0], b[1] - a[1])


def unit(a: Point, b: Point) -> Point:
    """The direction from ``a`` to ``b``, of length 1; down where they are the same."""
    length = distance(a, b)
    return ((b[0] - a[0]) / length, (b[1] - a[1]) / length) if length > 1e-9 else (0.0, 1.0)


def upward(lean_deg: float) -> Point:
    """Up, leaned so many degrees to the right."""
    turn = math.radians(lean_deg)
    return math.sin(turn), -math.cos(turn)


def across(direction: Point) -> Point:
    """What lies to the right of one who goes in that direction, as seen from above the page."""
    return -direction[1], direction[0]


def turned(point: Point, clockwise_deg: float) -> Point:
    """The point turned about (0, 0)."""
    turn = math.radians(clockwise_deg)
    x, y = point
    return x * math.cos(turn) - y * math.sin(turn), x * math.sin(turn) + y * math.cos(turn)


def curved(start: Point, through: Point, end: Point, share: float) -> Point:
    """The point at ``share`` of a parabola that is at ``through`` half-way."""
    control = (
        2 * through[0] - (start[0] + end[0]) / 2,
        2 * through[1] - (start[1] + end[1]) / 2,
    )
    return between(between(start, control, share), between(control, end, share), share)
