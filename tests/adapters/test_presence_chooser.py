"""Choosing a source of presence, losing it, and finding one again."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Sequence

import pytest

from desk import Desk, wait_for
from fake_idle import FakeIdle
from sitbreak.adapters.clock import SystemClock
from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.presence import chooser
from sitbreak.adapters.presence.chooser import Presence
from sitbreak.adapters.presence.probes import FORCED_BY, Make, Probe, default_probes
from sitbreak.core.attention import Attention
from sitbreak.core.events import Event, IdleSampled, PresenceChanged
from sitbreak.errors import Unavailable
from sitbreak.ports import Clock, IdleSource, Post

NEAR = Attention((0.5,), asked_s=1.0)


@pytest.fixture
def io(monkeypatch: pytest.MonkeyPatch) -> Iterator[IoLoop]:
    monkeypatch.delenv("WAYLAND_DISPLAY", raising=False)
    monkeypatch.delenv(FORCED_BY, raising=False)
    loop = IoLoop()
    yield loop
    loop.close()


class Heard:
    """What was posted, split by kind."""

    def __init__(self) -> None:
        self.sources: list[str | None] = []
        self.samples: list[IdleSampled] = []

    def __call__(self, event: Event) -> None:
        match event:
            case PresenceChanged():
                self.sources.append(event.source)
            case IdleSampled():
                self.samples.append(event)
            case _:
                pytest.fail(f"unexpected {event}")


class Shelf:
    """Sources that come and go as a test says."""

    def __init__(self, *names: str) -> None:
        self.there = dict.fromkeys(names, True)
        self.made: list[FakeIdle] = []
        self.attended: list[tuple[str, Attention]] = []

    def probes(self) -> list[Probe]:
        return [Probe(name, self._maker(name)) for name in self.there]

    def _maker(self, name: str) -> Make:
        shelf = self

        class Source(FakeIdle):
            def attend(self, attention: Attention) -> None:
                shelf.attended.append((name, attention))
                super().attend(attention)

        def make(_io: IoLoop, post: Post, _clock: Clock, lost: Callable[[str], None]) -> IdleSource:
            if not self.there[name]:
                raise Unavailable(f"no {name} here")
            source = Source(post, lost=lost)
            source.name = name
            self.made.append(source)
            return source

        return make


@pytest.fixture
def choose(io: IoLoop) -> Iterator[Callable[[Sequence[Probe]], tuple[Presence, Heard]]]:
    made = []

    def choose(probes: Sequence[Probe]) -> tuple[Presence, Heard]:
        heard = Heard()
        made.append(Presence(io, heard, SystemClock(), probes))
        return made[-1], heard

    yield choose
    for presence in made:
        presence.close()


Choose = Callable[[Sequence[Probe]], tuple[Presence, Heard]]


def texts(presence: Presence) -> list[str]:
    return [reason.what for reason in presence.reasons]


def outlive(monkeypatch: pytest.MonkeyPatch, first_wait_s: float = 0.05) -> None:
    """Shorter waits, so that a source that lived for a moment counts as having lived."""
    monkeypatch.setattr(chooser, "_FIRST_WAIT_S", first_wait_s)


def test_the_first_that_fits_is_chosen_and_each_refusal_kept(choose: Choose) -> None:
    shelf = Shelf("one", "two", "three")
    shelf.there["one"] = False
    presence, heard = choose(shelf.probes())
    assert presence.name == "two"
    assert heard.sources == ["two"]
    assert texts(presence) == ["no one here"]
    assert len(shelf.made) == 1


def test_where_nothing_fits_it_says_so(choose: Choose) -> None:
    shelf = Shelf("one", "two")
    shelf.there = dict.fromkeys(shelf.there, False)
    presence, heard = choose(shelf.probes())
    presence.attend(NEAR)
    assert presence.name == "none"
    assert heard.sources == [None]
    assert texts(presence) == ["no one here", "no two here"]


def test_a_probe_that_breaks_is_a_refusal_too(choose: Choose) -> None:
    def make(_io: IoLoop, _post: Post, _clock: Clock, _lost: Callable[[str], None]) -> IdleSource:
        raise ValueError("out of its mind")

    presence, _ = choose([Probe("mad", make), *Shelf("sane").probes()])
    assert presence.name == "sane"
    assert "mad failed" in texts(presence)[0]


def test_a_probe_that_hangs_holds_up_neither_loop_nor_start(
    io: IoLoop, choose: Choose, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chooser, "_ANSWER_S", 0.1)
    free = threading.Event()
    shelf = Shelf("slow")

    def make(io: IoLoop, post: Post, clock: Clock, lost: Callable[[str], None]) -> IdleSource:
        assert free.wait(5)
        return shelf.probes()[0].make(io, post, clock, lost)

    presence, heard = choose([Probe("slow", make)])
    assert presence.name == "none"
    served = threading.Event()
    io.soon(served.set)
    assert served.wait(2)
    presence.attend(NEAR)
    free.set()
    wait_for(lambda: presence.name == "slow")
    wait_for(lambda: heard.samples, why="for its first sample")
    assert shelf.attended == [("slow", NEAR)]


@pytest.mark.parametrize(
    ("value", "name", "reason"),
    [
        ("two", "two", None),
        ("none", "none", "SITBREAK_PRESENCE=none turns presence off."),
        ("four", "none", "SITBREAK_PRESENCE names no source of presence here: four"),
    ],
)
def test_the_environment_may_name_the_source(
    choose: Choose, monkeypatch: pytest.MonkeyPatch, value: str, name: str, reason: str | None
) -> None:
    monkeypatch.setenv("SITBREAK_PRESENCE", value)
    presence, heard = choose(Shelf("one", "two").probes())
    assert presence.name == name
    assert heard.sources == [None if name == "none" else name]
    assert texts(presence) == ([] if reason is None else [reason])


def test_a_lost_source_is_replaced_and_told_what_to_report(
    choose: Choose, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlive(monkeypatch)
    shelf = Shelf("one", "two")
    presence, heard = choose(shelf.probes())
    presence.attend(NEAR)
    wait_for(lambda: heard.samples)
    threading.Event().wait(0.1)
    shelf.there["one"] = False
    shelf.made[0].lose("unplugged")
    wait_for(lambda: presence.name == "two")
    wait_for(lambda: ("two", NEAR) in shelf.attended)
    assert heard.sources == ["one", "two"]
    assert texts(presence) == ["unplugged", "no one here"]


def test_a_better_source_takes_its_place_again(choose: Choose, monkeypatch: pytest.MonkeyPatch) -> None:
    outlive(monkeypatch)
    shelf = Shelf("one", "two")
    presence, heard = choose(shelf.probes())
    presence.attend(NEAR)
    threading.Event().wait(0.1)
    shelf.there["one"] = False
    shelf.made[0].lose("unplugged")
    wait_for(lambda: presence.name == "two")
    shelf.there["one"] = True
    wait_for(lambda: presence.name == "one", for_s=5)
    wait_for(lambda: len(shelf.attended) == 3)
    assert heard.sources == ["one", "two", "one"]
    told = len(heard.samples)
    shelf.made[1].attend(NEAR)
    assert len(heard.samples) == told


def test_one_that_dies_at_once_is_not_sought_without_a_pause(choose: Choose) -> None:
    shelf = Shelf("one")
    presence, heard = choose(shelf.probes())
    for source in range(2):
        wait_for(lambda source=source: len(shelf.made) > source, for_s=5)  # type: ignore[misc]
        wait_for(lambda: presence.name == "one")
        shelf.made[source].lose("dead on arrival")
        wait_for(lambda: presence.name == "none", why="for the loss")
    threading.Event().wait(0.3)
    assert len(shelf.made) == 2
    assert heard.sources == ["one", None, "one", None]
    assert texts(presence) == ["dead on arrival"]


def test_a_search_that_hangs_after_a_loss_is_told_as_none(
    choose: Choose, monkeypatch: pytest.MonkeyPatch
) -> None:
    outlive(monkeypatch)
    monkeypatch.setattr(chooser, "_ANSWER_S", 0.3)
    shelf, free, hangs = Shelf("one"), threading.Event(), threading.Event()

    def make(io: IoLoop, post: Post, clock: Clock, lost: Callable[[str], None]) -> IdleSource:
        if hangs.is_set():
            assert free.wait(5)
        return shelf.probes()[0].make(io, post, clock, lost)

    presence, heard = choose([Probe("one", make)])
    threading.Event().wait(0.1)
    hangs.set()
    shelf.made[0].lose("frozen")
    wait_for(lambda: heard.sources == ["one", None])
    free.set()
    wait_for(lambda: presence.name == "one")
    assert heard.sources == ["one", None, "one"]


def test_closed_it_is_quiet(choose: Choose) -> None:
    shelf = Shelf("one")
    presence, heard = choose(shelf.probes())
    presence.close()
    presence.attend(NEAR)
    shelf.made[0].lose()
    threading.Event().wait(0.1)
    assert heard.samples == []
    assert heard.sources == ["one"]


def test_choosing_loads_nothing_that_is_not_tried() -> None:
    """Nor does naming the probes touch a desktop."""
    code = (
        "import sys; from sitbreak.adapters.presence.probes import default_probes; default_probes();"
        "sys.exit('Xlib' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have other sources")
def test_a_desktop_comes_before_terminals() -> None:
    assert [probe.name for probe in default_probes()] == ["mutter", "wayland", "x11", "tty"]


@pytest.mark.desktop
def test_a_display_that_dies_and_comes_back_is_found_again(
    io: IoLoop, desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DISPLAY", desk.env["DISPLAY"])
    monkeypatch.setenv("SITBREAK_PRESENCE", "x11")
    heard = Heard()
    presence = Presence(io, heard, SystemClock())
    assert presence.name == "x11"
    assert texts(presence) == []
    desk.move(5, 5)
    presence.attend(NEAR)
    wait_for(lambda: heard.samples, why="for the first sample")
    wait_for(lambda: heard.samples[-1].idle_s != 0.0, why="for the threshold")
    threading.Event().wait(1.0)
    desk.kill("x")
    wait_for(lambda: heard.sources == ["x11", None], for_s=5, why="for the loss")
    assert "display" in texts(presence)[0]
    desk.start("x", ["Xvfb", desk.env["DISPLAY"], "-nolisten", "tcp", "-noreset"])
    wait_for(lambda: heard.sources == ["x11", None, "x11"], for_s=10, why="for the return")
    had = len(heard.samples)
    desk.move(5, 5)
    wait_for(lambda: [s for s in heard.samples[had:] if s.idle_s and s.idle_s < 0.75], for_s=5)
    presence.close()


@pytest.mark.parametrize("variable", ["DISPLAY", "WAYLAND_DISPLAY"])
def test_terminals_are_not_believed_about_a_desktop(monkeypatch: pytest.MonkeyPatch, variable: str) -> None:
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "SITBREAK_PRESENCE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv(variable, "no-such-desktop")
    io = IoLoop()
    presence = Presence(io, lambda _: None, SystemClock())
    try:
        assert presence.name == "none"
        assert any("desktop" in refusal.what for refusal in presence.reasons)
    finally:
        presence.close()
        io.close()
