"""The log's one writer: SQLite, every entry on disk before what it tells of is seen."""

from __future__ import annotations

import contextlib
import json
import os
import sqlite3
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sitbreak.core.effects import Record, entry_json
from sitbreak.errors import StoreError
from sitbreak.store.schema import VERSION, migrate, version_of
from sitbreak.wording import tr

FILE_NAME = "log.db"
_BESIDE = ("", "-wal", "-shm")
_NEWEST = "SELECT at_ms, kind, prompt, body FROM entry ORDER BY id DESC LIMIT 1"
_SHOWN = "SELECT prompt, body FROM entry WHERE kind = 'shown' ORDER BY id DESC LIMIT ?"
_ASKED_MOST = 5000
_BUSY, _LOCKED = 5, 6
_NO_SUCH_TABLE = 1
"""SQLite's result codes: another holds the file; the file is no log, though it is a database."""


class SqliteJournal:
    """Keeps the ``Journal`` promises over a file of this user's alone.

    Attributes:
        set_aside: where a log that could not be read was put, when one was.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.set_aside: Path | None = None
        try:
            self._connection = self._open()
        except sqlite3.DatabaseError as error:
            if not _is_unreadable(error):
                raise self._failed(error) from error
            self._begin_anew()
        except OSError as error:
            raise self._failed(error) from error

    def commit(self, records: Sequence[Record], snapshot: dict[str, Any]) -> None:
        """Write all of it in one transaction; on disk when this returns. Raises StoreError.

        A snapshot without records is worth no wait for the disk: a crash of the machine ends the sit anyway.
        """
        rows = [_row(record) for record in records]
        try:
            self._follow_file()
            self._connection.execute(f"PRAGMA synchronous = {'FULL' if rows else 'NORMAL'}")
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.executemany(
                    "INSERT INTO entry (at_ms, kind, prompt, body) VALUES (?, ?, ?, ?)", rows
                )
                self._connection.execute(
                    "INSERT INTO snapshot (id, body) VALUES (1, ?)"
                    " ON CONFLICT (id) DO UPDATE SET body = excluded.body",
                    (json.dumps(snapshot, separators=(",", ":")),),
                )
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):
                    self._connection.execute("ROLLBACK")
                raise
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from error

    def snapshot(self) -> dict[str, Any] | None:
        """What the last commit remembered; None at the first start, or where it cannot be read."""
        try:
            row = self._connection.execute("SELECT body FROM snapshot").fetchone()
            plain = None if row is None else json.loads(row[0])
        except (sqlite3.Error, ValueError):
            return None
        return plain if isinstance(plain, dict) else None

    def last_prompt(self) -> int:
        """The highest prompt number in the log, 0 when there is none."""
        try:
            return int(self._connection.execute("SELECT coalesce(max(prompt), 0) FROM entry").fetchone()[0])
        except sqlite3.Error as error:
            raise self._failed(error) from error

    def asked(self) -> tuple[tuple[str, int], ...]:
        """Each movement that the log has, with the last prompt that asked for it; longest ago first."""
        last: dict[str, int] = {}
        try:
            for prompt, body in self._connection.execute(_SHOWN, (_ASKED_MOST,)):
                last.setdefault(str(json.loads(body)["movement"]), int(prompt))
        except sqlite3.Error as error:
            raise self._failed(error) from error
        except (ValueError, TypeError, KeyError):
            return ()
        return tuple(reversed(last.items()))

    def close(self) -> None:
        """Let go of the file."""
        self._connection.close()

    def _begin_anew(self) -> None:
        try:
            self.set_aside = _set_aside(self.path)
            self._connection = self._open()
        except (sqlite3.Error, OSError) as error:
            raise self._failed(error) from error

    def _follow_file(self) -> None:
        """Somebody who deletes or moves the log means to begin a new one; what is written goes there."""
        if _identity(self.path) != self._opened:
            self._connection.close()
            self._connection = self._open()

    def _open(self) -> sqlite3.Connection:
        # Made before SQLite would, so that there is no moment at which others may read it.
        with contextlib.suppress(FileExistsError):
            os.close(os.open(self.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
        self._opened = _identity(self.path)
        connection = sqlite3.connect(self.path, timeout=2.0, isolation_level=None, check_same_thread=False)
        try:
            self._refuse_newer(version_of(connection))
            migrate(connection)
            connection.execute("SELECT id, body FROM snapshot").fetchone()
            connection.execute(_NEWEST).fetchone()
            # Last, for it changes the file, which may turn out to be another's.
            connection.execute("PRAGMA journal_mode = WAL")
        except BaseException:
            connection.close()
            raise
        return connection

    def _refuse_newer(self, found: int) -> None:
        if found > VERSION:
            raise StoreError(
                tr("The log {path} was written by a newer sitbreak.").format(path=self.path),
                remedy=tr("Install that version again, or move the log away to begin a new one."),
            )

    def _failed(self, error: sqlite3.Error | OSError) -> StoreError:
        if _code(error) in (_BUSY, _LOCKED):
            remedy = tr("Another program holds it; end that program, or wait until it is done.")
        else:
            remedy = tr("See that the disk has room and that the folder is yours to write to.")
        reason = getattr(error, "strerror", None) or str(error)
        what = tr("The log {path} could not be used: {error}.").format(path=self.path, error=reason)
        return StoreError(what, remedy=remedy)


class MemoryJournal:
    """Forgets everything: what a demonstration writes to."""

    def commit(self, records: Sequence[Record], snapshot: dict[str, Any]) -> None:
        """Nothing is kept."""

    def close(self) -> None:
        """Nothing to let go of."""


def _row(record: Record) -> tuple[int, str, int | None, str]:
    body = entry_json(record.at.wall, record.entry)
    del body["at"], body["entry"]
    prompt = body.pop("prompt", None)
    at_ms = round(record.at.wall.timestamp() * 1000)
    return at_ms, record.entry.entry, prompt, json.dumps(body, separators=(",", ":"))


def _is_unreadable(error: sqlite3.DatabaseError) -> bool:
    """Whether the file itself is at fault: noise, torn, or a database of something else."""
    return not isinstance(error, sqlite3.OperationalError) or _code(error) == _NO_SUCH_TABLE


def _code(error: Exception) -> int:
    """SQLite's primary result code; Python's own complaints about what a log holds count as the first."""
    return int(getattr(error, "sqlite_errorcode", _NO_SUCH_TABLE)) & 0xFF


def _identity(path: Path) -> tuple[int, int] | None:
    try:
        found = path.stat()
    except FileNotFoundError:
        return None
    return found.st_dev, found.st_ino


def _set_aside(path: Path) -> Path:
    stamp = datetime.now(UTC).strftime("%Y%m%dT%H%M%S%f")
    kept = path.with_name(f"{path.name}.unreadable-{stamp}")
    for suffix in _BESIDE:
        with contextlib.suppress(FileNotFoundError):
            path.with_name(path.name + suffix).rename(kept.with_name(kept.name + suffix))
    return kept
