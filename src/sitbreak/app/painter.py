"""Draws the figures that are not drawn yet, in a process of its own, whose memory is then given back."""

from __future__ import annotations

import hashlib
import json
import os
import sys
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

from sitbreak import figures
from sitbreak.adapters.gallery import INDEX, MENU, NOTE
from sitbreak.config.content import load_catalogue
from sitbreak.config.places import private
from sitbreak.figures.model import Figure
from sitbreak.figures.palette import Theme
from sitbreak.figures.png import png
from sitbreak.figures.svg import svg

SIZES_PX = {NOTE: 192, MENU: 32}
"""Notification servers show 48 to 128 pixels, menus 16 to 32."""

STILL, MOVING = "still", "moving"


def draw_all(folder: Path, found: Mapping[str, Figure], stamp: str) -> None:
    """Have every figure in the folder in all sizes, and nothing else. Raises OSError."""
    private(folder)
    index = {
        movement: {use: _drawn(folder, movement, figure, use) for use in SIZES_PX}
        for movement, figure in found.items()
    }
    _write(folder / INDEX, json.dumps({"stamp": stamp, "pictures": index}).encode())
    kept = {name for files in index.values() for name in files.values()} | {INDEX}
    for path in folder.iterdir():
        if path.name not in kept and path.suffix != ".svg":
            path.unlink(missing_ok=True)


def draw_one(folder: Path, movement: str, figure: Figure, title: str) -> dict[str, Path]:
    """One figure as a PNG and as a moving SVG; where they are. Raises OSError."""
    private(folder)
    still = folder / _drawn(folder, movement, figure, NOTE)
    moving = folder / f"{movement}.svg"
    _write(moving, svg(figure, title=title, theme=Theme.AUTO).encode())
    return {STILL: still, MOVING: moving}


def _drawn(folder: Path, movement: str, figure: Figure, use: str) -> str:
    """The name of the picture, drawn if need be. It changes with the figure: panels keep what they know."""
    name = f"{movement}-{use}-{_code()}-{_hash(repr(figure))}.png"
    if not (folder / name).is_file():
        fresh = folder / f".{name}.new"
        png(figure, SIZES_PX[use]).save(fresh, "PNG", optimize=True)
        fresh.replace(folder / name)
    return name


@cache
def _code() -> str:
    """What tells one renderer from another."""
    files = sorted(Path(figures.__file__).parent.glob("*.py"))
    return _hash("".join(file.read_text(encoding="utf-8") for file in files))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:10]


def _write(path: Path, data: bytes) -> None:
    fresh = path.with_name(f".{path.name}.new")
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
        file.write(data)
    fresh.replace(path)


def main() -> None:
    """Draw for the request on stdin."""
    request: dict[str, Any] = json.load(sys.stdin)
    os.umask(0o077)
    packs = [Path(folder) for folder in request["packs"]]
    draw_all(Path(request["folder"]), load_catalogue(packs=packs).figures, request["stamp"])


if __name__ == "__main__":
    main()
