"""What may happen. Adapters make these and post them to the one inbox; nothing else changes the state."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

from sitbreak.core.catalogue import Catalogue
from sitbreak.core.clock import Instant
from sitbreak.core.opinions import Taste
from sitbreak.core.policy import Kind, Policy, Sense


class Signal(StrEnum):
    """What may hold a prompt, or keep a person seated though they touch nothing."""

    CALL = "call"
    SHARING = "sharing"
    MEDIA = "media"
    FULLSCREEN = "fullscreen"
    DND = "dnd"


SENSED = {
    Sense.MICROPHONE: Signal.CALL,
    Sense.CAMERA: Signal.CALL,
    Sense.SHARING: Signal.SHARING,
    Sense.INHIBITORS: Signal.MEDIA,
    Sense.FULLSCREEN: Signal.FULLSCREEN,
    Sense.DO_NOT_DISTURB: Signal.DND,
}
"""What each sense is a sign of."""


class Answer(StrEnum):
    """What a person may answer: a prompt by the first three, the question after a gap by the others."""

    DONE = "done"
    SNOOZE = "snooze"
    SKIP = "skip"
    YES = "yes"
    NO = "no"


class Via(StrEnum):
    """Where an answer came from."""

    NOTIFICATION = "notification"
    TRAY = "tray"
    COMMAND = "command"
    TERMINAL = "terminal"
    PRESENCE = "presence"
    TRACE = "trace"
    TIME = "time"


class Closed(StrEnum):
    """Why a notification closed, in the words of the freedesktop specification's four reasons."""

    EXPIRED = "expired"
    DISMISSED = "dismissed"
    WITHDRAWN = "withdrawn"
    UNDEFINED = "undefined"


class Posture(StrEnum):
    """What a person says of themselves."""

    STANDING = "standing"
    SITTING = "sitting"


@dataclass(frozen=True, slots=True, kw_only=True)
class Started:
    """The daemon begins; whatever stood open is shown again."""

    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Tick:
    """A deadline has come, or the heartbeat."""

    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class IdleSampled:
    """There has been no input for ``idle_s`` seconds; None: this source cannot tell any more.

    ``doubt_s``: a source that looks only now and then knows of this input, and not of any in so many seconds
    before it.
    """

    at: Instant
    idle_s: float | None
    doubt_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class PresenceChanged:
    """Another source tells idleness now. None: there is none."""

    at: Instant
    source: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Locked:
    """The session was locked."""

    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Unlocked:
    """The session was unlocked, by a person who is therefore there."""

    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Sleeping:
    """The machine is about to sleep."""

    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class Woke:
    """The machine is awake again, having slept for ``asleep_s`` seconds before ``at``."""

    at: Instant
    asleep_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class SignalsTold:
    """The signals that are on, all of them; what cannot be told is not, for it holds nothing."""

    at: Instant
    on: frozenset[Signal]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """A person answered. ``prompt_id`` None: whichever is open. ``snooze_s`` None: the button's length."""

    at: Instant
    prompt_id: int | None
    answer: Answer
    via: Via
    snooze_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteClosed:
    """A prompt's notification is gone from the screen. No answer: the prompt itself stays open."""

    at: Instant
    prompt_id: int
    how: Closed


@dataclass(frozen=True, slots=True, kw_only=True)
class PauseAsked:
    """A person wants quiet for ``for_s`` seconds. None: until they say otherwise."""

    at: Instant
    for_s: float | None
    via: Via


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeAsked:
    """A person ends their pause."""

    at: Instant


@dataclass(frozen=True, slots=True, kw_only=True)
class PostureSaid:
    """A person says that they now stand, or sit."""

    at: Instant
    posture: Posture


@dataclass(frozen=True, slots=True, kw_only=True)
class Drank:
    """A person drank so many millilitres."""

    at: Instant
    ml: int
    via: Via


@dataclass(frozen=True, slots=True, kw_only=True)
class PromptAsked:
    """A person wants a prompt now. ``kind`` None: what is due soonest. ``within_s``: the time they have."""

    at: Instant
    kind: Kind | None
    within_s: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """A person says what they think of a movement.

    ``movement`` None: the one in the air, or the last one asked for. ``taste`` None: nothing, any more.
    """

    at: Instant
    movement: str | None
    taste: Taste | None
    via: Via


@dataclass(frozen=True, slots=True, kw_only=True)
class PolicyChanged:
    """The config or the content was read anew."""

    at: Instant
    policy: Policy
    catalogue: Catalogue


Event: TypeAlias = (
    Started
    | Tick
    | IdleSampled
    | PresenceChanged
    | Locked
    | Unlocked
    | Sleeping
    | Woke
    | SignalsTold
    | Answered
    | NoteClosed
    | PauseAsked
    | ResumeAsked
    | PostureSaid
    | Drank
    | PromptAsked
    | Judged
    | PolicyChanged
)
