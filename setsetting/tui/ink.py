"""Colours by what they are for, and the two themes made of them.

A face never names a colour: it names an ink ("dim on panel"), and the theme says what that is. The
contrast of every text on every screen is a test over all themes (at least 4.5:1, WCAG 2.2, 1.4.3);
areas and strips are decoration and never the only carrier of a fact.
"""

from functools import cache
from typing import NamedTuple

from rich.style import Style
from textual.theme import Theme


class Ink(NamedTuple):
    """Foreground and background by name; no background means the line's own."""

    fg: str = "text"
    bg: str | None = None
    bold: bool = False

    def on(self, bg: str) -> "Ink":
        return Ink(self.fg, bg, self.bold)


TEXT = Ink("text")
STRONG = Ink("strong", bold=True)
DIM = Ink("dim")
ACCENT = Ink("accent")
LOUD = Ink("accent", bold=True)
GOOD = Ink("good")
URGENT = Ink("urgent", bold=True)
CHOSEN = Ink("on_accent", "accent", bold=True)
KEY = Ink("accent", "raised", bold=True)
WEEK = Ink("week", bold=True)
MONTH = Ink("month", bold=True)

CLINIC = {
    "ground": "#0c1417",
    "panel": "#14222a",
    "raised": "#21333c",
    "cursor": "#1f4450",
    "text": "#dfe8ea",
    "strong": "#ffffff",
    "dim": "#9fb0b6",
    "rule": "#35505a",
    "accent": "#ffc46b",
    "on_accent": "#0c1417",
    "good": "#63d6bd",
    "urgent": "#ff8a78",
    "week": "#ffc46b",
    "month": "#a3bcff",
    "area_low": "#1d4d57",
    "area_mid": "#193f48",
    "area_high": "#142f37",
    "arc": "#ffc46b",
    "arc_dim": "#d29b52",
    "now": "#ffffff",
    "bar": "#dfe8ea",
    "phase1": "#22323a",
    "phase2": "#1b444f",
    "phase3": "#1b5560",
    "phase4": "#1f6455",
    "phase5": "#2c4a7a",
    "phase6": "#3a3964",
}

DARKROOM = {
    "ground": "#000000",
    "panel": "#140703",
    "raised": "#260d04",
    "cursor": "#3a1505",
    "text": "#cb8a40",
    "strong": "#f2a457",
    "dim": "#b97637",
    "rule": "#4a2410",
    "accent": "#f2a457",
    "on_accent": "#000000",
    "good": "#d99f3f",
    "urgent": "#ff7350",
    "week": "#f2a457",
    "month": "#e07f5a",
    "area_low": "#4f1b07",
    "area_mid": "#381305",
    "area_high": "#220c04",
    "arc": "#f2a457",
    "arc_dim": "#b97637",
    "now": "#f2a457",
    "bar": "#cb8a40",
    "phase1": "#1c0b04",
    "phase2": "#2a0f04",
    "phase3": "#361305",
    "phase4": "#471806",
    "phase5": "#301207",
    "phase6": "#240d05",
}

PALETTES = {"clinic": CLINIC, "darkroom": DARKROOM}
FIRST_THEME = "clinic"


def theme(name: str) -> Theme:
    """The Textual theme of a palette: what its own widgets (input, palette of commands) wear."""
    colours = PALETTES[name]
    return Theme(
        name=name,
        primary=colours["accent"],
        secondary=colours["good"],
        accent=colours["accent"],
        warning=colours["accent"],
        error=colours["urgent"],
        success=colours["good"],
        foreground=colours["text"],
        background=colours["ground"],
        surface=colours["panel"],
        panel=colours["raised"],
        boost=colours["raised"],
        dark=True,
        text_alpha=1.0,
        variables=variables(name),
    )


def variables(name: str) -> dict[str, str]:
    """CSS variables of a palette; the first theme's are the defaults of all."""
    colours = PALETTES[name]
    return {
        "ink-ground": colours["ground"],
        "ink-panel": colours["panel"],
        "ink-raised": colours["raised"],
        "ink-text": colours["text"],
        "ink-dim": colours["dim"],
        "ink-accent": colours["accent"],
        "ink-rule": colours["rule"],
        "text-muted": colours["dim"],
        "text-disabled": colours["dim"],
        "foreground-muted": colours["dim"],
        "block-cursor-foreground": colours["on_accent"],
        "block-cursor-background": colours["accent"],
        "block-cursor-text-style": "bold",
        "input-cursor-foreground": colours["on_accent"],
        "input-cursor-background": colours["accent"],
        "input-selection-background": colours["cursor"],
        "border": colours["rule"],
        "border-blurred": colours["rule"],
        "scrollbar": colours["rule"],
        "scrollbar-background": colours["ground"],
        "scrollbar-corner-color": colours["ground"],
    }


@cache
def style(palette: str, fg: str, bg: str, bold: bool) -> Style:
    """The terminal's style of an ink in a palette."""
    colours = PALETTES[palette]
    return Style(color=colours[fg], bgcolor=colours[bg], bold=bold)
