"""The core stays pure, and imports go one way."""

from __future__ import annotations

import ast
import subprocess
import sys
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest

import sitbreak
from sitbreak.core import state
from sitbreak.core.effects import Prompt

SRC = Path(sitbreak.__file__).parent
ALLOWED = {
    "__future__",
    "collections",
    "dataclasses",
    "datetime",
    "enum",
    "functools",
    "itertools",
    "math",
    "typing",
}
FIELDS = {
    field.name
    for known in (*vars(state).values(), Prompt)
    if isinstance(known, type) and is_dataclass(known)
    for field in fields(known)
}
MODULES = sorted((SRC / "core").glob("*.py"))


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_core_imports_only_plain_modules_and_itself(path: Path) -> None:
    for node in ast.walk(ast.parse(path.read_text())):
        names: list[str] = []
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            names = [node.module or ""]
        for name in names:
            assert name.split(".")[0] in ALLOWED or name.startswith("sitbreak.core"), name


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_core_never_looks_at_a_clock(path: Path) -> None:
    calls = [node.func for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    names = {call.attr for call in calls if isinstance(call, ast.Attribute)}
    assert not names & {"now", "utcnow", "today", "time", "monotonic"}


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.stem)
def test_what_is_changed_is_a_field(path: Path) -> None:
    """``changed`` is quick because it does not look; this does."""
    calls = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call)]
    for call in calls:
        if isinstance(call.func, ast.Name) and call.func.id == "changed":
            assert {keyword.arg for keyword in call.keywords} <= FIELDS


def test_imports_go_one_way() -> None:
    lint = Path(sys.executable).parent / "lint-imports"
    done = subprocess.run([lint], cwd=SRC.parents[1], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
