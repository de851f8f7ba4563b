from __future__ import annotations

import os
import tomllib
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sitbreak.config.edit import set_value
from sitbreak.config.layers import flatten
from sitbreak.config.places import Places
from sitbreak.config.problems import ConfigProblems
from sitbreak.config.settings import KEYS
from sitbreak.errors import ConfigError

MINE = """# my settings
language = "de"  # as at home

[reminders.movement]
# the physio said so
every = "20m"   # not more
lasts = "3m"

[water]
glass_ml = 300
"""


def test_one_value_changes_and_all_else_stays(home: Places) -> None:
    home.user_file.write_text(MINE)
    told = set_value(home.user_file, "reminders.movement.every", "25m")
    assert home.user_file.read_text() == MINE.replace('"20m"', '"25m"')
    assert (told.value, told.layer, told.file, told.line) == ("25m", "user", str(home.user_file), 6)


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("reminders.movement.counts", "present", "present"),
        ("reminders.stretch.enabled", "false", False),
        ("prompting.snoozes", "1m, 2m", ["1m", "2m"]),
        ("prompting.snoozes", '["1m"]', ["1m"]),
        ("water.glass_ml", "200", 200),
        ("work.hours", "mon-fri 09:00-17:00", ["mon-fri 09:00-17:00"]),
        ("exclude", "feet", ["feet"]),
        ("language", "", ""),
    ],
)
@pytest.mark.parametrize(
    "before", [None, "", MINE, MINE.replace("\n", "\r\n"), "reminders.movement.every = '20m'"]
)
def test_any_setting_can_be_set_in_any_file(
    home: Places, before: str | None, key: str, text: str, value: object
) -> None:
    if before is not None:
        home.user_file.write_bytes(before.encode())
    expected = flatten(tomllib.loads(before or "")) | {key: value}
    set_value(home.user_file, key, text)
    assert flatten(tomllib.loads(home.user_file.read_bytes().decode())) == expected


@pytest.mark.parametrize(
    "before",
    [
        "reminders = {movement = {every = '20m'}}",
        "[reminders]\nmovement.every = '20m'\n[water]\nglass_ml = 300",
        "[reminders.movement]\nevery = '20m'\n[water]\n[reminders.stretch]\nevery = '1h'",
        "[reminders]\n[reminders.stretch]\nlasts = '2m'",
        "[ 'reminders' . \"movement\" ]\nevery='20m'",
    ],
)
@pytest.mark.parametrize(
    "key", ["reminders.movement.every", "reminders.movement.lasts", "reminders.posture.lasts"]
)
def test_however_it_is_laid_out_it_is_edited_truly_or_not_at_all(home: Places, before: str, key: str) -> None:
    home.user_file.write_text(before)
    expected = flatten(tomllib.loads(before))
    try:
        set_value(home.user_file, key, "19m" if key.endswith("every") else "19s")
    except ConfigError as refusal:
        assert "by hand" in refusal.remedy  # noqa: PT017
        assert home.user_file.read_text() == before
    else:
        changed = flatten(tomllib.loads(home.user_file.read_text()))
        assert changed == expected | {key: changed[key]}


@given(st.lists(st.sampled_from([key for key in KEYS if key.endswith((".every", ".lasts"))]), max_size=8))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
def test_edits_add_up(home: Places, keys: list[str]) -> None:
    home.user_file.unlink(missing_ok=True)
    for key in keys:
        set_value(home.user_file, key, "5m")
    written = home.user_file.read_text() if keys else ""
    assert flatten(tomllib.loads(written)) == dict.fromkeys(keys, "5m")


@pytest.mark.parametrize(
    ("key", "text", "what"),
    [
        ("reminders.movement.evry", "25m", "Did you mean reminders.movement.every"),
        ("reminders.movement", "{}", "is not a setting"),
        ("reminders.movement.every", "25", "has no unit"),
    ],
)
def test_what_would_not_do_is_refused_and_nothing_is_written(
    home: Places, key: str, text: str, what: str
) -> None:
    home.user_file.write_text(MINE)
    with pytest.raises(ConfigProblems) as caught:
        set_value(home.user_file, key, text)
    assert what in str(caught.value)
    assert home.user_file.read_text() == MINE
    assert os.listdir(home.user_file.parent) == ["config.toml"]  # noqa: PTH208


def test_a_broken_file_is_not_made_worse(home: Places) -> None:
    home.user_file.write_text("language = = 1\n")
    with pytest.raises(ConfigProblems, match="line 1: this is not TOML"):
        set_value(home.user_file, "language", "de")
    assert home.user_file.read_text() == "language = = 1\n"


def test_todays_environment_does_not_stand_in_the_way(home: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITBREAK_NONSENSE", "1")
    assert set_value(home.user_file, "language", "de").value == "de"


def test_permissions_stay_and_new_files_are_private(home: Places, tmp_path: Path) -> None:
    home.user_file.write_text(MINE)
    home.user_file.chmod(0o640)
    set_value(home.user_file, "language", "fr")
    assert home.user_file.stat().st_mode & 0o777 == 0o640
    new = tmp_path / "a" / "b" / "new.toml"
    set_value(new, "language", "fr")
    assert (new.stat().st_mode & 0o777, new.parent.stat().st_mode & 0o777) == (0o600, 0o700)


def test_a_link_to_the_file_stays_a_link(home: Places, tmp_path: Path) -> None:
    kept = tmp_path / "dotfiles.toml"
    kept.write_text(MINE)
    home.user_file.symlink_to(kept)
    set_value(home.user_file, "water.glass_ml", "200")
    assert home.user_file.is_symlink()
    assert "glass_ml = 200" in kept.read_text()


def test_where_nothing_can_be_written_it_says_so(home: Places, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(ConfigError) as caught:
        set_value(tmp_path / "file" / "config.toml", "language", "de")
    assert caught.value.remedy
    home.user_file.symlink_to(home.user_file)
    with pytest.raises(ConfigError, match="cannot be written"):
        set_value(home.user_file, "language", "de")
