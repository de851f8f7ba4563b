"""``run --demo``: every kind of prompt within a minute, and nothing of it is kept."""

from __future__ import annotations

import time

import pytest

from daemon import SITBREAK
from desk import Desk, wait_for
from notifyd import Server
from sitbreak.core.policy import Kind

pytestmark = pytest.mark.desktop


def test_every_kind_is_shown_within_a_minute_and_nothing_is_kept(bus: Desk) -> None:
    server = Server(bus.env["DBUS_SESSION_BUS_ADDRESS"])
    server.start()
    began = time.monotonic()
    demo = bus.start("demo", [SITBREAK, "run", "--demo", "--no-tray"], SITBREAK_PRESENCE="none")
    for number, _ in enumerate(Kind):
        wait_for(lambda number=number: len(server.calls) > number, for_s=40, why=bus.log("demo"))  # type: ignore[misc]
        (shown,) = server.on_screen
        actions = server.calls[-1].actions
        server.invoke(shown, actions[actions.index("Done" if number else "Skip") - 1])
        server.drop(shown, 2)
    assert demo.wait(30) == 0, bus.log("demo")
    server.close()
    assert time.monotonic() - began < 60
    assert len({call.title for call in server.calls}) == 4
    assert "That was all." in bus.log("demo")
    assert "Traceback" not in bus.log("demo")
    left = {path.name for path in bus.home.rglob("*") if "sitbreak" in str(path)}
    assert left == set()
