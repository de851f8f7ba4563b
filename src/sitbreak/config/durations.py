"""Durations as people write them: ``90s``, ``30m``, ``1h30m``."""

from __future__ import annotations

import re

from sitbreak.wording import tr

PATTERN = r"^(?=[0-9])([0-9]{1,6}h)?([0-9]{1,6}m)?([0-9]{1,6}s)?$"
"""What a written duration looks like, as JSON Schema takes it too."""

LONGEST_S = 7 * 24 * 3600

_WRITTEN = re.compile(PATTERN)


def parse_duration(written: object) -> float:
    """The seconds that ``written`` stands for.

    Raises:
        ValueError: it is no duration, has no unit, or is over a week; the message says what to write.
    """
    if isinstance(written, (int, float)) and not isinstance(written, bool):
        raise ValueError(_without_unit(f"{written:.15g}"))  # noqa: TRY004 - one kind of error for all
    if not isinstance(written, str):
        raise ValueError(_not_one())  # noqa: TRY004 - as above
    text = written.strip().lower()
    if text and text.isascii() and text.isdigit():
        raise ValueError(_without_unit(text[:6]))
    found = _WRITTEN.fullmatch(text)
    if found is None:
        raise ValueError(_not_one())
    hours, minutes, seconds = (int(part[:-1]) if part else 0 for part in found.groups())
    total_s = hours * 3600 + minutes * 60 + seconds
    if total_s > LONGEST_S:
        raise ValueError(tr('a duration may be a week at most, "168h"'))
    return float(total_s)


def format_duration(seconds: float) -> str:
    """The shortest writing of whole ``seconds`` that ``parse_duration`` reads back: ``1h30m``."""
    minutes, rest_s = divmod(round(seconds), 60)
    hours, rest_min = divmod(minutes, 60)
    parts = ((hours, "h"), (rest_min, "m"), (rest_s, "s"))
    return "".join(f"{count}{unit}" for count, unit in parts if count) or "0s"


def _without_unit(number: str) -> str:
    return tr('{number} has no unit: write "{number}s", "{number}m" or "{number}h"').format(number=number)


def _not_one() -> str:
    return tr('a duration is hours, minutes and seconds, such as "90s", "30m" or "1h30m"')
