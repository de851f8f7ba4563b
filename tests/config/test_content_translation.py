"""Every text is in the template, and every language that ships is whole, current and fits."""

from __future__ import annotations

import ast
import gettext
from collections.abc import Iterator
from itertools import permutations, product
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog, Message

from sitbreak import wording
from sitbreak.config.content import load_catalogue, load_safety
from sitbreak.core.effects import Prompt, Show
from sitbreak.core.policy import Kind
from sitbreak.ports import BODY_MOST, TITLE_MOST
from sitbreak.resources import shipped
from sitbreak.runtime.notes import Phrases, hurt_note, note_of
from sitbreak.wording import units
from tools import messages

LOADED = load_catalogue()
CATALOGUE, SAFETY = LOADED.catalogue, load_safety()

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
    assert set(LOADED.also.values()) <= known
    rules = (SAFETY.stop, SAFETY.never, SAFETY.hurt)
    assert {SAFETY.brief, SAFETY.stop.first, *(rule.text for rule in rules)} <= known


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
    """Every movement in every prompt it can stand in, after a long sit, as a Windows toast shows it."""
    spoken = (
        gettext.translation("sitbreak", shipped("assets", "locale"), languages=[language])
        if language
        else gettext.NullTranslations()
    )
    monkeypatch.setattr(wording, "_active", spoken)
    phrases = Phrases(also=LOADED.also, stop=SAFETY.stop.short, stop_first=SAFETY.stop.first)
    for movement, kinds, first_stretch in product(CATALOGUE, permutations(Kind), (False, True)):
        if kinds[0] in movement.kinds:
            prompt = Prompt(id=1, kinds=kinds, movement=movement.id, shown_s=0)
            show = Show(prompt=prompt, sat_s=35_940, snooze_s=300, first_stretch=first_stretch)
            note = note_of(show, movement, phrases)
            assert units(note.title) <= TITLE_MOST, note.title
            assert units(note.body) <= BODY_MOST, f"{units(note.body)}: {note.body}"
            assert note.body.startswith(wording.tr(movement.line))
            stop = phrases.stop_first if first_stretch else phrases.stop
            assert (wording.tr(stop) in note.body) is movement.stretches
    warning = hurt_note(max(CATALOGUE, key=lambda m: units(wording.tr(m.title))).title, SAFETY.brief)
    assert units(warning.title) <= TITLE_MOST, warning.title
    assert units(warning.body) <= BODY_MOST, warning.body


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
