"""The loader: whatever stands in a content file, it is used or refused in words."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sitbreak.config.content import (
    load_catalogue,
    load_content,
    load_evidence,
    load_safety,
    load_sources,
)
from sitbreak.config.content_movement import PROMPTS_MOST
from sitbreak.config.reading import LARGEST_FILE
from sitbreak.core.policy import Kind
from sitbreak.errors import ConfigError
from sitbreak.resources import shipped

FILES = [
    "sources.toml",
    "regions.toml",
    "safety.toml",
    "evidence.toml",
    *(f"prompts/{kind}.toml" for kind in Kind),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The shipped content, to spoil."""
    return copy_content(tmp_path / "config")


def copy_content(to: Path) -> Path:
    for name in FILES:
        (to / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(shipped("config", name), to / name)
    return to


def spoil(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text("utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), "utf-8")


def refusal(load: Callable[[Path], object], folder: Path) -> ConfigError:
    with pytest.raises(ConfigError) as caught:
        load(folder)
    assert caught.value.remedy
    return caught.value


def test_the_order_is_that_of_the_kinds_and_of_the_files(folder: Path) -> None:
    loaded = load_catalogue(folder)
    catalogue = loaded.catalogue
    assert [movement.kinds[0] for movement in catalogue] == sorted(
        (movement.kinds[0] for movement in catalogue), key=list(Kind).index
    )
    assert catalogue[0].id == "walk"
    assert list(loaded.also) == list(Kind)
    assert loaded == load_catalogue()


SPOILED = [
    pytest.param('id = "walk"', 'id = "Walk!"', 'prompt "Walk!": id: "Walk!" cannot', "calf-raise", id="id"),
    pytest.param('id = "walk"', "id = 7", "prompt.*: id: 7 cannot be an id", "lower case", id="id type"),
    pytest.param('id = "micro-movement"', 'id = "walk"', "another entry of this id", "rename", id="twin"),
    pytest.param('"Take a short walk"', '"Take\u202eit"', "nobody sees, U\\+202E", "leave it", id="turned"),
    pytest.param('title = "Take', 'titel = "Take', "titel: no such key", 'mean "title"', id="unknown key"),
    pytest.param('title = "Take a short walk"\n', "", "title: missing", "add it", id="missing key"),
    pytest.param('"Take a short walk"', f'"{"x" * 41}"', "41 characters, and at most 40", "fewer", id="long"),
    pytest.param('"Take a short walk"', '"Take\\nit"', "title: not one line", "one line", id="two lines"),
    pytest.param('"Take a short walk"', '" "', "title: not one line", "one line", id="blank"),
    pytest.param('"Take a short walk"', "12", "title: not one line", "quotation", id="text type"),
    pytest.param('"walk"\nbasis', '"wlak"\nbasis', '"wlak" is not known', 'mean "walk"', id="setting"),
    pytest.param('["movement"]', '["movment"]', '"movment" is not known', 'mean "movement"', id="kind"),
    pytest.param('["movement"]', '["stretch", "movement"]', "begins with stretch", "first", id="kind first"),
    pytest.param('["movement"]', '["movement", "movement"]', "the same word twice", "leave", id="kind twice"),
    pytest.param('["movement"]', "[]", "not a list of 1 to 4", "brackets", id="no kinds"),
    pytest.param('["massage", ', '["masage", ', '"masage" is not known', 'mean "massage"', id="source"),
    pytest.param('"whole-body"', '"whole-bdy"', '"whole-bdy" is not known', 'mean "whole-body"', id="region"),
    pytest.param('"described"', '"adapted"', "adapted: does not go with", "exactly where", id="basis"),
    pytest.param('"trial"', '"proof"', '"proof" is not known', "trial, practitioner", id="strength"),
    pytest.param("total_s = 120", "total_s = 0", "0 is impossible", "from 5 to 900", id="too short"),
    pytest.param("total_s = 120", "total_s = nan", "nan is impossible", "from 5 to 900", id="nan"),
    pytest.param("total_s = 120", "total_s = true", "true is not a number", "write a number", id="bool"),
    pytest.param("total_s = 120", f"total_s = {'9' * 400}", "a huge number is imp", "from 5 to", id="huge"),
    pytest.param("total_s = 120", f"total_s = {'9' * 5000}", "not TOML", "put the shipped", id="endless"),
    pytest.param("total_s = 120", "total_s = 120\nsides = 3", "sides: 3 is impossible", "1 to 2", id="sides"),
    pytest.param("total_s = 120", "total_s = 120\nsides = 1.5", "not a whole", "fraction", id="half sides"),
    pytest.param("total_s = 120", "total_s = 120\nhold_s = [9, 5]", "above the most", "swap", id="swapped"),
    pytest.param("total_s = 120", "total_s = 120\nhold_s = 5", "not a list of 2", "brackets", id="one hold"),
    pytest.param(
        "total_s = 120", "total_s = 9\nhold_s = [10, 10]", "shorter than its holds", "long", id="held"
    ),
    pytest.param(
        "total_s = 120", "total_s = 9\nrepetitions = [1.5, 2]", "not a whole", "fraction", id="reps"
    ),
    pytest.param('also = "Also', 'also = "' + "a" * 50 + '"#', "also: 50 characters", "fewer", id="also"),
    pytest.param("[[prompt]]", "[[promt]]", "promt: no such key", 'mean "prompt"', id="table name"),
]


@pytest.mark.parametrize(("old", "new", "what", "remedy"), SPOILED)
def test_a_refusal_names_file_line_entry_and_key(
    folder: Path, old: str, new: str, what: str, remedy: str
) -> None:
    spoil(folder, "prompts/movement.toml", old, new)
    error = refusal(load_catalogue, folder)
    assert str(folder / "prompts" / "movement.toml") in error.what
    assert re.search(what, error.what), error.what
    assert remedy in error.remedy, error.remedy


def test_the_line_is_the_line(folder: Path) -> None:
    spoil(folder, "prompts/movement.toml", "total_s = 30\n", "total_s = 3000\n")
    lines = (folder / "prompts" / "movement.toml").read_text("utf-8").splitlines()
    error = refusal(load_catalogue, folder)
    assert f'line {lines.index("total_s = 3000") + 1}, prompt "plank": total_s' in error.what


def test_a_twin_across_files(folder: Path) -> None:
    spoil(folder, "prompts/hydration.toml", 'id = "drink-water"', 'id = "walk"')
    assert "hydration.toml" in refusal(load_catalogue, folder).what


def test_a_file_that_no_kind_reads_is_not_passed_over(folder: Path) -> None:
    (folder / "prompts" / "strech.toml").write_text("", "utf-8")
    error = refusal(load_catalogue, folder)
    assert "strech.toml" in error.what
    assert 'mean "stretch"' in error.remedy


def test_too_many_prompts(folder: Path) -> None:
    path = folder / "prompts" / "hydration.toml"
    entry = path.read_text("utf-8").split("[[prompt]]")[1]
    many = "".join(f"[[prompt]]{entry.replace('drink-water', f'sip-{n}')}" for n in range(PROMPTS_MOST))
    path.write_text(f'also = "Also: water."\n{many}', "utf-8")
    assert "entries, and at most" in refusal(load_catalogue, folder).what


def test_no_prompt_claims_more_than_its_sources_lend(folder: Path) -> None:
    spoil(folder, "prompts/movement.toml", '"anecdote"', '"practitioner"')
    error = refusal(load_catalogue, folder)
    assert 'prompt "micro-movement": strength: practitioner is more than its sources lend' in error.what
    assert "write anecdote" in error.remedy


def test_a_trial_that_no_study_stands_behind(folder: Path) -> None:
    spoil(folder, "prompts/movement.toml", '"practitioner"', '"trial"')
    assert "no study supports low-impact" in refusal(load_content, folder).what


@pytest.mark.parametrize(
    ("name", "old", "new", "what", "load"),
    [
        ("sources.toml", '"anecdote"', '"trial"', "source.*strength", load_sources),
        ("sources.toml", 'id = "massage"', 'id = "csf"', "another entry", load_sources),
        ("safety.toml", 'urgency = "doctor"', 'urgency = "docter"', "urgency", load_safety),
        ("safety.toml", "doctor =", "docter =", "docter", load_safety),
        ("safety.toml", "[stop]", "[[stop]]", "stop: not a table", load_safety),
        ("safety.toml", '["sciatica"]', '["sciatca"]', "sciatca", load_safety),
        ("safety.toml", "first = ", "frist = ", "frist: no such key", load_safety),
        ("safety.toml", "[never]", '[never]\nfirst = "Never."', "first: no such key", load_safety),
        ("safety.toml", 'brief = "', f'brief = "{"x" * 250}', "brief: .* at most 250", load_safety),
        ("safety.toml", "[hurt]", "[hurts]", "hurts: no such key", load_safety),
        ("evidence.toml", "year = 2016", "year = 20166", "year: 20166", load_evidence),
        ("evidence.toml", "favours = true", 'favours = "yes"', "favours: neither", load_evidence),
        ("evidence.toml", "swartz-2014", "mailey-2016", "another entry", load_evidence),
        ("evidence.toml", '["walk"]', "[3]", "supports: 3 cannot", load_evidence),
        ("evidence.toml", '["mailey-2016", ', '["mailey", ', 'studies: "mailey" is not', load_evidence),
        ("evidence.toml", 'movement.lasts"', 'movement.every"', "another entry for this", load_evidence),
        ("evidence.toml", '"reminders.movement.every"', '"every"\nvalu = 1', "valu: no such", load_evidence),
        ("evidence.toml", '"reminders.movement.every"', '"Every half hour"', "key: no sett", load_evidence),
        ("evidence.toml", "because =", "why =", "why: no such key", load_evidence),
    ],
)
def test_the_other_files_are_checked_too(  # noqa: PLR0917 - one row of the table
    folder: Path, name: str, old: str, new: str, what: str, load: Callable[[Path], object]
) -> None:
    spoil(folder, name, old, new)
    assert re.search(what, refusal(load, folder).what)


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"\xff\xfe", "not UTF-8"),
        (b"a = ", "not TOML"),
        (b"a = " + b"[" * 100_000, "nested too deep"),
        (b"#" * (LARGEST_FILE + 1), "over 256 KB"),
        (b"", "source: missing"),
        (b"source = 1", "not a list"),
        (b"source = [1]", "not a table"),
        (b'source = [{id = "\xc2\x9b31m"}]', "cannot be an id"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_files_that_are_no_content(folder: Path, content: bytes, what: str) -> None:
    (folder / "sources.toml").write_bytes(content)
    error = refusal(load_sources, folder)
    assert what in error.what
    assert error.what.isprintable()
    assert len(error.what) < 300


@pytest.mark.parametrize("name", FILES)
def test_a_missing_file(folder: Path, name: str) -> None:
    (folder / name).unlink()
    assert str(folder / name) in refusal(load_content, folder).what


def test_a_folder_that_is_not_there(tmp_path: Path) -> None:
    refusal(load_content, tmp_path / "nowhere")


plain = st.one_of(
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(),
    st.text(max_size=20),
    st.sampled_from(["walk", "movement", "desk", "adapted", "trial", "csf"]),
)
anything = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=6,
)


def loads_or_refuses(folder: Path) -> None:
    """Either is fine; any other error is not."""
    message = "loaded"
    try:
        load_content(folder)
    except ConfigError as error:
        message = error.what
    assert message
    assert message.isprintable()


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return copy_content(tmp_path_factory.mktemp("content") / "config")


def keys_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Every place in a document that a value stands at."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path] * bool(path) + [found for key, item in inner for found in keys_of(item, (*path, key))]


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_mutated_values_are_refused_in_words(sandbox: Path, data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(FILES))
    text = (shipped("config", name)).read_text("utf-8")
    document = tomlkit.parse(text).unwrap()
    *way, key = data.draw(st.sampled_from(keys_of(document)))
    holder = document
    for step in way:
        holder = holder[step]
    match data.draw(st.sampled_from(["replace", "remove", "add"])):
        case "replace":
            holder[key] = data.draw(anything)
        case "remove":
            del holder[key]
        case _ if isinstance(holder, dict):
            holder[data.draw(st.text(max_size=12))] = data.draw(anything)
        case _:
            holder.append(data.draw(anything))
    try:
        (sandbox / name).write_text(tomlkit.dumps(document), "utf-8")
        loads_or_refuses(sandbox)
    finally:
        (sandbox / name).write_text(text, "utf-8")


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    name=st.sampled_from(FILES),
    start=st.integers(0, 20_000),
    length=st.integers(0, 60),
    instead=st.binary(max_size=12)
    | st.sampled_from([b"[[", b'"""', b"= ", b"\x00", b"\\u0000", b"1e999", b"inf"]),
)
@example(name="sources.toml", start=0, length=0, instead=b"\xef\xbb\xbf")
def test_mutated_bytes_are_refused_in_words(
    sandbox: Path, name: str, start: int, length: int, instead: bytes
) -> None:
    whole = shipped("config", name).read_bytes()
    start %= len(whole)
    try:
        (sandbox / name).write_bytes(whole[:start] + instead + whole[start + length :])
        loads_or_refuses(sandbox)
    finally:
        (sandbox / name).write_bytes(whole)
