"""The machine's own clocks."""

from __future__ import annotations

import sys
from datetime import UTC, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from desk import wait_for
from sitbreak.adapters import clock
from sitbreak.adapters.clock import SystemClock, boot_id


def test_the_wall_clock_is_aware_and_utc() -> None:
    assert SystemClock().now().wall.utcoffset() == timedelta(0)
    assert SystemClock().now().wall.tzinfo is UTC


def test_the_monotonic_clock_never_goes_back() -> None:
    ours = SystemClock()
    moments = [ours.now().mono_s for _ in range(1000)]
    assert all(earlier <= later for earlier, later in pairwise(moments))


def test_both_clocks_run_alike() -> None:
    ours = SystemClock()
    start = ours.now()
    wait_for(lambda: ours.now().mono_s - start.mono_s > 0.1)
    end = ours.now()
    assert (end.wall - start.wall).total_seconds() == pytest.approx(end.mono_s - start.mono_s, abs=0.05)


@pytest.mark.skipif(sys.platform != "linux", reason="reads the kernel's own uptime")
def test_the_monotonic_clock_counts_sleep_as_uptime_does() -> None:
    uptime_s = float(Path("/proc/uptime").read_text().split()[0])
    assert SystemClock().now().mono_s == pytest.approx(uptime_s, abs=0.5)


def test_sleep_is_never_negative_and_steady_while_awake() -> None:
    ours = SystemClock()
    assert ours.asleep_s() >= 0
    assert ours.asleep_s() == pytest.approx(ours.asleep_s(), abs=0.01)


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux names its boots")
def test_a_boot_has_one_name() -> None:
    assert len(boot_id()) == 36
    assert boot_id() == boot_id()


def test_a_boot_without_a_name_is_an_empty_text(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(clock, "_BOOT_ID", tmp_path / "none")
    assert boot_id() == ""
