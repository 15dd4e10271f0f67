"""A track: one recording with its tags and measurements, as the planner and the faces see it."""

from dataclasses import dataclass, field
from enum import StrEnum

from setsetting.units import Dbtp, Energy, Frames, Hertz, Lu, Lufs, Milliseconds, Seconds, whole_s_of


class Lyrics(StrEnum):
    """What is sung: nothing, a voice without words, words in a language that is known or another."""

    NONE = "none"
    WORDLESS = "wordless"
    KNOWN = "known"
    OTHER = "other"
    UNKNOWN = "unknown"


class EnergySource(StrEnum):
    """Who says how energetic a track is; a person outranks a tag, a tag outranks a measurement."""

    PERSON = "person"
    TAG = "tag"
    MEASURED = "measured"


@dataclass(frozen=True, slots=True)
class Track:
    """One recording.

    `id` follows the encoded audio, not the file's name or tags. `frames` and `rate_hz` are the
    source's own, by decoding. A null `bpm` means unknown; `beatless` is a fact of its own.
    `brightness` is 0-1 on a fixed logarithmic scale of spectral centroid. `lufs` and
    `true_peak_dbtp` are None for digital silence.
    """

    id: str
    path: str
    frames: Frames
    rate_hz: Hertz
    channels: int
    lufs: Lufs | None
    lra_lu: Lu
    true_peak_dbtp: Dbtp | None
    startle_lu: Lu
    energy: Energy
    energy_source: EnergySource
    bpm: float | None
    pulse_clarity: float
    beatless: bool
    brightness: float
    lead_ms: Milliseconds
    tail_ms: Milliseconds
    lyrics: Lyrics
    tags: tuple[str, ...] = field(default=())
    title: str = ""
    artist: str = ""

    @property
    def length_s(self) -> Seconds:
        """Whole seconds of sound between the silent edges; the rest goes under the fade."""
        return whole_s_of(self.frames, self.lead_ms + self.tail_ms, self.rate_hz)
