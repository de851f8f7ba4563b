"""Asking once, before the next prompt, whether a gap during a call or a film was a break."""

from __future__ import annotations

from sitbreak.core import planner, presence
from sitbreak.core.draft import Draft, changed
from sitbreak.core.effects import AskGap, Verdict, WasGap, Why, Withdraw
from sitbreak.core.events import Via
from sitbreak.core.state import Asking, Away, Gap, Off, Quiet, Seated, State

ASKED_S = 60.0
"""So long the question stands; then the prompt comes that it was asked instead of."""


def ask(draft: Draft) -> bool:
    """Ask, if there is anything to be asked. Whether that is so."""
    where = draft.desk.where
    if not isinstance(where, Seated) or where.doubt is None:
        return False
    if not draft.policy.prompting.ask_after_gap:
        return False
    if planner.MOVEMENT in planner.started_since(draft, where.doubt.end.mono_s):
        # A prompt was answered since, so that no break before it saves the next.
        return False
    phase = Asking(draft.next_prompt, where.doubt, draft.now_s)
    draft.next_prompt += 1
    draft.phase = phase
    put(draft, phase)
    return True


def put(draft: Draft, phase: Asking) -> None:
    """Have the question on the screen, whether it was there before or not."""
    gap = phase.gap
    draft.effects.append(AskGap(id=phase.id, start=gap.start.wall, end=gap.end.wall, during=gap.during))


def answered(draft: Draft, phase: Asking, verdict: Verdict, via: Via) -> None:
    """The question is over. A gap that was a break is counted as one that the person told of."""
    gap, where = phase.gap, draft.desk.where
    draft.effects.append(Withdraw(prompt_id=phase.id))
    draft.phase = Quiet()
    told = WasGap(
        start=gap.start.wall,
        end=gap.end.wall,
        seconds=gap.length_s,
        during=gap.during,
        answer=verdict,
        via=via,
    )
    draft.record(told)
    if isinstance(where, Seated) and where.doubt == gap:
        draft.desk = changed(draft.desk, where=Seated(where.since))
        if verdict is Verdict.YES:
            _take_out(draft, gap)


def settle(draft: Draft, phase: Asking) -> None:
    """Stop asking when nobody answers, or when they have left since."""
    where = draft.desk.where
    moot = not isinstance(where, Seated) or where.doubt != phase.gap
    moot = moot or not draft.policy.prompting.ask_after_gap
    if moot or draft.now_s >= phase.since_s + ASKED_S:
        answered(draft, phase, Verdict.IGNORED, Via.TIME)


def deadline_s(state: State) -> float | None:
    """When the question has stood long enough."""
    return state.phase.since_s + ASKED_S if isinstance(state.phase, Asking) else None


def _take_out(draft: Draft, gap: Gap) -> None:
    clocks_s = planner.started_since(draft, gap.end.mono_s)
    presence.move(draft, Away(gap.start, Why.IDLE, gap.start.mono_s))
    # Nobody saw them leave: they say so.
    draft.totals = changed(draft.totals, off=Off(gap.start, None, seen=False))
    presence.move(draft, Seated(gap.end))
    planner.set_clocks(draft, clocks_s)
