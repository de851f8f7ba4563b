"""The last good settings hold while the present ones are bad, over a restart too."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from sim import policy
from sitbreak.config import child
from sitbreak.config.layers import Resolved
from sitbreak.config.places import Places
from sitbreak.core.policy import Policy
from sitbreak.errors import ConfigError
from sitbreak.runtime.settings_keeper import LAST_GOOD, SettingsKeeper

BAD = ConfigError("config.toml, line 3: no.", remedy="Write yes.")


@pytest.fixture
def places(tmp_path: Path) -> Places:
    for name in ("state", "data", "run"):
        (tmp_path / name).mkdir()
    return Places(
        user_file=tmp_path / "config.toml",
        user_file_named=False,
        site_file=None,
        state_dir=tmp_path / "state",
        data_dir=tmp_path / "data",
        runtime_dir=tmp_path / "run",
        cache_dir=tmp_path / "run",
    )


class Config:
    """What a config resolves to, or why it does not; the shipped one always does."""

    def __init__(self, wanted: Policy | None) -> None:
        self.wanted = wanted

    def __call__(
        self, places: Places, flags: Mapping[str, str], environ: Mapping[str, str] | None = None, /
    ) -> Resolved:
        assert places.state_dir.is_dir()
        if "bad" in flags:
            raise ConfigError("--set bad: no.", remedy="Write good.")
        if environ is not None:
            return resolved(policy(), "shipped")
        if self.wanted is None:
            raise BAD
        return resolved(self.wanted, "shipped", "user")


def resolved(wanted: Policy, *layers: str) -> Resolved:
    return Resolved(policy=wanted, origins=(), layers=layers)


MINE = replace(policy(), glass_ml=330)
OTHER = replace(policy(), glass_ml=440)


def test_a_good_config_holds_and_is_remembered_privately(places: Places) -> None:
    keeper = SettingsKeeper(places, {}, Config(MINE))
    assert (keeper.policy.glass_ml, keeper.layers, keeper.problem) == (330, ("shipped", "user"), "")
    kept = places.state_dir / LAST_GOOD
    assert kept.stat().st_mode & 0o777 == 0o600
    assert json.loads(kept.read_text())["layers"] == ["shipped", "user"]


def test_a_bad_config_changes_nothing_but_the_problem_and_a_good_one_ends_it(places: Places) -> None:
    config = Config(MINE)
    keeper = SettingsKeeper(places, {}, config)
    config.wanted = None
    assert keeper.reload() is None
    assert keeper.policy.glass_ml == 330
    assert keeper.problem == str(BAD)
    config.wanted = OTHER
    assert keeper.reload() == OTHER
    assert (keeper.policy, keeper.problem) == (OTHER, "")


def test_the_last_good_one_holds_over_a_restart(places: Places) -> None:
    SettingsKeeper(places, {}, Config(MINE))
    again = SettingsKeeper(places, {}, Config(None))
    assert (again.policy.glass_ml, again.layers) == (330, ("shipped", "user"))
    assert again.problem == str(BAD)


@pytest.mark.parametrize(
    "kept",
    [None, "", "{", "[]", "null", '{"policy": {}}', '{"policy": 3, "layers": 3}', "[" * 10_000, b"\xff"],
)
def test_without_a_last_good_one_the_shipped_one_holds(places: Places, kept: str | bytes | None) -> None:
    if kept is not None:
        (places.state_dir / LAST_GOOD).write_bytes(kept if isinstance(kept, bytes) else kept.encode())
    keeper = SettingsKeeper(places, {}, Config(None))
    assert keeper.policy.glass_ml == policy().glass_ml
    assert keeper.layers == ("shipped",)
    assert keeper.problem


def test_the_flags_of_one_run_are_no_last_good_settings(places: Places) -> None:
    SettingsKeeper(places, {}, Config(MINE))
    SettingsKeeper(places, {"water.glass_ml": "440"}, Config(OTHER))
    assert SettingsKeeper(places, {}, Config(None)).policy.glass_ml == 330


def test_bad_flags_are_refused(places: Places) -> None:
    with pytest.raises(ConfigError, match="--set bad"):
        SettingsKeeper(places, {"bad": "1"}, Config(MINE))


def test_a_folder_that_cannot_be_written_costs_only_the_memory(places: Places) -> None:
    (places.state_dir / LAST_GOOD).mkdir()
    (places.state_dir / LAST_GOOD / "x").touch()
    assert SettingsKeeper(places, {}, Config(MINE)).policy.glass_ml == 330


def test_the_real_reader_says_where_the_fault_is_and_a_bad_environment_is_outlived(
    places: Places, monkeypatch: pytest.MonkeyPatch
) -> None:
    places.user_file.write_text("[reminders.movement]\nevery = '20m'\n")
    keeper = SettingsKeeper(places, {}, child.load)
    assert keeper.policy.reminders[0].every_s == 1200
    places.user_file.write_text("[reminders.movement]\nevery = 'often'\n")
    monkeypatch.setenv("SITBREAK_REMINDERS__MOVEMENT__EVERY", "seldom")
    (places.state_dir / LAST_GOOD).unlink()
    bad = SettingsKeeper(places, {}, child.load)
    assert bad.policy.reminders[0].every_s == 1800
    assert "line 2" in bad.problem
