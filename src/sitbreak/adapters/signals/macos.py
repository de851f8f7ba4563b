"""What macOS tells of calls, talks and wishes for quiet. It is asked; it wakes nobody."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from sitbreak.adapters.loop import IoLoop
from sitbreak.adapters.signals import macaudio, macpower, macscreen
from sitbreak.adapters.signals.asking import AskingReader, MuteReader
from sitbreak.adapters.signals.macscreen import Box, Display, Window
from sitbreak.adapters.signals.reader import Reader
from sitbreak.core.policy import Sense
from sitbreak.errors import Unavailable
from sitbreak.wording import tr

_NEAR = 1.0
_ORDINARY = 0
_MOST_NOTCH = 80.0
"""More points than any notch is high."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Mac:
    """The questions that macOS answers. Each may take long, and raises OSError or Unavailable."""

    recording: Callable[[], bool]
    """Whether a program takes sound from a microphone."""
    filming: Callable[[], bool]
    """Whether a program takes pictures from a camera."""
    display_kept_on: Callable[[], bool]
    """Whether a program keeps the display on."""
    windows: Callable[[], Sequence[Window]]
    """The windows on the screen, the frontmost first."""
    displays: Callable[[], Sequence[Display]]
    """The displays in use."""


def readers(io: IoLoop) -> tuple[Reader, ...]:
    """One reader for each sense. On macOS only."""
    return readers_of(
        io,
        Mac(
            recording=lambda: macaudio.recording(macaudio.core_audio()),
            filming=lambda: macaudio.filming(macaudio.core_media_io()),
            display_kept_on=macpower.display_kept_on,
            windows=macscreen.on_screen,
            displays=macscreen.displays,
        ),
    )


def readers_of(io: IoLoop, mac: Mac) -> tuple[Reader, ...]:
    """The readers over these answers."""
    return (
        AskingReader(io, Sense.MICROPHONE, "Core Audio", mac.recording),
        AskingReader(io, Sense.CAMERA, "Core Media I/O", mac.filming),
        MuteReader(Sense.SHARING, "macOS", tr("macOS tells nobody whether the screen is shared.")),
        AskingReader(io, Sense.INHIBITORS, "macOS power assertions", mac.display_kept_on),
        AskingReader(io, Sense.FULLSCREEN, "Quartz", lambda: _full_screen(mac.windows(), mac.displays())),
        MuteReader(
            Sense.DO_NOT_DISTURB,
            "macOS",
            tr("macOS tells no program whether Do Not Disturb or a Focus is on."),
        ),
    )


def _full_screen(windows: Sequence[Window], displays: Sequence[Display]) -> bool:
    """Whether the program in front fills a display.

    Raises:
        Unavailable: it fills one but for the strip beside the notch, where full screen looks like a window
            that was made as large as possible.
    """
    front = next((window for window in windows if window.layer == _ORDINARY and window.seen), None)
    if front is None:
        return False
    # A full-screen window may lie behind its own toolbar, and a slide show on a layer above.
    boxes = [w.box for w in windows if w.owner == front.owner and w.layer >= _ORDINARY and w.seen]
    if any(_alike(box, display.box) for box in boxes for display in displays):
        return True
    if any(_under_notch(box, display.box) for box in boxes for display in displays if display.built_in):
        raise Unavailable(
            tr("Beside a notch, full screen and a large window look alike."),
            remedy=tr("Pause the prompts yourself: `sitbreak pause 30m`."),
        )
    return False


def _alike(box: Box, other: Box) -> bool:
    return all(abs(one - two) <= _NEAR for one, two in zip(box, other, strict=True))


def _under_notch(box: Box, display: Box) -> bool:
    strip = box.top - display.top
    return _NEAR < strip <= _MOST_NOTCH and _alike(box, display._replace(top=box.top))
