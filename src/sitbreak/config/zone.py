"""Where the clock on the wall is."""

from __future__ import annotations

import warnings
from datetime import UTC, datetime, tzinfo


def local_zone() -> tzinfo:
    """The person's time zone as the system has it now, looked up anew; UTC where nothing tells.

    Where the zone has no name, today's offset stands in for it.
    """
    from tzlocal import reload_localzone  # noqa: PLC0415 - only the daemon and `config` need it

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            return reload_localzone()
    except Exception:  # a broken zone file raises whatever its parser does
        return datetime.now().astimezone().tzinfo or UTC
