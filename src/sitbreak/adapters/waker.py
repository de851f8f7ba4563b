"""Posts ``Tick`` when the engine's next deadline comes, by APScheduler. Decides nothing."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

from apscheduler.executors.debug import DebugExecutor
from apscheduler.jobstores.base import JobLookupError
from apscheduler.schedulers import SchedulerNotRunningError
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.base import BaseTrigger

from sitbreak.core.clock import Instant
from sitbreak.core.events import Tick
from sitbreak.ports import Clock, Post

LATE_S = 0.005
"""How long after its moment a Tick is planned, seconds: late rather than early, so that it finds it due."""

_SET_S = 0.05
_DEADLINE = "deadline"
_HEARTBEAT = "heartbeat"


class Trigger(BaseTrigger):  # type: ignore[misc]
    """Fires so many seconds from now, whatever the wall clock did before; None: no more."""

    def __init__(self, left_s: Callable[[], float | None]) -> None:
        self._left_s = left_s

    def get_next_fire_time(self, _previous: datetime | None, now: datetime) -> datetime | None:
        """The next time to fire."""
        left_s = self._left_s()
        return None if left_s is None else now + timedelta(seconds=left_s)


class Scheduler(BackgroundScheduler):  # type: ignore[misc]
    """APScheduler's, asking ``before_look`` to put its jobs right each time before it looks what is due."""

    before_look: Callable[[], object] = staticmethod(lambda: None)

    def _process_jobs(self) -> float | None:
        self.before_look()
        wait_s: float | None = super()._process_jobs()
        return wait_s


class ApsWaker:
    """The ``Waker``: one thread, asleep between the armed moment and a slow heartbeat.

    APScheduler plans by the wall clock, but the armed moment's monotonic second is the truth here: when the
    two clocks moved apart, all is planned anew, and a job that comes too early waits on instead of posting.
    """

    def __init__(
        self, post: Post, clock: Clock, heartbeat_s: float = 120.0, *, scheduler: type[Scheduler] = Scheduler
    ) -> None:
        self._post, self._clock, self._heartbeat_s = post, clock, heartbeat_s
        self._lock = threading.Lock()
        self._armed_s: float | None = None
        self._done_s: float | None = None
        self._apart_s = _apart_s(clock.now())
        # A job only posts, so it runs in the scheduler's own thread: a pool would be a thread more.
        self._scheduler: Any = scheduler(
            timezone=UTC,
            executors={"default": DebugExecutor()},
            job_defaults={"misfire_grace_time": None, "coalesce": True},
        )
        self._scheduler.before_look = self._correct
        self._scheduler.add_job(self._tick, Trigger(lambda: heartbeat_s), id=_HEARTBEAT)
        self._scheduler.start()

    def arm(self, at: Instant | None) -> None:
        """Wake at that moment instead of any armed before; None: only the heartbeat. Any thread."""
        wanted_s = None if at is None else at.mono_s
        with self._lock:
            if wanted_s == self._armed_s:
                return
            self._armed_s, self._done_s = wanted_s, None
            self._plan(self._clock.now())

    def wakeup(self) -> None:
        """Look at the clock anew: it was set, or the machine slept. Any thread."""
        self._scheduler.wakeup()

    def close(self) -> None:
        """Stop, and wait for the thread. Any thread but the scheduler's own; nothing is posted after."""
        # Closed before: there is nothing left to stop.
        with contextlib.suppress(SchedulerNotRunningError):
            self._scheduler.shutdown()

    def _tick(self) -> None:
        self._post(Tick(at=self._clock.now()))

    def _come(self) -> None:
        now, armed_s = self._clock.now(), self._armed_s
        if armed_s is not None and now.mono_s >= armed_s:
            self._done_s = armed_s
            self._post(Tick(at=now))

    def _left_s(self) -> float | None:
        armed_s = self._armed_s
        if armed_s is None or armed_s == self._done_s:
            return None
        return max(0.0, armed_s - self._clock.now().mono_s) + LATE_S

    def _plan(self, now: Instant) -> None:
        left_s = self._left_s()
        if left_s is not None:
            when = now.plus(left_s).wall
            self._scheduler.add_job(
                self._come, Trigger(self._left_s), id=_DEADLINE, next_run_time=when, replace_existing=True
            )
        elif self._scheduler.get_job(_DEADLINE) is not None:
            # It may come just now, and is gone then.
            with contextlib.suppress(JobLookupError):
                self._scheduler.remove_job(_DEADLINE)

    def _correct(self) -> None:
        with self._lock:
            now = self._clock.now()
            if abs(_apart_s(now) - self._apart_s) > _SET_S:
                self._apart_s = _apart_s(now)
                beat = now.plus(self._heartbeat_s).wall
                self._scheduler.modify_job(_HEARTBEAT, next_run_time=beat)
                self._plan(now)


def _apart_s(now: Instant) -> float:
    """How far the wall clock is ahead of the monotonic one, seconds: changes when either is set."""
    return now.wall.timestamp() - now.mono_s
