"""Prompts that a person or a team adds: the TOML files of the ``packs`` folders.

A pack is taken whole, or refused at its first fault while everything else goes on. What is shipped, and what
an earlier file has, is never replaced by a later one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sitbreak.config.content_background import Region, Source, regions_of, sources_of
from sitbreak.config.content_movement import PROMPTS_MOST, movement_of
from sitbreak.config.content_schema import Table, read_table
from sitbreak.config.content_words import close_to
from sitbreak.config.pack_files import pack_files
from sitbreak.config.problems import Problem
from sitbreak.core.catalogue import Catalogue, Movement
from sitbreak.errors import ConfigError
from sitbreak.wording import tr

if TYPE_CHECKING:
    from sitbreak.figures.model import Figure

_NAME_MOST = 40
_PACK_PROMPTS_MOST = 200
_BACKGROUND_MOST = 20
_ALL = "all"


@dataclass(frozen=True, slots=True, kw_only=True)
class Shipped:
    """What is there before any pack, and what a pack may build upon."""

    movements: Catalogue
    sources: Mapping[str, Source]
    regions: Mapping[str, Region]

    @property
    def prompts(self) -> frozenset[str]:
        """The ids of the movements."""
        return frozenset(movement.id for movement in self.movements)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """One file's worth. ``leaves_out``: the shipped prompts that it switches off; ``figures``: by prompt."""

    name: str
    path: Path
    leaves_out: frozenset[str]
    sources: Mapping[str, Source]
    regions: Mapping[str, Region]
    movements: tuple[Movement, ...]
    figures: Mapping[str, Figure]


@dataclass(frozen=True, slots=True, kw_only=True)
class Packs:
    """The packs that can be used, in the order they were read, and what is wrong with the others."""

    taken: tuple[Pack, ...] = ()
    problems: tuple[Problem, ...] = ()

    @property
    def leaves_out(self) -> frozenset[str]:
        """The ids of the shipped prompts that any of them switches off."""
        return frozenset(name for pack in self.taken for name in pack.leaves_out)

    @property
    def movements(self) -> Catalogue:
        """What all of them add."""
        return tuple(movement for pack in self.taken for movement in pack.movements)

    @property
    def sources(self) -> dict[str, Source]:
        """The sources of all of them."""
        return {name: source for pack in self.taken for name, source in pack.sources.items()}

    @property
    def regions(self) -> dict[str, Region]:
        """The regions of all of them."""
        return {name: region for pack in self.taken for name, region in pack.regions.items()}


def load_packs(folders: Iterable[Path], shipped: Shipped) -> Packs:
    """Every pack of these folders; earlier folders and names go first. Never raises for what stands there."""
    taken: list[Pack] = []
    problems: list[Problem] = []
    names = _Names(shipped)
    for folder in folders:
        files, trouble = pack_files(folder)
        problems += trouble
        for path in files:
            try:
                pack = _read(path, shipped, names)
            except ConfigError as error:
                problems.append(Problem(error.what, error.remedy))
            else:
                names.add(pack)
                taken.append(pack)
    return Packs(taken=tuple(taken), problems=tuple(problems))


def read_pack(path: Path, shipped: Shipped) -> Pack:
    """One pack by itself, as if there were no other. Raises ConfigError."""
    return _read(path, shipped, _Names(shipped))


class _Names:
    """Which file has an id already, by the header of its entry; None stands for sitbreak itself."""

    def __init__(self, shipped: Shipped) -> None:
        self.owners: dict[str, dict[str, Path | None]] = {
            "prompt": dict.fromkeys(movement.id for movement in shipped.movements),
            "source": dict.fromkeys(shipped.sources),
            "region": dict.fromkeys(shipped.regions),
        }

    def add(self, pack: Pack) -> None:
        self.owners["prompt"] |= dict.fromkeys((movement.id for movement in pack.movements), pack.path)
        self.owners["source"] |= dict.fromkeys(pack.sources, pack.path)
        self.owners["region"] |= dict.fromkeys(pack.regions, pack.path)

    def entries(self, file: Table, header: str, most: int) -> tuple[Table, ...]:
        """The entries of a pack, none of whose ids anybody has."""
        if not file.has(header):
            return ()
        entries = file.tables(header, most)
        seen = set()
        for entry in entries:
            name = entry.name()
            if name in seen:
                entry.refuse_twin()
            seen.add(name)
            if name in self.owners[header]:
                owner = self.owners[header][name]
                where = tr("sitbreak itself") if owner is None else str(owner)
                problem = tr('"{name}" is there already, in {where}').format(name=name, where=where)
                entry.refuse("id", problem, tr("choose another id"))
        return entries


def _read(path: Path, shipped: Shipped, names: _Names) -> Pack:
    file = read_table(path, others=True)
    file.only("name", "leave_out", "source", "region", "prompt", "figure")
    name = file.text("name", _NAME_MOST)
    sources = sources_of(names.entries(file, "source", _BACKGROUND_MOST))
    known_sources = {**shipped.sources, **sources}
    regions = regions_of(names.entries(file, "region", _BACKGROUND_MOST), known_sources)
    known_regions = {**shipped.regions, **regions}
    entries = names.entries(file, "prompt", _PACK_PROMPTS_MOST)
    total = len(names.owners["prompt"]) + len(entries)
    if total > PROMPTS_MOST:
        problem = tr("{n} prompts with all others, and at most {most} fit").format(n=total, most=PROMPTS_MOST)
        file.refuse("prompt", problem, tr("leave some out"))
    movements = tuple(movement_of(entry, known_sources, known_regions, pack=name) for entry in entries)
    return Pack(
        name=name,
        path=path,
        leaves_out=_leaves_out(file, shipped.prompts),
        sources=sources,
        regions=regions,
        movements=movements,
        figures=_figures(file, {movement.id for movement in movements}),
    )


def _figures(file: Table, prompts: Collection[str]) -> dict[str, Figure]:
    if not file.has("figure"):
        return {}
    from sitbreak.config.poses import figures_of  # noqa: PLC0415 - few packs have figures

    for entry in file.tables("figure", _PACK_PROMPTS_MOST):
        if entry.name() not in prompts:
            problem = tr('no prompt of this pack is called "{name}"').format(name=entry.name())
            entry.refuse("id", problem, tr("give the figure the id of the prompt that it shows"))
    return figures_of(file)


def _leaves_out(file: Table, prompts: frozenset[str]) -> frozenset[str]:
    key = "leave_out"
    if not file.has(key):
        return frozenset()
    if file.is_text(key):
        file.one_of(key, [_ALL])
        return prompts
    left_out = frozenset(file.names(key, PROMPTS_MOST))
    for name in sorted(left_out - prompts):
        close = close_to(name, sorted(prompts))
        file.refuse(
            key,
            tr('sitbreak ships no prompt "{name}"').format(name=name),
            tr('did you mean "{close}"?').format(close=close)
            if close
            else tr("`sitbreak prompts` lists them"),
        )
    return left_out
