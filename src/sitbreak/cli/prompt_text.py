"""One prompt whole, in words, and its figure."""

from __future__ import annotations

import contextlib
from pathlib import Path

from sitbreak.cli.prose import wrap
from sitbreak.config.content import Content
from sitbreak.config.places import Places
from sitbreak.core.catalogue import Basis, Movement, Strength
from sitbreak.errors import SitbreakError
from sitbreak.wording import duration_text, tr


def prompt_text(movement: Movement, content: Content) -> str:
    """Title, line, steps, figures, caution, what was adapted, and each source with how far to trust it."""
    stop = [content.safety.stop.text] if movement.stretches else []
    return "\n".join(
        [
            tr(movement.title),
            wrap(tr(movement.line), indent=""),
            *(wrap(f"{number}. {tr(step)}") for number, step in enumerate(movement.steps, 1)),
            wrap(_figures(movement), indent=""),
            *(wrap(tr(text), indent="") for text in (movement.caution, *stop) if text),
            wrap(_basis(movement), indent=""),
            tr("For: {region}.").format(region=tr(content.regions[movement.region].name)),
            wrap(_strength(movement.strength), indent=""),
            *(_source(source, content) for source in movement.sources),
        ]
    )


def figure_of(movement: Movement, content: Content, places: Places) -> dict[str, Path]:
    """Its figure as a still and moving, drawn into the cache; empty where there is none or no room."""
    from sitbreak.app.painter import draw_one
    from sitbreak.app.pictures import picture_folder

    figure = content.figures.get(movement.id)
    if figure is None:
        return {}
    with contextlib.suppress(OSError, SitbreakError):
        return draw_one(picture_folder(places), movement.id, figure, tr(movement.title))
    return {}


def _figures(movement: Movement) -> str:
    parts = []
    if movement.hold_s is not None:
        parts.append(tr("hold {range} s").format(range=_range(movement.hold_s)))
    if movement.repetitions is not None:
        parts.append(tr("{range} times").format(range=_range(movement.repetitions)))
    if movement.sides > 1:
        parts.append(tr("each side"))
    parts.append(tr("about {time} in all").format(time=duration_text(movement.total_s)))
    told = ", ".join(parts)
    return f"{told[:1].upper()}{told[1:]}."


def _range(pair: tuple[float, float]) -> str:
    low, high = (f"{number:g}" for number in pair)
    return low if low == high else tr("{low} to {high}").format(low=low, high=high)


def _basis(movement: Movement) -> str:
    if movement.basis is Basis.DESCRIBED:
        return tr("The source describes it so.")
    return tr("Adapted. {how}").format(how=tr(movement.adapted))


def _strength(strength: Strength) -> str:
    words = {
        Strength.TRIAL: tr("Evidence: a trial; `sitbreak evidence` shows it with its limits."),
        Strength.PRACTITIONER: tr("Evidence: what practitioners advise; no trial stands behind it."),
        Strength.ANECDOTE: tr("Evidence: one person's account, no more."),
    }
    return words[strength]


def _source(source: str, content: Content) -> str:
    known = content.sources[source]
    told = tr("Source: {title} ({by}). {trust}")
    return wrap(told.format(title=known.title, by=tr(known.by), trust=tr(known.trust)))
