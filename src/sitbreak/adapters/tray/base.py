"""What the trays over pystray share: the newest face is applied, piece by piece, where it differs."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from enum import StrEnum
from typing import Any, Protocol

from sitbreak.adapters.tray.menus import Choose, PortMenu, guarded
from sitbreak.errors import NotifyFailed, Unavailable
from sitbreak.ports import Look, Tray, TrayFace
from sitbreak.wording import tr

_log = logging.getLogger(__name__)


class TrayState(StrEnum):
    """Whether a person can see the icon now; ``doctor`` shows it."""

    SHOWN = "shown"
    WAITING = "waiting for a panel"
    NO_BUS = "waiting for the session bus"
    NONE = "no tray"


class NotYet(Unavailable):
    """This kind of tray would fit, once a panel that shows it turns up."""


class StatedTray(Tray, Protocol):
    """A tray that can tell how it fares."""

    limits: str
    """What this tray cannot do and what to do instead; empty when it can do all."""

    @property
    def state(self) -> TrayState:
        """Whether the icon is on a panel now. Any thread."""
        ...


class IconTray:
    """The port over a pystray icon. A backend says how to draw and how to get onto the icon's own thread."""

    limits = ""

    def __init__(self, name: str, icon: Any, choose: Choose) -> None:
        self.name = name
        self._icon = icon
        self._choose = guarded(choose)
        self._wanted = TrayFace()
        self._shown: TrayFace | None = None
        self._stopping = False

    @property
    def state(self) -> TrayState:
        """Whether the icon is on a panel now. Any thread."""
        return TrayState.SHOWN if self._icon.visible else TrayState.WAITING

    def run(self) -> None:
        """Main thread; blocks until ``stop``."""
        if not self._stopping:
            self._icon.run(setup=lambda _: self._post(self._begin))

    def show(self, face: TrayFace) -> None:
        """Any thread; returns at once; never raises."""
        self._wanted = face
        try:
            self._post(self._refresh)
        except Exception as error:
            _log.warning("the tray icon could not be updated: %s", error)

    def notify(self, title: str, body: str) -> None:
        """Show a plain bubble by the tray's own means. Any thread. Raises NotifyFailed."""
        if not self._icon.HAS_NOTIFICATION:
            raise NotifyFailed(tr("The tray “{name}” cannot show bubbles.").format(name=self.name))
        try:
            self._icon.notify(body, title)
        except Exception as error:
            raise NotifyFailed(
                tr("The tray “{name}” did not show a bubble: {error}").format(name=self.name, error=error)
            ) from error

    def stop(self) -> None:
        """Any thread; ``run`` then returns."""
        self._stopping = True
        try:
            self._post(self._end)
        except Exception as error:
            _log.warning("the tray icon could not be taken away: %s", error)

    def _post(self, work: Callable[[], object]) -> None:
        """Run it on the thread that the icon belongs to."""
        raise NotImplementedError

    def _picture(self, look: Look, step: int) -> Any:
        """What the icon's ``icon`` is to be."""
        raise NotImplementedError

    def _text(self, text: str) -> str:
        """The tooltip as this desktop can take it."""
        return text

    def _menu_is_open(self) -> bool:
        """Whether a new menu would now close an open one; the backend then posts ``_refresh`` once it may."""
        return False

    def _begin(self) -> None:
        self._refresh()
        if self._stopping:
            self._end()
            return
        try:
            self._icon.visible = True
            # pystray remembers a title that is set on a hidden icon, and does not show it later.
            self._icon._update_title()  # noqa: SLF001 - its backends' own hook
        except Exception as error:
            _log.warning("the tray icon could not be shown: %s", error)

    def _end(self) -> None:
        self._icon.visible = False
        self._icon.stop()

    def _refresh(self) -> None:
        face, shown = self._wanted, self._shown
        try:
            if shown is None or (face.look, face.step) != (shown.look, shown.step):
                self._icon.icon = self._picture(face.look, face.step)
            if shown is None or face.tooltip != shown.tooltip:
                self._icon.title = self._text(face.tooltip)
            if shown is None:
                self._icon.menu = PortMenu(face.menu, self._choose)
            elif face.menu != shown.menu:
                if self._menu_is_open():
                    face = replace(face, menu=shown.menu)
                else:
                    self._icon.menu = PortMenu(face.menu, self._choose)
            self._shown = face
        except Exception as error:
            _log.warning("the tray icon could not be updated: %s", error)
