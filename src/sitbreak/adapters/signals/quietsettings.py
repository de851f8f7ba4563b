"""A desktop's own setting that no notification be shown, read by a short-lived ``gsettings``.

While somebody watches, one more of them runs and says when the setting changes; nothing is polled.
"""

from __future__ import annotations

import asyncio
import os
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass

from sitbreak.adapters.presence.busnames import Refused
from sitbreak.adapters.sessionbus import session_bus
from sitbreak.adapters.signals.child import Child, answer, lasting
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

AGAIN_S, AGAIN_AT_MOST_S = 5.0, 300.0
"""How long to wait before a watching child that ended is started anew; each pause is twice the one before."""

BEGIN_S = 1.0
"""A watching child hears of all changes this long after its start, at the latest, seconds."""

_WORD_MOST = 64


@dataclass(frozen=True, slots=True)
class Setting:
    """A switch; ``quiet`` is its value while no notification is to be shown."""

    schema: str
    key: str
    quiet: bool

    async def ask(self, address: str | None) -> bool:
        """Whether it is so. Raises Refused and Unavailable."""
        try:
            said = await answer(
                ("gsettings", "get", self.schema, self.key), _environ(address), most=_WORD_MOST
            )
        except OSError as error:
            raise Unavailable(
                tr("gsettings cannot be run: {why}").format(why=error.strerror),
                remedy=tr("Install it: it comes with GLib (Debian: libglib2.0-bin)."),
            ) from error
        match said.strip():
            case b"true":
                return self.quiet
            case b"false":
                return not self.quiet
            case _:
                raise Refused(tr("gsettings knows no {key}").format(key=f"{self.schema} {self.key}"))

    async def attend(
        self, address: str | None, changed: Callable[[], None], begun: Callable[[], None]
    ) -> None:
        """Have ``changed`` called when it changes from ``begun`` on, until cancelled."""
        argv = ("gsettings", "monitor", self.schema, self.key)
        pause_s, ended = AGAIN_S, asyncio.Event()
        while True:
            with suppress(OSError):
                environ = _environ(address)
                child = Child(lasting(argv, environ), environ, lambda _: changed(), ended.set)
                begins = asyncio.get_running_loop().call_later(BEGIN_S, begun)
                try:
                    await ended.wait()
                finally:
                    begins.cancel()
                    child.stop()
            ended.clear()
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, AGAIN_AT_MOST_S)


def _environ(address: str | None) -> Mapping[str, str]:
    bus = address or session_bus()
    return os.environ | ({"DBUS_SESSION_BUS_ADDRESS": bus} if bus else {})
