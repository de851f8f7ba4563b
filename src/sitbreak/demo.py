"""A minute for a newcomer: every kind of prompt once, real notifications and all, nothing kept."""

from __future__ import annotations

import threading
import time

from sitbreak.app.daemon import Daemon
from sitbreak.core.policy import Kind
from sitbreak.core.refusal import Refusal
from sitbreak.runtime.words import refusal_words
from sitbreak.wording import tr

FLAGS = {
    "prompting.snoozes": '["5s"]',
    "prompting.give_up_after": "11s",
    "prompting.ask_again": "8h",
    "work.hours": "[]",
}
"""Settings under which four prompts fit into a minute, whoever answers or does not."""

SLOT_S = 13.0
AT_MOST_S = 75.0
_LOOK_S = 0.5
_DRAW_S = 10.0


def play(daemon: Daemon) -> None:
    """Show one prompt of each kind, each until it is answered or its slot is over, then stop the daemon.

    A thread of its own.
    """
    print(tr("A prompt of each kind within a minute. Answer them as you like; nothing is kept."), flush=True)  # noqa: T201
    daemon.gallery.wait(_DRAW_S)
    began = time.monotonic()
    pause = threading.Event()
    pause.wait(1.0)
    for kind in Kind:
        while (why := _refusal(daemon, kind)) and time.monotonic() < began + AT_MOST_S:
            if why == refusal_words(Refusal.NOTHING_TO_ASK)[0]:
                break
            pause.wait(_LOOK_S)
        shown = time.monotonic()
        while _in_the_air(daemon) and time.monotonic() < shown + SLOT_S:
            pause.wait(_LOOK_S)
        # One that was snoozed or left alone would only come back in place of the next.
        daemon.ask("answer", "skip")
    print(tr("That was all. `sitbreak run` starts it for good."), flush=True)  # noqa: T201
    daemon.stop()


def _refusal(daemon: Daemon, kind: Kind) -> str:
    """Why a prompt of this kind is not shown; empty where it is."""
    reply = daemon.ask("now", kind.value)
    return "" if reply["ok"] else str(reply.get("what", "?"))


def _in_the_air(daemon: Daemon) -> bool:
    """Whether a prompt is open or will be back."""
    reply = daemon.ask("status")
    return reply["ok"] and reply["data"]["prompt"] is not None
