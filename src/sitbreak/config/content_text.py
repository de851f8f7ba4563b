"""Which texts are fit to be shown: nothing hidden in them; and in those of others no markup, no addresses."""

from __future__ import annotations

import re
import unicodedata

from sitbreak.wording import tr

_BLANK = frozenset("\u034f\u115f\u1160\u17b4\u17b5\u2800\u3164\uffa0")
"""Signs that count as letters or marks, and show nothing."""

_OF_EMOJI = frozenset("\ufe0e\ufe0f")
"""They say whether an emoji is coloured. The other selectors can carry a message that nobody sees."""

_MARKUP = re.compile(r"[<>]|&#?\w+;")
_ADDRESS = re.compile(r"://|\bwww\.", re.IGNORECASE)


def hidden(text: str) -> str:
    """The code of the first sign that nobody sees, such as one that turns the text about; empty: none."""
    return next((f"U+{ord(sign):04X}" for sign in text if _is_hidden(sign)), "")


def unwelcome(text: str) -> tuple[str, str] | None:
    """What makes a text of others unfit for a notification, and the remedy."""
    if found := _MARKUP.search(text):
        problem = tr("{found} is markup, and texts are shown as they are").format(found=f'"{found[0][:20]}"')
        return problem, tr('say it in words: "and", "less than"')
    if _ADDRESS.search(text):
        return tr("it holds an address, and nothing here may be opened"), tr("name what is meant in words")
    return None


def _is_hidden(sign: str) -> bool:
    if sign in _OF_EMOJI:
        return False
    return not sign.isprintable() or sign in _BLANK or "VARIATION SELECTOR" in unicodedata.name(sign, "")
