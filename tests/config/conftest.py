"""A home of one's own for every test of the configuration."""

from __future__ import annotations

from pathlib import Path

import pytest

from sitbreak.config.places import Places, find_places


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Places:
    """All places under the test's folder; the user's file is not there yet."""
    for name in ("config", "state", "data", "runtime"):
        (tmp_path / name).mkdir(mode=0o700)
        variable = "XDG_RUNTIME_DIR" if name == "runtime" else f"XDG_{name.upper()}_HOME"
        monkeypatch.setenv(variable, str(tmp_path / name))
    monkeypatch.setenv("XDG_CONFIG_DIRS", str(tmp_path / "site"))
    monkeypatch.delenv("SITBREAK_CONFIG", raising=False)
    places = find_places()
    places.user_file.parent.mkdir()
    return places
