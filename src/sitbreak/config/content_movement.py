"""One ``[[prompt]]`` in, one movement out; the same for what is shipped and for what a pack adds."""

from __future__ import annotations

from collections.abc import Mapping

from sitbreak.config.content_background import Region, Source
from sitbreak.config.content_schema import Table
from sitbreak.core.catalogue import Basis, Movement, Strength
from sitbreak.core.policy import Kind, Setting
from sitbreak.wording import tr

PROMPTS_MOST = 500
"""What is shipped and what all packs add, together."""

TITLE_MOST = 40
LINE_MOST = 110
ALSO_MOST = 30
"""Title, line, the 'also' lines and the short stop rule together fit a notification."""

_STEP_MOST = 130
_NOTE_MOST = 200
_HOLD_MOST_S = 300
_REPETITIONS_MOST = 100
_TOTAL_MOST_S = 900
_KEYS = (
    *("id", "kinds", "title", "line", "steps", "region", "setting", "basis", "adapted", "hold_s"),
    *("repetitions", "sides", "total_s", "sources", "caution", "strength"),
)
_WEAK_FIRST = (Strength.ANECDOTE, Strength.PRACTITIONER, Strength.TRIAL)


def movement_of(
    entry: Table, sources: Mapping[str, Source], regions: Mapping[str, Region], *, pack: str = ""
) -> Movement:
    """What the entry asks for, with the name of the pack it stands in. Raises ConfigError."""
    entry.only(*_KEYS)
    region = entry.one_of("region", regions)
    movement = Movement(
        id=entry.name(),
        kinds=tuple(Kind(word) for word in entry.some_of("kinds", list(Kind))),
        title=entry.text("title", TITLE_MOST),
        line=entry.text("line", LINE_MOST),
        steps=entry.texts("steps", 2, 6, _STEP_MOST),
        region=region,
        setting=Setting(entry.one_of("setting", list(Setting))),
        basis=Basis(entry.one_of("basis", list(Basis))),
        adapted=entry.text("adapted", _NOTE_MOST) if entry.has("adapted") else "",
        hold_s=entry.span("hold_s", 1, _HOLD_MOST_S),
        repetitions=entry.counts("repetitions", _REPETITIONS_MOST),
        sides=entry.whole("sides", 1, 2) if entry.has("sides") else 1,
        total_s=entry.number("total_s", 5, _TOTAL_MOST_S),
        sources=entry.some_of("sources", sources),
        caution=entry.text("caution", _NOTE_MOST),
        strength=Strength(entry.one_of("strength", list(Strength))),
        loads=regions[region].loads,
        pack=pack,
    )
    _check_sense(entry, movement)
    _check_strength(entry, movement, sources)
    return movement


def _check_sense(entry: Table, movement: Movement) -> None:
    if (movement.basis is Basis.ADAPTED) != bool(movement.adapted):
        entry.refuse(
            "adapted",
            tr("does not go with the basis"),
            tr("say what was adapted exactly where the basis is adapted"),
        )
    least_s = (movement.hold_s or (0, 0))[0] * (movement.repetitions or (1, 1))[0] * movement.sides
    if movement.total_s < least_s:
        entry.refuse(
            "total_s",
            tr("shorter than its holds, {least} seconds").format(least=f"{least_s:g}"),
            tr("allow at least as long"),
        )


def _check_strength(entry: Table, movement: Movement, sources: Mapping[str, Source]) -> None:
    if movement.strength is Strength.TRIAL:
        # Only the shipped evidence names studies, and ``load_content`` holds the shipped prompts to it.
        if movement.pack:
            entry.refuse(
                "strength", tr("no study stands behind it here"), tr("write practitioner or anecdote")
            )
        return
    lent = max((sources[source].strength for source in movement.sources), key=_WEAK_FIRST.index)
    if _WEAK_FIRST.index(movement.strength) > _WEAK_FIRST.index(lent):
        entry.refuse(
            "strength",
            tr("{strength} is more than its sources lend").format(strength=movement.strength),
            tr("write {lent}, or name a stronger source").format(lent=lent),
        )
