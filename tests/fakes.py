"""Stand-ins for adapters; each passes the contract suite of the real ones."""

from __future__ import annotations

from collections.abc import Callable

from sitbreak.core.events import Answer, Answered, Closed, NoteClosed, Via
from sitbreak.errors import NotifyFailed
from sitbreak.ports import Ability, Clock, Note, Post


class FakeNotifier:
    """A desktop's notifications in memory.

    ``open`` is what is on its screen, ``shown`` all that ever was, ``withdrawn`` every id it was asked to
    withdraw. ``press`` and ``dismiss`` are the person; ``die`` and ``revive`` the notification server.
    """

    name = "fake"
    road = "fake"

    def __init__(
        self,
        post: Post,
        clock: Clock,
        *,
        late: Callable[[int], None] | None = None,
        abilities: frozenset[Ability] = frozenset(Ability),
    ) -> None:
        self.abilities = abilities
        self.open: Note | None = None
        self.shown: list[Note] = []
        self.withdrawn: list[int] = []
        self._post, self._clock = post, clock
        self._late = late or (lambda _: None)
        self._wanted: Note | None = None
        self._failed = False
        self._dead = False

    def check(self) -> None:
        """Raise NotifyFailed while dead."""
        if self._dead:
            raise NotifyFailed("The fake desktop is dead.", remedy="Revive it.")

    def show(self, note: Note) -> None:
        """Put it on the screen in place of what is there. Raises NotifyFailed while dead."""
        self._wanted, self._failed = note, self._dead
        self.check()
        self._put(note)

    def withdraw(self, prompt_id: int) -> None:
        """Take it off the screen."""
        self.withdrawn.append(prompt_id)
        if self._wanted is not None and self._wanted.prompt_id == prompt_id:
            self._wanted = self.open = None

    def close(self) -> None:
        """Withdraw what is open; show nothing more."""
        self._wanted = self.open = None
        self._dead = True

    def press(self, answer: Answer) -> None:
        """A person presses that button of the open note."""
        note = self._gone()
        if answer not in dict(note.buttons):
            raise AssertionError(f"there is no button for {answer}")
        at = self._clock.now()
        self._post(Answered(at=at, prompt_id=note.prompt_id, answer=answer, via=Via.NOTIFICATION))

    def dismiss(self, how: Closed = Closed.DISMISSED) -> None:
        """A person, or time, closes the open note."""
        note = self._gone()
        self._post(NoteClosed(at=self._clock.now(), prompt_id=note.prompt_id, how=how))

    def die(self) -> None:
        """The server dies, and its screen is empty."""
        self._dead, self.open = True, None

    def revive(self) -> None:
        """The server is back, and what is still wanted is seen again."""
        self._dead = False
        if self._wanted is not None:
            self._put(self._wanted)
            if self._failed:
                self._failed = False
                self._late(self._wanted.prompt_id)

    def _put(self, note: Note) -> None:
        self.open = note
        self.shown.append(note)

    def _gone(self) -> Note:
        note, self.open, self._wanted = self.open, None, None
        if note is None:
            raise AssertionError("no note is open")
        return note
