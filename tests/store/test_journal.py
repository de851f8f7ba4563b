"""The log's writer, over real files: what it is given is there, whatever happens to the file or to itself."""

from __future__ import annotations

import contextlib
import os
import random
import signal
import sqlite3
import stat
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from desk import wait_for
from sitbreak.core.clock import Instant
from sitbreak.core.effects import Evidence, Outcome, Record, Shown, WasAnswered, Water
from sitbreak.core.events import Via
from sitbreak.core.policy import Kind
from sitbreak.core.rotation import Choice
from sitbreak.errors import StoreError
from sitbreak.store.journal import FILE_NAME, SqliteJournal
from sitbreak.store.reports import Reports
from sitbreak.store.schema import VERSION

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
WRITER = Path(__file__).with_name("writer.py")


def drink(ml: int) -> Record:
    return Record(at=Instant(0.0, NINE), entry=Water(ml=ml))


CHOICE = Choice(pool=12, left=5, rested=("glutes",))


def drunk(path: Path) -> list[int]:
    return [entry["ml"] for entry in Reports(path).entries()]


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / FILE_NAME


@pytest.fixture
def journal(path: Path) -> Iterator[SqliteJournal]:
    journal = SqliteJournal(path)
    yield journal
    journal.close()


def test_what_was_asked_is_known_longest_ago_first(journal: SqliteJournal) -> None:
    assert journal.asked() == ()
    for prompt, movement in enumerate(("stroll", "reach", "stroll", "sip"), 1):
        shown = Shown(prompt=prompt, kinds=(Kind.MOVEMENT,), movement=movement, sat_s=0.0)
        journal.commit([Record(at=Instant(5.0, NINE), entry=shown)], {})
    assert journal.asked() == (("reach", 2), ("stroll", 3), ("sip", 4))


def test_entries_and_snapshot_come_back(journal: SqliteJournal, path: Path) -> None:
    shown = Shown(prompt=7, kinds=(Kind.MOVEMENT,), movement="stroll", sat_s=1800.25, choice=CHOICE)
    done = WasAnswered(prompt=7, answer=Outcome.DONE, evidence=Evidence.SAID, via=Via.TRAY)
    at = Instant(5.0, NINE)
    journal.commit([Record(at=at, entry=shown), Record(at=at, entry=done)], {"state": {"n": 1}})
    assert list(Reports(path).entries()) == [
        {
            "at": "2026-03-02T09:00:00.000Z",
            "entry": "shown",
            "prompt": 7,
            "kinds": ["movement"],
            "movement": "stroll",
            "sat_s": 1800.25,
            "choice": {"pool": 12, "left": 5, "rested": ["glutes"], "liked": False},
        },
        {
            "at": "2026-03-02T09:00:00.000Z",
            "entry": "answered",
            "prompt": 7,
            "answer": "done",
            "evidence": "said",
            "via": "tray",
        },
    ]
    assert journal.snapshot() == {"state": {"n": 1}}
    assert journal.last_prompt() == 7


def test_a_new_log_is_a_wal_of_this_version_without_a_snapshot(journal: SqliteJournal, path: Path) -> None:
    assert journal.snapshot() is None
    assert journal.last_prompt() == 0
    with sqlite3.connect(path) as other:
        assert other.execute("PRAGMA journal_mode").fetchone() == ("wal",)
        assert other.execute("PRAGMA user_version").fetchone() == (VERSION,)
    other.close()


def test_an_empty_file_becomes_a_log(path: Path) -> None:
    path.touch()
    journal = SqliteJournal(path)
    assert journal.set_aside is None
    journal.commit([drink(1)], {})
    journal.close()
    assert drunk(path) == [1]


def test_no_file_of_the_log_is_ever_open_to_others(tmp_path: Path) -> None:
    seen: list[tuple[str, int]] = []
    done = threading.Event()
    before = os.umask(0)

    def look() -> None:
        while not done.is_set():
            for entry in os.scandir(tmp_path):
                with contextlib.suppress(FileNotFoundError):
                    seen.append((entry.name, stat.S_IMODE(entry.stat().st_mode)))

    watcher = threading.Thread(target=look)
    watcher.start()
    try:
        for turn in range(20):
            journal = SqliteJournal(tmp_path / f"{turn}.db")
            journal.commit([drink(turn)], {})
            wal = f"{turn}.db-wal"
            wait_for(lambda wal=wal: any(name == wal for name, _ in seen[-200:]))  # type: ignore[misc]
            journal.close()
    finally:
        done.set()
        watcher.join()
        os.umask(before)
    assert {mode for _, mode in seen} == {0o600}


def test_all_of_a_commit_is_written_or_nothing(journal: SqliteJournal, path: Path) -> None:
    journal.commit([drink(1)], {"n": 1})
    with sqlite3.connect(path) as other:
        other.execute(
            "CREATE TRIGGER no BEFORE UPDATE ON snapshot BEGIN SELECT RAISE(ABORT, 'the disk is full'); END"
        )
    with pytest.raises(StoreError, match="the disk is full") as told:
        journal.commit([drink(2), drink(3)], {"n": 2})
    assert told.value.remedy
    assert drunk(path) == [1]
    assert journal.snapshot() == {"n": 1}
    other.execute("DROP TRIGGER no")
    other.close()
    journal.commit([drink(2), drink(3)], {"n": 2})
    assert drunk(path) == [1, 2, 3]


def test_kill_dash_nine_loses_no_entry_whose_commit_returned(path: Path) -> None:
    luck = random.Random(7)  # noqa: S311 - moments to kill at, not secrets
    began, last_said = time.monotonic(), 0
    for kills in range(1, 61):
        writer = subprocess.Popen(
            [sys.executable, str(WRITER), str(path), str(last_said)], stdout=subprocess.PIPE
        )
        assert writer.stdout is not None
        writer.stdout.readline()
        time.sleep(luck.random() * 0.02)
        writer.send_signal(signal.SIGKILL)
        said = writer.stdout.read().split()
        writer.wait()
        writer.stdout.close()
        written = drunk(path)
        last_said = max(last_said + 1, *map(int, said), 0)
        assert written == list(range(1, len(written) + 1)), f"after {kills} kills"
        assert len(written) >= last_said
        journal = SqliteJournal(path)
        assert journal.set_aside is None
        assert journal.snapshot() == {"number": len(written)}
        journal.close()
        last_said = len(written)
        if time.monotonic() > began + 14:
            break
    assert kills >= 30


def test_a_log_of_a_newer_version_is_refused_with_a_remedy(journal: SqliteJournal, path: Path) -> None:
    journal.commit([drink(1)], {})
    journal.close()
    with sqlite3.connect(path) as other:
        other.execute(f"PRAGMA user_version = {VERSION + 1}")
    other.close()
    with pytest.raises(StoreError, match="newer") as told:
        SqliteJournal(path)
    assert "version" in told.value.remedy
    assert drunk(path) == [1]


def noise(path: Path) -> None:
    path.write_bytes(random.Random(3).randbytes(20_000))  # noqa: S311 - noise


def torn(path: Path) -> None:
    journal = SqliteJournal(path)
    journal.commit([drink(n) for n in range(2000)], {})
    journal.close()
    os.truncate(path, path.stat().st_size // 2 - 100)


def torn_header(path: Path) -> None:
    journal = SqliteJournal(path)
    journal.close()
    os.truncate(path, 50)


def of_another_program(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute("CREATE TABLE entry (what)")
    other.close()


def without_its_tables(path: Path) -> None:
    with sqlite3.connect(path) as other:
        other.execute(f"PRAGMA user_version = {VERSION}")
        other.execute("CREATE TABLE entry (what)")
    other.close()


def with_bytes_for_text(path: Path) -> None:
    journal = SqliteJournal(path)
    journal.close()
    with sqlite3.connect(path) as other:
        other.execute("INSERT INTO snapshot VALUES (1, cast(x'fffe80' AS TEXT))")
    other.close()


@pytest.mark.parametrize(
    "spoil", [noise, torn, torn_header, of_another_program, without_its_tables, with_bytes_for_text]
)
def test_what_is_no_log_is_set_aside_whole_and_a_new_one_begun(path: Path, spoil: object) -> None:
    assert callable(spoil)
    spoil(path)
    before = path.read_bytes()
    journal = SqliteJournal(path)
    assert journal.set_aside is not None
    assert journal.set_aside.parent == path.parent
    assert journal.set_aside.read_bytes() == before
    journal.commit([drink(5)], {"n": 1})
    journal.close()
    assert drunk(path) == [5]


def test_a_log_whose_write_ahead_file_is_noise_still_opens(journal: SqliteJournal, path: Path) -> None:
    journal.commit([drink(1)], {})
    journal.close()
    path.with_name(FILE_NAME + "-wal").write_bytes(b"noise" * 3000)
    again = SqliteJournal(path)
    again.commit([drink(2)], {})
    again.close()
    assert drunk(path)[-1] == 2


@pytest.mark.parametrize("where", ["folder", "gone/log.db", "file/log.db"])
def test_a_place_where_no_log_can_be_is_told_with_a_remedy(tmp_path: Path, where: str) -> None:
    (tmp_path / "folder").mkdir()
    (tmp_path / "file").touch()
    with pytest.raises(StoreError) as told:
        SqliteJournal(tmp_path / where)
    assert str(tmp_path / where) in told.value.what
    assert told.value.remedy


def test_an_unreadable_place_is_told_and_not_traced() -> None:
    if os.geteuid() != 0:
        pytest.skip("only root may become somebody else")
    with tempfile.TemporaryDirectory(dir="/tmp") as folder:
        Path(folder).chmod(0o711)
        _try_as_somebody_else(Path(folder))


def _try_as_somebody_else(public: Path) -> None:
    closed = public / "closed"
    closed.mkdir(mode=0o755)
    SqliteJournal(closed / FILE_NAME).close()
    code = f"""
import os
from pathlib import Path
from sitbreak.errors import StoreError
from sitbreak.store.journal import SqliteJournal
from sitbreak.store.reports import Reports
os.setgid(65534)
os.setuid(65534)
for work in (lambda p: SqliteJournal(p), lambda p: list(Reports(p).entries())):
    for name in ({str(closed / FILE_NAME)!r}, {str(closed / "new.db")!r}):
        try:
            work(Path(name))
        except StoreError as error:
            assert error.remedy
            print(error.what)
        else:
            print("fine")
"""
    ran = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert ran.stderr == ""
    assert [line == "fine" for line in ran.stdout.splitlines()] == [False, False, False, True]


def test_a_log_that_another_program_holds_is_told_as_that(journal: SqliteJournal, path: Path) -> None:
    journal._connection.execute("PRAGMA busy_timeout = 50")
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    with pytest.raises(StoreError) as told:
        journal.commit([drink(1)], {})
    assert "Another program" in told.value.remedy
    other.execute("ROLLBACK")
    other.close()
    journal.commit([drink(2)], {})
    assert drunk(path) == [2]


def test_a_log_that_is_deleted_meanwhile_is_begun_anew(journal: SqliteJournal, path: Path) -> None:
    journal.commit([drink(1)], {"n": 1})
    for name in list(path.parent.iterdir()):
        name.unlink()
    journal.commit([drink(2)], {"n": 2})
    assert drunk(path) == [2]
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_a_log_that_is_moved_away_keeps_what_it_had(journal: SqliteJournal, path: Path) -> None:
    journal.commit([drink(1)], {"n": 1})
    kept = path.with_name("kept.db")
    path.rename(kept)
    for suffix in ("-wal", "-shm"):
        path.with_name(FILE_NAME + suffix).rename(kept.with_name(f"kept.db{suffix}"))
    journal.commit([drink(2)], {"n": 2})
    assert drunk(path) == [2]
    assert drunk(kept) == [1]


def test_a_folder_that_comes_back_is_written_to_again(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    folder.mkdir()
    journal = SqliteJournal(folder / FILE_NAME)
    folder.rename(tmp_path / "elsewhere")
    for _ in range(2):
        with pytest.raises(StoreError):
            journal.commit([drink(1)], {})
    folder.mkdir()
    journal.commit([drink(1)], {})
    journal.close()
    assert drunk(folder / FILE_NAME) == [1]


@pytest.mark.parametrize("body", ["", "no json", "[1]", "3", "null"])
def test_a_snapshot_that_is_none_counts_as_none(journal: SqliteJournal, path: Path, body: str) -> None:
    with sqlite3.connect(path) as other:
        other.execute("INSERT INTO snapshot VALUES (1, ?)", (body,))
    other.close()
    assert journal.snapshot() is None
