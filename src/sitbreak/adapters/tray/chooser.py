"""Which tray fits this desktop, and why the others do not."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import TypeAlias

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.tray.base import NotYet, StatedTray
from sitbreak.adapters.tray.none import NoTray
from sitbreak.errors import Unavailable
from sitbreak.ports import Request
from sitbreak.wording import tr

FORCE = "SITBREAK_TRAY"
"""The environment variable that names the one tray to be tried."""

OnChoose: TypeAlias = Callable[[Request], None]


def choose_tray(
    io: IoLoop, on_choose: OnChoose, app_title: str
) -> tuple[StatedTray, tuple[Unavailable, ...]]:
    """The first tray that fits, and each refusal before it. ``on_choose`` may be called on any thread.

    Where nothing fits yet, it is the first that may wait for its panel; else one that shows nothing.
    """
    refusals: list[Unavailable] = []
    forced = os.environ.get(FORCE, "")
    if forced and forced not in _TRAYS:
        refusals.append(
            Unavailable(
                tr("{name} names no tray: {value}").format(name=FORCE, value=forced),
                remedy=tr("Set it to one of: {names}.").format(names=", ".join(_TRAYS)),
            )
        )
        forced = ""
    waiting: list[str] = []
    for name in (forced,) if forced else _order():
        need, make = _TRAYS[name]
        try:
            need(io)
            return make(io, on_choose, app_title), tuple(refusals)
        except Unavailable as refusal:
            refusals.append(_named(name, refusal))
            if isinstance(refusal, NotYet):
                waiting.append(name)
    for name in waiting:
        try:
            return _TRAYS[name][1](io, on_choose, app_title), tuple(refusals)
        except Unavailable as refusal:
            refusals.append(_named(name, refusal))
    return NoTray(), tuple(refusals)


def _named(name: str, refusal: Unavailable) -> Unavailable:
    return type(refusal)(f"{name}: {refusal.what}", remedy=refusal.remedy)


def _order() -> tuple[str, ...]:
    return ("native",) if sys.platform in {"win32", "darwin"} else ("sni", "gtk", "xorg")


def _need_nothing(_io: IoLoop) -> None:
    pass


def _need_panel(io: IoLoop) -> None:
    try:
        from sitbreak.adapters.tray.watcher import probe  # noqa: PLC0415 - dbus-fast: Linux only
    except ImportError as error:
        raise Unavailable(tr("There is no D-Bus library here ({error}).").format(error=error)) from error
    if not probe(io):
        raise NotYet(
            tr("No panel shows status notifier icons yet; the icon appears when one starts."),
            remedy=tr("Add a tray to your panel; GNOME needs its extension AppIndicator."),
        )


def _need_x_tray(_io: IoLoop) -> None:
    try:
        from sitbreak.adapters.tray.xembed import need_x_tray  # noqa: PLC0415 - Xlib: only where it may fit
    except ImportError as error:
        raise Unavailable(tr("There is no X library here ({error}).").format(error=error)) from error
    need_x_tray()


def _sni(io: IoLoop, on_choose: OnChoose, app_title: str) -> StatedTray:
    from sitbreak.adapters.tray.sni import SniTray  # noqa: PLC0415 - only where it fits

    return SniTray(io, on_choose, app_title)


def _gtk(_io: IoLoop, on_choose: OnChoose, app_title: str) -> StatedTray:
    try:
        from sitbreak.adapters.tray.gtk import GtkTray  # noqa: PLC0415 - only where it fits

        return GtkTray(on_choose, app_title)
    except Exception as error:
        raise Unavailable(
            tr("GTK cannot be used for the tray icon ({error}).").format(error=error),
            remedy=tr("Install python3-gi and gir1.2-gtk-3.0 for the Python that runs sitbreak."),
        ) from error


def _xorg(_io: IoLoop, on_choose: OnChoose, app_title: str) -> StatedTray:
    try:
        from sitbreak.adapters.tray.xorg import XorgTray  # noqa: PLC0415 - only where it fits

        return XorgTray(on_choose, app_title)
    except Exception as error:
        raise Unavailable(tr("The X tray icon cannot be used ({error}).").format(error=error)) from error


def _native(_io: IoLoop, on_choose: OnChoose, app_title: str) -> StatedTray:
    from sitbreak.adapters.tray.native import native_tray  # noqa: PLC0415 - only where it fits

    return native_tray(on_choose, app_title)


def _none(_io: IoLoop, _on_choose: OnChoose, _app_title: str) -> StatedTray:
    return NoTray()


_Need: TypeAlias = Callable[[IoLoop], None]
_Make: TypeAlias = Callable[[IoLoop, OnChoose, str], StatedTray]
_TRAYS: dict[str, tuple[_Need, _Make]] = {
    "sni": (_need_panel, _sni),
    "gtk": (_need_x_tray, _gtk),
    "xorg": (_need_x_tray, _xorg),
    "native": (_need_nothing, _native),
    "none": (_need_nothing, _none),
}
