"""A Wayland compositor, as far as it tells of idleness: its seats, and watches on them.

Two protocols say it. ``ext-idle-notify-v1``: in its first version a video that plays hides that a person
left, and one that begins may look like a return; its second can be told to heed input alone.
``org_kde_kwin_idle``, which older compositors have, is like the first.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, TypeAlias

from sitbreak.adapters.presence.waydoor import connected, unusable
from sitbreak.adapters.presence.waywire import Arguments, Message, Splitter, WireError, packed
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

_ANSWER_S = 2.0
_MOST_SEATS = 32
_READ_BYTES = 4096
_DISPLAY, _REGISTRY = 1, 2
_SEAT = "wl_seat"


class _Manner(NamedTuple):
    """How one protocol makes a watch: by which request, and whether the seat stands before the time."""

    interface: str
    version: int
    make: int
    seat_first: bool


_MANNERS = (
    _Manner("ext_idle_notifier_v1", 2, make=2, seat_first=False),
    _Manner("ext_idle_notifier_v1", 1, make=1, seat_first=False),
    _Manner("org_kde_kwin_idle", 1, make=0, seat_first=True),
)


@dataclass(frozen=True, slots=True)
class Idled:
    """There has been no input for as long as this watch waits for."""

    watch: int


@dataclass(frozen=True, slots=True)
class Resumed:
    """There was input after ``Idled``."""

    watch: int


@dataclass(frozen=True, slots=True)
class SeatCame:
    """Somebody may sit there from now on."""

    seat: int


@dataclass(frozen=True, slots=True)
class SeatLeft:
    """Nobody sits there any more, and its watches are gone."""

    seat: int


Event: TypeAlias = Idled | Resumed | SeatCame | SeatLeft


class Compositor:
    """A connection to the compositor at ``path``.

    Made, and settled, it waits for the compositor, 2 seconds at most in all; after ``settle`` nothing waits.
    Every method but ``close`` raises WireError or OSError when the conversation cannot go on.

    Raises:
        Unavailable: nobody answers there, it is not this person's, or it cannot tell.
    """

    def __init__(self, path: Path) -> None:
        self._end_s = time.monotonic() + _ANSWER_S
        self._splitter = Splitter()
        self._events: list[Event] = []
        self._globals: dict[str, dict[int, int]] = {}
        self._seats: dict[int, int] = {}
        self._watches: dict[int, int] = {}
        self._last_id, self._dying, self._free = _REGISTRY, set[int](), list[int]()
        # The protocol that is spoken; none as long as its manager's id is 0.
        self._manner, self._manager, self._manager_name = _MANNERS[-1], 0, 0
        self._callback = 0
        self._socket = connected(path, _ANSWER_S)
        try:
            self._socket.sendall(packed(_DISPLAY, 1, _REGISTRY))
            self._wait()
            self._bind()
        except (OSError, WireError) as error:
            self.close()
            raise unusable(path, error) from error
        except BaseException:
            self.close()
            raise

    @property
    def seats(self) -> tuple[int, ...]:
        """Who may give input, by the compositor's own numbers."""
        return tuple(self._seats)

    def fileno(self) -> int:
        """What becomes readable when there is something to ``read``."""
        return self._socket.fileno()

    def settle(self) -> None:
        """Wait until everything that was sent is understood; nothing waits from here on."""
        self._wait()
        self._socket.settimeout(0)

    def watch(self, seat: int, after_ms: int) -> int:
        """Watch for so long without input on that seat, counted anew from now; the watch's number."""
        made = self._new_id()
        last = (self._seats[seat], after_ms) if self._manner.seat_first else (after_ms, self._seats[seat])
        self._send(packed(self._manager, self._manner.make, made, *last))
        self._watches[made] = seat
        return made

    def unwatch(self, watch: int) -> None:
        """Watch no more; nothing more is heard of it."""
        if self._watches.pop(watch, None) is not None:
            self._dying.add(watch)
            self._send(packed(watch, 0))

    def read(self) -> list[Event]:
        """What has come. After ``settle`` it never waits."""
        try:
            data = self._socket.recv(_READ_BYTES)
        except (BlockingIOError, InterruptedError):
            data = None
        if data == b"":
            raise WireError(tr("it closed the connection"))
        for message in self._splitter.feed(data or b""):
            self._hear(message)
        events, self._events = self._events, []
        return events

    def close(self) -> None:
        """Let go of it; its watches end with the connection."""
        self._socket.close()

    def _send(self, data: bytes) -> None:
        # There is room for some hundred requests here; what does not fit, nobody reads.
        if self._socket.send(data) != len(data):
            raise WireError(tr("it does not listen"))

    def _new_id(self) -> int:
        if self._free:
            return self._free.pop()
        self._last_id += 1
        return self._last_id

    def _wait(self) -> None:
        self._callback = self._new_id()
        self._send(packed(_DISPLAY, 0, self._callback))
        self._dying.add(self._callback)
        heard: list[Event] = []
        while self._callback:
            self._socket.settimeout(max(0.001, self._end_s - time.monotonic()))
            try:
                heard += self.read()
            except TimeoutError:
                raise WireError(tr("it does not answer")) from None
        self._events = heard

    def _bind(self) -> None:
        for manner in _MANNERS:
            for name, version in self._globals.get(manner.interface, {}).items():
                if version >= manner.version:
                    self._manner, self._manager_name = manner, name
                    self._manager = self._bound(name, manner.interface, manner.version)
                    if not self._seats:
                        raise Unavailable(
                            tr("The Wayland compositor has no seat."),
                            remedy=tr("Use it with a keyboard or a pointer."),
                        )
                    return
        raise Unavailable(
            tr("This Wayland compositor tells nobody how long there was no input."),
            remedy=tr("Use one with ext-idle-notify-v1, as current Plasma, sway, Hyprland and COSMIC have."),
        )

    def _bound(self, name: int, interface: str, version: int) -> int:
        made = self._new_id()
        self._send(packed(_REGISTRY, 0, name, interface, version, made))
        return made

    def _hear(self, message: Message) -> None:
        arguments = Arguments(message.body)
        match message.object_id, message.opcode:
            case (1, 0):
                arguments.word()
                code = arguments.word()
                raise WireError(
                    tr("it refused: {reason}").format(reason=f"{_plain(arguments.text())} ({code})")
                )
            case (1, 1):
                self._forget(arguments.word())
            case (2, 0):
                self._offered(arguments.word(), arguments.text(), arguments.word())
            case (2, 1):
                self._withdrawn(arguments.word())
            case (number, 0) if number == self._callback:
                self._callback = 0
            case (number, 0) if number in self._watches:
                self._events.append(Idled(number))
            case (number, 1) if number in self._watches:
                self._events.append(Resumed(number))
            case _:
                pass  # of a seat, or of a watch that has just been given up

    def _forget(self, number: int) -> None:
        # Only what was given up here may be used for something else.
        if number in self._dying:
            self._dying.discard(number)
            self._free.append(number)

    def _offered(self, name: int, interface: str, version: int) -> None:
        if interface == _SEAT and name not in self._seats:
            if len(self._seats) >= _MOST_SEATS:
                raise WireError(tr("it has too many seats"))
            self._seats[name] = self._bound(name, _SEAT, 1)
            if self._manager:
                self._events.append(SeatCame(name))
        elif not self._manager and interface in {manner.interface for manner in _MANNERS}:
            self._globals.setdefault(interface, {})[name] = version

    def _withdrawn(self, name: int) -> None:
        if self._manager and name == self._manager_name:
            raise WireError(tr("it tells no more"))
        if self._seats.pop(name, None) is None:
            return
        for watch in [watch for watch, seat in self._watches.items() if seat == name]:
            self.unwatch(watch)
        if self._manager:
            self._events.append(SeatLeft(name))


def _plain(text: str) -> str:
    return "".join(letter if letter.isprintable() else " " for letter in text[:200])
