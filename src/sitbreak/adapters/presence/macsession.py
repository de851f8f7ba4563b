"""Locking, unlocking and sleep, as macOS tells of them on the main thread, which the tray's loop serves."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache, partial
from importlib import import_module
from typing import Any, Protocol

from sitbreak.adapters.presence.macos import quartz, screen_locked
from sitbreak.adapters.presence.sleepword import SleepWord
from sitbreak.core.events import Locked, Unlocked
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock, Post
from sitbreak.wording import tr

LOCKED, UNLOCKED = "com.apple.screenIsLocked", "com.apple.screenIsUnlocked"
"""From the login window to everybody; documented nowhere, and the same for many years."""

SLEEPS, WAKES = "NSWorkspaceWillSleepNotification", "NSWorkspaceDidWakeNotification"
LEAVES, RETURNS = (
    "NSWorkspaceSessionDidResignActiveNotification",
    "NSWorkspaceSessionDidBecomeActiveNotification",
)
"""Another person's session takes the screen, or gives it back."""


class Ears(Protocol):
    """The few things that are asked of macOS."""

    def locked(self) -> bool:
        """Whether the screen is locked now, or another person's."""
        ...

    def listen(self, heard: Callable[[str], None]) -> None:
        """Call ``heard`` with the name of each notification from now on, on the main thread."""
        ...

    def leave(self) -> None:
        """Call it no more."""
        ...


class MacSession:
    """Posts ``Locked``, ``Unlocked`` and ``Sleeping``, and says so at once where the screen is locked."""

    def __init__(self, post: Post, clock: Clock, ears: Callable[[], Ears] | None = None) -> None:
        self._post, self._clock = post, clock
        self._sleep = SleepWord(post, clock)
        self._locked, self._closed = False, False
        self._words: dict[str, Callable[[], None]] = {
            LOCKED: partial(self._lock, locked=True),
            UNLOCKED: partial(self._lock, locked=False),
            LEAVES: partial(self._lock, locked=True),
            RETURNS: partial(self._lock, locked=False),
            SLEEPS: self._sleep.begins,
            WAKES: self._sleep.over,
        }
        self._ears: Ears | None = None
        self.missing: tuple[Unavailable, ...] = ()
        try:
            found = (ears or CocoaEars)()
            found.listen(self._hear)
            self._lock(locked=found.locked())
            self._ears = found
        except Unavailable as reason:
            self.missing = (reason,)
        except Exception as error:  # it is older or newer than what is known of it
            self.missing = (_refusal(error),)

    @property
    def locked(self) -> bool:
        """Whether the screen is locked now, as far as was told."""
        return self._locked

    @property
    def watched(self) -> tuple[str, ...]:
        """macOS, where it can be heard."""
        return () if self._ears is None else ("macos",)

    def wait(self, for_s: float) -> None:
        """Nothing to wait for."""

    def close(self) -> None:
        """Hear no more, and post nothing."""
        self._closed = True
        if self._ears is not None:
            self._ears.leave()

    def _hear(self, name: str) -> None:
        word = self._words.get(name)
        if word is not None and not self._closed:
            word()

    def _lock(self, *, locked: bool) -> None:
        if locked is not self._locked:
            self._locked = locked
            at = self._clock.now()
            self._post(Locked(at=at) if locked else Unlocked(at=at))


class CocoaEars:
    """The real ones. Raises Unavailable where Cocoa is missing."""

    def __init__(self) -> None:
        self._quartz = quartz()
        try:
            self._app_kit, self._foundation = import_module("AppKit"), import_module("Foundation")
        except ImportError as error:
            raise Unavailable(
                tr("Cocoa is missing: {reason}").format(reason=error),
                remedy=tr("Install pyobjc-framework-Cocoa beside sitbreak."),
            ) from error
        self._workspace = self._app_kit.NSWorkspace.sharedWorkspace().notificationCenter()
        self._everybody = self._foundation.NSDistributedNotificationCenter.defaultCenter()
        self._observer: Any = None

    def locked(self) -> bool:
        """Whether the screen is locked now, or another person's."""
        return screen_locked(self._quartz)

    def listen(self, heard: Callable[[str], None]) -> None:
        """Call ``heard`` with the name of each notification from now on, on the main thread."""
        self._observer = _observer_class(self._foundation.NSObject).alloc().init()
        self._observer.heard = heard
        # Unasked, they would wait until the application is the active one, which we never are.
        at_once = self._foundation.NSNotificationSuspensionBehaviorDeliverImmediately
        for name in (LOCKED, UNLOCKED):
            self._everybody.addObserver_selector_name_object_suspensionBehavior_(
                self._observer, "notified:", name, None, at_once
            )
        for name in (SLEEPS, WAKES, LEAVES, RETURNS):
            self._workspace.addObserver_selector_name_object_(
                self._observer, "notified:", getattr(self._app_kit, name), None
            )

    def leave(self) -> None:
        """Call it no more."""
        for center in (self._workspace, self._everybody):
            center.removeObserver_(self._observer)


def _refusal(error: Exception) -> Unavailable:
    return Unavailable(
        tr("macOS does not tell of locking: {why}").format(why=error),
        remedy=tr("Sleep is seen in the clocks all the same; a lock as a time without input."),
    )


@cache
def _observer_class(base: Any) -> Any:
    """A class that Cocoa can call. It is known by its name, so there is one."""

    class SitbreakObserver(base):  # type: ignore[misc]
        def notified_(self, notification: Any) -> None:
            self.heard(str(notification.name()))

    return SitbreakObserver
