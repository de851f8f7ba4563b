"""The figures of the movements: TOML in, checked; what a renderer draws out.

What each key means stands in ``sitbreak.figures.model``; the files under ``assets/figures`` show how.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from sitbreak.config.content_schema import Table, read
from sitbreak.config.poses_around import arrows, behind, glows, held, placed
from sitbreak.config.poses_props import load_props
from sitbreak.config.poses_table import PoseTable, entries
from sitbreak.errors import ConfigError
from sitbreak.figures.model import (
    HOLDS_S,
    POSES_MOST,
    TAKES_S,
    Faces,
    Figure,
    Key,
    Pose,
    Prop,
    View,
)
from sitbreak.resources import shipped
from sitbreak.wording import tr

PROPS_FILE = "props.toml"
FIGURES_MOST = 200
_FIGURE_KEYS = (
    *("id", "view", "faces", "still", "ghost", "mirror", "flow", "floor", "frame", "behind"),
    *("props", "held", "glow", "arrows", "pose"),
)
_PAIRS = {
    "toes": (-180, 180),
    "elbows": (-1, 1),
    "knees": (-1, 1),
    "thighs": (0.05, 1),
    "shins": (0.05, 1),
    "upper_arms": (0.05, 1),
    "forearms": (0.05, 1),
}
_NUMBERS = {
    "lean": (-180, 180),
    "torso": (0.4, 1),
    "curve": (-12, 12),
    "head": (-70, 70),
    "turn": (-90, 90),
    "belly": (0, 5),
    "tilt": (-180, 180),
}
_POINT_PAIRS = ("hands", "feet")
_POSE_KEYS = ("hip", *_POINT_PAIRS, *_NUMBERS, *_PAIRS, "takes", "holds")
_FRONT_TOES_DEG = 20.0


def load_figures(folder: Path | None = None) -> dict[str, Figure]:
    """The figures of every file in ``folder`` (None: the shipped ones), by id. Raises ConfigError."""
    home = folder or shipped("assets", "figures")
    props = load_props(home / PROPS_FILE)
    found: dict[str, Figure] = {}
    for path in sorted(home.glob("*.toml")):
        if path.name == PROPS_FILE:
            continue
        file = read(path)
        file.only("figure")
        added = figures_of(file, props)
        for twin in found.keys() & added.keys():
            raise ConfigError(
                tr("{path}: another file has a figure {id}, too").format(path=path, id=twin),
                remedy=tr("rename one of the two"),
            )
        found |= added
    return found


def load_figure_file(path: Path, props: Mapping[str, Prop] | None = None) -> dict[str, Figure]:
    """The figures of one file, with the shipped props where none are given. Raises ConfigError."""
    file = read(path)
    file.only("figure")
    return figures_of(file, props)


def figures_of(file: Table, props: Mapping[str, Prop] | None = None) -> dict[str, Figure]:
    """The ``[[figure]]`` entries of a parsed file, by id; of other keys nothing. Raises ConfigError."""
    if not file.has("figure"):
        return {}
    things = load_props(shipped("assets", "figures", PROPS_FILE)) if props is None else props
    found: dict[str, Figure] = {}
    posed = 0
    for entry in file.tables("figure", FIGURES_MOST):
        table = PoseTable.of(entry)
        poses = entries(table, "pose", "figure.pose", 1, POSES_MOST, begins=posed, of=table.name())
        posed += len(poses)
        figure = _figure(table, poses, things)
        if figure.id in found:
            entry.refuse_twin()
        found[figure.id] = figure
    return found


def _figure(table: PoseTable, poses: tuple[PoseTable, ...], props: Mapping[str, Prop]) -> Figure:
    table.only(*_FIGURE_KEYS)
    view = View(table.one_of("view", list(View)))
    return Figure(
        id=table.name(),
        view=view,
        faces=Faces(table.one_of("faces", list(Faces))) if table.has("faces") else Faces.RIGHT,
        keys=_keys(poses, view),
        still=_nth(table, "still", len(poses), min(2, len(poses))),
        ghost=_nth(table, "ghost", len(poses), 1) if table.has("ghost") else None,
        mirror=table.has("mirror") and table.flag("mirror"),
        flow=table.has("flow") and table.flag("flow"),
        floor=not table.has("floor") or table.flag("floor"),
        frame=_frame(table) if table.has("frame") else None,
        behind=behind(table, view),
        props=placed(table, props),
        held=held(table, view, props),
        glows=glows(table, view),
        arrows=arrows(table),
    )


def _keys(poses: tuple[PoseTable, ...], view: View) -> tuple[Key, ...]:
    """Every pose whole: what it does not say is as in the one before."""
    toes = _FRONT_TOES_DEG if view is View.FRONT else 0.0
    before: Pose | None = None
    keys = []
    for table in poses:
        table.only(*_POSE_KEYS)
        if before is None:
            start, two = table.point("hip"), (table.points("hands", 2, 2), table.points("feet", 2, 2))
            before = Pose(
                hip=start, hands=(two[0][0], two[0][1]), feet=(two[1][0], two[1][1]), toes=(toes, toes)
            )
        before = replace(before, **_said(table))
        keys.append(
            Key(
                pose=before,
                takes_s=table.number("takes", 0.2, 10) if table.has("takes") else TAKES_S,
                holds_s=table.number("holds", 0, 10) if table.has("holds") else HOLDS_S,
            )
        )
    return tuple(keys)


def _said(table: PoseTable) -> dict[str, Any]:
    """The parts of a pose that this table says."""
    said: dict[str, Any] = {}
    if table.has("hip"):
        said["hip"] = table.point("hip")
    for key in _POINT_PAIRS:
        if table.has(key):
            said[key] = table.points(key, 2, 2)
    for key, (least, most) in _NUMBERS.items():
        if table.has(key):
            said[key] = table.number(key, least, most)
    for key, (least, most) in _PAIRS.items():
        if table.has(key):
            said[key] = table.pair(key, least, most)
    return said


def _frame(table: PoseTable) -> tuple[float, float, float]:
    left, top, side = table.numbers("frame", 3, -40, 168)
    if side < 24:
        table.refuse("frame", tr("too small a part of the canvas"), tr("make its side 24 at the least"))
    return left, top, side


def _nth(table: PoseTable, key: str, count: int, otherwise: int) -> int:
    """A pose, counted from 1 in the file and from 0 here."""
    return (table.whole(key, 1, count) if table.has(key) else otherwise) - 1
