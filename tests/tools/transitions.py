"""Draws docs/transitions.md from the core itself: what each event does to each kind of state.

Run in the checkout, with PYTHONPATH=tests: ``python -m tools.transitions``. A test compares.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias, assert_never

from sitbreak.core.absence import doubtful
from sitbreak.core.effects import Record, WasAnswered, WasAway
from sitbreak.core.events import (
    Signal,
)
from sitbreak.core.state import Asking, Away, Quiet, Resting, Seated, Showing, Standing, State, Unknown
from sitbreak.core.step import Step, step
from tools.transition_cases import (
    PRESENCE_EVENTS,
    PROMPT_EVENTS,
    Happening,
    presence_states,
    prompt_states,
)

DOCUMENT = Path(__file__).resolve().parents[2] / "docs" / "transitions.md"

Word: TypeAlias = Callable[[State], str]


@dataclass(frozen=True, slots=True)
class Move:
    """One event met one state. ``refused``: it was a wish, and not followed."""

    start: str
    event: str
    end: str
    entries: tuple[str, ...]
    refused: str


def where_word(state: State) -> str:
    """Where the person is."""
    match state.desk.where:
        case Seated():
            if not doubtful(state):
                return "Seated"
            return "Seated, in a call" if Signal.CALL in state.desk.signals else "Seated, touching nothing"
        case Standing():
            return "Standing"
        case Away(why=why, stirred=stirred) if stirred is not None:
            return f"Away ({why}), stirred"
        case Away(why=why):
            return f"Away ({why})"
        case Unknown():
            return "Unknown"
        case _:
            assert_never(state.desk.where)


def prompt_word(state: State) -> str:
    """What becomes of a prompt."""
    match state.phase:
        case Showing(prompt=prompt):
            return "Showing, the last time" if prompt.asks == 2 else "Showing"
        case Resting(why=why) if state.hold is not None and state.hold.reason is None:
            return f"Resting ({why}), waiting for a sample"
        case Resting(why=why):
            return f"Resting ({why})"
        case Asking():
            return "Asking"
        case Quiet() if state.hold is None:
            return "Quiet"
        case Quiet():
            return f"Held ({'waiting for a sample' if state.hold.reason is None else state.hold.reason})"
        case _:
            assert_never(state.phase)


def entry_words(done: Step) -> tuple[str, ...]:
    """What was written, with what tells one entry of a kind from another."""
    words = []
    for effect in done.effects:
        match effect:
            case Record(entry=WasAnswered(answer=outcome, evidence=evidence)):
                words.append(" ".join(filter(None, ("answered", outcome, evidence))))
            case Record(entry=WasAway(why=why)):
                words.append(f"away {why}")
            case Record(entry=entry):
                words.append(entry.entry)
            case _:
                pass
    return tuple(words)


def moves(states: dict[str, State], events: dict[str, Happening], word: Word) -> list[Move]:
    """Every event on every state. What changes nothing and writes nothing is left out."""
    found = []
    for name, state in states.items():
        if word(state) != name:
            raise AssertionError(f"{name} is {word(state)}")
        for event, happening in events.items():
            done = step(state, happening(state))
            move = Move(name, event, word(done.state), entry_words(done), done.refusal or "")
            if move.end != name or move.entries or move.refused:
                found.append(move)
    return found


def diagram(found: Sequence[Move]) -> Iterable[str]:
    """The moves from one state to another, as Mermaid draws them."""
    names = list(dict.fromkeys(name for move in found for name in (move.start, move.end)))
    yield "```mermaid"
    yield "stateDiagram-v2"
    for name in names:
        yield f"  state {_quoted(name)} as {_key(name)}"
    events: dict[tuple[str, str], list[str]] = {}
    for move in found:
        if move.start != move.end:
            events.setdefault((move.start, move.end), []).append(move.event)
    for (start, end), labels in events.items():
        yield f"  {_key(start)} --> {_key(end)} : {', '.join(labels).replace(':', '')}"
    yield "```"


def table(found: Sequence[Move]) -> Iterable[str]:
    """All moves, with what is written of each."""
    yield "| from | event | to | log entries |"
    yield "| --- | --- | --- | --- |"
    for move in found:
        written = ", ".join(move.entries) or (f"none; refused: {move.refused}" if move.refused else "none")
        end = "the same" if move.end == move.start else move.end
        yield f"| {move.start} | {move.event} | {end} | {written} |"


def document() -> str:
    """The whole page."""
    presence = moves(presence_states(), PRESENCE_EVENTS, where_word)
    prompts = moves(prompt_states(), PROMPT_EVENTS, prompt_word)
    lines = [
        "# Transitions",
        "",
        "What each event does to each kind of state, tried on the core by `python -m tools.transitions` and",
        "compared by a test. An event that is not listed for a state changes nothing there. *Deadline* is",
        "the moment at which the core asked to be woken.",
        "",
        "## Where the person is",
        "",
        "They had sat for five minutes. In *Seated, in a call* they have touched nothing for a minute.",
        "",
        *diagram(presence),
        "",
        *table(presence),
        "",
        "## What becomes of a prompt",
        "",
        "Only the movement reminder is on, and the person sits and types unless the state says otherwise.",
        "*Held* is a prompt that is due and refused; *Resting* one that comes back.",
        "",
        *diagram(prompts),
        "",
        *table(prompts),
        "",
    ]
    return "\n".join(lines)


def _key(name: str) -> str:
    return "".join(part.capitalize() for part in "".join(c if c.isalpha() else " " for c in name).split())


def _quoted(name: str) -> str:
    return f'"{name}"'


if __name__ == "__main__":
    if sys.argv[1:]:
        sys.exit(__doc__)
    DOCUMENT.write_text(document(), encoding="utf-8")
