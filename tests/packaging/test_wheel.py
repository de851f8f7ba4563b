"""What is shipped is all there, and nothing else."""

from __future__ import annotations

import json
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, built and unpacked."""
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)],
        cwd=ROOT,
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "lib")
    return folder / "lib"


def run(unpacked: Path, *arguments: str) -> str:
    """What the shipped sitbreak prints."""
    program = (
        f"import sys; sys.path.insert(0, {str(unpacked)!r}); sys.argv = ['sitbreak', *sys.argv[1:]];"
        "import sitbreak; assert 'lib' in sitbreak.__file__; from sitbreak.cli.main import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, *arguments], capture_output=True, text=True, check=True, cwd="/"
    )
    return done.stdout


def test_the_shipped_content_is_found(unpacked: Path) -> None:
    shipped = json.loads(run(unpacked, "prompts", "--json"))
    assert len(shipped) >= 16
    assert run(unpacked, "config", "show", "--json")


def test_the_wheel_holds_the_package_and_its_data_only(unpacked: Path) -> None:
    names = {path.relative_to(unpacked).as_posix() for path in unpacked.rglob("*") if path.is_file()}
    strays = {
        name
        for name in names
        if not name.startswith("sitbreak-")
        and not name.endswith((".py", ".toml", ".mo", ".po", ".pot", ".png", ".svg", "py.typed"))
    }
    assert strays == set()
    assert "sitbreak/_data/config/default.toml" in names
