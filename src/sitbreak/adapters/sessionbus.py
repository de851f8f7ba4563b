"""Where this person's session bus is."""

from __future__ import annotations

import os
from pathlib import Path


def session_bus() -> str | None:
    """Its usual place where the environment names none. None: wherever the library looks."""
    if os.environ.get("DBUS_SESSION_BUS_ADDRESS"):
        return None
    socket = Path(os.environ.get("XDG_RUNTIME_DIR", "/nonexistent")) / "bus"
    return f"unix:path={socket}" if socket.is_socket() else None
