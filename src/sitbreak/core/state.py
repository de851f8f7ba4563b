"""All that the core remembers between two events. Frozen; every phase owns the data it needs."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum
from typing import TypeAlias

from sitbreak.core.clock import Instant
from sitbreak.core.codec import TRANSIENT
from sitbreak.core.effects import Prompt, Reason, Why
from sitbreak.core.events import Signal
from sitbreak.core.opinions import Opinions
from sitbreak.core.policy import Kind
from sitbreak.core.rotation import NOTHING_ASKED, Rotation
from sitbreak.core.rules import Rules


@dataclass(frozen=True, slots=True)
class Gap:
    """A stretch without input that was counted as sitting because of that signal."""

    start: Instant
    end: Instant
    during: Signal

    @property
    def length_s(self) -> float:
        """How long it was, seconds."""
        return self.end.mono_s - self.start.mono_s


@dataclass(frozen=True, slots=True)
class Seated:
    """At the machine and not standing, unbroken since then.

    ``doubt``: a gap that may have been a break all the same; they are to be asked.
    """

    since: Instant
    doubt: Gap | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """At the machine, standing as the person said, since then."""

    since: Instant


@dataclass(frozen=True, slots=True)
class Away:
    """Not at the machine. Input before ``ignore_until_s``, when that was recognised, is no return.

    While the session is ``locked`` no input is: only that it is unlocked. ``stirred``: the first input after
    the absence, as long as it may be no more than a nudged mouse; there may have been some up to ``doubt_s``
    before.
    """

    since: Instant
    why: Why
    ignore_until_s: float
    locked: bool = False
    stirred: Instant | None = None
    doubt_s: float = 0.0


@dataclass(frozen=True, slots=True)
class Unknown:
    """No source tells, so nothing is counted."""

    since: Instant


Where: TypeAlias = Seated | Standing | Away | Unknown

PRESENT = (Seated, Standing)
"""At the machine, for ``isinstance``."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What the adapters last told, and where that puts the person.

    Attributes:
        where: seated, standing, away or unknown.
        back_at_s: when the person last came back from away.
        idle_since_s: the last input, where a source said that there was none since and will tell of the
            next; None while there is input, or nobody knows.
        sampled_at_s: when a source last told anything.
        asked_s: when a fresh sample was last wanted.
        signals: the signals that were on when last told.
        signals_told_s: when that was.
        signals_asked_s: when they were last asked for; later than they were told: the answer is awaited.
        occupied_by: the call or the like that went on last.
        occupied_until_s: when it was last known to go on.
    """

    where: Where
    back_at_s: float | None = None
    idle_since_s: float | None = None
    sampled_at_s: float | None = None
    asked_s: float = 0.0
    signals: frozenset[Signal] = frozenset()
    signals_told_s: float | None = None
    signals_asked_s: float | None = None
    occupied_by: Signal | None = None
    occupied_until_s: float | None = None


@dataclass(frozen=True, slots=True)
class Off:
    """A stretch without sitting, standing included; ``until_s`` None while it lasts.

    ``seen``: a part of it was spent away, which a source saw; the rest a person only said.
    """

    since: Instant
    until_s: float | None
    seen: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Totals:
    """Time counted up to the start of the present ``where``, seconds, and where each clock last began.

    A reminder's clock reads the total that it counts less its ``zero``. ``sit_zero_s`` and ``sit_start``
    belong to the sit in progress; None: there is none.
    """

    seated_s: float = 0.0
    present_s: float = 0.0
    zeros: tuple[float, ...] = (0.0,) * len(Kind)
    sit_start: Instant | None = None
    sit_zero_s: float = 0.0
    off: Off | None = None


@dataclass(frozen=True, slots=True)
class Quiet:
    """No prompt is in the air."""


@dataclass(frozen=True, slots=True)
class Showing:
    """The prompt is open and may be answered."""

    prompt: Prompt
    since_s: float


class Rest(StrEnum):
    """Why a prompt that is not over is not on the screen."""

    SNOOZED = "snoozed"
    IGNORED = "ignored"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class Resting:
    """The prompt comes back at ``until_s``, as itself."""

    prompt: Prompt
    until_s: float
    why: Rest


@dataclass(frozen=True, slots=True)
class Asking:
    """Whether a gap was a break is being asked, before the next prompt; ``id`` is the question's."""

    id: int
    gap: Gap
    since_s: float


Phase: TypeAlias = Quiet | Showing | Resting | Asking


@dataclass(frozen=True, slots=True)
class Hold:
    """A prompt that is wanted and refused.

    ``since_s``: since when for this reason. ``polite_since_s``: since when without a break for a call,
    full screen or do-not-disturb, which may only last so long. ``reason`` None: waiting for a sample.
    """

    reason: Reason | None
    kinds: tuple[Kind, ...]
    since_s: float
    wanted_s: float
    polite_since_s: float | None


@dataclass(frozen=True, slots=True)
class Pause:
    """Quiet by the person's wish, to ``until_s``; None: until they say otherwise."""

    since_s: float
    until_s: float | None


@dataclass(frozen=True, slots=True)
class Said:
    """A done that was said, still open to being seen: an away stretch of ``lasts_s`` begun by ``until_s``."""

    prompt_id: int
    lasts_s: float
    until_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """Everything.

    ``now`` is the last event's moment. ``rules`` are those that the policy and the ``opinions`` make.
    ``knows_stop_rule``: a stretch, with the stop rule in full, has been answered.
    """

    rules: Rules = field(metadata=TRANSIENT)
    now: Instant
    desk: Desk
    totals: Totals = Totals()
    phase: Phase = Quiet()
    hold: Hold | None = None
    pause: Pause | None = None
    said: Said | None = None
    shown_at_s: tuple[float, ...] = ()
    snoozed_on: str = ""
    snoozed_today: int = 0
    next_prompt: int = 1
    rotation: Rotation = NOTHING_ASKED
    opinions: Opinions = ()
    knows_stop_rule: bool = False
