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

PRACTICES = {name: row.sources for name, row in DESCRIBED.items()} | {
    "one-small-aim": frozenset({"massage"}),
    "keep-at-it": frozenset({"csf"}),
}
"""What an adapted movement may rest on beside its region: a practice, or what is said of routines."""

ADAPTED: dict[str, tuple[str, tuple[str, ...]]] = {
    "walk-for-water": ("whole-body", ("walk", "drink-water")),
    "fill-and-stretch": ("quadratus-lumborum", ("walk", "drink-water")),
    "walk-and-hip-stretch": ("hip-flexors", ("walk",)),
    "sit-to-stand": ("glutes", ()),
    "standing-glute-squeeze": ("glutes", ()),
    "calf-raise": ("feet", ()),
    "long-way-round": ("whole-body", ("walk",)),
    "talk-on-your-feet": ("whole-body", ("walk",)),
    "feel-your-feet-walking": ("feet", ()),
    "seated-march": ("whole-body", ("walk", "micro-movement")),
    "seated-heel-raise": ("feet", ()),
    "seated-glute-squeeze": ("glutes", ()),
    "seated-leg-straighten": ("hamstrings", ()),
    "loosen-up-seated": ("whole-body", ("micro-movement", "change-position")),
    "seated-hamstring-stretch": ("hamstrings", ()),
    "seated-figure-four": ("piriformis", ("figure-four",)),
    "standing-hip-flexor-stretch": ("hip-flexors", ()),
    "standing-side-bend": ("quadratus-lumborum", ()),
    "seated-cat-cow": ("low-spine", ("cat-cow",)),
    "seated-rotation": ("low-spine", ("lumbar-rotation",)),
    "seated-side-lean": ("quadratus-lumborum", ()),
    "seated-knee-hug": ("low-spine", ("knee-to-chest",)),
    "foot-roll": ("feet", ("foot-massage",)),
    "toe-spread": ("feet", ()),
    "standing-hamstring-stretch": ("hamstrings", ()),
    "minute-of-breath": ("breath", ("diaphragm-breath",)),
    "seated-pelvic-tilt": ("low-spine", ("pelvic-tilt",)),
    "stand-for-the-next-bit": ("sitting", ("change-position",)),
    "standing-breath": ("breath", ("diaphragm-breath",)),
    "wall-pelvic-tilt": ("low-spine", ("pelvic-tilt",)),
    "one-small-thing": ("whole-body", ("one-small-aim", "keep-at-it")),
    "glass-in-reach": ("water", ("drink-water",)),
    "refill-bottle": ("water", ("drink-water", "walk")),
    "sip-and-shift": ("water", ("drink-water", "change-position")),
    "drink-standing": ("water", ("drink-water", "change-position")),
}
"""Each adapted movement: the region that it is for, and the practices that it takes up."""

AT_LEAST = {
    "standing-glute-squeeze",
    "sit-to-stand",
    "standing-hip-flexor-stretch",
    "seated-hamstring-stretch",
    "seated-figure-four",
    "standing-side-bend",
    "seated-pelvic-tilt",
    "seated-cat-cow",
    "seated-rotation",
    "foot-roll",
    "calf-raise",
    "minute-of-breath",
}
"""The forms for the desk that must be there, whatever else is."""

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

EMERGENCY_IN_SHORT = ("bladder", "bowel", "both legs", "saddle", "lift a foot")
"""A word of each emergency sign as the short line names it."""

CLAIMS = [
    ("raises the pressure on the discs of the spine, by up to 40 percent", {"sciatica"}),
    ("short breaks to stand and walk", {"sciatica"}),
    ("held for hours", {"massage"}),
    ("small and doable with one aim", {"massage"}),
    ("keep at it", {"csf"}),
]
"""Why sitting breaks: words of each claim, and its sources."""

STUDIES = {
    "mailey-2016": (2016, 49, "Randomised", "10.1016/j.pmedr.2016.08.010", ("1", "2", "35.6", "15")),
    "swartz-2014": (2014, 60, "Randomised", "10.5888/pcd11.130318", ("16", "19")),
    "evans-2012": (2012, 28, "Randomised", "", ("30", "30", "15.5")),
    "diaz-2023": (2023, 11, "Crossover", "", ("5", "30")),
    "iqbal-2008": (2008, None, "Study of interruptions", "", ()),
    "cochrane-2016": (2016, None, "Systematic review", "", ()),
}
"""Year, people, a word of the design, doi where one is known, and the figures of the finding in its order."""

EXPLAINED = {
    "reminders.movement.every": {"mailey-2016", "evans-2012", "cochrane-2016"},
    "reminders.movement.lasts": {"mailey-2016", "diaz-2023"},
    "reminders.stretch.every": set(),
    "reminders.posture.every": set(),
    "reminders.hydration.every": set(),
    "prompting.wait_for_pause": {"iqbal-2008"},
    "prompting.hold_at_most": set(),
}
"""The settings whose default must be explained, each with the studies behind it, the contrary one too."""
