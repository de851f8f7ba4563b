"""What PipeWire carries: its streams and devices, and which are linked, as pw-dump tells them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sitbreak.adapters.signals.child import answer
from sitbreak.adapters.signals.watching import Watcher, listen
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

Props = Mapping[str, Any]

_IDLE_LINKS = ("error", "unlinked")


@dataclass(frozen=True, slots=True)
class Node:
    """A stream or a device. ``owner`` is what its program says of itself."""

    props: Props
    owner: Props = field(default_factory=dict)
    running: bool = False


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes by their number, and the links: from which to which."""

    nodes: Mapping[int, Node]
    links: frozenset[tuple[int, int]]


def is_running(environ: Mapping[str, str]) -> bool:
    """Whether PipeWire is there. To ask it must not start it, which it would where systemd listens for it."""
    if environ.get("PIPEWIRE_REMOTE"):
        return True
    folder = environ.get("PIPEWIRE_RUNTIME_DIR") or environ.get("XDG_RUNTIME_DIR")
    return folder is not None and Path(folder, "pipewire-0.lock").exists()


async def graph(environ: Mapping[str, str]) -> Graph:
    """All of it. Raises Unavailable."""
    if not is_running(environ):
        raise Unavailable(tr("PipeWire is not running."))
    try:
        said = await answer(["pw-dump"], environ)
    except OSError as error:
        raise Unavailable(
            tr("PipeWire cannot be asked without pw-dump."),
            remedy=tr("Install pipewire-bin (Debian, Ubuntu) or pipewire-utils (Fedora)."),
        ) from error
    if not said.strip():
        raise Unavailable(tr("{source} does not answer.").format(source="PipeWire"))
    try:
        return parsed(said.decode("utf-8", "replace"))
    except (ValueError, RecursionError) as error:
        raise Unavailable(tr("What pw-dump says cannot be read.")) from error


def listen_to_links(watcher: Watcher, environ: Mapping[str, str]) -> None:
    """Tell of every link that comes or goes. Raises OSError where nobody would say so."""
    if not is_running(environ):
        raise FileNotFoundError
    listen(watcher, ["pw-link", "--links", "--monitor"], environ, lambda line: b"->" in line)


def parsed(said: str) -> Graph:
    """The graph in what pw-dump printed. Raises ValueError."""
    found = dict(_objects(said))
    clients = {number: _props(info) for number, (kind, info) in found.items() if kind == "Client"}
    nodes = {}
    links = set()
    for number, (kind, info) in found.items():
        if kind == "Node":
            props = _props(info)
            owner = clients.get(_number(props.get("client.id")), {})
            nodes[number] = Node(props, owner, running=info.get("state") == "running")
        elif kind == "Link" and info.get("state") not in _IDLE_LINKS:
            links.add((_number(info.get("output-node-id")), _number(info.get("input-node-id"))))
    return Graph(nodes, frozenset(links))


def _objects(said: str) -> Iterator[tuple[int, tuple[str, dict[str, Any]]]]:
    """Number, kind and facts. What changes while pw-dump speaks, it says in a further list."""
    decoder, at = json.JSONDecoder(), 0
    said = said.strip()
    while True:
        some, at = decoder.raw_decode(said, at)
        for one in some if isinstance(some, list) else ():
            if isinstance(one, dict) and isinstance(one.get("type"), str):
                # Of what is gone there are no facts.
                info = one.get("info")
                kind = one["type"].rpartition(":")[2] if isinstance(info, dict) else ""
                yield _number(one.get("id")), (kind, info if isinstance(info, dict) else {})
        while at < len(said) and said[at].isspace():
            at += 1
        if at >= len(said):
            return


def _props(info: Mapping[str, Any]) -> Props:
    props = info.get("props")
    return props if isinstance(props, dict) else {}


def _number(value: object) -> int:
    return value if isinstance(value, int) else -1
