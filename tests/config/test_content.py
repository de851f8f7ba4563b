"""The shipped content: true to its sources, honest, and short enough to be shown."""

from __future__ import annotations

import re
import subprocess
import sys
from itertools import combinations

import pytest

import content_table as table
from sitbreak.config.content import Content, load_content
from sitbreak.config.content_background import Urgency
from sitbreak.core.catalogue import Basis, Movement, Strength
from sitbreak.core.policy import Kind, Setting

CONTENT = load_content()
BY_ID = {movement.id: movement for movement in CONTENT.catalogue}
DEFAULT_SETTINGS = {Setting.DESK, Setting.STANDING, Setting.WALK}
OFFERED = [movement for movement in CONTENT.catalogue if movement.setting in DEFAULT_SETTINGS]

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


@pytest.mark.parametrize(("name", "region"), table.ADAPTED.items())
def test_every_region_has_its_desk_forms(name: str, region: str) -> None:
    movement = BY_ID[name]
    assert movement.region == region
    assert movement.basis is Basis.ADAPTED
    assert movement.setting in {Setting.DESK, Setting.STANDING}
    assert set(movement.sources) <= table.REGIONS[region]


def test_regions_name_the_sources_that_speak_of_them() -> None:
    for name, sources in table.REGIONS.items():
        assert set(CONTENT.regions[name].sources) == sources


def test_there_is_enough_of_each_kind() -> None:
    own = [movement.kinds[0] for movement in CONTENT.catalogue]
    assert len(own) >= 24
    least = {Kind.MOVEMENT: 8, Kind.STRETCH: 8, Kind.POSTURE: 5, Kind.HYDRATION: 5}
    for kind in Kind:
        assert own.count(kind) >= least[kind]
        assert sum(kind in movement.kinds for movement in OFFERED) >= 5


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


def test_studies_carry_their_figures_and_the_contrary_one_is_there() -> None:
    studies = {study.id: study for study in CONTENT.evidence.studies}
    assert set(studies) == set(table.STUDIES)
    for name, (year, people, doi, figures) in table.STUDIES.items():
        study = studies[name]
        assert (study.year, study.people, study.doi) == (year, people, doi)
        assert tuple(numbers(study.finding)) == figures
        assert study.limits
    assert studies["mailey-2016"].lasted == "8 weeks"
    assert [name for name, study in studies.items() if not study.favours] == ["cochrane-2016"]
    assert [numbers(claim.text) for claim in CONTENT.evidence.claims if numbers(claim.text)] == [["40"]]


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
    return found


@pytest.mark.parametrize(("name", "text"), shown_texts(CONTENT).items())
def test_nothing_is_promised(name: str, text: str) -> None:
    assert not PROMISES.search(text), f"{name}: {text}"


def test_safety_speaks_of_cracks_only_to_forbid_them() -> None:
    for text in (CONTENT.safety.never.short, CONTENT.safety.never.text):
        assert "ever force" in text
    for text in (CONTENT.safety.offer, CONTENT.safety.stop.text, CONTENT.safety.stop.short):
        assert not PROMISES.search(text)


@each_movement
def test_every_text_is_whole_and_well_formed(movement: Movement) -> None:
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
