"""What a fault of the interface is called: by its kind and place, never by the values it met."""

import traceback
from pathlib import Path

from textual.worker import WorkerFailed

from setsetting.errors import SetSettingError
from setsetting.words.translate import _


def fault_words(error: Exception | None) -> str:
    """A refusal in its own words; a fault by its kind and place, never by the values it met."""
    if isinstance(error, WorkerFailed):
        error = error.error if isinstance(error.error, Exception) else None
    if isinstance(error, SetSettingError):
        return str(error)
    place = ""
    if error is not None and (frames := traceback.extract_tb(error.__traceback__)):
        place = f" ({type(error).__name__}, {Path(frames[-1].filename).name}:{frames[-1].lineno})"
    return _(
        "The interface met a fault of its own and has closed{place}. Music that plays goes on; "
        "start setsetting again to take the session over."
    ).format(place=place)
