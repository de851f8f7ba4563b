"""The prompts in force: what is shipped and what packs add, as their files were last read."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from dataclasses import replace
from difflib import get_close_matches
from pathlib import Path

from sitbreak.config.content import Loaded, load_catalogue
from sitbreak.config.problems import Problem
from sitbreak.core.catalogue import Catalogue
from sitbreak.core.policy import Policy
from sitbreak.core.rules import unknown_exclusions
from sitbreak.errors import ConfigError
from sitbreak.wording import tr

log = logging.getLogger(__name__)


class PromptsKeeper:
    """Loads the catalogue; a bad pack changes nothing but ``loaded.problems``.

    Raises:
        ConfigError: at the start, when what is shipped cannot be used.

    Attributes:
        loaded: what can be asked, and what is wrong with packs.
    """

    def __init__(self, folders: Sequence[Path]) -> None:
        self._folders = tuple(folders)
        self.loaded: Loaded = load_catalogue(packs=self._folders)

    def reload(self) -> bool:
        """Read all of it again; whether other things can be asked now. Warns once of each new problem."""
        before, self.loaded = self.loaded, self._load()
        for problem in self.loaded.problems:
            if problem not in before.problems:
                log.warning("%s", problem)
        return replace(self.loaded, problems=()) != replace(before, problems=())

    def problems(self, policy: Policy) -> list[str]:
        """What is wrong with packs, and with an ``exclude`` that keeps nothing away, in words."""
        # What a pack leaves out may be excluded as well.
        catalogue = self.loaded.catalogue + self.loaded.left_out
        exclude = _exclusion_problem(unknown_exclusions(policy, catalogue), catalogue)
        return [*filter(None, (exclude,)), *map(str, self.loaded.problems)]

    def _load(self) -> Loaded:
        try:
            return load_catalogue(packs=self._folders)
        except ConfigError as error:  # what is shipped is being replaced by an update, perhaps
            return replace(self.loaded, problems=(Problem(error.what, error.remedy),))


def _exclusion_problem(names: tuple[str, ...], catalogue: Catalogue) -> str:
    if not names:
        return ""
    known = sorted({movement.id for movement in catalogue} | {movement.region for movement in catalogue})
    close = get_close_matches(names[0], known, 1)
    what = tr("`exclude` names {names}, which is no movement and no region; it keeps nothing away.").format(
        names=", ".join(f'"{name[:40]}"' for name in names[:5])
    )
    remedy = tr("Did you mean {name}?").format(name=close[0]) if close else ""
    return "\n".join(filter(None, (what, remedy or tr("`sitbreak prompts` lists the names."))))
