"""The notifiers of this desktop in order of preference, as one."""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import TypeAlias

from sitbreak.adapters.notify.candidate import Candidate, Late, RoadClosed
from sitbreak.errors import NotifyFailed, Unavailable
from sitbreak.ports import Ability, Note
from sitbreak.wording import tr

Probe: TypeAlias = tuple[str, Callable[[Late], Candidate]]
"""A candidate's name, and what makes it or raises Unavailable."""


class NotifierChain:
    """Asks each candidate in turn at every showing, so that a better one is used again when it is back.

    Attributes:
        reasons: why each candidate before the one in use was refused, at the latest attempt.
    """

    def __init__(self, probes: Sequence[Probe]) -> None:
        self.reasons: tuple[Unavailable, ...] = ()
        self._probes = tuple(probes)
        self._made: dict[str, Candidate] = {}
        self._in_use: Candidate | None = None
        self._shows: Candidate | None = None
        self._prompt_id: int | None = None
        self._showings = 0
        self._lock = threading.Lock()
        self.check()

    @property
    def name(self) -> str:
        """The candidate in use; ``none`` where there is none."""
        return self._in_use.name if self._in_use else "none"

    @property
    def abilities(self) -> frozenset[Ability]:
        """What the candidate in use can do just now."""
        return self._in_use.abilities if self._in_use else frozenset()

    def check(self) -> None:
        """See anew which candidate would be used, without showing anything. Any thread but the loop's."""
        with self._lock:
            self._in_use = self._first(lambda candidate: candidate.check())

    def show(self, note: Note) -> None:
        """Show it by the first candidate that can. Raises NotifyFailed when none can."""
        with self._lock:
            self._showings += 1
            asked: list[Candidate] = []

            def attempt(candidate: Candidate) -> None:
                asked.append(candidate)
                candidate.show(note)

            before, prompt_before = self._shows, self._prompt_id
            self._shows = self._in_use = self._first(attempt)
            self._prompt_id = note.prompt_id
            # One that was asked has either replaced its note or waits to do so.
            if before is not None and prompt_before is not None and before not in asked:
                before.withdraw(prompt_before)
            if self._shows is None:
                raise NotifyFailed(
                    "\n".join(
                        [tr("The prompt could not be shown."), *(reason.what for reason in self.reasons)]
                    ),
                    remedy=tr("`sitbreak doctor` says more."),
                )

    def withdraw(self, prompt_id: int) -> None:
        """Take it off the screen, and from all that wait to show it."""
        with self._lock:
            for candidate in self._made.values():
                candidate.withdraw(prompt_id)
            if prompt_id == self._prompt_id:
                self._shows = self._prompt_id = None

    def close(self) -> None:
        """Close every candidate."""
        with self._lock:
            for candidate in self._made.values():
                candidate.close()

    def _first(self, attempt: Callable[[Candidate], None]) -> Candidate | None:
        refused: list[Unavailable] = []
        closed: set[str] = set()
        found = None
        for name, make in self._probes:
            try:
                candidate = self._make(name, make)
                if candidate.road in closed:
                    continue
                attempt(candidate)
            except RoadClosed as error:
                closed.add(candidate.road)
                refused.append(error)
            except Unavailable as error:
                refused.append(error)
            except Exception as error:
                why = str(error) or type(error).__name__
                refused.append(Unavailable(tr("{name} cannot be used: {why}").format(name=name, why=why)))
            else:
                found = candidate
                break
        self.reasons = tuple(refused)
        return found

    def _make(self, name: str, make: Callable[[Late], Candidate]) -> Candidate:
        if name not in self._made:
            self._made[name] = make(lambda prompt_id: self._on_late(name, prompt_id))
        return self._made[name]

    def _on_late(self, name: str, prompt_id: int) -> None:
        # It may be told in the loop's thread, in which no notifier can be withdrawn from.
        arguments = (name, prompt_id, self._showings)
        threading.Thread(target=self._hand_over, args=arguments, name="notify", daemon=True).start()

    def _hand_over(self, name: str, prompt_id: int, showing: int) -> None:
        with self._lock:
            late = self._made[name]
            if (prompt_id, showing) != (self._prompt_id, self._showings) or late is self._shows:
                return
            if self._shows is not None:
                self._shows.withdraw(prompt_id)
            self._shows = self._in_use = late
