"""A real desktop without a screen: X server, bus, window manager, panel, notification daemon.

Every piece is Debian's own. What is missing skips the test, or fails it where ``CI`` is set.
"""

from __future__ import annotations

import os
import shutil
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Self, TypeVar

import pytest
from PIL import Image

T = TypeVar("T")

NOTIFYD = next(map(str, Path("/usr/lib").glob("*/xfce4/notifyd/xfce4-notifyd")), "xfce4-notifyd")
_KEPT = ("PATH", "LANG", "LC_ALL", "TZ", "USER", "LOGNAME", "VIRTUAL_ENV")
_PANEL = """<?xml version="1.0" encoding="UTF-8"?>
<channel name="xfce4-panel" version="1.0">
 <property name="configver" type="int" value="2"/>
 <property name="panels" type="array"><value type="int" value="1"/>
  <property name="panel-1" type="empty">
   <property name="position" type="string" value="p=6;x=0;y=0"/>
   <property name="length" type="uint" value="100"/>
   <property name="position-locked" type="bool" value="true"/>
   <property name="size" type="uint" value="28"/>
   <property name="plugin-ids" type="array"><value type="int" value="1"/></property>
  </property></property>
 <property name="plugins" type="empty"><property name="plugin-1" type="string" value="systray"/></property>
</channel>
"""


def need(*programs: str) -> None:
    """Skip where a program is missing; fail where CI promised it."""
    missing = [program for program in programs if shutil.which(program) is None]
    if not missing:
        return
    message = f"this machine lacks {', '.join(missing)}; `make test` installs them where it may"
    if os.environ.get("CI"):
        pytest.fail(message)
    pytest.skip(message)


def wait_for(what: Callable[[], T | None], *, for_s: float = 15.0, why: str = "") -> T:
    """The first truthy answer of ``what``, asked often; fails the test when there is none in time."""
    end = time.monotonic() + for_s
    while time.monotonic() < end:
        if answer := what():
            return answer
        time.sleep(0.02)
    pytest.fail(f"waited {for_s:g} s in vain {why or what}")


def _listens(path: Path) -> bool:
    with socket.socket(socket.AF_UNIX) as door:
        return door.connect_ex(str(path)) == 0


def _is_near(pixel: object, colour: tuple[int, int, int]) -> bool:
    return isinstance(pixel, tuple) and all(abs(a - b) < 24 for a, b in zip(pixel, colour, strict=True))


class Desk:
    """A private X display, session bus and home. Pieces are started and killed by name.

    ``env`` is what a program on this desktop sees. Use as a context manager; it ends what it started.
    """

    def __init__(self, folder: Path, *, x: bool = True) -> None:
        need(*(["Xvfb", "xdotool"] if x else []), "dbus-daemon")
        self.folder, self._x = folder, x
        self._pieces: dict[str, subprocess.Popen[bytes]] = {}
        self._pointer = threading.Lock()
        home, run = folder / "home", folder / "run"
        services = home / ".local/share/dbus-1/services"
        for path in (home / ".config", home / ".cache", services, run):
            path.mkdir(parents=True, exist_ok=True)
        run.chmod(0o700)
        if Path(NOTIFYD).is_absolute():
            # Of several that are installed the bus would start any, also one that needs another display.
            text = f"[D-BUS Service]\nName=org.freedesktop.Notifications\nExec={NOTIFYD}\n"
            (services / "org.freedesktop.Notifications.service").write_text(text)
        self.home, self.run_dir = home, run
        kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
        self.env = {
            "LANG": "C.UTF-8",
            **kept,
            "HOME": str(home),
            "XDG_RUNTIME_DIR": str(run),
            "XDG_CONFIG_HOME": str(home / ".config"),
            "XDG_CACHE_HOME": str(home / ".cache"),
            "XDG_DATA_HOME": str(home / ".local/share"),
            "XDG_STATE_HOME": str(home / ".local/state"),
            "DBUS_SESSION_BUS_ADDRESS": f"unix:path={run}/bus",
            # Nobody is there unless a test starts it; this machine's own must not have a say.
            "DBUS_SYSTEM_BUS_ADDRESS": f"unix:path={run}/system-bus",
            "GTK_A11Y": "none",
            "NO_AT_BRIDGE": "1",
        }

    def __enter__(self) -> Self:
        if self._x:
            self._start_x()
        self.start_bus()
        return self

    def __exit__(self, *_: object) -> None:
        for name in reversed(list(self._pieces)):
            self.kill(name)

    def start(self, name: str, argv: Sequence[str], **env: str) -> subprocess.Popen[bytes]:
        """Start a program on this desktop; its output goes to ``NAME.log`` in the desk's folder."""
        need(argv[0])
        with (self.folder / f"{name}.log").open("ab") as log:
            piece = subprocess.Popen(
                argv,
                env=self.env | env,
                cwd=self.home,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        self._pieces[name] = piece
        return piece

    def log(self, name: str) -> str:
        """What a program started by that name has printed so far."""
        return (self.folder / f"{name}.log").read_text(errors="replace")

    def kill(self, name: str, how: signal.Signals | None = None) -> None:
        """End a piece, by SIGKILL unless told otherwise, and wait until it is gone."""
        piece = self._pieces.pop(name)
        if piece.poll() is None:
            os.killpg(piece.pid, how or signal.SIGKILL)
        piece.wait(10)

    def run(self, *argv: str, check: bool = True, for_s: float = 20.0) -> str:
        """Run a program to its end on this desktop and return what it printed."""
        done = subprocess.run(
            argv,
            env=self.env,
            cwd=self.home,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=for_s,
            check=False,
        )
        if check and done.returncode != 0:
            pytest.fail(f"{argv} ended with {done.returncode}: {done.stdout}{done.stderr}")
        return done.stdout

    def start_bus(self, name: str = "bus") -> None:
        """Start the session bus at its known address, or by that name another: ``system-bus``."""
        path = self.run_dir / name
        path.unlink(missing_ok=True)
        address = f"--address=unix:path={path}"
        self.start(name, ["dbus-daemon", "--session", "--nofork", "--nopidfile", address])
        wait_for(lambda: _listens(path), why=f"for the {name}")

    def start_panel(self) -> None:
        """Xfce's panel along the top, with a tray that takes both kinds of icon, and a window manager."""
        folder = self.home / ".config/xfce4/xfconf/xfce-perchannel-xml"
        folder.mkdir(parents=True, exist_ok=True)
        (folder / "xfce4-panel.xml").write_text(_PANEL)
        if "wm" not in self._pieces:
            self.start("wm", ["xfwm4", "--compositor=off"])
        self.start("panel", ["xfce4-panel", "--disable-wm-check"])
        self.wait_for_name("org.kde.StatusNotifierWatcher")

    def start_notifyd(self) -> None:
        """Xfce's notification daemon."""
        self.start("notifyd", [NOTIFYD])
        self.wait_for_name("org.freedesktop.Notifications")

    def start_dunst(self) -> None:
        """Dunst; ``choose(label)`` picks one of a bubble's actions."""
        pick = self.folder / "pick"
        pick.write_text(f'#!/bin/sh\nexec grep -m1 -- "$(cat {self.folder}/want)"\n')
        pick.chmod(0o755)
        (self.folder / "dunstrc").write_text(f"[global]\ndmenu = {pick}\n")
        self.start("dunst", ["dunst", "-conf", str(self.folder / "dunstrc")])
        self.wait_for_name("org.freedesktop.Notifications")

    def choose(self, label: str) -> None:
        """Answer the bubble that dunst shows by one of its actions."""
        (self.folder / "want").write_text(label)
        self.run("dunstctl", "context")

    def owned(self, name: str) -> bool:
        """Whether somebody on the session bus owns that name."""
        answer = self.run(
            "dbus-send",
            "--session",
            "--print-reply",
            "--dest=org.freedesktop.DBus",
            "/org/freedesktop/DBus",
            "org.freedesktop.DBus.NameHasOwner",
            f"string:{name}",
            check=False,
        )
        return "boolean true" in answer

    def wait_for_name(self, name: str, *, owned: bool = True) -> None:
        """Wait until the name has an owner on the session bus (or has none)."""
        wait_for(lambda: self.owned(name) is owned, why=f"for {name}")

    def move(self, x: int, y: int) -> None:
        """Move the pointer, as a hand would."""
        with self._pointer:
            self.run("xdotool", "mousemove", str(x), str(y))

    def click(self, x: int, y: int, *, button: int = 1) -> None:
        """Click there."""
        with self._pointer:
            self.run("xdotool", "mousemove", str(x), str(y), "click", str(button))

    def key(self, *keys: str) -> None:
        """Press keys."""
        self.run("xdotool", "key", *keys)

    def shot(self, name: str) -> Path:
        """A picture of the whole screen, kept in the desk's folder (or in ``SITBREAK_SHOTS``)."""
        need("import")
        path = Path(os.environ.get("SITBREAK_SHOTS", self.folder)) / f"{name}.png"
        path.parent.mkdir(parents=True, exist_ok=True)
        self.run("import", "-window", "root", str(path))
        return path

    def spot(self, colour: tuple[int, int, int]) -> tuple[int, int] | None:
        """The middle of what has that colour along the top of the screen, now."""
        with Image.open(self.shot("spot")) as picture:
            strip = picture.convert("RGB").crop((0, 0, picture.width, 40))
        near = [
            (x, y)
            for y in range(strip.height)
            for x in range(strip.width)
            if _is_near(strip.getpixel((x, y)), colour)
        ]
        if len(near) < 12:
            return None
        return sum(x for x, _ in near) // len(near), sum(y for _, y in near) // len(near)

    def open_menu(self, at: tuple[int, int]) -> tuple[int, int, int, int]:
        """Right click there; where the menu is that opens: x, y, width, height."""
        before = set(self.windows("."))
        self.click(*at, button=3)
        return wait_for(lambda: next(iter(set(self.windows(".")) - before), None), why="for the menu")

    def windows(self, name: str) -> list[tuple[int, int, int, int]]:
        """(x, y, width, height) of the mapped windows whose name or class contains ``name``."""
        ids = self.run("xdotool", "search", "--onlyvisible", "--name", name, check=False).split()
        ids += self.run("xdotool", "search", "--onlyvisible", "--class", name, check=False).split()
        found = []
        for window in dict.fromkeys(ids):
            text = self.run("xdotool", "getwindowgeometry", "--shell", window, check=False)
            got = dict(line.split("=", 1) for line in text.splitlines() if "=" in line)
            if {"X", "Y", "WIDTH", "HEIGHT"} <= got.keys():
                found.append((int(got["X"]), int(got["Y"]), int(got["WIDTH"]), int(got["HEIGHT"])))
        return found

    def _start_x(self) -> None:
        read, write = os.pipe()
        with (self.folder / "x.log").open("ab") as log:
            self._pieces["x"] = subprocess.Popen(
                [
                    "Xvfb",
                    "-displayfd",
                    str(write),
                    "-screen",
                    "0",
                    "1280x800x24",
                    "-nolisten",
                    "tcp",
                    "-noreset",
                ],
                pass_fds=(write,),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
        os.close(write)
        with os.fdopen(read) as numbers:
            number = numbers.readline().strip()
        if not number:
            pytest.fail(f"Xvfb did not start: {self.log('x')}")
        self.env |= {"DISPLAY": f":{number}", "XDG_CURRENT_DESKTOP": "XFCE", "XDG_SESSION_TYPE": "x11"}
