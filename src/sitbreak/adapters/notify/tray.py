"""Notes by the tray icon's own bubble, for desktops that have nothing better."""

from __future__ import annotations

from sitbreak.adapters.text import cut, plain, with_answer
from sitbreak.ports import BODY_MOST, TITLE_MOST, Ability, Note, Tray


class TrayNotifier:
    """Shows and forgets; whether the tray can is known only when it is asked."""

    name = "tray"
    road = "tray"
    abilities: frozenset[Ability] = frozenset()

    def __init__(self, tray: Tray) -> None:
        self._tray = tray

    def check(self) -> None:
        """Nothing is known before something is shown."""

    def show(self, note: Note) -> None:
        """Show it for as long as the desktop likes. Raises NotifyFailed."""
        body = with_answer(plain(note.body), plain(note.how_to_answer), BODY_MOST)
        self._tray.notify(cut(plain(note.title), TITLE_MOST), body)

    def withdraw(self, prompt_id: int) -> None:
        """Not possible: what it showed goes by itself."""

    def close(self) -> None:
        """The tray is not ours."""
