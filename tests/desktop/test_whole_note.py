"""The longest prompt there is, on real notification daemons: read to its last word, with its figure."""

from __future__ import annotations

import gettext
from contextlib import closing
from dataclasses import replace
from itertools import permutations
from pathlib import Path

import pytest
from PIL import Image, ImageChops

from desk import Desk, wait_for
from notify_stage import BusStage, DunstStage, XfceStage
from sitbreak import wording
from sitbreak.config.content import load_catalogue, load_safety
from sitbreak.core.effects import Prompt, Show
from sitbreak.core.policy import Kind
from sitbreak.figures.palette import PALETTES, Ink, Theme
from sitbreak.figures.png import png
from sitbreak.ports import Note
from sitbreak.resources import shipped
from sitbreak.runtime.notes import Phrases, note_of
from sitbreak.wording import units
from tools import messages

pytestmark = pytest.mark.desktop

LOADED, SAFETY = load_catalogue(), load_safety()
PHRASES = Phrases(also=LOADED.also, stop=SAFETY.stop.short, stop_first=SAFETY.stop.first)


@pytest.fixture(params=["", *messages.languages()])
def language(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    """Each language in turn, in use."""
    name: str = request.param
    spoken = (
        gettext.translation("sitbreak", shipped("assets", "locale"), languages=[name])
        if name
        else gettext.NullTranslations()
    )
    monkeypatch.setattr(wording, "_active", spoken)
    return name


def fullest() -> Note:
    """The longest of all prompts in the language in use."""
    notes = [
        note_of(
            Show(
                prompt=Prompt(id=1, kinds=kinds, movement=movement.id, shown_s=0),
                sat_s=35_940,
                snooze_s=300,
                first_stretch=first_stretch,
            ),
            movement,
            PHRASES,
        )
        for movement in LOADED.catalogue
        for kinds in permutations(Kind)
        for first_stretch in (False, True)
        if kinds[0] in movement.kinds
    ]
    return max(notes, key=lambda note: (units(note.body), units(note.title)))


def settled(stage: BusStage, name: str) -> Image.Image:
    """The screen once it has stopped changing."""

    def still() -> Image.Image | None:
        before, after = (Image.open(stage.desk.shot(f"{name}-{n}")).convert("RGB") for n in (1, 2))
        return None if differs(before, after) else after

    stage.wait_for_count(1)
    return wait_for(still, why="for the screen to come to rest")


def differs(one: Image.Image, other: Image.Image) -> bool:
    return ImageChops.difference(one, other).getbbox() is not None


@pytest.mark.parametrize("kind", [XfceStage, DunstStage], ids=["xfce", "dunst"])
def test_the_longest_prompt_is_seen_to_its_last_word(
    desk: Desk, kind: type[BusStage], language: str, tmp_path: Path
) -> None:
    figure = tmp_path / "figure.png"
    png(LOADED.figures["seated-figure-four"], 192).save(figure)
    note = replace(fullest(), image=figure)
    with closing(kind(desk)) as stage:
        stage.notifier.show(note)
        whole = settled(stage, f"whole-{language}")
        # What cannot be seen cannot make a difference.
        stage.notifier.show(replace(note, body=note.body[:-4] + "#" * 4))
        wait_for(lambda: differs(whole, settled(stage, "text")), why="for the end of the text to be seen")
        stage.notifier.show(replace(note, title=note.title[:-2] + "##"))
        wait_for(lambda: differs(whole, settled(stage, "title")), why="for the end of the title to be seen")


@pytest.mark.parametrize("kind", [XfceStage, DunstStage], ids=["xfce", "dunst"])
def test_the_figure_is_seen(desk: Desk, kind: type[BusStage], tmp_path: Path) -> None:
    figure = tmp_path / "figure.png"
    png(LOADED.figures["seated-figure-four"], 192).save(figure)
    with closing(kind(desk)) as stage:
        stage.notifier.show(replace(fullest(), image=figure))
        seen = settled(stage, "figure")
    ink = tuple(bytes.fromhex(PALETTES[Theme.LIGHT][Ink.NEAR][1:]))
    found = sum(count for count, colour in seen.getcolors(1 << 24) or () if near(colour, ink))
    assert found > 20, "dunst shows it at 32 pixels, Xfce at 48"


def near(one: object, other: tuple[int, ...]) -> bool:
    return isinstance(one, tuple) and all(abs(a - b) < 12 for a, b in zip(one, other, strict=True))
