"""Laws of the skeleton and of the timeline, whatever a pose asks for."""

from __future__ import annotations

import math
from dataclasses import fields, replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from figures.bodies import figures, points, poses
from sitbreak.figures.model import Faces, Figure, Point, Pose, View
from sitbreak.figures.plane import distance
from sitbreak.figures.scene import moment
from sitbreak.figures.shapes import Area, Shape, Strands, skin
from sitbreak.figures.solve import FOREARM, SHIN, THIGH, UPPER_ARM, Joints, joints, two_bones
from sitbreak.figures.timeline import blend, frames, loop_s, mirrored, played, pose_at

AWAY = 1e-6


def bones(body: Joints) -> list[tuple[float, float]]:
    """Of each bone its length as seen, and its own."""
    return [
        (distance(start[n], end[n]), length)
        for start, end, length in (
            (body.shoulders, body.elbows, UPPER_ARM),
            (body.elbows, body.hands, FOREARM),
            (body.hips, body.knees, THIGH),
            (body.knees, body.ankles, SHIN),
        )
        for n in (0, 1)
    ]


def places(body: Joints) -> list[Point]:
    return [
        place
        for field in fields(body)
        if field.name not in {"missed", "front", "face"}
        for place in (
            [getattr(body, field.name)] if field.name == "head" else list(getattr(body, field.name))
        )
    ]


@given(poses(), st.sampled_from(View), st.sampled_from(Faces))
def test_limbs_keep_their_lengths_whatever_they_reach_for(pose: Pose, view: View, faces: Faces) -> None:
    for seen, own in bones(joints(pose, view, faces)):
        assert seen == pytest.approx(own, abs=0.02)


@given(figures(), st.floats(-100, 100))
def test_limbs_keep_their_lengths_at_every_moment(figure: Figure, at_s: float) -> None:
    """A bend between 1 and -1 points the joint at the viewer: bones look shorter then, never longer."""
    pose = pose_at(figure, at_s)
    for seen, own in bones(joints(pose, figure.view, figure.faces)):
        assert seen <= own + 0.02
    whole = replace(pose, elbows=(1, 1), knees=(1, 1))
    for seen, own in bones(joints(whole, figure.view, figure.faces)):
        assert seen == pytest.approx(own, abs=0.02)


@given(poses(bends=st.floats(-1, 1), shares=st.floats(0.05, 1)), st.sampled_from(View))
def test_every_joint_is_somewhere(pose: Pose, view: View) -> None:
    for x, y in places(joints(pose, view)):
        assert math.isfinite(x)
        assert math.isfinite(y)


@given(points, points, st.floats(1, 30), st.floats(1, 30), st.sampled_from([-1, 1]))
def test_a_hand_is_where_it_should_be_if_the_arm_is_long_enough(
    start: Point, wanted: Point, first: float, second: float, bend: float
) -> None:
    _, end = two_bones(start, wanted, first, second, bend)
    if abs(first - second) + 0.1 < distance(start, wanted) < first + second - 0.1:
        assert distance(end, wanted) < AWAY


def test_knees_bend_forward_and_elbows_back() -> None:
    pose = Pose(hip=(64, 75), hands=((64, 70), (64, 70)), feet=((64, 113), (64, 113)))
    right = joints(pose, View.SIDE, Faces.RIGHT)
    assert right.knees[0][0] > 65
    assert right.elbows[0][0] < 63
    left = joints(pose, View.SIDE, Faces.LEFT)
    assert left.knees[0][0] < 63
    assert left.elbows[0][0] > 65
    front = joints(replace(pose, feet=((58, 113), (70, 113))), View.FRONT)
    assert front.knees[0][0] < 58
    assert front.knees[1][0] > 70


@given(poses())
def test_facing_left_is_the_picture_of_facing_right(pose: Pose) -> None:
    def flip(point: Point) -> Point:
        return 128 - point[0], point[1]

    flipped = replace(
        pose,
        hip=flip(pose.hip),
        hands=(flip(pose.hands[0]), flip(pose.hands[1])),
        feet=(flip(pose.feet[0]), flip(pose.feet[1])),
    )
    right, left = joints(pose, View.SIDE), joints(flipped, View.SIDE, Faces.LEFT)
    for there, here in zip(places(right), places(left), strict=True):
        assert flip(there) == pytest.approx(here)


@given(poses(), st.sampled_from(View), st.floats(0, 128))
def test_mirrored_twice_is_the_same(pose: Pose, view: View, middle_x: float) -> None:
    assert close(mirrored(mirrored(pose, view, middle_x), view, middle_x), pose)


@given(poses(), st.floats(0, 128))
def test_the_mirror_of_a_body_from_the_front_is_its_picture(pose: Pose, middle_x: float) -> None:
    there, here = joints(pose, View.FRONT), joints(mirrored(pose, View.FRONT, middle_x), View.FRONT)
    for n in (0, 1):
        x, y = there.elbows[n]
        assert here.elbows[1 - n] == pytest.approx((2 * middle_x - x, y), abs=1e-3)


@given(figures())
def test_the_loop_ends_where_it_begins(figure: Figure) -> None:
    loop = frames(figure)
    assert loop[0].at_s == 0
    assert loop[-1].at_s == pytest.approx(loop_s(figure))
    assert loop[0].pose == loop[-1].pose
    assert [step.at_s for step in loop] == sorted({step.at_s for step in loop})


@given(figures(), st.floats(0, 60))
def test_nothing_jumps(figure: Figure, at_s: float) -> None:
    """Within a thousandth of a second no end of a limb goes further than the fastest move may."""
    before, after = pose_at(figure, at_s), pose_at(figure, at_s + 0.001)
    for here, there in zip((*before.hands, *before.feet), (*after.hands, *after.feet), strict=True):
        assert distance(here, there) < 10


@given(figures())
def test_every_pose_is_reached_in_its_turn(figure: Figure) -> None:
    keys, at_s = played(figure), 0.0
    for key, following in zip(keys, (*keys[1:], keys[0]), strict=True):
        assert close(pose_at(figure, at_s + key.holds_s / 2), key.pose) or not key.holds_s
        at_s += key.holds_s + following.takes_s


@given(poses(), poses())
def test_a_blend_of_one_alone_is_that_one(one: Pose, other: Pose) -> None:
    assert close(blend([(1, one), (0, other)]), one)


@given(figures())
def test_every_moment_has_the_same_shapes_in_the_same_order(figure: Figure) -> None:
    """An animation goes from form to form of each shape."""

    def form(shape: Shape) -> object:
        match shape:
            case Strands():
                return shape.ink, [len(strand) for strand in shape.strands]
            case Area():
                return shape.ink, len(shape.points)

    def kinds(pose: Pose) -> list[object]:
        return [form(shape) for shape in moment(figure, pose)]

    assert len({str(kinds(step.pose)) for step in frames(figure)}) == 1


@given(points, st.floats(0.1, 9), points, st.floats(0.1, 9))
def test_a_skin_touches_both_its_discs(a: Point, first: float, b: Point, second: float) -> None:
    at_a, at_b, at_b_too, at_a_too = skin((a, first), (b, second))
    for place, middle, radius in (
        (at_a, a, first),
        (at_a_too, a, first),
        (at_b, b, second),
        (at_b_too, b, second),
    ):
        assert distance(place, middle) == pytest.approx(radius, abs=1e-6)


def close(one: Pose, other: Pose) -> bool:
    def flat(value: object) -> list[float]:
        return (
            [number for item in value for number in flat(item)]
            if isinstance(value, tuple)
            else [float(str(value))]
        )

    return all(
        flat(getattr(one, field.name)) == pytest.approx(flat(getattr(other, field.name)), abs=1e-6)
        for field in fields(Pose)
    )
