"""What a person has said of single movements: liked, not wanted, or that it hurt."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias


class Taste(StrEnum):
    """What was said. A movement that hurt is not asked for again until the person allows it."""

    LIKED = "liked"
    BANNED = "banned"
    HURT = "hurt"


@dataclass(frozen=True, slots=True)
class Opinion:
    """The last word on one movement."""

    movement: str
    taste: Taste


Opinions: TypeAlias = tuple[Opinion, ...]


def told(opinions: Opinions, movement: str, taste: Taste | None) -> Opinions:
    """The same with another word on one movement, at the end; None: no opinion any more."""
    others = tuple(opinion for opinion in opinions if opinion.movement != movement)
    return others if taste is None else (*others, Opinion(movement, taste))


def liked(opinions: Opinions) -> frozenset[str]:
    """The movements that are liked."""
    return frozenset(opinion.movement for opinion in opinions if opinion.taste is Taste.LIKED)


def refused(opinions: Opinions) -> frozenset[str]:
    """The movements that may not be asked for."""
    return frozenset(opinion.movement for opinion in opinions if opinion.taste is not Taste.LIKED)
