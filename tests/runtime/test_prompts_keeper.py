"""What can be asked follows the packs; a bad one is told once and changes nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from sim import policy
from sitbreak.config.content import load_catalogue
from sitbreak.errors import ConfigError
from sitbreak.runtime import prompts_keeper
from sitbreak.runtime.prompts_keeper import PromptsKeeper

SHIPPED = load_catalogue()
CALM = 'name = "Calm"\nleave_out = ["walk"]\n'


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return tmp_path / "packs" / "calm.toml"


@pytest.fixture
def keeper(pack: Path) -> PromptsKeeper:
    pack.parent.mkdir()
    return PromptsKeeper([pack.parent])


def test_a_pack_comes_and_goes(keeper: PromptsKeeper, pack: Path) -> None:
    assert keeper.loaded == SHIPPED
    assert not keeper.reload()
    pack.write_text(CALM)
    assert keeper.reload()
    assert len(keeper.loaded.catalogue) == len(SHIPPED.catalogue) - 1
    assert not keeper.reload()
    pack.unlink()
    assert keeper.reload()
    assert keeper.loaded == SHIPPED


def test_a_bad_pack_is_warned_of_once(
    keeper: PromptsKeeper, pack: Path, caplog: pytest.LogCaptureFixture
) -> None:
    for text, warnings in (("nam = 1", 1), ("nam = 1", 1), (CALM, 1), ("nam = 1", 2), ("nam = 2\nname", 3)):
        pack.write_text(text)
        keeper.reload()
        assert len(caplog.records) == warnings
        assert bool(keeper.loaded.problems) is (text != CALM)
    assert keeper.loaded.catalogue == SHIPPED.catalogue


def test_what_a_pack_leaves_out_may_be_excluded_as_well(keeper: PromptsKeeper, pack: Path) -> None:
    pack.write_text('name = "None of it"\nleave_out = "all"\n')
    keeper.reload()
    assert keeper.problems(policy(exclude=frozenset({"walk", "feet"}))) == []
    (told,) = keeper.problems(policy(exclude=frozenset({"wlak"})))
    assert "wlak" in told


def test_a_start_with_a_bad_pack_tells_it_as_a_problem_only(
    pack: Path, caplog: pytest.LogCaptureFixture
) -> None:
    pack.parent.mkdir()
    pack.write_text("nonsense")
    assert len(PromptsKeeper([pack.parent]).loaded.problems) == 1
    assert not caplog.records


def test_what_was_there_stays_while_the_shipped_files_are_away(
    keeper: PromptsKeeper, pack: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(**_: object) -> None:
        raise ConfigError("sources.toml: gone", remedy="put it back")

    pack.write_text(CALM)
    keeper.reload()
    before = keeper.loaded.catalogue
    with monkeypatch.context() as patch:
        patch.setattr(prompts_keeper, "load_catalogue", away)
        assert not keeper.reload()
    assert keeper.loaded.catalogue == before
    assert [problem.what for problem in keeper.loaded.problems] == ["sources.toml: gone"]
    assert not keeper.reload()
    assert keeper.loaded.problems == ()
