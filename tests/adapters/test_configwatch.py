"""Every way in which editors and people change a config file or a pack is noticed, and nothing else is."""

from __future__ import annotations

import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest

from desk import wait_for
from sitbreak.adapters import configwatch
from sitbreak.adapters.configwatch import ConfigWatch
from sitbreak.adapters.loop import IoLoop

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")


class Watched:
    """A watch on a file and on folders of packs, and how often it called."""

    def __init__(self, io: IoLoop, file: Path, *folders: Path) -> None:
        self.calls = 0
        self._io = io
        ConfigWatch(io, file, self._count, folders=folders)
        self.settle()

    def _count(self) -> None:
        self.calls += 1

    def settle(self) -> None:
        """Let the loop take what is under way, and a settling time pass."""
        time.sleep(configwatch.SETTLE_S * 2)
        done = threading.Event()
        self._io.soon(done.set)
        assert done.wait(5)

    def sees(self, change: Callable[[], object]) -> bool:
        """Whether a change leads to a call."""
        before = self.calls
        change()
        try:
            wait_for(lambda: self.calls > before, for_s=2.0)
        except pytest.fail.Exception:
            return False
        self.settle()
        return True

    def misses(self, change: Callable[[], object]) -> bool:
        """Whether a change leads to none."""
        before = self.calls
        change()
        self.settle()
        return self.calls == before


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(configwatch, "SETTLE_S", 0.08)


@pytest.fixture
def io() -> Iterator[IoLoop]:
    io = IoLoop()
    yield io
    io.close()


@pytest.fixture
def file(tmp_path: Path) -> Path:
    file = tmp_path / "config" / "sitbreak" / "config.toml"
    file.parent.mkdir(parents=True)
    file.write_text("a = 1\n")
    return file


@pytest.fixture
def packs(file: Path) -> Path:
    """A folder of packs that is not there yet."""
    return file.with_name("packs")


def replace(file: Path) -> None:
    """As careful editors write."""
    fresh = file.with_name(f"{file.name}.new")
    fresh.write_text("a = 2\n")
    fresh.replace(file)


def make(file: Path) -> None:
    """With its folders."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text("a = 1\n")


def remake(file: Path) -> None:
    file.unlink()
    make(file)


def test_written_replaced_removed_and_made_anew(io: IoLoop, file: Path) -> None:
    watched = Watched(io, file)
    assert watched.sees(lambda: file.write_text("a = 3\n"))
    assert watched.sees(lambda: replace(file))
    assert watched.sees(file.unlink)
    assert watched.sees(lambda: file.write_text("a = 4\n"))
    assert watched.sees(lambda: file.rename(file.with_name("old.toml")))


def test_many_steps_are_one_change(io: IoLoop, file: Path) -> None:
    watched = Watched(io, file)
    for _ in range(10):
        replace(file)
        time.sleep(0.01)
    watched.settle()
    assert watched.calls == 1


def test_what_is_not_the_config_is_no_change(io: IoLoop, file: Path) -> None:
    watched = Watched(io, file)
    assert watched.misses(lambda: file.with_name("config.toml~").write_text("x"))
    assert watched.misses(file.read_text)
    assert watched.misses(lambda: file.with_name(".config.toml.swp").touch())


def test_a_folder_that_is_made_later_is_watched(io: IoLoop, tmp_path: Path) -> None:
    file = tmp_path / "config" / "sitbreak" / "config.toml"
    watched = Watched(io, file)
    assert watched.sees(lambda: make(file))
    assert watched.sees(lambda: file.write_text("a = 2\n"))


def test_a_folder_made_step_by_step_is_watched(io: IoLoop, tmp_path: Path) -> None:
    file = tmp_path / "config" / "sitbreak" / "config.toml"
    watched = Watched(io, file)
    file.parent.parent.mkdir()
    watched.settle()
    file.parent.mkdir()
    watched.settle()
    assert watched.sees(lambda: file.write_text("a = 1\n"))


def test_a_folder_that_goes_and_comes_back_is_watched(io: IoLoop, file: Path) -> None:
    watched = Watched(io, file)
    assert watched.sees(lambda: shutil.rmtree(file.parent))
    assert watched.sees(lambda: make(file))
    assert watched.sees(lambda: file.parent.rename(file.parent.with_name("old")))
    assert watched.sees(lambda: make(file))
    assert watched.sees(lambda: file.write_text("a = 5\n"))


def test_what_a_link_leads_to_is_watched_and_the_link_too(io: IoLoop, file: Path, tmp_path: Path) -> None:
    dotfiles = tmp_path / "dotfiles"
    dotfiles.mkdir()
    for name in ("one.toml", "two.toml"):
        (dotfiles / name).write_text("a = 1\n")
    (dotfiles / "chosen.toml").symlink_to("one.toml")
    file.unlink()
    file.symlink_to(dotfiles / "chosen.toml")
    watched = Watched(io, file)
    assert watched.sees(lambda: (dotfiles / "one.toml").write_text("a = 2\n"))

    def choose_two() -> None:
        (dotfiles / "new").symlink_to("two.toml")
        (dotfiles / "new").replace(dotfiles / "chosen.toml")

    assert watched.sees(choose_two)
    assert watched.sees(lambda: (dotfiles / "two.toml").write_text("a = 3\n"))


def test_a_folder_that_is_a_link_may_be_led_elsewhere(io: IoLoop, tmp_path: Path) -> None:
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "config.toml").write_text("a = 1\n")
    link = tmp_path / "sitbreak"
    link.symlink_to("one")
    watched = Watched(io, link / "config.toml")
    assert watched.sees(lambda: (tmp_path / "one/config.toml").write_text("a = 2\n"))

    def to_two() -> None:
        (tmp_path / "new").symlink_to("two")
        (tmp_path / "new").replace(link)

    assert watched.sees(to_two)
    assert watched.sees(lambda: (tmp_path / "two/config.toml").write_text("a = 3\n"))


def test_a_circle_of_links_is_outlived(io: IoLoop, file: Path) -> None:
    file.unlink()
    file.symlink_to(file.name)
    watched = Watched(io, file)
    assert watched.sees(lambda: remake(file))


def test_a_pack_added_changed_and_removed(io: IoLoop, file: Path, packs: Path) -> None:
    packs.mkdir()
    watched = Watched(io, file, packs)
    assert watched.sees(lambda: (packs / "one.toml").write_text("a = 1\n"))
    assert watched.sees(lambda: (packs / "two.toml").write_text("a = 1\n"))
    assert watched.sees(lambda: (packs / "one.toml").write_text("a = 2\n"))
    assert watched.sees(lambda: replace(packs / "two.toml"))
    assert watched.sees((packs / "one.toml").unlink)
    assert watched.sees(lambda: (packs / "two.toml").rename(packs / "two.toml.off"))
    assert watched.sees(lambda: file.write_text("a = 3\n"))


def test_what_is_no_pack_is_no_change(io: IoLoop, file: Path, packs: Path) -> None:
    packs.mkdir()
    (packs / "one.toml").touch()
    watched = Watched(io, file, packs)
    assert watched.misses((packs / "one.toml").read_text)
    assert watched.misses(lambda: (packs / "one.toml~").write_text("x"))
    assert watched.misses((packs / ".one.toml").touch)
    assert watched.misses((packs / "notes.txt").touch)
    assert watched.misses(file.with_name("one.toml").touch)


def test_a_folder_of_packs_that_is_made_later_is_watched(
    io: IoLoop, file: Path, packs: Path, tmp_path: Path
) -> None:
    site = tmp_path / "site" / "sitbreak" / "packs"
    watched = Watched(io, file, site, packs)
    for pack in (packs / "one.toml", site / "one.toml"):
        assert watched.sees(partial(make, pack))
        assert watched.sees(partial(pack.write_text, "a = 2\n"))
        assert watched.sees(partial(make, pack.with_name("two.toml")))


def test_a_folder_of_packs_that_goes_and_comes_back_is_watched(io: IoLoop, file: Path, packs: Path) -> None:
    make(packs / "one.toml")
    watched = Watched(io, file, packs)
    assert watched.sees(lambda: shutil.rmtree(packs))
    assert watched.sees(lambda: make(packs / "one.toml"))
    assert watched.sees(lambda: packs.rename(packs.with_name("old")))
    assert watched.misses(lambda: (packs.with_name("old") / "one.toml").write_text("a = 2\n"))
    assert watched.sees(lambda: make(packs / "one.toml"))


def test_what_links_to_packs_lead_to_is_watched(io: IoLoop, file: Path, packs: Path, tmp_path: Path) -> None:
    for name in ("dotfiles/one.toml", "team/packs/two.toml"):
        make(tmp_path / name)
    packs.mkdir()
    shared = tmp_path / "shared"
    shared.symlink_to("team/packs")
    (packs / "one.toml").symlink_to(tmp_path / "dotfiles" / "one.toml")
    watched = Watched(io, file, packs, shared)
    assert watched.sees(lambda: (tmp_path / "dotfiles/one.toml").write_text("a = 2\n"))
    assert watched.misses((tmp_path / "dotfiles/two.toml").touch)
    assert watched.sees(lambda: (tmp_path / "team/packs/two.toml").write_text("a = 2\n"))
    assert watched.sees(lambda: make(tmp_path / "team/packs/three.toml"))
    assert watched.sees((tmp_path / "dotfiles/one.toml").unlink)
    assert watched.sees(lambda: make(tmp_path / "dotfiles/one.toml"))


def test_what_stands_in_the_place_of_packs_is_outlived(io: IoLoop, file: Path, packs: Path) -> None:
    packs.touch()
    watched = Watched(io, file, packs)

    def mend() -> None:
        packs.unlink()
        packs.mkdir()
        (packs / "circle.toml").symlink_to("circle.toml")

    assert watched.sees(mend)
    assert watched.sees((packs / "one.toml").mkdir)
    assert watched.sees(lambda: remake(packs / "circle.toml"))


@pytest.mark.skipif(os.geteuid() == 0, reason="no folder is closed to root")
def test_a_closed_folder_of_packs_spoils_no_other_watch(io: IoLoop, file: Path, packs: Path) -> None:
    closed = packs.with_name("closed")
    closed.mkdir(mode=0)
    watched = Watched(io, file, closed / "packs", closed, packs)
    assert watched.sees(lambda: make(packs / "one.toml"))
    assert watched.sees(lambda: closed.chmod(0o700))
    assert watched.sees(lambda: make(closed / "packs" / "one.toml"))


@pytest.mark.parametrize("of_pack", [False, True], ids=["config", "pack"])
def test_without_watches_it_looks_now_and_then(
    io: IoLoop, file: Path, packs: Path, monkeypatch: pytest.MonkeyPatch, *, of_pack: bool
) -> None:
    def none_left(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("asyncinotify.Inotify.add_watch", none_left)
    monkeypatch.setattr(configwatch, "LOOK_EVERY_S", 0.05)
    watched = Watched(io, file, packs)
    changing = packs / "one.toml" if of_pack else file
    assert watched.sees(lambda: make(changing))
    assert watched.sees(lambda: changing.write_text("a = 1234\n"))
    assert watched.sees(changing.unlink)
    assert watched.sees(lambda: changing.write_text("a = 1\n"))
