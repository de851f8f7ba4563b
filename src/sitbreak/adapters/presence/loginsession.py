"""logind's word on this person's session and on sleep."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import Any

from dbus_fast import BusType, Message, Variant
from dbus_fast.aio import MessageBus

from sitbreak.adapters.presence.busnames import BusNames, Question, Refused
from sitbreak.adapters.presence.lockword import LockWord
from sitbreak.adapters.presence.sleepword import SleepWord
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock, Post
from sitbreak.wording import tr

LOGIND = "org.freedesktop.login1"
PATH = "/org/freedesktop/login1"
MANAGER, SESSION, USER = f"{LOGIND}.Manager", f"{LOGIND}.Session", f"{LOGIND}.User"
PROPERTIES = "org.freedesktop.DBus.Properties"

_FROM = f"type='signal',sender='{LOGIND}'"
_MANAGER_RULES = tuple(
    f"{_FROM},path='{PATH}',interface='{MANAGER}',member='{member}'"
    for member in ("PrepareForSleep", "SessionNew", "SessionRemoved")
)


class LoginSession:
    """An ``Ear`` on logind. Loop thread only, but for ``watched`` and ``missing``."""

    def __init__(self, word: LockWord, post: Post, clock: Clock, address: str | None) -> None:
        self._word, self._sleep = word, SleepWord(post, clock)
        self._session = ""
        self._known = False
        self._hint: bool | None = None
        self.names = BusNames(lambda: MessageBus(address, bus_type=BusType.SYSTEM), (LOGIND,), self)

    @property
    def watched(self) -> tuple[str, ...]:
        """Its name, where it knows the session."""
        return ("logind",) if self._known else ()

    @property
    def missing(self) -> Sequence[Unavailable]:
        """Why it does not."""
        otherwise = tr("Sleep is seen in the clocks all the same; a lock only where a screen saver tells.")
        if self.names.problem:
            why = tr("The system bus cannot be reached: {why}").format(why=self.names.problem)
            return (Unavailable(why, remedy=otherwise),)
        if not self.names.owners:
            return (Unavailable(tr("There is no logind on the system bus."), remedy=otherwise),)
        if self.names.waiting and not self._known:
            return (Unavailable(tr("{name} has not answered yet.").format(name="logind")),)
        return tuple(
            Unavailable(
                tr("logind knows no session of yours: {why}").format(why=why),
                remedy=tr("Start sitbreak from within a desktop session."),
            )
            for why in self.names.refusals.copy().values()
        )

    async def greet(self, name: str) -> None:
        """Find the session, and learn whether it is locked already."""
        for rule in _MANAGER_RULES:
            await self.names.listen(rule)
        refusal = Refused(name)
        for find in (self._by_its_name, self._by_this_process, self._by_this_person):
            try:
                await self._take(await find())
            except Refused as error:
                refusal = error
            else:
                return
        self._lose()
        raise refusal

    def heard(self, _name: str, message: Message) -> None:
        """It sleeps or wakes, it is locked or unlocked; a session comes or goes."""
        match message.interface, message.member, message.signature:
            case "org.freedesktop.login1.Manager", "PrepareForSleep", "b":
                if message.body[0]:
                    self._sleep.begins()
                else:
                    self._sleep.over()
            case "org.freedesktop.login1.Manager", "SessionRemoved", "so" if message.body[1] == self._session:
                self._lose()
                self.names.greet_again(LOGIND)
            case "org.freedesktop.login1.Manager", "SessionNew", "so" if not self._known:
                self.names.greet_again(LOGIND)
            case "org.freedesktop.login1.Session", "Unlock", "" if self._known and self._is_ours(message):
                self._word.opened()
            case "org.freedesktop.DBus.Properties", "PropertiesChanged", "sa{sv}as" if self._is_ours(message):
                self._changed(*message.body)
            case _:
                pass

    def gone(self, _name: str) -> None:
        """Nobody tells any more; of a sleep that was to come neither."""
        self._lose()
        if self._sleep.begun:
            self._sleep.over()

    def _is_ours(self, message: Message) -> bool:
        return message.path == self._session

    def _changed(self, interface: str, values: dict[str, Variant], unsaid: list[str]) -> None:
        if interface != SESSION:
            return
        hint = values.get("LockedHint")
        if hint is not None and hint.signature == "b":
            self._hint = hint.value
            if self._known:
                self._word.say("logind", locked=hint.value)
        elif "LockedHint" in unsaid:
            self.names.greet_again(LOGIND)

    def _lose(self) -> None:
        self._known = False
        self._word.silent("logind")

    async def _by_its_name(self) -> str:
        if not (name := os.environ.get("XDG_SESSION_ID")):
            raise Refused("XDG_SESSION_ID")
        return await self._manager("GetSession", "s", name)

    async def _by_this_process(self) -> str:
        return await self._manager("GetSessionByPID", "u", os.getpid())

    async def _by_this_person(self) -> str:
        user = await self._manager("GetUser", "u", os.getuid())
        found = await self.names.ask(LOGIND, Question(user, PROPERTIES, "Get", "v", "ss", (USER, "Display")))
        if found.signature != "(so)" or found.value[1] == "/":
            raise Refused(tr("you are logged in on no screen"))
        return str(found.value[1])

    async def _manager(self, member: str, signature: str, argument: str | int) -> str:
        question = Question(PATH, MANAGER, member, "o", signature, (argument,))
        return str(await self.names.ask(LOGIND, question))

    async def _take(self, path: str) -> None:
        """Make it our session. Raises Refused where it is somebody else's, or not one to work in."""
        if path != self._session:
            for rule in _session_rules(self._session):
                await self.names.ignore(rule)
            self._session = path
        for rule in _session_rules(path):
            await self.names.listen(rule)
        self._hint = None
        facts = await self.names.ask(LOGIND, Question(path, PROPERTIES, "GetAll", "a{sv}", "s", (SESSION,)))
        if not _fits(facts):
            raise Refused(tr("{path} is not one to work in").format(path=path))
        self._known = True
        self._learn(facts.get("LockedHint"))

    def _learn(self, hint: Variant | None) -> None:
        # What was told since it was asked is the later word.
        if self._hint is None and hint is not None and hint.signature == "b":
            self._hint = hint.value
        if self._hint is not None:
            self._word.say("logind", locked=self._hint)


def _session_rules(path: str) -> tuple[str, ...]:
    if not path:
        return ()
    return (
        f"{_FROM},path='{path}',interface='{SESSION}',member='Unlock'",
        f"{_FROM},path='{path}',interface='{PROPERTIES}',member='PropertiesChanged'",
    )


def _fits(facts: dict[str, Any]) -> bool:
    """Whether a session with these properties is of this person, and neither a greeter nor a manager."""
    owner, kind = facts.get("User"), facts.get("Class")
    ours = owner is None or (owner.signature == "(uo)" and owner.value[0] == os.getuid())
    return ours and (kind is None or str(kind.value).startswith("user"))
