"""Which files of a folder are packs."""

from __future__ import annotations

import os
from pathlib import Path

from sitbreak.config.problems import Problem
from sitbreak.wording import ntr, tr

PACKS_MOST = 20
"""Files that are read in one folder."""

_NAMES_TOLD = 5


def pack_files(folder: Path) -> tuple[list[Path], list[Problem]]:
    """The packs of a folder by name, and what is wrong with the folder."""
    try:
        with os.scandir(folder) as entries:
            # A hidden file is an editor's, or waits to be renamed.
            names = sorted(
                entry.name for entry in entries if entry.name.endswith(".toml") and entry.name[0] != "."
            )
    except (FileNotFoundError, NotADirectoryError):
        return [], _no_folder(folder)
    except OSError as error:
        what = tr("{folder} cannot be read: {reason}").format(folder=folder, reason=error.strerror or error)
        return [], [Problem(what, tr("Make it readable for yourself."))]
    return [folder / name for name in names[:PACKS_MOST]], _too_many(folder, names[PACKS_MOST:])


def _no_folder(folder: Path) -> list[Problem]:
    if not os.path.lexists(folder):  # nobody has made one
        return []
    what = tr("{folder} is not a folder").format(folder=folder)
    return [Problem(what, tr("Move what is there away, or make a folder of it with packs in it."))]


def _too_many(folder: Path, names: list[str]) -> list[Problem]:
    if not names:
        return []
    told = ", ".join(names[:_NAMES_TOLD])
    more = len(names) - _NAMES_TOLD
    if more > 0:
        told = ntr("{names} and {n} more", "{names} and {n} more", more).format(names=told, n=more)
    what = tr("{folder}: the first {most} packs by name are read, not {names}").format(
        folder=folder, most=PACKS_MOST, names=told
    )
    return [Problem(what, tr("Join some of them into one file."))]
