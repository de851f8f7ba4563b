"""The only finder of ``assets/`` and ``config/``: in a wheel beside the code, in a checkout above it."""

from __future__ import annotations

from pathlib import Path

_HERE = Path(__file__).resolve().parent


def shipped(*parts: str) -> Path:
    """A path under the shipped ``assets`` or ``config``, such as ``shipped("config", "default.toml")``."""
    packed = _HERE / "_data"
    root = packed if packed.is_dir() else _HERE.parents[1]
    return root.joinpath(*parts)
