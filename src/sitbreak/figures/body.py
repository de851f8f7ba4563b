"""A body as shapes, from its joints: far limbs first and dimmer, near limbs set off from what they cover."""

from __future__ import annotations

import math

from sitbreak.figures.model import Figure, Pose, View
from sitbreak.figures.palette import Ink
from sitbreak.figures.plane import across, distance, plus, unit
from sitbreak.figures.shapes import Area, Shape, Strands, disc
from sitbreak.figures.solve import Joints

HEAD_R = 6.8
_NECK_R = 2.6
_TORSO_R = (6.5, 5.9, 6.8, 4.2)
_LEG_R = (4.4, 3.5, 2.5)
_ARM_R = (3.2, 2.7, 2.2)
_HAND_R = 2.8
_HEEL_R, _TOE_R = 2.6, 1.9
_SHOULDER_R = 3.1
_CUT = 1.3
_FORESHORTENED = 0.7


def body(
    figure: Figure, joints: Joints, pose: Pose, *, ghost: bool = False, stouter: float = 0
) -> tuple[Shape, ...]:
    """The whole body, back to front. ``ghost``: faint, in one ink. ``stouter``: so much on every radius."""
    near = Ink.GHOST if ghost else Ink.NEAR
    cut = 0 if ghost else _CUT
    if figure.view is View.FRONT:
        parts = _from_the_front(figure, joints, pose, near, cut)
    else:
        parts = _from_the_side(figure, joints, pose, near, cut)
    return tuple(_grown(part, stouter) for part in parts) if stouter else parts


def _from_the_side(figure: Figure, joints: Joints, pose: Pose, near: Ink, cut: float) -> tuple[Shape, ...]:
    far = Ink.FAR if cut else near
    behind = [_arm(joints, 1, far, 0)] + ([_arm(joints, 0, near, 0)] if figure.behind[0] else [])
    belly = plus(joints.spine[1], joints.front, 1 + pose.belly)
    torso = tuple(zip(joints.spine, _TORSO_R, strict=True))
    trunk = Strands(
        ink=near,
        strands=(
            torso,
            ((joints.neck, _NECK_R), (joints.head, _NECK_R)),
            *((((belly, _TORSO_R[1] - 0.4),),) if _breathes(figure) else ()),
            *(
                ((joints.spine[1], _TORSO_R[1]), (shoulder, _ARM_R[0] + 0.6))
                for shoulder in (joints.shoulders if _turns(figure) else ())
            ),
            *((tuple((at, _ARM_R[0] + 0.6) for at in joints.shoulders),) if _turns(figure) else ()),
        ),
    )
    nose = plus(joints.head, joints.face, HEAD_R - 0.4)
    head = Strands(ink=near, strands=(((joints.head, HEAD_R),), ((nose, 1.5),)), cut=cut)
    eyes = (_eyes(joints, pose),) if _turns(figure) and cut else ()
    before = (
        []
        if figure.behind[0]
        else [_arm(joints, 0, near, cut), disc(near, joints.shoulders[0], _ARM_R[0] + _CUT + 0.6)]
    )
    return (
        *behind,
        _leg(joints, 1, far, 0),
        trunk,
        _leg(joints, 0, near, cut),
        disc(near, joints.hips[0], _TORSO_R[0] - 0.1),
        head,
        *eyes,
        *before,
    )


def _from_the_front(figure: Figure, joints: Joints, pose: Pose, near: Ink, cut: float) -> tuple[Shape, ...]:
    right = across(unit(joints.spine[-2], joints.neck))
    half = distance(*joints.shoulders) / 2
    waist_right = across(unit(joints.spine[0], joints.spine[2]))
    waist = min(half, 6.6) - _SHOULDER_R + 1 + pose.belly * 0.6
    trunk = Area(
        ink=near,
        points=(
            plus(joints.hips[0], waist_right, 1.6),
            plus(joints.spine[1], waist_right, -waist),
            plus(joints.shoulders[0], right, 0.6),
            plus(joints.neck, right, -1.6),
            plus(joints.neck, right, 1.6),
            plus(joints.shoulders[1], right, -0.6),
            plus(joints.spine[1], waist_right, waist),
            plus(joints.hips[1], waist_right, -1.6),
        ),
        round=_SHOULDER_R,
    )
    neck = Strands(ink=near, strands=(((joints.neck, _NECK_R), (joints.head, _NECK_R)),))
    arms = [
        (shape, figure.behind[n])
        for n in (0, 1)
        for shape in (
            _arm(joints, n, near, 0 if figure.behind[n] else cut),
            disc(near, plus(joints.shoulders[n], right, (0.8, -0.8)[n]), _SHOULDER_R + 0.9),
        )
    ]
    legs = (
        _leg(joints, 0, near, cut),
        _leg(joints, 1, near, cut),
        Strands(ink=near, strands=(((joints.hips[0], 4.3), (joints.hips[1], 4.3)),)),
    )
    sits = any(min(key.pose.thighs) < _FORESHORTENED for key in figure.keys)
    return (
        *(shape for shape, behind in arms if behind),
        *(() if sits else legs),
        trunk,
        neck,
        *(legs if sits else ()),
        *_face(joints, near, cut),
        *(shape for shape, behind in arms if not behind),
    )


def _face(joints: Joints, near: Ink, cut: float) -> tuple[Shape, ...]:
    up = unit(joints.neck, joints.head)
    right = across(up)
    middle = plus(plus(joints.head, joints.face), up, 0.6)
    eyes = tuple(((plus(middle, right, off), 0.95),) for off in (-2.3, 2.3))
    head = Strands(ink=near, strands=(((joints.head, HEAD_R),),), cut=cut)
    return (head, Strands(ink=Ink.CARD, strands=eyes)) if cut else (head,)


def _eyes(joints: Joints, pose: Pose) -> Strands:
    """In a side view: they come round with the face, and go behind the head with it."""
    up = unit(joints.neck, joints.head)
    beads = []
    for aside in (-20, 20):
        around = math.radians(90 - pose.turn + aside)
        at = plus(plus(joints.head, up, 0.6), across(up), math.sin(around) * (HEAD_R - 1.2))
        beads.append(((at, 0.95 if math.cos(around) > -0.4 else 0.1),))
    return Strands(ink=Ink.CARD, strands=tuple(beads))


def _arm(joints: Joints, n: int, ink: Ink, cut: float) -> Strands:
    places = (joints.shoulders[n], joints.elbows[n], joints.hands[n])
    return Strands(
        ink=ink,
        strands=(tuple(zip(places, _ARM_R, strict=True)), ((joints.hands[n], _HAND_R),)),
        cut=cut,
    )


def _leg(joints: Joints, n: int, ink: Ink, cut: float) -> Strands:
    places = (joints.hips[n], joints.knees[n], joints.ankles[n])
    return Strands(
        ink=ink,
        strands=(
            tuple(zip(places, _LEG_R, strict=True)),
            ((joints.heels[n], _HEEL_R), (joints.toes[n], _TOE_R)),
        ),
        cut=cut,
    )


def _breathes(figure: Figure) -> bool:
    return any(key.pose.belly for key in figure.keys)


def _turns(figure: Figure) -> bool:
    return any(key.pose.turn for key in figure.keys)


def _grown(shape: Shape, by: float) -> Shape:
    match shape:
        case Area():
            return Area(ink=shape.ink, points=shape.points, round=shape.round + by, alpha=shape.alpha)
        case Strands():
            strands = tuple(tuple((at, radius + by) for at, radius in strand) for strand in shape.strands)
            return Strands(ink=shape.ink, strands=strands, cut=shape.cut, alpha=shape.alpha)
