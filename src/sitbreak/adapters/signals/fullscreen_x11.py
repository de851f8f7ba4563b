"""The active window's state as an X server's window manager tells it.

Only what the window manager calls full screen is. A window without a frame that is as large as its screen
may as well be a maximised one where there is no panel, so its size is not looked at.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any

from Xlib import X, Xatom
from Xlib.protocol import request

from sitbreak.adapters.presence.xdisplay import connect, is_xwayland, refusals
from sitbreak.adapters.presence.xsync import Connection
from sitbreak.adapters.signals.fullscreen_view import PAUSE_S, NotNow, broken
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

_MANAGER, _SUPPORTED = "_NET_SUPPORTING_WM_CHECK", "_NET_SUPPORTED"
_ACTIVE, _STATE, _FULL = "_NET_ACTIVE_WINDOW", "_NET_WM_STATE", "_NET_WM_STATE_FULLSCREEN"
_MOST_WORDS = 1024


class _Property(request.GetProperty):
    """A property's value, answered later: nothing waits for the server."""

    _data: dict[str, Any] | None
    _error: object

    @property
    def answered(self) -> bool:
        return self._data is not None or self._error is not None

    @property
    def words(self) -> tuple[int, ...]:
        """The value; empty where there is none, or no such window any more."""
        size, words = (self._data or {}).get("value") or (0, ())
        return tuple(words) if size == 32 else ()


class X11View:
    """The windows of one X display. Made, it waits for the server; nothing else blocks.

    ``heeds``: select the events that ``stirred`` goes by, on the root and on the window that is active.

    Raises:
        Unavailable: no X server, one inside Wayland, or no window manager that tells.
    """

    def __init__(self, display: str, *, heeds: bool) -> None:
        self._display, self._heeds = display, heeds
        self._heeded, self._stirred = 0, False
        with broken(self._said), refusals(display):
            self._connection: Any = connect(display)
            try:
                self._enter(self._connection)
            except BaseException:
                self.close()
                raise

    async def look(self) -> bool:
        """Whether the active window is full screen; no active window is not."""
        with broken(self._said):
            self._stirred = False
            manager, supported, active = await self._ask(
                (self._root, _MANAGER, Xatom.WINDOW),
                (self._root, _SUPPORTED, Xatom.ATOM),
                (self._root, _ACTIVE, Xatom.WINDOW),
            )
            window = active[0] if active and active[0] != self._root else 0
            self._heed(window)
            # What a window manager has left behind goes on standing there when it is gone, but not this.
            alive, state = await self._ask(
                (manager[0] if manager else 0, _MANAGER, Xatom.WINDOW), (window, _STATE, Xatom.ATOM)
            )
            if not manager or alive != manager or not {self._atoms[_ACTIVE], self._full} <= set(supported):
                raise NotNow(
                    tr("No window manager here tells which window fills the screen."),
                    remedy=tr("Use one that keeps to the EWMH standard, as those of all desktops do."),
                )
            return self._full in state

    async def stirred(self) -> None:
        """Wait until another window is active, or the active one's state has changed."""
        with broken(self._said):
            self._pump()
            while not self._stirred:
                await self._readable()
                self._pump()
                if not self._stirred:
                    await asyncio.sleep(PAUSE_S)
                    self._pump()

    def close(self) -> None:
        """Close the connection."""
        self._connection.let_go()

    def _enter(self, connection: Connection) -> None:
        if is_xwayland(connection):
            raise Unavailable(
                tr("This is a Wayland desktop: its X server sees only some of the windows."),
                remedy=tr("Start sitbreak from the desktop, or set WAYLAND_DISPLAY and XDG_RUNTIME_DIR."),
            )
        self._root = int(connection.info.roots[connection.default_screen].root)
        names = (_MANAGER, _SUPPORTED, _ACTIVE, _STATE, _FULL)
        make = partial(request.InternAtom, display=connection, defer=True, only_if_exists=0)
        asked = {name: make(name=name) for name in names}
        for answer in asked.values():
            answer.reply()
        self._atoms = {name: int(answer.atom) for name, answer in asked.items()}
        self._full = self._atoms[_FULL]
        if self._heeds:
            self._select(self._root, X.PropertyChangeMask)

    def _heed(self, window: int) -> None:
        if not self._heeds:
            return
        if self._heeded not in {0, window}:
            self._select(self._heeded, X.NoEventMask)
        if window:
            self._select(window, X.PropertyChangeMask)
        self._heeded = window

    def _select(self, window: int, events: int) -> None:
        # A window may be gone by now; that is no error, and not to be spoken of.
        request.ChangeWindowAttributes(
            display=self._connection,
            onerror=lambda _error, _request: True,
            window=window,
            attrs={"event_mask": events},
        )

    async def _ask(self, *questions: tuple[int, str, int]) -> list[tuple[int, ...]]:
        """The values of these properties: window, name and type of each."""
        make = partial(_Property, display=self._connection, defer=True, delete=0, long_offset=0)
        asked = [
            make(window=window, property=self._atoms[name], type=kind, long_length=_MOST_WORDS)
            for window, name, kind in questions
        ]
        self._pump()
        while not all(question.answered for question in asked):
            await self._readable()
            self._pump()
        return [question.words for question in asked]

    def _pump(self) -> None:
        # Sending reads too, and keeps events in python-xlib's own queue, where the loop does not see them.
        self._connection.flush()
        for _ in range(self._connection.pending_events()):
            self._hear(self._connection.next_event())

    def _hear(self, event: Any) -> None:
        if event.type == X.PropertyNotify:
            heard = (_STATE,) if event.window == self._heeded else (_MANAGER, _SUPPORTED, _ACTIVE)
            self._stirred = self._stirred or event.atom in {self._atoms[name] for name in heard}

    async def _readable(self) -> None:
        loop, ready = asyncio.get_running_loop(), asyncio.Event()
        fd = self._connection.fileno()
        loop.add_reader(fd, ready.set)
        try:
            await ready.wait()
        finally:
            loop.remove_reader(fd)

    def _said(self, error: Exception) -> Unavailable:
        return Unavailable(
            tr("The X display {name} cannot be used: {reason}").format(name=self._display, reason=error),
            remedy=tr("Start sitbreak as the person who owns that display."),
        )
