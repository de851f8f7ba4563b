"""The policy in force: the last good config, and what is wrong with the present one."""

from __future__ import annotations

import contextlib
import json
import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, Protocol

from sitbreak.config import child
from sitbreak.config.layers import Resolved
from sitbreak.config.places import Places
from sitbreak.config.zone import local_zone
from sitbreak.core.codec import decode, encode
from sitbreak.core.policy import Policy
from sitbreak.errors import ConfigError

LAST_GOOD = "last-good.json"


class SettingsKeeper:
    """Loads the config in a short-lived child; a bad one changes nothing but ``problem``.

    At a start with a bad one the last good one is used, or else the shipped one. Only bad ``flags`` are
    refused (ConfigError), since whoever gave them is there to give better ones.

    Attributes:
        policy: the one in force.
        layers: which layers it came from, low to high.
        problem: what is wrong with the config now, in words for people; empty when nothing is.
    """

    def __init__(self, places: Places, flags: Mapping[str, str], load: Load = child.load) -> None:
        self._places, self._flags, self._load = places, flags, load
        self._file = places.state_dir / LAST_GOOD
        self.problem = ""
        self.layers: tuple[str, ...] = ()
        self.policy: Policy = self.reload() or self._fall_back()

    def reload(self) -> Policy | None:
        """The policy that the files now make; None where they make none, which ``problem`` then explains."""
        try:
            resolved = self._load(self._places, self._flags)
        except ConfigError as error:
            self.problem = str(error)
            return None
        self.problem, self.policy, self.layers = "", resolved.policy, resolved.layers
        if not self._flags:
            with contextlib.suppress(OSError):
                _write(self._file, json.dumps({"layers": resolved.layers, "policy": encode(resolved.policy)}))
        return resolved.policy

    def _fall_back(self) -> Policy:
        shipped = self._load(_shipped_only(self._places), self._flags, _without_settings(os.environ))
        self.layers = shipped.layers
        return shipped.policy if self._flags else self._last_good() or shipped.policy

    def _last_good(self) -> Policy | None:
        try:
            plain: dict[str, Any] = json.loads(self._file.read_text(encoding="utf-8"))
            policy: Policy = decode(Policy, plain["policy"])
            self.layers = tuple(map(str, plain["layers"]))
        except (OSError, ValueError, KeyError, TypeError, RecursionError):
            return None
        return replace(policy, zone=local_zone())


class Load(Protocol):
    """What reads the config: ``child.load``."""

    def __call__(
        self, places: Places, flags: Mapping[str, str], environ: Mapping[str, str] = ..., /
    ) -> Resolved:
        """The config. Raises ConfigError."""
        ...


def _without_settings(environ: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environ.items() if not name.startswith("SITBREAK_")}


def _shipped_only(places: Places) -> Places:
    nowhere = places.state_dir / "no-config.toml"
    return replace(places, user_file=nowhere, user_file_named=False, site_file=None)


def _write(path: Path, text: str) -> None:
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as file:
        file.write(text.encode())
    fresh.replace(path)
