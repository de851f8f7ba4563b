"""Notes as lines in the terminal, for machines without a desktop."""

from __future__ import annotations

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.notify.aside import Aside
from sitbreak.adapters.notify.keyboard import Keyboard, unstoppable
from sitbreak.adapters.text import plain, with_answer
from sitbreak.core.events import Answer, Answered, Via
from sitbreak.errors import NotifyFailed, Unavailable
from sitbreak.ports import Ability, Clock, Note, Post
from sitbreak.wording import tr

KEYS = {"d": Answer.DONE, "s": Answer.SNOOZE, "k": Answer.SKIP, "y": Answer.YES, "n": Answer.NO}
"""What to type, then Enter. The answers' own names will do as well."""

WRITE_S = 0.3


class TerminalNotifier:
    """Writes a note to ``out_fd``; reads the answer from ``in_fd`` where that is a terminal.

    Unless ``anywhere``, an output that is no terminal is refused: a prompt in a log file is seen by nobody.
    """

    name = "terminal"
    road = "terminal"
    abilities: frozenset[Ability] = frozenset()

    def __init__(
        self, io: IoLoop, post: Post, clock: Clock, *, fds: tuple[int, int] = (0, 1), anywhere: bool = False
    ) -> None:
        self._io, self._post, self._clock, self._anywhere = io, post, clock, anywhere
        self._in_fd, self._out_fd = fds
        self._writing = Aside("terminal")
        self._keyboard: Keyboard | None = None
        self._open: Note | None = None

    def check(self) -> None:
        """Raise Unavailable where nobody would see it."""
        if not self._anywhere and not os.isatty(self._out_fd):
            raise Unavailable(
                tr("There is no terminal to write to."),
                remedy=tr("Run `sitbreak run` in a terminal, or set SITBREAK_NOTIFIER=terminal."),
            )

    def show(self, note: Note) -> None:
        """Write it down. Raises NotifyFailed, also where the terminal is held (Ctrl-S)."""
        try:
            self.check()
        except Unavailable as error:
            raise NotifyFailed(error.what, remedy=error.remedy) from error
        self._ask_loop(self._forget)
        keyboard = Keyboard.of(self._in_fd, self._io.loop, typed=self._typed) if note.buttons else None
        body = note.body if keyboard else with_answer(note.body, note.how_to_answer)
        text = f"\n{plain(note.title)}\n{plain(body)}"
        try:
            self._write(f"{text}\n{_hint(note)}" if keyboard else text)
        except NotifyFailed:
            if keyboard:
                self._io.soon(keyboard.close)
            raise
        self._ask_loop(partial(self._listen, note, keyboard))

    def withdraw(self, prompt_id: int) -> None:
        """What is written stays; answers to it are no longer read."""
        with suppress(TimeoutError):
            self._ask_loop(partial(self._forget, prompt_id))

    def close(self) -> None:
        """Stop reading."""
        with suppress(TimeoutError):
            self._ask_loop(self._forget)

    def _listen(self, note: Note, keyboard: Keyboard | None) -> None:
        self._open, self._keyboard = note, keyboard
        if keyboard:
            keyboard.listen()

    def _typed(self, line: str) -> None:
        if self._open is None:
            return
        note, word = self._open, line.strip().lower()
        answer = KEYS.get(word) or (Answer(word) if word in set(Answer) else None)
        if answer is not None and answer in dict(note.buttons):
            self._forget()
            at = self._clock.now()
            self._post(Answered(at=at, prompt_id=note.prompt_id, answer=answer, via=Via.TERMINAL))
        else:
            with suppress(NotifyFailed):
                self._write(_hint(note), for_s=0)  # The loop waits for no terminal.

    def _forget(self, prompt_id: int | None = None) -> None:
        if prompt_id is None or (self._open is not None and self._open.prompt_id == prompt_id):
            self._open = None
            if self._keyboard:
                self._keyboard.close()
            self._keyboard = None

    def _ask_loop(self, work: Callable[[], None]) -> None:
        async def run() -> None:
            work()

        self._io.call(run(), timeout_s=WRITE_S)

    def _write(self, text: str, *, for_s: float = WRITE_S) -> None:
        encoding = os.device_encoding(self._out_fd) or "utf-8"
        data = f"{text}\n".encode(encoding, "replace")
        try:
            self._writing.run(partial(_write_all, self._out_fd, data), for_s=for_s)
        except TimeoutError as error:
            raise NotifyFailed(
                tr("The terminal takes no output."), remedy=tr("Press Ctrl-Q in it, in case it was held.")
            ) from error
        except OSError as error:
            raise NotifyFailed(tr("The terminal is gone: {why}").format(why=error.strerror)) from error


def _write_all(fd: int, data: bytes) -> None:
    with unstoppable():
        while data:
            data = data[os.write(fd, data) :]


def _hint(note: Note) -> str:
    offered = dict(note.buttons)
    keys = ", ".join(f"{key} ({plain(offered[answer])})" for key, answer in KEYS.items() if answer in offered)
    return tr("Type {keys}, then Enter.").format(keys=keys)
