"""What stands behind the catalogue: sources, regions, safety, evidence. Read only when something shows it."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sitbreak.config.content_schema import Table, read
from sitbreak.core.catalogue import Strength
from sitbreak.resources import shipped

STOP_SHORT_MOST = 60
"""The short stop rule stands in the notification, below the prompt's line."""

_TEXT_MOST = 400
_ENTRIES_MOST = 50


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """A published article. ``strength`` is the most that it can lend to a prompt."""

    id: str
    title: str
    by: str
    what: str
    trust: str
    strength: Strength


@dataclass(frozen=True, slots=True, kw_only=True)
class Region:
    """A part of the body or of the day that movements are for; ``exclude`` may name it."""

    id: str
    name: str
    says: str
    sources: tuple[str, ...]


class Urgency(StrEnum):
    """Where to turn with a warning sign, most urgent first."""

    EMERGENCY = "emergency"
    DOCTOR = "doctor"
    PROFESSIONAL = "professional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Something to keep to. ``short`` fits a notification."""

    short: str
    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlag:
    """A warning sign."""

    urgency: Urgency
    sign: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """What stands one step away from every prompt. ``turn_to`` says what to do at each urgency."""

    offer: str
    stop: Rule
    never: Rule
    turn_to: Mapping[Urgency, str]
    red_flags: tuple[RedFlag, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Claim:
    """Why sitting is broken up at all, as an article says it."""

    text: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Study:
    """A published study. ``favours`` False: it found no effect, which is said wherever the others are.

    ``people`` is None and ``lasted`` and ``doi`` are empty where that is not stated. ``supports`` names the
    movements whose strength may be called a trial because of it.
    """

    id: str
    authors: str
    year: int
    design: str
    people: int | None
    lasted: str
    finding: str
    limits: str
    doi: str
    favours: bool
    supports: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why sitbreak prompts at all, and what speaks against it."""

    claims: tuple[Claim, ...]
    studies: tuple[Study, ...]


def load_sources(folder: Path | None = None) -> dict[str, Source]:
    """The articles by id. Raises ConfigError."""
    file = read(config_folder(folder) / "sources.toml")
    file.only("source")
    found: dict[str, Source] = {}
    for entry in file.tables("source", _ENTRIES_MOST):
        entry.only("id", "title", "by", "what", "trust", "strength")
        if entry.name() in found:
            entry.refuse_twin()
        found[entry.name()] = Source(
            id=entry.name(),
            title=entry.text("title", 120),
            by=entry.text("by", 80),
            what=entry.text("what", 120),
            trust=entry.text("trust", _TEXT_MOST),
            strength=Strength(entry.one_of("strength", [Strength.PRACTITIONER, Strength.ANECDOTE])),
        )
    return found


def load_regions(folder: Path | None = None) -> dict[str, Region]:
    """What movements are for, by id. Raises ConfigError."""
    sources = load_sources(folder)
    file = read(config_folder(folder) / "regions.toml")
    file.only("region")
    found: dict[str, Region] = {}
    for entry in file.tables("region", _ENTRIES_MOST):
        entry.only("id", "name", "says", "sources")
        if entry.name() in found:
            entry.refuse_twin()
        found[entry.name()] = Region(
            id=entry.name(),
            name=entry.text("name", 40),
            says=entry.text("says", _TEXT_MOST),
            sources=entry.some_of("sources", sources),
        )
    return found


def load_safety(folder: Path | None = None) -> Safety:
    """The stop rule, what never to do, and the warning signs, most urgent first. Raises ConfigError."""
    sources = load_sources(folder)
    file = read(config_folder(folder) / "safety.toml")
    file.only("offer", "stop", "never", "turn_to", "red_flag")
    turn_to = file.table("turn_to")
    turn_to.only(*Urgency)
    flags = []
    for entry in file.tables("red_flag", _ENTRIES_MOST):
        entry.only("urgency", "sign", "sources")
        flags.append(
            RedFlag(
                urgency=Urgency(entry.one_of("urgency", list(Urgency))),
                sign=entry.text("sign", _TEXT_MOST),
                sources=entry.some_of("sources", sources),
            )
        )
    return Safety(
        offer=file.text("offer", _TEXT_MOST),
        stop=_rule(file.table("stop"), sources),
        never=_rule(file.table("never"), sources),
        turn_to={urgency: turn_to.text(urgency, _TEXT_MOST) for urgency in Urgency},
        red_flags=tuple(sorted(flags, key=lambda flag: list(Urgency).index(flag.urgency))),
    )


def load_evidence(folder: Path | None = None) -> Evidence:
    """Why sitting is broken up, and the studies. Raises ConfigError."""
    sources = load_sources(folder)
    file = read(config_folder(folder) / "evidence.toml")
    file.only("claim", "study")
    claims = []
    for entry in file.tables("claim", _ENTRIES_MOST):
        entry.only("text", "sources")
        claims.append(Claim(text=entry.text("text", _TEXT_MOST), sources=entry.some_of("sources", sources)))
    studies: dict[str, Study] = {}
    for entry in file.tables("study", _ENTRIES_MOST):
        if entry.name() in studies:
            entry.refuse_twin()
        studies[entry.name()] = _study(entry)
    return Evidence(claims=tuple(claims), studies=tuple(studies.values()))


def config_folder(folder: Path | None) -> Path:
    """The folder to read content from: the one given, or the shipped one."""
    return shipped("config") if folder is None else folder


def _rule(table: Table, sources: Collection[str]) -> Rule:
    table.only("short", "text", "sources")
    return Rule(
        short=table.text("short", STOP_SHORT_MOST),
        text=table.text("text", _TEXT_MOST),
        sources=table.some_of("sources", sources),
    )


def _study(entry: Table) -> Study:
    entry.only(
        "id",
        "authors",
        "year",
        "design",
        "people",
        "lasted",
        "finding",
        "limits",
        "doi",
        "favours",
        "supports",
    )
    return Study(
        id=entry.name(),
        authors=entry.text("authors", 80),
        year=entry.whole("year", 1950, 2100),
        design=entry.text("design", 120),
        people=entry.whole("people", 1, 10_000_000) if entry.has("people") else None,
        lasted=entry.text("lasted", 80) if entry.has("lasted") else "",
        finding=entry.text("finding", _TEXT_MOST),
        limits=entry.text("limits", _TEXT_MOST),
        doi=entry.text("doi", 80) if entry.has("doi") else "",
        favours=entry.flag("favours"),
        supports=entry.names("supports", _ENTRIES_MOST),
    )
