"""Whether somebody records from a microphone. Never what is said."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals import alsa, soundserver
from sitbreak.adapters.signals.reader import Changed, Stop
from sitbreak.adapters.signals.watching import Watchers
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable


class Microphone:
    """Asks the sound server, and where none answers the kernel, anew at each read: either may come and go.

    The kernel does not see a Bluetooth headset, nor tell a meter from a call.
    """

    sense = Sense.MICROPHONE
    name = "microphone"

    def __init__(
        self,
        io: IoLoop,
        *,
        environ: Mapping[str, str] = os.environ,
        asound: Path = Path("/proc/asound"),
        nodes: Path = Path("/dev/snd"),
    ) -> None:
        self._environ, self._asound, self._nodes = environ, asound, nodes
        self._watchers = Watchers(io)

    async def read(self) -> bool:
        """Whether somebody records just now. Raises Unavailable."""
        try:
            return await soundserver.somebody_records(self._environ)
        except Unavailable as error:
            try:
                return alsa.somebody_records(self._asound)
            except Unavailable:
                raise error from None

    def watch(self, changed: Changed) -> Stop | None:
        """Have ``changed`` called when a recording begins or ends, and when what tells of them is gone."""
        return self._watchers.begin(
            changed,
            partial(soundserver.listen_to_server, environ=self._environ),
            partial(alsa.listen_to_cards, nodes=self._nodes),
        )

    def close(self) -> None:
        """End all watching."""
        self._watchers.stop()
