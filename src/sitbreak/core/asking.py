"""Making a prompt and putting it before the person."""

from __future__ import annotations

from sitbreak.core import planner
from sitbreak.core.draft import Draft
from sitbreak.core.effects import Prompt, Show, Shown, WasReleased
from sitbreak.core.policy import Kind
from sitbreak.core.rotation import next_turn
from sitbreak.core.rules import fitting
from sitbreak.core.state import Showing, State


def show(draft: Draft, prompt: Prompt) -> None:
    """Put it before the person."""
    release(draft)
    sat_s = planner.sit_s(draft, draft.now_s)
    draft.record(
        Shown(
            prompt=prompt.id,
            kinds=prompt.kinds,
            movement=prompt.movement,
            sat_s=sat_s,
            choice=prompt.choice,
        )
    )
    put(draft, prompt, sat_s)
    draft.phase = Showing(prompt, draft.now_s)


def put(draft: Draft, prompt: Prompt, sat_s: float) -> None:
    """Have it on the screen, whether it was there before or not."""
    first_stretch = not draft.knows_stop_rule and carries_stop_rule(draft, prompt)
    offered_s = snooze_s(draft, prompt)
    draft.effects.append(Show(prompt=prompt, sat_s=sat_s, snooze_s=offered_s, first_stretch=first_stretch))


def make(draft: Draft, kinds: tuple[Kind, ...], within_s: float | None = None) -> Prompt | None:
    """A new prompt for these kinds; None where nothing allowed serves the first of them.

    ``within_s``: for something that takes at most so long, or the shortest there is.
    """
    movements = draft.rules.movements
    if within_s is not None:
        movements = fitting(tuple(m for m in movements if kinds and kinds[0] in m.kinds), within_s)
    turn = next_turn(draft.rules, kinds, draft.rotation, draft.next_prompt, movements)
    if turn is None:
        return None
    prompt = Prompt(
        id=draft.next_prompt,
        kinds=kinds,
        movement=turn.movement.id,
        shown_s=draft.now_s,
        choice=turn.choice,
    )
    draft.next_prompt += 1
    draft.rotation = turn.rotation
    return prompt


def snooze_s(holder: Draft | State, prompt: Prompt) -> float | None:
    """What the snooze button offers; None: the prompt's or the day's snoozes are used up."""
    prompting = holder.rules.policy.prompting
    spent = prompt.snoozes >= prompting.snooze_limit or snoozed_today(holder) >= prompting.snooze_day_limit
    return None if spent else prompting.snoozes_s[0]


def release(draft: Draft) -> None:
    """What was held is held no longer."""
    if draft.hold is not None and draft.hold.reason is not None:
        draft.record(WasReleased(reason=draft.hold.reason))
    draft.hold = None


def carries_stop_rule(draft: Draft, prompt: Prompt) -> bool:
    """Whether the stop rule stands with what it asks for."""
    return any(movement.stretches for movement in draft.rules.movements if movement.id == prompt.movement)


def day_of(holder: Draft | State) -> str:
    """The day on the person's calendar."""
    return holder.now.wall.astimezone(holder.rules.policy.zone).date().isoformat()


def snoozed_today(holder: Draft | State) -> int:
    """How many snoozes this day has seen."""
    return holder.snoozed_today if holder.snoozed_on == day_of(holder) else 0
