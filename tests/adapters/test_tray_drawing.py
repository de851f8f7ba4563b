"""The icon must be told apart by shape, at 22 pixels, on any panel."""

from __future__ import annotations

from itertools import combinations, pairwise

import pytest
from PIL import Image, ImageChops

from sitbreak.adapters.tray.drawing import argb, draw
from sitbreak.ports import RING_STEPS, Look

PANELS = ["#ffffff", "#f6f5f4", "#d4d0c8", "#2e3436", "#1e1e1e", "#000000"]
STEPPED = [Look.SEATED, Look.STANDING, Look.PAUSED]


def on(panel: str, look: Look, step: int = 5, size: int = 22) -> Image.Image:
    ground = Image.new("RGBA", (size, size), panel)
    ground.alpha_composite(draw(look, step, size))
    return ground.convert("RGB")


def light(value: int) -> float:
    part = value / 255
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def luminance(colour: tuple[int, ...]) -> float:
    red, green, blue = (light(v) for v in colour[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: tuple[int, ...], other: tuple[int, ...]) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def pixels(image: Image.Image) -> list[tuple[int, ...]]:
    width, height = image.size
    found = [image.getpixel((x, y)) for y in range(height) for x in range(width)]
    return [pixel for pixel in found if isinstance(pixel, tuple)]


@pytest.mark.parametrize("size", [22, 24, 32, 44, 64])
@pytest.mark.parametrize("look", Look)
def test_it_is_a_square_with_clear_corners(look: Look, size: int) -> None:
    image = draw(look, 4, size)
    assert (image.mode, image.size) == ("RGBA", (size, size))
    assert all(image.getpixel(at)[3] == 0 for at in [(0, 0), (size - 1, 0), (0, size - 1)])  # type: ignore[index]
    assert image.getpixel((size // 2, size // 2))[3] == 255  # type: ignore[index]


@pytest.mark.parametrize("panel", PANELS)
@pytest.mark.parametrize("look", Look)
def test_it_stands_out_from_any_panel(look: Look, panel: str) -> None:
    """Against the panel itself, a tenth of the picture at least has the contrast that large text needs."""
    ground = Image.new("RGB", (1, 1), panel).getpixel((0, 0))
    assert isinstance(ground, tuple)
    clear = [pixel for pixel in pixels(on(panel, look)) if contrast(pixel, ground) >= 3]
    assert len(clear) >= 22 * 22 / 10


@pytest.mark.parametrize("look", Look)
def test_the_sign_stands_out_from_its_badge(look: Look) -> None:
    """Whatever the panel: dark and light meet within the badge with the contrast that text needs."""
    shades = sorted(pixels(draw(look, 0, 22).convert("RGB").crop((1, 1, 21, 21))), key=luminance)
    assert contrast(shades[20], shades[-12]) >= 4.5


@pytest.mark.parametrize("panel", ["#ffffff", "#000000"])
@pytest.mark.parametrize(("one", "other"), list(combinations(Look, 2)))
def test_looks_differ_without_colour(one: Look, other: Look, panel: str) -> None:
    """In shades of grey, at every fill, at least 30 of 484 pixels differ plainly."""
    for step in (0, 6, RING_STEPS):
        grey = (on(panel, one, step).convert("L"), on(panel, other, step).convert("L"))
        plain = ImageChops.difference(*grey).point([0] * 80 + [255] * 176)
        assert plain.histogram()[255] >= 30, (step, one, other)


@pytest.mark.parametrize("look", STEPPED)
def test_every_step_fills_the_ring_further(look: Look) -> None:
    sums = [
        sum(v * n for v, n in enumerate(draw(look, step, 22).convert("L").histogram()))
        for step in range(RING_STEPS + 1)
    ]
    assert all(after - before > 200 for before, after in pairwise(sums))


def test_the_ring_fills_clockwise_from_noon() -> None:
    quarter = draw(Look.SEATED, RING_STEPS // 4, 64).convert("L")
    right, left = quarter.getpixel((50, 12)), quarter.getpixel((13, 12))
    assert isinstance(right, int)
    assert isinstance(left, int)
    assert right > 2 * left


@pytest.mark.parametrize("step", [-3, 99])
def test_a_step_out_of_range_is_brought_into_it(step: int) -> None:
    expected = draw(Look.SEATED, 0 if step < 0 else RING_STEPS, 22)
    assert draw(Look.SEATED, step, 22).tobytes() == expected.tobytes()


def test_bytes_come_alpha_first() -> None:
    assert argb(Image.new("RGBA", (1, 1), (1, 2, 3, 4))) == bytes([4, 1, 2, 3])
