"""How to stay safe: ``safety`` and ``hurt``."""

from __future__ import annotations

import json
from typing import Any

import click

from sitbreak.cli.common import as_json, ask_daemon
from sitbreak.cli.prose import sources_line, wrap
from sitbreak.config.content_background import Rule, Safety, load_safety, load_sources
from sitbreak.errors import NoDaemon
from sitbreak.wording import tr, use_language


@click.command()
@as_json
def safety(*, as_json: bool) -> None:
    """Show the stop rule, what never to do, and the signs that need a doctor."""
    use_language()
    known = load_safety()
    if as_json:
        print(json.dumps(_plain(known)))
        return
    _print_rules(known.stop, known.never)
    _print_red_flags(known)
    print(f"\n{wrap(tr(known.offer), indent='')}")


@click.command()
@click.argument("prompt_id", required=False)
@as_json
def hurt(prompt_id: str | None, *, as_json: bool) -> None:
    """Say that a movement hurt: the last one, or the one you name. It is not asked of you again."""
    use_language()
    known = load_safety()
    try:
        reply = ask_daemon("judge", "hurt", *([prompt_id] if prompt_id else []))
    except NoDaemon:
        # Whoever hurts wants the warning signs, whatever runs or does not.
        if not as_json:
            _print_hurt(known)
        raise
    if as_json:
        print(json.dumps(reply["data"]["judged"] | {"safety": _plain(known)}))
        return
    print(reply["text"].partition("\n")[0])
    _print_hurt(known)


def _print_hurt(known: Safety) -> None:
    _print_rules(known.hurt)
    _print_red_flags(known)


def _print_rules(*rules: Rule) -> None:
    sources = load_sources()
    for rule in rules:
        print(wrap(tr(rule.text), indent=""))
        print(sources_line(rule.sources, sources))


def _print_red_flags(known: Safety) -> None:
    sources = load_sources()
    for urgency, turn_to in known.turn_to.items():
        print(f"\n{wrap(tr(turn_to), indent='')}")
        for flag in known.red_flags:
            if flag.urgency is urgency:
                print(wrap(f"- {tr(flag.sign)}"))
                print(sources_line(flag.sources, sources))


def _plain(known: Safety) -> dict[str, Any]:
    rules = {"stop": known.stop, "never": known.never, "hurt": known.hurt}
    return {
        "offer": known.offer,
        **{name: {"text": rule.text, "sources": list(rule.sources)} for name, rule in rules.items()},
        "turn_to": {urgency.value: text for urgency, text in known.turn_to.items()},
        "red_flags": [
            {"urgency": flag.urgency.value, "sign": flag.sign, "sources": list(flag.sources)}
            for flag in known.red_flags
        ],
    }
