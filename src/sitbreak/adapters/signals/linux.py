"""What a Linux desktop can tell."""

from __future__ import annotations

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals.camera import Camera
from sitbreak.adapters.signals.fullscreen import Fullscreen
from sitbreak.adapters.signals.inhibitors import Inhibitors
from sitbreak.adapters.signals.microphone import Microphone
from sitbreak.adapters.signals.quiet import Quiet
from sitbreak.adapters.signals.reader import Reader
from sitbreak.adapters.signals.sharing import Sharing


def readers(io: IoLoop) -> tuple[Reader, ...]:
    """One for each sense."""
    return (Microphone(io), Camera(io), Sharing(io), Inhibitors(io), Fullscreen(io), Quiet(io))
