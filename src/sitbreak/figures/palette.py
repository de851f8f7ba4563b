"""All colours of the figures, for a light and for a dark surrounding."""

from __future__ import annotations

from enum import StrEnum


class Theme(StrEnum):
    """The surrounding; ``AUTO`` leaves it to the page that shows the picture."""

    LIGHT = "light"
    DARK = "dark"
    AUTO = "auto"


class Ink(StrEnum):
    """What a colour is for."""

    CARD = "card"
    FLOOR = "floor"
    NEAR = "near"
    FAR = "far"
    GHOST = "ghost"
    PROP = "prop"
    DEEP = "deep"
    PALE = "pale"
    ACCENT = "accent"


PALETTES: dict[Theme, dict[Ink, str]] = {
    Theme.LIGHT: {
        Ink.CARD: "#f2f5f8",
        Ink.FLOOR: "#c9d3dc",
        Ink.NEAR: "#17395c",
        Ink.FAR: "#557390",
        Ink.GHOST: "#cfdae4",
        Ink.PROP: "#93a3b1",
        Ink.DEEP: "#74879a",
        Ink.PALE: "#dbe3ea",
        Ink.ACCENT: "#e65a08",
    },
    Theme.DARK: {
        Ink.CARD: "#1b2530",
        Ink.FLOOR: "#3b4a58",
        Ink.NEAR: "#eaf1f7",
        Ink.FAR: "#93abc0",
        Ink.GHOST: "#35454f",
        Ink.PROP: "#5f7486",
        Ink.DEEP: "#7b90a2",
        Ink.PALE: "#2b3947",
        Ink.ACCENT: "#ff8a3d",
    },
}


def colours(theme: Theme) -> dict[Ink, str]:
    """The colours of a theme; of the light one where it is left open."""
    return PALETTES[Theme.LIGHT if theme is Theme.AUTO else theme]
