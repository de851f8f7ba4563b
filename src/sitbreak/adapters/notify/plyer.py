"""Notes by plyer: plain bubbles without buttons, which nobody can take back."""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
import warnings
from collections.abc import Callable
from functools import partial
from types import SimpleNamespace
from typing import Any, TypeAlias

from sitbreak.adapters.notify.aside import Aside
from sitbreak.adapters.notify.candidate import SERVER_ROAD
from sitbreak.adapters.text import cut, plain, with_answer
from sitbreak.errors import NotifyFailed, Unavailable
from sitbreak.ports import BODY_MOST, TITLE_MOST, Ability, Note
from sitbreak.wording import tr

SHOW_S = 0.7
_BALLOON_S = 10
_Send: TypeAlias = Callable[[str, str], object]


class PlyerNotifier:
    """Shows and forgets. Raises Unavailable where plyer has no means on this platform."""

    name = "plyer"
    abilities: frozenset[Ability] = frozenset()

    def __init__(self) -> None:
        self.road = SERVER_ROAD if sys.platform == "linux" else "plyer"
        self._notify_send = Aside("plyer")
        self._send = _sender()

    def check(self) -> None:
        """Nothing is known before something is shown."""

    def show(self, note: Note) -> None:
        """Show it for as long as the desktop likes. Raises NotifyFailed."""
        title = cut(_no_option(plain(note.title)), TITLE_MOST)
        body = _no_option(with_answer(plain(note.body), plain(note.how_to_answer), BODY_MOST))
        # A balloon's thread lives as long as the balloon, and the next balloon must not wait for it.
        aside = Aside("plyer") if sys.platform == "win32" else self._notify_send
        try:
            aside.run(partial(self._send, title, body), for_s=SHOW_S)
        except TimeoutError as error:
            if sys.platform == "win32":
                return
            raise NotifyFailed(tr("plyer did not finish in time.")) from error
        except Exception as error:
            raise NotifyFailed(
                tr("plyer could not show the prompt: {why}").format(why=_why(error)),
                remedy=tr("See that a notification server runs, such as dunst or xfce4-notifyd."),
            ) from error

    def withdraw(self, prompt_id: int) -> None:
        """Not possible: what it showed goes by itself."""

    def close(self) -> None:
        """Nothing is held."""


def _sender() -> _Send:
    # Its facade prints a traceback when a backend cannot be loaded, so the backends are loaded here.
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            if sys.platform == "linux":
                return _linux()
            if sys.platform == "win32":
                return _windows()
            from plyer.platforms.macosx import notification  # noqa: PLC0415 - one platform's own

            return _by(notification.instance())
    except Unavailable:
        raise
    except Exception as error:
        raise Unavailable(tr("plyer cannot be used: {why}").format(why=_why(error))) from error


def _linux() -> _Send:
    from plyer.platforms.linux import notification  # noqa: PLC0415 - one platform's own

    if shutil.which("notify-send") is None:
        raise Unavailable(
            tr("plyer needs the program notify-send, and it is not there."),
            remedy=tr("Install it; Debian and Ubuntu have it in libnotify-bin."),
        )
    # plyer waits for notify-send for ever and drops its exit code, with which it says that nothing was shown.
    notification.subprocess = SimpleNamespace(call=_checked)
    send = _by(notification.NotifySendNotification())
    return lambda title, body: send(title, html.escape(body, quote=False))


def _windows() -> _Send:
    from plyer.platforms.win.libs.balloontip import balloon_tip  # noqa: PLC0415 - one platform's own

    return lambda title, body: balloon_tip(
        title=title, message=body, app_name="sitbreak", app_icon="", timeout=_BALLOON_S
    )


def _by(backend: Any) -> _Send:
    return lambda title, body: backend.notify(title=title, message=body, app_name="sitbreak")


def _checked(command: list[str]) -> None:
    subprocess.run(
        command, stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=SHOW_S, check=True
    )


def _no_option(text: str) -> str:
    """Without a leading hyphen, by which notify-send knows its options."""
    return f"\N{HYPHEN}{text[1:]}" if text.startswith("-") else text


def _why(error: Exception) -> str:
    said = error.stderr if isinstance(error, subprocess.CalledProcessError) else ""
    return (said or str(error) or type(error).__name__).strip()
