"""The loader of figures: whatever stands in a file of poses, it is used or refused in words."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
import tomlkit
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from sitbreak.config.content_schema import Table, read
from sitbreak.config.content_words import Place
from sitbreak.config.poses import figures_of, load_figure_file, load_figures
from sitbreak.config.poses_props import load_props
from sitbreak.errors import ConfigError
from sitbreak.figures.model import Faces, Figure, Glow, Limb, Spot, View
from sitbreak.figures.png import png
from sitbreak.figures.svg import svg

FILE = """\
[[figure]]
id = "wave"
view = "side"
still = 2
ghost = 1
props = [{ name = "chair", at = [46, 116], essential = true }]
held = { glass = "near-hand" }
glow = ["buttock", "far-calf"]
arrows = [{ path = [[92, 78], [94, 60], [90, 42]], both = true }]

[[figure.pose]]
hip = [47, 88.5]
lean = 4
hands = [[67, 86], [67, 86]]
feet = [[66, 113], [66, 113]]
toes = [0, 5]
takes = 1.6

[[figure.pose]]
hip = [54, 79]
elbows = -1
holds = 0

[[figure]]
id = "shrug"
view = "front"
faces = "left"
mirror = true

[[figure.pose]]
hip = [64, 69]
hands = [[48, 74], [80, 74]]
feet = [[57, 112], [71, 112]]

[[figure.pose]]
turn = 20
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "arms.toml"
    path.write_text(FILE, "utf-8")
    return path


def test_a_later_pose_says_only_what_differs(file: Path) -> None:
    wave = load_figure_file(file)["wave"]
    first, second = (key.pose for key in wave.keys)
    assert (first.hip, second.hip) == ((47, 88.5), (54, 79))
    assert (second.lean, second.hands, second.feet, second.toes) == (4, first.hands, first.feet, (0, 5))
    assert (first.elbows, second.elbows) == ((1, 1), (-1, -1))
    assert [(key.takes_s, key.holds_s) for key in wave.keys] == [(1.6, 0.6), (1.2, 0)]


def test_poses_are_counted_from_one_in_the_file(file: Path) -> None:
    figures = load_figure_file(file)
    assert (figures["wave"].still, figures["wave"].ghost) == (1, 0)
    assert (figures["shrug"].still, figures["shrug"].ghost) == (1, None)


def test_what_is_around_a_body_is_found_by_name(file: Path) -> None:
    wave = load_figure_file(file)["wave"]
    assert [(thing.prop.id, thing.at, thing.essential) for thing in wave.props] == [
        ("chair", (46, 116), True)
    ]
    assert [(held.prop.id, held.limb) for held in wave.held] == [("glass", Limb.NEAR_HAND)]
    assert wave.glows == (Glow(spot=Spot.BUTTOCK), Glow(spot=Spot.CALF, second=True))
    assert wave.arrows[0].both


def test_views_and_sides_are_as_written(file: Path) -> None:
    figures = load_figure_file(file)
    assert [(f.view, f.faces, f.mirror) for f in figures.values()] == [
        (View.SIDE, Faces.RIGHT, False),
        (View.FRONT, Faces.LEFT, True),
    ]


def test_a_file_may_have_other_entries_and_no_figures(tmp_path: Path) -> None:
    """A pack carries figures beside its prompts."""
    path = tmp_path / "pack.toml"
    path.write_text('name = "Mine"\n', "utf-8")
    assert figures_of(read(path)) == {}
    path.write_text(f'name = "Mine"\n{FILE}', "utf-8")
    assert list(figures_of(read(path))) == ["wave", "shrug"]


SPOILED = [
    pytest.param('id = "wave"', 'id = "Wave!"', 2, '"Wave!" cannot be an id', "lower case", id="id"),
    pytest.param('id = "shrug"', 'id = "wave"', 25, "another entry of this id", "rename", id="twin"),
    pytest.param('view = "side"', 'view = "back"', 3, '"back" is not known', "known: side", id="view"),
    pytest.param('view = "side"\n', "", 1, "view: missing", "add it", id="no view"),
    pytest.param("still = 2", "still = 3", 4, "3 is impossible", "from 1 to 2", id="still"),
    pytest.param("ghost = 1", "ghots = 1", 5, "ghots: no such key", 'mean "ghost"', id="unknown key"),
    pytest.param('"chair"', '"chiar"', 6, 'props: name: "chiar" is not known', 'mean "chair"', id="prop"),
    pytest.param("[46, 116]", "[46]", 6, "props: at: not a point", "[x, y]", id="prop's place"),
    pytest.param("[{ name", "[3, { name", 6, "props: not a table", "braces", id="prop type"),
    pytest.param("glass =", "glas =", 7, "held: glas: no such key", 'mean "glass"', id="held"),
    pytest.param('"near-hand"', '"left-hand"', 7, '"left-hand" is not known', "near-hand", id="held limb"),
    pytest.param('"far-calf"', '"left-calf"', 8, '"left-calf" is not known', "far-calf", id="glow"),
    pytest.param('["buttock", ', '["buttock", 7, ', 8, "glow: not a table", "braces", id="glow type"),
    pytest.param(
        "[[92, 78], [94, 60], [90, 42]]", "[[92, 78]]", 9, "path: not a list of 2 to 3", "", id="path"
    ),
    pytest.param("hip = [47, 88.5]\n", "", 11, "hip: missing", "add it", id="first pose not whole"),
    pytest.param("[47, 88.5]", "[47, 188.5]", 12, "188.5 is impossible", "-40.0 to 168.0", id="far out"),
    pytest.param("[47, 88.5]", "[47, nan]", 12, "nan is impossible", "a number", id="nan"),
    pytest.param("[[67, 86], [67, 86]]", "[[67, 86]]", 14, "hands: not a list of 2", "brackets", id="a hand"),
    pytest.param("[[67, 86], [67, 86]]", "[67, 86]", 14, "hands: not a point", "[x, y]", id="flat hands"),
    pytest.param("toes = [0, 5]", "toes = [0]", 16, "toes: not a list of 2", "brackets", id="toes"),
    pytest.param("takes = 1.6", "takes = 0.1", 17, "0.1 is impossible", "0.2 to 10", id="too fast"),
    pytest.param("elbows = -1", "elbows = 2", 21, "2 is impossible", "-1 to 1", id="elbow"),
    pytest.param(
        "elbows = -1", 'elbows = "in"', 21, '"in" is not a number', "write a number", id="elbow type"
    ),
    pytest.param(
        "turn = 20", "trun = 20", 36, "trun: no such key", 'mean "turn"', id="a later figure's pose"
    ),
]


@pytest.mark.parametrize(("old", "new", "line", "what", "remedy"), SPOILED)
def test_a_fault_is_named_with_its_line_and_the_way_out(  # noqa: PLR0917
    file: Path, old: str, new: str, line: int, what: str, remedy: str
) -> None:
    assert old in FILE
    file.write_text(FILE.replace(old, new, 1), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_figure_file(file)
    assert f"arms.toml, line {line}, figure" in caught.value.what
    assert what in caught.value.what
    assert remedy in caught.value.remedy


@pytest.mark.parametrize(
    ("more", "what"),
    [
        ("[[figure.pose]]\n" * 7, "pose: 9 entries, and at most 8"),
        ("frame = [0, 0, 10]\n", "too small a part"),
        (
            "props = [" + '{name="mat",at=[0,0]}, ' * 7 + "]\n",
            "props: 7 entries, and at most 6",
        ),
        ('behind = ["near-arm"]\n', '"near-arm" is not known'),
    ],
)
def test_there_are_bounds(file: Path, more: str, what: str) -> None:
    text = FILE + more if more.startswith("[[") else FILE.replace('faces = "left"\n', more)
    file.write_text(text, "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_figure_file(file)
    assert what in caught.value.what


def test_a_figure_stands_in_one_file_only(file: Path, tmp_path: Path) -> None:
    props = tmp_path / "props.toml"
    props.write_text('[[prop]]\nid = "chair"\n[[prop.shape]]\nline = [[0, 0]]\nwidth = 2\n', "utf-8")
    file.write_text(FILE.replace('held = { glass = "near-hand" }\n', ""), "utf-8")
    assert list(load_figures(tmp_path)) == ["wave", "shrug"]
    (tmp_path / "legs.toml").write_text(file.read_text("utf-8"), "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_figures(tmp_path)
    assert "legs.toml" in caught.value.what
    assert caught.value.remedy


@pytest.mark.parametrize(
    ("shape", "line", "what"),
    [
        ("line = [[0, 0]]", 3, "width: missing"),
        ("width = 2", 3, "line: neither or both"),
        ("fill = [[0, 0], [1, 1]]", 4, "fill: not a list of 3 to 24"),
        ('line = [[0, 0]]\nwidth = 2\ntone = "red"', 6, '"red" is not known'),
        ("line = [[0, 200]]\nwidth = 2", 4, "200 is impossible"),
    ],
)
def test_a_prop_is_as_strictly_read(tmp_path: Path, shape: str, line: int, what: str) -> None:
    path = tmp_path / "props.toml"
    path.write_text(f'[[prop]]\nid = "thing"\n[[prop.shape]]\n{shape}\n', "utf-8")
    with pytest.raises(ConfigError) as caught:
        load_props(path)
    assert f"props.toml, line {line}, prop" in caught.value.what
    assert what in caught.value.what


def test_a_missing_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load_figures(tmp_path)
    assert "props.toml" in caught.value.what


values: st.SearchStrategy[Any] = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=8)
    | st.sampled_from(["near-hand"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=6), inner, max_size=3),
    max_leaves=8,
)
KEYS = [
    "id",
    "view",
    "still",
    "ghost",
    "frame",
    "behind",
    "props",
    "held",
    "glow",
    "arrows",
    "pose",
    "mirror",
]
POSE_KEYS = ["hip", "lean", "torso", "head", "hands", "feet", "toes", "knees", "takes", "holds", "turn"]


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=300)
@given(st.sampled_from(KEYS), values)
@example("pose", {})
@example("pose", [[]])
def test_whatever_a_figure_says_it_is_drawn_or_refused(key: str, value: Any) -> None:
    figure = dict(tomlkit.parse(FILE).unwrap()["figure"][0])
    drawn_or_refused({"figure": [{**figure, key: value}]})


@settings(max_examples=300)
@given(st.sampled_from(POSE_KEYS), values)
def test_whatever_a_pose_says_it_is_drawn_or_refused(key: str, value: Any) -> None:
    figure = dict(tomlkit.parse(FILE).unwrap()["figure"][0])
    poses = [*figure["pose"][:-1], {**figure["pose"][-1], key: value}]
    drawn_or_refused({"figure": [{**figure, "pose": poses}]})


def drawn_or_refused(values: dict[str, Any]) -> None:
    figures: dict[str, Figure] = {}
    refused = None
    try:
        figures = figures_of(Table(values, Place(Path("arms.toml"), FILE)))
    except ConfigError as error:
        refused = error
    assert not refused or ("arms.toml, line" in refused.what and refused.remedy)
    for figure in figures.values():
        assert_drawn(figure)


def assert_drawn(figure: Figure) -> None:
    assert png(figure, 24).size == (24, 24)
    assert svg(figure, title="x").startswith("<svg")
