"""Windows for tests: real ones of a GTK program, and a compositor that lists whatever a test writes."""

from __future__ import annotations

import contextlib
import socket
import subprocess
import sys
import threading
from collections.abc import Mapping
from pathlib import Path
from typing import Self

from desk import need, wait_for
from sitbreak.adapters.presence.waywire import Arguments, Message, Splitter, packed

_GI = "/usr/lib/python3/dist-packages"
_PROGRAM = """
import sys, threading
import gi
gi.require_version("Gtk", "3.0")
from gi.repository import Gdk, GLib, Gtk

window = Gtk.Window(title="A talk", default_width=200, default_height=150)
window.connect("window-state-event", lambda _, event: print(*event.new_window_state.value_nicks, flush=True))
window.connect("destroy", Gtk.main_quit)

def spin(turn=0):
    window.set_title(f"{turn} done")
    GLib.timeout_add(20, spin, turn + 1)

def obey():
    for order in sys.stdin:
        GLib.idle_add(spin if order == "spin\\n" else getattr(window, order.strip()))
    GLib.idle_add(Gtk.main_quit)

threading.Thread(target=obey, daemon=True).start()
window.show_all()
Gtk.main()
"""


class Window:
    """A window of a program of its own, as a context manager. When that begins it knows that it is focused.

    Its desktop may learn of that a moment later.
    """

    def __init__(self, env: Mapping[str, str], folder: Path) -> None:
        if not Path(_GI, "gi").exists():
            need("python3-gi")
        self._log = (folder / "window.log").open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-c", _PROGRAM],
            env={**env, "PYTHONPATH": _GI, "GSETTINGS_BACKEND": "memory"},
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._log,
            text=True,
            start_new_session=True,
        )
        self._states = frozenset[str]()
        self._listener = threading.Thread(target=self._listen, daemon=True)
        self._listener.start()

    def __enter__(self) -> Self:
        try:
            self.wait_for("focused")
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait(10)
        self._listener.join(5)
        for pipe in (self._process.stdin, self._process.stdout, self._log):
            assert pipe is not None
            # What was not sent to it any more.
            with contextlib.suppress(BrokenPipeError):
                pipe.close()

    @property
    def pid(self) -> int:
        """The program's."""
        return self._process.pid

    def order(self, order: str) -> None:
        """Any method of a GTK window that takes no arguments; ``spin``: change its title all the time."""
        assert self._process.stdin is not None
        self._process.stdin.write(f"{order}\n")
        self._process.stdin.flush()

    def wait_for(self, state: str, *, on: bool = True) -> None:
        """Wait until the desktop has told it that it is ``focused``, ``fullscreen``... or is not."""
        wait_for(lambda: (state in self._states) is on, why=f"for {state} {on}: {self._states}")

    def fill(self, *, on: bool) -> None:
        """Have it fill the screen, or not."""
        self.order("fullscreen" if on else "unfullscreen")
        self.wait_for("fullscreen", on=on)

    def _listen(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            self._states = frozenset(line.split())


class Listing:
    """A compositor that lists windows, and says whatever a test writes. Use as a context manager.

    Every client that asks for the list is told ``says``. What one does against the rules is in ``wrong``.
    """

    LIST = "zwlr_foreign_toplevel_manager_v1"

    def __init__(self, folder: Path, says: bytes = b"", *, version: int = 3, flood: bool = False) -> None:
        self.env = {"WAYLAND_DISPLAY": "wl", "XDG_RUNTIME_DIR": str(folder)}
        self.destroyed: list[int] = []
        self.wrong: list[str] = []
        self._says, self._version, self._flood = says, version, flood
        self._clients: list[socket.socket] = []
        self._door = socket.socket(socket.AF_UNIX)
        self._door.bind(str(folder / "wl"))
        self._door.listen()
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        for end in (self._door, *self._clients):
            with contextlib.suppress(OSError):
                end.shutdown(socket.SHUT_RDWR)
        self._thread.join(5)
        self._door.close()

    def say(self, data: bytes) -> None:
        """Tell that to the client that came last."""
        self._clients[-1].sendall(data)

    def _serve(self) -> None:
        with contextlib.suppress(OSError):
            while True:
                client, _ = self._door.accept()
                self._clients.append(client)
                threading.Thread(target=self._talk, args=(client,), daemon=True).start()

    def _talk(self, client: socket.socket) -> None:
        splitter, objects = Splitter(), {1: "display"}
        with client, contextlib.suppress(OSError):
            while data := client.recv(4096):
                for message in splitter.feed(data):
                    try:
                        client.sendall(self._answer(client, message, objects))
                    except (AssertionError, KeyError) as error:
                        self.wrong.append(f"{message}: {error!r}")

    def _answer(self, client: socket.socket, message: Message, objects: dict[int, str]) -> bytes:
        arguments = Arguments(message.body)
        if message.object_id >= 0xFF000000:
            assert message.opcode == 7
            self.destroyed.append(message.object_id)
            return b""
        match objects[message.object_id], message.opcode:
            case "display", 0:
                made = arguments.word()
                assert made not in objects
                return packed(made, 0, 0) + packed(1, 1, made)
            case "display", 1:
                objects[arguments.word()] = "registry"
                return packed(2, 0, 7, "wl_seat", 8) + packed(2, 0, 9, self.LIST, self._version)
            case "registry", 0:
                assert (arguments.word(), arguments.text()) == (9, self.LIST)
                assert arguments.word() <= self._version
                objects[arguments.word()] = "list"
                while self._flood:
                    client.sendall(self._says)
                return self._says
            case what, opcode:
                raise AssertionError(f"request {opcode} of {what}")
