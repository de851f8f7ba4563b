"""What is asked next: nothing twice in a row, nothing forgotten, nothing that a person must not do."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sitbreak.config.content import load_catalogue
from sitbreak.core.catalogue import Catalogue, allowed, choose
from sitbreak.core.policy import Kind, Policy, Setting

CATALOGUE, _ = load_catalogue()
IDS = [movement.id for movement in CATALOGUE]
PROMPTS_A_YEAR = 220 * 6

POLICY = sim.policy()
kinds_due = st.lists(st.sampled_from(Kind), min_size=1, max_size=4, unique=True).map(tuple)


def asked(movements: Catalogue, prompts: list[tuple[Kind, ...]]) -> list[str]:
    """The ids that a run of prompts asks for, each chosen in the light of those before."""
    ids: list[str] = []
    recent: tuple[str, ...] = ()
    for kinds in prompts:
        movement = choose(movements, kinds, recent)
        assert movement is not None
        assert kinds[0] in movement.kinds
        recent = (*(known for known in recent if known != movement.id), movement.id)
        ids.append(movement.id)
    return ids


def everywhere(policy: Policy) -> Policy:
    return replace(policy, prompting=replace(policy.prompting, settings=frozenset(Setting)))


@pytest.mark.parametrize("policy", [POLICY, everywhere(POLICY)], ids=["default settings", "floor too"])
@pytest.mark.parametrize("kind", Kind)
def test_a_year_reaches_every_allowed_movement_of_a_kind(kind: Kind, policy: Policy) -> None:
    movements = allowed(CATALOGUE, policy)
    ids = asked(movements, [(kind,)] * PROMPTS_A_YEAR)
    expected = {movement.id for movement in movements if kind in movement.kinds}
    assert set(ids) == expected
    counts = [ids.count(movement_id) for movement_id in expected]
    assert max(counts) - min(counts) <= 1


def test_a_year_of_mixed_and_merged_prompts_reaches_everything() -> None:
    """A default day: movement every half hour, the others less often, some of them together."""
    day = [
        (Kind.MOVEMENT,),
        (Kind.MOVEMENT, Kind.POSTURE),
        (Kind.HYDRATION,),
        (Kind.MOVEMENT, Kind.STRETCH),
        (Kind.POSTURE,),
        (Kind.MOVEMENT, Kind.HYDRATION),
        (Kind.STRETCH,),
        (Kind.STRETCH, Kind.POSTURE),
    ]
    movements = allowed(CATALOGUE, POLICY)
    assert set(asked(movements, day * 220)) == {movement.id for movement in movements}


@given(st.lists(kinds_due, min_size=2, max_size=60))
def test_never_the_same_twice_in_a_row_where_there_is_a_choice(prompts: list[tuple[Kind, ...]]) -> None:
    movements = allowed(CATALOGUE, POLICY)
    ids = asked(movements, prompts)
    served = {movement.id: movement.kinds for movement in movements}
    for (before, after), kinds in zip(pairwise(ids), prompts[1:], strict=True):
        if before == after:
            best = sum(kind in served[after] for kind in kinds)
            rivals = [m.id for m in movements if kinds[0] in m.kinds and _serves(m.kinds, kinds) == best]
            assert rivals == [after]


def _serves(own: tuple[Kind, ...], wanted: tuple[Kind, ...]) -> int:
    return sum(kind in own for kind in wanted)


@given(kinds_due, st.lists(st.sampled_from(IDS), unique=True).map(tuple))
def test_no_other_movement_serves_more_of_what_is_due(
    kinds: tuple[Kind, ...], recent: tuple[str, ...]
) -> None:
    movement = choose(CATALOGUE, kinds, recent)
    assert movement is not None
    best = max(_serves(other.kinds, kinds) for other in CATALOGUE if kinds[0] in other.kinds)
    assert _serves(movement.kinds, kinds) == best


@given(st.sets(st.sampled_from(Setting)), st.sets(st.sampled_from([*IDS, "glutes", "low-spine", "feet"])))
def test_nothing_excluded_is_ever_allowed(settings: set[Setting], exclude: set[str]) -> None:
    policy = replace(
        POLICY,
        exclude=frozenset(exclude),
        prompting=replace(POLICY.prompting, settings=frozenset(settings)),
    )
    for movement in allowed(CATALOGUE, policy):
        assert movement.setting in settings
        assert not {movement.id, movement.region} & exclude


def test_a_merged_prompt_gets_one_movement_for_all_of_it() -> None:
    movement = choose(allowed(CATALOGUE, POLICY), (Kind.MOVEMENT, Kind.HYDRATION), ())
    assert movement is not None
    assert {Kind.MOVEMENT, Kind.HYDRATION} <= set(movement.kinds)


def test_the_first_of_each_differs_in_region_from_the_one_before() -> None:
    first = choose(CATALOGUE, (Kind.MOVEMENT,), ())
    assert first is not None
    second = choose(CATALOGUE, (Kind.MOVEMENT,), (first.id,))
    assert second is not None
    assert second.region != first.region


def test_nothing_to_ask_for() -> None:
    assert choose(CATALOGUE, (), ()) is None
    assert choose((), (Kind.MOVEMENT,), ()) is None
    only_water = tuple(movement for movement in CATALOGUE if movement.id == "drink-water")
    assert choose(only_water, (Kind.STRETCH, Kind.HYDRATION), ()) is None
