"""Poses and figures of every kind, for laws."""

from __future__ import annotations

from hypothesis import strategies as st

from sitbreak.figures.model import Faces, Figure, Glow, Held, Key, Limb, Pose, Prop, Spot, Stroke, View

coordinates = st.floats(-40, 168)
points = st.tuples(coordinates, coordinates)
two_points = st.tuples(points, points)
FULL = st.sampled_from([-1.0, 1.0])
WHOLE = st.just(1.0)


def pairs(numbers: st.SearchStrategy[float]) -> st.SearchStrategy[tuple[float, float]]:
    return st.tuples(numbers, numbers)


def poses(
    bends: st.SearchStrategy[float] = FULL, shares: st.SearchStrategy[float] = WHOLE
) -> st.SearchStrategy[Pose]:
    """Any pose; its joints bend fully and its limbs are seen whole unless told otherwise."""
    return st.builds(
        Pose,
        hip=points,
        hands=two_points,
        feet=two_points,
        lean=st.floats(-180, 180),
        torso=st.floats(0.4, 1),
        curve=st.floats(-12, 12),
        head=st.floats(-70, 70),
        turn=st.floats(-90, 90),
        toes=pairs(st.floats(-180, 180)),
        elbows=pairs(bends),
        knees=pairs(bends),
        thighs=pairs(shares),
        shins=pairs(shares),
        upper_arms=pairs(shares),
        forearms=pairs(shares),
        belly=st.floats(0, 5),
        tilt=st.floats(-180, 180),
    )


CUP = Prop(id="cup", shapes=(Stroke(points=((0, 0), (0, 4)), width=3),))


@st.composite
def figures(draw: st.DrawFn) -> Figure:
    """Any figure, with something held and something aglow."""
    view = draw(st.sampled_from(View))
    keys = draw(
        st.lists(
            st.builds(
                Key,
                pose=poses(),
                takes_s=st.floats(0.2, 10),
                holds_s=st.one_of(st.just(0.0), st.floats(0.05, 10)),
            ),
            min_size=2,
            max_size=4,
        )
    )
    return Figure(
        id="any",
        view=view,
        faces=draw(st.sampled_from(Faces)),
        keys=tuple(keys),
        still=draw(st.integers(0, len(keys) - 1)),
        mirror=draw(st.booleans()),
        flow=draw(st.booleans()),
        held=(Held(prop=CUP, limb=Limb.NEAR_HAND if view is View.SIDE else Limb.LEFT_FOOT),),
        glows=(Glow(spot=draw(st.sampled_from(Spot)), second=draw(st.booleans())),),
    )
