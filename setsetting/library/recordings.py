"""Which tracks are one recording: joined by what was found, over which stands what the curator said."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

if TYPE_CHECKING:
    from setsetting.library.track import Track, TrackNames

_AS_LONG_S, _AS_BRIGHT, _AS_EVEN_LU = 0.1, 0.01, 0.1
_Ways: TypeAlias = Mapping[str, set[str]]
RECORDING = "r"
"""What an id of a recording begins with, so that it is none of a track."""


class Kinship(StrEnum):
    """How two tracks belong together; an excerpt is one of the other."""

    SAME = "same"
    NEAR = "near"
    EXCERPT = "excerpt"
    PASSAGE = "passage"
    """Seconds of one sound in the other, and either goes on otherwise."""
    TWO = "two"
    """What a person said of two that were found near, or are not."""


@dataclass(frozen=True, slots=True)
class Kin:
    """Two tracks that belong together, and the share of their bits that differs; of an excerpt, `track_id` is it."""

    track_id: str
    other_id: str
    kinship: Kinship
    differs: float = 0.0


def from_row(row: tuple[str, str, str, float]) -> Kin:
    """Two that belong together, as they are stored."""
    track_id, other_id, kinship, differs = row
    return Kin(track_id, other_id, Kinship(kinship), differs)


def to_row(kin: Kin) -> tuple[str, str, str, float]:
    return kin.track_id, kin.other_id, str(kin.kinship), kin.differs


def equal(samples: Mapping[str, str]) -> list[Kin]:
    """The tracks whose decoded samples are the same, each given with the digest of its own."""
    if len(set(samples.values())) == len(samples):
        return []
    first: dict[str, str] = {}
    both = ((track_id, first.setdefault(own, track_id)) for track_id, own in samples.items() if own)
    return [Kin(track_id, one, Kinship.SAME) for track_id, one in both if track_id != one]


class Measured(NamedTuple):
    """By what two sounds are compared of which one has no fingerprint."""

    track_id: str
    length_s: float
    brightness: float
    lra_lu: float


def alike(measured: Iterable[Measured], without_code: Collection[str]) -> list[Kin]:
    """What may be another encoding of a sound too even or too short for a fingerprint: as long, as bright, as loud all along.

    Tones and drones in MP3, Opus, Vorbis, AAC, at other levels and rates stayed within .01 s, .007 and .02 LU of their
    originals; a half tone between two of them is .014.
    """
    rows = sorted(measured, key=lambda row: (row.length_s, row.track_id))
    lengths = [row.length_s for row in rows]
    pairs = (
        sorted((one.track_id, other.track_id))
        for one in rows
        if one.track_id in without_code
        for other in rows[
            bisect_left(lengths, one.length_s - _AS_LONG_S) : bisect_right(lengths, one.length_s + _AS_LONG_S)
        ]
        if other.track_id != one.track_id
        and abs(one.brightness - other.brightness) <= _AS_BRIGHT
        and abs(one.lra_lu - other.lra_lu) <= _AS_EVEN_LU
    )
    return [Kin(one, other, Kinship.NEAR) for one, other in dict.fromkeys(map(tuple, pairs))]


@dataclass(frozen=True, slots=True)
class Recordings:
    """Which recording each track is of, and what else was found: what is near, and excerpts of others.

    `gone` is what files said, or people of them, of recordings that have no file in the library any more; the id of each is
    the recording's. A refusal that meets one meets what is kin to it.
    """

    of: Mapping[str, str]
    kin: tuple[Kin, ...] = ()
    gone: "tuple[TrackNames, ...]" = ()

    def names(self, track_ids: Iterable[str]) -> frozenset[str]:
        """These tracks, their recordings, and every encoding of them: a session keeps tracks as they were known at its start."""
        ids = frozenset(track_ids)
        return self._all_of(ids, {self._one(track_id) for track_id in ids})

    def met_by(self, track_ids: Iterable[str]) -> frozenset[str]:
        """What a refusal of these tracks meets: their recordings, all that holds some of their sound, and what may be the
        same for all we know, from one to the next."""
        return self._with(track_ids, {Kinship.NEAR, Kinship.EXCERPT, Kinship.PASSAGE})

    def heard_with(self, track_ids: Iterable[str]) -> frozenset[str]:
        """What is heard once these tracks are: their recordings, and whatever holds some of their sound."""
        return self._with(track_ids, {Kinship.EXCERPT, Kinship.PASSAGE})

    def shares(self) -> dict[str, tuple[str, ...]]:
        """Per recording, by id, those that hold some of the same sound: an excerpt, what it is of, or a passage."""
        ways = self._edges({Kinship.EXCERPT, Kinship.PASSAGE})
        found = {one: _reached({one}, *ways) for one in set().union(*ways)}
        return {one: tuple(sorted(others - {one})) for one, others in found.items()}

    def _with(self, track_ids: Iterable[str], by: Collection[Kinship]) -> frozenset[str]:
        ids = frozenset(track_ids)
        return self._all_of(ids, _reached({self._one(track_id) for track_id in ids}, *self._edges(by)))

    def _edges(self, by: Collection[Kinship]) -> tuple[_Ways, _Ways, _Ways]:
        """From each recording to its parts, to what shares a passage with it, and to what it is a part of; to what is near
        as to a part and to a whole."""
        parts: dict[str, set[str]] = defaultdict(set)
        beside: dict[str, set[str]] = defaultdict(set)
        wholes: dict[str, set[str]] = defaultdict(set)
        for kin in self.kin:
            if kin.kinship in by:
                part, whole = self._one(kin.track_id), self._one(kin.other_id)
                if kin.kinship is Kinship.PASSAGE:
                    beside[part].add(whole)
                    beside[whole].add(part)
                    continue
                ways = [(part, whole), (whole, part)] if kin.kinship is Kinship.NEAR else [(part, whole)]
                for one, other in ways:
                    parts[other].add(one)
                    wholes[one].add(other)
        return parts, beside, wholes

    def _one(self, track_id: str) -> str:
        return self.of.get(track_id, track_id)

    def _all_of(self, ids: frozenset[str], found: Collection[str]) -> frozenset[str]:
        return ids.union(found, (track_id for track_id, one in self.of.items() if one in found))


def as_tracks_say(tracks: "Iterable[Track]") -> Recordings:
    """The same as far as tracks say it themselves, where no library can be asked: what is only near is not known."""
    tracks = tuple(tracks)
    of = {track.id: track.recording_id for track in tracks if track.recording_id}
    return Recordings(of, tuple(Kin(track.id, one, Kinship.PASSAGE) for track in tracks for one in track.shares))


def recordings(track_ids: Iterable[str], kin: Iterable[Kin], said: Mapping[frozenset[str], bool]) -> Recordings:
    """Join what was found the same or said to be, nearest first; what was said to be two stays two."""
    groups: dict[str, set[str]] = {}
    joined = [tuple(sorted(pair)) for pair, same in said.items() if same]
    parted = [pair for pair, same in said.items() if not same]
    kin = tuple(kin)
    for one, other in [*joined, *((k.track_id, k.other_id) for k in kin if k.kinship is Kinship.SAME)]:
        both = groups.setdefault(one, {one}) | groups.setdefault(other, {other})
        if not any(pair <= both for pair in parted):
            groups.update(dict.fromkeys(both, both))
    of = {track_id: RECORDING + track_id for track_id in track_ids}
    of |= {track_id: RECORDING + min(group) for track_id, group in groups.items()}
    apart = {frozenset(of.get(track_id, track_id) for track_id in pair) for pair in parted}
    ends = ((k, frozenset(of.get(one, one) for one in (k.track_id, k.other_id))) for k in kin)
    open_ = (k for k, both in ends if len(both) > 1 and both not in apart)
    return Recordings(of, tuple(open_))


def _reached(found: set[str], parts: _Ways, beside: _Ways, wholes: _Ways) -> set[str]:
    """These recordings, parts of them and of those, what shares a passage with one, and whatever holds one of all these:
    the rest of which that is made is not reached."""
    held = _closed(found, parts)
    return _closed(held.union(*(beside.get(one, ()) for one in held)), wholes)


def _closed(found: set[str], ways: _Ways) -> set[str]:
    """These, and whatever is reached from them by these ways."""
    reached, new = set(found), list(found)
    while new:
        onward = ways.get(new.pop(), set()) - reached
        reached |= onward
        new += onward
    return reached
