"""Colours by what they are for, and the two themes made of them.

A face never names a colour: it names a style ("dim on panel"), and the theme says what that is. The
contrast of every text on every screen is a test over all themes (at least 4.5:1, WCAG 2.2, 1.4.3);
areas and strips are decoration and never the only carrier of a fact.
"""

from functools import cache
from typing import NamedTuple

from rich.style import Style
from textual.theme import Theme


class TextStyle(NamedTuple):
    """Foreground and background by name; no background means the line's own."""

    fg: str = "text"
    bg: str | None = None
    bold: bool = False

    def on(self, bg: str) -> "TextStyle":
        return TextStyle(self.fg, bg, self.bold)


TEXT = TextStyle("text")
STRONG = TextStyle("strong", bold=True)
DIM = TextStyle("dim")
ACCENT = TextStyle("accent")
LOUD = TextStyle("accent", bold=True)
GOOD = TextStyle("good")
URGENT = TextStyle("urgent", bold=True)
CHOSEN = TextStyle("on_accent", "accent", bold=True)
KEY = TextStyle("accent", "raised", bold=True)
WEEK = TextStyle("week", bold=True)
MONTH = TextStyle("month", bold=True)

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
    "curve": "#ffc46b",
    "curve_dim": "#d29b52",
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
    "curve": "#f2a457",
    "curve_dim": "#b97637",
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


def textual_theme(name: str) -> Theme:
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
    """CSS variables of a palette; the first theme's are the defaults of all.

    Those of our own name are the palette's very colours, which Textual's rounds on their way.
    """
    colours = PALETTES[name]
    return {
        **{f"theme-{name}": colours[name] for name in ("ground", "raised", "text", "accent")},
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
def rich_style(palette: str, fg: str, bg: str, bold: bool) -> Style:
    """The terminal's style of a text style in a palette."""
    colours = PALETTES[palette]
    return Style(color=colours[fg], bgcolor=colours[bg], bold=bold)
