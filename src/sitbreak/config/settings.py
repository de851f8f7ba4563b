"""Every setting: its type, its bounds, what it is for. Defaults are in ``config/default.toml`` alone."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, WithJsonSchema
from pydantic.fields import FieldInfo
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from sitbreak.config import durations, hours
from sitbreak.core import policy
from sitbreak.resources import shipped
from sitbreak.wording import tr

ENV_PREFIX = "SITBREAK_"
ENV_DELIMITER = "__"

_DAY_S = 24 * 3600
_LANGUAGE = r"^([a-z]{2,3}(_[A-Z]{2})?)?$"

Duration = Annotated[
    float,
    BeforeValidator(durations.parse_duration),
    WithJsonSchema({"type": "string", "pattern": durations.PATTERN}),
]
Snooze = Annotated[Duration, Field(ge=1, le=8 * 3600)]
Name = Annotated[str, Field(min_length=1, max_length=80)]
Place = Annotated[policy.Setting, Field(strict=False)]


def _is_hours(written: str) -> str:
    hours.parse_hours(written)
    return written


Hours = Annotated[
    str,
    Field(max_length=60),
    AfterValidator(_is_hours),
    WithJsonSchema({"type": "string", "pattern": hours.PATTERN}),
]


def _is_language(written: str) -> str:
    if not re.fullmatch(_LANGUAGE, written):
        raise ValueError(tr('a language is a code such as "de" or "pt_BR"'))
    return written


Language = Annotated[
    str, AfterValidator(_is_language), WithJsonSchema({"type": "string", "pattern": _LANGUAGE})
]


class Table(BaseModel):
    """A table of settings: nothing unknown, no guessing at types."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True)


class SittingTable(Table):
    """When you count as seated, away or standing."""

    away_after: Duration = Field(ge=1, le=2 * 3600, description="No input for so long: you were away.")
    present_within: Duration = Field(ge=1, le=2 * 3600, description="Prompt only within so long of input.")
    occupied_at_most: Duration = Field(ge=1, le=_DAY_S, description="A call or film seats you this long.")
    standing_at_most: Duration = Field(ge=1, le=_DAY_S, description="Standing ends by itself after this.")


class ReminderTable(Table):
    """One reminder."""

    enabled: bool = Field(description="Whether to remind at all.")
    every: Duration = Field(ge=1, le=_DAY_S, description="Counted time until it is due.")
    lasts: Duration = Field(ge=1, le=4 * 3600, description="A break this long satisfies it.")
    counts: policy.Counts = Field(strict=False, description="Unbroken sitting, or all time present.")


class RemindersTable(Table):
    """What you are reminded of."""

    movement: ReminderTable = Field(description="Stand up and move.")
    posture: ReminderTable = Field(description="Sit differently.")
    stretch: ReminderTable = Field(description="Stretch one region.")
    hydration: ReminderTable = Field(description="Drink a glass of water.")


class PromptingTable(Table):
    """How prompts behave."""

    snoozes: list[Snooze] = Field(min_length=1, max_length=4, description="Lengths, the button's first.")
    snooze_limit: int = Field(ge=0, le=100, description="Snoozes of one prompt.")
    snooze_day_limit: int = Field(ge=0, le=1000, description="Snoozes of one day.")
    merge_within: Duration = Field(ge=0, le=2 * 3600, description="Due this close together: one prompt.")
    most_per_hour: int = Field(ge=1, le=3600, description="Prompts in any hour.")
    wait_for_pause: Duration = Field(ge=0, le=600, description="Longest wait for a pause in typing.")
    hold_at_most: Duration = Field(ge=0, le=_DAY_S, description="Longest hold by any of the signals.")
    give_up_after: Duration = Field(ge=1, le=_DAY_S, description="An unanswered prompt goes away.")
    ask_again: Duration = Field(ge=1, le=_DAY_S, description="And is asked again after this.")
    grace: Duration = Field(ge=0, le=3600, description="Quiet after you come back.")
    settings: list[Place] = Field(min_length=1, max_length=4, description="Where you are willing to move.")
    takes_at_most: Duration = Field(ge=5, le=3600, description="The time you have for a movement.")
    ask_after_gap: bool = Field(description="Ask if a gap during a call or film was a break.")


class SignalsTable(Table):
    """What may be looked at before you are prompted; whether, never what."""

    microphone: bool = Field(description="Something records: a call.")
    camera: bool = Field(description="The camera is in use: a call.")
    sharing: bool = Field(description="The screen is shared.")
    inhibitors: bool = Field(description="Something keeps the screen on: a film, a talk.")
    fullscreen: bool = Field(description="A window fills the screen.")
    do_not_disturb: bool = Field(description="Your desktop's do not disturb is on.")


class WorkTable(Table):
    """When you want to be reminded."""

    hours: list[Hours] = Field(max_length=50, description="Days and times; empty means always.")


class WaterTable(Table):
    """How water is counted."""

    glass_ml: int = Field(ge=10, le=5000, description="What one glass holds, in millilitres.")


class Settings(BaseSettings):
    """The settings of sitbreak."""

    model_config = SettingsConfigDict(
        extra="forbid",
        strict=True,
        frozen=True,
        env_prefix=ENV_PREFIX,
        env_nested_delimiter=ENV_DELIMITER,
        env_ignore_empty=True,
    )

    sitting: SittingTable
    reminders: RemindersTable
    prompting: PromptingTable
    signals: SignalsTable
    work: WorkTable
    water: WaterTable
    exclude: list[Name] = Field(max_length=200, description="Movements and regions not to ask for.")
    language: Language = Field(description="Of the prompts, such as de or pt_BR; empty: the desktop's.")

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the signature is the library's
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Take only what is handed in: the layers are merged before, each value with its origin."""
        return (init_settings,)

    def to_policy(self) -> policy.Policy:
        """The same as the core sees it, in UTC until the person's zone is known."""
        sitting, prompting = self.sitting, self.prompting
        return policy.Policy(
            sitting=policy.Sitting(
                away_after_s=sitting.away_after,
                present_within_s=sitting.present_within,
                occupied_at_most_s=sitting.occupied_at_most,
                standing_at_most_s=sitting.standing_at_most,
            ),
            reminders=tuple(_reminder(kind, getattr(self.reminders, kind)) for kind in policy.Kind),
            prompting=policy.Prompting(
                snoozes_s=tuple(prompting.snoozes),
                snooze_limit=prompting.snooze_limit,
                snooze_day_limit=prompting.snooze_day_limit,
                merge_within_s=prompting.merge_within,
                most_per_hour=prompting.most_per_hour,
                wait_for_pause_s=prompting.wait_for_pause,
                hold_at_most_s=prompting.hold_at_most,
                give_up_after_s=prompting.give_up_after,
                ask_again_s=prompting.ask_again,
                grace_s=prompting.grace,
                settings=frozenset(prompting.settings),
                takes_at_most_s=prompting.takes_at_most,
                ask_after_gap=prompting.ask_after_gap,
            ),
            work=tuple(hours.parse_hours(written) for written in self.work.hours),
            exclude=frozenset("-".join(name.lower().split()) for name in self.exclude),
            glass_ml=self.water.glass_ml,
            language=self.language,
            senses=frozenset(sense for sense in policy.Sense if getattr(self.signals, sense)),
        )


def _reminder(kind: policy.Kind, table: ReminderTable) -> policy.Reminder:
    return policy.Reminder(
        kind=kind,
        enabled=table.enabled,
        every_s=table.every,
        lasts_s=table.lasts,
        counts=table.counts,
    )


def _walk(model: type[BaseModel], within: str = "") -> Iterator[tuple[str, FieldInfo]]:
    for name, field in model.model_fields.items():
        yield f"{within}{name}", field
        if isinstance(field.annotation, type) and issubclass(field.annotation, BaseModel):
            yield from _walk(field.annotation, f"{within}{name}.")


FIELDS = dict(_walk(Settings))
"""Every key and every table by its dotted name."""

TABLES = frozenset(key for key in FIELDS if any(other.startswith(f"{key}.") for other in FIELDS))
KEYS = tuple(key for key in FIELDS if key not in TABLES)


def schema() -> dict[str, Any]:
    """The JSON Schema of a config file, for editors: nothing required, defaults as shipped."""
    made = Settings.model_json_schema()
    tables = [made, *(made["$defs"][name] for name in made["$defs"])]
    for table in tables:
        table.pop("required", None)
    made["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    with shipped("config", "default.toml").open("rb") as file:
        defaults = tomllib.load(file)
    for name, prop in made["properties"].items():
        prop["default"] = defaults[name]
    return made
