"""The one function that changes anything: a state and an event in, the next state and effects out."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import assert_never

from sitbreak.core import absence, asking, gate, heeding, planner, presence, prompting, stirring, wishes
from sitbreak.core.attention import Attention, Heed, Watch
from sitbreak.core.clock import Instant
from sitbreak.core.codec import decode
from sitbreak.core.draft import Draft
from sitbreak.core.effects import (
    Effect,
    Why,
)
from sitbreak.core.events import (
    Answered,
    Drank,
    Event,
    IdleSampled,
    Judged,
    Locked,
    NoteClosed,
    PauseAsked,
    PolicyChanged,
    PostureSaid,
    PresenceChanged,
    PromptAsked,
    ResumeAsked,
    SignalsTold,
    Sleeping,
    Started,
    Tick,
    Unlocked,
    Woke,
)
from sitbreak.core.opinions import Opinions
from sitbreak.core.refusal import Refusal
from sitbreak.core.rules import Rules, rules
from sitbreak.core.state import Desk, State, Unknown


@dataclass(frozen=True, slots=True)
class Step:
    """What one event led to. ``refusal``: the event was a wish, and this is why it was not followed."""

    state: State
    effects: tuple[Effect, ...] = ()
    refusal: Refusal | None = None


def begin(known: Rules, at: Instant, opinions: Opinions = ()) -> State:
    """A first day: nothing is known yet, but for what the person thinks of single movements."""
    known = rules(known.policy, known.catalogue, opinions)
    return State(rules=known, now=at, desk=Desk(where=Unknown(at), asked_s=at.mono_s), opinions=opinions)


def resume(plain: object, known: Rules, *, alive: Instant, at: Instant) -> Step:
    """Go on from an encoded state, last alive at ``alive``.

    A gap of less than ``away_after`` goes on with the same sit. A longer one was spent away, as far as
    anybody can tell. Raises ValueError when ``plain`` is no state.
    """
    state = decode(State, plain, rules=known)
    state = replace(state, rules=rules(known.policy, known.catalogue, state.opinions))
    gap_s = at.mono_s - alive.mono_s
    if gap_s <= known.policy.sitting.away_after_s:
        return step(state, Started(at=at))
    gone = step(state, Woke(at=at, asleep_s=gap_s))
    desk = replace(gone.state.desk, signals=frozenset(), signals_told_s=None, occupied_until_s=None)
    back = step(replace(gone.state, desk=desk), Started(at=at))
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
    """What idleness matters now. Short pauses do only while a prompt, or a return, waits for one."""
    sitting = state.rules.policy.sitting
    after_s = {sitting.away_after_s}
    if state.hold is not None and state.hold.reason in gate.WATCHFUL:
        after_s |= {gate.PAUSE_S, sitting.present_within_s}
    if stirring.since(state) is not None:
        after_s.add(stirring.quiet_s(sitting))
    return Attention(tuple(sorted(after_s)), state.desk.asked_s)


def heed(state: State) -> Heed:
    """What of signals matters now: nothing, while nothing is due and the person is at the keyboard."""
    asked_s, senses = state.desk.signals_asked_s, state.rules.policy.senses
    if state.hold is not None and state.hold.reason in gate.HEEDFUL:
        return Heed(Watch.CLOSE, asked_s, senses)
    if absence.doubtful(state):
        return Heed(Watch.SPARSE, asked_s, senses & heeding.SEATING)
    return Heed(Watch.OFF, asked_s, senses)


def _apply(draft: Draft, event: Event) -> Refusal | None:  # noqa: C901, PLR0912 - one line an event
    if isinstance(event, Answered | PromptAsked | Judged | Drank | PauseAsked | ResumeAsked | PostureSaid):
        presence.vouched(draft)
    match event:
        case Tick() | NoteClosed():
            pass
        case IdleSampled():
            presence.sampled(draft, event)
        case Locked(at=at):
            presence.left(draft, at, Why.LOCKED, ignore_until_s=at.mono_s)
        case Unlocked():
            presence.unlocked(draft)
        case Sleeping(at=at):
            presence.left(draft, at, Why.ASLEEP, ignore_until_s=at.mono_s + presence.MARGIN_S)
        case Woke(at=at, asleep_s=asleep_s):
            presence.left(draft, at.plus(-asleep_s), Why.ASLEEP, ignore_until_s=at.mono_s)
            presence.ask(draft)
        case SignalsTold(on=on):
            heeding.told(draft, on)
        case PresenceChanged(source=source):
            if source is None:
                presence.lost(draft)
            presence.ask(draft)
        case Started():
            presence.restarted(draft)
            if heeding.awaited(draft.desk):
                heeding.ask(draft)
            if draft.hold is not None and draft.hold.reason in gate.WATCHFUL:
                # What was told to the last daemon may be long past.
                asking.release(draft)
            prompting.withdraw_if_stale(draft)
            prompting.show_again(draft)
            presence.ask(draft)
        case PostureSaid(posture=posture):
            presence.said(draft, posture)
        case PolicyChanged():
            _change_policy(draft, event)
        case Answered():
            return prompting.answered(draft, event)
        case PromptAsked():
            return wishes.ask_now(draft, event)
        case Judged():
            return wishes.judge(draft, event)
        case Drank():
            wishes.drink(draft, event)
        case PauseAsked():
            wishes.pause(draft, event)
        case ResumeAsked():
            return wishes.resume(draft)
        case _:
            assert_never(event)
    return None


def _change_policy(draft: Draft, event: PolicyChanged) -> None:
    draft.rule(rules(event.policy, event.catalogue, draft.opinions))
    heeding.restrict(draft)
    prompting.withdraw_if_stale(draft)


def _settle_pause(draft: Draft) -> None:
    if draft.pause is not None and draft.pause.until_s is not None and draft.now_s >= draft.pause.until_s:
        wishes.resume(draft)


def _pause_end_s(state: State) -> float | None:
    return None if state.pause is None else state.pause.until_s
