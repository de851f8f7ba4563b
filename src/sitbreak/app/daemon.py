"""The daemon put together."""

from __future__ import annotations

import contextlib
import logging
import os
import sys
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from queue import Empty, SimpleQueue
from typing import Any

from sitbreak.adapters.clockwatch import ClockWatch
from sitbreak.adapters.configwatch import ConfigWatch
from sitbreak.adapters.control.server import ControlServer
from sitbreak.adapters.ending import on_ending
from sitbreak.adapters.lock import InstanceLock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.notify.choose import choose_notifier
from sitbreak.adapters.presence.chooser import Presence
from sitbreak.adapters.presence.session import watch_session
from sitbreak.adapters.signals.choose import signal_hub
from sitbreak.adapters.tray.chooser import choose_tray
from sitbreak.adapters.tray.none import NoTray
from sitbreak.adapters.waker import ApsWaker
from sitbreak.app.beginning import ALIVE, OPINIONS, open_journal, take_over
from sitbreak.app.examine import examined, has_desktop, sensed
from sitbreak.app.pictures import gallery_of
from sitbreak.config.places import Places, private
from sitbreak.core.events import PolicyChanged, Tick, Via
from sitbreak.core.opinions import Taste
from sitbreak.core.rules import rules
from sitbreak.errors import NotifyFailed, Unavailable
from sitbreak.ports import Request
from sitbreak.runtime.doctor import report
from sitbreak.runtime.engine import Engine, Ports
from sitbreak.runtime.inbox import Inbox
from sitbreak.runtime.presenter import Outlets, Presenter
from sitbreak.runtime.prompts_keeper import PromptsKeeper
from sitbreak.runtime.settings_keeper import SettingsKeeper
from sitbreak.store.journal import FILE_NAME
from sitbreak.store.reports import Reports
from sitbreak.wording import tr, use_language

log = logging.getLogger("sitbreak")

ANSWER_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """How the daemon was called. ``flags``: settings by dotted key. ``demo``: nothing is kept."""

    places: Places
    flags: Mapping[str, str] = field(default_factory=dict)
    tray: bool = True
    demo: bool = False


def run(options: Options, beside: Callable[[Daemon], None] | None = None) -> None:
    """Run until told to stop. Main thread only. ``beside`` is called in a thread of its own meanwhile.

    Raises:
        AlreadyRunning: another daemon of this user is.
        SitbreakError: something without which there is no daemon is missing.
    """
    os.umask(0o077)
    places = options.places
    for folder in (places.state_dir, places.data_dir, places.runtime_dir):
        private(folder)
    lock = None if options.demo else InstanceLock(places.state_dir / "daemon.lock")
    daemon = Daemon(options)
    if beside is not None:
        threading.Thread(target=beside, args=(daemon,), name="beside", daemon=True).start()
    try:
        daemon.run()
    finally:
        if lock is not None:
            lock.release()


class Daemon:
    """All the pieces, from the first to the last."""

    def __init__(self, options: Options) -> None:
        self._options, places = options, options.places
        self._settings = SettingsKeeper(places, options.flags)
        use_language(self._settings.policy.language)
        self._prompts = PromptsKeeper(places.pack_folders)
        self._inbox = Inbox()
        self._reloading = threading.Lock()
        self._io = IoLoop()
        self._journal, self._notices = open_journal(places, keep=not options.demo)
        known = rules(self._settings.policy, self._prompts.loaded.catalogue)
        first = take_over(self._journal, known, places)
        self._clock = first.clock
        self._tray, self._tray_reasons = (
            choose_tray(self._io, self._chosen, "sitbreak")
            if options.tray
            else (NoTray(), (Unavailable(tr("The tray was switched off by --no-tray.")),))
        )
        self._notifier = choose_notifier(
            self._io,
            self._inbox.post,
            self._clock,
            self._tray,
            desktop=has_desktop(),
            memory=places.state_dir / "on-screen.json",
        )
        self._idle = Presence(self._io, self._inbox.post, self._clock)
        self._session = watch_session(self._io, self._inbox.post, self._clock)
        self._signals = signal_hub(self._io, self._inbox.post, self._clock)
        self._waker = ApsWaker(self._inbox.post, self._clock)
        self._clock_watch = ClockWatch(self._io, self._clock_changed)
        self.gallery = gallery_of(places)
        reports = Reports(places.data_dir / FILE_NAME)
        outlets = Outlets(
            notifier=self._notifier,
            tray=self._tray,
            gallery=self.gallery,
            reports=reports,
            alive=None if options.demo else places.state_dir / ALIVE,
            opinions=None if options.demo else places.state_dir / OPINIONS,
            facts=self._facts,
            doctor=self._doctor,
        )
        ports = Ports(
            clock=self._clock,
            journal=self._journal,
            notifier=self._notifier,
            idle=self._idle,
            signals=self._signals,
            waker=self._waker,
        )
        self._presenter = Presenter(outlets, self._prompts.loaded)
        self._engine = Engine(self._inbox, first.step.state, ports, self._presenter, frame=first.frame)
        self._first = first

    def run(self) -> None:
        """Run until the tray ends: Quit, a signal, or ``stop``."""
        engine = threading.Thread(target=self._engine.run, args=(self._first.step,), name="engine")
        control = self._listen()
        places = self._options.places
        ConfigWatch(self._io, places.user_file, self._config_changed, folders=places.pack_folders)
        on_ending(self.stop)
        for problem in self._problems():
            print(problem, file=sys.stderr)  # noqa: T201 - whoever started it should see
        engine.start()
        self.gallery.refresh()
        try:
            self._tray.run()
        finally:
            self._inbox.stop()
            engine.join(10.0)
            watches = (self._clock_watch, self._waker, self._signals, self._session, self._idle)
            for one in (*watches, self._notifier):
                with contextlib.suppress(Exception):
                    one.close()
            if control is not None:
                control.close()
            self._journal.close()
            self._io.close()

    def ask(self, *request: str | float) -> dict[str, Any]:
        """Have a request followed, as if from the tray; the reply. Any thread but the engine's."""
        answers: SimpleQueue[dict[str, Any]] = SimpleQueue()
        self._inbox.ask(request, Via.TRAY, answers.put)
        try:
            return answers.get(timeout=ANSWER_WITHIN_S)
        except Empty:
            return {"ok": False}

    def stop(self) -> None:
        """Have ``run`` return. Any thread."""
        self._tray.stop()

    def _listen(self) -> ControlServer | None:
        if self._options.demo:
            return None
        try:
            return ControlServer(self._io, self._options.places.runtime_dir, self._inbox.ask)
        except Unavailable as error:
            self._notices.append(str(error))
            return None

    def _chosen(self, request: Request) -> None:
        if request == ("quit",):
            self.stop()
        else:
            self._inbox.ask(request, Via.TRAY, self._tell)

    def _tell(self, reply: Mapping[str, Any]) -> None:
        # Where neither can be shown, the icon and its menu have to do.
        with contextlib.suppress(NotifyFailed):
            if not reply["ok"]:
                self._tray.notify(reply["what"], reply["remedy"])
            elif (judged := reply.get("data", {}).get("judged", {})).get("is") == Taste.HURT:
                self._presenter.warn(judged["title"])

    def _clock_changed(self) -> None:
        self._waker.wakeup()
        self._inbox.post(Tick(at=self._clock.now()))

    def _config_changed(self) -> None:
        threading.Thread(target=self._reload, name="reload", daemon=True).start()

    def _reload(self) -> None:
        # One at a time: of two changes, the later one's policy must be the one that is posted last.
        with self._reloading:
            before, policy = self._settings.problem, self._settings.reload()
            if policy is None and self._settings.problem != before:
                log.warning("%s", self._settings.problem)
            if self._prompts.reload() or policy is not None:
                self.gallery.refresh()
                policy, catalogue = self._settings.policy, self._prompts.loaded.catalogue
                self._inbox.post(PolicyChanged(at=self._clock.now(), policy=policy, catalogue=catalogue))

    def _problems(self) -> list[str]:
        content = self._prompts.problems(self._settings.policy)
        mine = (self._settings.problem, *content, self._engine.problem, self.gallery.problem, *self._notices)
        return [problem for problem in mine if problem]

    def _facts(self) -> dict[str, Any]:
        return {
            "presence": self._idle.name,
            "notifier": self._notifier.name,
            "tray": self._tray.name,
            "config": {
                "file": str(self._options.places.user_file),
                "layers": list(self._settings.layers),
            },
            "problems": self._problems(),
        }

    def _doctor(self) -> dict[str, Any]:
        found = examined(
            idle=self._idle,
            session=self._session,
            notifier=self._notifier,
            tray=self._tray,
            tray_reasons=self._tray_reasons,
            found=sensed(self._io, self._signals, self._settings.policy.senses),
            watched=self._clock_watch.watching,
            running=True,
        )
        return report(self._options.places, found, self._problems())
