"""A note that a daemon which was killed left on the screen, with buttons that nobody hears."""

from __future__ import annotations

import json
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple


class Placed(NamedTuple):
    """Where a note is: the server's unique name on the bus, its id there, and the prompt it shows."""

    owner: str
    server_id: int
    prompt_id: int


class Leftover:
    """Remembers in a file what is on the screen, so that the next daemon can replace it or take it away.

    ``file`` None: nothing is remembered.
    """

    def __init__(self, file: Path | None) -> None:
        self._file = file
        self._found = None if file is None else _read(file)

    def take(self, owner: str | None, prompt_id: int | None = None) -> int:
        """The server id of what an earlier daemon left there, once; 0: nothing (for that prompt)."""
        found = self._found
        if found is None or found.owner != owner or prompt_id not in (None, found.prompt_id):
            return 0
        self._found = None
        return found.server_id

    def keep(self, owner: str | None, server_id: int, prompt_id: int) -> None:
        """This is on the screen now."""
        if self._file is not None and owner is not None:
            # What cannot be remembered costs at most a stale bubble.
            with suppress(OSError):
                self._file.write_text(json.dumps(Placed(owner, server_id, prompt_id)), encoding="utf-8")

    def forget(self) -> None:
        """Nothing of ours is on the screen now."""
        if self._file is not None:
            with suppress(OSError):
                self._file.unlink(missing_ok=True)


def _read(file: Path) -> Placed | None:
    try:
        plain: Any = json.loads(file.read_bytes()[:1000])
    except (OSError, ValueError):
        return None
    match plain:
        case [str(owner), int(server_id), int(prompt_id)] if 0 < server_id < 2**32:
            return Placed(owner, server_id, prompt_id)
        case _:
            return None
