"""Who knows what keeps the screen on, and how each of them is asked.

What counts is a block of idleness. That alone leaves out what desktops and services hold all the time for
themselves, none of which is a person's wish that the screen stay on:
- the keys and the lid (gsd-media-keys, powerdevil, xfce4-power-manager: "handle-..."): who handles them;
- "sleep" (UPower, NetworkManager, ModemManager, screen lockers, swayidle): a moment to get ready for it;
- "shutdown" (package managers): work that must not be cut off.
Left out as well: what root and other people hold on this machine (a backup, a greeter, somebody else's film),
and browsers that play sound only, which is no reason to leave a person sitting. Keep-awake tools count: they
are somebody's wish.
"""

from __future__ import annotations

import os
from abc import ABC, abstractmethod
from collections.abc import Sequence
from typing import Any

from dbus_fast import Message

from sitbreak.adapters.presence.busnames import BusNames, Question, Refused
from sitbreak.adapters.signals.busrules import ask_property, changes, property_rule, rule
from sitbreak.adapters.signals.sharedbus import GNOME, KDE, LOGIND, POWER

_SOUND_ONLY = frozenset({"audio-playing", "Playing audio"})
"""What Firefox and Chromium give as their reason for it."""
_MOST = 16
"""So many inhibitors are looked at; more say yes."""
_BLOCKS = frozenset({"block", "block-weak"})
_BLOCKED = frozenset({"BlockInhibited", "BlockWeakInhibited"})
_IDLE, _SCREEN = 8, 4
"""The bits that stand for idleness and for the screen: GNOME's, KDE's."""


class Keeper(ABC):
    """One who knows. ``rules`` are the signals by which it tells of news."""

    name: str
    rules: frozenset[str]

    @abstractmethod
    async def ask(self, names: BusNames) -> bool:
        """Whether something keeps the screen on. Raises Refused."""

    @abstractmethod
    def news(self, message: Message) -> bool:
        """Whether this signal may tell of something else than before."""


class Logind(Keeper):
    """The list of all inhibitors on this machine. It tells of a change where the whole of them changes."""

    name = LOGIND
    _path, _interface = "/org/freedesktop/login1", f"{LOGIND}.Manager"
    rules = frozenset({property_rule(LOGIND, _path, _interface)})

    async def ask(self, names: BusNames) -> bool:
        """Ask it."""
        question = Question(self._path, self._interface, "ListInhibitors", "a(ssssuu)")
        held: Sequence[Sequence[Any]] = await names.ask(self.name, question)
        return any(
            "idle" in what.split(":") and mode in _BLOCKS and uid == os.getuid() and why not in _SOUND_ONLY
            for what, _, why, mode, uid, _ in held
        )

    def news(self, message: Message) -> bool:
        """Whether its list may be another."""
        return not _BLOCKED.isdisjoint(changes(message, self._interface)[1])


class Gnome(Keeper):
    """The session manager of GNOME, and of MATE, Cinnamon and Budgie, which took it over."""

    name = GNOME
    _path = "/org/gnome/SessionManager"
    _members = frozenset({"InhibitorAdded", "InhibitorRemoved"})
    rules = frozenset(
        {rule(GNOME, _path, GNOME, "InhibitorAdded"), rule(GNOME, _path, GNOME, "InhibitorRemoved")}
    )

    async def ask(self, names: BusNames) -> bool:
        """Ask it."""
        if not await self._any(names):
            return False
        paths: Sequence[str] = await names.ask(GNOME, Question(self._path, GNOME, "GetInhibitors", "ao"))
        if len(paths) > _MOST:
            return True
        found = [await self._counts(names, path) for path in paths]
        if True in found or (found and None not in found):
            return True in found
        # It has gone meanwhile, or says nothing of itself.
        return await self._any(names)

    async def _any(self, names: BusNames) -> bool:
        return bool(await names.ask(GNOME, Question(self._path, GNOME, "IsInhibited", "b", "u", (_IDLE,))))

    async def _counts(self, names: BusNames, path: str) -> bool | None:
        interface = f"{GNOME}.Inhibitor"
        try:
            flags: int = await names.ask(GNOME, Question(path, interface, "GetFlags", "u"))
            if not flags & _IDLE:
                return False
            return await names.ask(GNOME, Question(path, interface, "GetReason", "s")) not in _SOUND_ONLY
        except Refused:
            return None

    def news(self, message: Message) -> bool:
        """Whether its list may be another."""
        return message.path == self._path and message.interface == GNOME and message.member in self._members


class Kde(Keeper):
    """Plasma's power management, which also asks logind."""

    name = KDE
    _path = "/org/kde/Solid/PowerManagement/PolicyAgent"
    _lists = frozenset({"ActiveInhibitions", "RequestedInhibitions"})
    rules = frozenset({rule(KDE, _path, KDE, "InhibitionsChanged"), property_rule(KDE, _path, KDE)})

    async def ask(self, names: BusNames) -> bool:
        """Ask it."""
        if not await names.ask(KDE, Question(self._path, KDE, "HasInhibition", "b", "u", (_SCREEN,))):
            return False
        reasons = await self._reasons(names)
        return not reasons or not _SOUND_ONLY.issuperset(reasons)

    async def _reasons(self, names: BusNames) -> list[str]:
        """All that were given, in Plasma 6.5 and later for the screen alone; none: cannot be told."""
        listed = Question(self._path, KDE, "ListInhibitions", "a(ss)")
        try:
            found = await ask_property(names, KDE, self._path, KDE, "ActiveInhibitions")
            if found.signature == "a(ssssu)":
                return [why for what, _, why, _, _ in found.value if "idle" in what.split(":")]
        except Refused:
            pass
        try:
            return [why for _, why in await names.ask(KDE, listed)]
        except Refused:
            return []

    def news(self, message: Message) -> bool:
        """Whether its list may be another."""
        if message.path != self._path:
            return False
        if message.interface == KDE:
            return message.member == "InhibitionsChanged"
        return not self._lists.isdisjoint(changes(message, KDE)[1])


class Power(Keeper):
    """Xfce's power manager, which never tells of a change, and others, which may."""

    name = POWER
    _path, _interface = "/org/freedesktop/PowerManagement/Inhibit", f"{POWER}.Inhibit"
    rules = frozenset({rule(POWER, _path, _interface, "HasInhibitChanged")})

    async def ask(self, names: BusNames) -> bool:
        """Ask it."""
        return bool(await names.ask(POWER, Question(self._path, self._interface, "HasInhibit", "b")))

    def news(self, message: Message) -> bool:
        """Whether its list may be another."""
        return message.interface == self._interface and message.member == "HasInhibitChanged"


KEEPERS: tuple[Keeper, ...] = (Logind(), Gnome(), Kde(), Power())
