from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sitbreak.config.places import Places, find_places, private
from sitbreak.config.socketplace import runtime_folder
from sitbreak.errors import SitbreakError

NOBODY = 65534
root_only = pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files to another user")


def test_everything_is_where_xdg_says(home: Places, tmp_path: Path) -> None:
    assert home.user_file == tmp_path / "config" / "sitbreak" / "config.toml"
    assert home.site_file == tmp_path / "site" / "sitbreak" / "config.toml"
    assert home.state_dir == tmp_path / "state" / "sitbreak"
    assert home.data_dir == tmp_path / "data" / "sitbreak"
    assert home.runtime_dir == Path(runtime_folder()) == tmp_path / "runtime" / "sitbreak"
    assert not home.user_file_named
    assert home.pack_folders == (
        tmp_path / "site" / "sitbreak" / "packs",
        tmp_path / "config" / "sitbreak" / "packs",
    )


def test_the_option_goes_before_the_variable(
    home: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("SITBREAK_CONFIG", "there.toml")
    assert find_places().user_file == tmp_path / "there.toml"
    assert find_places().user_file_named
    assert find_places("here.toml").user_file == tmp_path / "here.toml"
    assert find_places("here.toml").pack_folders == home.pack_folders


def test_of_several_site_folders_the_one_with_a_file_counts(
    home: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CONFIG_DIRS", f"{tmp_path}/one:{tmp_path}/two")
    file = tmp_path / "two" / "sitbreak" / "config.toml"
    file.parent.mkdir(parents=True)
    file.touch()
    assert find_places().site_file == file
    assert find_places().pack_folders == (
        tmp_path / "one" / "sitbreak" / "packs",
        tmp_path / "two" / "sitbreak" / "packs",
        home.user_file.parent / "packs",
    )


@pytest.mark.parametrize("given", [None, "", "relative", "/nowhere/at/all"])
def test_without_a_runtime_folder_of_the_desktop_the_state_folder_has_one(
    home: Places, monkeypatch: pytest.MonkeyPatch, given: str | None
) -> None:
    if Path(f"/run/user/{os.geteuid()}").is_dir():
        pytest.skip("this user has a runtime folder whatever the variable says")
    monkeypatch.delenv("XDG_RUNTIME_DIR")
    if given is not None:
        monkeypatch.setenv("XDG_RUNTIME_DIR", given)
    assert Path(runtime_folder()) == home.state_dir / "run"


def test_a_runtime_folder_open_to_others_is_not_used(home: Places, tmp_path: Path) -> None:
    (tmp_path / "runtime").chmod(0o755)
    assert tmp_path / "runtime" not in Path(runtime_folder()).parents


def test_asking_for_the_runtime_folder_does_not_import_platformdirs(home: Places) -> None:
    program = "import sys; from sitbreak.config.socketplace import runtime_folder; print(runtime_folder()); "
    program += "print(sorted({'platformdirs', 'pydantic', 'tomllib', 'tempfile'} & sys.modules.keys()))"
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.splitlines() == [str(home.runtime_dir), "[]"]


def test_folders_are_made_for_their_owner_alone(tmp_path: Path) -> None:
    folder = tmp_path / "a" / "b"
    assert private(folder) == private(folder) == folder
    assert [path.stat().st_mode & 0o777 for path in (folder.parent, folder)] == [0o700, 0o700]
    folder.chmod(0o755)
    private(folder)
    assert folder.stat().st_mode & 0o777 == 0o700


def test_a_link_of_ones_own_is_followed(tmp_path: Path) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    private(tmp_path / "link")
    assert (tmp_path / "real").stat().st_mode & 0o777 == 0o700


@root_only
def test_a_folder_of_another_is_refused(tmp_path: Path) -> None:
    theirs = tmp_path / "theirs"
    theirs.mkdir()
    os.chown(theirs, NOBODY, NOBODY)
    with pytest.raises(SitbreakError, match="belongs to another user"):
        private(theirs)


@root_only
def test_a_link_that_another_laid_is_refused(tmp_path: Path) -> None:
    (tmp_path / "mine").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "mine")
    os.lchown(tmp_path / "link", NOBODY, NOBODY)
    with pytest.raises(SitbreakError, match="belongs to another user"):
        private(tmp_path / "link")


@pytest.mark.parametrize("lead", ["", "below"])
def test_a_file_in_the_place_of_a_folder_is_told(tmp_path: Path, lead: str) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(SitbreakError, match="cannot be used") as caught:
        private(tmp_path / "file" / lead)
    assert caught.value.remedy
