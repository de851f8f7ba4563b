"""The contact sheet of all figures, and single ones to look at while they are authored.

Run in the checkout, with PYTHONPATH=tests:

- ``python -m tools.figures``: docs/pictures/figures.png, every figure in the catalogue's order;
- ``python -m tools.figures walk cat-cow --out FOLDER``: of each a still at 256, 96, 48 and 24 pixels, a strip
  of moments and its SVG. What a hand or a foot does not reach, and what leaves the canvas, is printed.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from PIL import Image, ImageDraw

from figures.laws import faults
from sitbreak.config.content import load_content
from sitbreak.config.poses import load_figures
from sitbreak.figures.model import Figure
from sitbreak.figures.palette import Theme
from sitbreak.figures.png import paint, png
from sitbreak.figures.scene import frame, moment
from sitbreak.figures.svg import svg
from sitbreak.figures.timeline import loop_s, played, pose_at

ROOT = Path(__file__).resolve().parents[2]
SHEET = ROOT / "docs" / "pictures" / "figures.png"
CELL_PX, LABEL_PX, GAP_PX, COLUMNS = 160, 18, 10, 8
MOMENTS = 8


def sheet(figures: list[Figure]) -> Image.Image:
    """All stills with their names."""
    rows = -(-len(figures) // COLUMNS)
    step = CELL_PX + GAP_PX
    whole = Image.new("RGB", (COLUMNS * step + GAP_PX, rows * (step + LABEL_PX) + GAP_PX), "#ffffff")
    pen = ImageDraw.Draw(whole)
    for n, figure in enumerate(figures):
        x, y = GAP_PX + n % COLUMNS * step, GAP_PX + n // COLUMNS * (step + LABEL_PX)
        still = png(figure, CELL_PX)
        whole.paste(still, (x, y), still)
        pen.text((x + 4, y + CELL_PX + 3), figure.id, fill="#333333")
    return whole


def strip(figure: Figure, theme: Theme) -> Image.Image:
    """Evenly spaced moments of the loop, row by row."""
    size = 192
    whole = Image.new("RGB", (size * 4 + 50, size * 2 + 30), "#888888")
    span_s = loop_s(figure)
    for n in range(MOMENTS):
        pose = pose_at(figure, span_s * n / MOMENTS)
        image = paint(moment(figure, pose), frame(figure), size, theme)
        whole.paste(image, (10 + n % 4 * (size + 10), 10 + n // 4 * (size + 10)), image)
    return whole


def stills(figure: Figure) -> Image.Image:
    """The still at the sizes it is shown in, on a light and on a dark ground."""
    whole = Image.new("RGB", (256 + 96 + 48 + 24 + 50, 2 * 276), "#ffffff")
    for row, (theme, ground) in enumerate(((Theme.LIGHT, "#ffffff"), (Theme.DARK, "#101418"))):
        whole.paste(ground, (0, row * 276, whole.width, row * 276 + 276))
        x = 10
        for size in (256, 96, 48, 24):
            image = png(figure, size, theme=theme)
            whole.paste(image, (x, row * 276 + 10), image)
            x += size + 10
    return whole


def poses(figure: Figure) -> Image.Image:
    """Every pose of the loop, mirrored ones too."""
    size = 192
    keys = played(figure)
    whole = Image.new("RGB", (len(keys) * (size + 10) + 10, size + 20), "#888888")
    for n, key in enumerate(keys):
        image = paint(moment(figure, key.pose), frame(figure), size, Theme.LIGHT)
        whole.paste(image, (10 + n * (size + 10), 10), image)
    return whole


def main() -> None:
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    asked.add_argument("ids", nargs="*")
    asked.add_argument("--out", type=Path, default=Path())
    given = asked.parse_args()
    figures = load_figures()
    if not given.ids:
        order = [movement.id for movement in load_content().catalogue]
        known = [figures[name] for name in order if name in figures]
        sheet(known + [figure for figure in figures.values() if figure.id not in order]).save(
            SHEET, optimize=True
        )
    for name in given.ids:
        figure = figures[name]
        given.out.mkdir(parents=True, exist_ok=True)
        stills(figure).save(given.out / f"{name}.png")
        strip(figure, Theme.LIGHT).save(given.out / f"{name}-moves.png")
        poses(figure).save(given.out / f"{name}-poses.png")
        (given.out / f"{name}.svg").write_text(svg(figure, title=name), "utf-8")
        for fault in faults(figure):
            print(f"{name}: {fault}")  # noqa: T201 - for who authors it


if __name__ == "__main__":
    main()
