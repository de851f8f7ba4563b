"""Signals: when they are asked for, what was told of them, and whether they keep a person seated."""

from __future__ import annotations

from sitbreak.core.draft import Draft, changed
from sitbreak.core.events import SENSED, Signal
from sitbreak.core.state import Desk, State

OCCUPYING = (Signal.CALL, Signal.SHARING, Signal.MEDIA)
"""A person stays seated under these though they touch nothing, the most telling first."""

SEATING = frozenset(sense for sense, signal in SENSED.items() if signal in OCCUPYING)
"""The senses that tell of these."""

UNHEARD_S = 2.0
"""Whoever has not told of signals so long after being asked cannot tell."""


def ask(draft: Draft) -> None:
    """Want to be told all of them anew. Where none may be looked at, none is on."""
    if draft.policy.senses:
        draft.desk = changed(draft.desk, signals_asked_s=draft.now_s)
    else:
        told(draft, frozenset())


def awaited(desk: Desk) -> bool:
    """Whether they were asked for and not told since."""
    if desk.signals_asked_s is None:
        return False
    return desk.signals_told_s is None or desk.signals_told_s < desk.signals_asked_s


def told(draft: Draft, on: frozenset[Signal]) -> None:
    """These are on, and no others."""
    desk = draft.desk
    before, after = occupying(desk.signals), occupying(on)
    # An answer to a question tells of a change that may be long past: what counts is when it last was so.
    until_s = _known_until_s(draft) if awaited(desk) else draft.now_s
    ended = before is not None and after is None
    draft.desk = changed(
        desk,
        signals=on,
        signals_told_s=draft.now_s,
        occupied_by=after or desk.occupied_by,
        occupied_until_s=until_s if ended else desk.occupied_until_s,
    )


def _known_until_s(draft: Draft) -> float | None:
    """When the signals were last known to be as they were told: up to the question, if listened to before."""
    desk = draft.desk
    if desk.signals_told_s is None or desk.idle_since_s is None:
        return desk.signals_told_s
    listened = desk.signals_told_s >= desk.idle_since_s + draft.policy.sitting.away_after_s
    return desk.signals_asked_s if listened else desk.signals_told_s


def restrict(draft: Draft) -> None:
    """Forget what was told by senses that may be used no longer."""
    known = frozenset(SENSED[sense] for sense in draft.policy.senses)
    draft.desk = changed(draft.desk, signals=draft.desk.signals & known)


def occupying(signals: frozenset[Signal]) -> Signal | None:
    """The signal among these that keeps a person seated."""
    return next((signal for signal in OCCUPYING if signal in signals), None)


def settle(draft: Draft) -> None:
    """Stop waiting for whoever does not answer."""
    due_s = deadline_s(draft)
    if due_s is not None and draft.now_s >= due_s:
        told(draft, frozenset())


def deadline_s(holder: Draft | State) -> float | None:
    """When an answer that is awaited has come too late."""
    desk = holder.desk
    return desk.signals_asked_s + UNHEARD_S if awaited(desk) and desk.signals_asked_s is not None else None
