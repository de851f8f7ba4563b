"""The figures of the published articles, written once more and apart from the content, so that tests compare.

A described movement carries its source's figures exactly, and none where the source gives none. ``numbers``
are the digits that its texts may hold.
"""

from __future__ import annotations

from dataclasses import dataclass

from sitbreak.core.policy import Setting


@dataclass(frozen=True, slots=True, kw_only=True)
class Described:
    """One row: what the sources give for a movement that they describe."""

    setting: Setting
    sources: frozenset[str]
    hold_s: tuple[float, float] | None = None
    repetitions: tuple[int, int] | None = None
    a_side: bool = False
    numbers: frozenset[str] = frozenset()


def _floor(*sources: str, **figures: object) -> Described:
    return Described(setting=Setting.FLOOR, sources=frozenset(sources), **figures)  # type: ignore[arg-type]


def _desk(*sources: str, numbers: frozenset[str] = frozenset()) -> Described:
    return Described(setting=Setting.DESK, sources=frozenset(sources), numbers=numbers)


DESCRIBED = {
    "pelvic-tilt": _floor(
        "sacrum", "sciatica", hold_s=(5, 5), repetitions=(10, 12), numbers=frozenset({"5", "10", "12"})
    ),
    "lumbar-rotation": _floor("sacrum", hold_s=(20, 30), a_side=True, numbers=frozenset({"20", "30"})),
    "figure-four": _floor("sacrum", "sciatica", hold_s=(30, 30), a_side=True, numbers=frozenset({"30"})),
    "knee-to-chest": _floor("sciatica", hold_s=(20, 30), a_side=True, numbers=frozenset({"20", "30"})),
    "cat-cow": _floor("sciatica"),
    "bird-dog": _floor("sciatica"),
    "plank": _floor("sciatica"),
    "walk": Described(setting=Setting.WALK, sources=frozenset({"massage", "sciatica"})),
    "change-position": _desk("massage", "csf"),
    "chair-check": _desk("sciatica", "csf", numbers=frozenset({"90"})),
    "diaphragm-breath": _desk("csf", "glutes"),
    "drink-water": _desk("csf"),
    "micro-movement": Described(setting=Setting.STANDING, sources=frozenset({"csf"})),
    "foot-massage": _desk("glutes"),
    # The source gives this as advice for the long run, with no setting of its own.
    "low-impact": Described(setting=Setting.WALK, sources=frozenset({"sciatica"})),
}

REGIONS = {
    "glutes": {"glutes", "massage"},
    "hip-flexors": {"glutes"},
    "hamstrings": {"glutes", "massage", "csf"},
    "piriformis": {"glutes", "sacrum", "sciatica"},
    "quadratus-lumborum": {"glutes"},
    "low-spine": {"sacrum", "sciatica"},
    "feet": {"glutes"},
    "breath": {"csf", "massage", "glutes"},
}
"""Which sources say that a region matters. An adapted movement may rest on no other."""

ADAPTED = {
    "standing-glute-squeeze": "glutes",
    "sit-to-stand": "glutes",
    "standing-hip-flexor-stretch": "hip-flexors",
    "seated-hamstring-stretch": "hamstrings",
    "seated-figure-four": "piriformis",
    "standing-side-bend": "quadratus-lumborum",
    "seated-pelvic-tilt": "low-spine",
    "seated-cat-cow": "low-spine",
    "seated-rotation": "low-spine",
    "foot-roll": "feet",
    "calf-raise": "feet",
    "minute-of-breath": "breath",
}
"""The desk forms that are there at the least, and the region of each."""

TITLES = {
    "csf": "Why Craniosacral Therapy May Ease Lower Back Fluid Blockages",
    "massage": "Massage for lower back pain: what actually helps",
    "sacrum": "How to Safely Relieve Pressure in Your Sacrum",
    "glutes": "Lower Back Massage is A Proven Remedy for Pain, Tension & Better Movement",
    "sciatica": "How to Crack Your Lower Back for Sciatica Relief",
}

RED_FLAGS = [
    ("emergency", "bladder", {"massage", "sacrum", "sciatica"}),
    ("emergency", "both legs", {"sciatica"}),
    ("emergency", "saddle", {"sciatica"}),
    ("emergency", "lift your foot", {"sciatica"}),
    ("doctor", "shoots down a leg", {"massage", "sacrum"}),
    ("doctor", "fall", {"massage"}),
    ("doctor", "fever", {"massage"}),
    ("professional", "few days", {"sacrum"}),
]
"""Urgency, a word of the sign, and the sources, most urgent first."""

STUDIES = {
    "mailey-2016": (2016, 49, "10.1016/j.pmedr.2016.08.010", ("1", "2", "35.6", "15")),
    "swartz-2014": (2014, 60, "10.5888/pcd11.130318", ("16", "19")),
    "evans-2012": (2012, 28, "", ("30", "30", "15.5")),
    "diaz-2023": (2023, 11, "", ("5", "30")),
    "iqbal-2008": (2008, None, "", ()),
    "cochrane-2016": (2016, None, "", ()),
}
"""Year, people, doi where one is known, and the figures of the finding in its order."""
