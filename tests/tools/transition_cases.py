"""The states and the events whose meetings docs/transitions.md shows."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from sim import CATALOGUE, MIN, MONDAY, policy
from sitbreak.core.clock import Instant
from sitbreak.core.events import (
    Answer,
    Answered,
    Closed,
    Drank,
    Event,
    IdleSampled,
    Judged,
    Locked,
    NoteClosed,
    PauseAsked,
    PolicyChanged,
    Posture,
    PostureSaid,
    PresenceChanged,
    PromptAsked,
    ResumeAsked,
    Signal,
    SignalsTold,
    Sleeping,
    Started,
    Tick,
    Unlocked,
    Via,
    Woke,
)
from sitbreak.core.opinions import Taste
from sitbreak.core.policy import Kind, Policy
from sitbreak.core.rules import rules
from sitbreak.core.state import State
from sitbreak.core.step import begin, next_deadline, step

Happening: TypeAlias = Callable[[State], Event]
"""Makes an event that happens to a state some moments after it came to be."""


def later(state: State, seconds: float = 1.0) -> Instant:
    """So many seconds after the state's last event."""
    return state.now.plus(seconds)


def sample(idle_s: float, *, after_s: float = 1.0) -> Happening:
    """A source tells idleness."""
    return lambda state: IdleSampled(at=later(state, max(after_s, idle_s)), idle_s=idle_s)


def deadline(state: State) -> Event:
    """Nothing but time, up to the moment that the core asked to be woken at."""
    return Tick(at=(next_deadline(state) or later(state)).plus(0.001))


def signals(*on: Signal) -> Happening:
    """These are on, and no others."""
    return lambda state: SignalsTold(at=later(state), on=frozenset(on))


def answer(which: Answer) -> Happening:
    """A click."""
    return lambda state: Answered(at=later(state), prompt_id=None, answer=which, via=Via.NOTIFICATION)


def said(which: Posture) -> Happening:
    """What a person says of themselves."""
    return lambda state: PostureSaid(at=later(state), posture=which)


def switched_off(state: State) -> Event:
    """The reminder is switched off in the config."""
    return PolicyChanged(at=later(state), policy=policy(Kind.STRETCH), catalogue=CATALOGUE)


PRESENCE_EVENTS: dict[str, Happening] = {
    "input": sample(0.0, after_s=5.0),
    "no input for 3 min": sample(180.0),
    "lock": lambda state: Locked(at=later(state)),
    "unlock": lambda state: Unlocked(at=later(state)),
    "about to sleep": lambda state: Sleeping(at=later(state)),
    "slept for an hour": lambda state: Woke(at=later(state, 3601.0), asleep_s=3600.0),
    "no source tells": lambda state: PresenceChanged(at=later(state), source=None),
    "says: standing": said(Posture.STANDING),
    "says: sitting": said(Posture.SITTING),
    "no signal is on": signals(),
    "call begins": signals(Signal.CALL),
    "deadline": deadline,
}

PROMPT_EVENTS: dict[str, Happening] = {
    "deadline": deadline,
    "pause in typing": sample(3.0),
    "done": answer(Answer.DONE),
    "snooze": answer(Answer.SNOOZE),
    "skip": answer(Answer.SKIP),
    "note closed": lambda state: NoteClosed(at=later(state), prompt_id=1, how=Closed.DISMISSED),
    "asks for a prompt": lambda state: PromptAsked(at=later(state), kind=None),
    "drinks": lambda state: Drank(at=later(state), ml=250, via=Via.TRAY),
    "says: this hurt": lambda state: Judged(at=later(state), movement=None, taste=Taste.HURT, via=Via.TRAY),
    "says: not this one": lambda state: Judged(
        at=later(state), movement=None, taste=Taste.BANNED, via=Via.TRAY
    ),
    "pause": lambda state: PauseAsked(at=later(state), for_s=None, via=Via.TRAY),
    "resume": lambda state: ResumeAsked(at=later(state)),
    "no signal is on": signals(),
    "call begins": signals(Signal.CALL),
    "yes": answer(Answer.YES),
    "no": answer(Answer.NO),
    "lock": lambda state: Locked(at=later(state)),
    "no input for 3 min": sample(180.0),
    "says: standing": said(Posture.STANDING),
    "reminder switched off": switched_off,
    "restart": lambda state: Started(at=later(state)),
}


def play(state: State, *happenings: Happening) -> State:
    """The state after all of these."""
    for happening in happenings:
        state = step(state, happening(state)).state
    return state


def first(rules_of: Policy) -> State:
    """Before anything is known."""
    return begin(rules(rules_of, CATALOGUE), Instant(0.0, MONDAY))


def presence_states() -> dict[str, State]:
    """One of each kind. No reminder comes due, so that only presence shows."""
    events = PRESENCE_EVENTS
    start = first(policy(Kind.MOVEMENT, every_min={Kind.MOVEMENT: 600}))
    seated = play(start, events["input"], tick(5 * MIN))
    away = play(seated, events["no input for 3 min"], events["no signal is on"])
    return {
        "Unknown": start,
        "Seated": seated,
        "Seated, touching nothing": play(seated, sample(179.0), tick(1.0)),
        "Seated, in a call": play(seated, sample(180.0), events["call begins"]),
        "Standing": play(seated, events["says: standing"]),
        "Away (idle)": away,
        "Away (idle), stirred": play(away, events["input"]),
        "Away (locked)": play(seated, events["lock"]),
        "Away (asleep)": play(seated, events["about to sleep"]),
    }


def prompt_states() -> dict[str, State]:
    """One of each kind. Only movement is on; the person sits and types unless the name says otherwise."""
    events = PROMPT_EVENTS
    typing = sample(0.0)
    quiet = play(first(policy(Kind.MOVEMENT)), typing, tick(5 * MIN))
    due = tick(30 * MIN)
    told = events["no signal is on"]
    showing = play(quiet, events["asks for a prompt"])
    ignored = play(showing, tick(10 * MIN))
    again = (tick(15 * MIN), told, sample(3.0), typing)
    gap = (sample(180.0), events["call begins"], tick(60.0), typing, told)
    return {
        "Quiet": quiet,
        "Held (waiting for a sample)": play(quiet, due),
        "Held (typing)": play(quiet, due, told, typing, tick(40.0), typing),
        "Held (call)": play(quiet, due, events["call begins"], tick(40.0)),
        "Held (paused)": play(quiet, events["pause"], due, tick(40.0)),
        "Held (locked)": play(quiet, due, events["lock"]),
        "Asking": play(quiet, *gap, due, told, sample(3.0)),
        "Showing": showing,
        "Showing, the last time": play(ignored, *again, tick(10 * MIN), *again),
        "Resting (snoozed)": play(showing, events["snooze"]),
        "Resting (snoozed), waiting for a sample": play(showing, events["snooze"], tick(5 * MIN)),
        "Resting (ignored)": ignored,
        "Resting (left)": play(showing, events["lock"]),
    }


def tick(seconds: float) -> Happening:
    """So much time passes, and the waker says so."""
    return lambda state: Tick(at=later(state, seconds))
