from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from sitbreak.config import child
from sitbreak.config.places import Places
from sitbreak.config.problems import ConfigProblems
from sitbreak.config.resolve import resolve
from sitbreak.errors import ConfigError


def test_the_child_says_what_resolve_says(home: Places, monkeypatch: pytest.MonkeyPatch) -> None:
    home.user_file.write_text("work.hours = ['mon-fri 22:00-06:00']\nexclude = ['feet']\n")
    monkeypatch.setenv("SITBREAK_LANGUAGE", "de")
    monkeypatch.setenv("TZ", "Europe/Berlin")
    flags = {"reminders.movement.every": "25m"}
    loaded = child.load(home, flags)
    assert loaded == resolve(home, {"SITBREAK_LANGUAGE": "de"}, flags)
    assert str(loaded.policy.zone) == "Europe/Berlin"
    assert loaded.layers == ("shipped", "user", "environment", "flags")


def test_a_request_carries_every_place(home: Places) -> None:
    request = json.loads(json.dumps({"places": child._plain_places(home)}))
    assert child.request_places(request) == home


def test_the_child_tells_every_problem(home: Places) -> None:
    named = replace(home, user_file=home.user_file.with_name("ü\udcff.toml"), user_file_named=True)
    with pytest.raises(ConfigProblems) as here:
        resolve(named, {}, {"x": "1"})
    with pytest.raises(ConfigProblems) as there:
        child.load(named, {"x": "1"})
    assert there.value.problems == here.value.problems
    assert there.value.what == here.value.what


def test_the_child_ends_with_the_code_of_a_bad_config(home: Places) -> None:
    request = json.dumps({"places": child._plain_places(home), "flags": {"x": "1"}})
    command = [sys.executable, "-P", "-m", "sitbreak.config"]
    ran = subprocess.run(command, input=request, capture_output=True, text=True, check=False)
    assert (ran.returncode, ran.stderr, ran.stdout.count("\n")) == (4, "", 1)
    assert set(json.loads(ran.stdout)["problems"][0]) == {"what", "remedy"}


def test_a_file_in_the_working_folder_is_no_module(
    home: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "pydantic.py").write_text("raise SystemExit(9)")
    monkeypatch.chdir(tmp_path)
    assert child.load(home, {}).layers == ("shipped",)


@pytest.mark.parametrize(
    ("program", "what"),
    [
        ("exit(3)", "ended with code 3"),
        ("import sys; sys.exit('no such module')", "no such module"),
        ("print('[]')", "ended with code 0"),
        ("""print('{"policy": {}, "origins": [], "layers": []}')""", "ended with code 0"),
        ("print('[' * 100000)", "ended with code 0"),
        ("print('x' * 1100000)", "at too great length"),
        ("import time; time.sleep(60)", "it took over"),
        (None, "No such file"),
    ],
)
def test_a_child_that_fails_is_told(
    home: Places, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str | None, what: str
) -> None:
    stand_in = tmp_path / "python"
    if program is not None:
        stand_in.write_text(f"#!{sys.executable}\n{program}\n")
        stand_in.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(stand_in))
    monkeypatch.setattr(child, "TIMEOUT_S", 2.0)
    with pytest.raises(ConfigError, match=what) as caught:
        child.load(home, {})
    assert caught.value.remedy


def test_what_the_daemon_imports_leaves_pydantic_out() -> None:
    program = (
        "import sys, sitbreak.config.child; print({'pydantic', 'tomlkit', 'platformdirs'} & set(sys.modules))"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.strip() == "set()"
