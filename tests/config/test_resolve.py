from __future__ import annotations

import contextlib
import os
import tempfile
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sitbreak.config.layers import Layer, Origin, Resolved
from sitbreak.config.places import Places
from sitbreak.config.problems import MOST, ConfigProblems
from sitbreak.config.reading import LARGEST_FILE
from sitbreak.config.resolve import resolve
from sitbreak.config.settings import KEYS
from sitbreak.config.sources import OTHER_NAMES, env_name
from sitbreak.core.policy import Counts, Kind
from sitbreak.resources import shipped


def origin(resolved: Resolved, key: str) -> Origin:
    return next(origin for origin in resolved.origins if origin.key == key)


def test_with_no_file_all_is_shipped_and_has_its_line(home: Places) -> None:
    resolved = resolve(home, {}, {})
    assert resolved.layers == ("shipped",)
    assert [one.key for one in resolved.origins] == list(KEYS)
    lines = shipped("config", "default.toml").read_text(encoding="utf-8").splitlines()
    for one in resolved.origins:
        assert one.layer == "shipped"
        assert one.line is not None
        assert lines[one.line - 1].startswith(one.key.rpartition(".")[2])


def test_each_layer_holds_over_those_below_it(home: Places) -> None:
    assert home.site_file is not None
    home.site_file.parent.mkdir(parents=True)
    home.site_file.write_text("[water]\nglass_ml = 100\n[prompting]\nsnooze_limit = 1\nmost_per_hour = 1\n")
    home.user_file.write_text("\ufeffprompting.snooze_limit = 2\r\nprompting.most_per_hour = 2\r\n")
    environ = {"SITBREAK_PROMPTING__MOST_PER_HOUR": "3", "SITBREAK_PROMPTING__SNOOZE_DAY_LIMIT": "3"}
    resolved = resolve(home, environ, {"prompting.snooze_day_limit": "4"})
    prompting = resolved.policy.prompting
    assert resolved.policy.glass_ml == 100
    assert (prompting.snooze_limit, prompting.most_per_hour, prompting.snooze_day_limit) == (2, 3, 4)
    assert resolved.layers == ("shipped", "site", "user", "environment", "flags")
    user = str(home.user_file)
    assert origin(resolved, "water.glass_ml") == Origin("water.glass_ml", 100, "site", str(home.site_file), 2)
    assert origin(resolved, "prompting.snooze_limit") == Origin("prompting.snooze_limit", 2, "user", user, 1)
    assert origin(resolved, "prompting.most_per_hour") == Origin("prompting.most_per_hour", 3, "environment")
    assert origin(resolved, "prompting.snooze_day_limit").plain() == {
        "key": "prompting.snooze_day_limit",
        "value": 4,
        "layer": "flags",
        "file": None,
        "line": None,
        "bound": None,
    }


def test_the_environment_may_say_all_that_a_file_may(home: Places) -> None:
    environ = {
        "SITBREAK_REMINDERS__MOVEMENT": '{"every": "25m", "counts": "sitting"}',
        "SITBREAK_REMINDERS__MOVEMENT__COUNTS": "present",
        "SITBREAK_REMINDERS__POSTURE__ENABLED": "no",
        "SITBREAK_PROMPTING__SNOOZES": "2m, 4m",
        "SITBREAK_PROMPTING__SETTINGS": '["floor"]',
        "SITBREAK_WORK__HOURS": "mon-fri 09:00-12:00",
        "SITBREAK_LANGUAGE": "",
        "PATH": "/bin",
        **dict.fromkeys(OTHER_NAMES, "x"),
    }
    resolved = resolve(home, environ, {})
    movement = resolved.policy.reminder(Kind.MOVEMENT)
    assert (movement.every_s, movement.counts) == (1500, Counts.PRESENT)
    assert not resolved.policy.reminder(Kind.POSTURE).enabled
    assert resolved.policy.prompting.snoozes_s == (120, 240)
    assert resolved.policy.prompting.settings == {"floor"}
    assert resolved.policy.work[0].end_min == 720
    assert origin(resolved, "reminders.movement.every").value == "25m"
    assert origin(resolved, "reminders.movement.counts").value == "present"
    assert origin(resolved, "language").layer == "shipped"


def test_flags_are_toml_or_else_text(home: Places) -> None:
    flags = {
        "reminders.movement": '{every = "1h"}',
        "exclude": "feet, breath",
        "language": "de",
        "work.hours": "[]",
    }
    policy = resolve(home, {}, flags).policy
    assert policy.reminder(Kind.MOVEMENT).every_s == 3600
    assert policy.exclude == {"feet", "breath"}
    assert policy.language == "de"
    assert policy.work == ()


FAULTS = [
    (
        "[sitting]\nawy_after = '3m'",
        2,
        "sitting.awy_after is not a setting",
        "Did you mean sitting.away_after?",
    ),
    ("\nawayafter = '3m'", 2, "awayafter is not a setting", "Did you mean sitting.away_after?"),
    ("[remindrs.movement]\nevery = '3m'", 1, "remindrs is not a setting", "Did you mean reminders?"),
    ("zzzzzz = 1", 1, "zzzzzz is not a setting", "config show"),
    ("sitting = 3", 1, "sitting = 3: it is a table", "Put settings into it"),
    ("[water]\n\nglass_ml = '3'", 3, 'water.glass_ml = "3": it must be a whole number', "without quotes"),
    ("water = {glass_ml = 9}", 1, "glass_ml = 9: that is under the least, 10", "Write 10 or more"),
    ("water.glass_ml = 0x" + "F" * 9000, 1, "glass_ml = ...: that is over the most, 5000", "5000 or less"),
    ("water.glass_ml = " + "9" * 90, 1, "9...: that is over", "5000 or less"),
    ("language = 5", 1, "language = 5: it must be text", "quotes"),
    ("language = 'German'", 1, 'language = "German": a language is a code', 'language = ""'),
    ("language" + ".a" * 30 + " = 1", 1, "it must be text", "quotes"),
    ("sitting.away_after = 3", 1, '3 has no unit: write "3s"', 'default is away_after = "3m"'),
    ("sitting.away_after = '3 min'", 1, '"3 min": a duration is', 'default is away_after = "3m"'),
    ("sitting.away_after = '3h'", 1, "that is over the most, 2h", "Write 2h or less"),
    ("sitting.away_after = 2024-01-01", 1, "a duration is", "default is"),
    ("[prompting]\nsnoozes = [\n'5m',\n'9h']", 2, 'prompting.snoozes[1] = "9h": that is over', "8h or less"),
    ("prompting.snoozes = []", 1, "snoozes = []: it is empty", '["5m", "10m"]'),
    ("prompting.snoozes = '5m'", 1, "it must be a list", '["5m", "10m"]'),
    ("prompting.snoozes = ['1m','2m','3m','4m','5m']", 1, "too long", "4 at most"),
    ("prompting.settings = ['dsk']", 1, 'must be one of "desk", "standing"', 'Did you mean "desk"?'),
    ("prompting.settings = [7]", 1, 'must be one of "desk", "standing"', "Choose one"),
    ("reminders.posture.enabled = 'yes'", 1, 'enabled = "yes": it must be true or false', "without quotes"),
    ("work.hours = ['9-5']", 1, 'work.hours[0] = "9-5": work hours are', "Correct it"),
    ("exclude = ['']", 1, "exclude[0]", "Correct it"),
    ("a = 1\n\nb = = 2", 3, "this is not TOML: Invalid value", "key = value"),
    ("a = 1\na = 2", 2, "this is not TOML", "key = value"),
    ("a = " + "[" * 200_000, 1, "nested too deep", "key = value"),
    ("a." * 100_000, 1, "a key of too many parts", "No setting"),
]


@pytest.mark.parametrize(("text", "line", "what", "remedy"), FAULTS)
def test_a_fault_in_a_file_is_told_with_file_line_key_and_remedy(
    home: Places, text: str, line: int, what: str, remedy: str
) -> None:
    home.user_file.write_text(text)
    with pytest.raises(ConfigProblems) as caught:
        resolve(home, {}, {})
    (problem,) = caught.value.problems
    assert problem.what.startswith(f"{home.user_file}, line {line}: ")
    assert what in problem.what
    assert remedy in problem.remedy
    assert caught.value.exit_code == 4
    assert str(caught.value) == f"{problem.what}\n{problem.remedy}"


@pytest.mark.parametrize(
    ("name", "value", "what", "remedy"),
    [
        (
            "SITBREAK_REMINDRS__MOVEMENT__EVERY",
            "25m",
            "no setting",
            "mean SITBREAK_REMINDERS__MOVEMENT__EVERY?",
        ),
        ("SITBREAK_CONFG", "x", "no setting", "mean SITBREAK_CONFIG?"),
        ("SITBREAK_QQQQQQQQQQ", "x", "no setting", "Unset it"),
        ("SITBREAK_LANGUAGE__X", "x", "no setting", "mean SITBREAK_LANGUAGE?"),
        ("SITBREAK_SITTING__AWAY_AFTER", "25", "sitting.away_after = 25: 25 has no unit", "default is"),
        ("SITBREAK_SITTING", "25", "it is a table", "Put settings into it"),
        ("SITBREAK_SITTING", '{"away": "3m"}', "sitting.away is not a setting", "mean sitting.away_after?"),
        ("SITBREAK_WATER__GLASS_ML", "many", "whole number", "without quotes"),
        ("SITBREAK_PROMPTING__SNOOZES", '["5m', "prompting.snoozes[0]", "default is"),
        ("SITBREAK_LANGUAGE", "\udcff", 'language = "?"', "default is"),
        ("SITBREAK_EXCLUDE", "\udcff", "characters that are no text", "default is"),
    ],
)
def test_a_fault_in_the_environment_names_the_variable(
    home: Places, name: str, value: str, what: str, remedy: str
) -> None:
    with pytest.raises(ConfigProblems) as caught:
        resolve(home, {name: value}, {})
    (problem,) = caught.value.problems
    assert problem.what.startswith(f"{name}: ")
    assert what in problem.what
    assert remedy in problem.remedy


@pytest.mark.parametrize(
    ("key", "value", "what", "remedy"),
    [
        ("reminders.movement.evry", "3m", "is not a setting", "mean reminders.movement.every?"),
        ("reminders.movement.every", "3", "3 has no unit", "default is"),
        ("reminders.movement.every", "1h\nwater.glass_ml = 20", "a duration is", "default is"),
        ("", "3", "is not a setting", "config show"),
        ("..", "3", "is not a setting", "config show"),
    ],
)
def test_a_fault_in_a_flag_names_the_flag(home: Places, key: str, value: str, what: str, remedy: str) -> None:
    with pytest.raises(ConfigProblems) as caught:
        resolve(home, {}, {key: value})
    (problem,) = caught.value.problems
    assert problem.what.startswith(f"--set {key}: ")
    assert what in problem.what
    assert remedy in problem.remedy


def test_all_faults_of_all_layers_are_told_at_once_in_order(home: Places) -> None:
    assert home.site_file is not None
    home.site_file.parent.mkdir(parents=True)
    home.site_file.write_bytes(b"a = 1\nb = \xff")
    home.user_file.write_text("[water]\nglass_ml = 1\n[sitting]\nx = 1\naway_after = 1\n")
    with pytest.raises(ConfigProblems) as caught:
        resolve(home, {"SITBREAK_LANGUAGE": "Deutsch"}, {"exclude": "[1]"})
    user = str(home.user_file)
    assert [problem.what.partition(": ")[0] for problem in caught.value.problems] == [
        f"{home.site_file}, line 2",
        *(f"{user}, line {line}" for line in (2, 4, 5)),
        "SITBREAK_LANGUAGE",
        "--set exclude",
    ]
    assert "UTF-8" in str(caught.value)


def test_a_file_full_of_faults_is_told_in_part_and_counted(home: Places) -> None:
    home.user_file.write_text("\n".join(f"away_aftr{number} = 1" for number in range(12_000)))
    with pytest.raises(ConfigProblems, match=f"and {12_000 - MOST} problems more") as caught:
        resolve(home, {}, {})
    assert len(caught.value.problems) == MOST


def test_a_named_file_must_be_there(home: Places) -> None:
    with pytest.raises(ConfigProblems, match="there is no such file"):
        resolve(replace(home, user_file_named=True), {}, {})


def fifo(path: Path) -> None:
    os.mkfifo(path)


def loop(path: Path) -> None:
    path.symlink_to(path)


def large(path: Path) -> None:
    path.write_bytes(b"#" * (LARGEST_FILE + 1))


def latin(path: Path) -> None:
    path.write_bytes("language = 'ü'".encode("latin-1"))


def forbidden(path: Path) -> None:
    if os.geteuid() == 0:
        pytest.skip("nothing is forbidden to root")
    path.touch(mode=0)


@pytest.mark.parametrize(
    ("make", "what"),
    [
        (Path.mkdir, "is not a file"),
        (fifo, "is not a file"),
        (loop, "cannot be read: Too many"),
        (large, "is over 256 KB"),
        (latin, "line 1: this is not UTF-8"),
        (forbidden, "cannot be read: Permission denied"),
    ],
)
def test_what_is_no_readable_file_is_told(home: Places, make: Any, what: str) -> None:
    make(home.user_file)
    with pytest.raises(ConfigProblems, match=what) as caught:
        resolve(home, {}, {})
    assert str(home.user_file) in caught.value.what
    assert caught.value.remedy


def test_no_file_at_all_may_be_named(home: Places) -> None:
    assert resolve(replace(home, user_file=Path(os.devnull), user_file_named=True), {}, {}).layers == (
        "shipped",
    )


ANYTHING = st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "replace"))
LIKELY = st.lists(
    st.tuples(
        st.sampled_from([*KEYS, "sitting", "reminders.movement", "x"]),
        st.sampled_from(
            ["1", "'5m'", "true", "[]", "['desk']", "{}", "{a=1}", "nan", "1.5", "1979-05-27", "[[1]]"]
        ),
    ),
    max_size=6,
).map(lambda pairs: "\n".join(f"{key} = {value}" for key, value in pairs).encode())


@given(ANYTHING | LIKELY, st.dictionaries(st.sampled_from([*map(env_name, KEYS), "SITBREAK_X"]), st.text()))
@example(b"language" + b".a" * 31 + b" = 1", {})
@example(b"exclude = " + b"[" * 300 + b"]" * 300, {})
def test_nothing_but_a_config_error_ever_comes_of_a_file_or_an_environment(
    content: bytes, environ: dict[str, str]
) -> None:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "config.toml")
        file.write_bytes(content)
        places = Places(
            user_file=file,
            user_file_named=True,
            site_file=None,
            state_dir=Path(folder),
            data_dir=Path(folder),
            runtime_dir=Path(folder),
            cache_dir=Path(folder),
        )
        with contextlib.suppress(ConfigProblems):
            resolved = resolve(places, environ, {})
            assert {one.layer for one in resolved.origins} <= set(Layer)
