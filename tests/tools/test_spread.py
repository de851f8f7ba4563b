"""A simulated year: nothing that is allowed is out of reach, and no region is loaded twice in a row."""

from __future__ import annotations

from collections import Counter
from itertools import pairwise

from sim import policy
from sitbreak.core.rules import rules
from tools.spread import CATALOGUE, PAGE, page, year


def test_every_movement_is_reached() -> None:
    counts = Counter(movement.id for movement in year())
    assert counts.keys() == {movement.id for movement in rules(policy(), CATALOGUE).movements}
    assert min(counts.values()) >= 12, "once a month at the least"


def test_no_region_is_loaded_twice_in_a_row() -> None:
    assert not [(a.id, b.id) for a, b in pairwise(year()) if a.loads and a.region == b.region]


def test_no_region_takes_more_than_a_quarter() -> None:
    counts = Counter(movement.region for movement in year())
    assert max(counts.values()) <= len(year()) / 4


def test_the_page_shows_this_year() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(year()), "run PYTHONPATH=tests python -m tools.spread"
