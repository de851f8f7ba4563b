"""Where on a body a glow is, and what a limb holds."""

from __future__ import annotations

from typing import assert_never

from sitbreak.figures.model import Glow, Limb, Point, Pose, Spot, View
from sitbreak.figures.plane import across, between, plus, unit
from sitbreak.figures.solve import Joints

_SOLE = 3.0
"""How far the middle of the sole lies under the line from heel to toes."""


def glow_at(glow: Glow, joints: Joints, pose: Pose, view: View) -> Point:
    """The middle of the glow. As the sides are exchanged it goes over to the other limb."""
    here, there = (_spot(glow.spot, joints, view, n) for n in ((1, 0) if glow.second else (0, 1)))
    return plus(between(here, there, pose.swapped), glow.by)


def hold_at(limb: Limb, joints: Joints, pose: Pose) -> Point:
    """Where a held thing is: in the hand, or at the sole."""
    here, there = (_hold(limb, joints, n) for n in ((1, 0) if limb.second else (0, 1)))
    return between(here, there, pose.swapped)


def _hold(limb: Limb, joints: Joints, n: int) -> Point:
    return _sole(joints, n) if limb.foot else joints.hands[n]


def _sole(joints: Joints, n: int) -> Point:
    heel, toe = joints.heels[n], joints.toes[n]
    along = unit(heel, toe)
    down = across(along) if along[0] >= 0 else across((-along[0], -along[1]))
    return plus(between(heel, toe, 0.45), down, _SOLE)


def _spot(spot: Spot, joints: Joints, view: View, n: int) -> Point:  # noqa: C901, PLR0911, PLR0912 - a table
    spine, front = joints.spine, joints.front
    thigh, shin = (joints.hips[n], joints.knees[n]), (joints.knees[n], joints.ankles[n])
    match spot:
        case Spot.BUTTOCK:
            return plus(plus(joints.hips[n], front, -4), unit(spine[0], spine[1]), -1)
        case Spot.HIP:
            return plus(joints.hips[n], front, 3)
        case Spot.HAMSTRING:
            return plus(between(*thigh, 0.5), _behind(*thigh, view), 2)
        case Spot.THIGH:
            return plus(between(*thigh, 0.5), _behind(*thigh, view), -1.5)
        case Spot.KNEE:
            return joints.knees[n]
        case Spot.CALF:
            return plus(between(*shin, 0.4), _behind(*shin, view), 1.5)
        case Spot.ANKLE:
            return joints.ankles[n]
        case Spot.SOLE:
            return _sole(joints, n) if view is View.SIDE else joints.toes[n]
        case Spot.SIDE:
            aside = across(unit(spine[0], spine[2]))
            return plus(between(spine[1], spine[2], 0.3), aside, 0 if view is View.SIDE else (-5, 5)[n])
        case Spot.SHOULDER:
            return joints.shoulders[n]
        case Spot.ARM:
            return joints.elbows[n]
        case Spot.HAND:
            return joints.hands[n]
        case Spot.LOW_BACK:
            return plus(between(spine[0], spine[1], 0.75), front, -3.5)
        case Spot.BACK:
            return plus(spine[2], front, -3.5)
        case Spot.BELLY:
            return plus(spine[1], front, 2)
        case Spot.CHEST:
            return plus(spine[2], front, 2.5)
        case Spot.NECK:
            return joints.neck
        case Spot.HEAD:
            return joints.head
        case _:
            assert_never(spot)


def _behind(start: Point, end: Point, view: View) -> Point:
    """The direction to the back of a leg's bone: to the right of one who goes down it facing right."""
    return across(unit(start, end)) if view is View.SIDE else (0, 0)
