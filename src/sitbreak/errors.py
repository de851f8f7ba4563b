"""Every error that a person may see: what happened, what to do about it, and the exit code.

SitbreakError            1
├── UsageError           2   the command was called wrongly
├── NoDaemon             3   nothing answers on the control socket
├── ConfigError          4   a config or content file that cannot be used
├── Unavailable          1   this desktop lacks what an adapter needs (kept for `doctor`)
│   └── NotifyFailed     1   a prompt could not be shown
├── Refused              1   the daemon understood, and said no
└── StoreError           1   the log could not be read or written
"""

from __future__ import annotations


class SitbreakError(Exception):
    """Base of all. ``what`` says what happened, ``remedy`` what to do; either may be shown as it is."""

    exit_code: int = 1

    def __init__(self, what: str, *, remedy: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.what}\n{self.remedy}" if self.remedy else self.what


class UsageError(SitbreakError):
    """The command was called wrongly."""

    exit_code = 2


class NoDaemon(SitbreakError):
    """Nothing answers on the control socket."""

    exit_code = 3


def no_daemon() -> NoDaemon:
    """The error for a command that found nobody to ask."""
    return NoDaemon("sitbreak is not running.", remedy="Start it with `sitbreak run`.")


class ConfigError(SitbreakError):
    """A config or content file cannot be used; ``what`` names file, line and key."""

    exit_code = 4


class Unavailable(SitbreakError):
    """This desktop lacks what an adapter needs. Choosers keep these for ``doctor``."""


class NotifyFailed(Unavailable):
    """A prompt could not be shown by this notifier; the next one is tried."""


class Refused(SitbreakError):
    """The daemon understood the request and said no."""


class StoreError(SitbreakError):
    """The log could not be read or written."""
