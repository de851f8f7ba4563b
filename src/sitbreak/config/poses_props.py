"""The things that stand around the figures, as simple shapes."""

from __future__ import annotations

from pathlib import Path

from sitbreak.config.content_schema import read
from sitbreak.config.poses_table import ABOUT_ITSELF, PoseTable, entries
from sitbreak.figures.model import Fill, Prop, Stroke, Tone
from sitbreak.wording import tr

_PROPS_MOST = 60
_SHAPES_MOST = 24
_POINTS_MOST = 24


def load_props(path: Path) -> dict[str, Prop]:
    """All props of a file, by id. Raises ConfigError."""
    file = read(path)
    file.only("prop")
    found: dict[str, Prop] = {}
    shaped = 0
    for table in entries(PoseTable.of(file), "prop", "prop", 1, _PROPS_MOST):
        table.only("id", "shape")
        shapes = entries(table, "shape", "prop.shape", 1, _SHAPES_MOST, begins=shaped, of=table.name())
        shaped += len(shapes)
        if table.name() in found:
            table.refuse_twin()
        found[table.name()] = Prop(id=table.name(), shapes=tuple(map(_shape, shapes)))
    return found


def _shape(table: PoseTable) -> Stroke | Fill:
    table.only("line", "width", "fill", "round", "tone")
    tone = Tone(table.one_of("tone", list(Tone))) if table.has("tone") else Tone.PLAIN
    if table.has("line") == table.has("fill"):
        table.refuse("line", tr("neither or both of line and fill"), tr("give the points of one of them"))
    if table.has("line"):
        points = table.points("line", 1, _POINTS_MOST, ABOUT_ITSELF)
        return Stroke(points=points, width=table.number("width", 0.5, 40), tone=tone)
    rounding = table.number("round", 0, 20) if table.has("round") else 0
    return Fill(points=table.points("fill", 3, _POINTS_MOST, ABOUT_ITSELF), round=rounding, tone=tone)
