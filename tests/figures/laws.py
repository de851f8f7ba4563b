"""What is wrong with a figure, in words for who authors it."""

from __future__ import annotations

from sitbreak.figures.model import FLOOR_Y, Figure
from sitbreak.figures.palette import Ink
from sitbreak.figures.scene import frame, moment, still
from sitbreak.figures.shapes import extent
from sitbreak.figures.solve import joints
from sitbreak.figures.timeline import frames

REACH = 1.5
MARGIN = 2.0
SOLE = 3.1
LIMBS = ("first hand", "second hand", "first foot", "second foot")


def faults(figure: Figure) -> list[str]:
    """Each fault in a line; none where all is well."""
    return [*_unreached(figure), *_outside(figure), *_under_the_floor(figure)]


def _unreached(figure: Figure) -> list[str]:
    return [
        f"pose {n + 1}: the {limb} stays {missed:.1f} from where it should be"
        for n, key in enumerate(figure.keys)
        for limb, missed in zip(LIMBS, joints(key.pose, figure.view, figure.faces).missed, strict=True)
        if missed > REACH
    ]


def _outside(figure: Figure) -> list[str]:
    if figure.frame:  # a close-up cuts on purpose
        return []
    left, top, side = frame(figure)
    found = []
    for at, shapes in [
        ("the still", still(figure)),
        *((f"{step.at_s:.1f} s", moment(figure, step.pose)) for step in frames(figure)),
    ]:
        west, north, east, south = extent(tuple(s for s in shapes if s.ink != Ink.FLOOR))
        over = max(
            left + MARGIN - west,
            top + MARGIN - north,
            east - left - side + MARGIN,
            south - top - side + MARGIN,
        )
        if over > 0:
            found.append(f"at {at} it leaves the canvas by {over:.1f}")
    return found[:1]


def _under_the_floor(figure: Figure) -> list[str]:
    if not figure.floor:
        return []
    found = []
    for step in frames(figure):
        body = joints(step.pose, figure.view, figure.faces)
        lowest = max(y for _, y in (*body.heels, *body.toes, *body.ankles))
        if lowest > FLOOR_Y:
            found.append(f"at {step.at_s:.1f} s a foot is {lowest - FLOOR_Y:.1f} under the floor")
    return found[:1]
