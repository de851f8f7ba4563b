"""Why sitbreak prompts, why at these intervals, and what speaks against it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

from sitbreak.config.content_schema import Table
from sitbreak.wording import tr

_TEXT_MOST = 400
_ENTRIES_MOST = 50
_SETTING = re.compile(r"[a-z_]{1,40}(\.[a-z_]{1,40}){0,3}")
_STUDY_KEYS = (
    *("id", "authors", "year", "design", "people", "lasted"),
    *("finding", "limits", "doi", "favours", "supports"),
)


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
class Default:
    """Why a setting has the value that it ships with.

    ``key`` is dotted, ``value`` as it is written in ``default.toml``. ``studies`` and ``sources`` are ids;
    both are empty where nothing stands behind the value but judgement, and ``because`` says so.
    """

    key: str
    value: str
    because: str
    studies: tuple[str, ...]
    sources: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """Why sitbreak prompts at all, and what speaks against it."""

    claims: tuple[Claim, ...]
    studies: tuple[Study, ...]
    defaults: tuple[Default, ...]


def evidence_of(file: Table, sources: Collection[str]) -> Evidence:
    """What the evidence file holds. Raises ConfigError."""
    file.only("claim", "study", "default")
    claims = []
    for entry in file.tables("claim", _ENTRIES_MOST):
        entry.only("text", "sources")
        claims.append(Claim(text=entry.text("text", _TEXT_MOST), sources=entry.some_of("sources", sources)))
    studies: dict[str, Study] = {}
    for entry in file.tables("study", _ENTRIES_MOST):
        if entry.name() in studies:
            entry.refuse_twin()
        studies[entry.name()] = _study(entry)
    defaults: dict[str, Default] = {}
    for entry in file.tables("default", _ENTRIES_MOST):
        default = _default(entry, studies, sources)
        if default.key in defaults:
            entry.refuse("key", tr("there is another entry for this setting"), tr("leave one of them out"))
        defaults[default.key] = default
    return Evidence(claims=tuple(claims), studies=tuple(studies.values()), defaults=tuple(defaults.values()))


def _study(entry: Table) -> Study:
    entry.only(*_STUDY_KEYS)
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


def _default(entry: Table, studies: Collection[str], sources: Collection[str]) -> Default:
    entry.only("key", "value", "because", "studies", "sources")
    key = entry.text("key", 120)
    if not _SETTING.fullmatch(key):
        entry.refuse(
            "key", tr("no setting is called so"), tr('write it with dots, such as "reminders.movement.every"')
        )
    return Default(
        key=key,
        value=entry.text("value", 40),
        because=entry.text("because", _TEXT_MOST),
        studies=entry.some_of("studies", studies) if entry.has("studies") else (),
        sources=entry.some_of("sources", sources) if entry.has("sources") else (),
    )
