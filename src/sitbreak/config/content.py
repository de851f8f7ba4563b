"""The content: TOML under ``config/`` and in packs in, a catalogue and what stands behind it out.

Texts stay message ids (English), translated where they are shown. The daemon needs only ``load_catalogue``;
the other parts are read when a page or a command shows them. A fault in what is shipped is an error; one in
a pack is a problem that is told, and everything else is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

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
from sitbreak.config.content_movement import ALSO_MOST, PROMPTS_MOST, movement_of
from sitbreak.config.content_schema import Table, read
from sitbreak.config.content_words import nearest
from sitbreak.config.packs import Pack, Packs, Shipped, load_packs, read_pack
from sitbreak.config.problems import Problem
from sitbreak.core.catalogue import Catalogue, Movement, Strength
from sitbreak.core.policy import Kind
from sitbreak.errors import ConfigError
from sitbreak.wording import tr

if TYPE_CHECKING:
    from sitbreak.figures.model import Figure

__all__ = [
    "Content",
    "Loaded",
    "check_pack",
    "load_catalogue",
    "load_content",
    "load_evidence",
    "load_regions",
    "load_safety",
    "load_sources",
]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loaded:
    """What can be asked: the shipped movements in the order of their kinds, then those of each pack.

    ``also`` is each kind's line for a merged prompt whose movement does not serve that kind. ``left_out``
    are the shipped movements that packs switch off. ``packs`` are those that are in use, ``problems`` what
    is wrong with others.
    """

    catalogue: Catalogue
    also: Mapping[Kind, str]
    left_out: Catalogue = ()
    packs: tuple[Pack, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures by movement, read when they are asked for. Raises ConfigError."""
        return _figures(self.packs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """All of it, that of the packs in use included; see ``Loaded``."""

    catalogue: Catalogue
    also: Mapping[Kind, str]
    sources: Mapping[str, Source]
    regions: Mapping[str, Region]
    safety: Safety
    evidence: Evidence
    packs: tuple[Pack, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def figures(self) -> dict[str, Figure]:
        """The figures by movement, read when they are asked for. Raises ConfigError."""
        return _figures(self.packs)


def load_content(folder: Path | None = None, packs: Iterable[Path] = ()) -> Content:
    """Everything, from ``folder`` (a ``config`` folder; None: the shipped one) and the folders of packs.

    Raises:
        ConfigError: what is shipped cannot be used.
    """
    shipped, also = _load_shipped(folder)
    evidence = load_evidence(folder)
    _check_trials(shipped.movements, evidence, folder)
    added = load_packs(packs, shipped)
    return Content(
        catalogue=_joined(shipped, added),
        also=also,
        sources={**shipped.sources, **added.sources},
        regions={**shipped.regions, **added.regions},
        safety=load_safety(folder),
        evidence=evidence,
        packs=added.taken,
        problems=added.problems,
    )


def load_catalogue(folder: Path | None = None, packs: Iterable[Path] = ()) -> Loaded:
    """What can be asked, of what is shipped and of the packs in their folders.

    Raises:
        ConfigError: what is shipped cannot be used.
    """
    shipped, also = _load_shipped(folder)
    added = load_packs(packs, shipped)
    return Loaded(
        catalogue=_joined(shipped, added),
        also=also,
        left_out=tuple(movement for movement in shipped.movements if movement.id in added.leaves_out),
        packs=added.taken,
        problems=added.problems,
    )


def check_pack(path: Path) -> Pack:
    """What one pack would add, were it the only one. Raises ConfigError."""
    shipped, _ = _load_shipped(None)
    return read_pack(path, shipped)


def _joined(shipped: Shipped, added: Packs) -> Catalogue:
    left_out = added.leaves_out
    kept = (movement for movement in shipped.movements if movement.id not in left_out)
    return (*kept, *added.movements)


def _load_shipped(folder: Path | None) -> tuple[Shipped, dict[Kind, str]]:
    sources, regions = load_sources(folder), load_regions(folder)
    prompts = config_folder(folder) / "prompts"
    _check_names(prompts)
    also: dict[Kind, str] = {}
    found: dict[str, Movement] = {}
    for kind in Kind:
        file = read(prompts / f"{kind}.toml")
        file.only("also", "prompt")
        also[kind] = file.text("also", ALSO_MOST)
        for entry in file.tables("prompt", PROMPTS_MOST - len(found)):
            movement = movement_of(entry, sources, regions)
            _check_kind(entry, movement, kind)
            if movement.id in found:
                entry.refuse_twin()
            found[movement.id] = movement
    return Shipped(movements=tuple(found.values()), sources=sources, regions=regions), also


def _check_names(prompts: Path) -> None:
    for path in sorted(prompts.glob("*.toml")):
        if path.stem not in list(Kind):
            raise ConfigError(
                tr("{path}: no kind of reminder has this name").format(path=path),
                remedy=nearest(path.stem, list(Kind)),
            )


def _check_kind(entry: Table, movement: Movement, kind: Kind) -> None:
    if movement.kinds[0] is not kind:
        entry.refuse(
            "kinds",
            tr("begins with {kind}, in the file of another").format(kind=movement.kinds[0]),
            tr("name {kind} first, or move the entry").format(kind=kind),
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


def _figures(packs: Iterable[Pack]) -> dict[str, Figure]:
    from sitbreak.config.poses import load_figures  # noqa: PLC0415 - the daemon draws nothing itself

    return load_figures() | {name: figure for pack in packs for name, figure in pack.figures.items()}
