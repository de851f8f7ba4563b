from __future__ import annotations

import json
import re
import tomllib

import pytest

from sitbreak.config.layers import flatten
from sitbreak.config.settings import FIELDS, KEYS, TABLES, Settings, schema
from sitbreak.core.policy import Counts, Kind, Setting
from sitbreak.resources import shipped

DEFAULTS = shipped("config", "default.toml").read_text(encoding="utf-8")


def test_the_shipped_file_sets_every_setting_and_nothing_else() -> None:
    assert set(flatten(tomllib.loads(DEFAULTS))) == set(KEYS)


def test_the_shipped_settings_are_those_of_the_design() -> None:
    policy = Settings.model_validate(tomllib.loads(DEFAULTS)).to_policy()
    reminders = {r.kind: (r.enabled, r.every_s, r.lasts_s, r.counts) for r in policy.reminders}
    assert list(reminders) == list(Kind)
    assert reminders == {
        Kind.MOVEMENT: (True, 1800, 120, Counts.SITTING),
        Kind.STRETCH: (True, 5400, 60, Counts.PRESENT),
        Kind.POSTURE: (True, 2400, 15, Counts.PRESENT),
        Kind.HYDRATION: (True, 3600, 15, Counts.PRESENT),
    }
    assert (policy.sitting.away_after_s, policy.sitting.present_within_s) == (180, 60)
    assert policy.prompting.snoozes_s == (300, 600)
    assert (policy.prompting.snooze_limit, policy.prompting.snooze_day_limit) == (3, 12)
    assert policy.prompting.settings == {Setting.DESK, Setting.STANDING, Setting.WALK}
    assert policy.work == ()


@pytest.mark.parametrize("key", FIELDS)
def test_every_setting_and_every_table_says_what_it_is_for(key: str) -> None:
    field = FIELDS[key]
    assert field.description or (key in TABLES and (field.annotation or type).__doc__)


def test_the_schema_asks_for_nothing_and_describes_all() -> None:
    made = json.loads(json.dumps(schema()))
    tables = [made, *(table for table in made["$defs"].values() if "properties" in table)]
    assert not any("required" in table for table in tables)
    assert not any(table["additionalProperties"] for table in tables)
    away = made["$defs"]["SittingTable"]["properties"]["away_after"]
    assert away["type"] == "string"
    assert re.search(away["pattern"], "1h30m")
    assert not re.search(away["pattern"], "30")
    assert away["description"]
    assert made["properties"]["sitting"]["default"]["away_after"] == "3m"
