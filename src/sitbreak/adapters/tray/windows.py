"""The tray of Windows: pystray's own, with texts cut to what the shell takes and one thread for all of it."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from typing import Any

from sitbreak.adapters.text import TOOLTIP_MOST, cut
from sitbreak.adapters.tray.base import IconTray
from sitbreak.adapters.tray.menus import Choose
from sitbreak.adapters.tray.quiet import backend
from sitbreak.ports import BODY_MOST, TITLE_MOST, Look

_win32 = backend("win32")
_api = backend("util.win32")

_WM_CLOSE, _WM_QUERYENDSESSION, _WM_ENDSESSION = 0x10, 0x11, 0x16
_WM_WORK = 0x8000 + 71
_SIZE_PX = 64


class WindowsIcon(_win32.Icon):  # type: ignore[misc,name-defined]  # pystray ships no types
    """pystray's icon; ``post`` brings work onto the thread that owns its window.

    ``quit_`` is called when its window is told to close, or that the session ends.
    """

    def __init__(
        self, name: str, title: str, menu_closed: Callable[[], object], quit_: Callable[[], object]
    ) -> None:
        self._menu_closed, self._quit = menu_closed, quit_
        self._works: deque[Callable[[], object]] = deque()
        self.menu_open = False
        super().__init__(name, title=title)
        self._message_handlers |= {
            _WM_WORK: self._on_work,
            _WM_CLOSE: self._on_close,
            # What is not handled is answered with 0: this would keep the person from logging off.
            _WM_QUERYENDSESSION: lambda _wparam, _lparam: 1,
            _WM_ENDSESSION: self._on_end_of_session,
        }

    def post(self, work: Callable[[], object]) -> None:
        """Run it on the icon's thread, once it runs. Any thread."""
        self._works.append(work)
        if self._hwnd:
            _api.PostMessage(self._hwnd, _WM_WORK, 0, 0)

    def _on_work(self, _wparam: int, _lparam: int) -> None:
        while self._works:
            self._works.popleft()()

    def _on_close(self, _wparam: int, _lparam: int) -> None:
        self._quit()

    def _on_end_of_session(self, ends: int, _lparam: int) -> None:
        if ends:
            self._quit()

    def _on_notify(self, wparam: int, lparam: int) -> None:
        # The menu is tracked in here and its own loop runs our work: the menu must not be replaced meanwhile.
        self.menu_open = True
        try:
            super()._on_notify(wparam, lparam)
        finally:
            self.menu_open = False
            self._menu_closed()


class WindowsTray(IconTray):
    """The port over ``WindowsIcon``."""

    def __init__(self, choose: Choose, app_title: str) -> None:
        icon = WindowsIcon(
            "sitbreak",
            cut(app_title, TOOLTIP_MOST),
            menu_closed=lambda: self._post(self._refresh),
            quit_=lambda: choose(("quit",)),
        )
        super().__init__("windows", icon, choose)

    def run(self) -> None:
        """Main thread; blocks until ``stop``."""
        try:
            super().run()
        except OSError:
            # A window that the system has closed cannot be closed again.
            if not self._stopping:
                raise

    def notify(self, title: str, body: str) -> None:
        """Show a balloon. Any thread. Raises NotifyFailed."""
        super().notify(cut(title, TITLE_MOST), cut(body, BODY_MOST))

    def _post(self, work: Callable[[], object]) -> None:
        self._icon.post(work)

    def _text(self, text: str) -> str:
        return cut(text, TOOLTIP_MOST)

    def _picture(self, look: Look, step: int) -> Any:
        from sitbreak.adapters.tray.drawing import draw  # noqa: PLC0415 - Pillow: only to draw

        return draw(look, step, _SIZE_PX)

    def _menu_is_open(self) -> bool:
        return bool(self._icon.menu_open)
