"""A clinic folder as it was made."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


def as_data(made: "Clinic") -> dict[str, Any]:
    return {"folder": str(made.folder), "time_zone": made.settings.time_zone, "rooms": made.settings.rooms}


def demo_as_data(folder: Path) -> dict[str, Any]:
    return {"folder": str(folder)}
