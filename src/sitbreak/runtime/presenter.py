"""What the engine's steps mean for people: notes, the tray's face, answers to questions."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sitbreak import __version__
from sitbreak.config.content import load_catalogue, load_safety
from sitbreak.config.content_background import Safety
from sitbreak.core import prompting, view
from sitbreak.core.catalogue import Catalogue
from sitbreak.core.clock import Instant, iso
from sitbreak.core.effects import Show
from sitbreak.core.events import PolicyChanged
from sitbreak.core.state import State
from sitbreak.errors import StoreError
from sitbreak.ports import Notifier, Request, Tray
from sitbreak.resources import shipped
from sitbreak.runtime.face import Shown, face_of
from sitbreak.runtime.memory import note_alive
from sitbreak.runtime.notes import Phrases, note_of
from sitbreak.runtime.report import confirmation, status_text, why_text
from sitbreak.store.reports import Day, Reports, local_day, sat_today_s, with_sit
from sitbreak.wording import tr, use_language


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """Where the presenter speaks, and whom it asks. ``facts`` are the app's own, for status and doctor."""

    notifier: Notifier
    tray: Tray
    reports: Reports
    alive: Path | None
    facts: Callable[[], dict[str, Any]]
    doctor: Callable[[], dict[str, Any]]


class Presenter:
    """Keeps the ``Surroundings`` promises. Engine thread only."""

    def __init__(self, outlets: Outlets, catalogue: Catalogue) -> None:
        self._outlets = outlets
        self._movements = {movement.id: movement for movement in catalogue}
        _, also = load_catalogue()
        safety = load_safety()
        image = shipped("assets", "icons", "sitbreak.png")
        self._phrases = Phrases(also=also, stop=safety.stop.short, image=image if image.exists() else None)
        self._safety = safety
        self._today: Day | None = None

    def present(self, show: Show) -> None:
        """Show the prompt. Raises NotifyFailed."""
        movement = self._movements[show.prompt.movement]
        self._outlets.notifier.show(note_of(show, movement, self._phrases))

    def changed(self, state: State, at: Instant) -> None:
        """Let the tray show the state, and the next start know how long this one lived."""
        self._outlets.tray.show(face_of(view.status(state, at), self._shown(state, at)))
        if self._outlets.alive is not None:
            note_alive(self._outlets.alive, at)

    def committed(self) -> None:
        """The log has grown, so today is summed up anew when it is next shown."""
        self._today = None

    def policy_changed(self, event: PolicyChanged) -> None:
        """Another policy is in force."""
        use_language(event.policy.language)
        self._movements |= {movement.id: movement for movement in event.catalogue}

    def facts(self, request: Request, state: State, at: Instant) -> dict[str, Any]:
        """The answer to a request."""
        match request[0]:
            case "doctor":
                return {"data": self._outlets.doctor()}
            case "why":
                return self._why(state, at)
            case _:
                data, zone = self._status(state, at), state.rules.policy.zone
                lines = [*confirmation(request, data, zone), status_text(data, zone)]
                return {"data": data, "text": "\n".join(lines)}

    def _status(self, state: State, at: Instant) -> dict[str, Any]:
        status = view.status(state, at)
        prompt = status.prompt
        zone = state.rules.policy.zone
        sat_s = sat_today_s(status.sit_since or at.wall, at.wall, status.sitting_s, zone)
        today = with_sit(self._day(state, at), sat_s).json()
        return {
            "state": status.state,
            "since": iso(status.since),
            "sitting_s": round(status.sitting_s, 3),
            "due": [
                {"kind": due.kind.value, "in_s": None if due.in_s is None else round(due.in_s, 3)}
                for due in status.due
            ],
            "prompt": None
            if prompt is None
            else {
                "id": prompt.id,
                "kinds": [kind.value for kind in prompt.kinds],
                "movement": prompt.movement,
                "title": tr(self._movements[prompt.movement].title),
                "line": tr(self._movements[prompt.movement].line),
                "open": status.open,
                "returns": None if status.returns is None else iso(status.returns),
            },
            "holds": [
                {
                    "reason": hold.reason.value,
                    "since": iso(hold.since),
                    "until": None if hold.until is None else iso(hold.until),
                }
                for hold in status.holds
            ],
            "today": today,
        } | self._outlets.facts()

    def _why(self, state: State, at: Instant) -> dict[str, Any]:
        told = [
            entry
            for entry in self._outlets.reports.entries(last=200)
            if entry["entry"] not in ("water", "posture")
        ][-20:]
        data = {"now": self._status(state, at), "decisions": told}
        return {"data": data, "text": why_text(data, state.rules.policy.zone)}

    def _shown(self, state: State, at: Instant) -> Shown:
        prompt = prompting.current(state)
        return Shown(
            policy=state.rules.policy,
            title="" if prompt is None else tr(self._movements[prompt.movement].title),
            snooze_s=None if prompt is None else prompting.snooze_s(state, prompt),
            today=self._day(state, at),
            safety=_safety_lines(self._safety),
        )

    def _day(self, state: State, at: Instant) -> Day:
        zone = state.rules.policy.zone
        day: date = local_day(at.wall, zone)
        if self._today is None or self._today.day != day.isoformat():
            try:
                self._today = self._outlets.reports.day(day, zone)
            except StoreError:
                return Day(day=day.isoformat())
        return self._today


def _safety_lines(safety: Safety) -> tuple[str, ...]:
    lines = [f"sitbreak {__version__}", tr(safety.offer), tr(safety.stop.text), tr(safety.never.text)]
    for urgency, turn_to in safety.turn_to.items():
        lines.append(tr(turn_to))
        lines += [f"• {tr(flag.sign)}" for flag in safety.red_flags if flag.urgency is urgency]
    return tuple(lines)
