"""Writes entries as fast as it can and says the number of each once its commit has returned."""

from __future__ import annotations

import os
import sys
from datetime import UTC, datetime
from pathlib import Path

from sitbreak.core.clock import Instant
from sitbreak.core.effects import Record, Water
from sitbreak.store.journal import SqliteJournal


def main() -> None:
    journal = SqliteJournal(Path(sys.argv[1]))
    at = Instant(0.0, datetime(2026, 3, 2, 9, tzinfo=UTC))
    number = int(sys.argv[2])
    while True:
        number += 1
        journal.commit([Record(at=at, entry=Water(ml=number))], {"number": number})
        os.write(1, b"%d\n" % number)


if __name__ == "__main__":
    main()
