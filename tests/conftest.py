"""Fixtures that many tests share."""

from __future__ import annotations

import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from desk import Desk


def pytest_configure() -> None:
    """Asked to end, end as by Ctrl-C, so that every desk takes with it what it started."""
    signal.signal(signal.SIGTERM, signal.default_int_handler)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    """An X display and a session bus; the test starts the rest."""
    with Desk(tmp_path) as desk:
        yield desk


@pytest.fixture
def bus(tmp_path: Path) -> Iterator[Desk]:
    """A session bus without a display."""
    with Desk(tmp_path, x=False) as desk:
        yield desk
