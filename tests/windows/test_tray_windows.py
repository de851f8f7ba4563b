"""The icon on a real taskbar, used by a real mouse."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import windows_hand
from desk import wait_for
from windows_office import Office

assert sys.platform == "win32"

MENU, BUBBLE = "#32768", "tooltips_class32"


@pytest.fixture(scope="module")
def taskbar(tmp_path_factory: pytest.TempPathFactory, figures: Path) -> Iterator[Office]:
    """A daemon on a desktop that has a taskbar."""
    size = f"{windows_hand.WIDTH}x{windows_hand.HEIGHT}"
    with Office(tmp_path_factory.mktemp("taskbar"), figures) as office:
        yield office.start(under=("explorer", f"/desktop={windows_hand.DESKTOP},{size}"))


class Hand:
    """Somebody who sits at that desktop."""

    def __init__(self) -> None:
        self._hand = subprocess.Popen(
            [sys.executable, windows_hand.__file__],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            encoding="utf-8",
        )

    def __call__(self, *words: str) -> Any:
        assert self._hand.stdin is not None
        assert self._hand.stdout is not None
        self._hand.stdin.write(json.dumps(words) + "\n")
        self._hand.stdin.flush()
        return json.loads(self._hand.stdout.readline())

    def away(self) -> None:
        self._hand.communicate()


@pytest.fixture(scope="module")
def hand(taskbar: Office) -> Iterator[Hand]:
    hand = Hand()
    yield hand
    hand.away()


def test_the_icon_is_on_the_taskbar(taskbar: Office, hand: Hand) -> None:
    assert wait_for(lambda: hand("icon"), why="for the icon")
    assert taskbar.status()["tray"] == "windows"


def test_a_click_asks_for_a_break_and_a_bubble_shows_it(taskbar: Office, hand: Hand) -> None:
    wait_for(lambda: hand("click", "left"), why="for the icon")
    wait_for(lambda: (taskbar.asked("status") or {})["prompt"], why="for a prompt")
    wait_for(lambda: hand("windows", BUBBLE), why="for a bubble")
    taskbar.tell("skip")
    assert taskbar.log()[-1]["answer"] == "skip"


def test_the_menu_opens_and_ends_the_daemon(taskbar: Office, hand: Hand) -> None:
    wait_for(lambda: hand("click", "right"), why="for the icon")
    ((_, height),) = wait_for(lambda: hand("windows", MENU), why="for the menu")
    assert height > 100
    hand("press", "up")
    hand("press", "enter")
    wait_for(lambda: taskbar.asked("status") is None, why="for its end")
    wait_for(lambda: hand("icon") is None, why="for the icon to go")
