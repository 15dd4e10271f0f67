"""A track: one recording with its tags and measurements, as the planner and the faces see it."""

from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath
from typing import TypeVar

from setsetting.units import Dbtp, Energy, Frames, Hertz, Lu, Lufs, Milliseconds, Seconds, whole_s_of
from setsetting.words.spelling import spelled


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


class Named:
    """What a track is called and who is credited."""

    __slots__ = ()
    id: str
    recording_id: str | None
    path: str
    title: str
    artist: str
    artists: tuple[str, ...]
    tags: tuple[str, ...]
    called: tuple[str, ...]
    former: tuple[str, ...]
    """Whom files of its sound credited that no file credits now: a refusal alone asks of them."""
    former_tags: tuple[str, ...]
    """The same of tags."""

    @property
    def credits(self) -> tuple[str, ...]:
        """Every name that is credited, how its artist is shown among them."""
        if self.artist in self.artists:
            return self.artists
        return (self.artist, *self.artists) if spelled(self.artist) else self.artists

    @property
    def title_or_file(self) -> str:
        """Its title; the name of its file where it has none."""
        return self.title or PurePath(self.path).name

    @property
    def hints(self) -> tuple[str, ...]:
        """Where an artist may be named who isn't credited: file names and titles where no performer is, notes, and what
        is said besides, where a name of several words alone is told from others; or nowhere."""
        own = () if self.credits else (PurePath(self.path).stem, self.title, "", "")
        return together(own, self.called) if own and self.called else own or self.called

    @property
    def names(self) -> frozenset[str]:
        """By what it is refused, heard or known: its own id and its recording's."""
        return frozenset((self.id,) if self.recording_id is None else (self.id, self.recording_id))


def together(called: tuple[str, ...], also: tuple[str, ...]) -> tuple[str, ...]:
    """What files are called, each of its texts with that of another file."""
    both = [each for each in (called, also) if each]
    return tuple(" / ".join(dict.fromkeys(filter(None, texts))) for texts in zip(*both, strict=True))


@dataclass(slots=True, unsafe_hash=True)
class TrackNames(Named):
    """A track by its names alone: all that a refusal asks of it, read in a fraction of the time.

    Nobody changes one; it is not frozen, since that takes four fifths of its making.
    """

    id: str
    path: str
    tags: tuple[str, ...]
    title: str
    artist: str
    artists: tuple[str, ...]
    recording_id: str | None = None
    called: tuple[str, ...] = ()
    holds: tuple[str, ...] = ()
    """Of a sound beside the library the recordings and tracks that it is, or holds some of: it is refused as each is."""
    former: tuple[str, ...] = ()
    former_tags: tuple[str, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """By what it is refused."""
        return frozenset(filter(None, (self.id, self.recording_id, *self.holds)))


@dataclass(frozen=True, slots=True)
class Track(Named):
    """One encoding of a recording.

    `id` follows what is decoded, not the file's name or tags. `frames` and `rate_hz` are the
    source's own, by decoding. A null `bpm` means unknown; `beatless` is a fact of its own.
    `brightness` is 0-1 on a fixed logarithmic scale of spectral centroid. `lufs` and
    `true_peak_dbtp` are None for digital silence. `artist` is how its artist is shown, `artists` every name
    that is credited; empty where nobody is.
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
    artists: tuple[str, ...] = field(default=())
    album: str = ""
    recording_id: str | None = None
    """Equal for all encodings of one recording; None where the sound is too even to be known again."""
    shares: tuple[str, ...] = field(default=())
    """The recordings that hold some of its sound: it is an excerpt of them, they of it, or both have a passage."""
    damaged: str | None = None
    """What could not be decoded and was passed over, in words."""
    called: tuple[str, ...] = field(default=())
    """The names and titles of its files that credit no performer, the notes of all, and whatever else they say, whatever
    people said since; or nothing."""
    note: str = ""
    """What a person noted of it, for whoever plays it."""
    former: tuple[str, ...] = field(default=())
    former_tags: tuple[str, ...] = field(default=())

    @property
    def length_s(self) -> Seconds:
        """Whole seconds of sound between the silent edges; the rest goes under the fade."""
        return whole_s_of(self.frames, self.lead_ms + self.tail_ms, self.rate_hz)


AnyTrack = TypeVar("AnyTrack", Track, TrackNames)
