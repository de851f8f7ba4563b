"""What stands behind the catalogue: sources, regions, safety, evidence. Read only when something shows it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from sitbreak.config.content_evidence import Evidence, evidence_of
from sitbreak.config.content_schema import Table, read
from sitbreak.core.catalogue import Strength
from sitbreak.resources import shipped

__all__ = [
    "Evidence",
    "RedFlag",
    "Region",
    "Rule",
    "Safety",
    "Source",
    "Urgency",
    "config_folder",
    "load_evidence",
    "load_regions",
    "load_safety",
    "load_sources",
    "regions_of",
    "sources_of",
]

STOP_SHORT_MOST = 60
"""The short form of a rule stands in the notification, below the prompt's line."""
STOP_FIRST_MOST = 110
"""The fuller one stands there in its place, the first time."""
BRIEF_MOST = 250

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
    """A part of the body or of the day that movements are for; ``exclude`` may name it.

    ``loads``: it is a part of the body that a movement works or stretches, and does not want the same again
    at once.
    """

    id: str
    name: str
    says: str
    sources: tuple[str, ...]
    loads: bool = True


class Urgency(StrEnum):
    """Where to turn with a warning sign, most urgent first."""

    EMERGENCY = "emergency"
    DOCTOR = "doctor"
    PROFESSIONAL = "professional"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """Something to keep to. ``short`` fits a notification.

    ``first`` is the fuller form for the notification of the very first stretch; only the stop rule has one.
    """

    short: str
    text: str
    sources: tuple[str, ...]
    first: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RedFlag:
    """A warning sign."""

    urgency: Urgency
    sign: str
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """What stands one step away from every prompt. ``turn_to`` says what to do at each urgency.

    ``hurt`` answers who says that a movement hurt; its ``text`` wants the warning signs below it. ``brief``
    names the emergency signs for a notification that has room for little more.
    """

    offer: str
    brief: str
    stop: Rule
    never: Rule
    hurt: Rule
    turn_to: Mapping[Urgency, str]
    red_flags: tuple[RedFlag, ...]


def load_sources(folder: Path | None = None) -> dict[str, Source]:
    """The articles by id. Raises ConfigError."""
    file = read(config_folder(folder) / "sources.toml")
    file.only("source")
    return sources_of(file.tables("source", _ENTRIES_MOST))


def sources_of(entries: Iterable[Table]) -> dict[str, Source]:
    """What the ``[[source]]`` entries name, by id. Raises ConfigError."""
    found: dict[str, Source] = {}
    for entry in entries:
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
    file = read(config_folder(folder) / "regions.toml")
    file.only("region")
    return regions_of(file.tables("region", _ENTRIES_MOST), load_sources(folder))


def regions_of(entries: Iterable[Table], sources: Collection[str]) -> dict[str, Region]:
    """What the ``[[region]]`` entries name, by id. Raises ConfigError."""
    found: dict[str, Region] = {}
    for entry in entries:
        entry.only("id", "name", "says", "sources", "loads")
        if entry.name() in found:
            entry.refuse_twin()
        found[entry.name()] = Region(
            id=entry.name(),
            name=entry.text("name", 40),
            says=entry.text("says", _TEXT_MOST),
            sources=entry.some_of("sources", sources),
            loads=entry.flag("loads") if entry.has("loads") else True,
        )
    return found


def load_safety(folder: Path | None = None) -> Safety:
    """The stop rule, what never to do, and the warning signs, most urgent first. Raises ConfigError."""
    sources = load_sources(folder)
    file = read(config_folder(folder) / "safety.toml")
    file.only("offer", "brief", "stop", "never", "hurt", "turn_to", "red_flag")
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
        brief=file.text("brief", BRIEF_MOST),
        stop=_rule(file.table("stop"), sources, asks_first=True),
        never=_rule(file.table("never"), sources),
        hurt=_rule(file.table("hurt"), sources),
        turn_to={urgency: turn_to.text(urgency, _TEXT_MOST) for urgency in Urgency},
        red_flags=tuple(sorted(flags, key=lambda flag: list(Urgency).index(flag.urgency))),
    )


def load_evidence(folder: Path | None = None) -> Evidence:
    """Why sitting is broken up, the studies, and why the defaults are what they are. Raises ConfigError."""
    return evidence_of(read(config_folder(folder) / "evidence.toml"), load_sources(folder))


def config_folder(folder: Path | None) -> Path:
    """The folder to read content from: the one given, or the shipped one."""
    return shipped("config") if folder is None else folder


def _rule(table: Table, sources: Collection[str], *, asks_first: bool = False) -> Rule:
    table.only("short", *(["first"] if asks_first else []), "text", "sources")
    return Rule(
        short=table.text("short", STOP_SHORT_MOST),
        first=table.text("first", STOP_FIRST_MOST) if asks_first else "",
        text=table.text("text", _TEXT_MOST),
        sources=table.some_of("sources", sources),
    )
