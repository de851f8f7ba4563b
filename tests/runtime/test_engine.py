"""The engine: what is written before what is seen, and a day that outlives every adapter's bad hour."""

from __future__ import annotations

import logging
import threading

import pytest

from engine_stage import Stage, full
from sim import CATALOGUE, policy
from sitbreak.core.effects import Sat, WasAway, Water
from sitbreak.core.events import (
    IdleSampled,
    Locked,
    PolicyChanged,
    SignalsTold,
    Sleeping,
    Tick,
    Unlocked,
    Woke,
)
from sitbreak.core.events import Signal as Sign
from sitbreak.core.policy import Kind
from sitbreak.core.state import Away, Showing
from sitbreak.errors import NotifyFailed

HALF_HOUR = 1800.0


@pytest.fixture
def stage() -> Stage:
    return Stage()


def seated(stage: Stage) -> None:
    """Sat down."""
    stage.play(IdleSampled(at=stage.now(), idle_s=0.0))
    stage.told.clear()


def drunk(stage: Stage) -> list[int]:
    return [record.entry.ml for record in stage.written if isinstance(record.entry, Water)]


def test_what_is_shown_was_written_before(stage: Stage) -> None:
    stage.play(("now", ""))
    order = stage.names("commit", "present")
    assert order.index("commit") < order.index("present")
    written = next(records for name, records in stage.told if name == "commit" and records)
    assert written[0].entry.entry == "shown"


def test_what_is_withdrawn_was_written_before(stage: Stage) -> None:
    stage.play(("now", ""))
    stage.told.clear()
    stage.play(("answer", "skip"))
    order = [name for name, value in stage.told if name == "withdraw" or (name == "commit" and value)]
    assert order[-2:] == ["commit", "withdraw"]


def test_what_was_done_is_written_before_it_is_confirmed(stage: Stage) -> None:
    assert [reply["ok"] for reply in stage.play(("water", 250))] == [True]
    order = stage.names("commit", "facts")
    assert order.index("commit") < order.index("facts")
    assert stage.entries() == ["water"]


def test_a_log_that_fails_refuses_the_confirmation_keeps_the_entry_and_writes_it_later(stage: Stage) -> None:
    stage.broken["commit"] = full()
    (reply,) = stage.play(("water", 250))
    assert (reply["ok"], reply["exit"], reply["what"]) == (False, 1, "The log is full.")
    assert reply["remedy"].startswith("Make room.")
    assert "no need to repeat" in reply["remedy"]
    assert "The log is full." in stage.engine.problem
    stage.play(("water", 100))
    assert stage.written == []
    del stage.broken["commit"]
    (reply,) = stage.play(("water", 50))
    assert reply["ok"]
    assert drunk(stage) == [250, 100, 50]
    assert stage.engine.problem == ""


def test_the_heartbeat_alone_writes_what_could_not_be_written() -> None:
    stage = Stage(policy(Kind.MOVEMENT))
    seated(stage)
    stage.broken["commit"] = full()
    stage.now_s += HALF_HOUR
    stage.play(Tick(at=stage.now()), SignalsTold(at=stage.now(), on=frozenset({Sign.CALL})))
    assert stage.written == []
    del stage.broken["commit"]
    stage.play(Tick(at=stage.now()))
    assert stage.entries() == ["held"]
    assert "committed" in stage.names()


def test_a_question_is_answered_while_the_log_fails(stage: Stage) -> None:
    stage.broken["commit"] = full()
    wish, question = stage.play(("water", 250), ("status",))
    assert not wish["ok"]
    assert question["ok"]


def test_what_waits_for_the_log_is_bounded(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sitbreak.runtime.engine.MOST_UNWRITTEN", 20)
    stage.broken["commit"] = full()
    stage.play(*[("water", ml) for ml in range(1, 31)])
    del stage.broken["commit"]
    stage.play(Tick(at=stage.now()))
    assert drunk(stage) == list(range(11, 31))


def test_a_prompt_that_could_not_be_shown_stays_open(stage: Stage, caplog: pytest.LogCaptureFixture) -> None:
    stage.broken["present"] = NotifyFailed("No server.", remedy="Start one.")
    (reply,) = stage.play(("now", ""))
    assert reply["ok"]
    assert isinstance(stage.engine.state.phase, Showing)
    assert "No server." in caplog.text
    assert stage.play(("answer", "done"))[0]["ok"]


@pytest.mark.parametrize("name", ["present", "withdraw", "attend", "arm", "changed", "committed", "facts"])
def test_an_adapter_that_raises_ends_neither_the_engine_nor_the_others_turn(
    stage: Stage, name: str, caplog: pytest.LogCaptureFixture
) -> None:
    stage.broken[name] = RuntimeError("gone mad")
    stage.play(("now", ""), ("answer", "skip"), Tick(at=stage.now()))
    assert {"present", "withdraw", "attend", "arm", "changed", "commit"} <= set(stage.names())
    assert stage.entries() == ["shown", "answered"]
    assert "Traceback" not in caplog.text
    del stage.broken[name]
    assert stage.play(("status",))[0]["ok"]


def test_where_it_went_wrong_is_told_to_who_asked_for_more(
    stage: Stage, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO)
    stage.broken["changed"] = RuntimeError("gone mad")
    stage.play(Tick(at=stage.now()))
    assert "Traceback" in caplog.text


def test_every_request_gets_an_answer_even_when_the_facts_fail(stage: Stage) -> None:
    stage.broken["facts"] = KeyError("title")
    (reply,) = stage.play(("status",))
    assert (reply["ok"], reply["exit"]) == (False, 1)
    assert "KeyError" in reply["what"]
    assert reply["remedy"]


def test_an_engine_whose_first_step_fails_to_be_seen_works_on(stage: Stage) -> None:
    stage.broken |= {"withdraw": RuntimeError("mad"), "changed": RuntimeError("mad")}
    assert stage.play(("status",))[0]["ok"]


def test_a_failed_attend_or_arm_is_tried_again(stage: Stage) -> None:
    stage.broken |= {"attend": RuntimeError("mad"), "arm": RuntimeError("mad")}
    stage.play(IdleSampled(at=stage.now(), idle_s=0.0))
    stage.broken.clear()
    stage.told.clear()
    stage.play(Tick(at=stage.now()))
    assert stage.names("attend", "arm") == ["attend", "arm"]


def test_adapters_are_told_only_what_is_new(stage: Stage) -> None:
    seated(stage)
    stage.play(Tick(at=stage.now()), Tick(at=stage.now()), ("status",))
    assert stage.names("attend", "arm", "commit") == ["commit"]  # the last one, at the end
    stage.told.clear()
    stage.play(PolicyChanged(at=stage.now(), policy=policy(Kind.STRETCH), catalogue=CATALOGUE))
    assert "arm" in stage.names()


def test_a_sleep_that_the_clock_shows_comes_before_what_woke_us(stage: Stage) -> None:
    seated(stage)
    stage.now_s += 600.0
    slept_at = stage.now()
    stage.now_s += 3600.0
    stage.slept_s += 3600.0
    stage.play(IdleSampled(at=stage.now(), idle_s=0.0))
    away = [record.entry for record in stage.written if isinstance(record.entry, WasAway)]
    sits = [record.entry for record in stage.written if isinstance(record.entry, Sat)]
    assert [(sit.seconds, sit.end) for sit in sits] == [(600.0, slept_at.wall)]
    assert [entry.why for entry in away] in ([], ["asleep"])
    assert stage.engine.state.desk.where.since.mono_s >= slept_at.mono_s


def test_an_event_from_before_a_sleep_does_not_move_the_sleep(stage: Stage) -> None:
    """It was posted, the machine slept for an hour, and only then was it taken."""
    seated(stage)
    stage.now_s += 600.0
    before = stage.now()
    stage.now_s += 3600.01
    stage.slept_s += 3600.0
    stage.play(Sleeping(at=before))
    where = stage.engine.state.desk.where
    assert isinstance(where, Away)
    assert where.since.mono_s == pytest.approx(before.mono_s)
    assert where.ignore_until_s == pytest.approx(stage.now_s)
    stage.now_s += 60
    stage.play(IdleSampled(at=stage.now(), idle_s=0.0))
    sits = [record.entry.seconds for record in stage.written if isinstance(record.entry, Sat)]
    assert sits == [600.0]


def test_a_sleep_that_was_told_is_not_found_again(stage: Stage) -> None:
    seated(stage)
    stage.now_s += 4200.0
    stage.slept_s += 3600.0
    stage.play(Woke(at=stage.now(), asleep_s=3600.0), Tick(at=stage.now()))
    sits = [record.entry.seconds for record in stage.written if isinstance(record.entry, Sat)]
    assert sits == [600.0]


def test_a_hiccup_is_no_sleep(stage: Stage) -> None:
    seated(stage)
    stage.slept_s += 0.9
    stage.now_s += 0.9
    stage.play(Tick(at=stage.now()))
    assert not isinstance(stage.engine.state.desk.where, Away)


def test_stop_drains_what_came_before_and_saves(stage: Stage) -> None:
    replies = stage.play(*[("water", n) for n in range(1, 51)])
    assert len(replies) == 50
    assert len(stage.written) == 50
    assert stage.names()[-1] == "commit"


def test_nothing_is_saved_twice_for_nothing(stage: Stage) -> None:
    seated(stage)
    stage.play(*[IdleSampled(at=stage.now(), idle_s=0.0)] * 5)
    assert stage.names("commit") == ["commit"]  # the last one, at the end


def test_a_lock_is_on_disk_at_once(stage: Stage) -> None:
    seated(stage)
    stage.play(Locked(at=stage.now()), Unlocked(at=stage.now()))
    assert len(stage.names("commit")) == 3


def test_it_works_in_a_thread_and_takes_from_many(stage: Stage) -> None:
    engine = threading.Thread(target=stage.engine.run, args=(stage.began,))
    engine.start()

    def post() -> None:
        for _ in range(200):
            stage.inbox.post(Tick(at=stage.now()))

    posters = [threading.Thread(target=post) for _ in range(5)]
    for poster in posters:
        poster.start()
    for poster in posters:
        poster.join()
    stage.inbox.stop()
    engine.join(10)
    assert not engine.is_alive()
    assert stage.names().count("changed") == 1001


def test_a_refused_wish_says_why_and_what_to_do(stage: Stage) -> None:
    for request in (("answer", "done"), ("answer", "done", 9), ("resume",)):
        (reply,) = stage.play(request)
        assert (reply["ok"], reply["exit"]) == (False, 1)
        assert reply["what"]
        assert reply["remedy"]


def test_nonsense_is_wrong_usage(stage: Stage) -> None:
    (reply,) = stage.play(("dance",))
    assert (reply["ok"], reply["exit"]) == (False, 2)
