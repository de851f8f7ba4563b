"""Packs: each is taken whole, or refused in words while everything else is there."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import tomlkit
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sitbreak.config.content import Loaded, check_pack, load_catalogue, load_content
from sitbreak.config.content_movement import PROMPTS_MOST
from sitbreak.config.pack_files import PACKS_MOST
from sitbreak.config.problems import Problem
from sitbreak.config.reading import LARGEST_FILE
from sitbreak.core.catalogue import Movement
from sitbreak.core.policy import Kind
from sitbreak.errors import ConfigError
from sitbreak.resources import shipped

SHIPPED = load_catalogue()

GOOD = """\
name = "Physio at work"
leave_out = ["plank"]

[[source]]
id = "physio"
title = "What we practised"
by = "R. Okafor"
what = "Notes from a course."
trust = "A practitioner's advice."
strength = "practitioner"

[[region]]
id = "wrists"
name = "Wrists"
says = "They do the same small thing all day."
sources = ["physio", "csf"]
loads = false

# The first of ours.
[[prompt]]
id = "wrist-circles"
kinds = ["stretch", "movement"]
title = "Circle your wrists"
line = "Let both hands hang loose and draw slow circles."
steps = ["Let your arms rest.", "Draw slow circles."]
region = "wrists"
setting = "desk"
basis = "described"
repetitions = [5, 5]
total_s = 40
sources = ["physio"]
caution = "Keep it small and easy."
strength = "practitioner"
"""
OURS = "wrist-circles"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder of packs with nothing in it."""
    folder = tmp_path / "packs"
    folder.mkdir()
    return folder


def put(folder: Path, text: str = GOOD, name: str = "physio.toml") -> Path:
    (folder / name).write_text(text, "utf-8")
    return folder / name


def changed(*pairs: str, text: str = GOOD) -> str:
    """The good pack, with each old text replaced by the new one after it."""
    for old, new in zip(pairs[::2], pairs[1::2], strict=True):
        assert old in text
        text = text.replace(old, new)
    return text


def load(*folders: Path) -> Loaded:
    return load_catalogue(packs=folders)


def ids(movements: Sequence[Movement]) -> list[str]:
    return [movement.id for movement in movements]


def refusal(*folders: Path) -> Problem:
    """The only problem of these folders; all that is shipped is there."""
    loaded = load(*folders)
    (problem,) = loaded.problems
    assert problem.remedy
    assert problem.what.isprintable()
    assert problem.remedy.isprintable()
    assert loaded.catalogue[: len(SHIPPED.catalogue)] == SHIPPED.catalogue
    return problem


def test_without_packs_everything_is_as_shipped(folder: Path, tmp_path: Path) -> None:
    assert load(folder, tmp_path / "nowhere", tmp_path / "no" / "where") == SHIPPED


def test_a_pack_adds_prompts_and_leaves_out_shipped_ones(folder: Path) -> None:
    put(folder)
    loaded = load(folder)
    assert loaded.problems == ()
    assert ids(loaded.catalogue) == [*(name for name in ids(SHIPPED.catalogue) if name != "plank"), OURS]
    ours = loaded.catalogue[-1]
    assert (ours.pack, ours.kinds, ours.repetitions) == (
        "Physio at work",
        (Kind.STRETCH, Kind.MOVEMENT),
        (5, 5),
    )
    assert (ours.region, ours.loads, ours.sources) == ("wrists", False, ("physio",))
    assert {movement.pack for movement in loaded.catalogue[:-1]} == {""}
    assert [pack.name for pack in loaded.packs] == ["Physio at work"]


def test_what_stands_behind_a_pack_is_there_to_be_shown(folder: Path) -> None:
    put(folder)
    content = load_content(packs=[folder])
    assert content.sources["physio"].by == "R. Okafor"
    assert content.regions["wrists"].sources == ("physio", "csf")
    assert content.sources.keys() > {"csf", "massage"}
    assert ids(content.catalogue) == ids(load(folder).catalogue)


def test_a_pack_may_only_leave_out(folder: Path) -> None:
    put(folder, 'name = "Calm"\nleave_out = ["walk", "plank"]')
    assert set(ids(SHIPPED.catalogue)) - set(ids(load(folder).catalogue)) == {"walk", "plank"}


def test_a_pack_may_leave_out_all_that_is_shipped(folder: Path) -> None:
    put(folder, changed('["plank"]', '"all"'))
    put(folder, 'name = "Nothing"', "a.toml")
    assert ids(load(folder).catalogue) == [OURS]


def test_packs_are_read_folder_by_folder_and_by_name(folder: Path, tmp_path: Path) -> None:
    site = tmp_path / "site"
    site.mkdir()
    for where, name in ((folder, "a"), (folder, "b"), (site, "z")):
        put(
            where,
            changed(OURS, f"ours-{name}", '"physio"', f'"physio-{name}"', "wrists", f"wrists-{name}"),
            f"{name}.toml",
        )
    assert ids(load(site, folder).catalogue)[-3:] == ["ours-z", "ours-a", "ours-b"]


def test_what_is_no_toml_or_hidden_is_not_read(folder: Path) -> None:
    for name in ("notes.txt", "physio.toml~", ".physio.toml", "physio.toml.off"):
        put(folder, "nonsense", name)
    assert load(folder) == SHIPPED


STUDY = 'strength = "practitioner"\n\n[[region]]'
SPOILED = [
    pytest.param(
        'id = "wrist-circles"',
        'id = "walk"',
        '"walk" is there already, in sitbreak itself',
        "another id",
        id="shipped id",
    ),
    pytest.param(
        'id = "physio"', 'id = "csf"', 'source "csf": id: "csf" is there', "another", id="source id"
    ),
    pytest.param(
        'id = "wrists"', 'id = "feet"', 'region "feet": id: "feet" is there', "another", id="region id"
    ),
    pytest.param(
        '"plank"]', '"plnk"]', 'leave_out: sitbreak ships no prompt "plnk"', 'mean "plank"', id="leave"
    ),
    pytest.param('"plank"]', '"zzz"]', 'ships no prompt "zzz"', "sitbreak prompts", id="leave what"),
    pytest.param('["plank"]', '"al"', 'leave_out: "al" is not known', 'mean "all"', id="leave al"),
    pytest.param('["plank"]', "3", "leave_out: not a list", "brackets", id="leave type"),
    pytest.param('["plank"]', '["All of it"]', "cannot be an id", "lower case", id="leave no id"),
    pytest.param('name = "Physio at work"', "", "name: missing", "add it", id="no name"),
    pytest.param(
        '"Physio at work"', f'"{"x" * 41}"', "41 characters, and at most 40", "fewer", id="long name"
    ),
    pytest.param("leave_out", "leaveout", "leaveout: no such key", 'mean "leave_out"', id="unknown key"),
    pytest.param("[[prompt]]", "[[promt]]", "promt: no such key", 'mean "prompt"', id="table name"),
    pytest.param('title = "Circle', 'titel = "Circle', "titel: no such key", 'mean "title"', id="prompt key"),
    pytest.param(
        '"stretch", "move', '"stretch", "mvoe', '"mvoement" is not known', 'mean "movement"', id="kind"
    ),
    pytest.param(
        STUDY,
        STUDY.replace("practitioner", "trial"),
        'source "physio": strength: "trial"',
        "practitioner, anecdote",
        id="strong source",
    ),
    pytest.param(
        'easy."\nstrength = "practitioner"',
        'easy."\nstrength = "trial"',
        "strength: no study stands",
        "write practitioner",
        id="trial",
    ),
    pytest.param(
        STUDY,
        STUDY.replace("practitioner", "anecdote"),
        "practitioner is more than its sources lend",
        "write anecdote",
        id="weak source",
    ),
    pytest.param(
        'sources = ["physio"]\ncaution',
        'sources = ["phisio"]\ncaution',
        '"phisio" is not known',
        'mean "physio"',
        id="source",
    ),
    pytest.param(
        'region = "wrists"', 'region = "wrist"', '"wrist" is not known', 'mean "wrists"', id="region"
    ),
    pytest.param('"described"', '"adapted"', "adapted: does not go with", "exactly where", id="basis"),
    pytest.param("total_s = 40", "total_s = 4000", "4000 is impossible", "5 to 900", id="endless"),
    pytest.param("Keep it", "<b>Keep</b> it", 'caution: "<" is markup', "in words", id="markup"),
    pytest.param("Keep it", "Keep &lt;it", 'caution: "&lt;" is markup', "in words", id="entity"),
    pytest.param("Keep it", "See http://x.example", "caution: it holds an address", "in words", id="http"),
    pytest.param("Draw slow", "HTTPS://x.example", "steps: it holds an address", "in words", id="https"),
    pytest.param("R. Okafor", "see www.example.org", "by: it holds an address", "in words", id="www"),
    pytest.param("Wrists", "<Wrists", "name: .* is markup", "in words", id="markup in a region"),
    pytest.param("Physio at work", "Physio > all", "name: .* is markup", "in words", id="markup in the name"),
    pytest.param(
        "Circle your", "Circle\\u202e your", r"title: .* nobody sees, U\+202E", "leave it", id="turned"
    ),
    pytest.param(
        "Circle your", "Circle\u200b your", r"title: .* nobody sees, U\+200B", "leave it", id="zero width"
    ),
    pytest.param(
        "Circle your", "Circle\u3164 your", r"title: .* nobody sees, U\+3164", "leave it", id="filler"
    ),
    pytest.param("Circle your", "Circle\U000e0041 your", r"nobody sees, U\+E0041", "leave it", id="tag"),
    pytest.param("Circle your", "Circle\\u001b[31m", r"nobody sees, U\+001B", "leave it", id="escape"),
    pytest.param("Circle your", "Circle\\nyour", "title: not one line", "one line", id="two lines"),
    pytest.param("leave_out", "figure = 3\nleave_out", "figure: not a list", "brackets", id="figure type"),
]


@pytest.mark.parametrize(("old", "new", "what", "remedy"), SPOILED)
def test_a_fault_is_told_with_its_place_and_remedy(
    folder: Path, old: str, new: str, what: str, remedy: str
) -> None:
    path = put(folder, changed(old, new))
    problem = refusal(folder)
    assert str(path) in problem.what
    assert re.search(r", line \d+", problem.what)
    assert re.search(what, problem.what), problem.what
    assert remedy in problem.remedy, problem.remedy
    assert len(problem.what) < 300


@pytest.mark.parametrize("said", ["Stretch & breathe", "Cup of tea \u2615\ufe0f", "Ärme"])
def test_plain_texts_are_welcome(folder: Path, said: str) -> None:
    put(folder, changed("Circle your wrists", said))
    assert load(folder).catalogue[-1].title == said


def test_the_line_is_the_line_in_spite_of_comments(folder: Path) -> None:
    text = changed("[[prompt]]\n", "[[ prompt ]]  # ours\r\n", "total_s = 40", "total_s = 4")
    put(folder, text)
    line = text.splitlines().index("total_s = 4") + 1
    assert f'line {line}, prompt "{OURS}": total_s' in refusal(folder).what


def test_a_table_has_its_line_too(folder: Path) -> None:
    put(folder, changed("[[prompt]]", "[[promt]]"))
    line = GOOD.splitlines().index("[[prompt]]") + 1
    assert f"line {line}: promt: no such key" in refusal(folder).what


def test_a_twin_within_a_pack(folder: Path) -> None:
    put(folder, GOOD + GOOD[GOOD.index("[[prompt]]") :])
    assert "another entry of this id" in refusal_beside(folder).what


def refusal_beside(*folders: Path) -> Problem:
    """The only problem, whatever the other packs do."""
    (problem,) = load(*folders).problems
    assert problem.remedy
    return problem


@pytest.mark.parametrize("twin", ["prompt", "source", "region"])
def test_of_two_packs_with_one_id_the_earlier_stays(folder: Path, twin: str) -> None:
    """Each is a good pack by itself."""
    apart = {"prompt": (OURS, "other"), "source": ('"physio"', '"other"'), "region": ("wrists", "others")}
    del apart[twin]
    pairs = [text for pair in apart.values() for text in pair]
    earlier = put(folder, name="a.toml")
    put(folder, changed(*pairs, "Physio at work", "Later", "plank", "walk"), "b.toml")
    problem = refusal_beside(folder)
    assert "b.toml" in problem.what
    assert f"is there already, in {earlier}" in problem.what
    loaded = load(folder)
    assert [pack.name for pack in loaded.packs] == ["Physio at work"]
    assert "walk" in ids(loaded.catalogue)
    earlier.unlink()
    assert load(folder).problems == ()


def test_an_id_stays_taken_when_its_prompt_is_left_out(folder: Path) -> None:
    put(folder, changed(OURS, "plank"))
    assert '"plank" is there already' in refusal(folder).what


def test_a_pack_uses_no_other_packs_sources(folder: Path) -> None:
    put(folder, name="a.toml")
    prompt = GOOD[GOOD.index("[[prompt]]") :]
    put(folder, 'name = "Guest"\n' + changed(OURS, "guest", "wrists", "feet", text=prompt), "b.toml")
    assert '"physio" is not known' in refusal_beside(folder).what


def many(header: str, count: int, start: int = 0) -> str:
    """So many copies of the good pack's entry."""
    entry = GOOD[GOOD.index(f"[[{header}]]") :].split("\n\n", 1)[0]
    name = {"prompt": OURS, "source": "physio", "region": "wrists"}[header]
    copies = (
        changed(f'id = "{name}"', f'id = "{header}-{n}"', text=entry) for n in range(start, start + count)
    )
    return "\n\n" + "\n".join(copies)


@pytest.mark.parametrize(("header", "most"), [("prompt", 200), ("source", 20), ("region", 20)])
def test_a_pack_holds_so_much_and_no_more(folder: Path, header: str, most: int) -> None:
    put(folder, GOOD + many(header, most - 1))
    assert load(folder).problems == ()
    put(folder, GOOD + many(header, most))
    problem = refusal(folder)
    assert f"{header}: {most + 1} entries, and at most {most} fit" in problem.what
    assert "leave some out" in problem.remedy


def test_all_packs_together_hold_so_many_prompts(folder: Path) -> None:
    start = 0
    for name in ("a", "b", "c"):
        text = changed('"physio"', f'"physio-{name}"', "wrists", f"wrists-{name}", OURS, f"ours-{name}")
        prompts = changed(
            '"physio"', f'"physio-{name}"', "wrists", f"wrists-{name}", text=many("prompt", 199, start)
        )
        put(folder, text + prompts, f"{name}.toml")
        start += 199
    problem = refusal_beside(folder)
    assert "c.toml" in problem.what
    assert f"at most {PROMPTS_MOST} fit" in problem.what
    assert len(load(folder).packs) == 2


def test_of_too_many_files_the_first_are_read_and_the_others_named(folder: Path) -> None:
    for number in range(PACKS_MOST + 7):
        put(folder, f'name = "Pack {number}"', f"{number:02}.toml")
    problem = refusal(folder)
    assert f"{PACKS_MOST} packs by name are read, not 20.toml, 21.toml" in problem.what
    assert "and 2 more" in problem.what
    assert len(load(folder).packs) == PACKS_MOST


def fifo(path: Path) -> None:
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.symlink_to(path)


def dangling(path: Path) -> None:
    path.symlink_to("gone.toml")


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def terminal(path: Path) -> None:
    path.symlink_to("/dev/tty")


def large(path: Path) -> None:
    path.write_bytes(b"#" * (LARGEST_FILE + 1))


def forbidden(path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is forbidden to root")
    path.touch(mode=0)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (Path.mkdir, "is not a file"),
        (fifo, "is not a file"),
        (device, "is not a file"),
        (terminal, "is not a file|cannot be read"),
        (loop, "cannot be read"),
        (dangling, "is a link that leads nowhere"),
        (large, "is over 256 KB"),
        (forbidden, "cannot be read"),
        (lambda path: path.write_bytes(b"name = '\xff'"), "line 1: this is not UTF-8"),
        (lambda path: path.write_bytes(b"name = \n"), "line 1: this is not TOML"),
        (lambda path: path.write_bytes(b"a = " + b"[" * 100_000), "nested too deep"),
        (lambda path: path.write_bytes(b"a" + b".a" * 100_000 + b" = 1"), "a key of too many parts"),
        (lambda path: path.write_bytes(b"a = " + b"9" * 5000), "this is not TOML"),
        (lambda path: path.write_bytes(b""), "name: missing"),
    ],
)
def test_whatever_stands_in_a_packs_place_is_told(
    folder: Path, make: Callable[[Path], object], what: str
) -> None:
    make(folder / "a.toml")
    put(folder, changed('leave_out = ["plank"]\n', ""))
    problem = refusal(folder)
    assert str(folder / "a.toml") in problem.what
    assert re.search(what, problem.what), problem.what
    assert ids(load(folder).catalogue)[-1] == OURS


def test_a_link_to_a_pack_is_a_pack(folder: Path, tmp_path: Path) -> None:
    (folder / "linked.toml").symlink_to(put(tmp_path))
    linked = tmp_path / "linked"
    linked.symlink_to(folder)
    assert ids(load(linked).catalogue)[-1] == OURS


@pytest.mark.parametrize("make", [Path.touch, dangling, fifo, loop])
def test_what_stands_in_the_folders_place_is_told(
    tmp_path: Path, folder: Path, make: Callable[[Path], object]
) -> None:
    put(folder, changed('leave_out = ["plank"]\n', ""))
    make(tmp_path / "other")
    problem = refusal(tmp_path / "other", folder)
    assert str(tmp_path / "other") in problem.what
    assert ids(load(tmp_path / "other", folder).catalogue)[-1] == OURS


def test_names_of_files_command_no_terminal(folder: Path) -> None:
    for name in ("\x1b[31m.toml", "two\nlines.toml", "\u202e.toml"):
        put(folder, "", name)
    (folder / os.fsdecode(b"\xff.toml")).write_bytes(b"")
    problems = load(folder).problems
    assert len(problems) == 4
    assert all(problem.what.isprintable() for problem in problems)
    assert "\n".join(problem.what for problem in problems).encode()


def test_a_pack_is_checked_by_itself(folder: Path) -> None:
    path = put(folder)
    assert check_pack(path).name == "Physio at work"
    put(folder, changed("total_s = 40", "total_s = 4"))
    with pytest.raises(ConfigError, match="4 is impossible"):
        check_pack(path)
    with pytest.raises(ConfigError, match="no such file"):
        check_pack(folder / "gone.toml")


FIGURE = f"""
[[figure]]
id = "{OURS}"
view = "side"
still = 1
props = [{{ name = "chair", at = [46, 116], essential = true }}]
glow = "buttock"
arrows = [{{ path = [[92, 78], [94, 60], [90, 42]] }}]

[[figure.pose]]
hip = [62, 70]
hands = [[60, 74], [66, 73]]
feet = [[62, 113], [50, 113]]
"""


def test_a_figure_shows_a_prompt_of_its_pack(folder: Path) -> None:
    put(folder, GOOD + FIGURE)
    loaded = load(folder)
    assert loaded.problems == ()
    assert loaded.packs[0].figures.keys() == {OURS}
    assert loaded.figures.keys() > {OURS}


def test_a_figure_that_shows_nothing_of_its_pack_is_refused(folder: Path) -> None:
    put(folder, GOOD + FIGURE.replace(OURS, "walk"))
    problem = refusal(folder)
    assert 'figure "walk": id: no prompt of this pack is called "walk"' in problem.what
    put(folder, GOOD + FIGURE.replace("[62, 70]", "[62, 7000]"))
    assert "hip: 7000 is impossible" in refusal(folder).what


def test_the_example_in_the_document_is_a_good_pack(folder: Path) -> None:
    text = (shipped("docs") / "packs.md").read_text("utf-8")
    (pack,) = re.findall(r"```toml\n(.*?)```", text, re.DOTALL)
    put(folder, pack)
    loaded = load(folder)
    assert loaded.problems == ()
    assert {movement.pack for movement in loaded.catalogue} == {"", "Physio at work"}
    for key in re.findall(r"^(\w+) = ", pack, re.MULTILINE):
        assert f"`{key}`" in text


def test_a_pack_brings_nothing_heavy_into_the_daemon(folder: Path) -> None:
    put(folder)
    program = (
        "import sys; from pathlib import Path; from sitbreak.config.content import load_catalogue;"
        f"print(len(load_catalogue(packs=[Path({str(folder)!r})]).packs),"
        "{'pydantic', 'tomlkit', 'platformdirs', 'sitbreak.figures', 'PIL'} & sys.modules.keys())"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "1 set()"


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a good pack in it, before and after the one that is spoiled."""
    folder = tmp_path_factory.mktemp("packs")
    for name in ("a", "z"):
        text = changed('"physio"', f'"physio-{name}"', "wrists", f"wrists-{name}", OURS, f"ours-{name}")
        put(folder, text, f"{name}.toml")
    return folder


def all_else_is_there(folder: Path) -> None:
    loaded = load(folder)
    assert {"ours-a", "ours-z"} <= set(ids(loaded.catalogue))
    assert len(loaded.packs) + len(loaded.problems) == 3
    for problem in loaded.problems:
        assert "m.toml" in problem.what
        assert problem.remedy
        assert f"{problem}".replace("\n    ", "").isprintable()


spoiled = settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


@spoiled
@given(
    content=st.binary(max_size=200) | st.text(max_size=200).map(lambda text: text.encode("utf-8", "replace"))
)
@example(content=b"prompt = [{}]\nname = 'x'")
@example(content=b"name = 'x'\n[prompt]")
@example(content=b"name = 'x'\nprompt = [[]]")
@example(content=b"name = 1979-05-27")
@example(content=b"leave_out = 'all'\nname = 'x'\nsource = []")
def test_whatever_bytes_stand_in_a_pack_all_else_is_there(sandbox: Path, content: bytes) -> None:
    (sandbox / "m.toml").write_bytes(content)
    all_else_is_there(sandbox)


@spoiled
@given(
    start=st.integers(0, len((GOOD + FIGURE).encode())),
    length=st.integers(0, 60),
    instead=st.binary(max_size=12)
    | st.sampled_from(
        [b"[[", b'"""', b"= ", b"\x00", b"\\u202e", b"1e999", b"inf", b"nan", b"-1", b"<b>", b"{}"]
    ),
)
def test_whatever_is_overwritten_in_a_pack_all_else_is_there(
    sandbox: Path, start: int, length: int, instead: bytes
) -> None:
    whole = (GOOD + FIGURE).encode()
    (sandbox / "m.toml").write_bytes(whole[:start] + instead + whole[start + length :])
    all_else_is_there(sandbox)


values = st.recursive(
    st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats()
    | st.text(max_size=20)
    | st.sampled_from(["walk", "all", OURS, "trial", "csf", "<b>", "\u202e"]),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=6,
)


@spoiled
@given(
    header=st.sampled_from(["", "source", "region", "prompt", "figure", "pose"]),
    key=st.sampled_from(sorted(set(re.findall(r"^(\w+) = ", GOOD + FIGURE, re.MULTILINE))))
    | st.text(max_size=8),
    value=values,
)
def test_whatever_value_stands_in_a_pack_all_else_is_there(
    sandbox: Path, header: str, key: str, value: object
) -> None:
    document = tomlkit.parse(GOOD + FIGURE).unwrap()
    document["pose"] = document["figure"][0]["pose"]
    holder = document[header][0] if header else document
    holder[key] = value
    del document["pose"]
    (sandbox / "m.toml").write_text(tomlkit.dumps(document), "utf-8")
    all_else_is_there(sandbox)
