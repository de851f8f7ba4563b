"""What the prompts ask people to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sitbreak.core.policy import Kind, Setting


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
    side at a time. ``total_s`` is about how long all of it takes. ``loads``: its region is a part of the
    body that works or stretches, and wants a rest before the next load. ``pack`` is the name of the pack it
    came in; empty for what is shipped.
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
    loads: bool = True
    pack: str = ""

    @property
    def stretches(self) -> bool:
        """Whether the stop rule stands with it: every stretch, and everything on the floor."""
        return Kind.STRETCH in self.kinds or self.setting is Setting.FLOOR


Catalogue = tuple[Movement, ...]
