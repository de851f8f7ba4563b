"""What is drawn besides the body: things, the glow of what is at work, arrows."""

from __future__ import annotations

from typing import assert_never

from sitbreak.figures.model import Arrow, Fill, Placed, Point, Prop, Stroke, Tone
from sitbreak.figures.palette import Ink
from sitbreak.figures.plane import between, curved, distance, plus, turned, unit
from sitbreak.figures.shapes import Area, Shape, Strands, disc, line

_INKS = {
    Tone.PLAIN: Ink.PROP,
    Tone.DEEP: Ink.DEEP,
    Tone.PALE: Ink.PALE,
    Tone.ACCENT: Ink.ACCENT,
    Tone.BODY: Ink.NEAR,
}
_GLOW_RINGS = 7
_GLOW_ALPHA = 0.24
_ARROW_W = 2.4
_ARROW_HEAD = 5.0
_ARROW_STEPS = 12


def placed(thing: Placed) -> tuple[Shape, ...]:
    """A prop at its place."""
    return _prop(thing.prop, thing.at, 0, mirrored=thing.flip)


def held(thing: Prop, at: Point, tilt_deg: float) -> tuple[Shape, ...]:
    """A prop in a hand, or at a sole."""
    return _prop(thing, at, tilt_deg, mirrored=False)


def glow(at: Point, size: float) -> tuple[Shape, ...]:
    """Discs within discs, so that it fades outward without a gradient."""
    radii = [size * (n + 1) / _GLOW_RINGS for n in reversed(range(_GLOW_RINGS))]
    return tuple(disc(Ink.ACCENT, at, radius, alpha=_GLOW_ALPHA) for radius in radii)


def arrow(shown: Arrow) -> tuple[Shape, ...]:
    """Its shaft, and a head or two."""
    start, end = shown.path[0], shown.path[-1]
    through = shown.path[1] if len(shown.path) > 2 else between(start, end, 0.5)
    length = max(distance(start, through) + distance(through, end), 1)
    # The shaft ends within the head, or its round end would blunt the tip.
    short = min(_ARROW_HEAD * 0.7 / length, 0.4)
    low, high = (short if shown.both else 0), 1 - short
    shares = [low + (high - low) * n / _ARROW_STEPS for n in range(_ARROW_STEPS + 1)]
    shaft = tuple((curved(start, through, end, share), _ARROW_W / 2) for share in shares)
    heads = [_arrow_head(end, curved(start, through, end, 1 - short))]
    if shown.both:
        heads.append(_arrow_head(start, curved(start, through, end, short)))
    return (Strands(ink=Ink.ACCENT, strands=(shaft,)), *heads)


def _prop(thing: Prop, at: Point, tilt_deg: float, *, mirrored: bool) -> tuple[Shape, ...]:
    def put(point: Point) -> Point:
        return plus(at, turned((-point[0] if mirrored else point[0], point[1]), tilt_deg))

    found: list[Shape] = []
    for shape in thing.shapes:
        points = tuple(put(point) for point in shape.points)
        match shape:
            case Stroke():
                found.append(line(_INKS[shape.tone], points, shape.width))
            case Fill():
                found.append(Area(ink=_INKS[shape.tone], points=points, round=shape.round))
            case _:
                assert_never(shape)
    return tuple(found)


def _arrow_head(tip: Point, come_from: Point) -> Area:
    ahead = unit(come_from, tip)
    foot = plus(tip, ahead, -_ARROW_HEAD)
    aside = (-ahead[1], ahead[0])
    points = (tip, plus(foot, aside, _ARROW_HEAD * 0.62), plus(foot, aside, -_ARROW_HEAD * 0.62))
    return Area(ink=Ink.ACCENT, points=points, round=0.6)
