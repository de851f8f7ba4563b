"""The first input after an absence: a return, or a mouse that was nudged."""

from __future__ import annotations

from sitbreak.core.clock import Instant
from sitbreak.core.draft import Draft, changed
from sitbreak.core.policy import Sitting
from sitbreak.core.state import Away, State

TOGETHER_S = 20.0
"""Two touches within so long are a person's. What keeps a screen awake for a film does so more seldom."""


def blip_s(sitting: Sitting) -> float:
    """Input that goes on for so long is no nudge."""
    return min(2.0, sitting.away_after_s / 4)


def quiet_s(sitting: Sitting) -> float:
    """A touch followed by so long without another was a single one."""
    return min(3.0, sitting.away_after_s / 2)


def since(holder: Draft | State) -> Instant | None:
    """When the first input came that may yet prove to be a return; None: nothing is in the balance."""
    where, idle_since_s = holder.desk.where, holder.desk.idle_since_s
    if not isinstance(where, Away):
        return None
    if idle_since_s is not None and holder.now.mono_s >= idle_since_s + quiet_s(holder.rules.policy.sitting):
        return None
    return where.stirred


def felt(draft: Draft, where: Away, last: Instant, doubt_s: float) -> Instant | None:
    """When the person came back, where input at ``last`` proves it; else it is remembered for the next.

    ``doubt_s``: the first input of all may have come so long before ``last``.
    """
    first = where.stirred
    if first is None or last.mono_s - first.mono_s > TOGETHER_S:
        draft.desk = changed(draft.desk, where=changed(where, stirred=last, doubt_s=doubt_s))
        return None
    return returned(first, where) if last.mono_s - first.mono_s >= blip_s(draft.policy.sitting) else None


def returned(first: Instant, where: Away) -> Instant:
    """When the person came back, if what stirred was them: in the middle of what is possible."""
    return first.plus(-where.doubt_s / 2)


def deadline_s(holder: Draft | State) -> float | None:
    """When it is a return, unless a source tells of a pause before: there was input past a blip's length."""
    told_s = holder.desk.sampled_at_s
    if holder.desk.idle_since_s is not None or told_s is None or since(holder) is None:
        return None
    sitting = holder.rules.policy.sitting
    return told_s + blip_s(sitting) + quiet_s(sitting)
