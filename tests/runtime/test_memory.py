"""What a start takes over: the same boot by the monotonic clock, another one by the wall clock."""

from __future__ import annotations

import json
import os
import stat
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from sim import CATALOGUE, MONDAY, policy
from sitbreak.core.clock import Instant
from sitbreak.core.codec import encode
from sitbreak.core.effects import Record, Sat, Show, WasAnswered, WasAway, Withdraw
from sitbreak.core.events import IdleSampled, PromptAsked, Started
from sitbreak.core.opinions import Opinion, Taste
from sitbreak.core.policy import Kind
from sitbreak.core.rotation import NOTHING_ASKED, Asked, Rotation
from sitbreak.core.rules import Rules, rules
from sitbreak.core.state import Quiet, Seated, Showing, State, Unknown
from sitbreak.core.step import begin, step
from sitbreak.core.view import status
from sitbreak.runtime.memory import Start, keep_opinions, load_opinions, note_alive, start, with_log

KNOWN = rules(policy(Kind.MOVEMENT), CATALOGUE)
BOOT = "4f0c"


class Clock:
    """Stands where a test puts it."""

    def __init__(self, mono_s: float, wall: datetime = MONDAY) -> None:
        self.mono_s, self.wall = mono_s, wall

    def now(self) -> Instant:
        return Instant(self.mono_s, self.wall)

    def asleep_s(self) -> float:
        return 0.0

    def go(self, seconds: float, *, mono: bool = True, wall: bool = True) -> None:
        """Let time pass, on both clocks or on one."""
        self.mono_s += seconds if mono else 0.0
        self.wall += timedelta(seconds=seconds if wall else 0.0)


@pytest.fixture
def alive(tmp_path: Path) -> Path:
    return tmp_path / "alive"


def sat_down(clock: Clock, known: Rules = KNOWN) -> State:
    state = begin(known, clock.now())
    return step(state, IdleSampled(at=clock.now(), idle_s=0.0)).state


def saved(state: State, boot: str = BOOT, offset_s: float = 0.0) -> dict[str, Any]:
    plain: dict[str, Any] = json.loads(
        json.dumps({"boot": boot, "offset_s": offset_s, "state": encode(state)})
    )
    return plain


def sitting_s(began: Start) -> float:
    return status(began.step.state, began.clock.now()).sitting_s


def entries(began: Start) -> list[str]:
    return [effect.entry.entry for effect in began.step.effects if isinstance(effect, Record)]


def test_the_first_start_begins_anew(alive: Path) -> None:
    clock = Clock(500.0)
    began = start(None, KNOWN, clock, BOOT, alive)
    assert began.step.state.desk.where == Unknown(clock.now())
    assert began.frame == {"boot": BOOT, "offset_s": 0.0}
    assert began.clock.now() == clock.now()


def test_within_away_after_the_sit_goes_on(alive: Path) -> None:
    clock = Clock(500.0)
    state = sat_down(clock)
    clock.go(600)
    note_alive(alive, clock.now())
    clock.go(170)
    began = start(saved(state), KNOWN, clock, BOOT, alive)
    assert entries(began) == []
    assert sitting_s(began) == pytest.approx(770)


def test_a_longer_gap_was_spent_away_since_it_was_last_alive(alive: Path) -> None:
    clock = Clock(500.0)
    state = sat_down(clock)
    clock.go(600)
    note_alive(alive, clock.now())
    clock.go(400)
    began = start(saved(state), KNOWN, clock, BOOT, alive)
    (sat,) = [e.entry for e in began.step.effects if isinstance(e, Record) and isinstance(e.entry, Sat)]
    assert sat.seconds == pytest.approx(600)
    assert sat.end == MONDAY + timedelta(seconds=600)


def test_without_word_of_being_alive_the_saved_moment_counts(alive: Path) -> None:
    clock = Clock(500.0)
    state = sat_down(clock)
    clock.go(60)
    state = step(state, IdleSampled(at=clock.now(), idle_s=0.0)).state
    clock.go(400)
    began = start(saved(state), KNOWN, clock, BOOT, alive)
    (sat,) = [e.entry for e in began.step.effects if isinstance(e, Record) and isinstance(e.entry, Sat)]
    assert sat.seconds == pytest.approx(60)


def test_an_older_word_of_being_alive_is_no_older_than_the_state(alive: Path) -> None:
    clock = Clock(500.0)
    note_alive(alive, clock.now())
    clock.go(3600)
    state = sat_down(clock)
    clock.go(100)
    began = start(saved(state), KNOWN, clock, BOOT, alive)
    assert sitting_s(began) == pytest.approx(100)


def test_a_word_of_being_alive_from_times_to_come_tells_nothing(alive: Path) -> None:
    clock = Clock(500.0)
    state = sat_down(clock)
    alive.touch()
    os.utime(alive, (2e9, 2e9))
    clock.go(1000)
    assert "sat" not in entries(start(saved(state), KNOWN, clock, BOOT, alive))
    assert sitting_s(start(saved(state), KNOWN, clock, BOOT, alive)) == 0.0


@pytest.mark.parametrize("set_by_s", [-7200.0, 7200.0, 86400.0])
def test_a_wall_clock_that_was_set_within_a_boot_changes_nothing(alive: Path, set_by_s: float) -> None:
    clock = Clock(500.0)
    state = sat_down(clock)
    clock.go(600)
    note_alive(alive, clock.now())
    clock.go(set_by_s, mono=False)
    clock.go(100)
    began = start(saved(state), KNOWN, clock, BOOT, alive)
    assert sitting_s(began) == pytest.approx(700)
    clock.go(400)
    late = start(saved(state), KNOWN, clock, BOOT, alive)
    (sat,) = [e.entry for e in late.step.effects if isinstance(e, Record) and isinstance(e.entry, Sat)]
    assert sat.seconds == pytest.approx(600)


def test_after_another_boot_the_wall_clock_decides(alive: Path) -> None:
    clock = Clock(50_000.0)
    state = sat_down(clock)
    clock.go(600)
    note_alive(alive, clock.now())
    for away_s, goes_on in ((120, True), (7200, False)):
        later = Clock(20.0, clock.wall + timedelta(seconds=away_s))
        began = start(saved(state), KNOWN, later, "another", alive)
        assert began.frame["boot"] == "another"
        assert began.clock.now().mono_s == pytest.approx(clock.mono_s + away_s)
        assert (entries(began) == []) is goes_on
        assert sitting_s(began) == (pytest.approx(600 + away_s) if goes_on else 0.0)


def test_an_unknown_boot_is_another_one(alive: Path) -> None:
    clock = Clock(50_000.0)
    state = sat_down(clock)
    began = start(saved(state, boot=""), KNOWN, Clock(20.0, MONDAY + timedelta(hours=2)), "", alive)
    assert began.clock.now().mono_s == pytest.approx(57_200.0)


def test_after_another_boot_a_clock_that_ran_backwards_counts_as_no_time(alive: Path) -> None:
    clock = Clock(50_000.0)
    state = sat_down(clock)
    began = start(saved(state), KNOWN, Clock(20.0, MONDAY - timedelta(days=1)), "another", alive)
    assert began.clock.now().mono_s == pytest.approx(50_000.0)
    assert sitting_s(began) == 0.0


def test_two_boots_in_a_row_keep_one_line_of_time(alive: Path) -> None:
    clock = Clock(50_000.0)
    second = start(
        saved(sat_down(clock)), KNOWN, Clock(20.0, MONDAY + timedelta(seconds=60)), "second", alive
    )
    frame = {**second.frame, "state": json.loads(json.dumps(encode(second.step.state)))}
    third = start(frame, KNOWN, Clock(10.0, MONDAY + timedelta(seconds=120)), "third", alive)
    assert third.clock.now().mono_s == pytest.approx(50_120.0)
    again = start(frame, KNOWN, Clock(80.0, MONDAY + timedelta(seconds=120)), "second", alive)
    assert again.clock.now().mono_s == pytest.approx(50_120.0)
    assert sitting_s(again) == pytest.approx(120)


def spoiled(**changes: Any) -> dict[str, Any]:
    return saved(sat_down(Clock(500.0))) | changes


def with_state(**changes: Any) -> dict[str, Any]:
    whole = spoiled()
    whole["state"] |= changes
    return whole


NEST: list[Any] = []
for _ in range(3000):
    NEST = [NEST]


@pytest.mark.parametrize(
    "plain",
    [
        {},
        {"state": None},
        {"state": 3, "boot": BOOT, "offset_s": 0.0},
        {"state": {"is_a": "State"}, "boot": BOOT, "offset_s": 0.0},
        spoiled(offset_s="much"),
        spoiled(offset_s=None),
        spoiled(offset_s=float("nan")),
        spoiled(offset_s=float("inf"), boot=BOOT),
        spoiled(state=NEST),
        with_state(now=["x", "y"]),
        with_state(now=[1e300, "2026-03-02T09:00:00+00:00"]),
        with_state(now=[5.0, "2026-03-02T09:00:00"]),
        with_state(totals={"is_a": "Totals", "zeros": [0.0]}),
        with_state(totals={"is_a": "Totals", "zeros": []}),
        with_state(next_prompt="one"),
        with_state(pause={"is_a": "Pause", "since_s": 0.0, "until_s": 1e300}),
        with_state(phase={"is_a": "Dancing"}),
        with_state(rotation=[1, 2]),
        with_state(opinions=[{"is_a": "Opinion", "movement": "stroll", "taste": "delicious"}]),
    ],
)
def test_a_spoiled_state_begins_anew(alive: Path, plain: dict[str, Any]) -> None:
    clock = Clock(800.0)
    began = start(plain, KNOWN, clock, BOOT, alive)
    assert began.step.state.desk.where == Unknown(clock.now())
    assert began.step.state.phase == Quiet()
    assert began.frame["offset_s"] == 0.0


def showing(clock: Clock) -> State:
    state = step(sat_down(clock), PromptAsked(at=clock.now(), kind=None)).state
    assert isinstance(state.phase, Showing)
    return state


def test_an_open_prompt_is_shown_again(alive: Path) -> None:
    clock = Clock(500.0)
    state = showing(clock)
    clock.go(30)
    began = start(saved(state), KNOWN, clock, BOOT, alive)
    assert [effect.prompt.id for effect in began.step.effects if isinstance(effect, Show)] == [1]


def test_an_open_prompt_that_the_rules_no_longer_make_is_withdrawn(alive: Path) -> None:
    clock = Clock(500.0)
    state = showing(clock)
    assert isinstance(state.phase, Showing)
    gone = state.phase.prompt.movement
    without = rules(policy(Kind.MOVEMENT), tuple(m for m in CATALOGUE if m.id != gone))
    off = rules(policy(Kind.STRETCH), CATALOGUE)
    for known in (without, off):
        began = start(saved(state), known, clock, BOOT, alive)
        assert began.step.state.phase == Quiet()
        assert not any(isinstance(effect, Show) for effect in began.step.effects)
        assert Withdraw(prompt_id=1) in began.step.effects
        answers = [e.entry for e in began.step.effects if isinstance(e, Record)]
        assert [entry.answer for entry in answers if isinstance(entry, WasAnswered)] == ["withdrawn"]


def test_prompt_numbers_are_never_used_again(alive: Path) -> None:
    began = start(None, KNOWN, Clock(500.0), BOOT, alive)
    assert with_log(began, 7, NOTHING_ASKED).step.state.next_prompt == 8
    ahead = replace(began, step=replace(began.step, state=replace(began.step.state, next_prompt=12)))
    assert with_log(ahead, 7, NOTHING_ASKED) == ahead


def test_what_the_log_says_was_asked_counts_where_no_state_knows_better(alive: Path) -> None:
    began = start(None, KNOWN, Clock(500.0), BOOT, alive)
    logged = Rotation(asked=(Asked("squat", 3), Asked("stroll", 4)))
    told = with_log(began, 4, logged).step.state
    assert told.rotation == logged
    asked = step(told, PromptAsked(at=told.now, kind=Kind.MOVEMENT)).state.rotation.asked
    assert asked[-1] == Asked("fetch-water", 5)
    knows = replace(
        began, step=replace(began.step, state=replace(told, rotation=Rotation(asked=(Asked("x", 1),))))
    )
    assert with_log(knows, 4, logged).step.state.rotation.asked == (Asked("x", 1),)


def test_what_hurt_outlives_a_lost_log(tmp_path: Path, alive: Path) -> None:
    file = tmp_path / "opinions.json"
    assert load_opinions(file) == ()
    opinions = (Opinion("stroll", Taste.HURT), Opinion("squat", Taste.LIKED))
    keep_opinions(file, opinions)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    began = start(None, KNOWN, Clock(500.0), BOOT, alive, load_opinions(file))
    assert began.step.state.opinions == opinions
    assert "stroll" not in {movement.id for movement in began.step.state.rules.movements}


@pytest.mark.parametrize("text", ["", "{}", "[1]", '[{"is_a": "Opinion"}]', "[" * 100_000, "\x00"])
def test_opinions_that_cannot_be_read_are_none(tmp_path: Path, text: str) -> None:
    (tmp_path / "opinions.json").write_text(text)
    assert load_opinions(tmp_path / "opinions.json") == ()


def test_away_and_gone_stays_away(alive: Path) -> None:
    clock = Clock(500.0)
    state = sat_down(clock)
    clock.go(300)
    state = step(state, IdleSampled(at=clock.now(), idle_s=200.0)).state
    clock.go(4000)
    began = start(saved(state), KNOWN, clock, BOOT, alive)
    assert not isinstance(began.step.state.desk.where, Seated)
    stirred = step(began.step.state, IdleSampled(at=began.clock.now().plus(5), idle_s=0.0))
    back = step(stirred.state, IdleSampled(at=began.clock.now().plus(8), idle_s=0.0))
    aways = [e.entry for e in back.effects if isinstance(e, Record) and isinstance(e.entry, WasAway)]
    assert [away.seconds for away in aways] == [pytest.approx(4205)]


def test_a_word_of_being_alive_is_private_and_survives_a_lost_folder(tmp_path: Path) -> None:
    alive = tmp_path / "state" / "alive"
    at = Instant(1234.5, MONDAY)
    note_alive(alive, at)
    alive.parent.mkdir()
    note_alive(alive, at)
    assert alive.stat().st_mtime == 1234.5
    assert alive.stat().st_mode & 0o777 == 0o600
    assert alive.stat().st_size == 0


def test_started_twice_shows_once_each(alive: Path) -> None:
    clock = Clock(500.0)
    state = showing(clock)
    again = step(step(state, Started(at=clock.now())).state, Started(at=clock.now()))
    assert len([effect for effect in again.effects if isinstance(effect, Show)]) == 1
