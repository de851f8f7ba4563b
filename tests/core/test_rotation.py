"""Whose turn it is: nothing again before the rest, no region twice in a row, nothing a person must not do."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

import sim
from sitbreak.config.content import load_catalogue
from sitbreak.core.catalogue import Catalogue, Movement
from sitbreak.core.opinions import Opinion, Taste
from sitbreak.core.policy import Kind, Policy, Setting
from sitbreak.core.rotation import NOTHING_ASKED, Turn, next_turn
from sitbreak.core.rules import Rules, allowed, fitting, rules, unknown_exclusions

CATALOGUE = load_catalogue().catalogue
IDS = [movement.id for movement in CATALOGUE]
REGIONS = sorted({movement.region for movement in CATALOGUE})
PROMPTS_A_YEAR = 220 * 6

POLICY = sim.policy()
RULES = rules(POLICY, CATALOGUE)

kinds_due = st.lists(st.sampled_from(Kind), min_size=1, max_size=4, unique=True).map(tuple)
a_run = st.lists(kinds_due, min_size=2, max_size=80)


def turns(known: Rules, prompts: Sequence[tuple[Kind, ...]]) -> list[Turn]:
    """The turns of a run of prompts, each chosen in the light of those before."""
    rotation, taken = NOTHING_ASKED, []
    for number, kinds in enumerate(prompts, 1):
        turn = next_turn(known, kinds, rotation, number)
        assert turn is not None
        assert kinds[0] in turn.movement.kinds
        rotation = turn.rotation
        taken.append(turn)
    return taken


def ids(taken: Sequence[Turn]) -> list[str]:
    return [turn.movement.id for turn in taken]


def everywhere(policy: Policy) -> Policy:
    return replace(policy, prompting=replace(policy.prompting, settings=frozenset(Setting)))


def pool(*movements: Movement) -> Rules:
    return rules(everywhere(POLICY), movements)


def of_region(region: str, *names: str) -> tuple[Movement, ...]:
    return tuple(sim.movement(name, Kind.STRETCH, region=region) for name in names)


@pytest.mark.parametrize("policy", [POLICY, everywhere(POLICY)], ids=["default settings", "floor too"])
@pytest.mark.parametrize("kind", Kind)
def test_a_year_of_one_kind_goes_through_all_of_it_evenly(kind: Kind, policy: Policy) -> None:
    known = rules(policy, CATALOGUE)
    asked = ids(turns(known, [(kind,)] * PROMPTS_A_YEAR))
    expected = {movement.id for movement in known.movements if kind in movement.kinds}
    assert set(asked) == expected
    counts = [asked.count(movement_id) for movement_id in expected]
    assert max(counts) - min(counts) <= max(2, max(counts) // 3)


@pytest.mark.parametrize("kind", Kind)
def test_each_round_asks_for_each_once(kind: Kind) -> None:
    """But for one or two that are brought forward so that no region is loaded twice in a row."""
    size = sum(kind in movement.kinds for movement in RULES.movements)
    asked = ids(turns(RULES, [(kind,)] * size * 10))
    for start in range(0, len(asked), size):
        assert len(set(asked[start : start + size])) >= size - 2
    for place, movement_id in enumerate(asked):
        assert movement_id not in asked[max(0, place - size // 2 + 1) : place]


def test_a_round_whose_regions_can_alternate_asks_for_each_exactly_once() -> None:
    known = pool(*of_region("hips", "a", "b", "c"), *of_region("back", "d", "e"), *of_region("feet", "f"))
    asked = ids(turns(known, [(Kind.STRETCH,)] * 60))
    for start in range(0, 60, 6):
        assert sorted(asked[start : start + 6]) == list("abcdef")


@given(a_run)
def test_no_region_is_loaded_twice_in_a_row_where_another_would_do(prompts: list[tuple[Kind, ...]]) -> None:
    taken = turns(RULES, prompts)
    for (before, after), kinds in zip(pairwise(taken), prompts[1:], strict=True):
        if after.movement.loads and before.movement.region == after.movement.region:
            others = [
                m for m in RULES.movements if kinds[0] in m.kinds and m.region != before.movement.region
            ]
            assert len(others) < 4, (before.movement.id, after.movement.id)


@given(a_run)
def test_never_the_same_twice_in_a_row_where_there_is_a_choice(prompts: list[tuple[Kind, ...]]) -> None:
    for before, after in pairwise(ids(turns(RULES, prompts))):
        assert before != after


@given(a_run, a_run)
def test_the_same_past_leads_to_the_same_choice(
    before: list[tuple[Kind, ...]], after: list[tuple[Kind, ...]]
) -> None:
    assert turns(RULES, [*before, *after])[len(before) :] == turns(RULES, [*before, *after])[len(before) :]
    assert ids(turns(RULES, before)) == ids(turns(RULES, [*before, *after]))[: len(before)]


def test_a_merged_prompt_gets_one_movement_for_all_of_it() -> None:
    (turn,) = turns(RULES, [(Kind.MOVEMENT, Kind.HYDRATION)])
    assert {Kind.MOVEMENT, Kind.HYDRATION} <= set(turn.movement.kinds)


def test_what_serves_more_gives_way_only_where_it_would_load_a_region_again() -> None:
    both = sim.movement("both", Kind.STRETCH, Kind.POSTURE, region="back")
    known = pool(both, *of_region("hips", "hip"))
    taken = turns(known, [(Kind.STRETCH, Kind.POSTURE)] * 4)
    assert ids(taken) == ["both", "hip", "both", "hip"]


def test_what_is_liked_comes_first_in_its_round_and_no_more_often() -> None:
    known = rules(everywhere(POLICY), of_region("a", "a1") + of_region("b", "b1") + of_region("c", "c1"))
    fond = replace(known, liked=frozenset({"c1"}))
    asked = turns(fond, [(Kind.STRETCH,)] * 9)
    assert asked[0].movement.id == "c1"
    assert asked[0].choice.liked
    assert [ids(asked).count(name) for name in ("a1", "b1", "c1")] == [3, 3, 3]


def test_a_newcomer_gets_its_turn_soon_and_not_for_ever() -> None:
    old = of_region("a", "a1") + of_region("b", "b1") + of_region("c", "c1")
    taken = turns(pool(*old), [(Kind.STRETCH,)] * 50)
    rotation, asked = taken[-1].rotation, []
    grown = pool(*old, *of_region("d", "new"))
    for number in range(51, 59):
        turn = next_turn(grown, (Kind.STRETCH,), rotation, number)
        assert turn is not None
        rotation = turn.rotation
        asked.append(turn.movement.id)
    assert "new" in asked[:4]
    assert asked.count("new") == 2


def test_why_it_was_chosen_is_told() -> None:
    known = pool(*of_region("back", "b1", "b2"), *of_region("hips", "h1"), *of_region("feet", "f1"))
    first, second, *_ = turns(known, [(Kind.STRETCH,)] * 4)
    assert (first.choice.pool, first.choice.left, first.choice.rested) == (4, 4, ())
    assert (second.choice.pool, second.choice.left) == (4, 3)
    assert second.choice.rested == (first.movement.region,)


def test_nothing_to_ask_for() -> None:
    assert next_turn(RULES, (), NOTHING_ASKED, 1) is None
    assert next_turn(rules(POLICY, ()), (Kind.MOVEMENT,), NOTHING_ASKED, 1) is None
    only_water = tuple(movement for movement in CATALOGUE if movement.id == "drink-water")
    known = rules(POLICY, only_water)
    assert next_turn(known, (Kind.STRETCH, Kind.HYDRATION), NOTHING_ASKED, 1) is None


@given(
    st.sets(st.sampled_from(Setting)),
    st.sets(st.sampled_from([*IDS, *REGIONS, "standing"])),
    st.sets(st.sampled_from(IDS)),
)
def test_nothing_excluded_or_banned_is_ever_allowed(
    settings: set[Setting], exclude: set[str], banned: set[str]
) -> None:
    policy = replace(
        POLICY,
        exclude=frozenset(exclude),
        prompting=replace(POLICY.prompting, settings=frozenset(settings)),
    )
    opinions = tuple(Opinion(name, Taste.HURT) for name in sorted(banned))
    for movement in rules(policy, CATALOGUE, opinions).movements:
        assert movement.setting in settings
        assert not {movement.id, movement.region} & exclude
        assert movement.id not in banned
        assert "standing" not in exclude or movement.setting in {Setting.DESK, Setting.FLOOR}


def test_who_cannot_stand_still_gets_every_kind() -> None:
    known = rules(replace(POLICY, exclude=frozenset({"standing"})), CATALOGUE)
    assert {movement.setting for movement in known.movements} == {Setting.DESK}
    for kind in Kind:
        assert sum(kind in movement.kinds for movement in known.movements) >= 3


def test_what_takes_longer_than_there_is_time_is_left_out() -> None:
    quick = replace(POLICY, prompting=replace(POLICY.prompting, takes_at_most_s=30.0))
    for movement in allowed(CATALOGUE, quick):
        least_s = min(m.total_s for m in RULES.movements for kind in movement.kinds if kind in m.kinds)
        assert movement.total_s <= max(30.0, *(shortest(kind) for kind in movement.kinds)), least_s
    assert {kind for movement in allowed(CATALOGUE, quick) for kind in movement.kinds} == set(Kind)


def shortest(kind: Kind) -> float:
    return min(movement.total_s for movement in RULES.movements if kind in movement.kinds)


def test_of_what_is_all_too_long_the_shortest_stays() -> None:
    long = replace(sim.movement("long", Kind.STRETCH), total_s=200.0)
    longer = replace(sim.movement("longer", Kind.STRETCH), total_s=300.0)
    assert fitting((longer, long), 10.0) == (long,)


def test_an_exclusion_that_names_nothing_is_noticed() -> None:
    policy = replace(POLICY, exclude=frozenset({"calf-raise", "feet", "standing", "calf-rise"}))
    assert unknown_exclusions(policy, CATALOGUE) == ("calf-rise",)
    nothing: Catalogue = ()
    assert len(unknown_exclusions(policy, nothing)) == 3
