"""The core's facts in words: kinds, states, reasons, refusals."""

from __future__ import annotations

from typing import assert_never

from sitbreak.core.effects import Reason
from sitbreak.core.events import Signal
from sitbreak.core.policy import Kind
from sitbreak.core.refusal import Refusal
from sitbreak.wording import tr


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
        case Reason.SHARING:
            return tr("you share your screen")
        case Reason.FULLSCREEN:
            return tr("something fills the screen")
        case Reason.MEDIA:
            return tr("something keeps the screen on, as a film or a talk does")
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


def during_words(signal: Signal) -> str:
    """What went on in a gap, to follow "while"."""
    match signal:
        case Signal.CALL:
            return tr("a call went on")
        case Signal.SHARING:
            return tr("your screen was shared")
        case Signal.MEDIA | Signal.FULLSCREEN | Signal.DND:
            return tr("something kept the screen on")
        case _:
            assert_never(signal)


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
        case Reason.CALL | Reason.SHARING | Reason.FULLSCREEN | Reason.MEDIA | Reason.DND:
            return tr("its end, or the longest hold you allow")
        case Reason.TYPING:
            return tr("a pause of three seconds")
        case Reason.TOO_MANY:
            return tr("the hour's end")
        case _:
            assert_never(reason)


def refusal_words(refusal: Refusal) -> tuple[str, str]:  # noqa: C901, PLR0911, PLR0912 - one line a refusal
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
        case Refusal.NO_SUCH_MOVEMENT:
            return tr("There is no prompt of that name."), tr("`sitbreak prompts` lists them.")
        case Refusal.NOTHING_ASKED_YET:
            return tr("Nothing has been asked of you yet."), tr("Name it; `sitbreak prompts` lists them.")
        case Refusal.YES_OR_NO:
            return (
                tr("A question is open, not a prompt."),
                tr("Answer it with `sitbreak yes` or `sitbreak no`."),
            )
        case Refusal.NO_QUESTION:
            return tr("Nothing is asked that takes a yes or a no."), tr(
                "`sitbreak status` says what is open."
            )
        case Refusal.NOT_PAUSED:
            return tr("Prompts are not paused."), tr("`sitbreak pause 30m` pauses them.")
        case _:
            assert_never(refusal)
