"""A report that was written, as data."""

from pathlib import Path
from typing import Any


def as_data(out: Path) -> dict[str, Any]:
    return {"path": str(out)}
