"""What may be asked of this person: the policy and their opinions, applied to the catalogue."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from sitbreak.core.catalogue import Catalogue, Movement
from sitbreak.core.opinions import Opinions, Taste, liked
from sitbreak.core.policy import Kind, Policy, Reminder, Setting

STANDING = "standing"
"""What ``exclude`` names to leave out all that is done on one's feet."""

_ON_FEET = (Setting.STANDING, Setting.WALK)


class LeftOut(StrEnum):
    """Why a movement is not asked for."""

    SETTING = "setting"
    EXCLUDED = "excluded"
    BANNED = "banned"
    HURT = "hurt"
    TIME = "time"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rules:
    """What the person and their team want.

    ``movements`` is what this person may be asked to do, out of the whole ``catalogue``; ``liked`` are those
    of them that come first; ``active`` are the reminders that are on and have a movement to ask for, each
    with its place among the kinds.
    """

    policy: Policy
    catalogue: Catalogue
    movements: Catalogue
    liked: frozenset[str]
    active: tuple[tuple[int, Reminder], ...]


def rules(policy: Policy, catalogue: Catalogue, opinions: Opinions = ()) -> Rules:
    """The rules that a policy and a person's opinions make of a catalogue."""
    movements = allowed(catalogue, policy, opinions)
    served = {kind for movement in movements for kind in movement.kinds}
    active = tuple(
        (place, reminder)
        for place, reminder in enumerate(policy.reminders)
        if reminder.enabled and reminder.kind in served
    )
    return Rules(
        policy=policy, catalogue=catalogue, movements=movements, liked=liked(opinions), active=active
    )


def allowed(catalogue: Catalogue, policy: Policy, opinions: Opinions = ()) -> Catalogue:
    """What this person may be asked to do, in the time they have."""
    wanted = tuple(movement for movement in catalogue if unwanted(movement, policy, opinions) is None)
    return fitting(wanted, policy.prompting.takes_at_most_s)


def unwanted(movement: Movement, policy: Policy, opinions: Opinions) -> LeftOut | None:
    """Why this person does not want to be asked for it, whatever the time; None: they may be."""
    taste = next((opinion.taste for opinion in opinions if opinion.movement == movement.id), None)
    if taste is Taste.HURT:
        return LeftOut.HURT
    if taste is Taste.BANNED:
        return LeftOut.BANNED
    named = {movement.id, movement.region} | ({STANDING} if movement.setting in _ON_FEET else set())
    if named & policy.exclude:
        return LeftOut.EXCLUDED
    return None if movement.setting in policy.prompting.settings else LeftOut.SETTING


def fitting(movements: Catalogue, at_most_s: float) -> Catalogue:
    """Those that take at most so long, seconds. Of a kind that has none so short, its shortest stay."""
    shortest_s = {kind: min((m.total_s for m in movements if kind in m.kinds), default=0.0) for kind in Kind}
    return tuple(
        movement
        for movement in movements
        if any(movement.total_s <= max(at_most_s, shortest_s[kind]) for kind in movement.kinds)
    )


def unknown_exclusions(policy: Policy, catalogue: Catalogue) -> tuple[str, ...]:
    """What ``exclude`` names that is neither a movement nor a region, and so keeps nothing away."""
    known = {STANDING} | {m.id for m in catalogue} | {m.region for m in catalogue}
    return tuple(sorted(policy.exclude - known))
