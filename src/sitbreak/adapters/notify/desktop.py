"""Notes by desktop-notifier, for Windows and macOS."""

from __future__ import annotations

import asyncio
import itertools
import warnings
from collections.abc import Coroutine
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.text import plain, with_answer
from sitbreak.core.events import Answer, Answered, Closed, NoteClosed, Via
from sitbreak.errors import NotifyFailed, Unavailable
from sitbreak.ports import Ability, Clock, Note, Post
from sitbreak.wording import tr

T = TypeVar("T")

SHOW_S = 1.2


@dataclass(frozen=True, slots=True)
class _Open:
    toast_id: str
    prompt_id: int


class DesktopNotifier:
    """Raises Unavailable where this platform lets us show nothing, or nothing that could be answered."""

    name = "desktop"
    road = "desktop"

    def __init__(self, io: IoLoop, post: Post, clock: Clock) -> None:
        self._io, self._post, self._clock = io, post, clock
        self._numbers = itertools.count(1)
        self._open: _Open | None = None
        try:
            with warnings.catch_warnings():
                # Its import touches what Python 3.14 deprecates.
                warnings.simplefilter("ignore")
                import desktop_notifier  # noqa: PLC0415 - only where it is the one to use
            self._api: Any = desktop_notifier
            self._toasts, can = self._ask(self._begin())
        except Exception as error:
            raise Unavailable(
                tr("desktop-notifier cannot be used: {why}").format(why=str(error) or type(error).__name__)
            ) from error
        if not can:
            raise Unavailable(
                tr("This program may not show notifications."),
                remedy=tr("On macOS, run sitbreak with the Python from python.org, or as a signed app."),
            )
        names = {"BUTTONS": Ability.BUTTONS, "ATTACHMENT": Ability.IMAGE}
        found = {ability for name, ability in names.items() if name in can}
        self.abilities = frozenset(found | {Ability.REPLACE, Ability.WITHDRAW})

    def check(self) -> None:
        """Raise Unavailable where the person has switched our notifications off."""
        try:
            allowed = self._ask(self._toasts.has_authorisation())
        except Exception as error:
            raise _failed(error) from error
        if not allowed:
            raise Unavailable(
                tr("Notifications from sitbreak are switched off."),
                remedy=tr("Allow them in the system's settings, under notifications."),
            )

    def show(self, note: Note) -> None:
        """Put it on the screen. Raises NotifyFailed."""
        try:
            shown = self._ask(self._show(note))
        except Exception as error:
            raise _failed(error) from error
        if not shown:
            raise NotifyFailed(tr("The system did not take the notification."))

    def withdraw(self, prompt_id: int) -> None:
        """Take it off the screen."""
        with suppress(Exception):
            self._ask(self._withdraw(prompt_id))

    def close(self) -> None:
        """Withdraw what is open."""
        with suppress(Exception):
            self._ask(self._withdraw(None))

    async def _begin(self) -> tuple[Any, frozenset[str]]:
        toasts = self._api.DesktopNotifier(app_name="sitbreak", app_icon=None)
        can = await toasts.get_capabilities()
        if can:
            # macOS asks the person, who may take their time; a toast must not wait for that.
            self._asking = asyncio.ensure_future(toasts.request_authorisation())
            self._asking.add_done_callback(lambda asked: asked.cancelled() or asked.exception())
        return toasts, frozenset(capability.name for capability in can)

    async def _show(self, note: Note) -> bool:
        if not await self._toasts.has_authorisation():
            return False
        await self._withdraw(None)
        toast_id, dispatched = f"{note.prompt_id}-{next(self._numbers)}", asyncio.Event()
        opened = _Open(toast_id, note.prompt_id)
        api, answerable = self._api, Ability.BUTTONS in self.abilities
        buttons = [
            api.Button(title=plain(label), on_pressed=partial(self._pressed, opened, answer))
            for answer, label in note.buttons
        ]
        self._open = opened
        await self._toasts.send_notification(
            api.Notification(
                title=plain(note.title),
                message=plain(note.body if answerable else with_answer(note.body, note.how_to_answer)),
                urgency=api.Urgency.Low if note.gentle else api.Urgency.Normal,
                buttons=tuple(buttons) if answerable else (),
                on_dispatched=dispatched.set,
                on_dismissed=partial(self._dismissed, opened),
                attachment=self._picture(note),
                sound=None if note.gentle else api.DEFAULT_SOUND,
                identifier=toast_id,
            )
        )
        # Every failure is swallowed in there, but the toast is then not dispatched.
        if not dispatched.is_set():
            self._open = None
        return dispatched.is_set()

    def _picture(self, note: Note) -> Any:
        if note.image is None or Ability.IMAGE not in self.abilities or not note.image.is_file():
            return None
        return self._api.Attachment(path=note.image.absolute())

    def _pressed(self, opened: _Open, answer: Answer) -> None:
        if self._open is opened:
            self._open = None
            at = self._clock.now()
            self._post(Answered(at=at, prompt_id=opened.prompt_id, answer=answer, via=Via.NOTIFICATION))

    def _dismissed(self, opened: _Open) -> None:
        if self._open is opened:
            self._open = None
            self._post(NoteClosed(at=self._clock.now(), prompt_id=opened.prompt_id, how=Closed.DISMISSED))

    async def _withdraw(self, prompt_id: int | None) -> None:
        opened = self._open
        if opened is not None and prompt_id in {None, opened.prompt_id}:
            self._open = None
            with suppress(Exception):
                await self._toasts.clear(opened.toast_id)

    def _ask(self, work: Coroutine[Any, Any, T]) -> T:
        return self._io.call(work, timeout_s=SHOW_S)


def _failed(error: Exception) -> NotifyFailed:
    why = str(error) or type(error).__name__
    return NotifyFailed(tr("The system did not take the notification: {why}").format(why=why))
