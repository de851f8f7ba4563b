"""Which pose a figure is in at which moment: eased from pose to pose, in a loop without a jump."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields, replace
from itertools import accumulate, pairwise
from typing import Any

from sitbreak.figures.model import Figure, Key, Point, Pose, View

_STEPS_MOST = 20
"""Frames of one loop, about: what a page of figures can carry."""


@dataclass(frozen=True, slots=True)
class Frame:
    """A pose, and when it is reached, in seconds from the loop's start."""

    at_s: float
    pose: Pose


def blend(parts: Sequence[tuple[float, Pose]]) -> Pose:
    """The weighted sum of poses; weights that sum to 1 make a pose among them."""
    values = {
        field.name: _sum([(weight, getattr(pose, field.name)) for weight, pose in parts])
        for field in fields(Pose)
    }
    return Pose(**values)


def mirrored(pose: Pose, view: View, middle_x: float) -> Pose:
    """The same with the sides exchanged; in a front view, about ``middle_x``."""
    exchanged: dict[str, Any] = {"swapped": 1 - pose.swapped}
    for field in fields(Pose):
        value = getattr(pose, field.name)
        if isinstance(value, tuple) and field.name != "hip":
            exchanged[field.name] = (value[1], value[0])
    pose = replace(pose, **exchanged)
    if view is View.SIDE:
        return replace(pose, turn=-pose.turn)

    def over(point: Point) -> Point:
        return 2 * middle_x - point[0], point[1]

    return replace(
        pose,
        hip=over(pose.hip),
        hands=(over(pose.hands[0]), over(pose.hands[1])),
        feet=(over(pose.feet[0]), over(pose.feet[1])),
        lean=-pose.lean,
        curve=-pose.curve,
        head=-pose.head,
        turn=-pose.turn,
        tilt=-pose.tilt,
    )


def played(figure: Figure) -> tuple[Key, ...]:
    """The keys of one loop: the figure's own, and their mirror where it has two sides."""
    if not figure.mirror:
        return figure.keys
    middle_x = figure.keys[0].pose.hip[0]
    return figure.keys + tuple(
        replace(key, pose=mirrored(key.pose, figure.view, middle_x)) for key in figure.keys
    )


def loop_s(figure: Figure) -> float:
    """How long one loop takes."""
    keys = played(figure)
    return sum(key.takes_s + key.holds_s for key in keys) if len(keys) > 1 else keys[0].holds_s


def pose_at(figure: Figure, at_s: float) -> Pose:
    """The pose at that moment. The loop begins as the first pose is reached; any moment is of some loop."""
    keys = played(figure)
    if len(keys) == 1:
        return keys[0].pose
    left_s = at_s % loop_s(figure)
    for n, key in enumerate(keys):
        if left_s <= key.holds_s:
            return key.pose
        left_s -= key.holds_s
        takes_s = keys[(n + 1) % len(keys)].takes_s
        if left_s <= takes_s:
            return _on_the_way(figure, keys, n, left_s / takes_s)
        left_s -= takes_s
    return keys[0].pose


def frames(figure: Figure) -> tuple[Frame, ...]:
    """The loop in frames that lie closer where it moves; the last is the first again."""
    keys = played(figure)
    if len(keys) == 1:
        return (Frame(0, keys[0].pose),)
    steps = max(3, min(6, _STEPS_MOST // len(keys)))
    times_s = []
    for (start_s, key), following in zip(
        zip(_starts_s(keys), keys, strict=True), (*keys[1:], keys[0]), strict=True
    ):
        if key.holds_s:
            times_s.append(start_s)
        leaves_s = start_s + key.holds_s
        times_s += [leaves_s + following.takes_s * n / steps for n in range(steps)]
    found = [Frame(at_s, pose_at(figure, at_s)) for at_s in times_s]
    return (*found, Frame(loop_s(figure), found[0].pose))


def _starts_s(keys: tuple[Key, ...]) -> list[float]:
    """When each pose is reached; the first at 0."""
    spans = [key.holds_s + following.takes_s for key, following in pairwise(keys)]
    return list(accumulate(spans, initial=0.0))


def _on_the_way(figure: Figure, keys: tuple[Key, ...], n: int, share: float) -> Pose:
    count = len(keys)
    start, end = keys[n].pose, keys[(n + 1) % count].pose
    if not figure.flow:
        eased = share * share * (3 - 2 * share)
        return blend([(1 - eased, start), (eased, end)])
    before, after = keys[n - 1].pose, keys[(n + 2) % count].pose
    one, two, three = share, share**2, share**3
    # The spline of Catmull and Rom goes through every pose without a stop.
    return blend(
        [
            ((-one + 2 * two - three) / 2, before),
            ((2 - 5 * two + 3 * three) / 2, start),
            ((one + 4 * two - 3 * three) / 2, end),
            ((three - two) / 2, after),
        ]
    )


def _sum(parts: list[tuple[float, Any]]) -> Any:
    if isinstance(parts[0][1], tuple):
        return tuple(_sum([(weight, value[n]) for weight, value in parts]) for n in range(len(parts[0][1])))
    return sum(weight * value for weight, value in parts)
