"""How each notification server tells whether it keeps quiet, asked over the bus.

All but Xfce's are asked by the unique name of whoever owns the notifications; nothing is ever started.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import Any

from dbus_fast import Message, Variant

from sitbreak.adapters.presence.busnames import BusNames, Question, Refused
from sitbreak.adapters.signals.busrules import ask_property, changes, property_rule, rule
from sitbreak.adapters.signals.sharedbus import NOTIFICATIONS, XFCONF
from sitbreak.wording import tr

PATH = "/org/freedesktop/Notifications"

_QUIET_MODES = frozenset({"do-not-disturb", "do_not_disturb", "donotdisturb", "dnd"})
"""People name mako's modes as they like; its manual has the first."""


class Way(ABC):
    """One server's way.

    Attributes:
        rules: the signals to hear while somebody watches.
        tells: whether these say all there is to say.
        store: whoever else's coming and going changes the answer.
    """

    rules: frozenset[str]
    tells = True
    store = ""

    @abstractmethod
    async def ask(self, names: BusNames) -> bool:
        """Whether it keeps quiet. Raises Refused."""

    @abstractmethod
    def news(self, name: str, message: Message, *, last: bool | None) -> bool:
        """Whether this signal of the name's owner says other than what was known last."""


class ByProperty(Way):
    """A property that is told when it changes: dunst, Plasma."""

    def __init__(self, interface: str, member: str) -> None:
        self._interface, self._member = interface, member
        self.rules = frozenset({property_rule(NOTIFICATIONS, PATH, interface)})

    async def ask(self, names: BusNames) -> bool:
        """Read it."""
        return _true(await ask_property(names, NOTIFICATIONS, PATH, self._interface, self._member))

    def news(self, name: str, message: Message, *, last: bool | None) -> bool:
        """Whether it is among what changed."""
        values, named = changes(message, self._interface)
        if name != NOTIFICATIONS or self._member not in named:
            return False
        return _differs(values.get(self._member), last)


class ByMethod(Way):
    """A method that answers yes or no, and signals that do: swaync, Budgie.

    ``signals``: of each, its member, its signature and where in its body. ``also``: a method that only later
    versions have; one yes is enough.
    """

    def __init__(
        self,
        path: str,
        interface: str,
        member: str,
        signals: dict[tuple[str, str], tuple[int, ...]],
        also: str = "",
    ) -> None:
        self._path, self._interface, self._member, self._also = path, interface, member, also
        self._signals = signals
        self.rules = frozenset(rule(NOTIFICATIONS, path, interface, signal) for signal, _ in signals)

    async def ask(self, names: BusNames) -> bool:
        """Call them."""
        if await self._call(names, self._member):
            return True
        try:
            return bool(self._also) and await self._call(names, self._also)
        except Refused:
            return False

    def news(self, name: str, message: Message, *, last: bool | None) -> bool:
        """Whether a yes, or all noes, are new."""
        if (name, message.path, message.interface) != (NOTIFICATIONS, self._path, self._interface):
            return False
        places = self._signals.get((message.member or "", message.signature))
        return places is not None and any(message.body[place] for place in places) != last

    async def _call(self, names: BusNames, member: str) -> bool:
        return bool(await names.ask(NOTIFICATIONS, Question(self._path, self._interface, member, "b")))


class Mako(Way):
    """A list of modes. Debian 12's mako tells of no change, and later ones are not told apart."""

    rules = frozenset()
    tells = False

    async def ask(self, names: BusNames) -> bool:
        """Look for a mode that means quiet."""
        question = Question("/fr/emersion/Mako", "fr.emersion.Mako", "ListModes", "as")
        modes: list[str] = await names.ask(NOTIFICATIONS, question)
        return not _QUIET_MODES.isdisjoint(mode.casefold() for mode in modes)

    def news(self, name: str, message: Message, *, last: bool | None) -> bool:  # noqa: ARG002 - it is mute
        """Never."""
        return False


class Xfce(Way):
    """A setting that is not there until it is first used, in Xfce's own store."""

    _key = ("xfce4-notifyd", "/do-not-disturb")
    _path = "/org/xfce/Xfconf"
    rules = frozenset(
        {
            rule(XFCONF, _path, XFCONF, "PropertyChanged", f",arg0='{_key[0]}',arg1='{_key[1]}'"),
            rule(XFCONF, _path, XFCONF, "PropertyRemoved", f",arg0='{_key[0]}',arg1='{_key[1]}'"),
        }
    )
    store = XFCONF

    async def ask(self, names: BusNames) -> bool:
        """Read it, where it is there."""
        if XFCONF not in names.owners:
            raise Refused(tr("Xfce's settings service, xfconfd, does not run"))
        return bool(await self._call(names, "PropertyExists", "b")) and _true(
            await self._call(names, "GetProperty", "v")
        )

    def news(self, name: str, message: Message, *, last: bool | None) -> bool:
        """Whether it was changed, or taken away."""
        if name != XFCONF or message.interface != XFCONF or tuple(message.body[:2]) != self._key:
            return False
        match message.member, message.signature:
            case "PropertyChanged", "ssv":
                return _differs(message.body[2], last)
            case "PropertyRemoved", "ss":
                return last is not False
            case _:
                return False

    async def _call(self, names: BusNames, member: str, answer: str) -> Any:
        return await names.ask(XFCONF, Question(self._path, XFCONF, member, answer, "ss", self._key))


def _differs(said: Variant | None, last: object) -> bool:
    return said is None or said.signature != "b" or said.value != last


def _true(found: Variant) -> bool:
    if found.signature != "b":
        raise Refused(tr("it gave no usable answer"))
    return bool(found.value)
