"""The README's picture: a prompt and the tray's menu on a real desktop. ``make picture``."""

from __future__ import annotations

import tempfile
from pathlib import Path

from PIL import Image

from daemon import Daemon, Hands, bubble
from desk import Desk, wait_for
from tray_shown import DUE

PICTURE = Path(__file__).resolve().parents[2] / "docs/pictures/prompt-and-menu.png"
SIZE = (760, 330)


def main() -> None:
    """Start the daemon with its own times but for the movement's, and picture what a person sees."""
    with tempfile.TemporaryDirectory() as folder, Desk(Path(folder)) as desk:
        desk.start("colour", ["display", "-window", "root", "-size", "1280x800", "xc:#3b5b7a"])
        desk.start_panel()
        desk.start_notifyd()
        daemon = Daemon(desk, prompting__snoozes='["5m"]').start()
        with Hands(desk):
            daemon.wait_for_prompt()
        wait_for(lambda: bubble(desk), why="for the bubble")
        desk.open_menu(wait_for(lambda: desk.spot(DUE), why="for the icon"))
        desk.key("Down", "Down", "Down")
        with Image.open(desk.shot("whole")) as screen:
            menu = screen.crop((0, 0, 340, SIZE[1]))
            prompt = screen.crop((screen.width - SIZE[0] + 340, 0, screen.width, SIZE[1]))
            picture = Image.new("RGB", SIZE)
            picture.paste(menu, (0, 0))
            picture.paste(prompt, (340, 0))
            picture.save(PICTURE, optimize=True)
        daemon.kill()


main()
