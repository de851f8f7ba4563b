"""The screen savers and lockers that tell on the session bus when they cover the screen."""

from __future__ import annotations

from collections.abc import Sequence

from dbus_fast import Message
from dbus_fast.aio import MessageBus

from sitbreak.adapters.presence.busnames import BusNames, Question, Refused
from sitbreak.adapters.presence.lockword import LockWord
from sitbreak.adapters.sessionbus import session_bus
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

SAVERS: dict[str, tuple[str, ...]] = {
    "org.gnome.ScreenSaver": ("/org/gnome/ScreenSaver",),
    "org.freedesktop.ScreenSaver": ("/org/freedesktop/ScreenSaver", "/ScreenSaver"),
    "org.xfce.ScreenSaver": ("/org/xfce/ScreenSaver",),
    "org.cinnamon.ScreenSaver": ("/org/cinnamon/ScreenSaver",),
    "org.mate.ScreenSaver": ("/org/mate/ScreenSaver",),
}
"""Where each can be asked. Their signals count from wherever they come."""


class Savers:
    """An ``Ear`` on them. Loop thread only, but for ``watched`` and ``missing``."""

    def __init__(self, word: LockWord, address: str | None) -> None:
        self._word = word
        self._tell: set[str] = set()
        self.names = BusNames(lambda: MessageBus(address or session_bus()), tuple(SAVERS), self)

    @property
    def watched(self) -> tuple[str, ...]:
        """Those that tell."""
        return tuple(name for name in SAVERS if name in self._tell)

    @property
    def missing(self) -> Sequence[Unavailable]:
        """Why the others do not, or nobody does."""
        if self.names.problem:
            return (
                Unavailable(
                    tr("The session bus cannot be reached: {why}").format(why=self.names.problem),
                    remedy=tr("Start sitbreak from within a desktop session."),
                ),
            )
        waiting = self.names.waiting
        found = [Unavailable(tr("{name} has not answered yet.").format(name=name)) for name in waiting]
        found += [
            Unavailable(tr("{name} does not tell: {why}").format(name=name, why=why))
            for name, why in self.names.refusals.copy().items()
            if name not in self._tell
        ]
        if not found and not self._tell:
            found.append(Unavailable(tr("No screen saver on the session bus tells of locking.")))
        return found

    async def greet(self, name: str) -> None:
        """Learn whether it covers the screen already."""
        await self.names.listen(f"type='signal',sender='{name}',interface='{name}',member='ActiveChanged'")
        refusal = Refused(name)
        for path in SAVERS[name]:
            try:
                active: bool = await self.names.ask(name, Question(path, name, "GetActive", "b"))
            except Refused as error:
                refusal = error
            else:
                # What it has said by itself meanwhile is the later word.
                if name not in self._tell:
                    self._say(name, active=active)
                return
        raise refusal

    def heard(self, name: str, message: Message) -> None:
        """It covers the screen, or does no more."""
        if (message.interface, message.member, message.signature) == (name, "ActiveChanged", "b"):
            self._say(name, active=message.body[0])

    def gone(self, name: str) -> None:
        """It tells no more."""
        self._tell.discard(name)
        self._word.silent(name)

    def _say(self, name: str, *, active: bool) -> None:
        self._tell.add(name)
        self._word.say(name, locked=active)
