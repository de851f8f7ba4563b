"""The active window's state as a Wayland compositor tells it to taskbars: zwlr-foreign-toplevel-management.

Full screen is a word of its second version. ``ext-foreign-toplevel-list-v1`` knows of no states; GNOME and
KDE show ordinary programs neither, nor anything else that says it.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import NoReturn

from sitbreak.adapters.presence.waydoor import connected, socket_path, unusable
from sitbreak.adapters.presence.waywire import Arguments, Message, Splitter, WireError, packed
from sitbreak.adapters.signals.fullscreen_view import PAUSE_S, broken
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

_CONNECT_S = 1.0
_READ_BYTES = 65536
_MOST_WINDOWS = 1000
_INTERFACE, _VERSION = "zwlr_foreign_toplevel_manager_v1", 2
_DISPLAY, _REGISTRY, _CALLBACK, _LIST = 1, 2, 3, 4
# The ids that a compositor gives begin here.
_THEIRS = 0xFF000000
_DESTROY = 7
_ACTIVE_AND_FULL = {2, 3}


class WaylandView:
    """The windows of the compositor that the environment names. Made, it waits a second at most.

    Raises:
        Unavailable: no compositor, not this person's, or one that does not tell.
    """

    def __init__(self, environ: Mapping[str, str]) -> None:
        path = socket_path(environ)
        self._said = partial(unusable, path)
        self._splitter = Splitter()
        # The global that lists the windows: its number, once it is known.
        self._global = 0
        self._bound = self._synced = False
        self._windows: dict[int, bool] = {}
        """For each window whether it is active and full screen."""
        self._socket = connected(path, _CONNECT_S)
        self._socket.settimeout(0)

    async def look(self) -> bool:
        """Whether the active window is full screen."""
        with broken(self._said):
            if not self._bound:
                self._send(packed(_DISPLAY, 1, _REGISTRY))
                await self._sync()
                self._bind()
            await self._sync()
            return self._full()

    async def stirred(self) -> None:
        """Wait until the compositor has told of another state."""
        with broken(self._said):
            before = self._full()
            while True:
                await self._hear_more()
                if self._full() is not before:
                    return
                await asyncio.sleep(PAUSE_S)

    def close(self) -> None:
        """Close the connection."""
        self._socket.close()

    def _full(self) -> bool:
        return any(self._windows.values())

    def _bind(self) -> None:
        if not self._global:
            raise Unavailable(
                tr("This Wayland compositor tells no program which window fills the screen."),
                remedy=tr("Nothing to do on GNOME and KDE. Sway, Hyprland, labwc, river and niri do tell."),
            )
        self._send(packed(_REGISTRY, 0, self._global, _INTERFACE, _VERSION, _LIST))
        self._bound = True

    async def _sync(self) -> None:
        """Wait until everything that was sent is understood and answered."""
        self._send(packed(_DISPLAY, 0, _CALLBACK))
        self._synced = False
        while not self._synced:
            await self._hear_more()
            # What is always ready to be read would leave no other task its turn.
            await asyncio.sleep(0)

    async def _hear_more(self) -> None:
        data = await asyncio.get_running_loop().sock_recv(self._socket, _READ_BYTES)
        if not data:
            raise WireError(tr("it closed the connection"))
        for message in self._splitter.feed(data):
            self._hear(message)

    def _send(self, data: bytes) -> None:
        # There is room for some hundred requests here; what does not fit, nobody reads.
        if self._socket.send(data) != len(data):
            raise WireError(tr("it does not listen"))

    def _hear(self, message: Message) -> None:
        arguments = Arguments(message.body)
        match message.object_id, message.opcode:
            case (1, 0):
                self._refused(arguments)
            case (1, 1):
                # Only from here on the callback's id may be used again.
                self._synced = self._synced or arguments.word() == _CALLBACK
            case (2, 0):
                self._offered(arguments.word(), arguments.text(), arguments.word())
            case (2, 1) if arguments.word() == self._global:
                raise WireError(tr("it tells no more"))
            case (4, 0):
                self._opened(arguments.word())
            case (4, 1):
                raise WireError(tr("it tells no more"))
            case (window, 4) if window in self._windows:
                self._windows[window] = set(arguments.words()) >= _ACTIVE_AND_FULL
            case (window, 6) if window in self._windows:
                del self._windows[window]
                self._send(packed(window, _DESTROY))
            case _:
                pass  # titles and names among them, which nobody looks at

    def _refused(self, arguments: Arguments) -> NoReturn:
        arguments.word()
        code, text = arguments.word(), arguments.text()[:200]
        plain = "".join(letter if letter.isprintable() else " " for letter in text)
        raise WireError(tr("it refused: {reason}").format(reason=f"{plain} ({code})"))

    def _offered(self, name: int, interface: str, version: int) -> None:
        if interface == _INTERFACE and version >= _VERSION and not self._global:
            self._global = name

    def _opened(self, window: int) -> None:
        if window < _THEIRS:
            raise WireError(f"a window by the id {window}")
        if len(self._windows) >= _MOST_WINDOWS:
            raise WireError(tr("it has too many windows"))
        self._windows[window] = False
