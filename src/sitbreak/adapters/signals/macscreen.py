"""Where a Mac's windows and displays are, as Quartz tells without a permission. No title is read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, NamedTuple

_MOST_DISPLAYS = 32


class Box(NamedTuple):
    """The sides of a rectangle, in points from the main display's upper left corner."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Window:
    """A window on the screen. ``layer`` 0 is where programs' ordinary windows are."""

    owner: int
    layer: int
    box: Box
    seen: bool = True


@dataclass(frozen=True, slots=True)
class Display:
    """A display. Only one that is built in may have a notch."""

    box: Box
    built_in: bool = False


def on_screen(quartz: Any = None) -> tuple[Window, ...]:
    """The windows on the screen, the frontmost first. Raises OSError where they are not told."""
    quartz = quartz or _quartz()
    which = quartz.kCGWindowListOptionOnScreenOnly | quartz.kCGWindowListExcludeDesktopElements
    told = quartz.CGWindowListCopyWindowInfo(which, quartz.kCGNullWindowID)
    if told is None:
        raise OSError("Quartz tells no windows")
    return tuple(
        Window(
            int(window["kCGWindowOwnerPID"]),
            int(window["kCGWindowLayer"]),
            _box(*(float(window["kCGWindowBounds"][side]) for side in ("X", "Y", "Width", "Height"))),
            seen=float(window.get("kCGWindowAlpha", 1.0)) > 0,
        )
        for window in told
    )


def displays(quartz: Any = None) -> tuple[Display, ...]:
    """The displays in use. Raises OSError where they are not told."""
    quartz = quartz or _quartz()
    failed, found, _ = quartz.CGGetActiveDisplayList(_MOST_DISPLAYS, None, None)
    if failed:
        raise OSError(f"status {failed}")
    return tuple(
        Display(_bounds(quartz, one), built_in=bool(quartz.CGDisplayIsBuiltin(one))) for one in found
    )


def _bounds(quartz: Any, display: int) -> Box:
    bounds = quartz.CGDisplayBounds(display)
    return _box(bounds.origin.x, bounds.origin.y, bounds.size.width, bounds.size.height)


def _box(left: float, top: float, width: float, height: float) -> Box:
    return Box(left, top, left + width, top + height)


def _quartz() -> Any:
    import Quartz  # type: ignore[import-not-found] # noqa: PLC0415 - only on macOS, where pystray brings it

    return Quartz
