"""What was chosen and why, what is missing and how to get it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sitbreak.config.places import Places
from sitbreak.errors import Unavailable
from sitbreak.store.journal import FILE_NAME
from sitbreak.store.reports import Reports
from sitbreak.wording import tr


@dataclass(frozen=True, slots=True)
class Chosen:
    """An adapter in use, what it can do, why those before it were refused, and whether it works just now."""

    name: str
    can: str
    refused: Sequence[Unavailable]
    works: bool = True


@dataclass(frozen=True, slots=True)
class Sensed:
    """What a sense says now. ``on`` None: it cannot tell, and ``why`` says why; no ``why``: it may not."""

    sense: str
    on: bool | None
    why: Unavailable | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """What an examination found.

    ``lock``: who tells of locking. ``watched``: the clock tells when it is set.
    """

    presence: Chosen
    lock: Chosen
    notifier: Chosen
    tray: Chosen
    sensed: Sequence[Sensed]
    watched: bool


def report(places: Places, found: Examined, problems: Sequence[str]) -> dict[str, Any]:
    """Everything that ``sitbreak doctor`` tells, as plain data."""
    return {
        "checks": [
            _check("presence", found.presence),
            _check("lock", found.lock),
            _check("notifier", found.notifier),
            _check("tray", found.tray),
            *map(_sensed, found.sensed),
            _fact("clock", tr("told of changes") if found.watched else tr("looked at now and then")),
            _log(places.data_dir / FILE_NAME),
            _fact("config", str(places.user_file)),
        ],
        "problems": list(problems),
    }


def doctor_text(data: dict[str, Any]) -> str:
    """The same for people."""
    lines = []
    for check in data["checks"]:
        mark = "+" if check["ok"] else "!"
        can = f" ({check['can']})" if check["can"] else ""
        lines.append(f"{mark} {check['about']}: {check['chosen']}{can}")
        for refused in check["refused"]:
            lines.append(f"    {refused['what']}")
            lines += [f"      {line}" for line in refused["remedy"].splitlines()]
    for problem in data["problems"]:
        lines += [f"! {line}" for line in problem.splitlines()]
    return "\n".join(lines)


def _check(about: str, chosen: Chosen) -> dict[str, Any]:
    ok = chosen.name != "none" and chosen.works
    refused = [{"what": reason.what, "remedy": reason.remedy} for reason in chosen.refused]
    return {"about": about, "ok": ok, "chosen": chosen.name, "can": chosen.can, "refused": refused}


def _sensed(found: Sensed) -> dict[str, Any]:
    if found.on is None:
        said = tr("cannot tell") if found.why else tr("switched off")
    else:
        said = tr("yes") if found.on else tr("no")
    refused = [] if found.why is None else [{"what": found.why.what, "remedy": found.why.remedy}]
    check = _fact(f"signals.{found.sense}", said)
    return check | {"ok": found.why is None, "refused": refused}


def _log(path: Path) -> dict[str, Any]:
    fault = Reports(path).fault()
    refused = [] if fault is None else [{"what": fault.what, "remedy": fault.remedy}]
    return _fact("log", str(path)) | {"ok": fault is None, "refused": refused}


def _fact(about: str, what: str) -> dict[str, Any]:
    return {"about": about, "ok": True, "chosen": what, "can": "", "refused": []}
