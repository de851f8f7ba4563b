"""What may be asked, and how to stay safe: ``prompts`` and ``safety``."""

from __future__ import annotations

import json
import textwrap
from typing import Any

import click

from sitbreak.cli.common import as_json
from sitbreak.config.content import load_content, load_safety, load_sources
from sitbreak.config.content_background import Safety
from sitbreak.core.catalogue import Movement
from sitbreak.core.codec import encode
from sitbreak.wording import duration_text, tr, use_language


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def prompts(context: click.Context, *, as_json: bool) -> None:
    """List what sitbreak may ask you to do, and where each comes from."""
    if context.invoked_subcommand is not None:
        return
    use_language()
    catalogue = load_content().catalogue
    if as_json:
        print(json.dumps([_plain(movement) for movement in catalogue]))
        return
    for movement in catalogue:
        kinds = ", ".join(movement.kinds)
        facts = (kinds, movement.setting, movement.basis, ", ".join(movement.sources))
        print(f"{movement.id:26}{tr(movement.title):42}{' · '.join(facts)}")


@prompts.command()
@click.argument("prompt_id")
@as_json
def show(prompt_id: str, *, as_json: bool) -> None:
    """Show one whole, with its source."""
    use_language()
    content = load_content()
    movement = next((m for m in content.catalogue if m.id == prompt_id), None)
    if movement is None:
        raise click.UsageError(f"There is no prompt {prompt_id!r}. `sitbreak prompts` lists them.")
    if as_json:
        print(json.dumps(_plain(movement)))
        return
    print(tr(movement.title))
    print(tr(movement.line))
    for number, step in enumerate(movement.steps, 1):
        print(_wrap(f"{number}. {tr(step)}"))
    print(_figures(movement))
    for text in filter(None, (movement.caution, movement.adapted)):
        print(_wrap(tr(text)))
    for source in movement.sources:
        known = content.sources[source]
        print(
            _wrap(
                tr("Source: {title} ({by}). {trust}").format(
                    title=known.title, by=tr(known.by), trust=tr(known.trust)
                )
            )
        )


@click.command()
@as_json
def safety(*, as_json: bool) -> None:
    """Show the stop rule, what never to do, and the signs that need a doctor."""
    use_language()
    known = load_safety()
    if as_json:
        print(json.dumps(_safety_plain(known)))
        return
    titles = {source.id: source.title for source in load_sources().values()}
    for rule in (known.stop, known.never):
        print(_wrap(tr(rule.text)))
        print(_sources(rule.sources, titles))
    for urgency, turn_to in known.turn_to.items():
        print(f"\n{_wrap(tr(turn_to))}")
        for flag in known.red_flags:
            if flag.urgency is urgency:
                print(_wrap(f"- {tr(flag.sign)}"))
                print(_sources(flag.sources, titles))
    print(f"\n{_wrap(tr(known.offer))}")


def _plain(movement: Movement) -> dict[str, Any]:
    plain: dict[str, Any] = encode(movement)
    del plain["is_a"]
    return plain


def _safety_plain(known: Safety) -> dict[str, Any]:
    return {
        "offer": known.offer,
        "stop": {"text": known.stop.text, "sources": list(known.stop.sources)},
        "never": {"text": known.never.text, "sources": list(known.never.sources)},
        "turn_to": {urgency.value: text for urgency, text in known.turn_to.items()},
        "red_flags": [
            {"urgency": flag.urgency.value, "sign": flag.sign, "sources": list(flag.sources)}
            for flag in known.red_flags
        ],
    }


def _figures(movement: Movement) -> str:
    parts = []
    if movement.hold_s is not None:
        parts.append(tr("hold {range} s").format(range=_range(movement.hold_s)))
    if movement.repetitions is not None:
        parts.append(tr("{range} times").format(range=_range(movement.repetitions)))
    if movement.sides > 1:
        parts.append(tr("each side"))
    parts.append(tr("about {time} in all").format(time=duration_text(movement.total_s)))
    return ", ".join(parts)


def _range(pair: tuple[float, float]) -> str:
    low, high = (f"{number:g}" for number in pair)
    return low if low == high else tr("{low} to {high}").format(low=low, high=high)


def _sources(ids: tuple[str, ...], titles: dict[str, str]) -> str:
    return _wrap("  " + "; ".join(titles[source] for source in ids), indent="  ")


def _wrap(text: str, *, indent: str = "   ") -> str:
    return textwrap.fill(text, 90, subsequent_indent=indent)
