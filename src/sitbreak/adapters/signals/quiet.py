"""Do not disturb, as whoever shows this desktop's notifications just now keeps it."""

from __future__ import annotations

import asyncio

from dbus_fast import Message

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence.busnames import BusNames, Question
from sitbreak.adapters.signals.busreader import ANSWER_S, BusReader
from sitbreak.adapters.signals.quietsettings import Setting
from sitbreak.adapters.signals.quietways import PATH, ByMethod, ByProperty, Mako, Way, Xfce
from sitbreak.adapters.signals.sharedbus import NOTIFICATIONS, SharedBus, the_session_bus
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

_WAYS: dict[str, Way | Setting] = {
    "dunst": ByProperty("org.dunstproject.cmd0", "paused"),
    "plasma": ByProperty(NOTIFICATIONS, "Inhibited"),
    "xfce notify daemon": Xfce(),
    "mako": Mako(),
    "swaynotificationcenter": ByMethod(
        "/org/erikreider/swaync/cc",
        "org.erikreider.swaync.cc",
        "GetDnd",
        {("Subscribe", "ubb"): (1,), ("SubscribeV2", "ubbb"): (1, 3)},
        also="IsInhibited",
    ),
    "budgie notification server": ByMethod(
        "/org/budgie_desktop/Notifications",
        "org.buddiesofbudgie.budgie.Dispatcher",
        "GetDoNotDisturb",
        {("DoNotDisturbChanged", "b"): (0,)},
    ),
    "gnome-shell": Setting("org.gnome.desktop.notifications", "show-banners", quiet=False),
    "cinnamon": Setting("org.cinnamon.desktop.notifications", "display-notifications", quiet=False),
    "notification daemon": Setting("org.mate.NotificationDaemon", "do-not-disturb", quiet=True),
    "io.elementary.notifications": Setting("io.elementary.notifications", "do-not-disturb", quiet=True),
}
"""By the name that each server gives itself, in small letters."""

_NAME_MOST = 40


class Quiet(BusReader):
    """Asks the notification server, which may change under way. Loop thread only.

    ``address``: of a session bus other than the usual one.
    """

    sense = Sense.DO_NOT_DISTURB
    name = "notifications"

    def __init__(self, io: IoLoop, address: str | None = None) -> None:
        super().__init__(io)
        self._address = address
        self._bus: SharedBus | None = None
        self._owner = self._server = ""
        self._absent = False
        self._way: Way | Setting | None = None
        self._attending: asyncio.Task[None] | None = None

    async def _ask(self) -> bool:
        asked = tr("The session bus")
        try:
            async with asyncio.timeout(ANSWER_S):
                names = await self._reach()
                asked = tr("The notification server")
                way = await self._find(names)
                if isinstance(way, Setting):
                    asked = "gsettings"
                    return await way.ask(self._address)
                return await way.ask(names)
        except Unavailable:
            raise
        except TimeoutError as error:
            raise Unavailable(
                tr("{who} does not answer.").format(who=asked), remedy=tr("Restart it, or log in anew.")
            ) from error
        except Exception as error:
            server, why = self._server or asked, str(error) or type(error).__name__
            raise Unavailable(
                tr("{server} does not tell whether it keeps quiet: {why}").format(server=server, why=why)
            ) from error

    async def _reach(self) -> BusNames:
        try:
            return await self._join().reach()
        except Unavailable as error:
            raise Unavailable(
                tr("The session bus cannot be reached: {why}").format(why=error.what),
                remedy=tr("Start sitbreak from within a desktop session."),
            ) from error

    def _join(self) -> SharedBus:
        if self._bus is None:
            self._bus = the_session_bus(self._io, self._address)
            self._bus.join(self)
        return self._bus

    async def _find(self, names: BusNames) -> Way | Setting:
        """How the server that is there now tells. Raises Unavailable and Refused."""
        while (owner := names.owners.get(NOTIFICATIONS, "")) != self._owner or not owner:
            if not owner:
                self._absent = True
                raise Unavailable(
                    tr("No notification server runs on this desktop."),
                    remedy=tr("Install and start one, such as dunst or xfce4-notifyd."),
                )
            self._forget()
            question = Question(PATH, NOTIFICATIONS, "GetServerInformation", "ssss")
            server: str = await names.ask(NOTIFICATIONS, question)
            if names.owners.get(NOTIFICATIONS) == owner:
                self._owner, self._way = owner, _WAYS.get(server.casefold())
                self._server = "".join(filter(str.isprintable, server))[:_NAME_MOST]
        if self._way is None:
            raise Unavailable(
                tr("{server} has no do not disturb that sitbreak knows.").format(server=self._server),
                remedy=tr("Pause sitbreak itself when you want quiet."),
            )
        return self._way

    @property
    def _all_tell(self) -> bool:
        # Who is not known yet, or does not answer, is asked again.
        way = self._way
        return self._absent or (bool(self._owner) and (not isinstance(way, Way) or way.tells))

    def _listen(self, *, watched: bool) -> None:
        way = self._way
        if isinstance(way, Setting) and watched:
            if self._attending is None:
                attending = way.attend(self._address, self._news, self.tuned)
                self._attending = self._io.loop.create_task(attending)
        elif self._attending is not None:
            self._attending.cancel()
            self._attending = None
        rules = way.rules if isinstance(way, Way) else frozenset[str]()
        if watched:
            self._join().want(self, rules)
        elif self._bus is not None:
            self._bus.want(self, frozenset())

    def _leave(self) -> None:
        if self._bus is not None:
            self._bus.leave(self)

    def _forget(self) -> None:
        self._owner = self._server = ""
        self._absent = False
        self._way = self._last = None
        self._tend()

    def heard(self, name: str, message: Message) -> None:
        """It keeps quiet, or does no more."""
        way = self._way
        if isinstance(way, Way) and way.news(name, message, last=self._last):
            self._last = None
            self._news()

    def moved(self, name: str) -> None:
        """Another server, or none; or the store of Xfce's settings came or went."""
        if name == NOTIFICATIONS:
            self._forget()
            self._news()
        elif isinstance(self._way, Way) and name == self._way.store:
            self._last = None
            self._news()
