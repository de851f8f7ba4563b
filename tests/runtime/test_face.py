"""The tray's face: equal while nothing a person would notice happened, and right in every state."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest

from sim import CATALOGUE, MIN, MONDAY, Sim, policy
from sitbreak.core import asking, prompting, view
from sitbreak.core.events import Signal, Via
from sitbreak.core.policy import Kind
from sitbreak.core.rules import rules
from sitbreak.core.step import begin
from sitbreak.core.view import Due
from sitbreak.ports import RING_STEPS, Look, MenuItem, TrayFace
from sitbreak.runtime.face import Shown, face_of
from sitbreak.runtime.requests import event_of
from sitbreak.store.reports import Day

LONG = "Stop at once when a pain shoots into an arm or a leg, and " + "go and see a doctor about it " * 6
TITLES = {movement.id: movement.title for movement in CATALOGUE}


def face(sim: Sim, *, today: Day | None = None, safety: tuple[str, ...] = (LONG,)) -> TrayFace:
    state = sim.player.state
    prompt = prompting.current(state)
    last = state.rotation.asked[-1].movement if state.rotation.asked else None
    shown = Shown(
        policy=sim.policy,
        title="" if prompt is None else TITLES[prompt.movement],
        snooze_s=None if prompt is None else asking.snooze_s(state, prompt),
        today=today or Day(day="2026-03-02"),
        safety=safety,
        last=None if last is None else (last, TITLES[last]),
    )
    return face_of(view.status(state, sim.at), shown)


def submenu(shown: TrayFace, label: str) -> tuple[MenuItem, ...]:
    return next(item.children for item in shown.menu if item.label == label)


def items(menu: tuple[MenuItem, ...]) -> Iterator[MenuItem]:
    for item in menu:
        yield item
        yield from items(item.children)


def labels(shown: TrayFace) -> list[str]:
    return [item.label for item in items(shown.menu)]


def label_of(shown: TrayFace, *request: object) -> str | None:
    return next((item.label for item in items(shown.menu) if item.request == request), None)


@pytest.fixture
def sim() -> Sim:
    return Sim(policy(Kind.MOVEMENT))


def test_minutes_within_a_step_of_the_ring_change_nothing(sim: Sim) -> None:
    sim.work(seconds=1)
    faces = []
    for _ in range(29 * 60 // 5):
        sim.work(seconds=5)
        faces.append(face(sim))
    changes = sum(one != two for one, two in pairwise(faces))
    assert changes == 11
    assert [one.step for one in faces] == sorted(one.step for one in faces)
    assert faces[-1].step == RING_STEPS - 1


def test_the_ring_is_full_when_the_prompt_is_due(sim: Sim) -> None:
    sim.work(minutes=30)
    assert face(sim).step == RING_STEPS


def test_the_clock_ticks_on_under_a_hold_without_a_new_face(sim: Sim) -> None:
    sim.work(minutes=29)
    sim.signal(Signal.CALL, on=True)
    sim.work(minutes=2)
    first = face(sim)
    assert "Due: movement" in first.tooltip
    assert "Held: you are in a call" in first.tooltip
    faces = set()
    for _ in range(8):
        sim.wait(seconds=10)
        faces.add(face(sim).tooltip.splitlines()[1])
    assert faces == {"Due: movement"}


@pytest.mark.parametrize(
    ("happen", "look", "tooltip"),
    [
        (lambda sim: sim.work(seconds=30), Look.SEATED, "Sitting since 09:00"),
        (lambda sim: sim.work(minutes=6), Look.SEATED, "Sitting for 5 min, since 09:00"),
        (lambda sim: (sim.work(minutes=5), sim.leave(minutes=5)), Look.AWAY, "Away since 09:05"),
        (lambda sim: (sim.work(minutes=5), sim.stand()), Look.STANDING, "Standing since 09:05"),
        (lambda sim: (sim.work(minutes=5), sim.pause(minutes=30)), Look.PAUSED, "Held: you paused prompts"),
        (lambda sim: (sim.work(minutes=5), sim.now()), Look.DUE, "Now: "),
        (lambda sim: (sim.work(minutes=5), sim.now(), sim.snooze()), Look.SEATED, ": again at 09:10"),
    ],
)
def test_each_state_looks_and_reads_like_itself(sim: Sim, happen: object, look: Look, tooltip: str) -> None:
    assert callable(happen)
    happen(sim)
    shown = face(sim)
    assert shown.look is look
    assert tooltip in shown.tooltip


def test_where_nothing_tells_the_face_says_so(sim: Sim) -> None:
    status = view.status(begin(rules(sim.policy, CATALOGUE), sim.at), sim.at)
    shown = Shown(policy=sim.policy, title="", snooze_s=None, today=Day(day="2026-03-02"), safety=())
    unknown = face_of(status, shown)
    assert unknown.look is Look.UNKNOWN
    assert unknown.tooltip == "Nothing here can tell whether you are at the machine"


def test_the_menu_answers_an_open_prompt(sim: Sim) -> None:
    sim.work(minutes=5)
    assert label_of(face(sim), "answer", "done", 1) is None
    sim.now()
    opened = face(sim)
    assert [item.label for item in opened.menu[:5]] == [
        sim.shown[0].movement,
        "Done",
        "Snooze 5 min",
        "Skip",
        "This hurt",
    ]
    assert label_of(opened, "answer", "snooze", 1) == "Snooze 5 min"
    sim.snooze()
    resting = face(sim)
    assert label_of(resting, "answer", "snooze", 1) is None
    assert label_of(resting, "answer", "done", 1) == "Done"


def test_what_was_asked_last_can_be_said_to_hurt_when_it_is_over(sim: Sim) -> None:
    sim.work(minutes=5)
    safety = submenu(face(sim), "About and safety")
    assert not [item for item in safety if item.request and item.request[0] == "judge"]
    sim.now()
    sim.done()
    movement = sim.shown[0].movement
    assert submenu(face(sim), "About and safety")[0] == MenuItem(
        f"“{movement}” hurt", ("judge", "hurt", movement)
    )


def test_snooze_is_absent_at_the_limit(sim: Sim) -> None:
    sim.work(minutes=5)
    sim.now()
    for _ in range(3):
        sim.snooze()
        sim.now()
    assert label_of(face(sim), "answer", "snooze", 1) is None
    assert label_of(face(sim), "answer", "skip", 1) == "Skip"


def test_the_menu_offers_what_can_be_done_next(sim: Sim) -> None:
    sim.work(minutes=1)
    seated = face(sim)
    assert label_of(seated, "posture", "standing") == "I'm standing"
    assert label_of(seated, "water", 250) == "Log water: 250 ml"
    assert label_of(seated, "resume") is None
    assert [item.label for item in items(seated.menu) if item.default] == ["Take a break now"]
    sim.stand()
    sim.pause(minutes=30)
    paused = face(sim)
    assert label_of(paused, "posture", "sitting") == "I'm sitting again"
    assert label_of(paused, "resume") == "Resume"
    assert "Paused until 09:31" in labels(paused)
    sim.pause()
    assert "Paused" in labels(face(sim))
    assert labels(face(sim))[-1] == "Quit"


def test_every_request_of_every_menu_is_understood(sim: Sim) -> None:
    sim.work(minutes=5)
    sim.now()
    sim.pause(minutes=5)
    wishes = [item.request for item in items(face(sim).menu) if item.request not in (None, ("quit",))]
    assert len(wishes) >= 6
    for wish in wishes:
        assert wish is not None
        event_of(wish, sim.at, Via.TRAY, sim.policy)


def test_long_lines_are_wrapped_and_nothing_is_lost(sim: Sim) -> None:
    address = "https://" + "x" * 90
    about = next(item for item in face(sim, safety=(LONG, address)).menu if "safety" in item.label)
    rows = [item.label for item in about.children]
    assert " ".join(" ".join(rows[:-1]).split()) == " ".join(LONG.split())
    assert all(len(row) <= 84 for row in rows[:-1])
    assert [row.startswith("   ") for row in rows[:-1]] == [False] + [True] * (len(rows) - 2)
    assert rows[-1] == address


def test_today_counts_what_is_in_progress_only_from_midnight_on(sim: Sim) -> None:
    late = Sim(sim.policy, start=MONDAY + timedelta(hours=14.5))
    late.work(minutes=25)
    late.skip()
    late.work(minutes=20)
    lines = [text for text in labels(face(late, today=Day(day="2026-03-03"))) if text.startswith("Sat for")]
    assert lines == ["Sat for 15 min, longest 15 min"]


def test_a_due_time_on_a_minutes_edge_is_read_from_the_status(sim: Sim) -> None:
    sim.work(minutes=5)
    status = view.status(sim.player.state, sim.at)
    shown = Shown(policy=sim.policy, title="", snooze_s=None, today=Day(day="2026-03-02"), safety=())
    next_ = replace(status, due=(Due(Kind.MOVEMENT, 25 * MIN),))
    assert "Next: movement at 09:30" in face_of(next_, shown).tooltip
    still = replace(status, due=(Due(Kind.MOVEMENT, None),))
    assert "Next" not in face_of(still, shown).tooltip
