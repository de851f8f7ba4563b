"""Prompts in a terminal: real pseudo-terminals, a real shell with job control."""

from __future__ import annotations

import os
import pty
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

import pytest

from desk import need, wait_for
from notify_stage import Inbox, a_note
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.notify.terminal import TerminalNotifier
from sitbreak.core.events import Answer, Answered, Via
from sitbreak.errors import NotifyFailed, Unavailable


class Screen:
    """The person's side of a terminal: what is on it, and the keys."""

    def __init__(self, master: int) -> None:
        self._master = master
        self._text = b""
        self._reader = threading.Thread(target=self._read, daemon=True)
        self._reader.start()

    def close(self) -> None:
        """To be called once nobody has the other end open: whoever reads on would read the next terminal."""
        self._reader.join(10)
        os.close(self._master)

    @property
    def text(self) -> str:
        return self._text.decode(errors="replace").replace("\r\n", "\n")

    def type(self, text: str) -> None:
        os.write(self._master, text.encode())

    def wait_for(self, text: str, *, times: int = 1) -> None:
        wait_for(lambda: self.text.count(text) >= times, why=f"for {text!r} in {self.text!r}")

    def _read(self) -> None:
        while True:
            try:
                data = os.read(self._master, 4096)
            except OSError:
                return
            if not data:
                return
            self._text += data


class Terminal:
    """A notifier on a terminal of its own."""

    def __init__(self) -> None:
        self.master, self.slave = pty.openpty()
        self.screen, self.inbox, self.io = Screen(self.master), Inbox(), IoLoop()
        self.notifier = TerminalNotifier(
            self.io, self.inbox.post, SystemClock(), fds=(self.slave, self.slave)
        )

    def quiet(self) -> bool:
        """Whether nothing was posted, once all that was typed so far is read."""
        before = self.screen.text.count("Type ")
        self.screen.type("what?\n")
        self.screen.wait_for("Type ", times=before + 1)
        return self.inbox.none_left()

    def close(self) -> None:
        self.notifier.close()
        self.io.close()
        os.close(self.slave)
        self.screen.close()


@pytest.fixture
def terminal() -> Iterator[Terminal]:
    terminal = Terminal()
    yield terminal
    terminal.close()


def next_answer(inbox: Inbox) -> tuple[int | None, Answer]:
    match inbox.next():
        case Answered(via=Via.TERMINAL) as event:
            return event.prompt_id, event.answer
        case other:
            pytest.fail(f"{other}")


def test_a_note_says_what_to_do_and_how_to_answer(terminal: Terminal) -> None:
    terminal.notifier.show(a_note())
    terminal.screen.wait_for("Enter.\n")
    assert terminal.screen.text == (
        "\nStand up and walk\nYou have sat for 31 min. Two minutes will do.\n"
        "Type d (Done), s (Snooze 5 min), k (Skip), then Enter.\n"
    )


@pytest.mark.parametrize(
    ("typed", "answer"),
    [
        ("d", Answer.DONE),
        ("s", Answer.SNOOZE),
        ("k", Answer.SKIP),
        ("  D ", Answer.DONE),
        ("skip", Answer.SKIP),
    ],
)
def test_what_is_typed_answers(terminal: Terminal, typed: str, answer: Answer) -> None:
    terminal.notifier.show(a_note(4))
    terminal.screen.wait_for("Enter.\n")
    terminal.screen.type(f"{typed}\n")
    assert next_answer(terminal.inbox) == (4, answer)


@pytest.mark.parametrize("typed", ["", "x", "done?", "\x1b[A", "\xff", "d" * 3000])
def test_anything_else_shows_the_hint_again(terminal: Terminal, typed: str) -> None:
    terminal.notifier.show(a_note())
    terminal.screen.wait_for("Enter.\n")
    terminal.screen.type(f"{typed}\n")
    terminal.screen.wait_for("Type d", times=2)
    assert terminal.inbox.none_left()


def test_only_what_is_offered_answers(terminal: Terminal) -> None:
    terminal.notifier.show(replace(a_note(), buttons=((Answer.DONE, "Done"),)))
    terminal.screen.wait_for("Type d (Done), then")
    terminal.screen.type("s\n")
    terminal.screen.wait_for("Type d", times=2)
    assert terminal.inbox.none_left()


def test_it_answers_once(terminal: Terminal) -> None:
    terminal.notifier.show(a_note(1))
    terminal.screen.wait_for("Enter.\n")
    terminal.screen.type("d\nd\nk\n")
    assert next_answer(terminal.inbox) == (1, Answer.DONE)
    terminal.notifier.show(a_note(2))
    assert terminal.quiet()


def test_what_was_typed_before_answers_nothing(terminal: Terminal) -> None:
    terminal.screen.type("d\n")
    terminal.screen.wait_for("d\n")
    terminal.notifier.show(a_note(1))
    assert terminal.quiet()


def test_after_withdrawal_nothing_is_read(terminal: Terminal) -> None:
    terminal.notifier.show(a_note(1))
    terminal.notifier.withdraw(2)
    assert terminal.quiet()
    terminal.notifier.withdraw(1)
    terminal.screen.type("d\n")
    terminal.notifier.show(a_note(3))
    assert terminal.quiet()


def test_the_end_of_input_is_survived(terminal: Terminal) -> None:
    terminal.notifier.show(a_note(1))
    terminal.screen.wait_for("Enter.\n")
    terminal.screen.type("\x04")
    time.sleep(0.1)
    terminal.screen.type("d\n")
    assert next_answer(terminal.inbox) == (1, Answer.DONE)


def test_a_held_terminal_holds_nobody_up(terminal: Terminal) -> None:
    terminal.screen.type("\x13")

    def held() -> bool:
        try:
            terminal.notifier.show(a_note())
        except NotifyFailed as error:
            return "Ctrl-Q" in str(error)
        return False

    # The kernel takes its time to see the key.
    wait_for(held)
    begun = time.monotonic()
    with pytest.raises(NotifyFailed, match="Ctrl-Q"):
        terminal.notifier.show(a_note())
    assert time.monotonic() - begun < 2
    terminal.screen.type("\x11")
    terminal.screen.wait_for("Stand up")


def test_a_terminal_that_is_closed_is_a_failure() -> None:
    master, slave = pty.openpty()
    io, inbox = IoLoop(), Inbox()
    notifier = TerminalNotifier(io, inbox.post, SystemClock(), fds=(slave, slave))
    notifier.show(a_note(1))
    os.close(master)
    with pytest.raises(NotifyFailed):
        notifier.show(a_note(2))
    notifier.close()
    io.close()
    os.close(slave)


def test_commands_to_the_terminal_are_not_passed_on(terminal: Terminal) -> None:
    note = replace(a_note(), title="a\x1b]0;b\x07", body="c\r\x9bd\x1b[2J")
    terminal.notifier.show(note)
    terminal.screen.wait_for("Enter")
    assert "\x1b" not in terminal.screen.text
    assert "a]0;b\ncd[2J\n" in terminal.screen.text


def test_a_note_that_asks_for_nothing_waits_for_no_key(terminal: Terminal) -> None:
    terminal.notifier.show(replace(a_note(), buttons=(), how_to_answer=""))
    terminal.screen.wait_for("Two minutes will do.")
    terminal.screen.type("d\n")
    terminal.notifier.show(a_note(2))
    terminal.screen.wait_for("then Enter")
    assert terminal.inbox.none_left()


def test_an_output_that_nobody_sees_is_refused_unless_asked_for(tmp_path: Path) -> None:
    io, inbox, log = IoLoop(), Inbox(), tmp_path / "log"
    with log.open("wb") as out, Path(os.devnull).open("rb") as nothing:
        fds = (nothing.fileno(), out.fileno())
        with pytest.raises(Unavailable):
            TerminalNotifier(io, inbox.post, SystemClock(), fds=fds).check()
        with pytest.raises(NotifyFailed):
            TerminalNotifier(io, inbox.post, SystemClock(), fds=fds).show(a_note())
        TerminalNotifier(io, inbox.post, SystemClock(), fds=fds, anywhere=True).show(a_note())
    assert log.read_text().endswith("with `sitbreak done`.\n")
    io.close()


CHILD = """
import os, sys, threading
from pathlib import Path
from notify_stage import a_note
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.notify.terminal import TerminalNotifier
Path(sys.argv[1]).write_text(str(os.getpid()))
answers, come = [], threading.Event()
io = IoLoop()
notifier = TerminalNotifier(io, lambda event: (answers.append(event), come.set()), SystemClock())
notifier.show(a_note())
come.wait()
print("the answer is", answers[0].answer, flush=True)
"""


@pytest.mark.parametrize("begins_there", [True, False])
@pytest.mark.parametrize("tostop", ["-tostop", "tostop"])
def test_in_the_background_it_is_not_stopped_and_robs_nobody(
    tmp_path: Path, tostop: str, begins_there: bool
) -> None:
    need("bash", "setsid", "stty")
    child = tmp_path / "child.py"
    child.write_text(CHILD)
    pid = tmp_path / "pid"
    master, slave = pty.openpty()
    bash = subprocess.Popen(
        ["setsid", "--ctty", "bash", "--norc", "--noprofile", "-i"],
        stdin=slave,
        stdout=slave,
        stderr=slave,
        env=os.environ | {"PYTHONPATH": str(Path(__file__).parents[1]), "PS1": "ready "},
    )
    os.close(slave)
    shell = Screen(master)
    try:
        shell.wait_for("ready ")
        shell.type(f"stty {tostop}; {sys.executable} {child} {pid}{' &' if begins_there else ''}\n")
        shell.wait_for("Enter.\n")
        if not begins_there:
            shell.type("\x1a")
            shell.wait_for("Stopped")
            # What is typed while the shell takes its terminal back may be lost, so a person types it again.
            wait_for(lambda: _typed_and_said(shell, "bg\n", "pid &\n"))
        wait_for(lambda: _typed_and_said(shell, "d\n", "d: command not found"))
        assert _state(pid.read_text()) == "S"
        shell.type("fg\n")
        # It sees now and then only whether it is in the foreground; what is typed before counts for nothing.
        wait_for(lambda: _typed_and_said(shell, "k\n", "the answer is skip"))
    finally:
        with suppress(OSError):  # It may not have begun, or be done.
            os.kill(int(pid.read_text()), signal.SIGKILL)
        bash.kill()
        bash.wait(10)
        shell.close()


def _typed_and_said(shell: Screen, typed: str, said: str) -> bool:
    if said not in shell.text:
        shell.type(typed)
        time.sleep(0.25)
    return said in shell.text


def _state(pid: str) -> str:
    return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
