"""The content: TOML under ``config/`` in, a catalogue and what stands behind it out.

Texts stay message ids (English), translated where they are shown. The daemon needs only ``load_catalogue``;
the other parts are read when a page or a command shows them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path

from sitbreak.config.content_background import (
    Evidence,
    Region,
    Safety,
    Source,
    config_folder,
    load_evidence,
    load_regions,
    load_safety,
    load_sources,
)
from sitbreak.config.content_schema import Table, read
from sitbreak.config.content_words import nearest
from sitbreak.core.catalogue import Basis, Catalogue, Movement, Strength
from sitbreak.core.policy import Kind, Setting
from sitbreak.errors import ConfigError
from sitbreak.wording import tr

__all__ = [
    "Content",
    "load_catalogue",
    "load_content",
    "load_evidence",
    "load_regions",
    "load_safety",
    "load_sources",
]

PROMPTS_MOST = 500
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All of it. ``also`` is each kind's line for a merged prompt whose movement does not serve that kind."""

    catalogue: Catalogue
    also: Mapping[Kind, str]
    sources: Mapping[str, Source]
    regions: Mapping[str, Region]
    safety: Safety
    evidence: Evidence


def load_content(folder: Path | None = None) -> Content:
    """Everything, from ``folder`` (a ``config`` folder; None: the shipped one). Raises ConfigError."""
    catalogue, also = load_catalogue(folder)
    evidence = load_evidence(folder)
    _check_trials(catalogue, evidence, folder)
    return Content(
        catalogue=catalogue,
        also=also,
        sources=load_sources(folder),
        regions=load_regions(folder),
        safety=load_safety(folder),
        evidence=evidence,
    )


def load_catalogue(folder: Path | None = None) -> tuple[Catalogue, dict[Kind, str]]:
    """The movements in the order of their kinds, and the 'also' lines. Raises ConfigError."""
    sources, regions = load_sources(folder), load_regions(folder)
    prompts = config_folder(folder) / "prompts"
    _check_names(prompts)
    also: dict[Kind, str] = {}
    catalogue: dict[str, Movement] = {}
    for kind in Kind:
        file = read(prompts / f"{kind}.toml")
        file.only("also", "prompt")
        also[kind] = file.text("also", ALSO_MOST)
        for entry in file.tables("prompt", PROMPTS_MOST - len(catalogue)):
            movement = _movement(entry, kind, sources, regions)
            if movement.id in catalogue:
                entry.refuse_twin()
            catalogue[movement.id] = movement
    return tuple(catalogue.values()), also


def _check_names(prompts: Path) -> None:
    for path in sorted(prompts.glob("*.toml")):
        if path.stem not in list(Kind):
            raise ConfigError(
                tr("{path}: no kind of reminder has this name").format(path=path),
                remedy=nearest(path.stem, list(Kind)),
            )


def _movement(entry: Table, kind: Kind, sources: Collection[str], regions: Collection[str]) -> Movement:
    entry.only(*_KEYS)
    movement = Movement(
        id=entry.name(),
        kinds=tuple(Kind(word) for word in entry.some_of("kinds", list(Kind))),
        title=entry.text("title", TITLE_MOST),
        line=entry.text("line", LINE_MOST),
        steps=entry.texts("steps", 2, 6, _STEP_MOST),
        region=entry.one_of("region", regions),
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
    )
    _check_sense(entry, movement, kind)
    return movement


def _check_sense(entry: Table, movement: Movement, kind: Kind) -> None:
    if movement.kinds[0] is not kind:
        entry.refuse(
            "kinds",
            tr("begins with {kind}, in the file of another").format(kind=movement.kinds[0]),
            tr("name {kind} first, or move the entry").format(kind=kind),
        )
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


def _check_trials(catalogue: Catalogue, evidence: Evidence, folder: Path | None) -> None:
    backed = {movement for study in evidence.studies if study.favours for movement in study.supports}
    for movement in catalogue:
        if movement.strength is Strength.TRIAL and movement.id not in backed:
            raise ConfigError(
                tr("{file}: no study supports {movement}, which claims one").format(
                    file=config_folder(folder) / "evidence.toml", movement=movement.id
                ),
                remedy=tr("name the movement under the study's supports, or lower its strength"),
            )
