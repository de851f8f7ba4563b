"""Which tray is chosen where, and what is said of the others."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from desk import Desk
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.tray.base import TrayState
from sitbreak.adapters.tray.chooser import choose_tray
from sitbreak.errors import NotifyFailed
from sitbreak.ports import TrayFace


@pytest.fixture
def io(bus: Desk, monkeypatch: pytest.MonkeyPatch) -> Iterator[IoLoop]:
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", bus.env["DBUS_SESSION_BUS_ADDRESS"])
    loop = IoLoop()
    yield loop
    loop.close()


def test_with_a_bus_and_no_panel_it_waits(io: IoLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    tray, refusals = choose_tray(io, print, "Sitbreak")
    assert (tray.name, tray.state) == ("sni", TrayState.WAITING)
    assert len(refusals) == 3
    assert all(refusal.what and refusal.remedy for refusal in refusals)


def test_with_nothing_there_is_no_tray(io: IoLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DISPLAY", raising=False)
    monkeypatch.setenv("DBUS_SESSION_BUS_ADDRESS", "unix:path=/nonexistent/bus")
    tray, refusals = choose_tray(io, print, "Sitbreak")
    assert (tray.name, tray.state, len(refusals)) == ("none", TrayState.NONE, 3)
    assert tray.limits
    with pytest.raises(NotifyFailed):
        tray.notify("a", "b")
    tray.show(TrayFace())
    tray.stop()
    tray.run()


def test_the_environment_names_the_tray(io: IoLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITBREAK_TRAY", "none")
    tray, refusals = choose_tray(io, print, "Sitbreak")
    assert (tray.name, refusals) == ("none", ())
    monkeypatch.setenv("SITBREAK_TRAY", "sni")
    assert choose_tray(io, print, "Sitbreak")[0].name == "sni"


def test_a_tray_that_is_not_known_is_said(io: IoLoop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SITBREAK_TRAY", "toaster")
    monkeypatch.delenv("DISPLAY", raising=False)
    _, refusals = choose_tray(io, print, "Sitbreak")
    assert "toaster" in refusals[0].what
    assert "sni" in refusals[0].remedy
