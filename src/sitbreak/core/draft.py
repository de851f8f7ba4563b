"""A state being worked on, within one step only."""

from __future__ import annotations

from dataclasses import fields

from sitbreak.core.effects import Effect, Entry, Record
from sitbreak.core.policy import Policy
from sitbreak.core.state import State

_FIELDS = tuple(field.name for field in fields(State))


class Draft:
    """The same fields as ``State``, which may be set, and the effects gathered so far."""

    __slots__ = (*_FIELDS, "_began", "effects")

    def __init__(self, state: State) -> None:
        self._began = state
        self.effects: list[Effect] = []
        self.rules = state.rules
        self.now = state.now
        self.desk = state.desk
        self.totals = state.totals
        self.phase = state.phase
        self.hold = state.hold
        self.pause = state.pause
        self.said = state.said
        self.shown_at_s = state.shown_at_s
        self.snoozed_on = state.snoozed_on
        self.snoozed_today = state.snoozed_today
        self.next_prompt = state.next_prompt
        self.recent = state.recent

    @property
    def policy(self) -> Policy:
        """The policy in force."""
        return self.rules.policy

    @property
    def now_s(self) -> float:
        """This event's monotonic second."""
        return self.now.mono_s

    def record(self, entry: Entry) -> None:
        """Have it written, dated now."""
        self.effects.append(Record(at=self.now, entry=entry))

    def freeze(self) -> State:
        """The state as it now stands."""
        return State(
            rules=self.rules,
            now=self.now,
            desk=self.desk,
            totals=self.totals,
            phase=self.phase,
            hold=self.hold,
            pause=self.pause,
            said=self.said,
            shown_at_s=self.shown_at_s,
            snoozed_on=self.snoozed_on,
            snoozed_today=self.snoozed_today,
            next_prompt=self.next_prompt,
            recent=self.recent,
        )
