"""What a person asks of the core: a prompt now, quiet, a drink noted, a word on a movement."""

from __future__ import annotations

from dataclasses import replace
from typing import assert_never

from sitbreak.core import asking, gaps, planner, prompting
from sitbreak.core.draft import Draft
from sitbreak.core.effects import (
    Evidence,
    Outcome,
    Prompt,
    Verdict,
    WasJudged,
    WasPaused,
    WasResumed,
    Water,
)
from sitbreak.core.events import Drank, Judged, PauseAsked, PromptAsked, Via
from sitbreak.core.opinions import Taste, told
from sitbreak.core.policy import Kind
from sitbreak.core.refusal import Refusal
from sitbreak.core.rules import rules
from sitbreak.core.state import Asking, Away, Pause, Quiet, Resting, Showing


def judge(draft: Draft, event: Judged) -> Refusal | None:
    """They like a movement, do not want it, say that it hurt, or take that back."""
    prompt, asked = prompting.current(draft), draft.rotation.asked
    movement = event.movement
    if movement is None and prompt is not None:
        movement = prompt.movement
    elif movement is None and asked:
        movement = asked[-1].movement
    if movement is None:
        return Refusal.NOTHING_ASKED_YET
    if all(known.id != movement for known in draft.rules.catalogue):
        return Refusal.NO_SUCH_MOVEMENT
    draft.record(WasJudged(movement=movement, taste=event.taste, via=event.via))
    draft.opinions = told(draft.opinions, movement, event.taste)
    draft.rule(rules(draft.policy, draft.rules.catalogue, draft.opinions))
    if prompt is not None and prompt.movement == movement:
        match event.taste:
            case Taste.HURT:
                # Whoever has hurt themselves has had enough for now.
                prompting.finish(draft, prompt, Outcome.SKIP, None, event.via)
            case Taste.BANNED:
                _something_else(draft, prompt, event.via)
            case Taste.LIKED | None:
                pass
            case _:
                assert_never(event.taste)
    return None


def _something_else(draft: Draft, prompt: Prompt, via: Via) -> None:
    """Another movement in the prompt's place, on the screen or when it would have come back."""
    phase = draft.phase
    prompting.close(draft, prompt, Outcome.WITHDRAWN, None, via)
    other = asking.make(draft, prompt.kinds)
    if other is None:
        return
    if isinstance(phase, Resting):
        draft.phase = replace(phase, prompt=other)
    else:
        asking.show(draft, other)


def ask_now(draft: Draft, event: PromptAsked) -> Refusal | None:
    """They want a prompt."""
    kind = event.kind
    match draft.phase, draft.desk.where:
        case Showing(), _:
            prompting.show_again(draft)
            return None
        case _, Away():
            return Refusal.NOT_THERE
        case Resting(prompt), _:
            more = () if kind is None or kind in prompt.kinds else (kind,)
            asking.show(draft, replace(prompt, kinds=prompt.kinds + more))
            return None
        case Quiet() | Asking(), _:
            pass
    fresh = asking.make(draft, _kinds_now(draft, kind), event.within_s)
    if fresh is None:
        return Refusal.NOTHING_TO_ASK
    if isinstance(draft.phase, Asking):
        gaps.answered(draft, draft.phase, Verdict.IGNORED, Via.TIME)
    asking.show(draft, fresh)
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


def drink(draft: Draft, event: Drank) -> None:
    """They drank; where the prompt in the air asks for just that, it is done."""
    draft.record(Water(ml=event.ml))
    prompt = prompting.current(draft)
    if prompt is not None and prompt.kinds == (Kind.HYDRATION,):
        prompting.finish(draft, prompt, Outcome.DONE, Evidence.SAID, event.via)
    else:
        planner.restart(draft, (Kind.HYDRATION,))


def pause(draft: Draft, event: PauseAsked) -> None:
    """They want quiet; what is on the screen goes."""
    until_s = None if event.for_s is None else draft.now_s + event.for_s
    draft.pause = Pause(draft.now_s, until_s)
    draft.record(WasPaused(until=None if event.for_s is None else draft.now.plus(event.for_s).wall))
    if isinstance(draft.phase, Showing):
        prompting.close(draft, draft.phase.prompt, Outcome.WITHDRAWN, None, event.via)
    elif isinstance(draft.phase, Asking):
        gaps.answered(draft, draft.phase, Verdict.IGNORED, event.via)


def resume(draft: Draft) -> Refusal | None:
    """They want prompts again."""
    if draft.pause is None:
        return Refusal.NOT_PAUSED
    draft.pause = None
    draft.record(WasResumed())
    return None
