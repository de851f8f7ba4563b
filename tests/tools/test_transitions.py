"""The page of transitions says what the core does."""

from __future__ import annotations

from tools.transitions import DOCUMENT, document


def test_the_page_is_what_the_core_does_now() -> None:
    assert DOCUMENT.read_text(encoding="utf-8") == document(), (
        "run PYTHONPATH=tests python -m tools.transitions"
    )


def test_it_comes_out_the_same_every_time() -> None:
    assert document() == document()
