"""How a break is known: the person said so, or an away stretch showed it."""

from __future__ import annotations

from sitbreak.core import planner
from sitbreak.core.draft import Draft
from sitbreak.core.effects import Evidence, Outcome, Prompt, WasAnswered
from sitbreak.core.events import Via
from sitbreak.core.policy import Counts, Kind
from sitbreak.core.state import Off, Said, State

SEEN_WITHIN_S = 120.0
"""A done that was said is seen when the away stretch begins within this time of it."""

_CLICK_S = 1.0
"""The click that said it may itself be the input that the stretch is dated back to."""


def of_break(draft: Draft, prompt: Prompt) -> Evidence | None:
    """How it is known that the prompt's own break was taken, without a word; None: it was not."""
    off = draft.totals.off
    if off is None or not _belongs(draft, off, prompt):
        return None
    reminder = draft.policy.reminder(prompt.kinds[0])
    if reminder.counts is not Counts.SITTING:
        return None
    if planner.off_end_s(draft, off) < off.since.mono_s + reminder.lasts_s:
        return None
    return Evidence.SEEN if off.seen else Evidence.SAID


def of_done(draft: Draft, prompt: Prompt) -> Evidence:
    """How a done is known at the moment it is said; one only said is watched for an away stretch to come."""
    off, lasts_s = draft.totals.off, longest_s(draft, prompt.kinds)
    mine = off is not None and off.seen and _belongs(draft, off, prompt)
    if off is not None and mine and planner.off_end_s(draft, off) >= off.since.mono_s + lasts_s:
        return Evidence.SEEN
    draft.said = Said(prompt.id, lasts_s, draft.now_s + SEEN_WITHIN_S)
    return Evidence.SAID


def settle(draft: Draft) -> None:
    """Note that a done which was said has now been seen, or stop waiting for it."""
    said, off = draft.said, draft.totals.off
    if said is None:
        return
    if off is not None and off.seen and _follows(off, said):
        if planner.off_end_s(draft, off) >= off.since.mono_s + said.lasts_s:
            seen = WasAnswered(
                prompt=said.prompt_id, answer=Outcome.DONE, evidence=Evidence.SEEN, via=Via.PRESENCE
            )
            draft.record(seen)
            draft.said = None
    elif draft.now_s > said.until_s + draft.policy.sitting.away_after_s:
        draft.said = None


def deadline_s(state: State, prompt: Prompt | None) -> float | None:
    """When the stretch off the chair that goes on will be long enough for a prompt, or for what was said."""
    off = state.totals.off
    if off is None or off.until_s is not None:
        return None
    times = [] if state.said is None else [off.since.mono_s + state.said.lasts_s]
    if prompt is not None:
        reminder = state.rules.policy.reminder(prompt.kinds[0])
        if reminder.counts is Counts.SITTING:
            times.append(off.since.mono_s + reminder.lasts_s)
    return min([time_s for time_s in times if time_s > state.now.mono_s], default=None)


def longest_s(holder: Draft | State, kinds: tuple[Kind, ...]) -> float:
    """The longest that any of these reminders lasts, seconds."""
    return max(holder.rules.policy.reminder(kind).lasts_s for kind in kinds)


def _belongs(draft: Draft, off: Off, prompt: Prompt) -> bool:
    """Whether the stretch is the prompt's: begun after it was shown, or just before, unnoticed."""
    return off.since.mono_s >= prompt.shown_s - draft.policy.sitting.present_within_s


def _follows(off: Off, said: Said) -> bool:
    return said.until_s - SEEN_WITHIN_S - _CLICK_S <= off.since.mono_s <= said.until_s
