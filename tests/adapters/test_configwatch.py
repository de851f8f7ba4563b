"""Every way in which editors and people change a config file is noticed, and nothing else is."""

from __future__ import annotations

import shutil
import sys
import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk import wait_for
from sitbreak.adapters import configwatch
from sitbreak.adapters.configwatch import ConfigWatch
from sitbreak.adapters.loop import IoLoop

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="inotify is Linux's")


class Watched:
    """A watch on a file, and how often it called."""

    def __init__(self, io: IoLoop, file: Path) -> None:
        self.calls = 0
        self._io = io
        ConfigWatch(io, file, self._count)
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


def replace(file: Path) -> None:
    """As careful editors write."""
    fresh = file.with_name("config.toml.new")
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


def test_without_watches_it_looks_now_and_then(
    io: IoLoop, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("asyncinotify.Inotify.add_watch", none_left)
    monkeypatch.setattr(configwatch, "LOOK_EVERY_S", 0.05)
    watched = Watched(io, file)
    assert watched.sees(lambda: file.write_text("a = 1234\n"))
    assert watched.sees(file.unlink)
    assert watched.sees(lambda: file.write_text("a = 1\n"))
