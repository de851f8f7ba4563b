"""What is wrong with a config, all of it at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sitbreak.errors import ConfigError
from sitbreak.wording import ntr, tr

MOST = 50
"""More problems than anyone reads at once; the rest are counted."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong: ``what`` names file, line and key, ``remedy`` the way out."""

    what: str
    remedy: str = ""

    def __post_init__(self) -> None:
        # File names and variables may hold bytes that are no text, or that a terminal would obey.
        for name in ("what", "remedy"):
            text: str = getattr(self, name)
            object.__setattr__(self, name, "".join(sign if sign.isprintable() else "?" for sign in text))

    def plain(self) -> dict[str, str]:
        """As JSON carries it."""
        return {"what": self.what, "remedy": self.remedy}

    def __str__(self) -> str:
        return f"{self.what}\n    {self.remedy}" if self.remedy else self.what


class ConfigProblems(ConfigError):
    """The config cannot be used; ``problems`` holds each reason, the text all of them."""

    def __init__(self, problems: Sequence[Problem], *, more: int = 0) -> None:
        """Take one problem at the least; ``more`` is how many others were left out."""
        only = problems[0] if len(problems) == 1 and not more else None
        lines = [str(problem) for problem in problems]
        if more:
            lines.append(ntr("and {n} problem more", "and {n} problems more", more).format(n=more))
        super().__init__(only.what if only else "\n".join(lines), remedy=only.remedy if only else "")
        self.problems = tuple(problems)
        self.more = more


def placed(file: str | None, line: int | None, *, otherwise: str = "") -> str:
    """Where something stands: ``config.toml, line 3``."""
    if file is None:
        return otherwise
    return tr("{file}, line {line}").format(file=file, line=line) if line else file
