"""A figure as pixels: drawn finer than asked for, then reduced to smooth edges."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any, assert_never

from sitbreak.figures.model import Figure, Point
from sitbreak.figures.palette import Ink, Theme, colours
from sitbreak.figures.scene import frame, still
from sitbreak.figures.shapes import Area, Bead, Shape, Strands, extent, skin

if TYPE_CHECKING:
    from PIL import Image

PLAIN_BELOW_PX = 48
"""Under this size only the body and what it cannot do without are drawn."""

CORNER = 0.16
"""The radius of the card's corners, as a share of its side."""

_MARGIN = 0.09
"""Around a tight crop, as a share of its side."""

_FINE_PX = 768


def png(figure: Figure, size_px: int, *, theme: Theme = Theme.LIGHT, plain: bool = False) -> Image.Image:
    """The still as RGBA, ``size_px`` square, on its card. ``plain``: as the smallest pictures are."""
    plain = plain or size_px < PLAIN_BELOW_PX
    shapes = still(figure, plain=plain)
    return paint(shapes, _tight(shapes) if plain else frame(figure), size_px, theme)


def paint(
    shapes: tuple[Shape, ...], frame: tuple[float, float, float], size_px: int, theme: Theme
) -> Image.Image:
    """Any shapes on a card, as much of them as the frame (left, top, side) shows."""
    # Pillow is the largest library of the daemon: it comes when there is something to draw.
    from PIL import Image, ImageDraw  # noqa: PLC0415

    finer = max(2, min(12, _FINE_PX // size_px))
    side = size_px * finer
    ink = colours(theme)
    image = Image.new("RGB", (side, side), ink[Ink.CARD])
    pen = _Pen(ImageDraw.Draw(image, "RGBA"), ink, frame, side / frame[2])
    for shape in shapes:
        pen.draw(shape)
    card = Image.new("L", (side, side), 0)
    ImageDraw.Draw(card).rounded_rectangle((0, 0, side - 1, side - 1), side * CORNER, fill=255)
    image.putalpha(card)
    return image.reduce(finer)


def _tight(shapes: tuple[Shape, ...]) -> tuple[float, float, float]:
    left, top, right, bottom = extent(shapes)
    side = max(right - left, bottom - top) * (1 + 2 * _MARGIN)
    return (left + right - side) / 2, (top + bottom - side) / 2, side


class _Pen:
    """Draws shapes, given in units, in pixels."""

    def __init__(self, on: Any, ink: dict[Ink, str], frame: tuple[float, float, float], scale: float) -> None:
        self._on, self._ink, self._scale = on, ink, scale
        self._left, self._top = frame[0], frame[1]

    def draw(self, shape: Shape) -> None:
        """Whatever it is."""
        colour = self._ink[shape.ink] + f"{round(shape.alpha * 255):02x}"
        match shape:
            case Strands():
                if shape.cut:
                    self._strands(shape, self._ink[Ink.CARD], shape.cut)
                self._strands(shape, colour, 0)
            case Area():
                self._on.polygon([self._px(point) for point in shape.points], fill=colour)
                around = zip(shape.points, (*shape.points[1:], shape.points[0]), strict=True)
                for a, b in around if shape.round else ():
                    self._capsule((a, shape.round), (b, shape.round), colour)
            case _:
                assert_never(shape)

    def _strands(self, shape: Strands, colour: str, wider: float) -> None:
        for strand in shape.strands:
            beads = [(at, radius + wider) for at, radius in strand]
            if len(beads) == 1:
                self._disc(beads[0], colour)
            for start, end in itertools.pairwise(beads):
                self._capsule(start, end, colour)

    def _capsule(self, start: Bead, end: Bead, colour: str) -> None:
        self._disc(start, colour)
        self._disc(end, colour)
        self._on.polygon([self._px(point) for point in skin(start, end)], fill=colour)

    def _disc(self, bead: Bead, colour: str) -> None:
        (x, y), radius = self._px(bead[0]), bead[1] * self._scale
        self._on.ellipse((x - radius, y - radius, x + radius, y + radius), fill=colour)

    def _px(self, point: Point) -> Point:
        return (point[0] - self._left) * self._scale, (point[1] - self._top) * self._scale
