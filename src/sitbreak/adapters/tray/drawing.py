"""The tray icon, drawn: a ring on a badge of its own, so that it reads on light and on dark panels alike.

The badge is the ground for everything in it; what tells the looks apart is shape and light, never hue alone.
All measures are on a grid of 22 units, the size most panels ask for.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any, TypeAlias, assert_never

from sitbreak.ports import RING_STEPS, Look

if TYPE_CHECKING:
    from PIL import Image

Point: TypeAlias = tuple[float, float]

_GRID = 22
_MIDDLE = 11.0
_BADGE_R = 10.9
_RING_R, _RING_W = 8.9, 2.5
_FINER = 8
"""How many times finer than asked for it is drawn, before it is reduced to smooth edges."""

_GROUND = "#19222c"
_TRACK = "#4b5866"
_PLAIN = "#f2f5f7"
_SEATED = "#7ce3b1"
_STANDING = "#8ccbff"
_DUE = "#ffc53d"
_DASHES = 8


def draw(look: Look, step: int, size_px: int) -> Image.Image:
    """The icon as RGBA, ``size_px`` square; its ring ``step`` of ``RING_STEPS`` full, clockwise from noon."""
    # Pillow is the largest library of the daemon: it comes when there is something to draw.
    from PIL import Image, ImageDraw  # noqa: PLC0415

    side = size_px * _FINER
    image = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    pen = _Pen(ImageDraw.Draw(image), side / _GRID)
    full = min(max(step, 0), RING_STEPS) / RING_STEPS
    pen.disc((_MIDDLE, _MIDDLE), _BADGE_R, _GROUND)
    match look:
        case Look.SEATED:
            pen.ring(full, _SEATED)
            _seated_figure(pen)
        case Look.DUE:
            pen.disc((_MIDDLE, _MIDDLE), 9.6, _DUE)
            pen.line([(11, 5.2), (11, 11.6)], 3.4, _GROUND)
            pen.disc((11, 16.2), 1.9, _GROUND)
        case Look.AWAY:
            pen.dashes(_DASHES, _PLAIN)
        case Look.STANDING:
            pen.ring(full, _STANDING)
            _standing_figure(pen)
        case Look.PAUSED:
            pen.ring(full, _PLAIN)
            pen.bar((7.2, 6.7), (9.8, 15.3), _PLAIN)
            pen.bar((12.2, 6.7), (14.8, 15.3), _PLAIN)
        case Look.UNKNOWN:
            pen.arc((_MIDDLE, _MIDDLE), _RING_R + 0.5, (0, 360), 1.2, _PLAIN)
            pen.arc((11, 8.9), 2.7, (180, 360 + 75), 2.2, _PLAIN)
            pen.line([(11.4, 11.3), (11, 12.0), (11, 12.9)], 2.2, _PLAIN)
            pen.disc((11, 16.1), 1.4, _PLAIN)
        case _:
            assert_never(look)
    return image.reduce(_FINER)


def argb(image: Image.Image) -> bytes:
    """Its pixels in the byte order of StatusNotifierItem: alpha, red, green, blue."""
    from PIL import Image  # noqa: PLC0415

    red, green, blue, alpha = image.split()
    return Image.merge("RGBA", (alpha, red, green, blue)).tobytes()


def _seated_figure(pen: _Pen) -> None:
    pen.disc((8.6, 6.7), 1.9, _PLAIN)
    pen.line([(8.4, 10.0), (8.8, 13.0), (13.0, 13.0), (13.6, 16.0)], 2.2, _PLAIN)


def _standing_figure(pen: _Pen) -> None:
    pen.disc((11, 5.7), 1.8, _PLAIN)
    pen.line([(6.9, 7.6), (11, 10.0), (15.1, 7.6)], 1.8, _PLAIN)
    pen.line([(11, 10.0), (11, 12.4)], 2.4, _PLAIN)
    pen.line([(8.5, 16.6), (11, 12.4), (13.5, 16.6)], 1.8, _PLAIN)


class _Pen:
    """Draws in grid units, round-ended."""

    def __init__(self, on: Any, scale: float) -> None:
        self._on, self._scale = on, scale

    def disc(self, middle: Point, radius: float, colour: str) -> None:
        self._on.ellipse(self._box(middle, radius), fill=colour)

    def bar(self, start: Point, end: Point, colour: str) -> None:
        self._on.rectangle([v * self._scale for v in (*start, *end)], fill=colour)

    def line(self, points: list[Point], width: float, colour: str) -> None:
        scaled = [(x * self._scale, y * self._scale) for x, y in points]
        self._on.line(scaled, fill=colour, width=round(width * self._scale))
        for point in points:
            self.disc(point, width / 2, colour)

    def arc(self, middle: Point, radius: float, turn: tuple[float, float], width: float, colour: str) -> None:
        self._on.arc(
            self._box(middle, radius + width / 2), *turn, fill=colour, width=round(width * self._scale)
        )
        for angle in map(math.radians, turn):
            at = (middle[0] + radius * math.cos(angle), middle[1] + radius * math.sin(angle))
            self.disc(at, width / 2, colour)

    def ring(self, full: float, colour: str) -> None:
        self._on.arc(
            self._box((_MIDDLE, _MIDDLE), _RING_R + _RING_W / 2),
            0,
            360,
            fill=_TRACK,
            width=round(_RING_W * self._scale),
        )
        if full:
            self.arc((_MIDDLE, _MIDDLE), _RING_R, (-90, -90 + 360 * full), _RING_W, colour)

    def dashes(self, count: int, colour: str) -> None:
        turn = 360 / count
        for n in range(count):
            start = -90 + n * turn - turn / 4
            self._on.arc(
                self._box((_MIDDLE, _MIDDLE), 9.2),
                start,
                start + turn / 2,
                fill=colour,
                width=round(_RING_W * self._scale),
            )

    def _box(self, middle: Point, radius: float) -> list[float]:
        x, y = middle
        return [v * self._scale for v in (x - radius, y - radius, x + radius, y + radius)]
