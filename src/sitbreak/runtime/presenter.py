"""What the engine's steps mean for people: notes, the tray's face, answers to questions."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, tzinfo
from pathlib import Path
from typing import Any

from sitbreak import __version__
from sitbreak.config.content import Loaded, load_safety, load_sources
from sitbreak.config.content_background import Safety, Source
from sitbreak.core import asking, prompting, view
from sitbreak.core.clock import Instant, iso
from sitbreak.core.effects import AskGap, Show
from sitbreak.core.events import PolicyChanged
from sitbreak.core.opinions import Opinions
from sitbreak.core.state import State
from sitbreak.errors import StoreError
from sitbreak.ports import Gallery, Notifier, Request, Tray
from sitbreak.resources import shipped
from sitbreak.runtime.face import Shown, face_of
from sitbreak.runtime.memory import keep_opinions, note_alive
from sitbreak.runtime.notes import Phrases, gap_note, hurt_note, note_of
from sitbreak.runtime.report import confirmation, status_text, why_text
from sitbreak.store.reports import Day, Reports, local_day, sat_today_s, with_sit
from sitbreak.wording import tr, use_language

_ICON = shipped("assets", "icons", "sitbreak.png")
"""Stands in for a figure that there is none of."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlets:
    """Where the presenter speaks, and whom it asks. ``facts`` are the app's own, for status and doctor.

    ``alive`` and ``opinions`` are the files that outlive a daemon; None: nothing is kept.
    """

    notifier: Notifier
    tray: Tray
    gallery: Gallery
    reports: Reports
    alive: Path | None
    opinions: Path | None
    facts: Callable[[], dict[str, Any]]
    doctor: Callable[[], dict[str, Any]]


class Presenter:
    """Keeps the ``Surroundings`` promises. Engine thread only."""

    def __init__(self, outlets: Outlets, loaded: Loaded) -> None:
        self._outlets = outlets
        self._movements = {movement.id: movement for movement in loaded.catalogue}
        safety = load_safety()
        self._phrases = Phrases(also=loaded.also, stop=safety.stop.short, stop_first=safety.stop.first)
        self._safety, self._sources = safety, load_sources()
        self._today: Day | None = None
        self._kept: Opinions | None = None

    def present(self, show: Show) -> None:
        """Show the prompt. Raises NotifyFailed."""
        movement = self._movements[show.prompt.movement]
        image = self._outlets.gallery.note_image(movement.id) or _ICON
        self._outlets.notifier.show(note_of(show, movement, self._phrases, image))

    def ask(self, gap: AskGap, zone: tzinfo) -> None:
        """Ask whether it was a break. Raises NotifyFailed."""
        self._outlets.notifier.show(gap_note(gap, zone))

    def warn(self, title: str) -> None:
        """Show what to look out for after a movement that hurt. Raises NotifyFailed."""
        self._outlets.notifier.show(hurt_note(title, self._safety.brief))

    def changed(self, state: State, at: Instant) -> None:
        """Let the tray show the state, and the next start know how long this one lived."""
        self._outlets.tray.show(face_of(view.status(state, at), self._shown(state, at)))
        if self._outlets.alive is not None:
            note_alive(self._outlets.alive, at)
        if self._outlets.opinions is not None and state.opinions != self._kept:
            keep_opinions(self._outlets.opinions, state.opinions)
            self._kept = state.opinions

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
            case "opinions":
                return {"data": {opinion.movement: opinion.taste.value for opinion in state.opinions}}
            case _:
                data, zone = self._status(state, at), state.rules.policy.zone
                if request[0] == "judge":
                    data["judged"] = self._judged(request, state)
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
            "question": None
            if status.question is None
            else {
                "id": status.question.id,
                "from": iso(status.question.gap.start.wall),
                "to": iso(status.question.gap.end.wall),
                "during": status.question.gap.during.value,
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

    def _judged(self, request: Request, state: State) -> dict[str, Any]:
        """What has just been judged: named, or else the last one asked for."""
        movement = str(request[2]) if len(request) > 2 else state.rotation.asked[-1].movement
        return {"movement": movement, "is": request[1] or None, "title": self._title(movement)}

    def _title(self, movement: str) -> str:
        known = self._movements.get(movement)
        return movement if known is None else tr(known.title)

    def _why(self, state: State, at: Instant) -> dict[str, Any]:
        told = [
            entry
            for entry in self._outlets.reports.entries(last=200)
            if entry["entry"] not in ("water", "posture")
        ][-20:]
        data = {"now": self._status(state, at), "decisions": told}
        return {"data": data, "text": why_text(data, state.rules.policy.zone)}

    def _shown(self, state: State, at: Instant) -> Shown:
        prompt, asked = prompting.current(state), state.rotation.asked
        last = asked[-1].movement if asked else None
        return Shown(
            policy=state.rules.policy,
            title="" if prompt is None else self._title(prompt.movement),
            snooze_s=None if prompt is None else asking.snooze_s(state, prompt),
            today=self._day(state, at),
            safety=_safety_lines(self._safety, self._sources),
            image=None if prompt is None else self._outlets.gallery.menu_image(prompt.movement),
            last=None if last is None else (last, self._title(last)),
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


def _safety_lines(safety: Safety, sources: Mapping[str, Source]) -> tuple[str, ...]:
    lines = [f"sitbreak {__version__}", tr(safety.offer)]
    lines += [f"{tr(rule.text)} ({', '.join(rule.sources)})" for rule in (safety.stop, safety.never)]
    for urgency, turn_to in safety.turn_to.items():
        lines.append(tr(turn_to))
        lines += [
            f"• {tr(flag.sign)} ({', '.join(flag.sources)})"
            for flag in safety.red_flags
            if flag.urgency is urgency
        ]
    named = {*safety.stop.sources, *safety.never.sources}
    named |= {name for flag in safety.red_flags for name in flag.sources}
    lines += [f"{one.id}: {one.title} ({tr(one.by)})" for one in sources.values() if one.id in named]
    return tuple(lines)
