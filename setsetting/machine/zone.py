"""The machine's time zone by its IANA name."""

import os
from pathlib import Path
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

_LINK = Path("/etc/localtime")
_NAME = Path("/etc/timezone")


def machine_zone() -> str:
    """Name the zone from TZ, /etc/timezone or the link /etc/localtime; UTC when none of them says."""
    for name in (os.environ.get("TZ", "").lstrip(":"), _written(), _linked()):
        if name and is_zone(name):
            return name
    return "UTC"


def is_zone(name: str) -> bool:
    """Tell whether this is a zone the machine knows."""
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return False
    return True


def _written() -> str:
    try:
        return _NAME.read_text(encoding="utf-8").strip()
    except OSError:
        return ""


def _linked() -> str:
    try:
        target = _LINK.resolve()
    except OSError:
        return ""
    return str(target).partition("zoneinfo/")[2]
