"""Whether the screen is shared or recorded. Never what is on it."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import partial

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals import pipewire
from sitbreak.adapters.signals.pipewire import Graph, Node
from sitbreak.adapters.signals.reader import Changed, Stop
from sitbreak.adapters.signals.watching import Watchers
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

_PICTURES = ("Video/Source", "Stream/Output/Video")
"""Compositors send a screen as the latter (GNOME, KDE, niri), portals as the former (wlroots, Hyprland)."""

_NOBODY_ELSE = frozenset(
    {
        "plasmashell",  # small pictures of windows over its task bar
        "gnome-remote-desktop-daemon",  # the person's own screen, seen from elsewhere
        "krdpserver",
    }
)


class Sharing:
    """Looks for a screen among PipeWire's streams, which every Wayland desktop shares through.

    On X11 a program may look at the screen without anybody's help, so there "no" cannot be told.
    """

    sense = Sense.SHARING
    name = "screen sharing"

    def __init__(
        self,
        io: IoLoop,
        *,
        environ: Mapping[str, str] = os.environ,
    ) -> None:
        self._environ = environ
        self._watchers = Watchers(io)

    async def read(self) -> bool:
        """Whether somebody takes a picture of the screen just now. Raises Unavailable."""
        x11 = _is_x11(self._environ)
        if pipewire.is_running(self._environ):
            if is_shared(await pipewire.graph(self._environ)):
                return True
        elif not x11 and not self._environ.get("XDG_RUNTIME_DIR"):
            raise Unavailable(tr("PipeWire cannot be found: XDG_RUNTIME_DIR is not set."))
        if x11:
            raise Unavailable(
                tr("On X11 a program can share the screen without anything telling of it."),
                remedy=tr("The call may still be told by its microphone or camera."),
            )
        return False

    def watch(self, changed: Changed) -> Stop | None:
        """Have ``changed`` called when a stream is linked or let go, and when what tells of them is gone."""
        return self._watchers.begin(changed, partial(pipewire.listen_to_links, environ=self._environ))

    def close(self) -> None:
        """End all watching."""
        self._watchers.stop()


def is_shared(graph: Graph) -> bool:
    """Whether a picture that is no camera's goes to a program other than the desktop itself."""
    return any(
        source in graph.nodes
        and taker in graph.nodes
        and _is_screen(graph.nodes[source])
        and not _names(graph.nodes[taker]) & _NOBODY_ELSE
        for source, taker in graph.links
    )


def _is_screen(node: Node) -> bool:
    props = node.props
    # Cameras come from a device, and virtual ones say so by their role.
    return (
        props.get("media.class") in _PICTURES
        and not props.get("device.api")
        and props.get("media.role") != "Camera"
    )


def _names(node: Node) -> set[str]:
    told = (
        node.props.get("node.name"),
        node.props.get("application.name"),
        node.props.get("application.process.binary"),
        node.owner.get("application.name"),
        node.owner.get("application.process.binary"),
    )
    return {name for name in told if isinstance(name, str)}


def _is_x11(environ: Mapping[str, str]) -> bool:
    if kind := environ.get("XDG_SESSION_TYPE"):
        return kind == "x11"
    return bool(environ.get("DISPLAY")) and not environ.get("WAYLAND_DISPLAY")
