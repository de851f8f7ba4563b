"""A second reader of the SVG: its paths as pixels, drawn without the painters' help."""

from __future__ import annotations

import math
import re
from xml.etree import ElementTree as ET

from PIL import Image, ImageDraw

from sitbreak.figures.palette import Ink

SVG = "{http://www.w3.org/2000/svg}"
FINER = 6


def parsed(text: str) -> ET.Element:
    """Our own text as XML."""
    return ET.fromstring(text)  # noqa: S314 - written a line before


def painted(text: str, size_px: int, ink: dict[Ink, str]) -> Image.Image:
    """A still SVG of whole tenths, on its card without corners."""
    root = parsed(text)
    left, top, side, _ = (float(number) for number in (root.get("viewBox") or "").split())
    scale = size_px * FINER / side
    image = Image.new("RGB", (size_px * FINER, size_px * FINER), ink[Ink.CARD])
    pen = ImageDraw.Draw(image, "RGBA")
    for path in root.iter(f"{SVG}path"):
        words = (path.get("class") or "").split()
        colour = ink[Ink(words[0].removeprefix("sbf-"))]
        fill = colour + f"{round(float(path.get('opacity', '1')) * 255):02x}"
        around = {"sbf-cut": ink[Ink.CARD], "sbf-round": colour}.get(words[-1])
        outlines = [
            [((x - left) * scale, (y - top) * scale) for x, y in outline]
            for outline in flat(path.get("d") or "")
        ]
        for outline in outlines if around else ():
            width = float(path.get("stroke-width", "0")) * scale
            pen.line([*outline, outline[0]], fill=around, width=round(width))
            for x, y in outline:
                pen.ellipse((x - width / 2, y - width / 2, x + width / 2, y + width / 2), fill=around)
        for outline in outlines:
            pen.polygon(outline, fill=fill)
    return image.reduce(FINER)


def flat(path: str) -> list[list[tuple[float, float]]]:
    """Its outlines as polygons; arcs of circles become steps."""
    outlines: list[list[tuple[float, float]]] = []
    here = (0.0, 0.0)
    for command, rest in re.findall(r"([Mlaz])([^Mlaz]*)", path):
        numbers = [float(number) for number in re.findall(r"-?[\d.]+", rest)]
        match command:
            case "M":
                here = (numbers[0], numbers[1])
                outlines.append([here])
            case "l":
                here = (here[0] + numbers[0], here[1] + numbers[1])
                outlines[-1].append(here)
            case "a":
                there = (here[0] + numbers[5], here[1] + numbers[6])
                outlines[-1] += arc(here, there, numbers[0], large=bool(numbers[3]))
                here = there
            case _:
                pass
    return outlines


def arc(
    start: tuple[float, float], end: tuple[float, float], radius: float, *, large: bool
) -> list[tuple[float, float]]:
    """Clockwise as seen, by the rules of SVG: a radius too small for its ends grows."""
    half = math.dist(start, end) / 2
    radius = max(radius, half)
    if not half:
        return [end]
    up = math.sqrt(radius**2 - half**2) * (-1 if large else 1)
    along = ((end[0] - start[0]) / half / 2, (end[1] - start[1]) / half / 2)
    middle = (
        (start[0] + end[0]) / 2 - along[1] * up,
        (start[1] + end[1]) / 2 + along[0] * up,
    )
    first = math.atan2(start[1] - middle[1], start[0] - middle[0])
    turn = (math.atan2(end[1] - middle[1], end[0] - middle[0]) - first) % (2 * math.pi)
    return [
        (
            middle[0] + radius * math.cos(first + turn * n / 16),
            middle[1] + radius * math.sin(first + turn * n / 16),
        )
        for n in range(1, 17)
    ]
