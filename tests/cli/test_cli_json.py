"""What ``prompts``, ``safety`` and ``evidence`` print for scripts: the same keys in every version."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from sitbreak.config.content import load_content

Call = Callable[..., subprocess.CompletedProcess[str]]

CONTENT = load_content()
PROMPT = [
    *("id", "kinds", "title", "line", "steps", "region", "setting", "basis", "adapted", "hold_s"),
    *("repetitions", "sides", "total_s", "sources", "caution", "strength", "loads", "pack"),
    *("opinion", "left_out"),
]
STUDY = [
    *("id", "authors", "year", "design", "people", "lasted"),
    *("finding", "limits", "doi", "favours", "supports"),
]


@pytest.fixture
def facts(alone: Call) -> Callable[..., Any]:
    def facts(*arguments: str) -> Any:
        done = alone(*arguments, "--json")
        assert (done.returncode, done.stderr) == (0, "")
        return json.loads(done.stdout)

    return facts


def keys(rows: list[dict[str, Any]]) -> list[str]:
    """The keys that all of the rows have, in their order."""
    (common,) = {tuple(row) for row in rows}
    return list(common)


def test_prompts(facts: Callable[..., Any]) -> None:
    rows = facts("prompts")
    assert keys(rows) == PROMPT
    assert [row["id"] for row in rows] == [movement.id for movement in CONTENT.catalogue]
    plank = next(row for row in rows if row["id"] == "plank")
    assert (plank["left_out"], plank["opinion"], plank["pack"]) == ("setting", None, "")


def test_one_prompt_with_its_figure(facts: Callable[..., Any]) -> None:
    row = facts("prompts", "show", "pelvic-tilt")
    assert list(row) == [*PROMPT, "figure"]
    assert (row["hold_s"], row["repetitions"], row["sides"]) == ([5.0, 5.0], [10, 12], 1)
    still, moving = Path(row["figure"]["still"]), Path(row["figure"]["moving"])
    assert still.read_bytes().startswith(b"\x89PNG")
    assert moving.read_text(encoding="utf-8").startswith("<svg ")


def test_safety(facts: Callable[..., Any]) -> None:
    told = facts("safety")
    assert list(told) == ["offer", "stop", "never", "hurt", "turn_to", "red_flags"]
    assert {tuple(told[rule]) for rule in ("stop", "never", "hurt")} == {("text", "sources")}
    assert list(told["turn_to"]) == ["emergency", "doctor", "professional"]
    assert keys(told["red_flags"]) == ["urgency", "sign", "sources"]
    assert len(told["red_flags"]) == 8


def test_evidence(facts: Callable[..., Any]) -> None:
    told = facts("evidence")
    assert list(told) == ["claims", "studies", "defaults", "sources"]
    assert keys(told["claims"]) == ["text", "sources"]
    assert keys(told["studies"]) == STUDY
    assert keys(told["defaults"]) == ["key", "value", "because", "studies", "sources"]
    assert keys(told["sources"]) == ["id", "title", "by", "what", "trust", "strength"]
    assert [study["id"] for study in told["studies"] if not study["favours"]] == ["cochrane-2016"]
