"""What a start takes over from the daemon before it: the clock's frame and the state."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from sitbreak.core.clock import Instant
from sitbreak.core.codec import decode, encode
from sitbreak.core.events import Started
from sitbreak.core.opinions import Opinion, Opinions
from sitbreak.core.policy import Kind
from sitbreak.core.rotation import Rotation
from sitbreak.core.rules import Rules
from sitbreak.core.state import State
from sitbreak.core.step import Step, begin, next_deadline, resume, step
from sitbreak.ports import Clock

_FAR_S = 1e10
"""No clock reads so much, nor NaN; a state that does is none of ours."""

_OPINIONS_MOST = 256 * 1024
"""Characters. A word on every movement there can be is a fraction of it."""


@dataclass(frozen=True, slots=True)
class ContinuedClock:
    """A clock whose monotonic seconds go on from those of an earlier boot."""

    clock: Clock
    offset_s: float

    def now(self) -> Instant:
        """This moment, on both clocks."""
        now = self.clock.now()
        return Instant(now.mono_s + self.offset_s, now.wall)

    def asleep_s(self) -> float:
        """Seconds this machine has slept since it booted."""
        return self.clock.asleep_s()


@dataclass(frozen=True, slots=True)
class Start:
    """How to begin: the first step, the clock to go by, and the frame to save beside every state."""

    step: Step
    clock: ContinuedClock
    frame: Mapping[str, Any]


def start(  # noqa: PLR0913, PLR0917 - what the last daemon left, and what this one has
    saved: Mapping[str, Any] | None,
    known: Rules,
    clock: Clock,
    boot: str,
    alive: Path,
    opinions: Opinions = (),
) -> Start:
    """Go on where the last daemon stopped, or begin anew, with ``opinions``.

    Within one boot the monotonic clock is the same one, and a wall clock that was set does not matter.
    After another boot only the wall clock can tell how long it has been; a clock that ran backwards
    meanwhile counts as no time.
    """
    try:
        return _go_on(saved or {}, known, clock, boot, alive)
    except (ValueError, TypeError, KeyError, ArithmeticError, RecursionError):
        now = clock.now()
        fresh = step(begin(known, now, opinions), Started(at=now))
        return Start(fresh, ContinuedClock(clock, 0.0), {"boot": boot, "offset_s": 0.0})


def with_log(start: Start, last_prompt: int, asked: Rotation) -> Start:
    """The same start, its next prompt numbered above all that the log has.

    A state that knows of nothing asked goes on with what the log says was.
    """
    state = start.step.state
    state = replace(
        state,
        next_prompt=max(state.next_prompt, last_prompt + 1),
        rotation=state.rotation if state.rotation.asked else asked,
    )
    return replace(start, step=replace(start.step, state=state))


def load_opinions(path: Path) -> Opinions:
    """What was kept of a person's opinions, should the log be lost; none where that is unreadable."""
    try:
        with path.open("rb") as file:
            return tuple(decode(Opinion, plain) for plain in json.loads(file.read(_OPINIONS_MOST)))
    except (OSError, ValueError, TypeError, RecursionError):
        return ()


def keep_opinions(path: Path, opinions: Opinions) -> None:
    """Keep them apart from the log: what hurt must not be asked again because a disk failed."""
    fresh = path.with_suffix(".new")
    with contextlib.suppress(OSError):
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
            file.write(json.dumps([encode(opinion) for opinion in opinions]).encode())
        fresh.replace(path)


def _go_on(saved: Mapping[str, Any], known: Rules, clock: Clock, boot: str, alive: Path) -> Start:
    state: State = decode(State, saved["state"], rules=known)
    before, now = state.now, clock.now()
    offset_s = float(saved["offset_s"])
    if not abs(offset_s) + before.mono_s < _FAR_S or len(state.totals.zeros) != len(Kind):
        raise ValueError("no state of this sitbreak")
    if not boot or saved["boot"] != boot or now.mono_s + offset_s < before.mono_s:
        passed_s = max(0.0, (now.wall - before.wall).total_seconds())
        offset_s = before.mono_s + passed_s - now.mono_s
    continued = ContinuedClock(clock, offset_s)
    at = continued.now()
    last_s = max(before.mono_s, _alive_s(alive, at))
    first = resume(saved["state"], known, alive=at.at_mono(last_s), at=at)
    next_deadline(first.state)
    return Start(first, continued, {"boot": boot, "offset_s": offset_s})


def note_alive(path: Path, at: Instant) -> None:
    """Remember that the daemon lived at that moment. One touch, for it is done after every event."""
    # The monotonic second stands in for the file's time, so that a clock that is set misleads nobody.
    times = (at.mono_s, at.mono_s)
    with contextlib.suppress(OSError, OverflowError):
        try:
            os.utime(path, times)
        except FileNotFoundError:
            path.touch(mode=0o600)
            os.utime(path, times)


def _alive_s(path: Path, at: Instant) -> float:
    """The monotonic second at which the last daemon was known to be alive; what is to come tells nothing."""
    try:
        alive_s = path.stat().st_mtime
    except OSError:
        return float("-inf")
    return alive_s if alive_s <= at.mono_s else float("-inf")
