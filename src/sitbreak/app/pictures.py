"""Where the figures' pictures are, and what draws them; light enough for the daemon."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path

import sitbreak
from sitbreak.adapters.gallery import DiskGallery
from sitbreak.config.places import Places
from sitbreak.resources import shipped

DRAW = (sys.executable, "-P", "-m", "sitbreak.app.painter")


def gallery_of(places: Places) -> DiskGallery:
    """The gallery over this user's cache."""
    return DiskGallery(
        picture_folder(places), DRAW, made_of=partial(_made_of, places), packs=places.pack_folders
    )


def picture_folder(places: Places) -> Path:
    """The folder that the pictures are in."""
    return places.cache_dir / "figures"


def _made_of(places: Places) -> list[Path]:
    renderer = Path(sitbreak.__file__).parent / "figures"
    return [shipped("assets", "figures"), renderer, *places.pack_folders]
