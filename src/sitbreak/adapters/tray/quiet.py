"""pystray, imported without touching a display: its import would open one, and may fail in many ways."""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module
from typing import Any


@contextmanager
def _no_backend() -> Iterator[None]:
    name = "PYSTRAY_BACKEND"
    before = os.environ.get(name)
    os.environ[name] = "dummy"
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before


with _no_backend():
    import pystray


def backend(name: str) -> Any:
    """One of pystray's backend modules. What its import raises is the caller's to catch."""
    return import_module(f"pystray._{name}")


__all__ = ["backend", "pystray"]
