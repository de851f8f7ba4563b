"""Wayland compositors for tests: real ones without a screen, and one that says whatever a test writes.

sway refuses root, so where the tests run as root it runs as nobody. kwin must not have its file capabilities,
which many a container forbids, so a copy of it runs.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import struct
import subprocess
import tempfile
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self

from desk import need, wait_for
from sitbreak.adapters.presence.waywire import Arguments, Message, Splitter, packed

_NOBODY = 65534
_COMMAND = 0


class Stage(ABC):
    """A compositor in a folder of its own. Use as a context manager; it ends what it started."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="sb-way-"))
        self.path = self.folder / "run" / "wl"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        try:
            self.start()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self.end()
        shutil.rmtree(self.folder, ignore_errors=True)

    @abstractmethod
    def start(self) -> None:
        """Start it where it is not running, and wait until it listens."""

    @abstractmethod
    def touch(self) -> None:
        """A hand moves the pointer a little."""

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        """End it, where it is running."""
        if self._process is not None and self._process.poll() is None:
            os.killpg(self._process.pid, how)
            self._process.wait(10)
        self._process = None

    def send(self, what: signal.Signals) -> None:
        """Stop it or let it go on."""
        assert self._process is not None
        self._process.send_signal(what)

    def _run(self, argv: Sequence[str], **env: str) -> None:
        root = os.getuid() == 0
        runs, home = self.folder / "run", self.folder / "home"
        shutil.rmtree(runs, ignore_errors=True)
        for path in (runs, home):
            path.mkdir(mode=0o700, exist_ok=True)
        if root:
            for path in (self.folder, runs, home):
                os.chown(path, _NOBODY, _NOBODY)
        given = {name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ}
        # No bus: unless told so, it may find or start one.
        bus = f"unix:path={runs}/none"
        env |= given | {"HOME": str(home), "XDG_RUNTIME_DIR": str(runs), "DBUS_SESSION_BUS_ADDRESS": bus}
        with (self.folder / "log").open("ab") as log:
            self._process = subprocess.Popen(
                argv,
                env=env,
                cwd=home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
                user=_NOBODY if root else None,
                group=_NOBODY if root else None,
                extra_groups=[] if root else None,
            )

    def _own(self, path: Path) -> None:
        wait_for(lambda: path.exists() or self._over(), for_s=20, why=f"for {path}: {self.log()}")
        assert path.exists(), self.log()
        # Listening goes on under another name.
        if path != self.path:
            path.rename(self.path)
        os.chown(self.path, os.getuid(), os.getgid())

    def _over(self) -> bool:
        return self._process is None or self._process.poll() is not None

    def log(self) -> str:
        """What it has printed."""
        return (self.folder / "log").read_text(errors="replace")[-2000:]


class Sway(Stage):
    """sway without a screen. Debian's speaks the KDE protocol only."""

    def start(self) -> None:
        need("sway")
        if not self._over():
            return
        (self.folder / "config").write_text("output HEADLESS-1 resolution 640x480\nxwayland disable\n")
        self._run(
            ["sway", "-c", str(self.folder / "config")],
            WLR_BACKENDS="headless",
            WLR_LIBINPUT_NO_DEVICES="1",
            WLR_RENDERER="pixman",
            SWAYSOCK=str(self.folder / "run" / "ipc"),
        )
        self._own(self.folder / "run" / "wayland-1")
        wait_for((self.folder / "run" / "ipc").exists, why="for sway's own socket")
        self._order(b"nop")

    def touch(self) -> None:
        self._order(b"seat - cursor move 3 0")

    def _order(self, command: bytes) -> None:
        with socket.socket(socket.AF_UNIX) as door:
            door.settimeout(10)
            door.connect(str(self.folder / "run" / "ipc"))
            door.sendall(b"i3-ipc" + struct.pack("=II", len(command), _COMMAND) + command)
            assert b"true" in door.recv(4096)


class KWin(Stage):
    """KDE's compositor without a screen."""

    _hand: socket.socket | None = None

    def start(self) -> None:
        need("kwin_wayland")
        if not self._over():
            return
        program = self.folder / "kwin_wayland"
        shutil.copyfile(shutil.which("kwin_wayland") or "", program)
        program.chmod(0o755)
        self._run(
            [
                str(program),
                "--virtual",
                "--width",
                "640",
                "--height",
                "480",
                "--socket",
                "wl",
                "--no-lockscreen",
            ],
            KWIN_COMPOSE="Q",
            QT_LOGGING_RULES="*=false",
        )
        self._own(self.path)
        self._hand = _hand(self.path)

    def touch(self) -> None:
        assert self._hand is not None
        self._hand.sendall(packed(5, 1))

    def end(self, how: signal.Signals = signal.SIGKILL) -> None:
        if self._hand is not None:
            self._hand.close()
        super().end(how)


def _hand(path: Path) -> socket.socket:
    """A connection whose object 5 is a KDE idle timeout, by which anybody may say that a person is active."""
    hand = socket.socket(socket.AF_UNIX)
    hand.settimeout(10)
    hand.connect(str(path))
    hand.sendall(packed(1, 1, 2))
    splitter, bound = Splitter(), dict[str, int]()
    wanted = {"wl_seat": 3, "org_kde_kwin_idle": 4}
    while len(bound) < len(wanted):
        for message in splitter.feed(hand.recv(4096)):
            if (message.object_id, message.opcode) != (2, 0):
                continue
            arguments = Arguments(message.body)
            name, interface = arguments.word(), arguments.text()
            if interface in wanted:
                bound[interface] = name
    for interface, number in wanted.items():
        hand.sendall(packed(2, 0, bound[interface], interface, 1, number))
    hand.sendall(packed(4, 0, 5, 3, 3_600_000))
    return hand


class Scripted:
    """A compositor for one client that says what a test writes. Use as a context manager.

    What a client does that the protocol forbids ends up in ``wrong``. Seats are numbered from 1 on.
    """

    EXT, KDE = "ext_idle_notifier_v1", "org_kde_kwin_idle"

    def __init__(
        self, path: Path, *, offers: Sequence[tuple[str, int]] = ((EXT, 2),), seats: int = 1
    ) -> None:
        self.path = path
        self.seats = list(range(1, seats + 1))
        self.watches: dict[int, tuple[int, int]] = {}
        """Those in force: what makes them known to the client, and (seat, milliseconds)."""
        self.made: list[tuple[int, int]] = []
        """All that ever were, in their order."""
        self.asked_by: set[int] = set()
        self.wrong: list[str] = []
        self.reads = threading.Event()
        self.reads.set()
        self._offers = {100 + i: offer for i, offer in enumerate(offers)}
        self._objects: dict[int, str | int] = {1: "display"}
        self._told: set[int] = set()
        self._last = 1
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(path))
        self._door.listen()
        self._client: socket.socket | None = None
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.reads.set()
        self.hang_up()
        with contextlib.suppress(OSError):
            self._door.shutdown(socket.SHUT_RDWR)
        self._door.close()
        self._thread.join(5)

    def say(self, data: bytes) -> None:
        """Send that to the client, whatever it is."""
        assert self._client is not None
        with contextlib.suppress(OSError):
            self._client.sendall(data)

    def ring(self, seat: int, after_ms: int) -> None:
        """Nobody touched that seat for so long."""
        self.say(b"".join(packed(number, 0) for number in self._of(seat, after_ms)))
        self._told |= set(self._of(seat, after_ms))

    def touch(self, seat: int = 1) -> None:
        """Somebody touched that seat."""
        told = [number for number, (of, _) in self.watches.items() if of == seat and number in self._told]
        self._told -= set(told)
        self.say(b"".join(packed(number, 1) for number in told))

    def come(self, seat: int) -> None:
        """A seat is put there."""
        self.seats.append(seat)
        self.say(packed(2, 0, seat, "wl_seat", 8))

    def leave(self, seat: int) -> None:
        """A seat is taken away."""
        self.seats.remove(seat)
        self.say(packed(2, 1, seat))

    def withdraw(self) -> None:
        """No more word of idleness."""
        self.say(packed(2, 1, 100))

    def hang_up(self) -> None:
        """Close the connection."""
        if self._client is not None:
            with contextlib.suppress(OSError):
                self._client.shutdown(socket.SHUT_RDWR)

    def settled(self, what: Callable[[], object]) -> None:
        """Wait for that, and fail if the client broke the protocol."""
        wait_for(what, for_s=5, why=f"in {self.watches}, {self.wrong}")
        assert self.wrong == []

    def _of(self, seat: int, after_ms: int) -> list[int]:
        found = [number for number, watch in self.watches.items() if watch == (seat, after_ms)]
        assert found, f"no watch of {after_ms} ms on seat {seat}: {self.watches}"
        return found

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            self._client, _ = self._door.accept()
            splitter = Splitter()
            while self.reads.wait(10) and (data := self._client.recv(4096)):
                for message in splitter.feed(data):
                    try:
                        self._hear(message)
                    except (AssertionError, KeyError) as error:
                        self.wrong.append(repr(error))
        if self._client is not None:
            self._client.close()

    def _hear(self, message: Message) -> None:
        arguments = Arguments(message.body)
        match self._objects[message.object_id], message.opcode:
            case "display", 0:
                made = self._new(arguments.word(), "callback")
                del self._objects[made]
                self.say(packed(made, 0, 0) + packed(1, 1, made))
            case "display", 1:
                self._new(arguments.word(), "registry")
                seats = b"".join(packed(2, 0, seat, "wl_seat", 8) for seat in self.seats)
                others = b"".join(packed(2, 0, name, *offer) for name, offer in self._offers.items())
                self.say(packed(2, 0, 90, "wl_compositor", 5) + seats + others)
            case "registry", 0:
                self._bind(arguments)
            case str() as manager, opcode if manager in (self.EXT, self.KDE):
                self._watch(manager, opcode, arguments)
            case "watch", 0:
                self.watches.pop(message.object_id)
                del self._objects[message.object_id]
                self.say(packed(1, 1, message.object_id))
            case what, opcode:
                raise AssertionError(f"request {opcode} of {what}")

    def _bind(self, arguments: Arguments) -> None:
        name, interface, version, number = (
            arguments.word(),
            arguments.text(),
            arguments.word(),
            arguments.word(),
        )
        if interface == "wl_seat":
            assert version == 1
            self._new(number, name)
            self.say(packed(number, 0, 7))
        else:
            offered, most = self._offers[name]
            assert (offered, version) in {(interface, at) for at in range(1, most + 1)}
            self._new(number, interface)

    def _watch(self, manager: str, opcode: int, arguments: Arguments) -> None:
        number, one, other = arguments.word(), arguments.word(), arguments.word()
        seat, after_ms = (one, other) if manager == self.KDE else (other, one)
        of = self._objects[seat]
        assert isinstance(of, int)
        self._new(number, "watch")
        self.asked_by.add(opcode)
        self.watches[number] = (of, after_ms)
        self.made.append((of, after_ms))

    def _new(self, number: int, what: str | int) -> int:
        # A real one refuses ids that skip numbers, and those still in use.
        assert number not in self._objects, f"id {number} is in use"
        assert number <= self._last + 1, f"id {number} skips"
        self._last = max(self._last, number)
        self._objects[number] = what
        return number
