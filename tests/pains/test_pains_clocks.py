"""Clocks that are put forward, back, or right: pain 24."""

from __future__ import annotations

from dataclasses import fields
from datetime import UTC, datetime, timedelta
from typing import assert_never
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from core.test_laws import Act, acts, do
from sim import MIN, MONDAY, Sim, policy
from sitbreak.core.clock import Instant
from sitbreak.core.effects import Entry, Sat, Shown, WasAway
from sitbreak.core.events import Locked, Signal, Sleeping, Tick, Unlocked, Woke
from sitbreak.core.policy import Kind, Policy, WorkSpan
from sitbreak.core.rules import rules
from sitbreak.core.view import status
from sitbreak.replay.player import Player
from sitbreak.replay.trace import Being

BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = frozenset(range(7))
BY_DAY = WorkSpan(EVERY_DAY, 9 * 60, 17 * 60)
BY_NIGHT = WorkSpan(EVERY_DAY, 22 * 60, 24 * 60 + 6 * 60)
TO_SUMMER, TO_WINTER = datetime(2026, 3, 29, tzinfo=BERLIN), datetime(2026, 10, 25, tzinfo=BERLIN)
HOUR = timedelta(hours=1)


class Adrift(Player):
    """A machine whose clock on the wall is set now and then. ``ahead_s``: by so much it is wrong."""

    ahead_s = 0.0

    def at(self, mono_s: float) -> Instant:
        true = super().at(mono_s)
        return Instant(true.mono_s, true.wall + timedelta(seconds=self.ahead_s))


class AdriftSim(Sim):
    """A desk with such a machine. ``told``: it says so whenever its clock is set."""

    def __init__(self, rules_of: Policy | None = None, *, told: bool = True) -> None:
        super().__init__(rules_of)
        self.told = told
        self.machine = self.player = Adrift(rules(self.policy, self.catalogue), MONDAY, self._see)

    def set_clock(self, ahead_s: float) -> None:
        """Set it. It begins right."""
        self.machine.ahead_s = ahead_s
        if self.told:
            self.feed(Tick(at=self.at))


def start(local: datetime) -> datetime:
    return local.astimezone(UTC)


def shown_at(sim: Sim) -> list[datetime]:
    return [record.at.wall.astimezone(BERLIN) for record in sim.records if isinstance(record.entry, Shown)]


@pytest.mark.parametrize(("night", "hours"), [(TO_SUMMER, 8), (TO_WINTER, 10)])
def test_pain_24_work_begins_when_the_clock_on_the_wall_says_so_after_a_night_of_any_length(
    night: datetime, hours: int
) -> None:
    sim = Sim(policy(Kind.MOVEMENT, work=(BY_DAY,), zone=BERLIN), start=start(night))
    sim.work(minutes=40)
    (hold,) = status(sim.player.state, sim.at).holds
    assert hold.until == start(night) + timedelta(hours=hours)
    sim.work(minutes=hours * 60 - 40, seconds=-1)
    assert sim.shown == []
    sim.work(seconds=1)
    assert shown_at(sim) == [night.replace(hour=9)]
    assert [shown.sat_s for shown in sim.shown] == [hours * 3600]


@pytest.mark.parametrize(("night", "hours"), [(TO_SUMMER, 7), (TO_WINTER, 9)])
def test_pain_24_a_night_shift_is_as_long_as_the_night_is(night: datetime, hours: int) -> None:
    begins = start(night) - 2 * HOUR
    sim = Sim(policy(Kind.MOVEMENT, work=(BY_NIGHT,), zone=BERLIN), start=begins - HOUR)
    for _ in range(12 * 60):
        sim.work(minutes=1)
        if sim.open:
            sim.done()
    assert shown_at(sim)[0] == begins
    assert begins + (hours - 0.6) * HOUR < shown_at(sim)[-1] < begins + hours * HOUR
    assert len(sim.shown) == hours * 2


@pytest.mark.parametrize(("night", "hours"), [(TO_SUMMER, 15), (TO_WINTER, 17)])
def test_pain_24_a_machine_that_sleeps_through_the_change_slept_for_as_long_as_it_did(
    night: datetime, hours: int
) -> None:
    evening = start(night) - 6 * HOUR
    sim = Sim(policy(Kind.MOVEMENT, work=(BY_DAY,), zone=BERLIN), start=evening - 0.5 * HOUR)
    sim.work(minutes=30)
    sim.sleep(minutes=hours * 60)
    sim.work(minutes=30, seconds=-1)
    assert sim.at.wall == start(night.replace(hour=10, minute=30)) - timedelta(seconds=1)
    assert sim.aways == [(hours * 3600, "asleep")]
    assert sim.sits == [30 * MIN]
    assert sim.shown == []
    sim.work(seconds=1)
    assert len(sim.shown) == 1


@pytest.mark.parametrize("days", [-3650.0, -1.0, 1.0, 3650.0])
def test_pain_24_a_wrong_clock_put_right_ends_what_it_held(days: float) -> None:
    """Booted at what it took for night; the right time came by network, and it is a quarter past nine."""
    sim = AdriftSim(policy(Kind.MOVEMENT, work=(BY_DAY,)))
    sim.set_clock(days * 86400 - 6 * 3600)
    sim.work(minutes=45)
    assert sim.held == ["hours"]
    sim.set_clock(0.0)
    sim.work(seconds=1)
    assert [shown.sat_s for shown in sim.shown] == [45 * MIN]


def test_pain_24_a_snooze_lasts_as_long_as_it_was_promised_to_whatever_the_clock_does() -> None:
    sim = AdriftSim(policy(Kind.MOVEMENT))
    sim.work(minutes=31)
    sim.snooze(seconds=600)
    sim.set_clock(3600.0)
    sim.work(seconds=599)
    assert sim.open is None
    sim.set_clock(-86400.0)
    sim.work(seconds=1)
    assert sim.open is not None


def timeless(entry: Entry) -> tuple[object, ...]:
    """The entry without its times of day, to the millisecond."""
    values = (getattr(entry, field.name) for field in fields(entry))
    told = (round(value, 3) if isinstance(value, float) else value for value in values)
    return (entry.entry, *(value for value in told if not isinstance(value, datetime)))


jumps: st.SearchStrategy[Act] = st.tuples(st.just("set_clock"), st.floats(-1e8, 1e8))
days = st.lists(st.one_of(acts.filter(lambda act: act[0] != "clock"), jumps), max_size=40)


@given(days)
def test_pain_24_no_clock_that_is_set_changes_anything_but_the_times_of_day(day: list[Act]) -> None:
    known = policy(snooze_day_limit=1000)
    adrift, steady = AdriftSim(known, told=False), Sim(known)
    for act in day:
        if act[0] == "set_clock":
            adrift.set_clock(act[1])
        else:
            do(adrift, act)
            do(steady, act)
    assert list(map(timeless, adrift.entries)) == list(map(timeless, steady.entries))


class Watched(AdriftSim):
    """Somebody whose source of presence tells all that it is asked for, at the moment it happens."""

    def __init__(self) -> None:
        super().__init__(policy(work=(BY_DAY,)))
        self.player.touch(self.at)

    def be(self, being: Being, minutes: float) -> None:
        """Do that for so long."""
        if being is not Being.ACTIVE and self.player.active:
            self.player.let_go(self.at)
        match being:
            case Being.ACTIVE:
                self.player.touch(self.at)
                self.wait(minutes=minutes)
            case Being.IDLE:
                self.wait(minutes=minutes)
            case Being.LOCKED:
                self.feed(Locked(at=self.at))
                self.wait(minutes=minutes)
                self.feed(Unlocked(at=self.at))
                self.player.touch(self.at)
            case Being.ASLEEP:
                self.feed(Sleeping(at=self.at))
                self.now_s += minutes * MIN
                self.feed(Woke(at=self.at, asleep_s=minutes * MIN))
            case _:
                assert_never(being)


beings = st.tuples(st.sampled_from([*Being]), st.floats(1, 90))
clocks = st.one_of(st.none(), st.floats(-1e8, 1e8), st.sampled_from([hours * 3600.0 for hours in range(24)]))


@given(st.lists(st.tuples(beings, st.sampled_from([None, *Signal]), clocks), max_size=20))
@example([((Being.ACTIVE, 20.0), None, 36000.0), ((Being.IDLE, 60.0), None, None)])
def test_pain_24_nor_how_long_anybody_sat_or_was_away_where_there_are_hours_of_work(
    day: list[tuple[tuple[Being, float], Signal | None, float | None]],
) -> None:
    """Prompts come at other times, then; sits and absences are what they were."""
    adrift, steady = Watched(), Watched()
    for being, signal, clock in day:
        if clock is not None:
            adrift.set_clock(clock)
        for sim in (adrift, steady):
            sim.player.tell(sim.at, frozenset() if signal is None else frozenset({signal}))
            sim.be(*being)
    assert stretches(adrift) == stretches(steady)


def stretches(sim: Sim) -> list[tuple[object, ...]]:
    return [timeless(entry) for entry in sim.entries if isinstance(entry, Sat | WasAway)]
