"""What the prompts ask people to do, and which of it is asked next."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sitbreak.core.policy import Kind, Policy, Setting


class Basis(StrEnum):
    """Whether a source describes the movement as it is, or only its region and aim."""

    DESCRIBED = "described"
    ADAPTED = "adapted"


class Strength(StrEnum):
    """How strong the evidence is."""

    TRIAL = "trial"
    PRACTITIONER = "practitioner"
    ANECDOTE = "anecdote"


@dataclass(frozen=True, slots=True, kw_only=True)
class Movement:
    """One thing that a prompt can ask for. Texts are message ids, translated where they are shown.

    ``kinds`` are the reminders it serves, its own first. ``hold_s`` and ``repetitions`` are (least, most)
    exactly as the source gives them, or None where it gives no figure. ``sides`` is 2 where it is done a
    side at a time. ``total_s`` is about how long all of it takes.
    """

    id: str
    kinds: tuple[Kind, ...]
    title: str
    line: str
    steps: tuple[str, ...]
    region: str
    setting: Setting
    basis: Basis
    adapted: str
    hold_s: tuple[float, float] | None
    repetitions: tuple[int, int] | None
    sides: int
    total_s: float
    sources: tuple[str, ...]
    caution: str
    strength: Strength


Catalogue = tuple[Movement, ...]


def allowed(catalogue: Catalogue, policy: Policy) -> Catalogue:
    """What this person may be asked to do: in a setting they accept, nothing they exclude."""
    return tuple(
        movement
        for movement in catalogue
        if movement.setting in policy.prompting.settings
        and movement.id not in policy.exclude
        and movement.region not in policy.exclude
    )


def choose(movements: Catalogue, kinds: tuple[Kind, ...], recent: tuple[str, ...]) -> Movement | None:
    """The movement for a prompt that serves ``kinds``, the first of them leading.

    One that serves more of the kinds goes before one that serves fewer; then the one asked longest ago
    (``recent`` is oldest first); then another region than last time; then one that is
    for the leading kind above all; then the catalogue's order.
    None where nothing serves the leading kind.
    """
    if not kinds:
        return None
    age = {movement_id: position for position, movement_id in enumerate(recent)}
    last_region = next((m.region for m in movements if recent and m.id == recent[-1]), None)
    return min(
        (movement for movement in movements if kinds[0] in movement.kinds),
        key=lambda m: (
            -sum(kind in m.kinds for kind in kinds),
            age.get(m.id, -1),
            m.region == last_region,
            m.kinds[0] is not kinds[0],
        ),
        default=None,
    )
