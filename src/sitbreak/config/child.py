"""Resolves the config in a short-lived process, so that what that takes never stays in the daemon."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from sitbreak.config.layers import Origin, Resolved
from sitbreak.config.places import Places
from sitbreak.config.problems import ConfigProblems, Problem
from sitbreak.config.zone import local_zone
from sitbreak.core.codec import decode, encode
from sitbreak.core.policy import Policy
from sitbreak.errors import ConfigError
from sitbreak.wording import tr

TIMEOUT_S = 20.0
LARGEST_ANSWER = 1024 * 1024
"""Characters. Fifty problems and all settings are a tenth of it."""

_PATHS = ("user_file", "state_dir", "data_dir", "runtime_dir", "cache_dir")


def load(places: Places, flags: Mapping[str, str], environ: Mapping[str, str] = os.environ) -> Resolved:
    """What ``resolve`` says of these places, flags and environment. Takes about half a second.

    Raises:
        ConfigProblems: the config cannot be used.
        ConfigError: the process failed, or did not end within ``TIMEOUT_S``.
    """
    request = {"places": _plain_places(places), "flags": dict(flags)}
    try:
        # -P: a file in the working directory must not stand in for a module.
        ended = subprocess.run(
            [sys.executable, "-P", "-m", "sitbreak.config"],
            input=json.dumps(request),
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            env=dict(environ),
            timeout=TIMEOUT_S,
            check=False,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
    except subprocess.TimeoutExpired:
        raise _failed(tr("it took over {s} s").format(s=int(TIMEOUT_S))) from None
    except (OSError, subprocess.SubprocessError) as error:
        raise _failed(str(error)) from None
    if len(ended.stdout) > LARGEST_ANSWER:
        raise _failed(tr("it answered at too great length"))
    try:
        return loaded(json.loads(ended.stdout))
    except (ValueError, TypeError, KeyError, RecursionError):
        last = ended.stderr.strip().rpartition("\n")[2][:200]
        raise _failed(last or tr("it ended with code {code}").format(code=ended.returncode)) from None


def request_places(request: Mapping[str, Any]) -> Places:
    """The places that a request names. Raises KeyError or TypeError for what ``load`` did not write."""
    plain = request["places"]
    return Places(
        user_file_named=bool(plain["user_file_named"]),
        site_file=Path(plain["site_file"]) if plain["site_file"] else None,
        pack_folders=tuple(map(Path, plain["pack_folders"])),
        **{name: Path(plain[name]) for name in _PATHS},
    )


def answer(resolved: Resolved) -> dict[str, Any]:
    """A resolved config as JSON carries it; its zone is looked up anew on the other side."""
    return {
        "policy": encode(resolved.policy),
        "layers": list(resolved.layers),
        "origins": [origin.plain() for origin in resolved.origins],
    }


def loaded(plain: Mapping[str, Any]) -> Resolved:
    """What ``answer`` was made from.

    Raises:
        ConfigProblems: the answer holds problems.
        ValueError, TypeError, KeyError: it is no answer.
    """
    if "problems" in plain:
        problems = [Problem(str(one["what"]), str(one["remedy"])) for one in plain["problems"]]
        raise ConfigProblems(problems, more=int(plain.get("more", 0)))
    return Resolved(
        policy=replace(decode(Policy, plain["policy"]), zone=local_zone()),
        origins=tuple(Origin(**one) for one in plain["origins"]),
        layers=tuple(map(str, plain["layers"])),
    )


def _plain_places(places: Places) -> dict[str, Any]:
    def plain(value: Any) -> Any:
        match value:
            case Path():
                return os.fspath(value)
            case tuple():
                return [plain(item) for item in value]
            case _:
                return value

    return {field.name: plain(getattr(places, field.name)) for field in fields(places)}


def _failed(reason: str) -> ConfigError:
    return ConfigError(
        tr("The settings could not be read: {reason}").format(reason=reason),
        remedy=tr("Try `sitbreak config check`; if that fails too, install sitbreak anew."),
    )
