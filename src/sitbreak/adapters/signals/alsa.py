"""Who records, as the kernel tells it: which capture streams of the sound cards are open."""

from __future__ import annotations

import re
from pathlib import Path

from sitbreak.adapters.signals.watching import Watcher, listen_to_nodes
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

_CAPTURE = re.compile(r"pcmC\d+D\d+c")
_STREAMS = "card*/pcm*c/sub*/status"


def somebody_records(asound: Path) -> bool:
    """Whether any capture stream is open. ``asound`` is ``/proc/asound``. Raises Unavailable."""
    if not asound.is_dir():
        raise Unavailable(tr("Nothing tells whether somebody records: there is no sound server and no ALSA."))
    return any(_is_open(status) for status in asound.glob(_STREAMS))


def listen_to_cards(watcher: Watcher, nodes: Path) -> None:
    """Tell when a capture stream is opened or closed. ``nodes`` is ``/dev/snd``. Raises OSError."""
    listen_to_nodes(watcher, nodes, _CAPTURE.fullmatch)


def _is_open(status: Path) -> bool:
    try:
        with status.open("rb") as file:
            return not file.read(100).startswith(b"closed")
    except OSError:
        return False  # the card was pulled out just now
