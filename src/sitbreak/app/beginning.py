"""What a daemon begins with: the log, and the day as the one before it left it."""

from __future__ import annotations

from sitbreak.adapters.clock import SystemClock, boot_id
from sitbreak.config.places import Places
from sitbreak.core.rotation import Asked, Rotation
from sitbreak.core.rules import Rules
from sitbreak.runtime.memory import Start, load_opinions, start, with_log
from sitbreak.store.journal import FILE_NAME, MemoryJournal, SqliteJournal
from sitbreak.wording import tr

ALIVE, OPINIONS = "alive", "opinions.json"
"""Files of the state folder."""


def open_journal(places: Places, *, keep: bool) -> tuple[SqliteJournal | MemoryJournal, list[str]]:
    """The log, and what is to be said of it. ``keep`` False: one that forgets. Raises StoreError."""
    if not keep:
        return MemoryJournal(), []
    journal = SqliteJournal(places.data_dir / FILE_NAME)
    if journal.set_aside is None:
        return journal, []
    return journal, [
        tr("The log could not be read. It was put aside as {path}, and a new one begun.").format(
            path=journal.set_aside
        )
    ]


def take_over(journal: SqliteJournal | MemoryJournal, known: Rules, places: Places) -> Start:
    """Go on where the last daemon stopped, as far as the log knows. Raises StoreError."""
    alive = places.state_dir / ALIVE
    if isinstance(journal, MemoryJournal):
        return start(None, known, SystemClock(), boot_id(), alive)
    opinions = load_opinions(places.state_dir / OPINIONS)
    first = start(journal.snapshot(), known, SystemClock(), boot_id(), alive, opinions)
    asked = Rotation(asked=tuple(Asked(*one) for one in journal.asked()))
    return with_log(first, journal.last_prompt(), asked)
