"""Prompts: wanted, held, shown, answered, coming back. Never two at once, never one lost."""

from __future__ import annotations

from typing import assert_never

from sitbreak.core import asking, evidence, gaps, gate, heeding, planner, presence
from sitbreak.core.draft import Draft, changed
from sitbreak.core.effects import (
    Evidence,
    Outcome,
    Prompt,
    Reason,
    Verdict,
    WasAnswered,
    WasHeld,
    WasReleased,
    Withdraw,
)
from sitbreak.core.events import Answer, Answered, Via
from sitbreak.core.policy import Kind
from sitbreak.core.refusal import Refusal
from sitbreak.core.state import Asking, Away, Hold, Quiet, Rest, Resting, Showing, State

ASKED_AGAIN_AT_MOST = 2
"""How often a prompt that was left unanswered is asked again before its clocks start anew."""


def current(holder: Draft | State) -> Prompt | None:
    """The prompt that is open or will come back; there is one at most."""
    phase = holder.phase
    return phase.prompt if isinstance(phase, Showing | Resting) else None


def settle(draft: Draft) -> None:
    """Credit a break, give up on what nobody answers, and show what is wanted if nothing holds it."""
    prompt = current(draft)
    if prompt is not None and (known := evidence.of_break(draft, prompt)) is not None:
        finish(draft, prompt, Outcome.DONE, known, Via.PRESENCE)
        # One absence is one break: a done that was said before is not seen by it, too.
        draft.said = None
    evidence.settle(draft)
    if isinstance(draft.phase, Showing):
        _settle_open(draft, draft.phase)
    elif isinstance(draft.phase, Asking):
        gaps.settle(draft, draft.phase)
    if isinstance(draft.phase, Quiet | Resting):
        _settle_wanted(draft)


def waits_for_clocks(state: State) -> bool:
    """Whether a clock that runs out changes anything: a prompt that is open or resting is told before."""
    phase = state.phase
    return isinstance(phase, Quiet) or (isinstance(phase, Resting) and phase.until_s <= state.now.mono_s)


def deadline_s(state: State) -> float | None:
    """When time alone will change a prompt."""
    times = [gate.deadline_s(state), evidence.deadline_s(state, current(state))]
    match state.phase:
        case Showing(since_s=since_s):
            times.append(since_s + state.rules.policy.prompting.give_up_after_s)
        case Resting(until_s=until_s):
            times.append(until_s)
        case Asking():
            times.append(gaps.deadline_s(state))
        case Quiet():
            pass
        case _:
            assert_never(state.phase)
    return min([one for one in times if one is not None and one > state.now.mono_s], default=None)


def answered(draft: Draft, event: Answered) -> Refusal | None:
    """The person answered: the prompt that is open, or one that would come back, or a question."""
    if isinstance(draft.phase, Asking):
        return _told_of_gap(draft, draft.phase, event)
    prompt = current(draft)
    if prompt is None:
        return _nothing_to_answer(event)
    if event.prompt_id not in (None, prompt.id):
        return Refusal.GONE
    if asking.carries_stop_rule(draft, prompt):
        draft.knows_stop_rule = True
    match event.answer:
        case Answer.DONE:
            finish(draft, prompt, Outcome.DONE, evidence.of_done(draft, prompt), event.via)
        case Answer.SKIP:
            finish(draft, prompt, Outcome.SKIP, None, event.via)
        case Answer.SNOOZE:
            return _snooze(draft, prompt, event)
        case Answer.YES | Answer.NO:
            return Refusal.NO_QUESTION
        case _:
            assert_never(event.answer)
    return None


def _nothing_to_answer(event: Answered) -> Refusal:
    yes_or_no = event.answer in (Answer.YES, Answer.NO)
    return Refusal.NO_QUESTION if yes_or_no else Refusal.NOTHING_OPEN


def _told_of_gap(draft: Draft, phase: Asking, event: Answered) -> Refusal | None:
    if event.prompt_id not in (None, phase.id):
        return Refusal.GONE
    match event.answer:
        case Answer.YES:
            gaps.answered(draft, phase, Verdict.YES, event.via)
        case Answer.NO:
            gaps.answered(draft, phase, Verdict.NO, event.via)
        case Answer.DONE | Answer.SNOOZE | Answer.SKIP:
            return Refusal.YES_OR_NO
        case _:
            assert_never(event.answer)
    return None


def finish(draft: Draft, prompt: Prompt, outcome: Outcome, how_known: Evidence | None, via: Via) -> None:
    """The prompt is over, and its clocks start again."""
    close(draft, prompt, outcome, how_known, via)
    planner.restart(draft, prompt.kinds)


def close(draft: Draft, prompt: Prompt, outcome: Outcome, how_known: Evidence | None, via: Via) -> None:
    """The prompt is over; its clocks go on as they are."""
    draft.record(WasAnswered(prompt=prompt.id, answer=outcome, evidence=how_known, via=via))
    _off_screen(draft)
    draft.phase = Quiet()
    asking.release(draft)


def withdraw_if_stale(draft: Draft) -> None:
    """A prompt that these rules would not make is over; they may have changed while nobody ran."""
    prompt = current(draft)
    if prompt is None:
        return
    known = {movement.id for movement in draft.rules.movements}
    active = {reminder.kind for _, reminder in draft.rules.active}
    if prompt.movement not in known or prompt.kinds[0] not in active:
        close(draft, prompt, Outcome.WITHDRAWN, None, Via.TIME)


def show_again(draft: Draft) -> None:
    """Put what is open on the screen anew, where it may be gone."""
    match draft.phase:
        case Showing(prompt=prompt):
            asking.put(draft, prompt, planner.sit_s(draft, draft.now_s))
        case Asking() as phase if draft.now_s < phase.since_s + gaps.ASKED_S:
            gaps.put(draft, phase)
        case Asking() | Quiet() | Resting():
            pass
        case _:
            assert_never(draft.phase)


def _settle_open(draft: Draft, phase: Showing) -> None:
    prompt = phase.prompt
    if isinstance(draft.desk.where, Away):
        _off_screen(draft)
        draft.phase = Resting(prompt, draft.now_s, Rest.LEFT)
    elif draft.now_s >= phase.since_s + draft.policy.prompting.give_up_after_s:
        if prompt.asks >= ASKED_AGAIN_AT_MOST:
            finish(draft, prompt, Outcome.IGNORED, None, Via.TIME)
            return
        draft.record(WasAnswered(prompt=prompt.id, answer=Outcome.IGNORED, evidence=None, via=Via.TIME))
        _off_screen(draft)
        back_s = draft.now_s + draft.policy.prompting.ask_again_s
        draft.phase = Resting(changed(prompt, asks=prompt.asks + 1), back_s, Rest.IGNORED)


def _settle_wanted(draft: Draft) -> None:
    resting = draft.phase if isinstance(draft.phase, Resting) else None
    if resting is None:
        kinds = planner.due(draft)
    else:
        kinds = _grown(draft, resting.prompt) if draft.now_s >= resting.until_s else ()
    if not kinds:
        asking.release(draft)
        return
    counted = resting is None or resting.why is Rest.IGNORED
    watched = draft.hold is not None and draft.hold.reason in gate.WATCHFUL
    wanted_s = draft.hold.wanted_s if draft.hold is not None and watched else draft.now_s
    try:
        reason = gate.refusal(draft, wanted_s, counted=counted)
    except gate.NeedsSample:
        _ask(draft, watched=watched)
        _hold(draft, None, kinds, wanted_s)
        return
    if reason is not None:
        _hold(draft, reason, kinds, wanted_s)
        return
    gentle = gate.polite_is_over(draft) and bool(draft.desk.signals & gate.POLITE.keys())
    if resting is None and not gentle and gaps.ask(draft):
        asking.release(draft)
        return
    prompt = asking.make(draft, kinds) if resting is None else resting.prompt
    asking.release(draft)
    if prompt is None:
        return
    if counted:
        hour_ago_s = draft.now_s - gate.HOUR_S
        draft.shown_at_s = (*(s for s in draft.shown_at_s if s > hour_ago_s), draft.now_s)
    if prompt.kinds != kinds or prompt.gentle is not gentle:
        prompt = changed(prompt, kinds=kinds, gentle=gentle)
    asking.show(draft, prompt)


def _ask(draft: Draft, *, watched: bool) -> None:
    """Have whoever is not telling anyway asked."""
    if not watched:
        presence.ask(draft)
    if draft.hold is None or draft.hold.reason not in gate.HEEDFUL:
        heeding.ask(draft)


def _grown(draft: Draft, prompt: Prompt) -> tuple[Kind, ...]:
    """A prompt that comes back takes along what has become due meanwhile, so that it is told once."""
    return prompt.kinds + tuple(kind for kind in planner.due(draft) if kind not in prompt.kinds)


def _hold(draft: Draft, reason: Reason | None, kinds: tuple[Kind, ...], wanted_s: float) -> None:
    old = draft.hold
    if old is not None and old.reason is reason and old.kinds == kinds:
        return
    since_s = old.since_s if old is not None and old.reason is reason else draft.now_s
    polite_since_s = None if old is None or reason not in gate.LASTING else old.polite_since_s
    if reason in gate.POLITE.values() and polite_since_s is None:
        polite_since_s = draft.now_s
    if old is not None and old.reason is not None and old.reason is not reason:
        draft.record(WasReleased(reason=old.reason))
    if reason is not None:
        draft.record(WasHeld(reason=reason, kinds=kinds))
    draft.hold = Hold(reason, kinds, since_s, wanted_s, polite_since_s)


def _snooze(draft: Draft, prompt: Prompt, event: Answered) -> Refusal | None:
    if not isinstance(draft.phase, Showing):
        return Refusal.ALREADY_SNOOZED
    offered_s = asking.snooze_s(draft, prompt)
    if offered_s is None:
        spent = prompt.snoozes >= draft.policy.prompting.snooze_limit
        return Refusal.NO_MORE_SNOOZES if spent else Refusal.NO_MORE_SNOOZES_TODAY
    draft.record(WasAnswered(prompt=prompt.id, answer=Outcome.SNOOZE, evidence=None, via=event.via))
    _off_screen(draft)
    draft.snoozed_today = asking.snoozed_today(draft) + 1
    draft.snoozed_on = asking.day_of(draft)
    back_s = draft.now_s + (offered_s if event.snooze_s is None else event.snooze_s)
    draft.phase = Resting(changed(prompt, snoozes=prompt.snoozes + 1), back_s, Rest.SNOOZED)
    return None


def _off_screen(draft: Draft) -> None:
    if isinstance(draft.phase, Showing):
        draft.effects.append(Withdraw(prompt_id=draft.phase.prompt.id))
