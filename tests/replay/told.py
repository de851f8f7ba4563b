"""Traces told shortly: ``day("09:00-12:00 active", "10:00 done")``."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from sim import CATALOGUE, policy
from sitbreak.core.effects import entry_json
from sitbreak.core.events import Answer
from sitbreak.core.policy import Kind, Policy
from sitbreak.core.rules import rules
from sitbreak.replay.jsonlines import parse_lines
from sitbreak.replay.run import play
from sitbreak.replay.trace import Trace

DATE = "2026-03-02"


def day(*lines: str, date: str = DATE, zone: str = "Z") -> Trace:
    """``09:00-12:00 active call`` is a span, ``10:00 snooze 5m`` something said; all on one date."""
    told: list[dict[str, Any]] = []
    for line in lines:
        when, what, *more = line.split()
        start, _, end = (f"{date}T{clock}{zone}" if clock else "" for clock in when.partition("-"))
        if end:
            told.append({"from": start, "to": end, "is": what, "also": more})
        else:
            told.append({"at": start, "answer": what} | ({"for": more[0]} if more else {}))
    return parse_lines("\n".join(map(json.dumps, told)), "day")


def log(
    trace: Trace, rules_of: Policy | None = None, otherwise: Answer | None = None
) -> list[dict[str, Any]]:
    """The entries as ``--json`` writes them."""
    known = rules(rules_of or policy(Kind.MOVEMENT), CATALOGUE)
    return [entry_json(at, entry) for at, entry in play(trace, known, otherwise)]


def brief(entries: Iterable[dict[str, Any]]) -> list[str]:
    """Each entry as a person would note it down."""
    return [_brief(entry) for entry in entries]


def _brief(entry: dict[str, Any]) -> str:
    match entry["entry"]:
        case "sat":
            words = ["sat", _stretch(entry), f"{entry['seconds']:g}"]
        case "away":
            words = ["away", _stretch(entry), f"{entry['seconds']:g}", entry["why"]]
        case "shown":
            words = ["shown", str(entry["prompt"]), "+".join(entry["kinds"]), f"{entry['sat_s']:g}"]
        case "answered":
            words = ["answered", str(entry["prompt"]), entry["answer"], entry["evidence"] or "", entry["via"]]
        case "held" | "released" as what:
            words = [what, entry["reason"]]
        case "posture":
            words = [entry["is"]]
        case "paused":
            words = ["paused to", entry["until"][11:19]]
        case other:
            words = [other]
    return " ".join(filter(None, (entry["at"][11:19], *words)))


def _stretch(entry: dict[str, Any]) -> str:
    return f"{entry['from'][11:19]}-{entry['to'][11:19]}"
