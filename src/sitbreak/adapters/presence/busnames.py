"""Names on a message bus, and what their true owners say, over a connection that may die and come back."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, Protocol

from dbus_fast import Message, MessageFlag, MessageType
from dbus_fast.aio import MessageBus

from sitbreak.wording import tr

FIRST_PAUSE_S, LONGEST_PAUSE_S = 1.0, 300.0
"""Between attempts to find a bus that is away; each pause is twice the one before."""

PATIENCE_S = 5.0
"""How long the bus itself may take to answer, seconds. Who owns a name may take as long as they like."""

_BUS = "org.freedesktop.DBus"
_BUS_PATH = "/org/freedesktop/DBus"
_LEAVE_S = 0.5


class Refused(Exception):
    """The answer was an error, or not of the kind that was asked for."""


class Question(NamedTuple):
    """A call of a method, and the type of the one value that it is to give."""

    path: str
    interface: str
    member: str
    answer: str
    signature: str = ""
    arguments: Sequence[Any] = ()


class Ear(Protocol):
    """Who wants to know. Called on the loop's thread only."""

    async def greet(self, name: str) -> None:
        """The name has a new owner, who may be asked. Cancelled when that one goes. Raises Refused."""
        ...

    def heard(self, name: str, message: Message) -> None:
        """The name's owner sent this signal."""
        ...

    def gone(self, name: str) -> None:
        """The name has lost its owner, or we the bus."""
        ...


class BusNames:
    """Watches some names. Loop thread only, but for its attributes.

    Nothing is polled while there is a bus: names come and go by its own signals, and a question waits until
    it is answered or its owner gone. A bus that is away is sought after growing pauses.

    Attributes:
        problem: why there is no bus; empty while there is one.
        owners: who owns a name now, for those that anybody owns.
        refusals: what went wrong with a name's owner when it was greeted.
    """

    def __init__(self, make: Callable[[], MessageBus], names: Sequence[str], ear: Ear) -> None:
        self.problem = tr("not reached yet")
        self.owners: dict[str, str] = {}
        self.refusals: dict[str, str] = {}
        self._make, self._names, self._ear = make, names, ear
        self._bus: MessageBus | None = None
        self._rules: set[str] = set()
        self._greetings: dict[str, asyncio.Task[None]] = {}
        self._changes: Counter[str] = Counter()
        self._all_asked = False
        self._settled = asyncio.Event()

    @property
    def waiting(self) -> tuple[str, ...]:
        """The names whose owners have yet to answer."""
        return tuple(self._greetings)

    async def serve(self) -> None:
        """Watch until cancelled."""
        pause_s, loop = FIRST_PAUSE_S, asyncio.get_running_loop()
        while True:
            began_s = loop.time()
            try:
                await self._attend()
            except EOFError:
                self.problem = tr("it went away")
            except TimeoutError:
                self.problem = tr("it does not answer")
            except Exception as error:
                self.problem = str(error) or type(error).__name__
            finally:
                await self._leave()
            self._settled.set()
            # A bus that dies as soon as it is found must not be sought without a pause either.
            if loop.time() - began_s > LONGEST_PAUSE_S:
                pause_s = FIRST_PAUSE_S
            await asyncio.sleep(pause_s)
            pause_s = min(pause_s * 2, LONGEST_PAUSE_S)

    async def settled(self) -> None:
        """Wait until all that is there at the start has answered, or it is known that there is no bus."""
        await self._settled.wait()

    def greet_again(self, name: str) -> None:
        """Have the name's owner asked anew."""
        self._stop_greeting(name)
        if name in self.owners:
            self._greetings[name] = asyncio.get_running_loop().create_task(self._greet(name))

    async def listen(self, rule: str) -> None:
        """Have the bus deliver such signals from now on. Raises Refused."""
        if rule not in self._rules:
            await self._ask_bus("AddMatch", rule)
            self._rules.add(rule)

    async def ignore(self, rule: str) -> None:
        """Have it deliver them no longer."""
        if rule in self._rules:
            self._rules.discard(rule)
            with suppress(Refused):
                await self._ask_bus("RemoveMatch", rule)

    async def ask(self, name: str, question: Question) -> Any:
        """What the name's owner answers. Raises Refused."""
        owner = self.owners.get(name)
        if owner is None:
            raise Refused(name)
        path, interface, member, answer, signature, arguments = question
        reply = await self._call(
            Message(
                owner,
                path,
                interface,
                member,
                flags=MessageFlag.NO_AUTOSTART,
                signature=signature,
                body=list(arguments),
            )
        )
        if reply.message_type is MessageType.ERROR:
            raise Refused(reply.body[0] if reply.signature == "s" else reply.error_name)
        if reply.signature != answer:
            raise Refused(tr("{member} gave no usable answer").format(member=member))
        return reply.body[0]

    async def _attend(self) -> None:
        async with asyncio.timeout(PATIENCE_S):
            self._bus = bus = await self._make().connect()
        bus.add_message_handler(self._on_message)
        for name in self._names:
            await self._ask_bus(
                "AddMatch",
                f"type='signal',sender='{_BUS}',interface='{_BUS}',member='NameOwnerChanged',arg0='{name}'",
            )
        self.problem = ""
        for name in self._names:
            await self._find_owner(name)
        self._all_asked = True
        self._settle()
        await bus.wait_for_disconnect()  # type: ignore[no-untyped-call]

    async def _find_owner(self, name: str) -> None:
        changes = self._changes[name]
        with suppress(Refused):
            owner = await self._ask_bus("GetNameOwner", name)
            if changes == self._changes[name]:
                self._own(name, owner)

    def _own(self, name: str, owner: str) -> None:
        self._changes[name] += 1
        self._stop_greeting(name)
        self.refusals.pop(name, None)
        if self.owners.pop(name, None) is not None:
            self._ear.gone(name)
        if owner:
            self.owners[name] = owner
            self.greet_again(name)

    async def _greet(self, name: str) -> None:
        try:
            await self._ear.greet(name)
            self.refusals.pop(name, None)
        except Exception as error:
            self.refusals[name] = str(error) or type(error).__name__
        self._greetings.pop(name, None)
        self._settle()

    def _settle(self) -> None:
        if self._all_asked and not self._greetings:
            self._settled.set()

    def _stop_greeting(self, name: str) -> None:
        if (greeting := self._greetings.pop(name, None)) is not None:
            greeting.cancel()

    async def _ask_bus(self, member: str, argument: str) -> str:
        message = Message(_BUS, _BUS_PATH, _BUS, member, signature="s", body=[argument])
        async with asyncio.timeout(PATIENCE_S):
            reply = await self._call(message)
        if reply.message_type is MessageType.ERROR:
            raise Refused(reply.error_name)
        return str(reply.body[0]) if reply.body else ""

    async def _call(self, message: Message) -> Message:
        if self._bus is None:
            raise EOFError
        return await self._bus.call(message)

    def _on_message(self, message: Message) -> None:
        if message.message_type is not MessageType.SIGNAL:
            return
        # What is sent to us alone passes every match rule, so the sender itself must be looked at.
        if message.sender == _BUS:
            if message.member == "NameOwnerChanged" and message.body[0] in self._names:
                self._own(message.body[0], message.body[2])
            return
        for name, owner in list(self.owners.items()):
            if message.sender == owner:
                self._ear.heard(name, message)

    async def _leave(self) -> None:
        bus, self._bus = self._bus, None
        self._rules.clear()
        for name in self._names:
            self._own(name, "")
        if bus is not None and bus.connected:
            bus.disconnect()
            with suppress(Exception):
                await asyncio.wait_for(bus.wait_for_disconnect(), _LEAVE_S)  # type: ignore[no-untyped-call]
