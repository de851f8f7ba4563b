"""Windows' own tests, run in Windows' Python under Wine: `make test-windows`."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sitbreak.app.pictures import gallery_of, picture_folder
from sitbreak.config.places import find_places

if sys.platform != "win32":
    collect_ignore_glob = ["test_*.py"]


@pytest.fixture(scope="session")
def figures(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with the pictures of all figures."""
    places = replace(find_places(), cache_dir=tmp_path_factory.mktemp("cache"), pack_folders=())
    shipped = gallery_of(places)
    shipped.refresh()
    assert shipped.wait(60)
    return picture_folder(places)
