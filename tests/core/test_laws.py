"""Laws of the core, over any day that a person could have."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from sim import CATALOGUE, MONDAY, Sim, policy
from sitbreak.core.clock import Instant
from sitbreak.core.codec import encode
from sitbreak.core.effects import (
    Outcome,
    Prompt,
    Reason,
    Sat,
    Show,
    Shown,
    WasAnswered,
    WasHeld,
    WasReleased,
    Withdraw,
)
from sitbreak.core.events import Answer, Event, IdleSampled, Locked, Signal, Started, Unlocked
from sitbreak.core.opinions import Taste, refused
from sitbreak.core.policy import Kind
from sitbreak.core.rules import rules
from sitbreak.core.state import Away, Resting, Showing
from sitbreak.core.step import next_deadline, resume, step

Act = tuple[str, Any]

minutes = st.floats(0.05, 75, allow_nan=False)
acts: st.SearchStrategy[Act] = st.one_of(
    st.tuples(st.sampled_from(["work", "leave", "lock", "sleep", "wait"]), minutes),
    st.tuples(st.just("work"), st.floats(25, 45)),
    st.tuples(st.just("type_on"), st.floats(0.1, 4)),
    st.tuples(st.just("answer"), st.sampled_from([*Answer])),
    st.tuples(st.just("pause"), st.one_of(st.none(), minutes)),
    st.tuples(st.sampled_from(["resume", "stand", "sit", "drink", "now", "lose_source"]), st.none()),
    st.tuples(st.just("signal"), st.tuples(st.sampled_from([*Signal]), st.booleans())),
    st.tuples(
        st.just("judge"),
        st.tuples(st.sampled_from([None, *Taste]), st.sampled_from([None, *(m.id for m in CATALOGUE)])),
    ),
    st.tuples(st.just("clock"), st.floats(-1e7, 1e7)),
)
days = st.lists(acts, max_size=40)


def do(sim: Sim, act: Act) -> None:
    """One thing that a person, or their machine, does."""
    name, how = act
    match name:
        case "work" | "leave" | "lock" | "sleep" | "wait":
            getattr(sim, name)(minutes=how)
        case "type_on":
            sim.type_on(seconds=how * 60)
        case "answer":
            sim.answer(how)
        case "pause":
            sim.pause(minutes=how)
        case "judge":
            sim.judge(*how)
        case "signal":
            sim.signal(how[0], on=how[1])
        case "clock":
            sim.clock_ahead_s = how
        case _:
            getattr(sim, name)()


def live(day: list[Act], check: Callable[[Sim], None] = lambda _: None) -> Sim:
    """Live through a day, checking after every act."""
    sim = Sim(policy())
    for act in day:
        do(sim, act)
        check(sim)
    return sim


@given(days)
def test_never_two_prompts_open(day: list[Act]) -> None:
    assert live(day).most_open() <= 1


@given(days)
def test_never_a_prompt_while_away_or_paused_unless_asked_for(day: list[Act]) -> None:
    def check(sim: Sim) -> None:
        state = sim.player.state
        if isinstance(state.phase, Showing):
            assert not isinstance(state.desk.where, Away)

    sim = Sim(policy())
    for act in (act for act in day if act[0] != "now"):
        before = len(sim.shown)
        paused = sim.player.state.pause
        do(sim, act)
        check(sim)
        if paused is not None and paused.until_s is None and act[0] not in ("resume", "pause"):
            assert len(sim.shown) == before


@given(days)
def test_what_hurt_or_is_not_wanted_is_never_asked(day: list[Act]) -> None:
    def check(sim: Sim) -> None:
        state = sim.player.state
        if isinstance(state.phase, Showing | Resting):
            assert state.phase.prompt.movement not in refused(state.opinions)

    live(day, check)


@given(days)
def test_sitting_never_exceeds_the_time_that_passed(day: list[Act]) -> None:
    sim = live(day)
    state = sim.player.state
    assert 0 <= state.totals.seated_s <= state.totals.present_s + 1e-6
    assert sum(sim.sits) <= sim.now_s + 1e-6
    assert all(sat.seconds >= 0 for sat in sim.of(Sat))


@given(days)
def test_every_due_prompt_is_shown_or_accounted_for(day: list[Act]) -> None:
    """Whatever is due is on the screen, coming back, or held for a reason that is on record."""

    def check(sim: Sim) -> None:
        state = sim.player.state
        lefts = [
            left
            for place, reminder in state.rules.active
            if (left := _left_s(sim, place, reminder.every_s)) <= 0
        ]
        if lefts:
            assert state.hold is not None or isinstance(state.phase, Showing | Resting)
            held = state.hold is not None and state.hold.reason is not None
            assert not held or sim.held, "a hold without its record"

    live(day, check)


def _left_s(sim: Sim, place: int, every_s: float) -> float:
    from sitbreak.core import planner  # noqa: PLC0415 - the law's own reading of a clock

    state = sim.player.state
    return every_s - planner.elapsed_s(state, place, state.rules.policy.reminders[place], state.now.mono_s)


@given(days)
def test_every_hold_is_released(day: list[Act]) -> None:
    """Holds and releases alternate, reason by reason; at most the last is still open."""
    sim = live(day)
    open_reason: Reason | None = None
    for entry in sim.entries:
        match entry:
            case WasHeld(reason=reason):
                assert open_reason in (None, reason)
                open_reason = reason
            case WasReleased(reason=reason):
                assert open_reason is reason
                open_reason = None
            case _:
                pass


@given(days)
def test_a_snooze_keeps_its_prompt(day: list[Act]) -> None:
    sim = live(day)
    movement_of: dict[int, str] = {}
    ended: set[int] = set()
    for entry in sim.entries:
        if isinstance(entry, Shown):
            assert entry.prompt not in ended
            assert movement_of.setdefault(entry.prompt, entry.movement) == entry.movement
        elif isinstance(entry, WasAnswered) and entry.answer not in (Outcome.SNOOZE, Outcome.IGNORED):
            ended.add(entry.prompt)


@given(days)
def test_while_a_prompt_is_in_the_air_no_other_is_shown(day: list[Act]) -> None:
    open_id: int | None = None
    for entry in live(day).entries:
        if isinstance(entry, Shown):
            assert open_id in (None, entry.prompt)
            open_id = entry.prompt
        elif isinstance(entry, WasAnswered) and _ends(entry, day):
            open_id = None if entry.prompt == open_id else open_id


def _ends(entry: WasAnswered, day: list[Act]) -> bool:
    """Whether that answer was the prompt's last, but for a done that is seen after it was said."""
    match entry.answer:
        case Outcome.SNOOZE:
            return False
        case Outcome.IGNORED:
            return _over(entry, day)
        case _:
            return True


def _over(entry: WasAnswered, day: list[Act]) -> bool:
    """Whether an ignored prompt was ignored for the last time."""
    ids = [e for e in live(day).entries if isinstance(e, WasAnswered) and e.prompt == entry.prompt]
    return sum(e.answer is Outcome.IGNORED for e in ids) == 3


@given(days)
def test_the_log_says_done_seen_only_after_an_away_stretch(day: list[Act]) -> None:
    without_absence = [act for act in day if act[0] in ("work", "type_on", "answer", "drink", "now", "stand")]
    assert "done seen" not in live(without_absence).answers


@given(days)
def test_replaying_a_day_gives_the_same_log(day: list[Act]) -> None:
    assert live(day).records == live(day).records


@given(days)
def test_deadlines_lie_ahead(day: list[Act]) -> None:
    def check(sim: Sim) -> None:
        deadline = next_deadline(sim.player.state)
        assert deadline is None or deadline.mono_s > sim.player.state.now.mono_s

    live(day, check)


@given(days)
def test_a_state_survives_a_restart_as_it_was(day: list[Act]) -> None:
    sim = live(day)
    state = sim.player.state
    known = rules(sim.policy, CATALOGUE)
    again = resume(encode(state), known, alive=state.now, at=state.now).state
    assert again.totals == state.totals
    assert again.phase == state.phase
    assert again.desk.where == state.desk.where
    assert again.pause == state.pause
    assert again.next_prompt == state.next_prompt


def _event(what: str, at: Instant, idle_s: float | None) -> Event:
    match what:
        case "idle":
            return IdleSampled(at=at, idle_s=idle_s)
        case "lock":
            return Locked(at=at)
        case "unlock":
            return Unlocked(at=at)
        case _:
            return Started(at=at)


events = st.one_of(
    st.builds(
        lambda at, idle: ("idle", at, idle), st.floats(0, 1e5), st.one_of(st.none(), st.floats(0, 1e6))
    ),
    st.builds(
        lambda at, what: (what, at, None), st.floats(0, 1e5), st.sampled_from(["lock", "unlock", "start"])
    ),
)


@settings(max_examples=200)
@given(st.lists(events, max_size=60))
def test_events_in_any_order_and_of_any_age_break_nothing(
    told: list[tuple[str, float, float | None]],
) -> None:
    sim = Sim(policy())
    state = sim.player.state
    on_screen: Prompt | None = None
    for what, at_s, idle_s in told:
        at = Instant(at_s, MONDAY)
        event = _event(what, at, idle_s)
        before = state.now.mono_s
        done = step(state, event)
        state = done.state
        assert state.now.mono_s >= before
        assert state.totals.seated_s <= state.now.mono_s
        for effect in done.effects:
            if isinstance(effect, Show):
                assert on_screen is None or on_screen.id == effect.prompt.id
                on_screen = effect.prompt
            elif isinstance(effect, Withdraw):
                on_screen = None


@given(days)
def test_no_kind_is_told_while_it_is_switched_off(day: list[Act]) -> None:
    sim = Sim(policy(Kind.STRETCH))
    for act in (act for act in day if act[0] != "now"):
        do(sim, act)
    assert all(shown.kinds == (Kind.STRETCH,) for shown in sim.shown)
