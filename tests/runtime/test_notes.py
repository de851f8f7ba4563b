"""A prompt in words: what to do, how to stay safe, how to answer."""

from __future__ import annotations

from dataclasses import replace

import pytest

from sim import CATALOGUE
from sitbreak.core.catalogue import Movement
from sitbreak.core.effects import Prompt, Show
from sitbreak.core.events import Answer
from sitbreak.core.policy import Kind, Setting
from sitbreak.ports import BODY_MOST, Note
from sitbreak.runtime.notes import Phrases, note_of
from sitbreak.wording import units

MOVEMENTS = {movement.id: movement for movement in CATALOGUE}
PHRASES = Phrases(
    also={kind: f"Also {kind}." for kind in Kind},
    stop="Stop when it hurts.",
    stop_first="Slowly, and stop at once when it hurts.",
)


def note(
    name: str,
    *kinds: Kind,
    sat_s: float = 1800.0,
    snooze_s: float | None = 300.0,
    movement: Movement | None = None,
    gentle: bool = False,
    first_stretch: bool = False,
) -> Note:
    prompt = Prompt(id=4, kinds=kinds, movement=name, shown_s=0.0, gentle=gentle)
    show = Show(prompt=prompt, sat_s=sat_s, snooze_s=snooze_s, first_stretch=first_stretch)
    return note_of(show, movement or MOVEMENTS[name], PHRASES)


def test_a_note_says_what_to_do_and_how_long_the_person_sat() -> None:
    plain = note("stroll", Kind.MOVEMENT)
    assert (plain.prompt_id, plain.title) == (4, "stroll")
    assert plain.body == "stroll.\nYou have been sitting for 30 min."
    assert plain.gentle is False


@pytest.mark.parametrize(("sat_s", "said"), [(0.0, False), (59.9, False), (60.0, True), (7500.0, True)])
def test_a_sit_of_under_a_minute_is_not_worth_a_line(sat_s: float, said: bool) -> None:
    assert ("You have been sitting" in note("stroll", Kind.MOVEMENT, sat_s=sat_s).body) is said


def test_only_a_movement_prompt_tells_of_sitting() -> None:
    assert note("sip", Kind.HYDRATION).body == "sip."


def test_kinds_that_the_movement_does_not_serve_have_a_line_of_their_own() -> None:
    merged = note("fetch-water", Kind.MOVEMENT, Kind.HYDRATION, Kind.POSTURE, sat_s=0.0)
    assert merged.body == "fetch-water.\nAlso posture."


def test_the_stop_rule_stands_with_every_stretch_and_everything_on_the_floor() -> None:
    floor = replace(MOVEMENTS["squat"], setting=Setting.FLOOR)
    assert "Stop when it hurts." in note("reach", Kind.STRETCH).body
    assert "Stop when it hurts." in note("squat", Kind.MOVEMENT, movement=floor).body
    assert "Stop when it hurts." not in note("squat", Kind.MOVEMENT).body


def test_the_first_stretch_of_all_carries_the_whole_rule() -> None:
    first = note("reach", Kind.STRETCH, Kind.MOVEMENT, first_stretch=True).body
    assert "Slowly, and stop at once when it hurts." in first
    assert "Stop when" not in first


def test_where_there_is_no_room_what_is_wished_for_gives_way_to_what_is_needed() -> None:
    long = replace(MOVEMENTS["reach"], line="l" * 230)
    told = note("reach", Kind.STRETCH, Kind.MOVEMENT, movement=long).body
    assert "Stop when it hurts." in told
    assert "Also" not in told
    assert "sitting" not in told
    assert units(told) <= BODY_MOST


def test_every_answer_has_a_button_and_words_for_where_there_are_none() -> None:
    plain = note("stroll", Kind.MOVEMENT)
    assert plain.buttons == (
        (Answer.DONE, "Done"),
        (Answer.SNOOZE, "Snooze 5 min"),
        (Answer.SKIP, "Skip"),
    )
    assert "sitbreak snooze" in plain.how_to_answer


def test_at_the_limit_there_is_no_snooze_anywhere() -> None:
    last = note("stroll", Kind.MOVEMENT, snooze_s=None)
    assert [answer for answer, _ in last.buttons] == [Answer.DONE, Answer.SKIP]
    assert "snooze" not in last.how_to_answer


def test_what_was_held_as_long_as_may_be_comes_gently() -> None:
    assert note("stroll", Kind.MOVEMENT, gentle=True).gentle
