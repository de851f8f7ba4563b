"""Our client against a server that behaves, and misbehaves, as told."""

from __future__ import annotations

import signal
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from desk import Desk, wait_for
from notify_stage import LABELS, ScriptedStage, a_note, a_picture, start_bare_bus
from notifyd import Stranger
from sitbreak.adapters.notify import server as server_module
from sitbreak.adapters.notify.candidate import RoadClosed
from sitbreak.core.events import Answer, Answered, Closed, Event, NoteClosed
from sitbreak.errors import NotifyFailed, Unavailable
from sitbreak.ports import Ability


@pytest.fixture
def stage(bus: Desk) -> Iterator[ScriptedStage]:
    stage = ScriptedStage(bus)
    yield stage
    stage.close()


@pytest.fixture
def early(bus: Desk) -> Iterator[ScriptedStage]:
    """We were here before the server, on a bus that cannot start one."""
    start_bare_bus(bus)
    stage = ScriptedStage(bus, begin=False)
    yield stage
    stage.close()


@pytest.fixture
def stranger(stage: ScriptedStage) -> Iterator[Stranger]:
    stranger = Stranger(stage.address)
    yield stranger
    stranger.close()


def answer_of(event: Event) -> tuple[int | None, Answer]:
    match event:
        case Answered():
            return event.prompt_id, event.answer
        case _:
            pytest.fail(f"{event}")


def timed(work: Callable[[], object]) -> float:
    """How many seconds it took to raise NotifyFailed."""
    begun = time.monotonic()
    with pytest.raises(NotifyFailed):
        work()
    return time.monotonic() - begun


# What goes over the wire


def test_a_note_goes_out_as_the_specification_has_it(stage: ScriptedStage, tmp_path: Path) -> None:
    picture = a_picture(tmp_path)
    stage.client.show(a_note(image=picture))
    (call,) = stage.server.calls
    assert (call.app, call.replaces, call.title) == ("sitbreak", 0, "Stand up and walk")
    assert call.actions == ["done", "Done", "snooze", "Snooze 5 min", "skip", "Skip"]
    assert call.hints == {
        "urgency": 1,
        "desktop-entry": "sitbreak",
        "category": "x-sitbreak.prompt",
        "image-path": picture.as_uri(),
    }
    assert call.expire_ms == 0
    assert "tray" not in call.body


def test_a_gentle_note_is_low_silent_and_may_expire(stage: ScriptedStage) -> None:
    stage.client.show(replace(a_note(), gentle=True))
    (call,) = stage.server.calls
    assert (call.hints["urgency"], call.hints["suppress-sound"], call.expire_ms) == (0, True, -1)


def test_a_picture_that_is_missing_is_left_out(stage: ScriptedStage, tmp_path: Path) -> None:
    stage.client.show(a_note(image=tmp_path / "nowhere.png"))
    assert "image-path" not in stage.server.calls[0].hints


def test_markup_is_escaped_for_servers_that_read_it(stage: ScriptedStage) -> None:
    stage.client.show(replace(a_note(title="a < b"), body="<b>salt & 'pepper'</b>"))
    (call,) = stage.server.calls
    assert (call.title, call.body) == ("a < b", "&lt;b&gt;salt &amp; 'pepper'&lt;/b&gt;")


def test_markup_is_left_alone_where_it_is_only_text(early: ScriptedStage) -> None:
    early.server.capabilities = ("actions", "body")
    early.server.start()
    early.client.show(replace(a_note(), body="salt & <pepper>"))
    assert early.server.calls[0].body == "salt & <pepper>"


def test_text_that_would_break_a_message_is_cleaned(stage: ScriptedStage) -> None:
    note = replace(a_note(title="a\0b\x1b[31m"), body="c\ud800d\te\n\x07f", buttons=((Answer.DONE, "D\0"),))
    stage.client.show(note)
    (call,) = stage.server.calls
    assert (call.title, call.body, call.actions) == ("ab[31m", "cd e\nf", ["done", "D"])


def test_without_actions_the_text_says_how_to_answer(early: ScriptedStage) -> None:
    early.server.capabilities = ("body", "body-markup")
    early.server.start()
    early.client.show(a_note())
    (call,) = early.server.calls
    assert call.actions == []
    assert call.body.endswith("\nAnswer from the tray, or with `sitbreak done`.")
    assert early.client.abilities == {Ability.REPLACE, Ability.WITHDRAW, Ability.CLOSE_REASONS}


def test_capabilities_are_read_anew_from_each_server(stage: ScriptedStage) -> None:
    assert Ability.BUTTONS in stage.client.abilities
    stage.server.stop()
    stage.wait_until_lost()
    stage.server.capabilities = ("body",)
    stage.server.start()
    stage.wait_until_known()
    assert Ability.BUTTONS not in stage.client.abilities


# Who may answer, and for what


@pytest.mark.parametrize(
    ("reason", "how"),
    [
        (1, Closed.EXPIRED),
        (2, Closed.DISMISSED),
        (3, Closed.WITHDRAWN),
        (4, Closed.UNDEFINED),
        (99, Closed.UNDEFINED),
    ],
)
def test_every_close_reason_is_told(stage: ScriptedStage, reason: int, how: Closed) -> None:
    stage.client.show(a_note(6))
    stage.server.drop(stage.server_id, reason)
    event = stage.inbox.next()
    assert isinstance(event, NoteClosed)
    assert (event.prompt_id, event.how) == (6, how)


def test_a_note_that_was_closed_does_not_come_back(stage: ScriptedStage) -> None:
    stage.client.show(a_note())
    stage.server.drop(stage.server_id, 1)
    stage.inbox.next()
    stage.server.stop()
    stage.wait_until_lost()
    stage.server.start()
    stage.wait_until_known()
    assert len(stage.server.calls) == 1


@pytest.mark.parametrize("key", ["default", "", "Done", "DONE", "done ", "inline-reply", "💥"])
def test_unknown_keys_answer_nothing(stage: ScriptedStage, key: str) -> None:
    stage.client.show(a_note())
    stage.server.invoke(stage.server_id, key)
    stage.settle()
    assert stage.inbox.none_left()
    assert stage.count() == 1


def test_only_the_buttons_that_were_offered_answer(stage: ScriptedStage) -> None:
    stage.client.show(replace(a_note(), buttons=((Answer.DONE, "Done"),)))
    stage.server.invoke(stage.server_id, "snooze")
    stage.settle()
    assert stage.inbox.none_left()


@pytest.mark.parametrize("server_id", [0, 1, 2**31, 2**32 - 1])
def test_absurd_ids_are_ignored(stage: ScriptedStage, server_id: int) -> None:
    stage.client.show(a_note())
    stage.server.invoke(server_id, "done")
    stage.server.drop(server_id, 2)
    stage.settle()
    assert stage.inbox.none_left()


def test_signals_of_the_wrong_shape_are_ignored(stage: ScriptedStage) -> None:
    stage.client.show(a_note())
    stage.server.signal("ActionInvoked", "ss", [str(stage.server_id), "done"])
    stage.server.signal("ActionInvoked", "u", [stage.server_id])
    stage.server.signal("NotificationClosed", "", [])
    stage.server.signal("ActivationToken", "us", [stage.server_id, "done"])
    stage.settle()
    assert stage.inbox.none_left()


def test_nobody_else_may_answer(stage: ScriptedStage, stranger: Stranger) -> None:
    stage.client.show(a_note())
    for target in [None, *stranger.others()]:
        stranger.signal("ActionInvoked", "us", [stage.server_id, "done"], to=target)
        stranger.signal("NotificationClosed", "uu", [stage.server_id, 2], to=target)
    stage.settle()
    assert stage.inbox.none_left()
    stage.press(Answer.DONE)
    assert answer_of(stage.inbox.next()) == (1, Answer.DONE)


def test_a_double_click_answers_once(stage: ScriptedStage) -> None:
    stage.client.show(a_note())
    server_id = stage.server_id
    stage.server.invoke(server_id, "done")
    stage.server.invoke(server_id, "skip")
    stage.settle()
    assert answer_of(stage.inbox.next()) == (1, Answer.DONE)
    assert stage.inbox.none_left()


def test_answers_to_notes_that_are_gone_are_ignored(stage: ScriptedStage) -> None:
    stage.server.new_ids = True
    stage.client.show(a_note(1))
    first = stage.server_id
    stage.client.show(a_note(2))
    second = stage.server_id
    assert first != second
    stage.server.invoke(first, "done")
    stage.client.withdraw(2)
    stage.server.invoke(second, "done")
    stage.settle()
    assert stage.inbox.none_left()


def test_an_answer_right_behind_the_placing_counts(stage: ScriptedStage) -> None:
    stage.server.at_once = [("ActionInvoked", "us", [101, "done"]), ("NotificationClosed", "uu", [101, 2])]
    stage.client.show(a_note(4))
    stage.settle()
    assert answer_of(stage.inbox.next()) == (4, Answer.DONE)
    assert stage.inbox.none_left()


# Servers that are late, silent, gone, or odd


def test_without_a_server_showing_fails_at_once_and_says_so(early: ScriptedStage) -> None:
    with pytest.raises(Unavailable):
        early.client.check()
    assert timed(lambda: early.client.show(a_note())) < 2
    assert early.client.abilities == frozenset()


def test_a_server_that_comes_late_shows_what_waits(early: ScriptedStage) -> None:
    assert timed(lambda: early.client.show(a_note(8))) < 2
    early.server.start()
    early.wait_for_count(1)
    wait_for(lambda: early.late == [8])
    early.press(Answer.DONE)
    assert answer_of(early.inbox.next()) == (8, Answer.DONE)


def test_what_was_withdrawn_meanwhile_is_not_shown(early: ScriptedStage) -> None:
    timed(lambda: early.client.show(a_note(8)))
    early.client.withdraw(8)
    early.server.start()
    early.wait_until_known()
    early.settle()
    assert early.server.calls == []


def test_only_the_latest_waits(early: ScriptedStage) -> None:
    timed(lambda: early.client.show(a_note(8)))
    timed(lambda: early.client.show(a_note(9)))
    early.server.start()
    early.wait_for_count(1)
    wait_for(lambda: early.late == [9])


def test_a_silent_server_costs_two_seconds_and_is_forgiven(stage: ScriptedStage) -> None:
    stage.server.hangs = True
    assert timed(lambda: stage.client.show(a_note(8))) < 2
    stage.server.wake()
    wait_for(lambda: stage.late == [8])
    stage.press(Answer.SKIP)
    assert answer_of(stage.inbox.next()) == (8, Answer.SKIP)


def test_a_server_silent_from_the_start_is_forgiven_too(early: ScriptedStage) -> None:
    early.server.hangs = True
    early.server.start()
    with pytest.raises(RoadClosed):
        early.client.check()
    assert timed(lambda: early.client.show(a_note(8))) < 2
    early.server.wake()
    wait_for(lambda: early.late == [8])


def test_what_a_silent_server_shows_after_the_withdrawal_is_taken_away(stage: ScriptedStage) -> None:
    stage.server.hangs = True
    timed(lambda: stage.client.show(a_note(8)))
    stage.client.withdraw(8)
    stage.server.wake()
    wait_for(lambda: "CloseNotification" in stage.server.asked)
    stage.settle()
    assert (stage.count(), stage.late) == (0, [])


def test_a_silent_server_ends_up_with_the_latest_note(
    stage: ScriptedStage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_module, "PATIENCE_S", 0.2)
    stage.server.hangs = True
    for prompt_id in (8, 9):
        timed(lambda prompt_id=prompt_id: stage.client.show(a_note(prompt_id)))  # type: ignore[misc]
    stage.server.wake()
    wait_for(lambda: stage.late == [9])
    stage.settle()
    assert stage.count() == 1
    stage.press(Answer.DONE)
    assert answer_of(stage.inbox.next()) == (9, Answer.DONE)


def test_a_server_that_dies_while_silent_leaves_the_note_to_the_next(stage: ScriptedStage) -> None:
    stage.server.hangs = True
    timed(lambda: stage.client.show(a_note(8)))
    stage.server.stop()
    stage.server.hangs = False
    stage.server.start()
    stage.wait_for_count(1)
    wait_for(lambda: stage.late == [8])


def test_a_refusal_is_told_in_the_servers_words(stage: ScriptedStage) -> None:
    stage.server.refuses = True
    with pytest.raises(RoadClosed, match="too many"):
        stage.client.show(a_note())


def test_an_answer_that_makes_no_sense_is_a_failure(stage: ScriptedStage) -> None:
    stage.server.odd = True
    with pytest.raises(RoadClosed):
        stage.client.show(a_note())


# The bus itself


def test_a_bus_that_dies_and_returns_shows_the_note_again(stage: ScriptedStage) -> None:
    stage.client.show(a_note(5))
    stage.desk.kill("bus")
    stage.wait_until_lost()
    stage.server.stop()
    stage.desk.start_bus()
    stage.server.start()
    stage.wait_for_count(1)
    assert stage.inbox.none_left()
    stage.press(Answer.DONE)
    assert answer_of(stage.inbox.next()) == (5, Answer.DONE)


def test_a_bus_that_returns_is_used_at_the_next_showing(stage: ScriptedStage) -> None:
    stage.desk.kill("bus")
    stage.wait_until_lost()
    stage.server.stop()
    stage.desk.start_bus()
    stage.server.start()
    stage.client.show(a_note())
    assert stage.count() == 1


def test_without_a_bus_showing_fails_at_once_and_a_late_bus_is_used(early: ScriptedStage) -> None:
    early.desk.kill("bus")
    with pytest.raises(NotifyFailed, match="bus") as caught:
        early.client.show(a_note(8))
    assert not isinstance(caught.value, RoadClosed)
    early.desk.start_bus()
    early.server.start()
    early.wait_for_count(1)
    wait_for(lambda: early.late == [8])


@pytest.mark.parametrize("connected", [True, False])
def test_a_bus_that_stands_still_costs_two_seconds_and_is_forgiven(
    early: ScriptedStage, connected: bool
) -> None:
    early.server.start()
    if connected:
        early.client.check()
    early.desk._pieces["bus"].send_signal(signal.SIGSTOP)
    assert timed(lambda: early.client.show(a_note(8))) < 2
    begun = time.monotonic()
    early.client.withdraw(7)
    assert time.monotonic() - begun < 1
    early.desk._pieces["bus"].send_signal(signal.SIGCONT)
    wait_for(lambda: early.late == [8])
    assert early.count() == 1


def test_nothing_wakes_it_while_a_note_is_open_or_none_is(stage: ScriptedStage) -> None:
    status = Path(f"/proc/self/task/{stage.io._thread.native_id}/status")

    def wakes() -> int:
        lines = status.read_text().splitlines()
        return sum(int(line.split()[1]) for line in lines if "voluntary_ctxt_switches" in line)

    for _ in range(2):
        stage.settle()
        time.sleep(0.2)
        before = wakes()
        time.sleep(1.5)
        assert wakes() == before
        stage.client.show(a_note())


def test_labels_are_the_buttons(stage: ScriptedStage) -> None:
    stage.client.show(a_note())
    assert stage.server.calls[0].actions[1::2] == list(LABELS.values())
