"""One handle on every notifier and its desktop, so that one suite can try them all."""

from __future__ import annotations

import queue
from abc import ABC, abstractmethod
from itertools import groupby
from pathlib import Path

from PIL import Image, ImageDraw

from desk import Desk, need, wait_for
from fakes import FakeNotifier
from notifyd import Server
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.notify.chain import NotifierChain
from sitbreak.adapters.notify.freedesktop import FreedesktopNotifier
from sitbreak.core.events import Answer, Event
from sitbreak.ports import Note, Notifier

LABELS = {Answer.DONE: "Done", Answer.SNOOZE: "Snooze 5 min", Answer.SKIP: "Skip"}


def a_note(prompt_id: int = 1, *, title: str = "Stand up and walk", image: Path | None = None) -> Note:
    """A prompt with all three buttons."""
    return Note(
        prompt_id=prompt_id,
        title=title,
        body="You have sat for 31 min. Two minutes will do.",
        buttons=tuple(LABELS.items()),
        how_to_answer="Answer from the tray, or with `sitbreak done`.",
        image=image,
    )


def a_picture(folder: Path) -> Path:
    """A figure whose path needs quoting."""
    path = folder / "a figure ü.png"
    picture = Image.new("RGBA", (128, 128), (30, 120, 200, 255))
    ImageDraw.Draw(picture).ellipse((20, 20, 108, 108), fill=(255, 220, 0, 255))
    picture.save(path)
    return path


BARE_BUS = """<busconfig><type>session</type><auth>EXTERNAL</auth><listen>{address}</listen>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/>
<allow own="*"/></policy></busconfig>"""


def start_bare_bus(desk: Desk) -> None:
    """Restart the session bus as one that can start no server on demand."""
    desk.kill("bus")
    config = desk.folder / "bare.conf"
    config.write_text(BARE_BUS.format(address=desk.env["DBUS_SESSION_BUS_ADDRESS"]))
    socket = desk.run_dir / "bus"
    socket.unlink(missing_ok=True)
    desk.start("bus", ["dbus-daemon", f"--config-file={config}", "--nofork", "--nopidfile"])
    wait_for(socket.exists, why="for the bare session bus")


class Inbox:
    """What was posted, in order; ``next`` waits for it."""

    def __init__(self) -> None:
        self._events: queue.Queue[Event] = queue.Queue()

    def post(self, event: Event) -> None:
        self._events.put(event)

    def next(self, *, for_s: float = 10.0) -> Event:
        return self._events.get(timeout=for_s)

    def none_left(self) -> bool:
        return self._events.empty()


class Stage(ABC):
    """A notifier, what is on its screen, and the hand of a person."""

    notifier: Notifier

    def __init__(self) -> None:
        self.inbox = Inbox()
        self.late: list[int] = []

    def settle(self) -> None:  # noqa: B027 - most have nothing to wait for
        """Wait until all that was sent has arrived, as far as that can be told."""

    @abstractmethod
    def count(self) -> int:
        """How many notes are on the screen."""

    @abstractmethod
    def press(self, answer: Answer) -> None:
        """Press that button of the only note."""

    @abstractmethod
    def dismiss(self) -> None:
        """Close the only note without an answer."""

    @abstractmethod
    def die(self) -> None:
        """Kill the notification server."""

    @abstractmethod
    def revive(self) -> None:
        """Start it again."""

    def close(self) -> None:
        """End what was started."""
        self.notifier.close()

    def wait_for_count(self, count: int) -> None:
        wait_for(lambda: self.count() == count, why=f"for {count} notes on the screen")


class FakeStage(Stage):
    """The fake."""

    def __init__(self) -> None:
        super().__init__()
        self.notifier = self.fake = FakeNotifier(self.inbox.post, SystemClock(), late=self.late.append)

    def count(self) -> int:
        return 1 if self.fake.open else 0

    def press(self, answer: Answer) -> None:
        self.fake.press(answer)

    def dismiss(self) -> None:
        self.fake.dismiss()

    def die(self) -> None:
        self.fake.die()

    def revive(self) -> None:
        self.fake.revive()


class BusStage(Stage):
    """Our client on a real bus; the server is a subclass's affair."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self.desk, self.io = desk, IoLoop()
        self.address = desk.env["DBUS_SESSION_BUS_ADDRESS"]
        self.notifier = self.client = FreedesktopNotifier(
            self.io, self.inbox.post, SystemClock(), late=self.late.append, address=self.address
        )

    def close(self) -> None:
        super().close()
        self.io.close()

    def wait_until_known(self) -> None:
        """Wait until the client has made the server's acquaintance."""
        wait_for(lambda: self.client.abilities, why="for the server's abilities")

    def wait_until_lost(self) -> None:
        """Wait until the client knows that its server is gone."""
        wait_for(lambda: not self.client.abilities, why="for the server's absence to be seen")


class ScriptedStage(BusStage):
    """Our client and a server that does what it is told."""

    def __init__(self, desk: Desk, *, begin: bool = True) -> None:
        super().__init__(desk)
        self.server = Server(self.address)
        if begin:
            self.revive()
            self.client.check()

    @property
    def server_id(self) -> int:
        """The id of the only note."""
        (only,) = self.server.on_screen
        return only

    def count(self) -> int:
        return len(self.server.on_screen)

    def press(self, answer: Answer) -> None:
        self.server.invoke(self.server_id, answer)

    def dismiss(self) -> None:
        self.server.drop(self.server_id, 2)

    def die(self) -> None:
        self.server.stop()

    def revive(self) -> None:
        self.server.start()

    def settle(self) -> None:
        # The bus keeps the order of what one sender sends, so this comes after all that was sent before.
        before = self.server.asked.count("GetCapabilities")
        self.server.signal("ActionInvoked", "us", [0, "nothing"])
        self.client._capabilities = None
        self.client.check()
        assert self.server.asked.count("GetCapabilities") > before

    def close(self) -> None:
        super().close()
        self.server.close()


class ChainStage(ScriptedStage):
    """A chain of one: our client and the scripted server."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        self.notifier = NotifierChain([("freedesktop", lambda _: self.client)])


class DunstStage(BusStage):
    """Our client and dunst."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        need("dunst", "dunstctl")
        self.revive()
        self.client.check()

    def count(self) -> int:
        return int(self.desk.run("dunstctl", "count", "displayed"))

    def press(self, answer: Answer) -> None:
        self.desk.choose(LABELS[answer])

    def dismiss(self) -> None:
        self.desk.run("dunstctl", "close")

    def die(self) -> None:
        self.desk.kill("dunst")

    def revive(self) -> None:
        self.desk.start_dunst()


class XfceStage(BusStage):
    """Our client and Xfce's daemon, whose bubbles are clicked with the mouse."""

    def __init__(self, desk: Desk) -> None:
        super().__init__(desk)
        need("xfwm4")
        desk.start("wm", ["xfwm4", "--compositor=off"])
        self.revive()
        self.client.check()

    def count(self) -> int:
        return len(self.desk.windows("otifyd"))

    def press(self, answer: Answer) -> None:
        self.desk.click(*self.button(answer))

    def dismiss(self) -> None:
        x, y, width, _ = self._bubble()
        self.desk.click(x + width // 2, y + 4)

    def die(self) -> None:
        self.desk.kill("notifyd")

    def revive(self) -> None:
        self.desk.start_notifyd()

    def button(self, answer: Answer) -> tuple[int, int]:
        """The middle of that button, found in a picture of the screen."""
        spans, y = wait_for(self._buttons, why="for the bubble's three buttons")
        left, right = spans[list(LABELS).index(answer)]
        return (left + right) // 2, y

    def _buttons(self) -> tuple[list[tuple[int, int]], int] | None:
        # From below, the first line crossed by three wide things that are not background.
        bubble = self._bubble()
        x, y, width, height = bubble
        with Image.open(self.desk.shot("buttons")) as shot:
            picture = shot.convert("L").crop((x, y, x + width, y + height))
        background = picture.getpixel((width // 2, 4))
        for line in range(height - 3, height // 3, -1):
            inked = [picture.getpixel((column, line)) != background for column in range(2, width - 2)]
            spans, column = [], x + 2
            for ink, run in groupby(inked):
                length = len(list(run))
                if ink and length > 30:
                    spans.append((column, column + length))
                column += length
            if len(spans) == len(LABELS):
                return spans, y + line - 10
        return None

    def _bubble(self) -> tuple[int, int, int, int]:
        (only,) = wait_for(lambda: self.desk.windows("otifyd"), why="for the bubble")
        return only
