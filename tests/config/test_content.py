"""The shipped content: true to its sources, honest, and short enough to be shown."""

from __future__ import annotations

import re
import subprocess
import sys
import tomllib
from collections import Counter
from functools import reduce
from itertools import combinations

import pytest

import content_table as table
from sitbreak.config.content import Content, load_content
from sitbreak.config.content_background import Urgency
from sitbreak.config.content_evidence import Default
from sitbreak.core.catalogue import Basis, Movement, Strength
from sitbreak.core.policy import Kind, Setting
from sitbreak.resources import shipped

CONTENT = load_content()
BY_ID = {movement.id: movement for movement in CONTENT.catalogue}
DEFAULT_SETTINGS = {Setting.DESK, Setting.STANDING, Setting.WALK}
OFFERED = [movement for movement in CONTENT.catalogue if movement.setting in DEFAULT_SETTINGS]

AT_THE_DESK = [movement for movement in CONTENT.catalogue if movement.setting is Setting.DESK]

each_movement = pytest.mark.parametrize("movement", CONTENT.catalogue, ids=lambda movement: movement.id)


def texts(movement: Movement) -> list[str]:
    return [movement.title, movement.line, *movement.steps, movement.adapted, movement.caution]


def numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:\.\d+)?", text)


@pytest.mark.parametrize("name", table.DESCRIBED)
def test_a_described_movement_has_exactly_its_sources_figures(name: str) -> None:
    row, movement = table.DESCRIBED[name], BY_ID[name]
    assert movement.basis is Basis.DESCRIBED
    assert (movement.hold_s, movement.repetitions) == (row.hold_s, row.repetitions)
    assert movement.setting is row.setting
    assert set(movement.sources) == row.sources
    assert not row.a_side or movement.sides == 2
    assert {number for text in texts(movement) for number in numbers(text)} == row.numbers


def test_no_other_movement_claims_to_be_described() -> None:
    described = {movement.id for movement in CONTENT.catalogue if movement.basis is Basis.DESCRIBED}
    assert described == set(table.DESCRIBED)


def test_adapted_movements_say_so_and_give_no_figures() -> None:
    for movement in CONTENT.catalogue:
        if movement.basis is Basis.ADAPTED:
            assert "ours" in movement.adapted or "our idea" in movement.adapted, movement.id
            assert movement.hold_s is None, movement.id
            assert movement.repetitions is None, movement.id
            assert not any(numbers(text) for text in texts(movement)), movement.id


def test_every_adapted_movement_is_in_the_table() -> None:
    adapted = {movement.id for movement in CONTENT.catalogue if movement.basis is Basis.ADAPTED}
    assert adapted == set(table.ADAPTED)
    assert adapted >= table.AT_LEAST


@pytest.mark.parametrize("name", table.ADAPTED)
def test_an_adapted_movement_rests_only_on_its_region_and_its_practices(name: str) -> None:
    region, practices = table.ADAPTED[name]
    movement = BY_ID[name]
    assert movement.region == region
    assert movement.setting in DEFAULT_SETTINGS
    behind = [table.REGIONS.get(region, set()), *(table.PRACTICES[practice] for practice in practices)]
    assert set(movement.sources) <= set().union(*behind)
    for sources in behind:
        assert not sources or set(movement.sources) & sources


def test_regions_name_the_sources_that_speak_of_them() -> None:
    for name, sources in table.REGIONS.items():
        assert set(CONTENT.regions[name].sources) == sources


def test_there_is_enough_of_each_kind() -> None:
    own = [movement.kinds[0] for movement in CONTENT.catalogue]
    assert len(own) >= 40
    least = {Kind.MOVEMENT: 14, Kind.STRETCH: 12, Kind.POSTURE: 8, Kind.HYDRATION: 5}
    for kind in Kind:
        assert own.count(kind) >= least[kind]
        assert sum(kind in movement.kinds for movement in OFFERED) >= 5


@pytest.mark.parametrize("kind", Kind)
def test_who_cannot_stand_has_something_to_do_for_every_kind(kind: Kind) -> None:
    assert sum(movement.kinds[0] is kind for movement in AT_THE_DESK) >= 3
    regions = {movement.region for movement in AT_THE_DESK if kind in movement.kinds}
    assert len(regions) >= (1 if kind is Kind.HYDRATION else 5)


@pytest.mark.parametrize("region", sorted({movement.region for movement in AT_THE_DESK} - {"water"}))
def test_who_cannot_stand_may_exclude_any_region(region: str) -> None:
    left = [movement for movement in AT_THE_DESK if movement.region != region]
    for kind in Kind:
        assert sum(kind in movement.kinds for movement in left) >= 2


ON_THE_FEET = re.compile(
    r"\b(stand(s|ing)?|get(ting)? up|rise (up|from|on|to)|walk\w*|stroll\w*|steps?|on foot|on your feet"
    r"|go (over|to))\b",
    re.IGNORECASE,
)


@pytest.mark.parametrize("movement", AT_THE_DESK, ids=lambda movement: movement.id)
def test_nothing_at_the_desk_asks_for_standing(movement: Movement) -> None:
    for text in (movement.title, movement.line, *movement.steps, movement.caution):
        assert not ON_THE_FEET.search(text), text


@pytest.mark.parametrize("kind", [kind for kind in Kind if kind is not Kind.HYDRATION])
def test_no_region_takes_up_more_than_half_of_a_kind(kind: Kind) -> None:
    regions = Counter(movement.region for movement in OFFERED if movement.kinds[0] is kind)
    assert len(regions) >= 4
    assert max(regions.values()) * 2 <= regions.total()


@pytest.mark.parametrize("pair", list(combinations(Kind, 2)), ids="+".join)
def test_movements_that_serve_two_kinds(pair: tuple[Kind, Kind]) -> None:
    assert any(set(pair) <= set(movement.kinds) for movement in OFFERED)


@each_movement
def test_strength_is_no_more_than_the_sources_lend(movement: Movement) -> None:
    weak_first = [Strength.ANECDOTE, Strength.PRACTITIONER, Strength.TRIAL]
    lent = max(weak_first.index(CONTENT.sources[source].strength) for source in movement.sources)
    backed = [study for study in CONTENT.evidence.studies if study.favours and movement.id in study.supports]
    assert weak_first.index(movement.strength) <= (2 if backed else lent)


def test_studies_support_movements_that_exist() -> None:
    named = {name for study in CONTENT.evidence.studies for name in study.supports}
    assert named <= set(BY_ID)


def test_sources_are_the_five_with_their_titles() -> None:
    assert {source.id: source.title for source in CONTENT.sources.values()} == table.TITLES
    assert CONTENT.sources["csf"].strength is Strength.ANECDOTE
    used = {source for movement in CONTENT.catalogue for source in movement.sources}
    assert used == set(table.TITLES)


def test_warning_signs_are_all_there_most_urgent_first() -> None:
    flags = CONTENT.safety.red_flags
    assert len(flags) == len(table.RED_FLAGS)
    for flag, (urgency, word, sources) in zip(flags, table.RED_FLAGS, strict=True):
        assert flag.urgency == urgency
        assert word in flag.sign
        assert set(flag.sources) == sources
    assert set(CONTENT.safety.turn_to) == set(Urgency)


def test_the_stop_rule_and_never() -> None:
    safety = CONTENT.safety
    for word in ("slowly", "mild", "at once", "tingling", "down your leg"):
        assert word in safety.stop.text
    for word in ("Never force", "gas", "brief", "ligaments", "injury"):
        assert word in safety.never.text
    assert safety.stop.sources == ("sciatica",)
    assert set(safety.never.sources) == {"sacrum", "sciatica"}


def test_the_first_stretch_comes_with_the_fuller_stop_rule() -> None:
    for word in ("Slow", "mild", "at once", "sharply", "tingling", "down your leg", "Warning signs"):
        assert word in CONTENT.safety.stop.first
    assert len(CONTENT.safety.stop.short) < len(CONTENT.safety.stop.first) <= 110
    assert not CONTENT.safety.never.first


def test_the_emergency_signs_fit_one_notification() -> None:
    for word in (*table.EMERGENCY_IN_SHORT, "Emergency", "now", "`sitbreak safety`"):
        assert word in CONTENT.safety.brief
    assert len(CONTENT.safety.brief) <= 250


def test_who_was_hurt_is_told_to_stop_and_where_to_turn() -> None:
    hurt = CONTENT.safety.hurt
    for word in ("today", "settle", "warning signs below", "emergency", "doctor", "a few days"):
        assert word in hurt.text
    assert len(hurt.short) <= 60
    assert not numbers(hurt.short + hurt.text)
    assert set(hurt.sources) == {source for _, _, sources in table.RED_FLAGS for source in sources}


def test_studies_carry_their_figures_and_the_contrary_one_is_there() -> None:
    studies = {study.id: study for study in CONTENT.evidence.studies}
    assert set(studies) == set(table.STUDIES)
    for name, (year, people, design, doi, figures) in table.STUDIES.items():
        study = studies[name]
        assert (study.year, study.people, study.doi) == (year, people, doi)
        assert study.design.startswith(design)
        assert tuple(numbers(study.finding)) == figures
        assert study.limits
    assert studies["mailey-2016"].lasted == "8 weeks"
    assert [name for name, study in studies.items() if not study.favours] == ["cochrane-2016"]


def test_why_sitting_breaks_is_all_there() -> None:
    claims = CONTENT.evidence.claims
    assert len(claims) == len(table.CLAIMS)
    for claim, (words, sources) in zip(claims, table.CLAIMS, strict=True):
        assert words in claim.text
        assert set(claim.sources) == sources
        assert numbers(claim.text) == numbers(words)


def test_the_defaults_that_matter_are_explained_by_what_stands_behind_them() -> None:
    explained = {default.key: set(default.studies) for default in CONTENT.evidence.defaults}
    assert {key: explained[key] for key in table.EXPLAINED} == table.EXPLAINED


each_default = pytest.mark.parametrize("default", CONTENT.evidence.defaults, ids=lambda default: default.key)


@each_default
def test_an_explained_value_is_the_one_that_ships(default: Default) -> None:
    ships = tomllib.loads(shipped("config", "default.toml").read_text("utf-8"))
    assert str(reduce(lambda table, key: table[key], default.key.split("."), ships)) == default.value


@each_default
def test_where_no_favourable_study_stands_behind_a_value_it_says_so(default: Default) -> None:
    favourable = {study.id for study in CONTENT.evidence.studies if study.favours}
    assert set(default.studies) <= set(table.STUDIES)
    if not favourable & set(default.studies):
        assert "our judgement" in default.because.lower()
        assert "no study" in default.because.lower()


@each_default
def test_an_explanation_gives_no_figures_but_those_behind_it(default: Default) -> None:
    known = set(numbers(default.value))
    for name in default.studies:
        _, people, _, _, figures = table.STUDIES[name]
        known |= {str(people), *figures}
    for row in table.DESCRIBED.values():
        if row.sources & set(default.sources):
            known |= row.numbers
    assert set(numbers(default.because)) <= known


PROMISES = re.compile(
    r"\b(cur(e|es|ed|ing)|heal(s|ed|ing)?|treat(s|ed|ing|ment|ments)?|detox\w*|toxins?|cerebrospinal|spinal"
    r"|fluids?|realign\w*|pop(s|ped|ping)?|crack(s|ed|ing)?|adjust(s|ed|ing|ment)?|blockages?|proven|miracle"
    r"|guarantee\w*|remed(y|ies)|relie(f|ve|ves)|fix(es|ed)?|prevents?|therap(y|ies)|burns?|posture is wrong"
    r"|99)\b",
    re.IGNORECASE,
)


def shown_texts(content: Content) -> dict[str, str]:
    """All that a person may read outside of the safety text and the articles' own titles."""
    found = {f"{m.id} {n}": text for m in content.catalogue for n, text in enumerate(texts(m))}
    found |= {f"also {kind}": line for kind, line in content.also.items()}
    found |= {f"region {region.id}": f"{region.name} {region.says}" for region in content.regions.values()}
    found |= {f"claim {n}": claim.text for n, claim in enumerate(content.evidence.claims)}
    found |= {f"study {s.id}": f"{s.design} {s.finding} {s.limits}" for s in content.evidence.studies}
    found |= {f"default {default.key}": default.because for default in content.evidence.defaults}
    hurt = content.safety.hurt
    found |= {"hurt": f"{hurt.short} {hurt.text}", "brief": content.safety.brief}
    return found


@pytest.mark.parametrize(("name", "text"), shown_texts(CONTENT).items())
def test_nothing_is_promised(name: str, text: str) -> None:
    assert not PROMISES.search(text), f"{name}: {text}"


def test_safety_speaks_of_cracks_only_to_forbid_them() -> None:
    for text in (CONTENT.safety.never.short, CONTENT.safety.never.text):
        assert "ever force" in text
    stop = CONTENT.safety.stop
    for text in (CONTENT.safety.offer, stop.text, stop.first, stop.short):
        assert not PROMISES.search(text)


@each_movement
def test_every_text_is_whole_and_well_formed(movement: Movement) -> None:
    assert len(movement.title) <= 40
    assert len(movement.line) <= 110
    assert 2 <= len(movement.steps) <= 6
    assert max(map(len, movement.steps)) <= 130
    assert not movement.title.endswith(".")
    for text in [movement.line, *movement.steps, movement.caution, movement.adapted]:
        assert not text or re.search(r"[.?]$", text), text
        assert "  " not in text
        assert text == text.strip()
    assert movement.caution
    assert len(set(movement.steps)) == len(movement.steps)


def test_titles_and_lines_are_told_apart() -> None:
    for field in ("title", "line"):
        values = [getattr(movement, field) for movement in CONTENT.catalogue]
        assert len(set(values)) == len(values)


def test_the_daemon_reads_the_catalogue_without_pydantic() -> None:
    """The catalogue is loaded where every megabyte counts."""
    code = (
        "import sys; from sitbreak.config.content import load_catalogue; load_catalogue();"
        "print([name for name in ('pydantic', 'babel', 'tomlkit', 'asyncio') if name in sys.modules])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.strip() == "[]"
