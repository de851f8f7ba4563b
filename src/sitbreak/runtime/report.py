"""Status and decisions in lines for people."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from sitbreak.core.effects import Reason
from sitbreak.core.events import Signal
from sitbreak.core.gate import POLITE
from sitbreak.core.policy import Kind
from sitbreak.ports import Request
from sitbreak.runtime.entry_words import choice_words, entry_words
from sitbreak.runtime.words import during_words, kind_word, reason_words, release_words, state_word
from sitbreak.wording import duration_text, time_text, tr


def status_text(data: dict[str, Any], zone: tzinfo) -> str:
    """A status as ``sitbreak status`` prints it."""
    lines = [
        _where(data, zone),
        *_question(data, zone),
        *_prompt(data, zone),
        *_due(data),
        *_holds(data, zone),
        _today(data["today"]),
    ]
    lines += [tr("Problem: {text}").format(text=text) for text in data["problems"]]
    return "\n".join(lines)


def confirmation(request: Request, data: dict[str, Any], zone: tzinfo) -> list[str]:  # noqa: C901, PLR0911
    """What became of a wish, in a line; none for a question."""
    match request:
        case ("answer", "done", *_):
            return [tr("Noted: done.")]
        case ("answer", "yes", *_):
            return [tr("Noted: that was a break.")]
        case ("answer", "no", *_):
            return [tr("Noted: that was no break.")]
        case ("answer", "skip", *_):
            return [tr("Noted: skipped.")]
        case ("answer", "snooze", *_) if data["prompt"] and data["prompt"]["returns"]:
            return [tr("Snoozed until {time}.").format(time=_clock(data["prompt"]["returns"], zone))]
        case ("water", *_):
            return [tr("Noted: a drink; {ml} ml today.").format(ml=data["today"]["water_ml"])]
        case ("posture", "standing"):
            return [tr("Noted: you stand.")]
        case ("posture", _):
            return [tr("Noted: you sit.")]
        case ("pause", *_):
            return [tr("Paused. `sitbreak resume` ends it.")]
        case ("resume",):
            return [tr("The pause is over.")]
        case ("judge", str(taste), *_):
            return [_noted(taste, data["judged"]["title"])]
        case _:
            return []


def _noted(taste: str, title: str) -> str:
    words = {
        "hurt": tr("Noted: “{title}” hurt. You will not be asked to do it again."),
        "banned": tr("Noted: “{title}” will not be asked of you again."),
        "liked": tr("Noted: you like “{title}”."),
        "": tr("Noted: “{title}” may be asked of you again."),
    }
    return words[taste].format(title=title)


def why_text(data: dict[str, Any], zone: tzinfo) -> str:
    """The latest decisions, the newest last, and what holds now."""
    lines = [f"{_clock(entry['at'], zone)}  {_decision(entry, zone)}" for entry in data["decisions"]]
    now = data["now"]
    if lines:
        lines.append("")
    lines += [*_question(now, zone), *_due(now), *_holds(now, zone)]
    if any(Reason(hold["reason"]) in POLITE.values() for hold in now["holds"]):
        lines.append(tr("`sitbreak doctor` says what tells of it; `[signals]` switches that off."))
    if not now["holds"] and now["question"] is None:
        lines.append(tr("Nothing holds a prompt now."))
    return "\n".join(lines)


def _decision(entry: dict[str, Any], zone: tzinfo) -> str:
    return " ".join(filter(None, (entry_words(entry, zone), choice_words(entry))))


def _where(data: dict[str, Any], zone: tzinfo) -> str:
    if data["state"] == "seated":
        return tr("Sitting for {length} without a break.").format(length=duration_text(data["sitting_s"]))
    return tr("{state}, since {time}.").format(
        state=state_word(data["state"]).capitalize(), time=_clock(data["since"], zone)
    )


def _question(data: dict[str, Any], zone: tzinfo) -> list[str]:
    question = data["question"]
    if question is None:
        return []
    asked = tr("{start} to {end}, while {what}: was that a break?").format(
        start=_clock(question["from"], zone),
        end=_clock(question["to"], zone),
        what=during_words(Signal(question["during"])),
    )
    return [asked, tr("Answer with `sitbreak yes` or `no`.")]


def _prompt(data: dict[str, Any], zone: tzinfo) -> list[str]:
    prompt = data["prompt"]
    if prompt is None:
        return []
    if prompt["open"]:
        how = tr("Answer with `sitbreak done`, `snooze` or `skip`.")
        return [tr("Now: {title}. {line}").format(**prompt), how]
    at = _clock(prompt["returns"], zone)
    return [tr("{title}: again at {time}.").format(title=prompt["title"], time=at)]


def _due(data: dict[str, Any]) -> list[str]:
    running = sorted((due for due in data["due"] if due["in_s"] is not None), key=lambda due: due["in_s"])
    if not running:
        return []
    parts = [
        tr("{kind} in {time}").format(kind=kind_word(Kind(due["kind"])), time=duration_text(due["in_s"]))
        if due["in_s"] > 0
        else tr("{kind} is due").format(kind=kind_word(Kind(due["kind"])))
        for due in running
    ]
    return [tr("Next: {list}.").format(list=", ".join(parts))]


def _holds(data: dict[str, Any], zone: tzinfo) -> list[str]:
    lines = []
    for hold in data["holds"]:
        reason = Reason(hold["reason"])
        until = release_words(reason) if hold["until"] is None else _clock(hold["until"], zone)
        said = {"since": _clock(hold["since"], zone), "reason": reason_words(reason), "until": until}
        if reason in POLITE.values():
            lines.append(
                tr("Held since {since}: {reason}. Until it ends, {until} at the latest.").format(**said)
            )
        else:
            lines.append(tr("Held since {since}: {reason}. Until {until}.").format(**said))
    return lines


def _today(day: dict[str, Any]) -> str:
    return tr(
        "Today: sat {sat}, longest {longest}; breaks {seen} seen, {said} as you said; "
        "snoozed {snoozed}, skipped {skipped}, unanswered {ignored}; water {ml} ml."
    ).format(
        sat=duration_text(day["sat_s"]),
        longest=duration_text(day["longest_sit_s"]),
        seen=day["done_seen"],
        said=day["done_said"],
        snoozed=day["snoozed"],
        skipped=day["skipped"],
        ignored=day["ignored"],
        ml=day["water_ml"],
    )


def _clock(text: str, zone: tzinfo) -> str:
    return time_text(datetime.fromisoformat(text).astimezone(zone))
