"""The modelled effect of an infusion as minutes."""

from dataclasses import asdict
from typing import TYPE_CHECKING, Any

from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.clinical.phases import EffectPhases


def as_data(phases: "EffectPhases") -> dict[str, Any]:
    """Minutes from the infusion's start; a boundary that is never crossed is None."""
    edges = asdict(phases)
    return {"peak_min": edges.pop("peak_min"), "boundaries": edges}


def in_cells(phases: "EffectPhases") -> list[tuple[str, str, str, str]]:
    """The peak and each boundary as a line of a table: its minute and its band."""
    lines = [(_("peak"), f"{phases.peak_min:.1f}", "", "")]
    for name, edge in as_data(phases)["boundaries"].items():
        minute, low, high = ("-", "", "") if edge is None else (f"{at:.1f}" for at in edge.values())
        lines.append((name.rstrip("_"), minute, low, high))
    return lines
