"""The log read: entries, and what a day came to. Never writes."""

from __future__ import annotations

import contextlib
import json
import sqlite3
from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time, timedelta, tzinfo
from pathlib import Path
from typing import Any

from sitbreak.core.clock import from_iso, iso
from sitbreak.errors import StoreError
from sitbreak.wording import tr

_ENTRIES = """
SELECT at_ms, kind, prompt, body FROM (
  SELECT * FROM entry WHERE at_ms >= ? AND at_ms < ? ORDER BY id DESC LIMIT ?
) ORDER BY id
"""

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)

# A stretch is written when it ends, and an answer may be followed by another: either may come days later.
_OF_DAYS = """
SELECT at_ms, kind, prompt, body FROM entry
WHERE at_ms >= ? AND (at_ms < ? OR kind IN ('sat', 'away', 'answered')) ORDER BY id
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """What one local day came to. Seconds, counts and millilitres.

    Of each prompt the last answer counts, on its day: a done that was first said and then seen is one done,
    seen. A stretch over midnight is split between its days, and is one of the ``sits`` of both.
    """

    day: str
    sat_s: float = 0.0
    longest_sit_s: float = 0.0
    sits: int = 0
    away_s: float = 0.0
    prompts: int = 0
    done_seen: int = 0
    done_said: int = 0
    snoozed: int = 0
    skipped: int = 0
    ignored: int = 0
    water_ml: int = 0

    def json(self) -> dict[str, Any]:
        """As ``--json`` writes it."""
        return {name: round(v, 3) if isinstance(v, float) else v for name, v in asdict(self).items()}


class Reports:
    """Read-only questions to the log. Each opens the file anew, so a log that was replaced is seen."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def entries(
        self, *, since: datetime | None = None, until: datetime | None = None, last: int | None = None
    ) -> Iterator[dict[str, Any]]:
        """The entries from ``since`` up to ``until``, oldest first; of them only the ``last`` so many.

        Raises:
            StoreError: the log cannot be read.
        """
        low = -(2**62) if since is None else _ms(since)
        high = 2**62 if until is None else _ms(until)
        yield from self._select(_ENTRIES, (low, high, -1 if last is None else last))

    def days(self, first: date, count: int, zone: tzinfo) -> list[Day]:
        """What ``count`` local days from ``first`` on came to, as far as it is in the log.

        Raises:
            StoreError: the log cannot be read.
        """
        days = [first + timedelta(days=n) for n in range(count)]
        bounds = [_bounds(day, zone) for day in days]
        entries = list(self._select(_OF_DAYS, (_ms(bounds[0][0]), _ms(bounds[-1][1]))))
        try:
            return [_sum_up(day, *of, entries) for day, of in zip(days, bounds, strict=True)]
        except (ValueError, TypeError, KeyError) as error:
            raise self._failed(error) from error

    def day(self, day: date, zone: tzinfo) -> Day:
        """What that local day came to, as far as it is in the log. Raises StoreError."""
        return self.days(day, 1, zone)[0]

    def fault(self) -> StoreError | None:
        """What is wrong with the log, if anything is. Reads all of it."""
        try:
            with self._reading() as connection:
                found = str(connection.execute("PRAGMA quick_check(1)").fetchone()[0])
            if found != "ok":
                return self._failed(found)
            for _ in self.entries():
                pass
        except StoreError as error:
            return error
        return None

    def _select(self, query: str, values: tuple[int, ...]) -> Iterator[dict[str, Any]]:
        with self._reading() as connection:
            for row in connection.execute(query, values):
                try:
                    yield _entry(*row)
                except (ValueError, TypeError, OverflowError) as error:
                    raise self._failed(error) from error

    @contextlib.contextmanager
    def _reading(self) -> Iterator[sqlite3.Connection]:
        try:
            connection = self._connect()
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from error
        try:
            yield connection
        except sqlite3.Error as error:
            raise self._failed(error) from error
        finally:
            connection.close()

    def _connect(self) -> sqlite3.Connection:
        if self._path.exists():
            # Escaped, for a ? or a # in a path means something else in an address.
            return sqlite3.connect(f"{self._path.absolute().as_uri()}?mode=ro", uri=True, timeout=2.0)
        connection = sqlite3.connect(":memory:")
        connection.execute("CREATE TABLE entry (id, at_ms, kind, prompt, body)")
        return connection

    def _failed(self, error: Exception | str) -> StoreError:
        reason = getattr(error, "strerror", None) or str(error)
        return StoreError(
            tr("The log {path} could not be read: {error}.").format(path=self._path, error=reason),
            remedy=tr(
                "Move it away to begin a new one; sitbreak does so by itself when it next starts with it."
            ),
        )


def sat_today_s(began: datetime, now: datetime, seconds: float, zone: tzinfo) -> float:
    """Of a sit in progress, the seconds since local midnight."""
    return seconds * _share(began, now, *_bounds(local_day(now, zone), zone))


def with_sit(day: Day, seconds: float) -> Day:
    """The same day with so many seconds of a sit in progress."""
    if seconds <= 0:
        return day
    longest_s = max(day.longest_sit_s, seconds)
    return replace(day, sat_s=day.sat_s + seconds, longest_sit_s=longest_s, sits=day.sits + 1)


def local_day(wall: datetime, zone: tzinfo) -> date:
    """The day on the person's calendar."""
    return wall.astimezone(zone).date()


def _bounds(day: date, zone: tzinfo) -> tuple[datetime, datetime]:
    start = datetime.combine(day, time(), zone).astimezone(UTC)
    end = datetime.combine(day + timedelta(days=1), time(), zone).astimezone(UTC)
    return start, end


def _sum_up(day: date, start: datetime, end: datetime, entries: Iterable[dict[str, Any]]) -> Day:
    sits: list[float] = []
    away_s, water_ml = 0.0, 0
    shown: set[int] = set()
    snoozed = 0
    last: dict[int, tuple[bool, str]] = {}
    for entry in entries:
        today = start <= from_iso(entry["at"]) < end
        match entry["entry"]:
            case "sat" if share := _entry_share(entry, start, end):
                sits.append(entry["seconds"] * share)
            case "away":
                away_s += entry["seconds"] * _entry_share(entry, start, end)
            case "shown" if today:
                shown.add(entry["prompt"])
            case "answered":
                snoozed += today and entry["answer"] == "snooze"
                outcome = " ".join(filter(None, (entry["answer"], entry["evidence"])))
                last[entry["prompt"]] = (today, outcome)
            case "water" if today:
                water_ml += entry["ml"]
            case _:
                pass
    outcomes = [outcome for today, outcome in last.values() if today]
    return Day(
        day=day.isoformat(),
        sat_s=sum(sits),
        longest_sit_s=max(sits, default=0.0),
        sits=len(sits),
        away_s=away_s,
        prompts=len(shown),
        done_seen=outcomes.count("done seen"),
        done_said=outcomes.count("done said"),
        snoozed=snoozed,
        skipped=outcomes.count("skip"),
        ignored=outcomes.count("ignored"),
        water_ml=water_ml,
    )


def _entry_share(entry: dict[str, Any], start: datetime, end: datetime) -> float:
    return _share(from_iso(entry["from"]), from_iso(entry["to"]), start, end)


def _share(began: datetime, ended: datetime, start: datetime, end: datetime) -> float:
    """The part of a stretch, 0 to 1, that lies between ``start`` and ``end``."""
    if ended <= began:
        return 1.0 if start <= began < end else 0.0
    inside = min(ended, end) - max(began, start)
    return max(0.0, inside / (ended - began))


def _entry(at_ms: int, kind: str, prompt: int | None, body: str) -> dict[str, Any]:
    own = {} if prompt is None else {"prompt": prompt}
    at = iso(datetime.fromtimestamp(at_ms / 1000, UTC))
    rest: dict[str, Any] = json.loads(body)
    return {"at": at, "entry": kind} | own | rest


def _ms(wall: datetime) -> int:
    return round((wall - _EPOCH) / timedelta(milliseconds=1))
