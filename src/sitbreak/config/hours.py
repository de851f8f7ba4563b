"""Work hours as people write them: ``mon-fri 09:00-17:30``."""

from __future__ import annotations

import re

from sitbreak.core.policy import WorkSpan
from sitbreak.wording import tr

PATTERN = (
    r"^(mon|tue|wed|thu|fri|sat|sun)(-(mon|tue|wed|thu|fri|sat|sun))?"
    r" ([0-9]{1,2}:[0-9]{2})-([0-9]{1,2}:[0-9]{2})$"
)
"""What written work hours look like, as JSON Schema takes it too."""

DAY_MIN = 24 * 60

_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WRITTEN = re.compile(PATTERN)


def parse_hours(written: str) -> WorkSpan:
    """The span that ``written`` stands for; one that ends before it starts runs past midnight.

    Raises:
        ValueError: it is not one; the message says what to write.
    """
    found = _WRITTEN.fullmatch(" ".join(written.lower().split()))
    if found is None:
        raise ValueError(
            tr('work hours are days and times, such as "mon-fri 09:00-17:30" or "sat 10:00-14:00"')
        )
    first, _, last, start, end = found.groups()
    start_min, end_min = _minute(start), _minute(end)
    if start_min == end_min:
        raise ValueError(tr('work hours cannot end as they start; a whole day is "00:00-24:00"'))
    if start_min == DAY_MIN:
        raise ValueError(tr('a day starts at "00:00"'))
    return WorkSpan(
        days=_days(_DAYS.index(first), _DAYS.index(last or first)),
        start_min=start_min,
        end_min=end_min if end_min > start_min else end_min + DAY_MIN,
    )


def _days(first: int, last: int) -> frozenset[int]:
    return frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))


def _minute(clock: str) -> int:
    hour, minute = (int(part) for part in clock.split(":"))
    if minute > 59 or hour * 60 + minute > DAY_MIN:
        raise ValueError(tr('{time} is no time of day: "00:00" to "24:00"').format(time=clock))
    return hour * 60 + minute
