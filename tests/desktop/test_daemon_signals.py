"""The real daemon among calls, talks and films, and at a desk that somebody may have left."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from daemon import Daemon, Hands, alive, bubble, bubbles
from desk import Desk, wait_for
from sound_stage import SoundServer
from window_stage import Window

pytestmark = pytest.mark.desktop

RELEASED_WITHIN_S = 5.0
"""From the end of a hold to the prompt, nobody typing, on a machine with much to do."""


@pytest.fixture
def xfce(desk: Desk) -> Desk:
    """Xfce's panel, window manager and notification daemon."""
    desk.start_panel()
    desk.start_notifyd()
    return desk


def wait_for_hold(daemon: Daemon, reason: str) -> None:
    daemon.wait_for_entry(lambda e: e["entry"] == "held" and e["reason"] == reason)


def until_prompted(daemon: Daemon, end: Callable[[], object]) -> float:
    """Seconds from the end of what holds a prompt to its showing. The person looks on, hands in lap."""
    end()
    began = time.monotonic()
    daemon.wait_for_prompt()
    return time.monotonic() - began


def patient(desk: Desk, **settings: str) -> Daemon:
    """A daemon for somebody who may touch nothing for a while and still be there."""
    long = {"sitting__away_after": "60s", "sitting__present_within": "40s"}
    return Daemon(desk, **(long | settings)).start()


def test_pain_8_a_call_holds_the_prompt_and_its_end_brings_it(xfce: Desk) -> None:
    sound = SoundServer(xfce)
    sound.start()
    daemon = patient(xfce)
    sound.record("meeting", "mic")
    with Hands(xfce):
        wait_for_hold(daemon, "call")
    status = daemon.status()
    assert [hold["reason"] for hold in status["holds"]] == ["call"]
    assert "call" in daemon.call("why").stdout
    assert bubble(xfce) is None
    assert until_prompted(daemon, lambda: xfce.kill("meeting")) < RELEASED_WITHIN_S
    wait_for(lambda: bubble(xfce), why="for the bubble")


def test_a_daemon_that_is_killed_in_a_call_leaves_nobody_listening(xfce: Desk) -> None:
    sound = SoundServer(xfce)
    sound.start()
    daemon = patient(xfce)
    sound.record("meeting", "mic")
    with Hands(xfce):
        wait_for_hold(daemon, "call")
    listeners = wait_for(lambda: children(daemon.process.pid), why="for somebody to listen")
    daemon.kill()
    wait_for(lambda: not any(map(alive, listeners)), why="for them to go")


def children(pid: int) -> list[int]:
    """The processes that its threads have started and not ended."""
    lists = Path(f"/proc/{pid}/task").glob("*/children")
    return [int(child) for listed in lists for child in listed.read_text().split()]


def test_a_full_screen_talk_holds_the_prompt_and_its_end_brings_it(xfce: Desk) -> None:
    daemon = patient(xfce)
    with Window(xfce.env, xfce.folder) as window:
        window.fill(on=True)
        with Hands(xfce):
            wait_for_hold(daemon, "fullscreen")
        assert until_prompted(daemon, lambda: window.fill(on=False)) < RELEASED_WITHIN_S


def test_pain_9_do_not_disturb_holds_says_so_and_can_be_switched_off(desk: Desk) -> None:
    desk.start_panel()
    desk.start_dunst()
    desk.run("dunstctl", "set-paused", "true")
    daemon = patient(desk)
    with Hands(desk):
        wait_for_hold(daemon, "dnd")
        assert "do not disturb is on" in daemon.call("status").stdout
        checks = json.loads(daemon.call("doctor", "--json").stdout)["checks"]
        told = next(check for check in checks if check["about"] == "signals.do_not_disturb")
        assert told["chosen"] == "yes"
        assert daemon.call("config", "set", "signals.do_not_disturb", "false").returncode == 0
        daemon.wait_for_prompt()


def test_pain_9_no_hold_lasts_for_ever_and_what_then_comes_is_gentle(xfce: Desk) -> None:
    sound = SoundServer(xfce)
    sound.start()
    sound.record("meeting", "mic")
    daemon = patient(xfce, prompting__hold_at_most="4s")
    with Hands(xfce):
        wait_for_hold(daemon, "call")
        daemon.wait_for_prompt()
    assert [e["reason"] for e in daemon.log() if e["entry"] == "released"][:1] == ["call"]


def test_pain_5_a_call_keeps_a_silent_listener_seated(xfce: Desk) -> None:
    sound = SoundServer(xfce)
    sound.start()
    sound.record("meeting", "mic")
    daemon = Daemon(xfce, reminders__movement__every="60s").start()
    with Hands(xfce):
        wait_for(lambda: daemon.status()["sitting_s"] > 1, why="for a sit")
    began = time.monotonic()
    wait_for(lambda: time.monotonic() > began + 8, why="for a long silence")
    assert daemon.status()["state"] == "seated"
    ended = time.time()
    xfce.kill("meeting")
    sat = daemon.wait_for_entry(lambda e: e["entry"] == "sat")
    assert datetime.fromisoformat(sat["to"]).timestamp() == pytest.approx(ended, abs=1.0)


def test_pain_7_a_nudged_mouse_ends_no_break(xfce: Desk) -> None:
    daemon = Daemon(xfce, sitting__away_after="8s", reminders__movement__every="60s").start()
    with Hands(xfce):
        wait_for(lambda: daemon.status()["sitting_s"] > 1, why="for a sit")
    daemon.wait_for_entry(lambda e: e["entry"] == "sat")
    xfce.move(100, 100)
    began = time.monotonic()
    wait_for(lambda: time.monotonic() > began + 6, why="for the mouse to be forgotten")
    assert daemon.status()["state"] == "away"
    assert [e for e in daemon.log() if e["entry"] == "away"] == []
    with Hands(xfce):
        daemon.wait_for_entry(lambda e: e["entry"] == "away")


def test_pain_5_a_silence_in_a_call_is_asked_about_once_and_yes_makes_it_a_break(
    xfce: Desk,
) -> None:
    sound = SoundServer(xfce)
    sound.start()
    sound.record("meeting", "mic")
    daemon = Daemon(xfce, reminders__movement__every="12s").start()
    with Hands(xfce):
        wait_for(lambda: daemon.status()["sitting_s"] > 2, why="for a sit")
    gap_began = time.monotonic()
    wait_for(lambda: time.monotonic() > gap_began + 7, why="for the silence")
    with Hands(xfce):
        wait_for(lambda: daemon.status()["sitting_s"] > 9, why="for the first keys")
        xfce.kill("meeting")
        question: dict[str, Any] = wait_for(lambda: daemon.status()["question"], why="for the question")
        wait_for(lambda: bubble(xfce), why="for its bubble")
        xfce.shot("was-that-a-break")
        press(xfce, "Yes")
        gap = daemon.wait_for_entry(lambda e: e["entry"] == "gap")
    assert (gap["answer"], gap["via"], gap["during"]) == ("yes", "notification", "call")
    assert gap["from"] == question["from"]
    away = daemon.wait_for_entry(lambda e: e["entry"] == "away")
    assert (away["from"], away["to"]) == (gap["from"], gap["to"])
    assert daemon.wait_for_entry(lambda e: e["entry"] == "sat")["to"] == gap["from"]


def press(desk: Desk, label: str) -> None:
    """Click Yes or No on Xfce's notification; they stand in a row at its lower right."""
    (x, y, width, height) = bubbles(desk)[0]
    from_right = {"No": 67, "Yes": 179}[label]
    desk.click(x + width - from_right, y + height - 31)
