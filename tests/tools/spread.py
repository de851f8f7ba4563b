"""What a year of prompts asks for. ``python -m tools.spread`` writes docs/spread.md."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from functools import cache
from itertools import pairwise
from pathlib import Path

from sim import MIN, Sim, policy
from sitbreak.config.content import load_catalogue
from sitbreak.core.catalogue import Movement
from sitbreak.core.effects import Shown
from sitbreak.core.rules import rules

PAGE = Path(__file__).resolve().parents[2] / "docs/spread.md"

DAYS = 220
DAY_MIN = 24 * 60
CATALOGUE = load_catalogue().catalogue


@cache
def year() -> tuple[Movement, ...]:
    """What each prompt of a year asked for: 220 workdays of eight hours, the default policy, the real core.

    The person takes every third prompt's break, says done to another third and skips the rest.
    """
    sim = Sim(policy(), catalogue=CATALOGUE)
    for day in range(DAYS):
        for hours in (3.0, 2.5, 2.5):
            _sit(sim, hours * 60)
            sim.leave(minutes=30)
        sim.leave(minutes=(day + 1) * DAY_MIN - sim.now_s / MIN)
    by_id = {movement.id: movement for movement in CATALOGUE}
    first = {shown.prompt: shown for shown in reversed(sim.of(Shown))}
    return tuple(by_id[first[number].movement] for number in sorted(first))


def _sit(sim: Sim, minutes: float) -> None:
    end_s = sim.now_s + minutes * MIN
    while sim.now_s < end_s:
        sim.work(minutes=1)
        if sim.open is None:
            continue
        match sim.open.id % 3:
            case 0:
                sim.done()
                sim.leave(minutes=4)
            case 1:
                sim.done()
            case _:
                sim.skip()


def page(asked: Sequence[Movement]) -> str:
    """The page: how often each region and each movement was asked for."""
    loads = [movement for movement in asked if movement.loads]
    twice = sum(a.region == b.region for a, b in pairwise(asked) if a.loads)
    reached = {movement.id for movement in asked}
    allowed = rules(policy(), CATALOGUE).movements
    return "\n".join(
        [
            "# A year of prompts",
            "",
            "<!-- Made by `python -m tools.spread`; a test holds it to the core. -->",
            "",
            f"The real core under the default policy, {DAYS} workdays of eight hours in virtual time. The",
            "person takes every third prompt's break, says done to another third and skips the rest.",
            "",
            f"- {len(asked)} prompts, {len(asked) / DAYS:.1f} a day",
            f"- {len(reached)} of the {len(allowed)} movements that the default settings allow were asked",
            f"- of {len(loads)} prompts that load a region, {twice} loaded the one just loaded",
            "",
            *_table("region", asked, lambda movement: movement.region),
            "",
            *_table("movement", asked, lambda movement: movement.id),
            "",
        ]
    )


def _table(name: str, asked: Sequence[Movement], what: Callable[[Movement], str]) -> list[str]:
    counts = Counter(map(what, asked))
    rows = (
        f"| {key} | {count} | {count / len(asked):.1%} |"
        for key, count in sorted(counts.items(), key=lambda one: (-one[1], one[0]))
    )
    return [f"| {name} | prompts | share |", "| --- | ---: | ---: |", *rows]


if __name__ == "__main__":
    PAGE.write_text(page(year()), encoding="utf-8")
