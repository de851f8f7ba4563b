"""The tray where a panel takes in X windows and nothing better is to be had: an icon, and a click."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from sitbreak.adapters.tray.base import IconTray, TrayState
from sitbreak.adapters.tray.menus import Choose
from sitbreak.adapters.tray.xicon import XIcon
from sitbreak.ports import Look
from sitbreak.wording import tr

if TYPE_CHECKING:
    from PIL import Image


class XorgTray(IconTray):
    """The port over ``XIcon``. All work on it is done on the thread that runs it."""

    def __init__(self, choose: Choose, app_title: str) -> None:
        super().__init__("xorg", XIcon("sitbreak", app_title), choose)
        self.limits = tr(
            "This tray icon has no menu: a click takes the first choice, the commands do the rest."
        )

    @property
    def state(self) -> TrayState:
        """Whether the icon is on a panel now. Any thread."""
        return TrayState.SHOWN if self._icon.docked else TrayState.WAITING

    def stop(self) -> None:
        """Any thread; ``run`` then returns."""
        self._stopping = True
        self._icon.end()

    def _post(self, work: Callable[[], object]) -> None:
        self._icon.post(work)

    def _picture(self, look: Look, step: int) -> Callable[[int], Image.Image]:
        from sitbreak.adapters.tray.drawing import draw  # noqa: PLC0415 - Pillow: only to draw

        return partial(draw, look, step)
