"""What a figure has around its body: things, what it holds, where it glows, arrows."""

from __future__ import annotations

from collections.abc import Mapping

from sitbreak.config.poses_table import PoseTable
from sitbreak.figures.model import GLOW_SIZE, PROPS_MOST, Arrow, Glow, Held, Limb, Placed, Prop, Spot, View

_GLOWS_MOST = 3
_ARROWS_MOST = 4
_LIMBS = {View.SIDE: ("near", "far"), View.FRONT: ("left", "right")}
_SINGLE = (Spot.LOW_BACK, Spot.BACK, Spot.BELLY, Spot.CHEST, Spot.NECK, Spot.HEAD)


def behind(table: PoseTable, view: View) -> tuple[bool, bool]:
    """Whether the first and the second arm pass behind the body. Raises ConfigError."""
    if not table.has("behind"):
        return False, False
    first, second = (f"{side}-arm" for side in _LIMBS[view])
    named = table.some_of("behind", [first, second])
    return first in named, second in named


def placed(table: PoseTable, props: Mapping[str, Prop]) -> tuple[Placed, ...]:
    """The things that stand around. Raises ConfigError."""
    found = []
    for entry in table.inlines("props", PROPS_MOST) if table.has("props") else ():
        entry.only("name", "at", "flip", "front", "essential")
        found.append(
            Placed(
                prop=props[entry.one_of("name", props)],
                at=entry.point("at"),
                flip=entry.has("flip") and entry.flag("flip"),
                front=entry.has("front") and entry.flag("front"),
                essential=entry.has("essential") and entry.flag("essential"),
            )
        )
    return tuple(found)


def held(table: PoseTable, view: View, props: Mapping[str, Prop]) -> tuple[Held, ...]:
    """What hands and feet hold, by the name of the prop. Raises ConfigError."""
    if not table.has("held"):
        return ()
    entry = table.inline("held")
    entry.only(*props)
    limbs = [limb for limb in Limb if limb.startswith(_LIMBS[view])]
    return tuple(Held(prop=props[name], limb=Limb(entry.one_of(name, limbs))) for name in entry.words())


def glows(table: PoseTable, view: View) -> tuple[Glow, ...]:
    """Where it glows: words, or tables with a word under ``spot``. Raises ConfigError."""
    first, second = _LIMBS[view]
    words = {str(spot): (spot, False) for spot in Spot} | {
        f"{side}-{spot}": (spot, side == second)
        for side in (first, second)
        for spot in Spot
        if spot not in _SINGLE
    }
    found = []
    for item in table.one_or_more("glow", _GLOWS_MOST) if table.has("glow") else ():
        entry = table.within("glow", {"spot": item} if isinstance(item, str) else item)
        entry.only("spot", "by", "size")
        spot, is_second = words[entry.one_of("spot", words)]
        found.append(
            Glow(
                spot=spot,
                second=is_second,
                by=entry.point("by") if entry.has("by") else (0, 0),
                size=entry.number("size", 3, 20) if entry.has("size") else GLOW_SIZE,
            )
        )
    return tuple(found)


def arrows(table: PoseTable) -> tuple[Arrow, ...]:
    """The motions beside the still. Raises ConfigError."""
    found = []
    for entry in table.inlines("arrows", _ARROWS_MOST) if table.has("arrows") else ():
        entry.only("path", "both")
        both = entry.has("both") and entry.flag("both")
        found.append(Arrow(path=entry.points("path", 2, 3), both=both))
    return tuple(found)
