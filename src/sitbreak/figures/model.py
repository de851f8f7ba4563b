"""What a figure is: a skeleton's poses, what stands around it, and when. Plain data, in units of the canvas.

The canvas is 128 units square, x to the right, y down; the floor lies at ``FLOOR_Y``. Angles are in degrees.
Pairs of limbs are (near, far) in a view from the side, (left, right) as seen in a view from the front.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

Point: TypeAlias = tuple[float, float]
Pair: TypeAlias = tuple[float, float]

CANVAS = 128.0
FLOOR_Y = 116.0
ANKLE_Y = 113.0
"""Where the ankle of a foot that stands flat on the floor is."""

TAKES_S = 1.2
HOLDS_S = 0.6
GLOW_SIZE = 8.0
POSES_MOST = 8
PROPS_MOST = 6


class View(StrEnum):
    """From where the person is seen. ``FRONT`` serves also for one who lies on a mat, seen from above."""

    SIDE = "side"
    FRONT = "front"


class Faces(StrEnum):
    """Where the person in a side view looks."""

    RIGHT = "right"
    LEFT = "left"


@dataclass(frozen=True, slots=True, kw_only=True)
class Pose:
    """One moment of a body. The limbs are given by their ends; their joints follow.

    ``lean``: from upright, toward the face (side view) or the right (front view). ``curve``: how far the
    spine bulges, toward the back or the right. ``head``: its nod toward the chest, or tilt to the right.
    ``turn``: of chest and face, toward the viewer (side view) or to the right (front view). ``toes``: up
    from level (side view), outward (front view). ``elbows`` and ``knees``: 1 bends as bodies do, -1 the other
    way, between these the joint points at the viewer. ``torso``, ``thighs`` and the like: the share of their
    length that is seen. ``belly``: how far it swells. ``tilt``: of what a hand holds, clockwise.
    ``swapped``: 1 where the other side does it.
    """

    hip: Point
    hands: tuple[Point, Point]
    feet: tuple[Point, Point]
    lean: float = 0
    torso: float = 1
    curve: float = 0
    head: float = 0
    turn: float = 0
    toes: Pair = (0, 0)
    elbows: Pair = (1, 1)
    knees: Pair = (1, 1)
    thighs: Pair = (1, 1)
    shins: Pair = (1, 1)
    upper_arms: Pair = (1, 1)
    forearms: Pair = (1, 1)
    belly: float = 0
    tilt: float = 0
    swapped: float = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """A pose at its time: ``takes_s`` to come to it from the one before, ``holds_s`` to stay in it."""

    pose: Pose
    takes_s: float = TAKES_S
    holds_s: float = HOLDS_S


class Tone(StrEnum):
    """The inks a prop may be drawn in."""

    PLAIN = "plain"
    DEEP = "deep"
    PALE = "pale"
    ACCENT = "accent"
    BODY = "body"


@dataclass(frozen=True, slots=True, kw_only=True)
class Stroke:
    """A round-ended line through the points; a single point makes a dot."""

    points: tuple[Point, ...]
    width: float
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Fill:
    """A filled polygon, its corners rounded outward by ``round``."""

    points: tuple[Point, ...]
    round: float = 0
    tone: Tone = Tone.PLAIN


@dataclass(frozen=True, slots=True, kw_only=True)
class Prop:
    """A thing, drawn around its own (0, 0)."""

    id: str
    shapes: tuple[Stroke | Fill, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Placed:
    """A prop at its place. ``front``: before the body; ``essential``: also in the smallest pictures."""

    prop: Prop
    at: Point
    flip: bool = False
    front: bool = False
    essential: bool = False


class Limb(StrEnum):
    """What can hold a prop: a hand, or a foot with the thing at its sole."""

    NEAR_HAND = "near-hand"
    FAR_HAND = "far-hand"
    NEAR_FOOT = "near-foot"
    FAR_FOOT = "far-foot"
    LEFT_HAND = "left-hand"
    RIGHT_HAND = "right-hand"
    LEFT_FOOT = "left-foot"
    RIGHT_FOOT = "right-foot"

    @property
    def second(self) -> bool:
        """Whether it is the second of its pair."""
        return self.startswith(("far", "right"))

    @property
    def foot(self) -> bool:
        """Whether it is a foot."""
        return self.endswith("foot")


@dataclass(frozen=True, slots=True, kw_only=True)
class Held:
    """A prop that follows a hand or a foot."""

    prop: Prop
    limb: Limb


class Spot(StrEnum):
    """A place of the body that can glow."""

    BUTTOCK = "buttock"
    HAMSTRING = "hamstring"
    THIGH = "thigh"
    HIP = "hip"
    KNEE = "knee"
    CALF = "calf"
    ANKLE = "ankle"
    SOLE = "sole"
    SIDE = "side"
    SHOULDER = "shoulder"
    ARM = "arm"
    HAND = "hand"
    LOW_BACK = "low-back"
    BACK = "back"
    BELLY = "belly"
    CHEST = "chest"
    NECK = "neck"
    HEAD = "head"


@dataclass(frozen=True, slots=True, kw_only=True)
class Glow:
    """Where the body is at work. ``second``: on the second limb of the pair; ``by`` moves it."""

    spot: Spot
    second: bool = False
    by: Point = (0, 0)
    size: float = GLOW_SIZE


@dataclass(frozen=True, slots=True, kw_only=True)
class Arrow:
    """A motion, drawn beside the still: a curve through two or three points, with a head at its end."""

    path: tuple[Point, ...]
    both: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A movement, shown.

    ``still`` and ``ghost`` count poses from 0. ``mirror``: the poses are played again with the sides
    exchanged. ``flow``: through the poses without a stop, as in walking. ``frame``: the (left, top, side)
    shown; None: all there is. ``behind``: the arms that pass behind the body.
    """

    id: str
    view: View
    keys: tuple[Key, ...]
    faces: Faces = Faces.RIGHT
    still: int = 0
    ghost: int | None = None
    mirror: bool = False
    flow: bool = False
    floor: bool = True
    frame: tuple[float, float, float] | None = None
    behind: tuple[bool, bool] = (False, False)
    props: tuple[Placed, ...] = ()
    held: tuple[Held, ...] = ()
    glows: tuple[Glow, ...] = ()
    arrows: tuple[Arrow, ...] = ()
