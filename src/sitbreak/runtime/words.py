"""The core's facts in words: kinds, reasons, refusals, entries."""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import Any, assert_never

from sitbreak.core.effects import Reason
from sitbreak.core.policy import Kind
from sitbreak.core.prompting import Refusal
from sitbreak.wording import duration_text, time_text, tr


def kind_word(kind: Kind) -> str:
    """The reminder's name."""
    match kind:
        case Kind.MOVEMENT:
            return tr("movement")
        case Kind.STRETCH:
            return tr("stretch")
        case Kind.POSTURE:
            return tr("posture")
        case Kind.HYDRATION:
            return tr("water")
        case _:
            assert_never(kind)


def kinds_words(kinds: list[str] | tuple[Kind, ...]) -> str:
    """Several reminders' names."""
    return ", ".join(kind_word(Kind(kind)) for kind in kinds)


def state_word(state: str) -> str:
    """Where the person is."""
    words = {
        "seated": tr("sitting"),
        "standing": tr("standing"),
        "away": tr("away"),
        "unknown": tr("unknown: nothing here can tell whether you are at the machine"),
    }
    return words[state]


def reason_words(reason: Reason) -> str:  # noqa: C901, PLR0911, PLR0912 - one line a reason
    """Why a prompt is held, to follow "held:"."""
    match reason:
        case Reason.PAUSED:
            return tr("you paused prompts")
        case Reason.HOURS:
            return tr("it is outside your work hours")
        case Reason.AWAY:
            return tr("you are away")
        case Reason.LOCKED:
            return tr("the screen is locked")
        case Reason.ASLEEP:
            return tr("the machine slept")
        case Reason.UNKNOWN:
            return tr("nothing here can tell whether you are at the machine")
        case Reason.JUST_BACK:
            return tr("you have only just come back")
        case Reason.CALL:
            return tr("you are in a call")
        case Reason.FULLSCREEN:
            return tr("something fills the screen")
        case Reason.DND:
            return tr("do not disturb is on")
        case Reason.ABSENT:
            return tr("nobody has touched the machine for a moment")
        case Reason.TYPING:
            return tr("you are typing")
        case Reason.TOO_MANY:
            return tr("there were enough prompts this hour")
        case _:
            assert_never(reason)


def release_words(reason: Reason) -> str:  # noqa: PLR0911 - one line a reason
    """What would end that hold."""
    match reason:
        case Reason.PAUSED:
            return tr("the pause's end, or `sitbreak resume`")
        case Reason.HOURS:
            return tr("the start of your work hours")
        case Reason.AWAY | Reason.ASLEEP | Reason.ABSENT:
            return tr("your next touch of mouse or keyboard")
        case Reason.LOCKED:
            return tr("unlocking the screen")
        case Reason.UNKNOWN:
            return tr("a source of presence; `sitbreak doctor` says what is missing")
        case Reason.JUST_BACK:
            return tr("a minute at the desk")
        case Reason.CALL | Reason.FULLSCREEN | Reason.DND:
            return tr("its end, or the longest hold you allow")
        case Reason.TYPING:
            return tr("a pause of three seconds")
        case Reason.TOO_MANY:
            return tr("the hour's end")
        case _:
            assert_never(reason)


def refusal_words(refusal: Refusal) -> tuple[str, str]:  # noqa: PLR0911 - one line a refusal
    """(what happened, what to do) when a wish was not followed."""
    ask = tr("`sitbreak now` asks for one.")
    choose = tr("Answer it with `sitbreak done` or `sitbreak skip`.")
    match refusal:
        case Refusal.NOTHING_OPEN:
            return tr("No prompt is open."), ask
        case Refusal.GONE:
            return tr("That prompt is over."), ask
        case Refusal.ALREADY_SNOOZED:
            return tr("That prompt is not on the screen; it will come back."), choose
        case Refusal.NO_MORE_SNOOZES:
            return tr("This prompt's snoozes are used up."), choose
        case Refusal.NO_MORE_SNOOZES_TODAY:
            return tr("Today's snoozes are used up."), choose
        case Refusal.NOT_THERE:
            return tr("Nobody is at the machine, so nothing is shown."), tr("Try again when you are back.")
        case Refusal.NOTHING_TO_ASK:
            return (
                tr("No movement is left to ask for."),
                tr("Allow more in `exclude` or `prompting.settings`."),
            )
        case Refusal.NOT_PAUSED:
            return tr("Prompts are not paused."), tr("`sitbreak pause 30m` pauses them.")
        case _:
            assert_never(refusal)


def entry_words(entry: dict[str, Any], zone: tzinfo) -> str:  # noqa: C901, PLR0911 - one an entry
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
            return tr("No longer held: {reason}.").format(reason=reason_words(Reason(entry["reason"])))
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
        case other:
            return str(other)


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
