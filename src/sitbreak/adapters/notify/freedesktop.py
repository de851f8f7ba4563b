"""Notes by the desktop's own notification server: buttons, replacement, close reasons, pictures.

There is one note that is wanted on the screen and one that is open there; all the rest brings the second to
the first, through servers that start late, hang, die and return, and a bus that does the same.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.notify.candidate import SERVER_ROAD, Late, RoadClosed
from sitbreak.adapters.notify.leftover import Leftover
from sitbreak.adapters.notify.message import REASONS, abilities, arguments
from sitbreak.adapters.notify.server import ServerLink, silent
from sitbreak.core.events import Answer, Answered, Closed, NoteClosed, Via
from sitbreak.errors import NotifyFailed
from sitbreak.ports import Ability, Clock, Note, Post
from sitbreak.wording import tr

SHOW_S = 1.2
"""How long ``show`` waits for the server, seconds; leaves room for the next notifier within two."""

_REJOIN_S = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0)
_REJOIN_AT_MOST_S = 30.0


@dataclass(frozen=True, slots=True)
class _Open:
    server_id: int
    note: Note


class FreedesktopNotifier:
    """A client of ``org.freedesktop.Notifications``. Nothing wakes it while no note is wanted.

    ``late`` is told when a note that could not be shown at once is. ``memory`` is a file that remembers what
    is on the screen, should this process be killed. What it withdraws itself it does not report as closed,
    and neither a server's death. A click beside the buttons answers nothing.
    """

    name = "freedesktop"
    road = SERVER_ROAD

    def __init__(  # noqa: PLR0913 - the last three by name
        self,
        io: IoLoop,
        post: Post,
        clock: Clock,
        *,
        late: Late | None = None,
        address: str | None = None,
        memory: Path | None = None,
    ) -> None:
        self.abilities: frozenset[Ability] = frozenset()
        self._io, self._post, self._clock = io, post, clock
        self._late = late or (lambda _: None)
        self._leftover = Leftover(memory)
        self._link = ServerLink(address, changed=self._changed, heard=self._heard)
        self._capabilities: frozenset[str] | None = None
        self._talking = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()
        self._rejoining = False
        self._wanted: Note | None = None
        self._open: _Open | None = None
        self._failed: Note | None = None
        self._closed = False

    def check(self) -> None:
        """Raise Unavailable where neither a server runs nor the bus would start one."""
        try:
            self._io.call(self._check(), timeout_s=SHOW_S)
        except TimeoutError as error:
            raise silent() from error

    def show(self, note: Note) -> None:
        """Put it on the screen, or keep it until a server comes. Raises NotifyFailed."""
        if self._closed:
            raise NotifyFailed(tr("Notifications are closed."))
        try:
            self._io.call(self._show(note), timeout_s=SHOW_S + 0.3)
        except TimeoutError as error:
            raise silent() from error

    def withdraw(self, prompt_id: int) -> None:
        """Close it where it is open, forget it where it waits."""
        if not self._closed:
            with suppress(TimeoutError):
                self._io.call(self._withdraw(prompt_id), timeout_s=SHOW_S)

    def close(self) -> None:
        """Withdraw what is open and let go of the bus."""
        if not self._closed:
            self._closed = True
            with suppress(TimeoutError):
                self._io.call(self._leave(), timeout_s=SHOW_S)

    async def _check(self) -> None:
        async with self._talking:
            startable = await self._link.startable()
            if self._link.owner is not None or not startable:
                await self._link.reach(start=False)
                await self._learn()

    async def _show(self, note: Note) -> None:
        self._wanted = note
        putting = self._spawn(self._put(note, start=True))
        done, _ = await asyncio.wait({putting}, timeout=SHOW_S)
        try:
            if not done:
                raise silent()
            putting.result()
        except NotifyFailed:
            self._failed = note
            self._rejoin()
            raise

    async def _put(self, note: Note, *, start: bool) -> None:
        async with self._talking:
            if self._settled(note):
                return
            await self._link.reach(start=start)
            capabilities = await self._learn()
            if self._settled(note):
                return
            if stale := self._leftover.take(self._link.owner):
                # Not every server lets one client replace what another has shown.
                self._link.drop(stale)
            replaces = self._open.server_id if self._open else 0
            await self._link.notify(arguments(note, capabilities, replaces), partial(self._placed, note))
            if not self._settled(note):
                raise RoadClosed(
                    tr("The notification server gave no usable answer."),
                    remedy=tr("Restart it, or install another, such as dunst."),
                )

    def _settled(self, note: Note) -> bool:
        return self._wanted is not note or (self._open is not None and self._open.note is note)

    def _placed(self, note: Note, server_id: int) -> None:
        if self._wanted is note:
            self._open = _Open(server_id, note)
            self._leftover.keep(self._link.owner, server_id, note.prompt_id)
            if self._failed is note:
                self._failed = None
                self._late(note.prompt_id)
            return
        # Answered, withdrawn or outdated while the server was busy with it.
        self._link.drop(server_id)
        if self._open is not None and self._open.server_id == server_id:
            self._open = None
            self._spawn(self._settle())

    async def _learn(self) -> frozenset[str]:
        if self._capabilities is None:
            self._capabilities = await self._link.capabilities()
            self.abilities = abilities(self._capabilities)
        return self._capabilities

    def _heard(self, member: str, body: Sequence[Any]) -> None:
        if self._open is None or body[0] != self._open.server_id:
            return
        note = self._open.note
        if member == "NotificationClosed":
            self._open = None
            self._leftover.forget()
            if self._wanted is note:
                self._wanted = None
            how = REASONS.get(body[1], Closed.UNDEFINED)
            self._post(NoteClosed(at=self._clock.now(), prompt_id=note.prompt_id, how=how))
        elif body[1] in {answer.value for answer, _ in note.buttons}:
            # Not every server closes what was answered.
            self._link.drop(self._open.server_id)
            self._open = None
            self._leftover.forget()
            self._forget(note.prompt_id)
            answer, at = Answer(body[1]), self._clock.now()
            self._post(Answered(at=at, prompt_id=note.prompt_id, answer=answer, via=Via.NOTIFICATION))

    def _forget(self, prompt_id: int) -> None:
        if self._wanted is not None and self._wanted.prompt_id == prompt_id:
            self._wanted = self._failed = None

    async def _withdraw(self, prompt_id: int) -> None:
        self._forget(prompt_id)
        if self._open is not None and self._open.note.prompt_id == prompt_id:
            self._link.drop(self._open.server_id)
            self._open = None
            self._leftover.forget()
        elif stale := self._leftover.take(self._link.owner, prompt_id):
            self._link.drop(stale)
            self._leftover.forget()

    async def _leave(self) -> None:
        self._wanted = None
        if self._open is not None:
            await self._withdraw(self._open.note.prompt_id)
        for task in self._tasks:
            task.cancel()
        await self._link.leave()

    def _changed(self) -> None:
        self._open = self._capabilities = None
        self.abilities = frozenset()
        if self._link.owner is not None:
            self._spawn(self._settle())
        else:
            self._rejoin()

    async def _settle(self) -> None:
        """Show a server that has just appeared what is wanted, or at least learn what it can do."""
        with suppress(NotifyFailed):
            if self._wanted is not None:
                await self._put(self._wanted, start=False)
            async with self._talking:
                if self._link.owner is not None:
                    await self._learn()

    def _rejoin(self) -> None:
        if not (self._rejoining or self._link.connected or self._wanted is None):
            self._rejoining = True
            self._spawn(self._until_rejoined())

    async def _until_rejoined(self) -> None:
        waits = iter(_REJOIN_S)
        try:
            while self._wanted is not None and not self._link.connected:
                await asyncio.sleep(next(waits, _REJOIN_AT_MOST_S))
                await self._settle()
        finally:
            self._rejoining = False

    def _spawn(self, work: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        task = asyncio.ensure_future(work)
        self._tasks.add(task)
        task.add_done_callback(self._done)
        return task

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled():
            task.exception()
