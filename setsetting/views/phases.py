"""The modelled effect of an infusion as minutes."""

from typing import TYPE_CHECKING, Any

from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.clinical.phases import EffectPhases

BOUNDARIES = ("onset", "half_up", "peak_start", "peak_end", "half_down", "return_")


def as_data(phases: "EffectPhases") -> dict[str, Any]:
    """Minutes from the infusion's start; a boundary that is never crossed is None."""
    edges = {name: getattr(phases, name) for name in BOUNDARIES}
    return {
        "peak_min": phases.peak_min,
        "boundaries": {
            name: None if edge is None else {"minute": edge.minute, "low": edge.low, "high": edge.high}
            for name, edge in edges.items()
        },
    }


def in_cells(phases: "EffectPhases") -> list[tuple[str, str, str, str]]:
    """The peak and each boundary as a line of a table: its minute and its band."""
    lines = [(_("peak"), f"{phases.peak_min:.1f}", "", "")]
    for name in BOUNDARIES:
        edge = getattr(phases, name)
        cells = ("-", "", "") if edge is None else (f"{edge.minute:.1f}", f"{edge.low:.1f}", f"{edge.high:.1f}")
        lines.append((name.rstrip("_"), *cells))
    return lines
