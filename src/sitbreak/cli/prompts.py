"""What may be asked of you, and what you think of it: ``prompts``."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any, assert_never

import click

from sitbreak.cli.common import as_json, tell, tell_problems
from sitbreak.cli.prompt_text import figure_of, prompt_text
from sitbreak.cli.prose import wrap
from sitbreak.config.content import Content, check_pack, load_content
from sitbreak.config.places import Places, find_places
from sitbreak.core.catalogue import Movement
from sitbreak.core.codec import encode
from sitbreak.core.opinions import Opinions, Taste
from sitbreak.core.rules import LeftOut, allowed, unwanted
from sitbreak.errors import ConfigError
from sitbreak.wording import tr, use_language


@click.group(invoke_without_command=True)
@as_json
@click.pass_context
def prompts(context: click.Context, *, as_json: bool) -> None:
    """List what sitbreak may ask you to do, where each comes from, and what is left out for you."""
    if context.invoked_subcommand is not None:
        return
    known = _known()
    if as_json:
        print(json.dumps([known.plain(movement) for movement in known.content.catalogue]))
        return
    for movement in known.content.catalogue:
        facts = (*movement.kinds, movement.setting, movement.basis, ", ".join(movement.sources))
        told = (" · ".join(facts), movement.pack, _remark(known.left_out[movement.id], known.taste(movement)))
        print(f"{movement.id:28}{tr(movement.title):42}{' · '.join(filter(None, told))}")


@prompts.command()
@click.argument("prompt_id")
@as_json
def show(prompt_id: str, *, as_json: bool) -> None:
    """Show one whole, with its source and where its figure is."""
    known = _known()
    movement = next((m for m in known.content.catalogue if m.id == prompt_id), None)
    if movement is None:
        raise click.UsageError(f"There is no prompt {prompt_id!r}. `sitbreak prompts` lists them.")
    figure = figure_of(movement, known.content, known.places)
    if as_json:
        paths = {use: str(path) for use, path in figure.items()}
        print(json.dumps(known.plain(movement) | {"figure": paths or None}))
        return
    print(prompt_text(movement, known.content))
    if remark := _remark(known.left_out[movement.id], known.taste(movement)):
        print(remark[:1].upper() + remark[1:] + ".")
    for path in figure.values():
        print(path)


@prompts.command()
@click.argument("prompt_id")
@as_json
def like(prompt_id: str, *, as_json: bool) -> None:
    """Say that you like one: it comes first in its round."""
    tell(("judge", Taste.LIKED.value, prompt_id), json_wanted=as_json)


@prompts.command()
@click.argument("prompt_id")
@as_json
def ban(prompt_id: str, *, as_json: bool) -> None:
    """Say that you do not want to be asked for one."""
    tell(("judge", Taste.BANNED.value, prompt_id), json_wanted=as_json)


@prompts.command()
@click.argument("prompt_id")
@as_json
def allow(prompt_id: str, *, as_json: bool) -> None:
    """Take back what you said of one: liked, banned, or that it hurt."""
    tell(("judge", "", prompt_id), json_wanted=as_json)


@prompts.command()
@click.argument("file", type=click.Path(path_type=Path))
@as_json
def check(file: Path, *, as_json: bool) -> None:
    """Check a pack of prompts before you put it into the packs folder."""
    use_language()
    pack = check_pack(file)
    added, left_out = [movement.id for movement in pack.movements], sorted(pack.leaves_out)
    if as_json:
        print(json.dumps({"ok": True, "name": pack.name, "prompts": added, "leaves_out": left_out}))
        return
    print(tr("The pack {name} is fine.").format(name=f'"{pack.name}"'))
    if added:
        print(wrap(tr("It adds: {ids}").format(ids=", ".join(added))))
    if left_out:
        print(wrap(tr("It leaves out: {ids}").format(ids=", ".join(left_out))))


@dataclass(frozen=True, slots=True)
class _Known:
    """The prompts, and what stands between them and this person."""

    content: Content
    places: Places
    left_out: dict[str, LeftOut | None]
    opinions: Opinions

    def taste(self, movement: Movement) -> Taste | None:
        return next((one.taste for one in self.opinions if one.movement == movement.id), None)

    def plain(self, movement: Movement) -> dict[str, Any]:
        """As ``--json`` prints it; its keys are what scripts rely on."""
        plain: dict[str, Any] = encode(movement)
        del plain["is_a"]
        taste, left_out = self.taste(movement), self.left_out[movement.id]
        return plain | {
            "opinion": None if taste is None else taste.value,
            "left_out": None if left_out is None else left_out.value,
        }


def _known() -> _Known:
    from sitbreak.app.beginning import OPINIONS
    from sitbreak.config.resolve import resolve
    from sitbreak.runtime.memory import load_opinions

    use_language()
    places = find_places()
    content = load_content(packs=places.pack_folders)
    tell_problems(content.problems)
    opinions = load_opinions(places.state_dir / OPINIONS)
    left_out: dict[str, LeftOut | None] = {movement.id: None for movement in content.catalogue}
    try:
        policy = resolve(places, os.environ, {}).policy
    except ConfigError as error:
        tell_problems([error])
    else:
        asked = {movement.id for movement in allowed(content.catalogue, policy, opinions)}
        for movement in content.catalogue:
            if movement.id not in asked:
                left_out[movement.id] = unwanted(movement, policy, opinions) or LeftOut.TIME
    return _Known(content, places, left_out, opinions)


def _remark(left_out: LeftOut | None, taste: Taste | None) -> str:
    match left_out:
        case None:
            return tr("you like it") if taste is Taste.LIKED else ""
        case LeftOut.SETTING:
            return tr("left out: prompting.settings does not name where it is done")
        case LeftOut.EXCLUDED:
            return tr("left out: excluded")
        case LeftOut.BANNED:
            return tr("left out: you do not want it")
        case LeftOut.HURT:
            return tr("left out: it hurt")
        case LeftOut.TIME:
            return tr("left out: it takes too long")
        case _:
            assert_never(left_out)
