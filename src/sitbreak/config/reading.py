"""Reads a TOML file of a person's, whatever stands in its place; what cannot be used is refused in words."""

from __future__ import annotations

import os
import re
import stat
import tomllib
from pathlib import Path
from typing import Any

from sitbreak.config.locate import too_deep
from sitbreak.config.problems import ConfigProblems, Problem, placed
from sitbreak.wording import tr

LARGEST_FILE = 256 * 1024
"""Bytes. What a person wrote has a few thousand."""

_ERROR_LINE = re.compile(r"at line (\d+)")


def read_text(path: Path, *, devices: bool = True) -> str:
    """The text of a file. ``devices``: such as /dev/null may stand in for one.

    Raises:
        ConfigProblems: it is missing, not a file, too large, unreadable or not UTF-8.
    """
    try:
        raw = _read_bytes(path, devices=devices)
    except FileNotFoundError:
        raise _missing(path) from None
    except (IsADirectoryError, NotADirectoryError):
        raise _unusable(
            tr("{file} is not a file").format(file=path), tr("Move what is there away, or name another file.")
        ) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _unusable(
            tr("{file} cannot be read: {reason}").format(file=path, reason=reason),
            tr("Make it readable for yourself, or name another file."),
        ) from None
    if len(raw) > LARGEST_FILE:
        raise _unusable(
            tr("{file} is over 256 KB").format(file=path), tr("Is this the file you meant? Shorten it.")
        )
    try:
        return raw.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = raw.count(b"\n", 0, error.start) + 1
        what = tr("{place}: this is not UTF-8 text").format(place=placed(str(path), line))
        raise _unusable(what, tr("Save it again as UTF-8.")) from None


def parse_toml(path: Path, text: str) -> dict[str, Any]:
    """The tables that the text of a file makes.

    Raises:
        ConfigProblems: it is no TOML; the problem names the line.
    """
    if line := too_deep(text):
        what = tr("{place}: a key of too many parts").format(place=placed(str(path), line))
        raise _unusable(what, tr("No setting is nested that deep."))
    try:
        return tomllib.loads(text)
    except (ValueError, RecursionError) as error:
        found = _ERROR_LINE.search(str(error))
        line = int(found[1]) if found else text.count("\n") + 1
        reason = tr("it is nested too deep") if isinstance(error, RecursionError) else str(error)
        what = tr("{place}: this is not TOML: {reason}").format(place=placed(str(path), line), reason=reason)
        remedy = tr('A line is a [table] or key = value, with text in quotes: every = "30m".')
        raise _unusable(what, remedy) from None


def _read_bytes(path: Path, *, devices: bool) -> bytes:
    # Not blocking: a pipe put in the file's place must not hang the daemon.
    descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NONBLOCK", 0))
    try:
        mode = os.fstat(descriptor).st_mode
        if not (stat.S_ISREG(mode) or (devices and stat.S_ISCHR(mode))):
            raise IsADirectoryError
        with open(descriptor, "rb", closefd=False) as opened:
            return opened.read(LARGEST_FILE + 1) or b""
    finally:
        os.close(descriptor)


def _missing(path: Path) -> ConfigProblems:
    if path.is_symlink():
        what = tr("{file} is a link that leads nowhere").format(file=path)
        return _unusable(what, tr("Lead it to a file, or remove it."))
    return _unusable(
        tr("{file}: there is no such file").format(file=path), tr("Check the path, or create the file.")
    )


def _unusable(what: str, remedy: str) -> ConfigProblems:
    return ConfigProblems([Problem(what, remedy)])
