"""What the two painters make of the shipped figures."""

from __future__ import annotations

import re

import pytest
from PIL import Image, ImageChops

from figures.laws import faults
from figures.paths import painted, parsed
from sitbreak.config.content import load_content
from sitbreak.config.poses import load_figures
from sitbreak.figures.model import Figure
from sitbreak.figures.palette import PALETTES, Ink, Theme, colours
from sitbreak.figures.png import png
from sitbreak.figures.scene import frame, still
from sitbreak.figures.svg import svg

FIGURES = load_figures()
SVG = "{http://www.w3.org/2000/svg}"
MOST_BYTES = 40_000

each = pytest.mark.parametrize("figure", FIGURES.values(), ids=FIGURES)


def test_each_movement_has_a_figure() -> None:
    missing = [movement.id for movement in load_content().catalogue if movement.id not in FIGURES]
    assert missing == []


def test_each_figure_is_of_a_movement_and_shows_its_sides() -> None:
    movements = {movement.id: movement for movement in load_content().catalogue}
    assert [name for name in FIGURES if name not in movements] == []
    assert [
        name for name, figure in FIGURES.items() if movements[name].sides == 2 and not figure.mirror
    ] == []


@each
def test_a_figure_keeps_its_limbs_the_canvas_and_the_floor(figure: Figure) -> None:
    assert faults(figure) == []


def luminance(colour: str) -> float:
    parts = [int(colour[n : n + 2], 16) / 255 for n in (1, 3, 5)]
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("theme", PALETTES)
def test_the_body_stands_out_from_its_card(theme: Theme) -> None:
    ink = colours(theme)
    assert contrast(ink[Ink.NEAR], ink[Ink.CARD]) >= 4.5
    assert contrast(ink[Ink.FAR], ink[Ink.CARD]) >= 4.5
    assert contrast(ink[Ink.ACCENT], ink[Ink.CARD]) >= 3
    assert contrast(ink[Ink.DEEP], ink[Ink.CARD]) >= 3
    assert contrast(ink[Ink.NEAR], ink[Ink.FAR]) >= 1.8


@pytest.mark.parametrize("theme", PALETTES)
@pytest.mark.parametrize("size_px", [256, 96, 48, 24])
def test_a_still_is_as_large_as_asked_and_full_of_its_figure(size_px: int, theme: Theme) -> None:
    image = png(FIGURES["walk"], size_px, theme=theme)
    assert (image.mode, image.size) == ("RGBA", (size_px, size_px))
    corner, edge = (
        image.getchannel("A").crop(box).getextrema()
        for box in ((0, 0, 1, 1), (size_px // 2, 0, size_px // 2 + 1, 1))
    )
    assert (corner, edge) == ((0, 0), (255, 255)), "the card's corners are round"
    near = Image.new("RGB", image.size, colours(theme)[Ink.NEAR])
    apart = ImageChops.difference(image.convert("RGB"), near).convert("L").histogram()
    share = sum(apart[:24]) / size_px**2
    assert 0.03 < share < 0.5


@each
def test_the_smallest_still_leaves_out_what_would_blur(figure: Figure) -> None:
    small, large = still(figure, plain=True), still(figure)
    assert len(small) < len(large) or not figure.floor
    assert not any(shape.ink in {Ink.FLOOR, Ink.GHOST} for shape in small)
    assert png(figure, 24).tobytes() == png(figure, 24, plain=True).tobytes()


@each
def test_both_painters_draw_the_same(figure: Figure) -> None:
    size_px = 96
    text = svg(figure, title="", theme=Theme.LIGHT, moving=False)
    apart = ImageChops.difference(
        painted(text, size_px, colours(Theme.LIGHT)), png(figure, size_px).convert("RGB")
    ).convert("L")
    corner = round(size_px * 0.17)
    inner = apart.crop((corner, corner, size_px - corner, size_px - corner))
    histogram = inner.histogram()
    assert sum(histogram[64:]) < 0.01 * sum(histogram)


@each
@pytest.mark.parametrize("theme", Theme)
def test_an_animation_is_self_contained_and_small(figure: Figure, theme: Theme) -> None:
    text = svg(figure, title="Take a walk", theme=theme)
    root = parsed(text)
    assert root.tag == f"{SVG}svg"
    assert root.get("role") == "img"
    assert root.findtext(f"{SVG}title") == "Take a walk"
    names = {element.tag.removeprefix(SVG) for element in root.iter()}
    assert names <= {"svg", "title", "style", "rect", "g", "path", "animate", "animateTransform"}
    assert {
        name for element in root.iter() for name in element.attrib if "href" in name or name[:2] == "on"
    } == set()
    assert not re.search(r"url\(|@import|<!", text)
    assert len(text.encode()) <= MOST_BYTES
    assert text == svg(figure, title="Take a walk", theme=theme)


@each
def test_all_forms_of_a_path_are_alike_and_its_loop_closes(figure: Figure) -> None:
    for move in parsed(svg(figure, title="")).iter(f"{SVG}animate"):
        values, times = (move.get("values") or "").split(";"), (move.get("keyTimes") or "").split(";")
        assert len(values) == len(times)
        assert [float(time) for time in times] == sorted(float(time) for time in times)
        assert (float(times[0]), float(times[-1])) == (0, 1)
        assert values[0] == values[-1]
        assert len({re.sub(r"[^A-Za-z]", "", value) for value in values}) == 1


def test_a_title_is_text_and_nothing_else() -> None:
    text = svg(FIGURES["walk"], title="</title><script>&", moving=False)
    assert parsed(text).findtext(f"{SVG}title") == "</title><script>&"


@each
def test_a_still_svg_does_not_move(figure: Figure) -> None:
    text = svg(figure, title="", moving=False)
    assert "animate" not in text
    assert "display" not in text


def test_a_moving_svg_stands_still_for_who_asks_for_less_motion() -> None:
    text = svg(FIGURES["walk"], title="")
    still_group, moves = parsed(text).findall(f"{SVG}g")
    assert (still_group.get("class"), still_group.get("display")) == ("sbf-still", "none")
    assert moves.get("class") == "sbf-moves"
    assert not list(still_group.iter(f"{SVG}animate"))
    rule = "@media(prefers-reduced-motion:reduce){.sbf-still{display:inline}.sbf-moves{display:none}}"
    assert rule in text


def test_a_theme_left_open_follows_the_page() -> None:
    auto = svg(FIGURES["walk"], title="", theme=Theme.AUTO)
    assert "prefers-color-scheme:dark" in auto
    assert "prefers-color-scheme" not in svg(FIGURES["walk"], title="", theme=Theme.DARK)


def test_a_low_figure_fills_its_picture() -> None:
    assert frame(FIGURES["cat-cow"])[2] < 128
