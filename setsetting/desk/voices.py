"""The recordings of the clinic's folder `voice` that a playlist names."""

from collections.abc import Mapping

from setsetting.desk.clinic import Clinic
from setsetting.library.prompt import NO_PROMPTS, Prompt
from setsetting.soundscape.playlist import Playlist


def named_by(clinic: Clinic, playlist: Playlist) -> Mapping[str, Prompt]:
    """Those that are there and can be played, by file, as they are now; one that cannot be is said."""
    if not playlist.prompts:
        return NO_PROMPTS
    from setsetting.library import prompts  # the decoder, which a list of the day does without

    files = {prompt.file for prompt in playlist.prompts}
    return {prompt.name: prompt for prompt in prompts.read(clinic.folder, clinic.say, files)}
