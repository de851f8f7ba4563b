"""Where the control socket is. Imports next to nothing, since ``status`` must feel instant."""

from __future__ import annotations

import os
import stat
import sys

APP = "sitbreak"


def runtime_folder() -> str:
    """The folder of the socket, for the daemon and all who ask it.

    A desktop's own runtime directory is told without platformdirs, which would double what ``status`` takes
    to start. Where there is none, a folder in the state directory stands in: /tmp is everyone's.
    """
    if sys.platform == "win32":
        # Here it stands for the pipe's name only; the log and the state are in it.
        given = os.environ.get("WIN_PD_OVERRIDE_LOCAL_APPDATA") or os.environ.get("LOCALAPPDATA", "")
        return f"{given}\\{APP}" if given[1:3] == ":\\" else _looked_up()
    given = os.environ.get("XDG_RUNTIME_DIR", "")
    if sys.platform == "linux" and given.startswith("/") and _is_private(given):
        return f"{given}/{APP}"
    return _looked_up()


def _looked_up() -> str:
    import warnings  # noqa: PLC0415 - only where the environment does not say

    import platformdirs  # noqa: PLC0415

    dirs = platformdirs.PlatformDirs(APP, appauthor=False)
    stand_in = str(dirs.user_state_path / "run")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            found = dirs.user_runtime_path
    except OSError:
        return stand_in
    if sys.platform == "linux" and not _is_private(str(found.parent)):
        return stand_in
    return str(found)


def _is_private(folder: str) -> bool:
    try:
        found = os.lstat(folder)
    except (OSError, ValueError):
        return False
    mine = found.st_uid == os.geteuid()
    return stat.S_ISDIR(found.st_mode) and mine and not stat.S_IMODE(found.st_mode) & 0o077
