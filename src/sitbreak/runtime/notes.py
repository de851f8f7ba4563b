"""A prompt in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sitbreak.core.catalogue import Movement
from sitbreak.core.effects import Show
from sitbreak.core.events import Answer
from sitbreak.core.policy import Kind, Setting
from sitbreak.ports import Note
from sitbreak.wording import duration_text, tr


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """What a note says beside its movement: each kind's line for a merged prompt, and the stop rule."""

    also: Mapping[Kind, str]
    stop: str
    image: Path | None


def note_of(show: Show, movement: Movement, phrases: Phrases) -> Note:
    """What a notifier shows for a prompt: what to do, how to stay safe, how long the person has sat.

    The stop rule stands with every stretch and everything on the floor (source: ``sciatica``).
    """
    prompt = show.prompt
    lines = [tr(movement.line)]
    lines += [tr(phrases.also[kind]) for kind in prompt.kinds if kind not in movement.kinds]
    if Kind.STRETCH in movement.kinds or movement.setting is Setting.FLOOR:
        lines.append(tr(phrases.stop))
    if Kind.MOVEMENT in prompt.kinds and show.sat_s >= 60:
        lines.append(tr("You have been sitting for {time}.").format(time=duration_text(show.sat_s)))
    return Note(
        prompt_id=prompt.id,
        title=tr(movement.title),
        body="\n".join(lines),
        buttons=answers_of(show.snooze_s),
        how_to_answer=how_to_answer(show.snooze_s),
        image=phrases.image,
        gentle=prompt.gentle,
    )


def answers_of(snooze_s: float | None) -> tuple[tuple[Answer, str], ...]:
    """The answers on offer, with what their buttons say."""
    snooze = () if snooze_s is None else ((Answer.SNOOZE, snooze_label(snooze_s)),)
    return ((Answer.DONE, tr("Done")), *snooze, (Answer.SKIP, tr("Skip")))


def snooze_label(seconds: float) -> str:
    """What a snooze button says."""
    return tr("Snooze {time}").format(time=duration_text(seconds))


def how_to_answer(snooze_s: float | None) -> str:
    """How to answer where a notification has no buttons."""
    if snooze_s is None:
        return tr("Answer from the tray icon, or with `sitbreak done` or `sitbreak skip`.")
    return tr("Answer from the tray icon, or with `sitbreak done`, `sitbreak snooze` or `sitbreak skip`.")
