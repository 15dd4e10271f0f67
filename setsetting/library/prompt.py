"""A prompt: a recording of the clinic's own, a bell or a voice, that is played over lowered music. Never synthesised."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from setsetting.library.track import TrackNames
from setsetting.units import Dbtp, Lufs, Milliseconds

FOLDER = "voice"
"""Where they lie in the clinic's folder."""
LONGEST_MS = Milliseconds(120_000)


@dataclass(frozen=True, slots=True)
class Prompt:
    """A file of the clinic's folder `voice`, by the name it is asked for; `id` is a digest of its sound, as a track's is.

    `loudest_lufs` is its loudest 0.4 s; `named` is what a refusal asks of it.
    """

    id: str
    name: str
    path: str
    length_ms: Milliseconds
    loudest_lufs: Lufs
    true_peak_dbtp: Dbtp
    named: TrackNames | None = None


NO_PROMPTS: Mapping[str, Prompt] = MappingProxyType({})
