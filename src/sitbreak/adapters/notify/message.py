"""A note in the words of the freedesktop notification specification."""

from __future__ import annotations

import html
from typing import Any

from dbus_fast import Variant

from sitbreak.adapters.text import plain, with_answer
from sitbreak.core.events import Closed
from sitbreak.ports import Ability, Note

REASONS = {1: Closed.EXPIRED, 2: Closed.DISMISSED, 3: Closed.WITHDRAWN}
"""By number; any other is undefined."""

_NEVER, _AS_THE_SERVER_LIKES = 0, -1
_LOW, _NORMAL = 0, 1


def abilities(capabilities: frozenset[str]) -> frozenset[Ability]:
    """What a server that names these capabilities can do for us."""
    able = {Ability.REPLACE, Ability.WITHDRAW, Ability.CLOSE_REASONS}
    if "actions" in capabilities:
        able.add(Ability.BUTTONS)
    if capabilities & {"icon-static", "icon-multi"}:
        able.add(Ability.IMAGE)
    return frozenset(able)


def arguments(note: Note, capabilities: frozenset[str], replaces: int) -> list[Any]:
    """The arguments of ``Notify``. There is no default action: a stray click must answer nothing."""
    answerable = "actions" in capabilities
    body = plain(note.body if answerable else with_answer(note.body, note.how_to_answer))
    hints = {
        "urgency": Variant("y", _LOW if note.gentle else _NORMAL),
        "desktop-entry": Variant("s", "sitbreak"),
        "category": Variant("s", "x-sitbreak.prompt"),
    }
    if note.gentle:
        hints["suppress-sound"] = Variant("b", True)  # noqa: FBT003 - a value on the wire
    if note.image is not None and note.image.is_file():
        hints["image-path"] = Variant("s", note.image.absolute().as_uri())
    return [
        "sitbreak",
        replaces,
        "",
        plain(note.title),
        html.escape(body, quote=False) if "body-markup" in capabilities else body,
        [plain(word) for button in note.buttons for word in button] if answerable else [],
        hints,
        _AS_THE_SERVER_LIKES if note.gentle else _NEVER,
    ]
