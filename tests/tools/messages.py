"""Keeps assets/locale up to the texts: `make messages` and `make compile` run it, the tests compare with it.

Run in the checkout, with PYTHONPATH=tests:

- ``python -m tools.messages update``: the template from the sources, every language from the template;
- ``python -m tools.messages compile``: every .mo from its .po;
- ``python -m tools.messages add fr``: begin a language.
"""

from __future__ import annotations

import io
import sys
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.frontend import parse_keywords, parse_mapping_cfg
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[2]
LOCALE = ROOT / "assets" / "locale"
TEMPLATE = LOCALE / "sitbreak.pot"
HEADER = "# Texts of sitbreak. Distributed under the same license as sitbreak."


def template() -> Catalog:
    """Every text that the sources and the content hold now."""
    created = read_template().creation_date if TEMPLATE.exists() else None
    catalog = Catalog(
        project="sitbreak",
        version="1",
        header_comment=HEADER,
        creation_date=created,
        copyright_holder="the sitbreak project",
        msgid_bugs_address="the project's issue tracker",
        last_translator="the sitbreak project",
        language_team="the sitbreak project",
        fuzzy=False,
    )
    methods, options = parse_mapping_cfg(io.StringIO((ROOT / "babel.cfg").read_text("utf-8")))  # type: ignore[no-untyped-call]
    keywords = DEFAULT_KEYWORDS | parse_keywords(["tr", "ntr:1,2"])
    for name, _line, message, comments, context in extract_from_dir(
        str(ROOT), methods, options, keywords=keywords
    ):
        catalog.add(message, None, [(name, 1)], auto_comments=comments, context=context)
    return catalog


def read_template() -> Catalog:
    """The template, as it is on disk."""
    return read_po(io.BytesIO(TEMPLATE.read_bytes()))


def languages() -> list[str]:
    """The languages there are: the folders that hold a .po file."""
    return sorted(path.parents[1].name for path in LOCALE.glob("*/LC_MESSAGES/sitbreak.po"))


def po_path(language: str) -> Path:
    """Where that language's texts are kept."""
    return LOCALE / language / "LC_MESSAGES" / "sitbreak.po"


def read_language(language: str) -> Catalog:
    """The language's catalog, as it is on disk."""
    return read_po(io.BytesIO(po_path(language).read_bytes()), locale=language, domain="sitbreak")


def compiled(catalog: Catalog) -> bytes:
    """The .mo file of a catalog."""
    out = io.BytesIO()
    write_mo(out, catalog)
    return out.getvalue()


def written(catalog: Catalog) -> bytes:
    """The .po file of a catalog, in an order that does not depend on the walk."""
    out = io.BytesIO()
    write_po(out, catalog, width=100, include_lineno=False, sort_by_file=True, ignore_obsolete=True)
    return out.getvalue()


def update() -> None:
    """Bring the template and every language up to the texts. What is new stays untranslated."""
    fresh = template()
    TEMPLATE.write_bytes(written(fresh))
    for language in languages():
        catalog = read_language(language)
        catalog.update(fresh, no_fuzzy_matching=True, update_creation_date=False)
        po_path(language).write_bytes(written(catalog))
        missing = [message.id for message in catalog if message.id and not filled(message.string)]
        print(f"{language}: {len(catalog)} texts, {len(missing)} to translate")  # noqa: T201


def filled(string: str | tuple[str, ...] | list[str] | None) -> bool:
    """Whether a translation is there, in every plural form."""
    return bool(string) and all(string if isinstance(string, tuple | list) else [string])


def compile_all() -> None:
    """Write every .mo file."""
    for language in languages():
        po_path(language).with_suffix(".mo").write_bytes(compiled(read_language(language)))


def add(language: str) -> None:
    """Begin a language with nothing translated yet."""
    catalog = read_po(io.BytesIO(TEMPLATE.read_bytes()), locale=language)
    catalog.fuzzy = False
    po_path(language).parent.mkdir(parents=True, exist_ok=True)
    po_path(language).write_bytes(written(catalog))


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["update"]:
            update()
        case ["compile"]:
            compile_all()
        case ["add", language]:
            add(language)
        case _:
            sys.exit(__doc__)
