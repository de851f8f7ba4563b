"""When somebody who touches nothing counts as away, and what may keep them seated all the same."""

from __future__ import annotations

from typing import NamedTuple

from sitbreak.core import heeding
from sitbreak.core.draft import Draft
from sitbreak.core.state import PRESENT, Seated, Standing, State


class Gone(NamedTuple):
    """When a person without input counts as away, and since when they then were; monotonic seconds."""

    at_s: float
    since_s: float


def doubtful(holder: Draft | State) -> bool:
    """Whether only a call or the like can keep the person seated: they have touched nothing for so long."""
    where = holder.desk.where
    if not isinstance(where, PRESENT):
        return False
    out_s = idle_out_s(holder, where)
    return out_s is not None and holder.now.mono_s >= out_s


def idle_out_s(holder: Draft | State, where: Seated | Standing) -> float | None:
    """When nobody will have touched anything for ``away_after``."""
    idle_since_s = holder.desk.idle_since_s
    if idle_since_s is None:
        return None
    return max(idle_since_s, where.since.mono_s) + holder.rules.policy.sitting.away_after_s


def told_since(holder: Draft | State, where: Seated | Standing) -> bool:
    """Whether signals were told, or at least asked for, since they began to matter."""
    desk, out_s = holder.desk, idle_out_s(holder, where)
    heard_s = [one for one in (desk.signals_told_s, desk.signals_asked_s) if one is not None]
    return out_s is None or any(one >= out_s for one in heard_s)


def gone(holder: Draft | State, where: Seated | Standing) -> Gone | None:
    """None while there is input, or nobody knows yet what keeps the person seated."""
    desk, sitting = holder.desk, holder.rules.policy.sitting
    if desk.idle_since_s is None or not doubtful(holder) or heeding.awaited(desk):
        return None
    if heeding.occupying(desk.signals) is not None:
        at_most_s = max(desk.idle_since_s + sitting.occupied_at_most_s, where.since.mono_s)
        return Gone(at_most_s, at_most_s)
    since_s = max(desk.idle_since_s, desk.occupied_until_s or desk.idle_since_s, where.since.mono_s)
    return Gone(since_s + sitting.away_after_s, since_s)
