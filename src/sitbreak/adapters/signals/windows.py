"""What Windows tells of calls, talks and wishes for quiet. It is asked; it wakes nobody."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import IntEnum

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals.asking import AskingReader, MuteReader
from sitbreak.adapters.signals.reader import Reader
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

_DISPLAY_REQUIRED = 0x2
_UNRESTRICTED = 0


class Notice(IntEnum):
    """QUERY_USER_NOTIFICATION_STATE: whether the shell thinks this a time for notifications."""

    NOT_PRESENT = 1
    BUSY = 2
    DIRECT3D_FULL_SCREEN = 3
    PRESENTATION_MODE = 4
    ACCEPTS = 5
    QUIET_TIME = 6
    APP = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Windows:
    """The questions that Windows answers. Each may take long, and raises OSError or Unavailable."""

    notice: Callable[[], int]
    """The shell's ``Notice``."""
    screen_filled: Callable[[], bool]
    """Whether a window fills a screen."""
    notification_mode: Callable[[], int]
    """ToastNotificationMode: 0 lets all notifications through, 1 some, 2 alarms only."""
    execution_state: Callable[[], int]
    """What programs demand of the power management, as ES_ bits."""
    recording: Callable[[], bool]
    """Whether a program takes sound from a microphone."""
    filming: Callable[[], bool]
    """Whether a program takes pictures from a camera."""


def readers(io: IoLoop) -> tuple[Reader, ...]:
    """One reader for each sense. On Windows only."""
    from sitbreak.adapters.signals import wincamera, wincapture, winshell  # noqa: PLC0415 - Windows' own

    return readers_of(
        io,
        Windows(
            notice=winshell.notification_state,
            screen_filled=winshell.screen_filled,
            notification_mode=winshell.notification_mode,
            execution_state=winshell.execution_state,
            recording=wincapture.recording,
            filming=wincamera.filming,
        ),
    )


def readers_of(io: IoLoop, windows: Windows) -> tuple[Reader, ...]:
    """The readers over these answers."""
    return (
        AskingReader(io, Sense.MICROPHONE, "Core Audio", windows.recording),
        AskingReader(io, Sense.CAMERA, "Media Foundation", windows.filming),
        MuteReader(Sense.SHARING, "Windows", tr("Windows tells nobody whether the screen is shared.")),
        AskingReader(
            io,
            Sense.INHIBITORS,
            "Windows power requests",
            lambda: bool(windows.execution_state() & _DISPLAY_REQUIRED),
        ),
        AskingReader(io, Sense.FULLSCREEN, "Windows shell", lambda: _full_screen(windows)),
        AskingReader(io, Sense.DO_NOT_DISTURB, "Windows notification mode", lambda: _quiet(windows)),
    )


def _full_screen(windows: Windows) -> bool:
    match windows.notice():
        case Notice.DIRECT3D_FULL_SCREEN | Notice.PRESENTATION_MODE:
            return True
        case Notice.BUSY:
            # Some overlays, such as NVIDIA's, keep Windows in this state for good, so it needs a witness.
            if windows.screen_filled():
                return True
            raise Unavailable(
                tr("Windows tells of a full-screen program, but no window fills a screen."),
                remedy=tr("An overlay of the graphics driver may do that; switch it off."),
            )
        case Notice.NOT_PRESENT | Notice.ACCEPTS | Notice.QUIET_TIME | Notice.APP:
            # A lock or a screen saver is no talk; APP is true while the Start menu is open.
            return False
        case other:
            raise _unknown(other)


def _quiet(windows: Windows) -> bool:
    # The first hour after a first sign-in or an upgrade: Windows holds notifications back by itself.
    if windows.notice() == Notice.QUIET_TIME:
        return True
    try:
        mode = windows.notification_mode()
    except Exception as error:  # what an older Windows lacks, its binding says in more ways than one
        raise Unavailable(
            tr("This Windows does not tell whether Do not disturb is on."),
            remedy=tr("Windows 11 with its latest updates does."),
        ) from error
    return mode != _UNRESTRICTED


def _unknown(state: int) -> Unavailable:
    return Unavailable(tr("Windows told a state that sitbreak does not know: {state}").format(state=state))
