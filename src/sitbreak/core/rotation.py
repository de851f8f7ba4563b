"""Whose turn it is. Everything in a pool comes once before anything in it comes again, regions alternating.

A pool is what serves the same reminders equally well: for a movement prompt all movements for it, for a
prompt that merges movement and water those that serve both. Nothing is drawn by lot: the same askings
before lead to the same choice.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from sitbreak.core.catalogue import Catalogue, Movement
from sitbreak.core.policy import Kind
from sitbreak.core.rules import Rules


@dataclass(frozen=True, slots=True)
class Asked:
    """A movement and the number of the last prompt that asked for it."""

    movement: str
    prompt: int


@dataclass(frozen=True, slots=True)
class Round:
    """A pool's round, named by its reminders; ``since`` is the number of its first prompt.

    What was asked by any prompt from then on has had its turn.
    """

    kinds: tuple[Kind, ...]
    since: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """What was asked when, longest ago first, and the rounds that go on."""

    asked: tuple[Asked, ...] = ()
    rounds: tuple[Round, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """Why a movement was chosen.

    ``pool`` movements would have done, ``left`` of them had yet to have their turn in this round, the
    chosen one counted in. ``rested`` are the regions that were passed over, having just had theirs.
    """

    pool: int
    left: int
    rested: tuple[str, ...] = ()
    liked: bool = False


NOTHING_ASKED = Rotation()
ONLY_ONE = Choice(pool=1, left=1)

_REST = 2
"""So many turns later a region may be loaded again, though nothing else was."""


@dataclass(frozen=True, slots=True)
class Turn:
    """The movement to ask for, why, and the rotation once it has been asked for."""

    movement: Movement
    choice: Choice
    rotation: Rotation


def next_turn(
    rules: Rules, kinds: tuple[Kind, ...], rotation: Rotation, prompt: int, movements: Catalogue | None = None
) -> Turn | None:
    """Whose turn it is when prompt number ``prompt`` serves ``kinds``, the first of them leading.

    ``movements`` narrows the choice to some of those that the rules allow. None where nothing serves the
    leading kind.
    """
    tired = _tired(rules.catalogue, rotation)
    fresh = frozenset(
        movement.id
        for movement in rules.movements
        if movement.region not in tired and movement.id not in [one.movement for one in rotation.asked[-1:]]
    )
    kinds, pool = _pool(rules.movements if movements is None else movements, kinds, fresh)
    if not pool:
        return None
    last = {asked.movement: asked.prompt for asked in rotation.asked}
    key = (kinds[0], *(kind for kind in Kind if kind in kinds[1:]))
    since = next((going.since for going in rotation.rounds if going.kinds == key), prompt)
    left = [movement for movement in pool if last.get(movement.id, 0) < since]
    if not left:
        since, left = prompt, list(pool)
    rested = [movement for movement in left if movement.id in fresh]
    candidates = rested or _brought_forward(pool, fresh, last) or left
    chosen = _best(candidates, left, rules.liked, _loads(rules.catalogue, last), last, kinds[0])
    passed = {movement.region for movement in left} & tired - {chosen.region}
    return Turn(
        movement=chosen,
        choice=Choice(
            pool=len(pool), left=len(left), rested=tuple(sorted(passed)), liked=chosen.id in rules.liked
        ),
        rotation=Rotation(
            asked=(*(one for one in rotation.asked if one.movement != chosen.id), Asked(chosen.id, prompt)),
            rounds=(*(one for one in rotation.rounds if one.kinds != key), Round(key, since)),
        ),
    )


def _pool(
    movements: Catalogue, kinds: tuple[Kind, ...], fresh: frozenset[str]
) -> tuple[tuple[Kind, ...], Catalogue]:
    """What serves the leading kind and, with it, as many of the others as anything does.

    Where nothing of that is fresh, fewer of the kinds have to do. Gives them beside the pool.
    """
    pools = [(kinds[:number], _serving(movements, kinds[:number])) for number in range(len(kinds), 0, -1)]
    rested = (pool for pool in pools if any(movement.id in fresh for movement in pool[1]))
    return next(rested, pools[0] if pools else ((), ()))


def _serving(movements: Catalogue, kinds: tuple[Kind, ...]) -> Catalogue:
    leading = [movement for movement in movements if kinds[0] in movement.kinds]
    served = {movement.id: sum(kind in movement.kinds for kind in kinds) for movement in leading}
    most = max(served.values(), default=0)
    return tuple(movement for movement in leading if served[movement.id] == most)


def _tired(catalogue: Catalogue, rotation: Rotation) -> set[str]:
    """The region that was under load last, unless that is some turns ago."""
    by_id = {movement.id: movement for movement in catalogue}
    latest = [by_id[asked.movement] for asked in rotation.asked[-_REST:] if asked.movement in by_id]
    return {movement.region for movement in [m for m in latest if m.loads][-1:]}


def _brought_forward(pool: Catalogue, fresh: frozenset[str], last: dict[str, int]) -> list[Movement]:
    """Where nothing fresh is left in the round: what has had its turn, but for the latest half."""
    latest_first = sorted(pool, key=lambda movement: -last.get(movement.id, 0))
    return [movement for movement in latest_first[len(pool) // 2 :] if movement.id in fresh]


def _loads(catalogue: Catalogue, last: dict[str, int]) -> dict[str, int]:
    """For each region the number of the last prompt that asked for it."""
    loads: dict[str, int] = {}
    for movement in catalogue:
        loads[movement.region] = max(loads.get(movement.region, 0), last.get(movement.id, 0))
    return loads


def _best(  # noqa: PLR0913, PLR0917 - all that a choice goes by
    candidates: list[Movement],
    left: list[Movement],
    liked: frozenset[str],
    loads: dict[str, int],
    last: dict[str, int],
    leading: Kind,
) -> Movement:
    """One of a region that would else be alone at the round's end; then liked, then longest rested."""
    share = Counter(movement.region for movement in left)
    return min(
        candidates,
        key=lambda movement: (
            2 * share[movement.region] < len(left),
            movement.id not in liked,
            loads[movement.region],
            last.get(movement.id, 0),
            movement.kinds[0] is not leading,
        ),
    )
