"""The trays on real panels: seen in pictures of the screen, used by a real mouse and real keys."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import Desk, need, wait_for
from tray_shown import DUE, GI, SEATED, Shown, settled, wakes_of

pytestmark = pytest.mark.desktop


@pytest.fixture(params=["sni", "gtk", "xorg"])
def tray(request: pytest.FixtureRequest, desk: Desk) -> Shown:
    if request.param == "sni":
        need("xfce4-panel", "xfwm4")
    else:
        need("trayer")
    if request.param == "gtk" and not Path(GI, "gi").exists():
        need("python3-gi")
    return Shown(desk, request.param)


@pytest.fixture
def shown(tray: Shown) -> Iterator[Shown]:
    """A tray that can be seen on its panel."""
    tray.start_panel()
    if tray.kind != "sni":
        wait_for(lambda: tray.desk.windows("panel"))
    tray.start()
    tray.order("show seated 12")
    tray.seen(SEATED)
    yield tray
    if tray.process.poll() is None:
        tray.order("stop")
    tray.wait_for("ENDED")
    assert tray.process.wait(10) == 0
    assert "Traceback" not in tray.desk.log("tray")


with_menu = pytest.mark.parametrize("tray", ["sni", "gtk"], indirect=True)
gtk_only = pytest.mark.parametrize("tray", ["gtk"], indirect=True)
xorg_only = pytest.mark.parametrize("tray", ["xorg"], indirect=True)
sni_only = pytest.mark.parametrize("tray", ["sni"], indirect=True)


def test_it_is_the_one_that_was_asked_for_and_is_shown(shown: Shown) -> None:
    assert shown.said("TRAY")[0].split()[1] == shown.kind
    shown.order("state")
    assert shown.wait_for("STATE") == "STATE shown"


def test_a_left_click_takes_the_default(shown: Shown) -> None:
    shown.desk.click(*shown.seen(SEATED))
    assert shown.wait_for("CHOSE") == "CHOSE now"


def test_a_new_face_is_seen(shown: Shown) -> None:
    shown.order("show due 12")
    shown.seen(DUE)
    shown.order("show seated 6")
    shown.seen(SEATED)


def test_many_faces_at_once_end_with_the_last(shown: Shown) -> None:
    for step in range(12):
        shown.order(f"show seated {step}\nshow due {step}")
    shown.order("show away 0")
    shown.order("show due 12")
    shown.seen(DUE)
    assert shown.process.poll() is None


def test_it_comes_back_with_its_panel(shown: Shown) -> None:
    shown.desk.kill("panel")
    shown.gone(SEATED)
    shown.order("show due 12")
    shown.start_panel()
    shown.desk.click(*shown.seen(DUE))
    assert shown.wait_for("CHOSE") == "CHOSE now"


def test_it_appears_when_the_panel_starts_late(tray: Shown) -> None:
    tray.start()
    tray.order("show seated 12")

    def says_so() -> bool:
        tray.order("state")
        return tray.wait_for("STATE") == "STATE waiting for a panel"

    wait_for(says_so, why="for it to wait for a panel")
    tray.start_panel()
    tray.seen(SEATED)
    tray.order("stop")
    tray.wait_for("ENDED")


def test_at_rest_it_stays_asleep(shown: Shown) -> None:
    """Nothing of it runs while nothing happens: not once in 3 seconds."""
    wakes = wakes_of(shown.process.pid)
    wait_for(lambda: settled(wakes), why="for it to settle")
    before = wakes()
    time.sleep(3)
    assert wakes() - before == 0


def test_stopped_it_leaves_the_panel(shown: Shown) -> None:
    shown.order("stop")
    shown.gone(SEATED)


@with_menu
def test_a_choice_by_keys(shown: Shown) -> None:
    shown.open_menu()
    shown.desk.shot(f"menu-{shown.kind}")
    shown.desk.key("Down", "Return")
    assert shown.wait_for("CHOSE") == "CHOSE now"


@with_menu
def test_a_choice_in_a_submenu(shown: Shown) -> None:
    shown.open_menu()
    shown.desk.key("Down", "Down", "Right")
    shown.desk.shot(f"submenu-{shown.kind}")
    shown.desk.key("Down", "Return")
    assert shown.wait_for("CHOSE") == "CHOSE pause 3600"


@with_menu
def test_a_choice_by_mouse(shown: Shown) -> None:
    x, y, _, height = shown.open_menu()
    shown.desk.move(x + 20, y + height - 16)
    shown.desk.click(x + 24, y + height - 14)
    assert shown.wait_for("CHOSE") == "CHOSE quit"


@with_menu
def test_an_open_menu_stays_open_while_its_facts_change(shown: Shown) -> None:
    shown.open_menu()
    shown.order("show seated 12 26-min")
    shown.order("state")
    shown.wait_for("STATE")
    shown.desk.key("Down", "Return")
    assert shown.wait_for("CHOSE") == "CHOSE now"


@sni_only
def test_it_is_back_after_the_session_bus_died(shown: Shown) -> None:
    shown.desk.kill("panel")
    shown.desk.kill("bus")
    shown.desk.start_bus()
    shown.start_panel()
    shown.seen(SEATED)


@gtk_only
def test_gtk_shows_a_bubble(shown: Shown) -> None:
    shown.desk.start_dunst()
    shown.order("notify")
    shown.wait_for("NOTIFIED")
    wait_for(lambda: shown.desk.windows("dunst"))


@gtk_only
def test_gtk_outlives_the_bus_and_says_that_it_cannot_notify(shown: Shown) -> None:
    shown.desk.start_dunst()
    shown.order("notify")
    shown.wait_for("NOTIFIED")
    shown.desk.kill("bus")
    shown.order("notify")
    shown.wait_for("FAILED")
    shown.order("show due 12")
    shown.seen(DUE)


@xorg_only
def test_it_outlives_its_display(shown: Shown) -> None:
    shown.desk.kill("x")

    def says_so() -> bool:
        shown.order("state")
        return "STATE waiting for a panel" in shown.said("STATE")

    wait_for(says_so)


@sni_only
def test_without_a_wish_the_best_is_taken(tray: Shown) -> None:
    tray.start_panel()
    tray.start(SITBREAK_TRAY="")
    assert tray.said("TRAY") == ["TRAY sni"]


@xorg_only
def test_where_only_x_icons_are_taken_it_is_one_of_them(tray: Shown) -> None:
    tray.start_panel()
    wait_for(lambda: tray.desk.windows("panel"))
    tray.start(SITBREAK_TRAY="")
    assert tray.said("TRAY")[0].split()[1] == "xorg"
