"""What the core wants done: entries recorded, a prompt shown, a prompt withdrawn."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, TypeAlias, get_args

from sitbreak.core.clock import Instant, iso
from sitbreak.core.events import Posture, Signal, Via
from sitbreak.core.opinions import Taste
from sitbreak.core.policy import Kind
from sitbreak.core.rotation import ONLY_ONE, Choice


class Why(StrEnum):
    """Why a person counts as away, weakest sign first."""

    IDLE = "idle"
    LOCKED = "locked"
    ASLEEP = "asleep"


class Reason(StrEnum):
    """Why a due prompt is not shown, in the gate's order."""

    PAUSED = "paused"
    HOURS = "hours"
    AWAY = "away"
    LOCKED = "locked"
    ASLEEP = "asleep"
    UNKNOWN = "unknown"
    JUST_BACK = "just_back"
    CALL = "call"
    SHARING = "sharing"
    FULLSCREEN = "fullscreen"
    MEDIA = "media"
    DND = "dnd"
    ABSENT = "absent"
    TYPING = "typing"
    TOO_MANY = "too_many"


class Outcome(StrEnum):
    """How a prompt was answered, as the log says it."""

    DONE = "done"
    SNOOZE = "snooze"
    SKIP = "skip"
    IGNORED = "ignored"
    WITHDRAWN = "withdrawn"


class Verdict(StrEnum):
    """What a person said of a gap that may have been a break; nothing, when ignored."""

    YES = "yes"
    NO = "no"
    IGNORED = "ignored"


class Evidence(StrEnum):
    """How a done is known: the person said so, or an away stretch showed it."""

    SAID = "said"
    SEEN = "seen"


@dataclass(frozen=True, slots=True, kw_only=True)
class Sat:
    """One sit: ``seconds`` of seated time between two breaks that satisfy movement."""

    entry: ClassVar[str] = "sat"
    start: datetime
    end: datetime
    seconds: float


@dataclass(frozen=True, slots=True, kw_only=True)
class WasAway:
    """One away stretch, dated back to the last input (or the lock, or the sleep)."""

    entry: ClassVar[str] = "away"
    start: datetime
    end: datetime
    seconds: float
    why: Why


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A prompt was put before the person, who had then sat for ``sat_s`` seconds."""

    entry: ClassVar[str] = "shown"
    prompt: int
    kinds: tuple[Kind, ...]
    movement: str
    sat_s: float
    choice: Choice = ONLY_ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class WasAnswered:
    """What became of a prompt. A later entry for the same prompt says more, and holds."""

    entry: ClassVar[str] = "answered"
    prompt: int
    answer: Outcome
    evidence: Evidence | None
    via: Via


@dataclass(frozen=True, slots=True, kw_only=True)
class WasHeld:
    """A due prompt is held."""

    entry: ClassVar[str] = "held"
    reason: Reason
    kinds: tuple[Kind, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class WasReleased:
    """That hold is over."""

    entry: ClassVar[str] = "released"
    reason: Reason


@dataclass(frozen=True, slots=True, kw_only=True)
class Water:
    """So many millilitres drunk."""

    entry: ClassVar[str] = "water"
    ml: int


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureIs:
    """The person stands, or sits again."""

    entry: ClassVar[str] = "posture"
    posture: Posture


@dataclass(frozen=True, slots=True, kw_only=True)
class WasPaused:
    """Quiet until then; None: until they say otherwise."""

    entry: ClassVar[str] = "paused"
    until: datetime | None


@dataclass(frozen=True, slots=True, kw_only=True)
class WasResumed:
    """The pause is over."""

    entry: ClassVar[str] = "resumed"


@dataclass(frozen=True, slots=True, kw_only=True)
class WasJudged:
    """The person likes a movement, does not want it, said that it hurt, or (None) takes that back."""

    entry: ClassVar[str] = "judged"
    movement: str
    taste: Taste | None
    via: Via


@dataclass(frozen=True, slots=True, kw_only=True)
class WasGap:
    """A stretch without input during a call or a film, and whether the person says it was a break."""

    entry: ClassVar[str] = "gap"
    start: datetime
    end: datetime
    seconds: float
    during: Signal
    answer: Verdict
    via: Via


Entry: TypeAlias = (
    Sat
    | WasAway
    | Shown
    | WasAnswered
    | WasHeld
    | WasReleased
    | Water
    | PostureIs
    | WasPaused
    | WasResumed
    | WasJudged
    | WasGap
)

_NAMES = {"start": "from", "end": "to", "posture": "is", "taste": "is"}
_KEYS = {
    kind: tuple((field.name, _NAMES.get(field.name, field.name)) for field in fields(kind))
    for kind in get_args(Entry)
}
"""For each class of entry (its field, what the log calls it)."""


def entry_json(at: datetime, entry: Entry) -> dict[str, Any]:
    """An entry as ``log --json`` and ``replay --json`` write it: plain values, times in UTC ISO 8601."""
    row: dict[str, Any] = {"at": iso(at), "entry": entry.entry}
    for name, said in _KEYS[type(entry)]:
        value = getattr(entry, name)
        if isinstance(value, datetime):
            value = iso(value)
        elif isinstance(value, float):
            value = round(value, 3)
        elif isinstance(value, tuple):
            value = list(value)
        elif isinstance(value, Choice):
            value = asdict(value) | {"rested": list(value.rested)}
        row[said] = value
    return row


@dataclass(frozen=True, slots=True, kw_only=True)
class Prompt:
    """One prompt, from its first showing to its last answer.

    Attributes:
        id: counts up, for ever; the log's ``prompt``.
        kinds: the reminders it serves, the leading one first.
        movement: the id of what it asks for.
        shown_s: the monotonic second of its first showing.
        snoozes: how often it was snoozed.
        asks: how often it was left unanswered.
        gentle: shown without urgency or sound, because it was held as long as may be.
        choice: why it asks for this movement.
    """

    id: int
    kinds: tuple[Kind, ...]
    movement: str
    shown_s: float
    snoozes: int = 0
    asks: int = 0
    gentle: bool = False
    choice: Choice = ONLY_ONE


@dataclass(frozen=True, slots=True, kw_only=True)
class Record:
    """Write this into the log, before any effect that comes with it is seen."""

    at: Instant
    entry: Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Show:
    """Put the prompt before the person.

    ``snooze_s`` is what its button offers; None: no more snoozes. ``first_stretch``: the person has yet to
    answer a prompt that carries the stop rule in full.
    """

    prompt: Prompt
    sat_s: float
    snooze_s: float | None
    first_stretch: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class AskGap:
    """Ask whether the stretch without input from ``start`` to ``end`` was a break."""

    id: int
    start: datetime
    end: datetime
    during: Signal


@dataclass(frozen=True, slots=True, kw_only=True)
class Withdraw:
    """Take the prompt, or the question, off the screen."""

    prompt_id: int


Effect: TypeAlias = Record | Show | AskGap | Withdraw
