"""Our StatusNotifierItem and its menu on a real session bus, seen by a plain client, without any panel."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from typing import Any

import pytest
from dbus_fast import Variant

from desk import Desk, wait_for
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.tray.base import TrayState
from sitbreak.adapters.tray.sni import SniTray
from sitbreak.errors import NotifyFailed
from sitbreak.ports import Look, MenuItem, Request, TrayFace
from tray_client import ITEM, MENU, NAME, PROPERTIES, Client

LINES = (
    MenuItem("Sitting for 25 min"),
    MenuItem(""),
    MenuItem("Take a break", ("now",), default=True),
    MenuItem("Pause", children=(MenuItem("15 min", ("pause", 900)), MenuItem("1 h", ("pause", 3600)))),
    MenuItem("Standing", ("stand",), checked=False),
)
FACE = TrayFace(look=Look.SEATED, step=3, tooltip="Sitting for 25 min", menu=LINES)


@pytest.fixture
def io(bus: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[IoLoop]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.env["DBUS_SESSION_BUS_ADDRESS"])
    loop = IoLoop()
    yield loop
    loop.close()


@pytest.fixture
def chosen() -> list[Request]:
    return []


@pytest.fixture
def tray(bus: Desk, io: IoLoop, chosen: list[Request]) -> Iterator[SniTray]:
    tray = SniTray(io, chosen.append, "Sitbreak")
    tray.show(FACE)
    runner = threading.Thread(target=tray.run)
    runner.start()
    bus.wait_for_name(NAME)
    yield tray
    tray.stop()
    runner.join(5)
    assert not runner.is_alive()


@pytest.fixture
def client(bus: Desk, tray: SniTray) -> Iterator[Client]:
    client = Client(bus.env["DBUS_SESSION_BUS_ADDRESS"])
    yield client
    client.close()


def test_the_item_tells_all_that_a_panel_asks(client: Client) -> None:
    answer = client.ask(ITEM[0], PROPERTIES, "GetAll", "s", [ITEM[1]])
    assert not isinstance(answer, str)
    told = {name: variant.value for name, variant in answer[0].items()}
    assert (told["Id"], told["Title"], told["Category"]) == ("sitbreak", "Sitbreak", "ApplicationStatus")
    assert (told["Status"], told["Menu"], told["ItemIsMenu"]) == ("Active", "/MenuBar", False)
    assert told["ToolTip"][2] == "Sitting for 25 min"
    assert [(w, h, len(data)) for w, h, data in told["IconPixmap"]] == [
        (n, n, n * n * 4) for n in (22, 44, 64)
    ]
    middle = told["IconPixmap"][0][2][(11 * 22 + 11) * 4]
    assert (told["IconPixmap"][0][2][0], middle) == (0, 255)


def test_the_menu_is_laid_out_with_its_submenu(client: Client) -> None:
    _, root, children = client.layout()
    assert root["children-display"].value == "submenu"
    shown = [{k: v.value for k, v in child.value[1].items()} for child in children]
    assert shown[0] == {"label": "Sitting for 25 min", "enabled": False}
    assert shown[1] == {"type": "separator"}
    assert shown[4] == {"label": "Standing", "toggle-type": "checkmark", "toggle-state": 0}
    assert [c.value[1]["label"].value for c in children[3].value[2]] == ["15 min", "1 h"]


def test_depth_and_names_narrow_the_layout(client: Client) -> None:
    answer = client.ask(*MENU, "GetLayout", "iias", [0, 1, ["label"]])
    assert not isinstance(answer, str)
    pause = answer[1][2][3].value
    assert (list(pause[1]), pause[2]) == (["label"], [])


def test_choices_come_through(client: Client, chosen: list[Request]) -> None:
    assert client.click(client.number("1 h")) == []
    assert client.ask(*ITEM, "Activate", "ii", [5, 5]) == []
    number = client.number("Standing")
    assert client.ask(*MENU, "EventGroup", "a(isvu)", [[[number, "clicked", Variant("i", 0), 0]]]) == [[]]
    assert chosen == [("pause", 3600), ("now",), ("stand",)]


def test_facts_and_doors_and_other_events_choose_nothing(client: Client, chosen: list[Request]) -> None:
    client.click(client.number("Sitting for 25 min"))
    client.click(client.number("Pause"))
    client.ask(*MENU, "Event", "isvu", [client.number("1 h"), "hovered", Variant("s", ""), 0])
    client.ask(*ITEM, "SecondaryActivate", "ii", [5, 5])
    client.ask(*ITEM, "Scroll", "is", [5, "vertical"])
    client.ask(*ITEM, "ContextMenu", "ii", [5, 5])
    assert chosen == []


def test_only_what_differs_is_told(client: Client, tray: SniTray) -> None:
    tray.show(FACE)
    client.settle()
    assert client.signals == []
    tray.show(TrayFace(look=Look.SEATED, step=3, tooltip="26 min", menu=LINES))
    wait_for(lambda: client.signals)
    assert [name for name, _ in client.signals] == ["NewToolTip"]
    client.signals.clear()
    tray.show(TrayFace(look=Look.SEATED, step=4, tooltip="26 min", menu=LINES))
    wait_for(lambda: client.signals)
    client.settle()
    assert [name for name, _ in client.signals] == ["NewIcon"]
    client.signals.clear()
    facts = (MenuItem("Sitting for 26 min"), *LINES[1:])
    tray.show(TrayFace(look=Look.SEATED, step=4, tooltip="26 min", menu=facts))
    wait_for(lambda: client.signals)
    ((name, (updated, removed)),) = client.signals
    assert (name, updated[0][1]["label"].value, removed) == (
        "ItemsPropertiesUpdated",
        "Sitting for 26 min",
        [],
    )
    client.signals.clear()
    tray.show(TrayFace(look=Look.SEATED, step=4, tooltip="26 min", menu=facts[1:]))
    wait_for(lambda: client.signals)
    assert client.signals == [("LayoutUpdated", [3, 0])]


def test_a_due_prompt_asks_for_attention(client: Client, tray: SniTray) -> None:
    tray.show(TrayFace(look=Look.DUE, step=12, tooltip="Time to move", menu=LINES))
    wait_for(lambda: "NewStatus" in [name for name, _ in client.signals])
    assert client.get("Status") == "NeedsAttention"
    assert client.get("AttentionIconPixmap") == client.get("IconPixmap")


def test_a_late_click_is_harmless(client: Client, tray: SniTray, chosen: list[Request]) -> None:
    old = client.number("Take a break")
    tray.show(TrayFace(menu=(MenuItem("Quit", ("quit",)),)))
    wait_for(lambda: client.number("Quit"))
    client.click(old)
    assert chosen == []


NONSENSE: list[tuple[tuple[str, str], str, str, list[Any]]] = [
    (MENU, "Event", "isvu", [4711, "clicked", Variant("s", ""), 0]),
    (MENU, "Event", "isvu", [-1, "", Variant("a{sv}", {}), 4294967295]),
    (MENU, "Event", "s", ["clicked"]),
    (MENU, "EventGroup", "a(isvu)", [[[4711, "\n", Variant("i", 1), 0]]]),
    (MENU, "GetLayout", "iias", [4711, -1, []]),
    (MENU, "GetLayout", "iias", [0, -7, ["", "nothing"]]),
    (MENU, "GetGroupProperties", "aias", [[-1, 4711], ["label"]]),
    (MENU, "GetProperty", "is", [4711, "label"]),
    (MENU, "GetProperty", "is", [0, "label"]),
    (MENU, "AboutToShow", "i", [4711]),
    (MENU, "AboutToShowGroup", "ai", [[4711]]),
    (MENU, "NoSuchThing", "", []),
    (ITEM, "Activate", "ss", ["a", "b"]),
    (ITEM, "Scroll", "is", [0, "\u202e"]),
    ((MENU[0], PROPERTIES), "Get", "ss", ["no.such", "Thing"]),
    ((ITEM[0], PROPERTIES), "Get", "ss", [ITEM[1], "Thing"]),
    ((ITEM[0], PROPERTIES), "Set", "ssv", [ITEM[1], "Title", Variant("s", "mine")]),
    ((ITEM[0], PROPERTIES), "GetAll", "s", [""]),
    (("/nowhere", PROPERTIES), "GetAll", "s", ["a.b"]),
]


@pytest.mark.parametrize(("target", "member", "signature", "body"), NONSENSE)
def test_nonsense_does_no_harm(  # noqa: PLR0917 - fixtures and the case
    client: Client,
    chosen: list[Request],
    caplog: pytest.LogCaptureFixture,
    target: tuple[str, str],
    member: str,
    signature: str,
    body: list[Any],
) -> None:
    client.ask(*target, member, signature, body)
    client.send(*target, member, signature, body)
    assert client.click(client.number("1 h")) == []
    assert chosen == [("pause", 3600)]
    assert [record for record in caplog.records if record.exc_info] == []


def test_it_comes_back_when_the_bus_was_restarted(bus: Desk, client: Client, tray: SniTray) -> None:
    bus.kill("bus")
    wait_for(lambda: tray.state is TrayState.NO_BUS)
    tray.show(TrayFace(tooltip="meanwhile", menu=LINES))
    bus.start_bus()
    bus.wait_for_name(NAME)
    again = Client(bus.env["DBUS_SESSION_BUS_ADDRESS"])
    assert again.get("ToolTip")[2] == "meanwhile"
    assert again.number("1 h")
    again.close()


def test_stopped_it_leaves_the_bus(bus: Desk, client: Client, tray: SniTray) -> None:
    tray.stop()
    bus.wait_for_name(NAME, owned=False)


def test_stopped_before_it_runs_it_returns(io: IoLoop) -> None:
    tray = SniTray(io, print, "Sitbreak")
    tray.stop()
    tray.run()


def test_it_shows_no_bubbles(tray: SniTray) -> None:
    with pytest.raises(NotifyFailed):
        tray.notify("a", "b")
