"""Every text is in the template, and every language that ships is whole, current and fits."""

from __future__ import annotations

import ast
import gettext
from collections.abc import Iterator
from itertools import permutations
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message

from sitbreak import wording
from sitbreak.config.content import load_catalogue, load_safety
from sitbreak.core.catalogue import choose
from sitbreak.core.effects import Prompt, Show
from sitbreak.core.policy import Kind
from sitbreak.resources import shipped
from sitbreak.runtime.notes import Phrases, note_of
from tools import messages

TOAST_TITLE, TOAST_TEXT = 63, 255
"""What a Windows toast shows, in UTF-16 units; the bubbles of other desktops show no less."""

CATALOGUE, ALSO = load_catalogue()
STOP = load_safety().stop

each_language = pytest.mark.parametrize("language", messages.languages())


@pytest.fixture(scope="module")
def template() -> Catalog:
    return messages.template()


def forms(text: object) -> list[str]:
    """A text's forms: one, or singular and plural."""
    return list(text) if isinstance(text, tuple | list) else [str(text)]


def ids(catalog: Catalog) -> set[tuple[str, ...]]:
    return {tuple(forms(message.id)) for message in catalog if message.id}


def filled(catalog: Catalog) -> Iterator[Message]:
    return (message for message in catalog if message.id)


def test_the_template_holds_every_text(template: Catalog) -> None:
    """Run `make messages` when this fails."""
    shipped_template = messages.read_template()
    assert ids(shipped_template) == ids(template)


def test_the_template_holds_the_content_to_the_last_text(template: Catalog) -> None:
    """Apart from the extractor: what the loader returns is what can be translated."""
    known = {text for message in ids(template) for text in message}
    for movement in CATALOGUE:
        shown = {movement.title, movement.line, *movement.steps, movement.caution, movement.adapted} - {""}
        assert shown <= known
    assert set(ALSO.values()) <= known
    assert {STOP.short, STOP.text} <= known


def test_german_is_there() -> None:
    assert "de" in messages.languages()


@each_language
def test_a_language_is_complete_and_sure(template: Catalog, language: str) -> None:
    catalog = messages.read_language(language)
    assert ids(catalog) == ids(template)
    assert not catalog.fuzzy
    assert not [message.id for message in catalog if message.fuzzy]
    assert not [message.id for message in filled(catalog) if not messages.filled(message.string)]
    assert not catalog.obsolete


@each_language
def test_translations_keep_placeholders_and_edges(language: str) -> None:
    for message in filled(messages.read_language(language)):
        wanted = placeholders(forms(message.id)[-1])
        for text in forms(message.string):
            assert placeholders(text) == wanted, message.id
            assert text == text.strip(), message.id
            assert text.count("`") == forms(message.id)[0].count("`"), message.id
            assert text.isprintable(), message.id


def placeholders(text: str) -> list[tuple[str, str | None, str | None]]:
    found = [(field, spec, how) for _, field, spec, how in Formatter().parse(text) if field is not None]
    return sorted(found, key=str)


@each_language
def test_translations_keep_the_figures(language: str) -> None:
    for message in filled(messages.read_language(language)):
        if any(place.startswith("config/") for place, _line in message.locations):
            assert digits(str(message.string)) == digits(str(message.id)), message.id


def digits(text: str) -> list[str]:
    return "".join(sign if sign.isdigit() else " " for sign in text).split()


@each_language
def test_the_compiled_file_is_that_of_the_texts(language: str) -> None:
    """Run `make compile` when this fails."""
    compiled = messages.po_path(language).with_suffix(".mo").read_bytes()
    assert compiled == messages.compiled(messages.read_language(language))


@each_language
def test_the_shipped_file_speaks_the_language(language: str) -> None:
    """As the program finds it, without Babel."""
    spoken = gettext.translation("sitbreak", shipped("assets", "locale"), languages=[language])
    title = CATALOGUE[0].title
    assert spoken.gettext(title) == messages.read_language(language)[title].string != title
    assert spoken.ngettext("and {n} problem more", "and {n} problems more", 2)


@pytest.mark.parametrize("language", ["", *messages.languages()])
def test_the_longest_notification_fits(language: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every movement in the fullest prompt it can stand in, after a long sit."""
    spoken = (
        gettext.translation("sitbreak", shipped("assets", "locale"), languages=[language])
        if language
        else gettext.NullTranslations()
    )
    monkeypatch.setattr(wording, "_active", spoken)
    phrases = Phrases(also=ALSO, stop=STOP.short, image=None)
    for movement in CATALOGUE:
        for kinds in permutations(Kind):
            rivals = tuple(m for m in CATALOGUE if m.setting is movement.setting)
            if (best := choose(rivals, kinds, ())) is None or kinds[0] not in movement.kinds:
                continue
            if served(movement.kinds, kinds) < served(best.kinds, kinds):
                continue
            prompt = Prompt(id=1, kinds=kinds, movement=movement.id, shown_s=0)
            note = note_of(Show(prompt=prompt, sat_s=35_940, snooze_s=300), movement, phrases)
            assert units(note.title) <= TOAST_TITLE, note.title
            assert units(note.body) <= TOAST_TEXT, f"{units(note.body)}: {note.body}"


def served(own: tuple[Kind, ...], wanted: tuple[Kind, ...]) -> int:
    return sum(kind in own for kind in wanted)


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_a_language_is_put_into_use_and_left_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wording, "_active", gettext.NullTranslations())
    monkeypatch.setattr("locale.setlocale", lambda *_: "")
    wording.use_language("de")
    assert wording.tr("Take a short walk") == "Geh ein paar Schritte"
    assert wording.tr("no such text") == "no such text"
    assert wording.tr("") == ""
    wording.use_language("tlh")
    assert wording.tr("Take a short walk") == "Take a short walk"


SOURCES = sorted(shipped("src", "sitbreak").rglob("*.py"))


@pytest.mark.parametrize("path", SOURCES, ids=lambda path: path.name)
def test_no_text_is_put_together_before_it_is_translated(path: Path) -> None:
    """`tr(f"...")` and `tr("a" + b)` can never be found in a catalogue."""
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in {"tr", "ntr"}:
            texts = node.args[: 1 if node.func.id == "tr" else 2]
            bad = [text for text in texts if isinstance(text, ast.JoinedStr | ast.BinOp)]
            assert not bad, f"{path}:{node.lineno}"
