"""From a pose to the places of all joints. Limbs keep their lengths, whatever the pose asks for."""

from __future__ import annotations

import math
from dataclasses import dataclass, fields, replace
from typing import Any

from sitbreak.figures.model import CANVAS, Faces, Point, Pose, View
from sitbreak.figures.plane import across, between, curved, distance, plus, turned, unit, upward

TORSO = 30.0
NECK = 10.0
UPPER_ARM = 16.5
FOREARM = 16.0
THIGH = 22.0
SHIN = 22.0
FOOT = 6.2
HEEL = 1.8
SHOULDER_HALF = 9.6
HIP_HALF = 5.4

_SPINE = (0.0, 0.3, 0.66, 1.0)
_SHOULDER_AT = 0.88
_FACE_OFF = 4.2

Two = tuple[Point, Point]


@dataclass(frozen=True, slots=True, kw_only=True)
class Joints:
    """Where everything of a body is. ``front`` is where the belly points: zero in a front view.

    ``missed``: how far each of the two hands and the two feet stays from where the pose wants it.
    """

    spine: tuple[Point, ...]
    head: Point
    face: Point
    front: Point
    shoulders: Two
    elbows: Two
    hands: Two
    hips: Two
    knees: Two
    ankles: Two
    heels: Two
    toes: Two
    missed: tuple[float, float, float, float] = (0, 0, 0, 0)

    @property
    def neck(self) -> Point:
        """The base of the neck."""
        return self.spine[-1]


def joints(pose: Pose, view: View, faces: Faces = Faces.RIGHT) -> Joints:
    """All joints of the pose."""
    match view, faces:
        case View.FRONT, _:
            return _front(pose)
        case _, Faces.LEFT:
            return _mirrored(_side(replace(pose, **_flipped(pose))))
        case _:
            return _side(pose)


def two_bones(start: Point, wanted: Point, first: float, second: float, bend: float) -> tuple[Point, Point]:
    """Middle joint and end of a limb from ``start`` that reaches for ``wanted``.

    ``bend`` 1 puts the joint to the left of one who goes from start to end, -1 to the right; between these
    it points partly at the viewer, and both bones look shorter.
    """
    reach = min(max(distance(start, wanted), abs(first - second) + 0.01), first + second - 0.01)
    along = unit(start, wanted)
    share = (first**2 - second**2 + reach**2) / (2 * reach)
    off = math.sqrt(max(first**2 - share**2, 0)) * min(max(bend, -1), 1)
    joint = plus(plus(start, along, share), across(along), -off)
    return joint, plus(start, along, reach)


def _side(pose: Pose) -> Joints:
    up = upward(pose.lean)
    front = across(up)
    spine, top_lean = _spine(pose, up, front, -1)
    middle = _along(spine, _SHOULDER_AT)
    wide = math.sin(math.radians(pose.turn)) * SHOULDER_HALF
    shoulders = plus(middle, front, -wide), plus(middle, front, wide)
    skull = upward(top_lean + pose.head)
    arms = [
        two_bones(
            shoulders[n],
            pose.hands[n],
            UPPER_ARM * _seen(pose.upper_arms[n]),
            FOREARM * _seen(pose.forearms[n]),
            -bend,
        )
        for n, bend in enumerate(pose.elbows)
    ]
    legs = [
        two_bones(pose.hip, pose.feet[n], THIGH * _seen(pose.thighs[n]), SHIN * _seen(pose.shins[n]), bend)
        for n, bend in enumerate(pose.knees)
    ]
    feet = [_side_foot(legs[n][1], pose.toes[n]) for n in (0, 1)]
    return Joints(
        spine=spine,
        head=plus(spine[-1], skull, NECK),
        face=plus((0, 0), across(skull), math.cos(math.radians(pose.turn))),
        front=front,
        shoulders=shoulders,
        hips=(pose.hip, pose.hip),
        **_limbs(arms, legs, feet),
        missed=_missed(pose, arms, legs),
    )


def _front(pose: Pose) -> Joints:
    up = upward(pose.lean)
    right = across(up)
    spine, top_lean = _spine(pose, up, right, 1)
    chest_up = upward(top_lean)
    shoulders_at = _along(spine, _SHOULDER_AT)
    half = SHOULDER_HALF * max(math.cos(math.radians(pose.turn)), 0.4)
    shoulders = _either_side(shoulders_at, across(chest_up), half)
    # The pelvis stays level over standing legs, and turns with a body that lies.
    level = across(upward(pose.lean * min(abs(pose.lean) / 90, 1)))
    hips = _either_side(pose.hip, level, HIP_HALF)
    skull = upward(top_lean + pose.head)
    outward = (1, -1)
    arms = [
        two_bones(
            shoulders[n],
            pose.hands[n],
            UPPER_ARM * _seen(pose.upper_arms[n]),
            FOREARM * _seen(pose.forearms[n]),
            -outward[n] * pose.elbows[n],
        )
        for n in (0, 1)
    ]
    legs = [
        two_bones(
            hips[n],
            pose.feet[n],
            THIGH * _seen(pose.thighs[n]),
            SHIN * _seen(pose.shins[n]),
            -outward[n] * pose.knees[n],
        )
        for n in (0, 1)
    ]
    feet = [_front_foot(legs[n][1], pose.toes[n], -outward[n]) for n in (0, 1)]
    aside = math.sin(math.radians(pose.turn)) * _FACE_OFF
    return Joints(
        spine=spine,
        head=plus(spine[-1], skull, NECK),
        face=plus((0, 0), across(skull), aside),
        front=(0, 0),
        shoulders=shoulders,
        hips=hips,
        **_limbs(arms, legs, feet),
        missed=_missed(pose, arms, legs),
    )


def _spine(pose: Pose, up: Point, bulges: Point, sign: int) -> tuple[tuple[Point, ...], float]:
    """Points from hip to neck, and the lean at the neck. A bent spine reaches less far."""
    neck = plus(pose.hip, up, TORSO * pose.torso - pose.curve**2 / 20)
    middle = plus(between(pose.hip, neck, 0.5), bulges, sign * pose.curve)
    nearly = curved(pose.hip, middle, neck, 0.9)
    along = unit(nearly, neck)
    lean = math.degrees(math.atan2(along[0], -along[1]))
    return tuple(curved(pose.hip, middle, neck, share) for share in _SPINE), lean


def _seen(share: float) -> float:
    """A flow through the poses may swing a little past them; a limb is never longer than it is."""
    return min(max(share, 0.05), 1)


def _along(spine: tuple[Point, ...], share: float) -> Point:
    for (low, start), (high, end) in zip(
        zip(_SPINE, spine, strict=True), list(zip(_SPINE, spine, strict=True))[1:], strict=False
    ):
        if share <= high:
            return between(start, end, (share - low) / (high - low))
    return spine[-1]


def _either_side(middle: Point, right: Point, half: float) -> Two:
    return plus(middle, right, -half), plus(middle, right, half)


def _side_foot(ankle: Point, toes_deg: float) -> Two:
    heel, toe = turned((-HEEL, 0.4), -toes_deg), turned((FOOT, 1.1), -toes_deg)
    return plus(ankle, heel), plus(ankle, toe)


def _front_foot(ankle: Point, toes_deg: float, outward: int) -> Two:
    out = math.sin(math.radians(toes_deg)) * FOOT * outward
    return plus(ankle, (0, 0.3)), plus(ankle, (out, 0.9))


def _limbs(
    arms: list[tuple[Point, Point]], legs: list[tuple[Point, Point]], feet: list[Two]
) -> dict[str, Any]:
    return {
        "elbows": (arms[0][0], arms[1][0]),
        "hands": (arms[0][1], arms[1][1]),
        "knees": (legs[0][0], legs[1][0]),
        "ankles": (legs[0][1], legs[1][1]),
        "heels": (feet[0][0], feet[1][0]),
        "toes": (feet[0][1], feet[1][1]),
    }


def _missed(
    pose: Pose, arms: list[tuple[Point, Point]], legs: list[tuple[Point, Point]]
) -> tuple[float, float, float, float]:
    return (
        distance(pose.hands[0], arms[0][1]),
        distance(pose.hands[1], arms[1][1]),
        distance(pose.feet[0], legs[0][1]),
        distance(pose.feet[1], legs[1][1]),
    )


def _flip(point: Point) -> Point:
    return CANVAS - point[0], point[1]


def _flipped(pose: Pose) -> dict[str, Any]:
    return {
        "hip": _flip(pose.hip),
        "hands": (_flip(pose.hands[0]), _flip(pose.hands[1])),
        "feet": (_flip(pose.feet[0]), _flip(pose.feet[1])),
    }


def _mirrored(body: Joints) -> Joints:
    turned_round: dict[str, Any] = {}
    for field in fields(body):
        value = getattr(body, field.name)
        match field.name:
            case "missed":
                pass
            case "front" | "face":
                turned_round[field.name] = (-value[0], value[1])
            case "head":
                turned_round[field.name] = _flip(value)
            case _:
                turned_round[field.name] = tuple(map(_flip, value))
    return replace(body, **turned_round)
