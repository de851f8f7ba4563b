"""A prompt in words."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import tzinfo
from pathlib import Path

from sitbreak.core.catalogue import Movement
from sitbreak.core.effects import AskGap, Show
from sitbreak.core.events import Answer
from sitbreak.core.policy import Kind
from sitbreak.ports import BODY_MOST, Note
from sitbreak.runtime.words import during_words
from sitbreak.wording import duration_text, time_text, tr, units

NO_PROMPT = 0
"""The id of a note that asks for nothing. The first prompt is number 1."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Phrases:
    """What a note says beside its movement: each kind's line for a merged prompt, and the stop rule.

    ``stop`` is the rule in short, ``stop_first`` what the first stretch of all says in its place.
    """

    also: Mapping[Kind, str]
    stop: str
    stop_first: str


def note_of(show: Show, movement: Movement, phrases: Phrases, image: Path | None = None) -> Note:
    """What a notifier shows for a prompt: what to do, how to stay safe, how long the person has sat.

    The stop rule stands with every stretch and everything on the floor (source: ``sciatica``), with the
    first of all in full. Where that leaves no room, the rest gives way.
    """
    prompt = show.prompt
    stop = phrases.stop_first if show.first_stretch else phrases.stop
    needed = [tr(movement.line), *([tr(stop)] if movement.stretches else [])]
    also = [tr(phrases.also[kind]) for kind in prompt.kinds if kind not in movement.kinds]
    sat = tr("You have been sitting for {time}.").format(time=duration_text(show.sat_s))
    wished = [*also, *([sat] if Kind.MOVEMENT in prompt.kinds and show.sat_s >= 60 else [])]
    kept = _fitting(needed, wished)
    lines = [line for line in (needed[0], *also, *needed[1:], sat) if line in kept]
    return Note(
        prompt_id=prompt.id,
        title=tr(movement.title),
        body="\n".join(lines),
        buttons=answers_of(show.snooze_s),
        how_to_answer=how_to_answer(show.snooze_s),
        image=image,
        gentle=prompt.gentle,
    )


def _fitting(needed: list[str], wished: list[str]) -> list[str]:
    """What is needed, and of what is wished for as much as a Windows toast still shows beside it."""
    kept = list(needed)
    for line in wished:
        if units("\n".join([*kept, line])) <= BODY_MOST:
            kept.append(line)
    return kept


def hurt_note(title: str, signs: str) -> Note:
    """What is shown to somebody who said that a movement hurt: that it is noted, and the warning signs."""
    return Note(
        prompt_id=NO_PROMPT,
        title=tr("Not asked again: {title}").format(title=title),
        body=tr(signs),
        buttons=(),
        how_to_answer="",
    )


def gap_note(gap: AskGap, zone: tzinfo) -> Note:
    """The question whether a gap was a break."""
    start, end = (time_text(at.astimezone(zone)) for at in (gap.start, gap.end))
    return Note(
        prompt_id=gap.id,
        title=tr("Was that a break?"),
        body=tr("From {start} to {end} you touched nothing, while {what}.").format(
            start=start, end=end, what=during_words(gap.during)
        ),
        buttons=((Answer.YES, tr("Yes")), (Answer.NO, tr("No"))),
        how_to_answer=tr("Answer from the tray icon, or with `sitbreak yes` or `sitbreak no`."),
        gentle=True,
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
