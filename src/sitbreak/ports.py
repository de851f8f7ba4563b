"""What the runtime asks of the world. Adapters keep these promises; fakes in the tests keep the same.

Adapters never call the core: they are given ``post`` and hand it events (any thread may, it never blocks).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from sitbreak.core.attention import Attention, Heed
from sitbreak.core.clock import Instant
from sitbreak.core.effects import Record
from sitbreak.core.events import Answer, Event

Post: TypeAlias = Callable[[Event], None]


class Clock(Protocol):
    """Any thread; never blocks."""

    def now(self) -> Instant:
        """This moment, on both clocks."""
        ...

    def asleep_s(self) -> float:
        """Seconds this machine has slept since it booted, or 0 where that cannot be told."""
        ...


class IdleSource(Protocol):
    """Tells when a person touched the machine last. Never what they touched.

    Posts ``IdleSampled``:
    - at once when ``attend`` is called, where the desktop can be asked;
    - when idleness rises through one of the attention's thresholds;
    - at the first input after any report with ``idle_s`` above 0.
    A source that cannot be asked keeps its own thresholds armed so that these edges are never missed.
    When it dies it calls the ``lost`` it was made with, once, and posts nothing more.
    """

    name: str

    def attend(self, attention: Attention) -> None:
        """Report by these thresholds from now on. Any thread; returns at once."""
        ...

    def close(self) -> None:
        """Let go of the desktop. Any thread; at most 1 s."""
        ...


class Signals(Protocol):
    """Tells what speaks against a prompt, or for a person who sits still. Never what it is about.

    Posts ``SignalsTold``: once for every new ``asked_s``, within 2 s; and while ``watch`` is on whenever what
    it would tell differs from what it told last. What cannot be told is not on. Nothing is looked at, and
    nothing wakes it, while ``watch`` is off.
    """

    def attend(self, heed: Heed) -> None:
        """Tell by this from now on. Any thread; returns at once."""
        ...

    def close(self) -> None:
        """Let go of the desktop. Any thread; at most 1 s."""
        ...


class Ability(StrEnum):
    """What a notifier can do; ``doctor`` shows them, texts and tests go by them."""

    BUTTONS = "buttons"
    REPLACE = "replace"
    WITHDRAW = "withdraw"
    CLOSE_REASONS = "close reasons"
    IMAGE = "image"


TITLE_MOST, BODY_MOST = 63, 255
"""The room in a Windows balloon, UTF-16 units; more raises there, and is not read elsewhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Note:
    """A prompt in words, ready to show.

    ``how_to_answer`` stands in for buttons where a notifier has none. ``gentle``: low urgency, no sound.
    """

    prompt_id: int
    title: str
    body: str
    buttons: tuple[tuple[Answer, str], ...]
    how_to_answer: str
    image: Path | None = None
    gentle: bool = False


class Notifier(Protocol):
    """Shows one note at a time and posts ``Answered`` and ``NoteClosed`` for it. Any thread; at most 2 s.

    Showing a note with the id of one that is open replaces it. What was not shown raises ``NotifyFailed``.
    """

    @property
    def name(self) -> str:
        """What ``doctor`` and ``status`` call it."""
        ...

    @property
    def abilities(self) -> frozenset[Ability]:
        """What it can do just now; a desktop may change it under way."""
        ...

    def show(self, note: Note) -> None:
        """Put it on the screen. Raises NotifyFailed."""
        ...

    def withdraw(self, prompt_id: int) -> None:
        """Take it off the screen if it is there. Never raises."""
        ...

    def close(self) -> None:
        """Withdraw what is open and let go of the desktop. Never raises."""
        ...


class Look(StrEnum):
    """What the tray icon says at a glance; each is told apart without colour."""

    SEATED = "seated"
    DUE = "due"
    AWAY = "away"
    STANDING = "standing"
    PAUSED = "paused"
    UNKNOWN = "unknown"


RING_STEPS = 12
"""How finely the ring fills: a step of the default 30 minutes is 2.5, few enough to stay asleep."""

Request: TypeAlias = tuple[str | float | int, ...]
"""What a menu item or a command asks of the daemon: a name and its arguments, as plain data."""


@dataclass(frozen=True, slots=True)
class MenuItem:
    """One line of the tray's menu. Without a request it is a heading, a fact, or a submenu's door.

    ``checked`` None: no check mark. An empty label is a separator. ``image`` is a small PNG to stand beside
    the label where a menu can show one.
    """

    label: str
    request: Request | None = None
    children: tuple[MenuItem, ...] = ()
    checked: bool | None = None
    default: bool = False
    image: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class TrayFace:
    """All that the tray shows. Equal faces look equal, so an adapter redraws only what differs.

    ``step`` of ``RING_STEPS`` is how full the ring is.
    """

    look: Look = Look.UNKNOWN
    step: int = 0
    tooltip: str = ""
    menu: tuple[MenuItem, ...] = field(default=())


class Tray(Protocol):
    """The icon. Menu choices call ``choose`` (given at construction) with the item's request."""

    name: str

    def run(self) -> None:
        """Main thread; blocks until ``stop``."""
        ...

    def show(self, face: TrayFace) -> None:
        """Any thread; returns at once; never raises."""
        ...

    def notify(self, title: str, body: str) -> None:
        """Show a plain bubble by the tray's own means. Any thread. Raises NotifyFailed."""
        ...

    def stop(self) -> None:
        """Any thread; ``run`` then returns."""
        ...


class Gallery(Protocol):
    """The figures as pictures on disk. Any thread; never blocks, never raises."""

    def note_image(self, movement: str) -> Path | None:
        """A PNG for a notification; None where there is none (yet)."""
        ...

    def menu_image(self, movement: str) -> Path | None:
        """A small PNG for a menu; None where there is none (yet)."""
        ...


class Waker(Protocol):
    """Posts ``Tick`` when the armed moment comes, and now and then anyway. Decides nothing."""

    def arm(self, at: Instant | None) -> None:
        """Wake at that moment instead of any armed before; None: only the heartbeat. Any thread."""
        ...

    def wakeup(self) -> None:
        """Look at the clock anew: it was set, or the machine slept. Any thread."""
        ...

    def close(self) -> None:
        """Stop. Any thread; at most 1 s."""
        ...


class Journal(Protocol):
    """The log. Engine thread only."""

    def commit(self, records: Sequence[Record], snapshot: dict[str, Any]) -> None:
        """Write all of it in one transaction; on disk when this returns. Raises StoreError."""
        ...

    def close(self) -> None:
        """Let go of the file."""
        ...
