"""Who else wants the machine, as far as it can be seen: what is busy, what makes sounds, who sets the clock."""

import os
from collections.abc import Container
from pathlib import Path

from setsetting.machine.power import asked

PROCESSES = Path("/proc")
UPDATING = {"apt", "apt-get", "dpkg", "unattended-upgr", "dnf", "packagekitd", "zypper", "pacman"}
INDEXING = {"tracker-miner-f", "localsearch-3", "baloo_file", "baloo_file_extr", "updatedb", "updatedb.plocat"}
"""Programs by the first fifteen letters of their names, as the system tells them."""


def running(named: Container[str], folder: Path = PROCESSES) -> tuple[str, ...] | None:
    """Which of these programs run, by name; None where the system does not tell."""
    if not (folder / "self").exists():
        return None
    found = set()
    for each in folder.glob("[0-9]*/comm"):
        try:
            name = each.read_text().strip()
        except OSError:  # it has ended
            continue
        if name in named:
            found.add(name)
    return tuple(sorted(found))


def busy() -> float | None:
    """How many programs wanted a processor at once in the last minute, for each there is; None where it is not told."""
    try:
        return os.getloadavg()[0] / (os.cpu_count() or 1)
    except (OSError, AttributeError):
        return None


def event_sounds() -> bool | None:
    """Whether the desktop plays sounds of its own; None where it can't be asked."""
    told = asked("gsettings", "get", "org.gnome.desktop.sound", "event-sounds")
    return None if told is None else told.strip() == "true"


def clock_is_set() -> bool | None:
    """Whether a time source sets this machine's clock; None where it can't be asked."""
    told = asked("timedatectl", "show", "--property=NTPSynchronized", "--value")
    return None if told is None or told.strip() not in {"yes", "no"} else told.strip() == "yes"
