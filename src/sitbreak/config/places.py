"""Where sitbreak keeps what it has: config, state, log, socket."""

from __future__ import annotations

import os
import stat
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sitbreak.config.socketplace import APP, runtime_folder
from sitbreak.errors import SitbreakError
from sitbreak.wording import tr

if TYPE_CHECKING:
    from platformdirs.api import PlatformDirsABC

CONFIG_VARIABLE = "SITBREAK_CONFIG"
FILE_NAME = "config.toml"
PACKS = "packs"


@dataclass(frozen=True, slots=True, kw_only=True)
class Places:
    """Paths; none of them need exist. ``user_file_named``: the person named the file, so it must be there.

    ``state_dir`` holds what a restart needs, ``data_dir`` the log, ``runtime_dir`` the socket, ``cache_dir``
    what can be made again. ``pack_folders`` may hold packs of prompts, the site's before the user's.
    """

    user_file: Path
    user_file_named: bool
    site_file: Path | None
    state_dir: Path
    data_dir: Path
    runtime_dir: Path
    cache_dir: Path
    pack_folders: tuple[Path, ...] = ()


def find_places(config: str | Path | None = None, environ: Mapping[str, str] = os.environ) -> Places:
    """The places of this user. ``config`` is what ``--config`` says; ``SITBREAK_CONFIG`` speaks after it."""
    dirs = _dirs()
    named = config or environ.get(CONFIG_VARIABLE)
    return Places(
        user_file=_absolute(named) if named else dirs.user_config_path / FILE_NAME,
        user_file_named=bool(named),
        site_file=_site_file(dirs),
        state_dir=dirs.user_state_path,
        data_dir=dirs.user_data_path,
        runtime_dir=Path(runtime_folder()),
        cache_dir=dirs.user_cache_path,
        pack_folders=tuple(folder / PACKS for folder in (*_site_folders(dirs), dirs.user_config_path)),
    )


def private(folder: Path) -> Path:
    """The folder, made if need be, for this user alone.

    Raises:
        SitbreakError: it cannot be made, or is another's.
    """
    try:
        missing = [path for path in (folder, *folder.parents) if not path.exists()]
        for path in reversed(missing):
            path.mkdir(mode=0o700, exist_ok=True)
        if sys.platform != "win32":
            _claim(folder)
    except OSError as error:
        reason = error.strerror or str(error)
        raise SitbreakError(
            tr("The folder {folder} cannot be used: {reason}").format(folder=folder, reason=reason),
            remedy=tr("Make it a folder of your own, or name another by the XDG variables."),
        ) from None
    return folder


def _claim(folder: Path) -> None:
    me = os.geteuid()
    # A link is fine where the person laid it; another's would lead what we write elsewhere.
    if folder.lstat().st_uid != me or folder.stat().st_uid != me:
        raise PermissionError(1, tr("it belongs to another user"))
    mode = folder.stat().st_mode
    if not stat.S_ISDIR(mode):
        raise NotADirectoryError(20, tr("it is not a folder"))
    if stat.S_IMODE(mode) & 0o077:
        folder.chmod(0o700)


def _absolute(named: str | Path) -> Path:
    return Path(os.path.abspath(os.path.expanduser(named)))  # noqa: PTH100, PTH111 - neither ever raises


def _site_file(dirs: PlatformDirsABC) -> Path | None:
    candidates = [folder / FILE_NAME for folder in _site_folders(dirs)]
    there = (file for file in candidates if os.path.exists(file))  # noqa: PTH110 - Path.exists may raise
    return next(there, next(iter(candidates), None))


def _site_folders(dirs: PlatformDirsABC) -> list[Path]:
    return [folder for folder in dict.fromkeys(dirs.iter_config_paths()) if folder != dirs.user_config_path]


def _dirs() -> PlatformDirsABC:
    import platformdirs  # noqa: PLC0415 - most commands need no place but the socket's

    return platformdirs.PlatformDirs(APP, appauthor=False)
