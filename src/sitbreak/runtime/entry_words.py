"""The log's entries in words."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any

from sitbreak.core.effects import Reason
from sitbreak.core.events import Signal
from sitbreak.runtime.words import during_words, kinds_words, reason_words
from sitbreak.wording import duration_text, time_text, tr


def entry_words(entry: dict[str, Any], zone: tzinfo) -> str:  # noqa: C901, PLR0911, PLR0912 - one an entry
    """A log entry in a line for people, without its time."""
    match entry["entry"]:
        case "sat":
            return tr("Sat for {time}.").format(time=duration_text(entry["seconds"]))
        case "away":
            why = {"idle": tr("idle"), "locked": tr("locked"), "asleep": tr("asleep")}[entry["why"]]
            return tr("Away for {time} ({why}).").format(time=duration_text(entry["seconds"]), why=why)
        case "shown":
            return tr("Prompt {n}: {kinds}, {movement}.").format(
                n=entry["prompt"], kinds=kinds_words(entry["kinds"]), movement=entry["movement"]
            )
        case "answered":
            return _answer_words(entry)
        case "held":
            reason = reason_words(Reason(entry["reason"]))
            return tr("Held ({kinds}): {reason}.").format(kinds=kinds_words(entry["kinds"]), reason=reason)
        case "released":
            return tr("No longer held by: {reason}.").format(reason=reason_words(Reason(entry["reason"])))
        case "water":
            return tr("Drank {ml} ml.").format(ml=entry["ml"])
        case "posture":
            return tr("Standing up.") if entry["is"] == "standing" else tr("Sitting down.")
        case "paused" if entry["until"] is None:
            return tr("Paused until you resume.")
        case "paused":
            until = datetime.fromisoformat(entry["until"]).astimezone(zone)
            return tr("Paused until {time}.").format(time=time_text(until))
        case "resumed":
            return tr("Pause over.")
        case "gap":
            return _gap_words(entry, zone)
        case "judged":
            return _opinion_words(entry)
        case other:
            return str(other)


def choice_words(entry: dict[str, Any]) -> str:
    """Why a prompt that was shown asked for what it did; empty where the log does not say."""
    choice = entry.get("choice")
    if not choice:
        return ""
    why = tr("Its turn: {left} of {pool} were left in this round.").format(**choice)
    if choice["liked"]:
        why += " " + tr("You like it.")
    if choice["rested"]:
        why += " " + tr("Passed over, just had: {regions}.").format(regions=", ".join(choice["rested"]))
    return why


def _opinion_words(entry: dict[str, Any]) -> str:
    words = {
        "hurt": tr("{movement} hurt; it is not asked for again."),
        "banned": tr("{movement} is not asked for again, as you wish."),
        "liked": tr("You like {movement}."),
        None: tr("{movement} may be asked for again."),
    }
    return words[entry["is"]].format(movement=entry["movement"])


def _gap_words(entry: dict[str, Any], zone: tzinfo) -> str:
    words = {
        "yes": tr("{start} to {end}, while {what}: a break, as you said."),
        "no": tr("{start} to {end}, while {what}: no break, as you said."),
        "ignored": tr("{start} to {end}, while {what}: perhaps a break; you did not say."),
    }
    start, end = (time_text(datetime.fromisoformat(entry[key]).astimezone(zone)) for key in ("from", "to"))
    what = during_words(Signal(entry["during"]))
    return words[entry["answer"]].format(start=start, end=end, what=what)


def _answer_words(entry: dict[str, Any]) -> str:
    words = {
        "done said": tr("Prompt {n}: done, as you said."),
        "done seen": tr("Prompt {n}: done, and seen."),
        "snooze": tr("Prompt {n}: snoozed."),
        "skip": tr("Prompt {n}: skipped."),
        "ignored": tr("Prompt {n}: left unanswered."),
        "withdrawn": tr("Prompt {n}: withdrawn."),
    }
    key = " ".join(filter(None, (entry["answer"], entry["evidence"])))
    return words.get(key, key).format(n=entry["prompt"])
