"""What every notifier with buttons promises, tried on the fake and on real servers alike."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from desk import Desk
from notify_stage import LABELS, ChainStage, DunstStage, FakeStage, ScriptedStage, Stage, XfceStage, a_note
from sitbreak.core.events import Answer, Answered, Closed, NoteClosed, Via
from sitbreak.errors import NotifyFailed
from sitbreak.ports import Ability


def _scripted(folder: Path) -> Iterator[Stage]:
    with Desk(folder, x=False) as desk:
        yield from _until_closed(lambda: ScriptedStage(desk))


def _chain(folder: Path) -> Iterator[Stage]:
    with Desk(folder, x=False) as desk:
        yield from _until_closed(lambda: ChainStage(desk))


def _dunst(folder: Path) -> Iterator[Stage]:
    with Desk(folder) as desk:
        yield from _until_closed(lambda: DunstStage(desk))


def _xfce(folder: Path) -> Iterator[Stage]:
    with Desk(folder) as desk:
        yield from _until_closed(lambda: XfceStage(desk))


def _until_closed(make: Callable[[], Stage]) -> Iterator[Stage]:
    stage = make()
    yield stage
    stage.close()


def _fake(_: Path) -> Iterator[Stage]:
    yield from _until_closed(FakeStage)


@pytest.fixture(
    params=[
        pytest.param(_fake, id="fake"),
        pytest.param(_scripted, id="scripted"),
        pytest.param(_chain, id="chain"),
        pytest.param(_dunst, id="dunst", marks=pytest.mark.desktop),
        pytest.param(_xfce, id="xfce", marks=pytest.mark.desktop),
    ]
)
def stage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Stage]:
    yield from request.param(tmp_path)


def test_it_can_what_it_says(stage: Stage) -> None:
    promised = {Ability.BUTTONS, Ability.REPLACE, Ability.WITHDRAW, Ability.CLOSE_REASONS, Ability.IMAGE}
    assert stage.notifier.abilities == promised


def test_a_note_shown_twice_is_there_once(stage: Stage) -> None:
    stage.notifier.show(a_note(title="First"))
    stage.notifier.show(a_note(title="Second"))
    stage.wait_for_count(1)
    assert stage.inbox.none_left()


def test_another_prompt_takes_the_place_of_the_first(stage: Stage) -> None:
    stage.notifier.show(a_note(1))
    stage.notifier.show(a_note(2))
    stage.wait_for_count(1)
    stage.press(Answer.SKIP)
    assert answered(stage) == (2, Answer.SKIP)


@pytest.mark.parametrize("answer", LABELS)
def test_a_button_answers_and_the_note_is_gone(stage: Stage, answer: Answer) -> None:
    stage.notifier.show(a_note(7))
    stage.wait_for_count(1)
    stage.press(answer)
    assert answered(stage) == (7, answer)
    stage.wait_for_count(0)
    stage.settle()
    assert stage.inbox.none_left()


def test_dismissing_is_no_answer(stage: Stage) -> None:
    stage.notifier.show(a_note(3))
    stage.wait_for_count(1)
    stage.dismiss()
    match stage.inbox.next():
        case NoteClosed(prompt_id=3, how=Closed.DISMISSED):
            pass
        case other:
            pytest.fail(f"{other}")
    stage.wait_for_count(0)


def test_withdrawing_takes_it_away_and_says_nothing(stage: Stage) -> None:
    stage.notifier.show(a_note(3))
    stage.wait_for_count(1)
    stage.notifier.withdraw(3)
    stage.wait_for_count(0)
    stage.settle()
    assert stage.inbox.none_left()


def test_withdrawing_what_is_not_there_does_nothing(stage: Stage) -> None:
    stage.notifier.withdraw(9)
    stage.notifier.show(a_note(3))
    stage.notifier.withdraw(9)
    stage.settle()
    stage.wait_for_count(1)


def test_what_was_withdrawn_can_be_shown_again(stage: Stage) -> None:
    note = a_note(3)
    stage.notifier.show(note)
    stage.notifier.withdraw(3)
    stage.notifier.show(note)
    stage.settle()
    stage.wait_for_count(1)
    stage.press(Answer.DONE)
    assert answered(stage) == (3, Answer.DONE)


def test_closing_withdraws_and_may_be_done_twice(stage: Stage) -> None:
    stage.notifier.show(a_note(3))
    stage.notifier.close()
    stage.wait_for_count(0)
    stage.notifier.close()
    stage.notifier.withdraw(3)
    with pytest.raises(NotifyFailed):
        stage.notifier.show(a_note(4))
    assert stage.inbox.none_left()


def test_a_note_outlives_its_server(stage: Stage) -> None:
    stage.notifier.show(a_note(5))
    stage.wait_for_count(1)
    stage.die()
    stage.revive()
    stage.wait_for_count(1)
    assert stage.inbox.none_left()
    assert stage.late == []
    stage.press(Answer.SNOOZE)
    assert answered(stage) == (5, Answer.SNOOZE)


def test_a_withdrawn_note_does_not_come_back_with_the_server(stage: Stage) -> None:
    stage.notifier.show(a_note(5))
    stage.die()
    stage.notifier.withdraw(5)
    stage.revive()
    stage.settle()
    assert stage.count() == 0


def answered(stage: Stage) -> tuple[int | None, Answer]:
    """The next event, which must be an answer from the notification, dated now."""
    match stage.inbox.next():
        case Answered(via=Via.NOTIFICATION) as event:
            assert 0 <= time.clock_gettime(time.CLOCK_BOOTTIME) - event.at.mono_s < 30
            return event.prompt_id, event.answer
        case other:
            pytest.fail(f"{other}")
