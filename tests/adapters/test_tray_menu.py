"""Numbers, properties and differences of the menu, and the texts other desktops take."""

from __future__ import annotations

import os
import sys

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sitbreak.adapters.text import TOOLTIP_MOST, cut
from sitbreak.adapters.tray.menus import PortMenu, default_request, guarded
from sitbreak.adapters.tray.menutree import Entry, MenuTree
from sitbreak.adapters.tray.quiet import pystray
from sitbreak.ports import MenuItem, Request

MENU = (
    MenuItem("Sitting for 25 min"),
    MenuItem(""),
    MenuItem("Take a break", ("now",), default=True),
    MenuItem("Pause", children=(MenuItem("15 min", ("pause", 900)), MenuItem("1 h", ("pause", 3600)))),
    MenuItem("Standing", ("stand",), checked=False),
)


def put(*lines: MenuItem) -> MenuTree:
    tree = MenuTree()
    tree.put(lines)
    return tree


def find(tree: MenuTree, label: str) -> Entry:
    return next(e for e in tree.entries.values() if e.properties.get("label") == label)


def test_lines_become_entries() -> None:
    tree = put(*MENU)
    kinds = [entry.properties for entry in tree.root.children]
    assert kinds == [
        {"label": "Sitting for 25 min", "enabled": False},
        {"type": "separator"},
        {"label": "Take a break"},
        {"label": "Pause", "children-display": "submenu"},
        {"label": "Standing", "toggle-type": "checkmark", "toggle-state": 0},
    ]
    assert [child.request for child in find(tree, "Pause").children] == [("pause", 900), ("pause", 3600)]


def test_underlines_are_no_mnemonics() -> None:
    assert put(MenuItem("a_b", ("x",))).root.children[0].properties["label"] == "a__b"


def test_the_same_menu_changes_nothing() -> None:
    tree = put(*MENU)
    assert not tree.put(MENU)
    assert tree.revision == 2


def test_a_new_text_of_a_fact_keeps_the_layout() -> None:
    tree = put(*MENU)
    change = tree.put((MenuItem("Sitting for 26 min"), *MENU[1:]))
    assert not change.layout
    assert change.updated == {tree.root.children[0].number: {"label": "Sitting for 26 min"}}
    assert change.removed == {}


def test_a_check_mark_that_goes_is_taken_back() -> None:
    tree = put(MenuItem("Standing", ("stand",), checked=True))
    change = tree.put((MenuItem("Standing", ("stand",)),))
    assert not change.layout
    assert {name for names in change.removed.values() for name in names} == {"toggle-type", "toggle-state"}


def test_a_line_more_is_a_new_layout() -> None:
    tree = put(*MENU)
    before = tree.revision
    assert tree.put((*MENU, MenuItem("Quit", ("quit",)))).layout
    assert tree.revision == before + 1


def test_a_number_never_comes_to_mean_another_request() -> None:
    tree = put(MenuItem("Done", ("done", 1)), MenuItem("Quit", ("quit",)))
    old, quit_number = (entry.number for entry in tree.root.children)
    tree.put((MenuItem("Done", ("done", 2)), MenuItem("Quit", ("quit",))))
    assert old not in tree.entries
    assert find(tree, "Quit").number == quit_number


requests = st.one_of(st.none(), st.tuples(st.sampled_from("abc"), st.integers(0, 2)))
lines = st.recursive(
    st.builds(MenuItem, st.sampled_from(["", "x", "y"]), requests),
    lambda below: st.builds(
        MenuItem, st.just("sub"), children=st.lists(below, min_size=1, max_size=3).map(tuple)
    ),
    max_leaves=8,
)


@given(st.lists(st.lists(lines, max_size=5), max_size=5))
def test_numbers_are_unique_and_keep_their_request(menus: list[list[MenuItem]]) -> None:
    tree = MenuTree()
    meant: dict[int, Request | None] = {}
    for menu in menus:
        tree.put(menu)
        assert all(number == entry.number for number, entry in tree.entries.items())
        for number, entry in tree.entries.items():
            assert meant.setdefault(number, entry.request) == entry.request


def test_the_default_request_is_found_in_a_submenu_too() -> None:
    assert default_request((MenuItem("More", children=MENU),)) == ("now",)
    assert default_request((MenuItem("Fact", default=True),)) is None


def test_pystray_gets_the_same_menu() -> None:
    chosen: list[Request] = []
    menu = PortMenu(MENU, chosen.append)
    fact, line, now, pause, stand = menu
    assert (fact.text, fact.enabled, now.default, stand.checked) == ("Sitting for 25 min", False, True, False)
    assert line is pystray.Menu.SEPARATOR
    list(pause.submenu)[1](None)
    menu(None)
    fact(None)
    assert chosen == [("pause", 3600), ("now",)]


def test_a_choice_that_fails_does_not_reach_the_desktop(caplog: pytest.LogCaptureFixture) -> None:
    def refuse(_request: Request) -> None:
        raise RuntimeError("full")

    guarded(refuse)(("now",))
    assert [record.exc_info for record in caplog.records] == [None]


def test_importing_pystray_touches_no_display_and_leaves_no_trace() -> None:
    assert not any(name in sys.modules for name in ("pystray._gtk", "pystray._appindicator"))
    assert os.environ.get("PYSTRAY_BACKEND") is None


@given(st.text(max_size=200))
def test_a_tooltip_is_cut_by_utf_16_units(text: str) -> None:
    kept = cut(text, TOOLTIP_MOST)
    assert len(kept.encode("utf-16-le")) // 2 <= TOOLTIP_MOST
    assert kept == text or kept.endswith("…")


def test_a_tooltip_is_not_cut_within_a_character() -> None:
    assert cut("🧍" * 3, 5) == "🧍🧍…"
    assert cut("🧍" * 3, 4) == "🧍…"
