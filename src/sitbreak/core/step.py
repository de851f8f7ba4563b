"""The one function that changes anything: a state and an event in, the next state and effects out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from sitbreak.core import gate, planner, presence, prompting
from sitbreak.core.attention import Attention
from sitbreak.core.clock import Instant
from sitbreak.core.codec import decode
from sitbreak.core.draft import Draft
from sitbreak.core.effects import (
    Effect,
    Evidence,
    Outcome,
    Show,
    WasPaused,
    WasResumed,
    Water,
    Why,
)
from sitbreak.core.events import (
    Answered,
    Drank,
    Event,
    IdleSampled,
    Locked,
    NoteClosed,
    PauseAsked,
    PolicyChanged,
    PostureSaid,
    PresenceChanged,
    PromptAsked,
    ResumeAsked,
    SignalChanged,
    Sleeping,
    Started,
    Tick,
    Unlocked,
    Via,
    Woke,
)
from sitbreak.core.policy import Kind
from sitbreak.core.prompting import Refusal
from sitbreak.core.state import Away, Desk, Pause, Quiet, Resting, Rules, Showing, State, Unknown, rules


@dataclass(frozen=True, slots=True)
class Step:
    """What one event led to. ``refusal``: the event was a wish, and this is why it was not followed."""

    state: State
    effects: tuple[Effect, ...] = ()
    refusal: Refusal | None = None


def begin(known: Rules, at: Instant) -> State:
    """A first day: nothing is known yet."""
    return State(rules=known, now=at, desk=Desk(where=Unknown(at), asked_s=at.mono_s))


def resume(plain: object, known: Rules, *, alive: Instant, at: Instant) -> Step:
    """Go on from an encoded state, last alive at ``alive``.

    A gap of less than ``away_after`` goes on with the same sit. A longer one was spent away, as far as
    anybody can tell. Raises ValueError when ``plain`` is no state.
    """
    state = decode(State, plain, rules=known)
    gap_s = at.mono_s - alive.mono_s
    if gap_s <= known.policy.sitting.away_after_s:
        return step(state, Started(at=at))
    state = replace(state, desk=replace(state.desk, signals=frozenset(), occupied_until_s=None))
    gone = step(state, Woke(at=at, asleep_s=gap_s))
    back = step(gone.state, Started(at=at))
    return Step(back.state, gone.effects + back.effects)


def step(state: State, event: Event) -> Step:
    """Take one event. Events may come late or twice, never from the future; time never runs backwards."""
    late = event.at.mono_s < state.now.mono_s
    draft = Draft(state, Instant(state.now.mono_s, event.at.wall) if late else event.at)
    refusal = _apply(draft, event)
    presence.settle(draft)
    _settle_pause(draft)
    prompting.settle(draft)
    return Step(draft.freeze(), tuple(draft.effects), refusal)


def next_deadline(state: State) -> Instant | None:
    """When time alone will next change something; None: only an event can."""
    soonest_s = deadline_s(state)
    return None if soonest_s is None else state.now.at_mono(soonest_s)


def deadline_s(state: State) -> float | None:
    """The same as a monotonic second."""
    now_s = state.now.mono_s
    times = (
        presence.deadline_s(state),
        planner.deadline_s(state, clocks_matter=prompting.waits_for_clocks(state)),
        prompting.deadline_s(state),
        _pause_end_s(state),
    )
    return min([time_s for time_s in times if time_s is not None and time_s > now_s], default=None)


def attention(state: State) -> Attention:
    """What idleness matters now. Short pauses do only while a prompt waits for one."""
    sitting = state.rules.policy.sitting
    if state.hold is None or state.hold.reason not in gate.WATCHFUL:
        return Attention((sitting.away_after_s,), state.desk.asked_s)
    after = {sitting.away_after_s, gate.PAUSE_S, sitting.present_within_s}
    return Attention(tuple(sorted(after)), state.desk.asked_s)


def _apply(draft: Draft, event: Event) -> Refusal | None:  # noqa: C901, PLR0912 - one line an event
    match event:
        case Tick() | NoteClosed():
            pass
        case IdleSampled(idle_s=idle_s):
            presence.sampled(draft, idle_s)
        case Locked(at=at):
            presence.left(draft, at, Why.LOCKED, ignore_until_s=at.mono_s)
        case Unlocked():
            presence.unlocked(draft)
        case Sleeping(at=at):
            presence.left(draft, at, Why.ASLEEP, ignore_until_s=at.mono_s + presence.MARGIN_S)
        case Woke(at=at, asleep_s=asleep_s):
            presence.left(draft, at.plus(-asleep_s), Why.ASLEEP, ignore_until_s=at.mono_s)
            presence.ask(draft)
        case SignalChanged(signal=signal, on=on):
            presence.signal(draft, signal, on=on is True)
        case PresenceChanged(source=source):
            if source is None:
                presence.lost(draft)
            presence.ask(draft)
        case Started():
            _withdraw_if_stale(draft)
            _show_again(draft)
            presence.ask(draft)
        case PostureSaid(posture=posture):
            presence.said(draft, posture)
        case PolicyChanged():
            _change_policy(draft, event)
        case Answered():
            return prompting.answered(draft, event)
        case PromptAsked(kind=kind):
            return _ask_now(draft, kind)
        case Drank():
            _drink(draft, event)
        case PauseAsked():
            _pause(draft, event)
        case ResumeAsked():
            return _resume(draft)
        case _:
            assert_never(event)
    return None


def _show_again(draft: Draft) -> None:
    if isinstance(draft.phase, Showing):
        prompt = draft.phase.prompt
        sat_s = planner.sit_s(draft, draft.now_s)
        draft.effects.append(Show(prompt=prompt, sat_s=sat_s, snooze_s=prompting.snooze_s(draft, prompt)))


def _change_policy(draft: Draft, event: PolicyChanged) -> None:
    draft.rule(rules(event.policy, event.catalogue))
    _withdraw_if_stale(draft)


def _withdraw_if_stale(draft: Draft) -> None:
    """A prompt that these rules would not make is over; they may have changed while nobody ran."""
    prompt = prompting.current(draft)
    if prompt is None:
        return
    known = {movement.id for movement in draft.rules.movements}
    active = {reminder.kind for _, reminder in draft.rules.active}
    if prompt.movement not in known or prompt.kinds[0] not in active:
        prompting.close(draft, prompt, Outcome.WITHDRAWN, None, Via.TIME)


def _ask_now(draft: Draft, kind: Kind | None) -> Refusal | None:
    match draft.phase, draft.desk.where:
        case Showing(), _:
            _show_again(draft)
            return None
        case _, Away():
            return Refusal.NOT_THERE
        case Resting(prompt), _:
            more = () if kind is None or kind in prompt.kinds else (kind,)
            prompting.show(draft, replace(prompt, kinds=prompt.kinds + more))
            return None
        case Quiet(), _:
            pass
    fresh = prompting.make(draft, _kinds_now(draft, kind))
    if fresh is None:
        return Refusal.NOTHING_TO_ASK
    prompting.show(draft, fresh)
    return None


def _kinds_now(draft: Draft, kind: Kind | None) -> tuple[Kind, ...]:
    """What a person who asks for a prompt gets: the kind they name, or what is due, or soonest due."""
    if kind is not None:
        return (kind,)
    lefts = [
        (reminder.every_s - planner.elapsed_s(draft, place, reminder, draft.now_s), place, reminder.kind)
        for place, reminder in draft.rules.active
    ]
    return planner.due(draft) or tuple(kind for _, _, kind in sorted(lefts)[:1])


def _drink(draft: Draft, event: Drank) -> None:
    draft.record(Water(ml=event.ml))
    prompt = prompting.current(draft)
    if prompt is not None and prompt.kinds == (Kind.HYDRATION,):
        prompting.finish(draft, prompt, Outcome.DONE, Evidence.SAID, event.via)
    else:
        planner.restart(draft, (Kind.HYDRATION,))


def _pause(draft: Draft, event: PauseAsked) -> None:
    until_s = None if event.for_s is None else draft.now_s + event.for_s
    draft.pause = Pause(draft.now_s, until_s)
    draft.record(WasPaused(until=None if event.for_s is None else draft.now.plus(event.for_s).wall))
    if isinstance(draft.phase, Showing):
        prompting.close(draft, draft.phase.prompt, Outcome.WITHDRAWN, None, event.via)


def _resume(draft: Draft) -> Refusal | None:
    if draft.pause is None:
        return Refusal.NOT_PAUSED
    draft.pause = None
    draft.record(WasResumed())
    return None


def _settle_pause(draft: Draft) -> None:
    if draft.pause is not None and draft.pause.until_s is not None and draft.now_s >= draft.pause.until_s:
        _resume(draft)


def _pause_end_s(state: State) -> float | None:
    return None if state.pause is None else state.pause.until_s
