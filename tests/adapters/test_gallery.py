"""The figures on disk: drawn when what they show changes, served meanwhile as they were, never trusted."""

from __future__ import annotations

import json
import logging
import os
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from sitbreak.adapters.gallery import INDEX, DiskGallery, stamp_of
from sitbreak.app import painter
from sitbreak.config.poses import load_figures

FIGURES = dict(list(load_figures().items())[:2])
ONE, OTHER = FIGURES

COUNTS_ITSELF = """
import json, pathlib, sys
request = json.load(sys.stdin)
folder = pathlib.Path(request["folder"])
folder.mkdir(parents=True, exist_ok=True)
with (folder.parent / "runs").open("a") as runs:
    runs.write("x")
(folder / "walk.png").write_bytes(b"png")
index = {"stamp": request["stamp"], "pictures": {"walk": {"note": "walk.png", "menu": "walk.png"}}}
(folder / "index.json").write_text(json.dumps(index))
"""


@pytest.fixture
def poses(tmp_path: Path) -> Path:
    """Something that pictures are made of."""
    file = tmp_path / "poses.toml"
    file.write_text("as they are")
    return file


def gallery(tmp_path: Path, poses: Path, script: str = COUNTS_ITSELF) -> DiskGallery:
    command = (sys.executable, "-c", script)
    return DiskGallery(tmp_path / "figures", command, made_of=lambda: [poses])


def refreshed(one: DiskGallery) -> DiskGallery:
    one.refresh()
    assert one.wait(20)
    return one


def runs(tmp_path: Path) -> int:
    return len((tmp_path / "runs").read_text())


def test_nothing_is_there_before_it_is_drawn(tmp_path: Path, poses: Path) -> None:
    fresh = gallery(tmp_path, poses)
    assert (fresh.note_image("walk"), fresh.menu_image("walk")) == (None, None)
    refreshed(fresh)
    assert fresh.note_image("walk") == fresh.menu_image("walk") == tmp_path / "figures" / "walk.png"
    assert fresh.note_image("dance") is None


def test_it_is_drawn_once_and_again_when_the_poses_change(tmp_path: Path, poses: Path) -> None:
    refreshed(gallery(tmp_path, poses))
    later = refreshed(gallery(tmp_path, poses))
    assert later.note_image("walk")
    assert runs(tmp_path) == 1
    poses.write_text("otherwise")
    changed = gallery(tmp_path, poses)
    assert changed.note_image("walk"), "what is there is shown until it is drawn anew"
    refreshed(changed)
    assert runs(tmp_path) == 2


def test_a_picture_that_was_deleted_is_drawn_again(tmp_path: Path, poses: Path) -> None:
    refreshed(gallery(tmp_path, poses))
    (tmp_path / "figures" / "walk.png").unlink()
    refreshed(gallery(tmp_path, poses))
    assert runs(tmp_path) == 2


@pytest.mark.parametrize("script", ["raise SystemExit('no paint')", "pass", "import os; os.abort()"])
def test_a_painter_that_fails_leaves_the_prompts_without_figures_and_nothing_worse(
    tmp_path: Path, poses: Path, script: str, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        assert refreshed(gallery(tmp_path, poses, script)).note_image("walk") is None
    assert not caplog.records or "could not be drawn" in caplog.text


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{", '{"stamp": "s"}', '{"stamp": "s", "pictures": {"walk": 7}}', "[" * 100_000, "\x00"],
)
def test_an_index_that_makes_no_sense_is_none(tmp_path: Path, poses: Path, text: str) -> None:
    (tmp_path / "figures").mkdir()
    (tmp_path / "figures" / INDEX).write_text(text)
    assert gallery(tmp_path, poses).note_image("walk") is None


def test_a_picture_outside_the_folder_is_never_served(tmp_path: Path, poses: Path) -> None:
    (tmp_path / "figures").mkdir()
    index = {"stamp": "s", "pictures": {"walk": {"note": "../../etc/passwd", "menu": "/etc/passwd"}}}
    (tmp_path / "figures" / INDEX).write_text(json.dumps(index))
    served = gallery(tmp_path, poses)
    for image in (served.note_image("walk"), served.menu_image("walk")):
        assert image == tmp_path / "figures" / "passwd"


def test_the_stamp_tells_every_change_of_a_folder(tmp_path: Path) -> None:
    file = tmp_path / "a.toml"
    file.write_text("one")
    before = stamp_of([tmp_path])
    assert stamp_of([tmp_path]) == before
    os.utime(file, (1, 1))
    assert stamp_of([tmp_path]) != before
    (tmp_path / "b.toml").write_text("")
    assert "b.toml" in stamp_of([tmp_path])
    assert stamp_of([tmp_path / "nothing"]) == ""


def test_the_painter_draws_every_size_for_this_user_alone(tmp_path: Path) -> None:
    folder = tmp_path / "figures"
    painter.draw_all(folder, FIGURES, "stamp")
    assert stat.S_IMODE(folder.stat().st_mode) == 0o700
    index = json.loads((folder / INDEX).read_text())
    assert index["stamp"] == "stamp"
    assert index["pictures"].keys() == FIGURES.keys()
    for use, size_px in painter.SIZES_PX.items():
        with Image.open(folder / index["pictures"][ONE][use]) as picture:
            assert picture.size == (size_px, size_px)


def test_what_is_no_longer_shown_is_removed_and_what_is_there_not_drawn_again(tmp_path: Path) -> None:
    painter.draw_all(tmp_path, FIGURES, "one")
    before = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.png")}
    painter.draw_all(tmp_path, {ONE: FIGURES[ONE]}, "two")
    after = {path.name: path.stat().st_mtime_ns for path in tmp_path.glob("*.png")}
    assert after.items() < before.items()
    assert all(name.startswith(ONE) for name in after)


def test_one_figure_as_a_still_and_moving(tmp_path: Path) -> None:
    drawn = painter.draw_one(tmp_path, ONE, FIGURES[ONE], "A title & more")
    assert drawn[painter.STILL].suffix == ".png"
    assert "A title &amp; more" in drawn[painter.MOVING].read_text()


def test_the_daemon_itself_loads_no_renderer() -> None:
    code = (
        "import sys, sitbreak.app.daemon; print([m for m in sys.modules if m.startswith('sitbreak.figures')])"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=30
    )
    assert done.stdout.strip() == "[]"
