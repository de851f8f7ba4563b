"""Who records, as the sound server tells it: PulseAudio, or PipeWire in its place."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sitbreak.adapters.signals.child import answer
from sitbreak.adapters.signals.watching import Watcher, listen
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

_MODULE = "module-"
_FILTER_ROLES = ("filter", "dsp")
_LISTENS_WITHIN_S = 0.5


async def somebody_records(environ: Mapping[str, str]) -> bool:
    """Whether a program records from a source that is not what the machine itself plays.

    Raises Unavailable where there is no server, or it does not say.
    """
    pactl = _pactl(environ)
    outputs = await _list(pactl, "source-outputs", environ)
    wanted = {output.get("source") for output in outputs if _is_recording(output)}
    if not wanted:
        return False
    sources = await _list(pactl, "sources", environ)
    return any(source.get("index") in wanted and not _is_monitor(source) for source in sources)


def listen_to_server(watcher: Watcher, environ: Mapping[str, str]) -> None:
    """Tell when somebody begins or ends to record. Raises OSError where nobody would say so."""
    try:
        pactl = _pactl(environ)
    except Unavailable as error:
        raise FileNotFoundError(error.what) from error
    listen(watcher, [*pactl, "subscribe"], environ, lambda line: b"source-output" in line)
    # What happened before pactl was listening.
    watcher.tell(in_s=_LISTENS_WITHIN_S)


def _pactl(environ: Mapping[str, str]) -> Sequence[str]:
    """The command, for a server that is running: to ask must not start one."""
    if server := environ.get("PULSE_SERVER"):
        return ("pactl", "--server", server)
    folder = _folder(environ)
    if folder is None or not _is_alive(folder / "pid"):
        raise Unavailable(
            tr("No sound server is running."),
            remedy=tr("Start PipeWire with pipewire-pulse, or PulseAudio."),
        )
    # A server named is never started by the client. Where systemd listens in its place, only the file that
    # the server itself writes tells that it is there.
    return ("pactl", "--server", f"unix:{folder / 'native'}")


def _folder(environ: Mapping[str, str]) -> Path | None:
    if folder := environ.get("PULSE_RUNTIME_PATH"):
        return Path(folder)
    if folder := environ.get("XDG_RUNTIME_DIR"):
        return Path(folder, "pulse")
    return None


def _is_alive(pid_file: Path) -> bool:
    try:
        with pid_file.open("rb") as file:
            os.kill(int(file.read(20)), 0)
    except (ValueError, OverflowError, OSError):
        return False
    return True


async def _list(pactl: Sequence[str], what: str, environ: Mapping[str, str]) -> list[dict[str, Any]]:
    try:
        said = await answer([*pactl, "--format=json", "list", what], environ)
        found = json.loads(said)
    except OSError as error:
        raise Unavailable(
            tr("The sound server cannot be asked without pactl."),
            remedy=tr("Install pulseaudio-utils."),
        ) from error
    except (ValueError, RecursionError) as error:
        raise Unavailable(
            tr("pactl does not say who records."),
            remedy=tr("It takes pactl 16 or newer, and a sound server that answers."),
        ) from error
    if not isinstance(found, list):
        raise Unavailable(tr("pactl does not say who records."))
    return [item for item in found if isinstance(item, dict)]


def _is_recording(output: Mapping[str, Any]) -> bool:
    """Whether a program takes the sound: not a meter, not a filter, not a pause."""
    about = output.get("properties")
    about = about if isinstance(about, dict) else {}
    return not (
        output.get("corked") is True
        # Loopbacks and filters of the server's own run whether anybody listens to them or not; who takes
        # a filter's sound records from the filter's source, which counts.
        or str(output.get("driver")).startswith(_MODULE)
        or "node.link-group" in about
        or str(about.get("media.role")).lower() in _FILTER_ROLES
        or about.get("media.category") == "Filter"
        or output.get("resample_method") == "peaks"
        or about.get("stream.monitor") == "true"
        or about.get("resample.peaks") == "true"
    )


def _is_monitor(source: Mapping[str, Any]) -> bool:
    return bool(source.get("monitor_source")) or str(source.get("name")).endswith(".monitor")
