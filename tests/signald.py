"""Notification servers and keepers of the screen that say what a test tells them, on real buses."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from dbus_fast import Message, Variant

from sessiond import Answer, Service

PROPERTIES = "org.freedesktop.DBus.Properties"
NOTIFICATIONS, NOTIFICATIONS_PATH = "org.freedesktop.Notifications", "/org/freedesktop/Notifications"

Talk = Answer | Callable[[Sequence[Any]], Answer]
"""What is answered: always the same, or by the arguments."""


class Talker(Service):
    """Answers by ``talks``: (path, interface and member) to what is said. Anything else is an error."""

    def __init__(self, address: str, name: str) -> None:
        super().__init__(address, name)
        self.talks: dict[tuple[str, str], Talk] = {}

    def answer(self, call: Message) -> Answer:
        said = self.talks.get((call.path or "", f"{call.interface}.{call.member}"))
        return said(call.body) if callable(said) else said

    def property(self, path: str, interface: str, member: str, value: Callable[[], Variant]) -> None:
        """Have one, beside those there are."""
        asked = (path, f"{PROPERTIES}.Get")
        before = self.talks.get(asked)

        def get(arguments: Sequence[Any]) -> Answer:
            if list(arguments) == [interface, member]:
                return "v", [value()]
            return before(arguments) if callable(before) else before

        self.talks[asked] = get

    def changed(self, path: str, interface: str, *unsaid: str, **values: Variant) -> None:
        """Tell that properties changed."""
        self.signal(path, PROPERTIES, "PropertiesChanged", "sa{sv}as", interface, values, list(unsaid))


class Notifyd(Talker):
    """A notification server of that kind, with its do not disturb. ``put`` switches it and tells of it."""

    def __init__(self, address: str, kind: str) -> None:
        super().__init__(address, NOTIFICATIONS)
        self.on = False
        self.kind = kind
        self.talks[NOTIFICATIONS_PATH, f"{NOTIFICATIONS}.GetServerInformation"] = self._introduce

    def _introduce(self, _: Sequence[Any]) -> Answer:
        return "ssss", [self.kind, "sitbreak", "1", "1.2"]

    def put(self, *, on: bool) -> None:
        self.on = on
        self.tell()

    def tell(self) -> None:
        """Say it, as this kind does."""


class Dunstlike(Notifyd):
    def __init__(self, address: str) -> None:
        super().__init__(address, "dunst")
        self.path, self.interface = NOTIFICATIONS_PATH, "org.dunstproject.cmd0"
        self.property(self.path, self.interface, "paused", lambda: Variant("b", self.on))

    def change(self) -> tuple[Any, ...]:
        """The signal by which it tells."""
        values = {"paused": Variant("b", self.on)}
        return (self.path, PROPERTIES, "PropertiesChanged", "sa{sv}as", self.interface, values, [])

    def tell(self) -> None:
        self.signal(*self.change())


class Plasma(Notifyd):
    def __init__(self, address: str) -> None:
        super().__init__(address, "Plasma")
        self.property(NOTIFICATIONS_PATH, NOTIFICATIONS, "Inhibited", lambda: Variant("b", self.on))

    def tell(self) -> None:
        self.changed(NOTIFICATIONS_PATH, NOTIFICATIONS, Inhibited=Variant("b", self.on))


class Swaync(Notifyd):
    """``later``: a version that tells in another way, and knows of programs that want quiet."""

    path, interface = "/org/erikreider/swaync/cc", "org.erikreider.swaync.cc"

    def __init__(self, address: str, *, later: bool = False) -> None:
        super().__init__(address, "SwayNotificationCenter")
        self.later, self.inhibited = later, False
        self.talks[self.path, f"{self.interface}.GetDnd"] = lambda _: ("b", [self.on])
        if later:
            self.talks[self.path, f"{self.interface}.IsInhibited"] = lambda _: ("b", [self.inhibited])

    def tell(self) -> None:
        if self.later:
            body = (3, self.on, False, self.inhibited)
            self.signal(self.path, self.interface, "SubscribeV2", "ubbb", *body)
        else:
            self.signal(self.path, self.interface, "Subscribe", "ubb", 3, self.on, False)


class Budgie(Notifyd):
    path, interface = "/org/budgie_desktop/Notifications", "org.buddiesofbudgie.budgie.Dispatcher"

    def __init__(self, address: str) -> None:
        super().__init__(address, "Budgie Notification Server")
        self.talks[self.path, f"{self.interface}.GetDoNotDisturb"] = lambda _: ("b", [self.on])

    def tell(self) -> None:
        self.signal(self.path, self.interface, "DoNotDisturbChanged", "b", self.on)


class OldMako(Notifyd):
    """It tells of nothing."""

    path, interface = "/fr/emersion/Mako", "fr.emersion.Mako"

    def __init__(self, address: str) -> None:
        super().__init__(address, "mako")
        self.talks[self.path, f"{self.interface}.ListModes"] = lambda _: ("as", [self._modes()])

    def _modes(self) -> list[str]:
        return ["default", "DND"] if self.on else ["default"]


@dataclass
class Held:
    """What keeps something from happening; on what it is, and in what way."""

    what: str = "idle"
    who: str = "player"
    why: str = "film"
    mode: str = "block"
    uid: int = os.getuid()
    flags: int = 8


class Keeper(Talker):
    """One who knows what keeps the screen on. ``hold`` says all that does now, and tells of it."""

    def __init__(self, address: str, name: str) -> None:
        super().__init__(address, name)
        self.held: list[Held] = []

    def hold(self, *held: Held) -> None:
        self.held = list(held)
        self.tell()

    def tell(self) -> None:
        """Say that it is other now, as this one does."""


class LogindKeeper(Keeper):
    path, interface = "/org/freedesktop/login1", "org.freedesktop.login1.Manager"

    def __init__(self, address: str) -> None:
        super().__init__(address, "org.freedesktop.login1")
        self.talks[self.path, f"{self.interface}.ListInhibitors"] = lambda _: ("a(ssssuu)", [self.rows()])

    def rows(self) -> list[list[Any]]:
        return [[one.what, one.who, one.why, one.mode, one.uid, 7] for one in self.held]

    def tell(self) -> None:
        blocked = ":".join(dict.fromkeys(one.what for one in self.held))
        self.changed(self.path, self.interface, BlockInhibited=Variant("s", blocked))


class GnomeKeeper(Keeper):
    path, interface = "/org/gnome/SessionManager", "org.gnome.SessionManager"

    def __init__(self, address: str) -> None:
        super().__init__(address, self.interface)
        self.talks[self.path, f"{self.interface}.IsInhibited"] = self._is_inhibited
        self.talks[self.path, f"{self.interface}.GetInhibitors"] = lambda _: ("ao", [self._paths()])

    def hold(self, *held: Held) -> None:
        for path in self._paths():
            self.talks = {asked: said for asked, said in self.talks.items() if asked[0] != path}
        for number, one in enumerate(held):
            path = f"{self.path}/Inhibitor{number}"
            self.talks[path, f"{self.interface}.Inhibitor.GetFlags"] = ("u", [one.flags])
            self.talks[path, f"{self.interface}.Inhibitor.GetReason"] = ("s", [one.why])
        super().hold(*held)

    def tell(self) -> None:
        member = "InhibitorAdded" if self.held else "InhibitorRemoved"
        self.signal(self.path, self.interface, member, "o", f"{self.path}/Inhibitor0")

    def _paths(self) -> list[str]:
        return [f"{self.path}/Inhibitor{number}" for number in range(len(self.held))]

    def _is_inhibited(self, arguments: Sequence[Any]) -> Answer:
        return "b", [any(one.flags & arguments[0] for one in self.held)]


class KdeKeeper(Keeper):
    """``later``: Plasma 6.5 and up."""

    path = "/org/kde/Solid/PowerManagement/PolicyAgent"
    interface = "org.kde.Solid.PowerManagement.PolicyAgent"
    screen, session = 4, 1

    def __init__(self, address: str, *, later: bool = False) -> None:
        super().__init__(address, self.interface)
        self.later = later
        self.talks[self.path, f"{self.interface}.HasInhibition"] = self._has
        self.talks[self.path, f"{self.interface}.ListInhibitions"] = self._list
        if later:
            self.property(self.path, self.interface, "ActiveInhibitions", self._active)

    def tell(self) -> None:
        if self.later:
            self.changed(self.path, self.interface, "RequestedInhibitions", "ActiveInhibitions")
        else:
            self.signal(self.path, self.interface, "InhibitionsChanged", "a(ss)as", [], ["player"])

    def _has(self, arguments: Sequence[Any]) -> Answer:
        held = {"idle": self.screen, "sleep": self.session}
        return "b", [any(held[what] & arguments[0] for one in self.held for what in one.what.split(":"))]

    def _list(self, _: Sequence[Any]) -> Answer:
        return "a(ss)", [[[one.who, one.why] for one in self.held]]

    def _active(self) -> Variant:
        return Variant("a(ssssu)", [[one.what, one.who, one.why, one.mode, 3] for one in self.held])


class PowerKeeper(Keeper):
    """``mute``: it tells of no change, as Xfce's."""

    path, interface = "/org/freedesktop/PowerManagement/Inhibit", "org.freedesktop.PowerManagement.Inhibit"

    def __init__(self, address: str, *, mute: bool = False) -> None:
        super().__init__(address, "org.freedesktop.PowerManagement")
        self.mute = mute
        self.talks[self.path, f"{self.interface}.HasInhibit"] = lambda _: ("b", [bool(self.held)])

    def tell(self) -> None:
        if not self.mute:
            self.signal(self.path, self.interface, "HasInhibitChanged", "b", bool(self.held))
