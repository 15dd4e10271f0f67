"""What a person likes of the interface on this machine, kept outside every clinic folder; nothing of a patient.

What cannot be read or kept is as if nothing had been chosen: no screen fails for it.
"""

from collections.abc import Collection
from contextlib import suppress
from pathlib import Path

from setsetting.errors import SetSettingError
from setsetting.machine import files


def theme(known: Collection[str], otherwise: str) -> str:
    """The theme that was chosen last, if it is one of those there are."""
    try:
        chosen = files.read_text(_file()).strip()
    except SetSettingError:
        return otherwise
    return chosen if chosen in known else otherwise


def keep_theme(name: str) -> None:
    """Remember a theme for the next time."""
    path = _file()
    with suppress(SetSettingError, OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        files.write_whole(path, name.encode(), replace=True)


def _file() -> Path:
    import platformdirs  # where it is asked, as everything that the first paint does not need

    return platformdirs.user_config_path("setsetting", appauthor=False) / "theme"
