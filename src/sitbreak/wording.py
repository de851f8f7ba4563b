"""Texts for people: translated by gettext, with times as the person's locale writes them."""

from __future__ import annotations

import contextlib
import gettext as _gettext
import locale
from datetime import date, datetime

from sitbreak.resources import shipped

DOMAIN = "sitbreak"

_active: _gettext.NullTranslations = _gettext.NullTranslations()


def use_language(language: str = "") -> None:
    """Translate into ``language`` (such as ``de`` or ``pt_BR``) from here on; empty: the environment's."""
    global _active  # noqa: PLW0603 - one language a process, as gettext itself has it
    # A machine may lack the locale that its environment names; C's times are clear enough then.
    with contextlib.suppress(locale.Error):
        locale.setlocale(locale.LC_TIME, "")
    _active = _gettext.translation(
        DOMAIN, shipped("assets", "locale"), languages=[language] if language else None, fallback=True
    )


def tr(message: str) -> str:
    """The message in the person's language."""
    return _active.gettext(message) if message else ""


def ntr(singular: str, plural: str, n: int) -> str:
    """The message for ``n`` of something, in the person's language."""
    return _active.ngettext(singular, plural, n)


def time_text(local: datetime) -> str:
    """Hours and minutes as the person's locale writes them: 14:05, or 02:05 PM."""
    return local.strftime("%I:%M %p" if _twelve_hours() else "%H:%M")


def day_text(day: date) -> str:
    """A day with its weekday, as the person's locale writes it."""
    return day.strftime("%a %x")


def duration_text(seconds: float) -> str:
    """A duration for people: ``45 s``, ``25 min``, ``2 h 05 min``. Under a minute in seconds."""
    if seconds < 60:
        return tr("{s} s").format(s=int(seconds))
    minutes = int(seconds // 60)
    if minutes < 60:
        return tr("{min} min").format(min=minutes)
    return tr("{h} h {min:02d} min").format(h=minutes // 60, min=minutes % 60)


def units(text: str) -> int:
    """The length in UTF-16 units, as Windows counts it."""
    return len(text.encode("utf-16-le")) // 2


def _twelve_hours() -> bool:
    try:
        pattern = locale.nl_langinfo(locale.T_FMT)
    except AttributeError:  # Windows has no nl_langinfo; its own formatting answers instead
        return "13" not in datetime(2000, 1, 1, 13).strftime("%X")  # noqa: DTZ001 - formatting only
    return "%I" in pattern or "%r" in pattern or "%p" in pattern
