"""The commands' end of the daemon's line, by this system's own means. Imports next to nothing."""

import sys

if sys.platform == "win32":
    from sitbreak.adapters.control.pipe_client import address, knock
else:
    from sitbreak.adapters.control.socket_client import address, knock

__all__ = ["address", "knock"]
