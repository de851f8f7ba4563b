"""A figure at one moment as shapes, back to front: what both painters draw."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from sitbreak.figures.body import body
from sitbreak.figures.model import CANVAS, FLOOR_Y, Figure, Pose
from sitbreak.figures.palette import Ink
from sitbreak.figures.shapes import Shape, extent, line
from sitbreak.figures.solve import joints
from sitbreak.figures.spots import glow_at, hold_at
from sitbreak.figures.things import arrow, glow, held, placed
from sitbreak.figures.timeline import frames, played

Frame = tuple[float, float, float]
"""The square that is shown: left, top, side."""

_STOUTER = 0.8
_ROOM = 7.0
_LEAST_SIDE = 84.0
_FLOOR_ENDS = 0.07
"""How far from the card's edges the floor ends, as a share of its side."""


def still(figure: Figure, *, plain: bool = False) -> tuple[Shape, ...]:
    """The still. ``plain``: stouter, without floor, ghost, arrows and what is not essential."""
    if plain:
        return tuple(_around_and_body(figure, figure.keys[figure.still].pose, plain=True))
    return (*_floor(figure), *_whole_still(figure))


def moment(figure: Figure, pose: Pose) -> tuple[Shape, ...]:
    """The figure in this pose. Every moment of a figure has the same shapes in the same order."""
    return (*_floor(figure), *_around_and_body(figure, pose))


@lru_cache(maxsize=32)
def frame(figure: Figure) -> Frame:
    """Left, top and side of the square that shows all of it, still and moving, and some room around."""
    if figure.frame:
        return figure.frame
    poses = [key.pose for key in played(figure)] + [step.pose for step in frames(figure)]
    shapes = [shape for pose in poses for shape in _around_and_body(figure, pose)]
    left, top, right, bottom = extent((*shapes, *_whole_still(figure)))
    side = min(max(right - left + 2 * _ROOM, bottom - top + 2 * _ROOM, _LEAST_SIDE), CANVAS)
    # A low figure lies in the middle, a little down.
    spare = side - (bottom - top)
    return (left + right - side) / 2, top - spare * (0.5 if spare < 4 * _ROOM else 0.66), side


def _whole_still(figure: Figure) -> Iterable[Shape]:
    if figure.ghost is not None:
        pose = figure.keys[figure.ghost].pose
        yield from body(figure, joints(pose, figure.view, figure.faces), pose, ghost=True)
    yield from _around_and_body(figure, figure.keys[figure.still].pose)
    for shown in figure.arrows:
        yield from arrow(shown)


def _around_and_body(figure: Figure, pose: Pose, *, plain: bool = False) -> Iterable[Shape]:
    found = joints(pose, figure.view, figure.faces)
    things = [thing for thing in figure.props if thing.essential or not plain]
    for thing in things:
        if not thing.front:
            yield from placed(thing)
    yield from body(figure, found, pose, stouter=_STOUTER if plain else 0)
    for one in figure.held:
        yield from held(one.prop, hold_at(one.limb, found, pose), pose.tilt)
    for thing in things:
        if thing.front:
            yield from placed(thing)
    for one_glow in figure.glows:
        yield from glow(glow_at(one_glow, found, pose, figure.view), one_glow.size)


def _floor(figure: Figure) -> tuple[Shape, ...]:
    if not figure.floor:
        return ()
    left, _, side = frame(figure)
    ends = (
        (left + side * _FLOOR_ENDS, FLOOR_Y + 1),
        (left + side * (1 - _FLOOR_ENDS), FLOOR_Y + 1),
    )
    return (line(Ink.FLOOR, ends, 2),)
