"""A tray in a program of its own on a desk, driven by orders and seen in pictures of the screen."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable
from pathlib import Path

import sitbreak
from desk import Desk, wait_for

PROGRAM = """
import sys, threading
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.tray.chooser import choose_tray
from sitbreak.errors import NotifyFailed
from sitbreak.ports import Look, MenuItem, TrayFace

tray, refusals = choose_tray(IoLoop(), lambda request: print("CHOSE", *request, flush=True), "Sitbreak")
print("TRAY", tray.name, *(str(refusal).splitlines() for refusal in refusals), flush=True)
LINES = (
    MenuItem("Sitting for 25 min"),
    MenuItem(""),
    MenuItem("Take a break", ("now",), default=True),
    MenuItem("Pause", children=(MenuItem("15 min", ("pause", 900)), MenuItem("1 h", ("pause", 3600)))),
    MenuItem("Standing", ("stand",), checked=True),
    MenuItem("Quit", ("quit",)),
)

def obey():
    while True:
        with open(sys.argv[1]) as orders:
            for order in orders:
                word, *rest = order.split()
                if word == "show":
                    lines = (MenuItem("Sitting for " + rest[2]), *LINES[1:]) if rest[2:] else LINES
                    tray.show(TrayFace(look=Look(rest[0]), step=int(rest[1]), tooltip="so long…", menu=lines))
                elif word == "state":
                    print("STATE", tray.state, flush=True)
                elif word == "notify":
                    try:
                        tray.notify("Time to move", "Stand up")
                        print("NOTIFIED", flush=True)
                    except NotifyFailed as failure:
                        print("FAILED", failure, flush=True)
                elif word == "stop":
                    tray.stop()

threading.Thread(target=obey, daemon=True).start()
tray.run()
print("ENDED", flush=True)
"""
GI = "/usr/lib/python3/dist-packages"
SEATED, DUE = (124, 227, 177), (255, 197, 61)


class Shown:
    """A tray of one kind, in a program of its own, on a desk."""

    def __init__(self, desk: Desk, kind: str) -> None:
        self.desk, self.kind = desk, kind
        self._pipe = desk.folder / "orders"
        os.mkfifo(self._pipe)

    def start_panel(self) -> None:
        if self.kind == "sni":
            self.desk.start_panel()
        else:
            look = ["--edge", "top", "--align", "left", "--widthtype", "pixel", "--width", "200"]
            self.desk.start("panel", ["trayer", *look, "--height", "28"])

    def start(self, **env: str) -> None:
        places = [str(Path(sitbreak.__file__).parents[1])] + ([GI] if self.kind == "gtk" else [])
        self.process = self.desk.start(
            "tray",
            [sys.executable, "-c", PROGRAM, str(self._pipe)],
            **{"SITBREAK_TRAY": self.kind, "PYTHONPATH": os.pathsep.join(places)} | env,
        )
        self.wait_for("TRAY")

    def order(self, order: str) -> None:
        self._pipe.write_text(f"{order}\n")

    def said(self, word: str) -> list[str]:
        return [line for line in self.desk.log("tray").splitlines() if line.startswith(word)]

    def wait_for(self, words: str) -> str:
        return wait_for(lambda: self.said(words), why=f"for {words}: {self.desk.log('tray')}")[-1]

    def find(self, colour: tuple[int, int, int]) -> tuple[int, int] | None:
        return self.desk.spot(colour)

    def seen(self, colour: tuple[int, int, int]) -> tuple[int, int]:
        return wait_for(lambda: self.find(colour), why=f"to see {colour}: {self.desk.log('tray')}")

    def gone(self, colour: tuple[int, int, int]) -> None:
        wait_for(lambda: self.find(colour) is None, why=f"for {colour} to go")

    def open_menu(self) -> tuple[int, int, int, int]:
        """Right click; where the menu is."""
        return self.desk.open_menu(self.seen(SEATED))


def wakes_of(pid: int) -> Callable[[], int]:
    def count() -> int:
        lines = [
            line
            for task in Path(f"/proc/{pid}/task").iterdir()
            for line in (task / "status").read_text().splitlines()
        ]
        return sum(int(line.split()[1]) for line in lines if line.startswith("voluntary_ctxt_switches"))

    return count


def settled(count: Callable[[], int]) -> bool:
    before = count()
    time.sleep(0.5)
    return count() == before
