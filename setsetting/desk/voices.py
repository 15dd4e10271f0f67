"""The recordings of the clinic's folder `voice`, with what the library says of such a sound."""

from collections.abc import Collection, Mapping
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from setsetting.desk.clinic import CURATION, LIBRARY, Clinic
from setsetting.library.prompt import NO_PROMPTS, Prompt
from setsetting.machine.files import Stamp, stamp_of
from setsetting.soundscape.playlist import Playlist

if TYPE_CHECKING:
    from setsetting.audio.measurements import Measurements
    from setsetting.library.track import TrackNames


def named_by(clinic: Clinic, playlist: Playlist) -> Mapping[str, Prompt]:
    """Those that a playlist names, are there and can be played, by file, as they are now; one that cannot be is said."""
    if not playlist.prompts:
        return NO_PROMPTS
    return {prompt.name: prompt for prompt in read(clinic, {prompt.file for prompt in playlist.prompts})}


def read(clinic: Clinic, names: Collection[str] | None = None) -> tuple[Prompt, ...]:
    """All, or those of these names: an encoding or a part of a recording of the library is refused as that is."""
    from setsetting.library import prompts  # the decoder, which a list of the day does without

    library = tuple(stamp_of(str(clinic.folder / name)) for name in (LIBRARY, CURATION))

    def known_as(named: "TrackNames", told: "Measurements") -> "TrackNames":
        return _known_as(clinic.folder, named, told, library)

    return prompts.read(clinic.folder, clinic.say, names, known_as)


@lru_cache(maxsize=256)
def _known_as(
    folder: Path, named: "TrackNames", told: "Measurements", _library: tuple[Stamp | None, ...]
) -> "TrackNames":
    from setsetting.library.catalogue import Catalogue

    with Catalogue.open(folder / LIBRARY, folder / CURATION) as catalogue:
        return catalogue.known_as(named, told)
