from __future__ import annotations

import tomllib
from collections.abc import Iterator
from typing import Any

import pytest
import tomlkit
from hypothesis import given
from hypothesis import strategies as st

from sitbreak.config.locate import dotted, locate, too_deep

TRICKY = '''# [not.a.table]
top = "= not a key"
[sitting]   # a comment
away_after = "3m"
text = """
[not.this]
nor = "this"
quoted \\""" still = 1
"""
raw = \'\'\'
[nor.this]\'\'\'
list = [ # one
  "a = 1", [1, 2],
  {inner = 1},
]
"quoted key"."with.dot" = 1
reminders.movement.every = "25m"
inline = {a = 1, b = {c = [1, 2], d = "}"}, e.f = 3}
empty = {}
after = 1
[[people]]
name = "x"
[people.address]
street = "y"
[last.one]
key = true
'''


def test_each_key_has_its_line() -> None:
    assert locate(TRICKY) == {
        "top": 2,
        "sitting": 3,
        "sitting.away_after": 4,
        "sitting.text": 5,
        "sitting.raw": 10,
        "sitting.list": 12,
        'sitting."quoted key"': 16,
        'sitting."quoted key"."with.dot"': 16,
        "sitting.reminders": 17,
        "sitting.reminders.movement": 17,
        "sitting.reminders.movement.every": 17,
        "sitting.inline": 18,
        "sitting.inline.a": 18,
        "sitting.inline.b": 18,
        "sitting.inline.b.c": 18,
        "sitting.inline.b.d": 18,
        "sitting.inline.e": 18,
        "sitting.inline.e.f": 18,
        "sitting.empty": 19,
        "sitting.after": 20,
        "people": 21,
        "last": 25,
        "last.one": 25,
        "last.one.key": 26,
    }
    assert locate(TRICKY.replace("\n", "\r\n")) == locate(TRICKY)
    assert set(locate(TRICKY)) == set(paths(tomllib.loads(TRICKY)))


@pytest.mark.parametrize(
    "line", ["= 1", "[", "[[", "]", "a.", "[a", "a = {b", 'a = "', "a = '''", "{", "}", ","]
)
def test_a_broken_line_spoils_no_line_before_it(line: str) -> None:
    assert locate(f"[first]\nkey = 1\n{line}").items() >= {"first": 1, "first.key": 2}.items()


@pytest.mark.parametrize("text", ["[" * 200_000, "a = {" * 50_000, "a = " + "[" * 200_000, "a." * 100_000])
def test_depth_is_no_danger(text: str) -> None:
    locate(text)
    assert bool(too_deep(text)) == text.startswith("a.")


def paths(tree: dict[str, Any], within: tuple[str, ...] = ()) -> Iterator[str]:
    for name, value in tree.items():
        yield dotted((*within, name))
        if isinstance(value, dict):
            yield from paths(value, (*within, name))


NAMES = st.text(st.characters(codec="utf-8", exclude_characters="\x7f", min_codepoint=32), max_size=8)
SCALARS = st.booleans() | st.integers(-(2**40), 2**40) | st.text(st.characters(codec="utf-8"), max_size=20)
VALUES = (
    SCALARS
    | st.lists(SCALARS, max_size=3)
    | st.lists(st.dictionaries(NAMES, SCALARS), min_size=1, max_size=2)
)
TREES = st.recursive(
    st.dictionaries(NAMES, VALUES, max_size=4),
    lambda inner: st.dictionaries(NAMES, VALUES | inner, max_size=4),
    max_leaves=8,
)


@given(TREES)
def test_it_finds_the_very_keys_that_a_parser_does(tree: dict[str, Any]) -> None:
    text = tomlkit.dumps(tree)
    assert set(locate(text)) == set(paths(tomllib.loads(text)))


@given(st.text(st.sampled_from("ab.='\"[]{}#,\n\\ \r\t") | st.characters(), max_size=200))
def test_any_text_is_scanned_and_where_it_is_toml_agrees_with_the_parser(text: str) -> None:
    found = locate(text)
    assert all(1 <= line <= text.count("\n") + 1 for line in found.values())
    try:
        tree = tomllib.loads(text)
    except ValueError:
        return
    assert set(found) == set(paths(tree))
