"""Whether something keeps the screen on: a film, a talk, a person's own wish."""

from __future__ import annotations

import asyncio

from dbus_fast import Message

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence.busnames import BusNames
from sitbreak.adapters.signals.busreader import ANSWER_S, BusReader
from sitbreak.adapters.signals.keepers import KEEPERS, Keeper
from sitbreak.adapters.signals.sharedbus import (
    KDE,
    LOGIND,
    POWER,
    SharedBus,
    the_session_bus,
    the_system_bus,
)
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable
from sitbreak.wording import tr


class Inhibitors(BusReader):
    """Asks all who may know, at once: one yes is a yes. Loop thread only.

    ``address``, ``system_address``: of buses other than the usual ones.
    """

    sense = Sense.INHIBITORS
    name = "inhibitors"

    def __init__(self, io: IoLoop, address: str | None = None, system_address: str | None = None) -> None:
        super().__init__(io)
        self._addresses = (address, system_address)
        self._buses: tuple[SharedBus, SharedBus] | None = None
        self._owned: set[str] = set()

    async def _ask(self) -> bool:
        asking = [self._io.loop.create_task(self._answer(keeper)) for keeper in KEEPERS]
        try:
            for answer in asyncio.as_completed(asking):
                if await answer is True:
                    return True
        finally:
            for task in asking:
                task.cancel()
        answers = [task.result() for task in asking]
        if False in answers:
            return False
        raise _nobody([answer for answer in answers if isinstance(answer, str)])

    async def _answer(self, keeper: Keeper) -> bool | str | None:
        """Its answer, or why there is none; None: it is not here."""
        try:
            async with asyncio.timeout(ANSWER_S):
                try:
                    names = await self._bus_of(keeper.name).reach()
                except Unavailable as error:
                    return _unreachable(keeper.name).format(why=error.what)
                self._owned = self._owned - {keeper.name} | ({keeper.name} & names.owners.keys())
                if keeper.name not in names.owners or _is_other(keeper.name, names):
                    return None
                return await keeper.ask(names)
        except TimeoutError:
            return tr("{name} does not answer.").format(name=keeper.name)
        except Exception as error:
            return f"{keeper.name}: {str(error) or type(error).__name__}"

    @property
    def _all_tell(self) -> bool:
        return POWER not in self._owned or KDE in self._owned

    def _listen(self, *, watched: bool) -> None:
        if self._buses is None and not watched:
            return
        for bus, ours in zip(self._join(), _BY_BUS, strict=True):
            rules = frozenset[str]().union(*(keeper.rules for keeper in ours))
            bus.want(self, rules if watched else frozenset())

    def _leave(self) -> None:
        for bus in self._buses or ():
            bus.leave(self)

    def _join(self) -> tuple[SharedBus, SharedBus]:
        if self._buses is None:
            session, system = self._addresses
            self._buses = the_session_bus(self._io, session), the_system_bus(self._io, system)
            for bus in self._buses:
                bus.join(self)
        return self._buses

    def _bus_of(self, name: str) -> SharedBus:
        session, system = self._join()
        return system if name == LOGIND else session

    def heard(self, name: str, message: Message) -> None:
        """Something begins to keep the screen on, or ends."""
        if any(keeper.name == name and keeper.news(message) for keeper in KEEPERS):
            self._news()

    def moved(self, name: str) -> None:
        """One of them came, or went with all that it knew."""
        if any(keeper.name == name for keeper in KEEPERS):
            self._news()


_BY_BUS = (
    tuple(keeper for keeper in KEEPERS if keeper.name != LOGIND),
    tuple(keeper for keeper in KEEPERS if keeper.name == LOGIND),
)


def _is_other(name: str, names: BusNames) -> bool:
    # Plasma answers under this name for sleep alone, as a download may ask.
    return name == POWER and KDE in names.owners


def _unreachable(name: str) -> str:
    if name == LOGIND:
        return tr("The system bus cannot be reached: {why}")
    return tr("The session bus cannot be reached: {why}")


def _nobody(why: list[str]) -> Unavailable:
    remedy = tr("A full screen or a call may still tell of it.")
    if not why:
        return Unavailable(tr("Nobody here tells whether something keeps the screen on."), remedy=remedy)
    reasons = "; ".join(reason.removesuffix(".") for reason in dict.fromkeys(why))
    what = tr("Nobody here tells whether something keeps the screen on: {why}").format(why=reasons)
    return Unavailable(what, remedy=remedy)
