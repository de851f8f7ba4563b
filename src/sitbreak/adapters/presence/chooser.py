"""The first source of presence that fits this desktop, found again whenever it is lost."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence.probes import FORCED_BY, Probe, default_probes
from sitbreak.core.attention import Attention
from sitbreak.core.events import PresenceChanged
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock, IdleSource, Post
from sitbreak.wording import tr

NONE = "none"

_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 60.0
_ANSWER_S = 5.0


@dataclass(eq=False, slots=True)
class _Link:
    """A source in use, or about to be. A source may die before it is taken."""

    source: IdleSource | None = None
    dead: bool = False


class Presence:
    """An ``IdleSource`` that stands for whichever fits, and posts ``PresenceChanged`` when that changes.

    Looks once while it is made, for 5 seconds at most; not on the loop's thread. When the source is lost
    it looks again at once, and then after 1 s, 2 s, and so on up to every 60 s, until there is one as good.

    Attributes:
        name: of the source in use, or ``none``.
        reasons: why what was tried before it does not fit, and how the source before it was lost.
    """

    def __init__(self, io: IoLoop, post: Post, clock: Clock, probes: Sequence[Probe] | None = None) -> None:
        self._io, self._post, self._clock = io, post, clock
        self._probes, self._forced = _allowed(default_probes() if probes is None else probes)
        self.name = NONE
        self.reasons: tuple[Unavailable, ...] = self._forced
        self._link: _Link | None = None
        self._attention: Attention | None = None
        self._rank = self._best = len(self._probes)
        self._taken_s = 0.0
        self._wait_s = _FIRST_WAIT_S
        self._timer: asyncio.TimerHandle | None = None
        self._closed = False
        self._looked = threading.Event()
        self._search(self._forced)
        self._looked.wait(_ANSWER_S)

    def attend(self, attention: Attention) -> None:
        """Report by these thresholds from now on. Any thread; returns at once."""
        self._io.soon(lambda: self._attend(attention))

    def close(self) -> None:
        """Let go of the source and look for no other. Any thread; returns at once."""
        self._closed = True
        if self._link is not None and self._link.source is not None:
            self._link.source.close()
        self._io.soon(self._shut)

    def _attend(self, attention: Attention) -> None:
        self._attention = attention
        if self._link is not None and self._link.source is not None:
            self._link.source.attend(attention)

    def _search(self, reasons: tuple[Unavailable, ...]) -> None:
        # A desktop may hang, so no probe runs on the loop.
        work = threading.Thread(
            target=self._try, args=(self._rank, reasons), name="presence-probe", daemon=True
        )
        work.start()

    def _try(self, below: int, reasons: tuple[Unavailable, ...]) -> None:
        for rank, probe in enumerate(self._probes[:below]):
            link = _Link()
            try:
                link.source = probe.make(self._io, self._post, self._clock, partial(self._lose, link))
            except Unavailable as reason:
                # Without its traceback, which would keep a failed connection open.
                reasons += (Unavailable(reason.what, remedy=reason.remedy),)
            except Exception as error:
                reasons += (Unavailable(tr("{name} failed: {error!r}").format(name=probe.name, error=error)),)
            else:
                self._io.soon(partial(self._found, link, rank, reasons))
                return
        self._io.soon(partial(self._found, _Link(dead=True), below, reasons))

    def _found(self, link: _Link, rank: int, reasons: tuple[Unavailable, ...]) -> None:
        if self._closed:
            if link.source is not None:
                link.source.close()
            return
        if link.source is not None and not link.dead:
            if rank >= self._rank:
                link.source.close()
                return
            self._take(link, link.source, rank)
            self.reasons = reasons
        elif self._link is None:
            self.reasons = reasons
            self._tell_none()
        self._looked.set()
        if self._link is None or self._rank > self._best:
            self._search_later()

    def _take(self, link: _Link, source: IdleSource, rank: int) -> None:
        if self._link is not None and self._link.source is not None:
            self._link.source.close()
        self._link, self._rank, self.name = link, rank, source.name
        self._best = min(self._best, rank)
        now = self._clock.now()
        self._taken_s = now.mono_s
        self._post(PresenceChanged(at=now, source=source.name))
        if self._attention is not None:
            source.attend(self._attention)

    def _tell_none(self) -> None:
        if self.name != NONE or not self._looked.is_set():
            self.name = NONE
            self._post(PresenceChanged(at=self._clock.now(), source=None))

    def _search_later(self) -> None:
        if self._timer is not None or not self._probes:
            return

        def search() -> None:
            self._timer = None
            self._search(self._forced)

        self._timer = self._io.loop.call_later(self._wait_s, search)
        self._wait_s = min(self._wait_s * 2, _LONGEST_WAIT_S)

    def _lose(self, link: _Link, reason: str) -> None:
        self._io.soon(partial(self._lost, link, reason))

    def _lost(self, link: _Link, reason: str) -> None:
        link.dead = True
        if self._closed or self._link is not link:
            return
        self._link, self._rank = None, len(self._probes)
        self.reasons = (*self._forced, Unavailable(reason))
        # One that dies as soon as it is found must not be sought without a pause.
        if self._clock.now().mono_s - self._taken_s < _FIRST_WAIT_S:
            self._tell_none()
            self._search_later()
            return
        self._wait_s = _FIRST_WAIT_S
        self._search(self.reasons)
        self._io.loop.call_later(_ANSWER_S, self._give_up_waiting)

    def _give_up_waiting(self) -> None:
        """The search after a loss hangs: say that there is nothing, and try again beside it."""
        if self._link is None and not self._closed:
            self._tell_none()
            self._search_later()

    def _shut(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        if self._link is not None and self._link.source is not None:
            self._link.source.close()


def _allowed(probes: Sequence[Probe]) -> tuple[tuple[Probe, ...], tuple[Unavailable, ...]]:
    wanted = os.environ.get(FORCED_BY, "")
    if not wanted:
        return tuple(probes), ()
    if wanted == NONE:
        return (), (Unavailable(tr("{name} turns presence off.").format(name=f"{FORCED_BY}={NONE}")),)
    fitting = tuple(probe for probe in probes if probe.name == wanted)
    if fitting:
        return fitting, ()
    known = ", ".join([*(probe.name for probe in probes), NONE])
    return (), (
        Unavailable(
            tr("{name} names no source of presence here: {value}").format(name=FORCED_BY, value=wanted),
            remedy=tr("Set it to one of {known}, or unset it.").format(known=known),
        ),
    )
