"""A figure as an SVG text: self-contained, moving by itself, still for who asks for less motion."""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from typing import assert_never
from xml.sax.saxutils import escape

from sitbreak.figures.model import Figure, Point
from sitbreak.figures.palette import PALETTES, Ink, Theme
from sitbreak.figures.png import CORNER
from sitbreak.figures.scene import frame, moment, still
from sitbreak.figures.shapes import Area, Bead, Shape, Strands, skin
from sitbreak.figures.timeline import frames, loop_s, played

_START = re.compile(r"M(-?\d+) ?(-?\d+)")
_FINER = 10
"""Coordinates are whole tenths of a unit: short, and finer than anyone sees."""


def svg(figure: Figure, *, title: str, theme: Theme = Theme.AUTO, moving: bool = True) -> str:
    """The picture. ``moving``: with its loop, which gives way to the still under reduced motion."""
    left, top, side = (_tenths(value) for value in frame(figure))
    moves = moving and len(played(figure)) > 1
    group = "".join(_drawn(shape) for shape in still(figure))
    shown = f'<g class="sbf-still" display="none">{group}</g>{_loop(figure)}' if moves else group
    corner = round(side * CORNER)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{left} {top} {side} {side}" role="img"'
        f' class="sbf sbf-{theme}"><title>{escape(title)}</title><style>{_style(theme, moves=moves)}</style>'
        f'<rect class="{_name(Ink.CARD)}" x="{left}" y="{top}" width="{side}" height="{side}"'
        f' rx="{corner}"/>{shown}</svg>\n'
    )


def _loop(figure: Figure) -> str:
    """The moving group: each shape with the forms it takes, one a frame."""
    loop = frames(figure)
    length_s = loop_s(figure)
    times = ";".join(f"{step.at_s / length_s:.3f}".rstrip("0").rstrip(".") for step in loop)
    moments = [moment(figure, step.pose) for step in loop]
    drawn = []
    for forms in zip(*moments, strict=True):
        paths = [_path(form) for form in forms]
        timing = f' dur="{length_s:g}s" repeatCount="indefinite" keyTimes="{times}"'
        if shifts := _shifts(paths):
            how = f'<animateTransform attributeName="transform" type="translate"{timing} values="{shifts}"/>'
            drawn.append(_drawn(forms[0], how))
        elif len(set(paths)) > 1:
            how = f'<animate attributeName="d"{timing} values="{";".join(paths)}"/>'
            drawn.append(_drawn(forms[0], how))
        else:
            drawn.append(_drawn(forms[0]))
    return f'<g class="sbf-moves">{"".join(drawn)}</g>'


def _shifts(paths: list[str]) -> str:
    """The steps of a shape that keeps its form, which are far shorter to write; empty where it does not."""
    found = [_START.match(path) for path in paths]
    starts = [(int(one[1]), int(one[2])) for one in found if one]
    if (
        len(set(paths)) == 1
        or len({path[one.end() :] for path, one in zip(paths, found, strict=False) if one}) > 1
    ):
        return ""
    if len(starts) < len(paths) or "M" in paths[0][1:]:
        return ""
    (left, top), *_ = starts
    return ";".join(_joined(x - left, y - top) for x, y in starts)


def _drawn(shape: Shape, inside: str = "") -> str:
    extra = ""
    match shape:
        case Strands():
            if shape.cut:
                extra += f' class="{_name(shape.ink)} sbf-cut" stroke-width="{_tenths(shape.cut * 2)}"'
        case Area():
            if shape.round:
                extra += f' class="{_name(shape.ink)} sbf-round" stroke-width="{_tenths(shape.round * 2)}"'
        case _:
            assert_never(shape)
    if not extra:
        extra = f' class="{_name(shape.ink)}"'
    if shape.alpha < 1:
        extra += f' opacity="{shape.alpha:g}"'
    start = f'<path{extra} d="{_path(shape)}"'
    return f"{start}>{inside}</path>" if inside else f"{start}/>"


def _path(shape: Shape) -> str:
    match shape:
        case Strands():
            return "".join(_strand(strand) for strand in shape.strands)
        case Area():
            return _polygon(shape.points)
        case _:
            assert_never(shape)


def _strand(strand: Sequence[Bead]) -> str:
    if len(strand) == 1:
        (x, y), radius = strand[0]
        r = _tenths(radius)
        half = f"a{r} {r} 0 1 1 "
        return f"M{_joined(_tenths(x) - r, _tenths(y))}{half}{2 * r} 0{half}{-2 * r} 0z"
    return "".join(_capsule(a, b) for a, b in itertools.pairwise(strand))


def _capsule(start: Bead, end: Bead) -> str:
    """Two arcs and two tangents, in relative steps, which are the shortest to write."""
    a, b, c, d = ((_tenths(x), _tenths(y)) for x, y in skin(start, end))
    first, second = _tenths(start[1]), _tenths(end[1])
    # Which arc is the larger depends on the radii alone, so all frames of a limb agree on it.
    large_end, large_start = (1, 0) if end[1] > start[1] else (0, 1)
    return (
        f"M{_joined(*a)}l{_joined(b[0] - a[0], b[1] - a[1])}"
        f"a{second} {second} 0 {large_end} 1 {_joined(c[0] - b[0], c[1] - b[1])}"
        f"l{_joined(d[0] - c[0], d[1] - c[1])}"
        f"a{first} {first} 0 {large_start} 1 {_joined(a[0] - d[0], a[1] - d[1])}z"
    )


def _polygon(points: Sequence[Point]) -> str:
    whole = [(_tenths(x), _tenths(y)) for x, y in points]
    steps = (f"l{_joined(b[0] - a[0], b[1] - a[1])}" for a, b in itertools.pairwise(whole))
    return f"M{_joined(*whole[0])}{''.join(steps)}z"


def _style(theme: Theme, *, moves: bool) -> str:
    light, dark = _inks(theme, Theme.LIGHT), _inks(theme, Theme.DARK)
    match theme:
        case Theme.LIGHT:
            rules = light
        case Theme.DARK:
            rules = dark
        case Theme.AUTO:
            rules = f"{light}@media(prefers-color-scheme:dark){{{dark}}}"
        case _:
            assert_never(theme)
    rules += ".sbf-cut{paint-order:stroke;stroke-linejoin:round}.sbf-round{stroke-linejoin:round}"
    if moves:
        rules += "@media(prefers-reduced-motion:reduce){.sbf-still{display:inline}.sbf-moves{display:none}}"
    return rules


def _inks(theme: Theme, palette: Theme) -> str:
    """The rules of one palette, for pictures of this theme alone: a page may hold others."""
    colours = PALETTES[palette]
    rules = "".join(
        f".sbf-{theme} .{_name(ink)}{{fill:{colour};stroke:none}}"
        f".sbf-{theme} .{_name(ink)}.sbf-round{{stroke:{colour}}}"
        for ink, colour in colours.items()
    )
    near = "".join(f".sbf-{theme} .{_name(ink)}.sbf-cut{{stroke:{colours[Ink.CARD]}}}" for ink in (Ink.NEAR,))
    return rules + near


def _name(ink: Ink) -> str:
    return f"sbf-{ink}"


def _tenths(value: float) -> int:
    return round(value * _FINER)


def _joined(x: int, y: int) -> str:
    """Two numbers; a minus sign parts them as well as a space does."""
    return f"{x}{y}" if y < 0 else f"{x} {y}"
