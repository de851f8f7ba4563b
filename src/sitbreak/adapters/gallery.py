"""The figures as pictures on disk, drawn by a short-lived process when something they show has changed."""

from __future__ import annotations

import json
import logging
import subprocess
import threading
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from sitbreak.wording import tr

INDEX = "index.json"
"""What the folder has: ``stamp``, and under ``pictures`` for each movement its files by use."""

NOTE, MENU = "note", "menu"

_DRAW_S = 120.0
_INDEX_MOST = 1_000_000

_log = logging.getLogger(__name__)


class DiskGallery:
    """Keeps the ``Gallery`` promises over ``folder``.

    ``problem`` is why the figures could not be drawn, in words; empty when they could.
    ``draw`` is the command that draws what is lacking there and writes the index; it reads the folder, the
    pack folders and the stamp as JSON. ``made_of`` names the files and folders that the pictures depend on.
    """

    def __init__(
        self,
        folder: Path,
        draw: Sequence[str],
        *,
        made_of: Callable[[], Iterable[Path]],
        packs: Sequence[Path] = (),
    ) -> None:
        self._folder, self._draw, self._made_of, self._packs = folder, tuple(draw), made_of, tuple(packs)
        self.problem = ""
        self._drawing = threading.Lock()
        self._ready = threading.Event()
        self._stamp, self._pictures = _read(folder)

    def note_image(self, movement: str) -> Path | None:
        """A PNG for a notification; None where there is none (yet)."""
        return self._pictures.get(movement, {}).get(NOTE)

    def menu_image(self, movement: str) -> Path | None:
        """A small PNG for a menu; None where there is none (yet)."""
        return self._pictures.get(movement, {}).get(MENU)

    def refresh(self) -> None:
        """Have drawn what has changed, in a thread of its own. Until then, what is there is shown."""
        threading.Thread(target=self._refresh, name="gallery", daemon=True).start()

    def wait(self, for_s: float) -> bool:
        """Whether all is drawn within so long."""
        return self._ready.wait(for_s)

    def _refresh(self) -> None:
        with self._drawing:
            stamp = stamp_of(self._made_of())
            if stamp != self._stamp:
                self._run(stamp)
                self._stamp, self._pictures = _read(self._folder)
            self._ready.set()

    def _run(self, stamp: str) -> None:
        request = {
            "folder": str(self._folder),
            "packs": [str(folder) for folder in self._packs],
            "stamp": stamp,
        }
        try:
            subprocess.run(
                self._draw,
                input=json.dumps(request),
                capture_output=True,
                encoding="utf-8",
                errors="replace",
                timeout=_DRAW_S,
                check=True,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            )
        except (OSError, subprocess.SubprocessError) as error:
            told = getattr(error, "stderr", None) or str(error)
            why = told.strip().rpartition("\n")[2][:200]
            what = tr("The figures could not be drawn: {why}").format(why=why)
            remedy = tr("Until that works, prompts show the icon.")
            self.problem = f"{what}\n{remedy}"
            _log.warning("%s", self.problem)
        else:
            self.problem = ""


def stamp_of(paths: Iterable[Path]) -> str:
    """What tells whether any of these files, or of the files in these folders, has changed."""
    seen = []
    for path in paths:
        try:
            files = sorted(path.iterdir()) if path.is_dir() else [path]
            for file in files:
                found = file.stat()
                seen.append(f"{file} {found.st_mtime_ns} {found.st_size}")
        except OSError:
            continue
    return "\n".join(seen)


def _read(folder: Path) -> tuple[str, Mapping[str, Mapping[str, Path]]]:
    """The index, as far as it makes sense; pictures that are not in the folder itself are none of ours."""
    try:
        with (folder / INDEX).open("rb") as file:
            plain = json.loads(file.read(_INDEX_MOST))
        pictures = {
            str(movement): {str(use): folder / Path(name).name for use, name in files.items()}
            for movement, files in plain["pictures"].items()
        }
        there = all(path.is_file() for files in pictures.values() for path in files.values())
        return (str(plain["stamp"]) if there else ""), pictures
    except (OSError, ValueError, TypeError, KeyError, AttributeError, RecursionError):
        return "", {}
