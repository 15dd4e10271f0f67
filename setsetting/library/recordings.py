"""Which tracks are one recording: joined by what was found, over which stands what the curator said."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

RECORDING = "r"
"""What an id of a recording begins with, so that it is none of a track."""


class Kinship(StrEnum):
    """How two tracks belong together; an excerpt is one of the other."""

    SAME = "same"
    NEAR = "near"
    EXCERPT = "excerpt"
    TWO = "two"
    """What a person said of two that were found near, or are not."""


@dataclass(frozen=True, slots=True)
class Kin:
    """Two tracks that belong together, and the share of their bits that differs; of an excerpt, `track_id` is it."""

    track_id: str
    other_id: str
    kinship: Kinship
    differs: float = 0.0


def equal(samples: Iterable[tuple[str, str]]) -> list[Kin]:
    """The tracks whose decoded samples are the same, each given with the digest of its own."""
    first: dict[str, str] = {}
    both = ((track_id, first.setdefault(own, track_id)) for track_id, own in samples if own)
    return [Kin(track_id, one, Kinship.SAME) for track_id, one in both if track_id != one]


@dataclass(frozen=True, slots=True)
class Recordings:
    """Which recording each track is of, and what else was found: what is near, and excerpts of others."""

    of: Mapping[str, str]
    kin: tuple[Kin, ...] = ()

    def names(self, track_ids: Iterable[str]) -> frozenset[str]:
        """These tracks, their recordings, and every encoding of them: a session keeps tracks as they were known at its start."""
        ids = frozenset(track_ids)
        return self._all_of(ids, {self._one(track_id) for track_id in ids})

    def met_by(self, track_ids: Iterable[str]) -> frozenset[str]:
        """What a refusal of these tracks meets: their recordings, excerpts, and what may be the same for all we know."""
        ids = frozenset(track_ids)
        own = {self._one(track_id) for track_id in ids}
        ends = [(self._one(kin.track_id), self._one(kin.other_id)) for kin in self.kin]
        return self._all_of(ids, own.union(*(pair for pair in ends if not own.isdisjoint(pair))))

    def heard_with(self, track_ids: Iterable[str]) -> frozenset[str]:
        """What is heard once these tracks are: their recordings, and whatever is an excerpt of them or they of it."""
        ids, shares = frozenset(track_ids), self.shares()
        own = {self._one(track_id) for track_id in ids}
        return self._all_of(ids, own.union(*(shares.get(one, ()) for one in own)))

    def shares(self) -> dict[str, tuple[str, ...]]:
        """Per recording, by id, those that hold some of the same sound: it is an excerpt of them, or they of it."""
        found: dict[str, set[str]] = {}
        for kin in self.kin:
            if kin.kinship is Kinship.EXCERPT:
                one, other = self._one(kin.track_id), self._one(kin.other_id)
                found.setdefault(one, set()).add(other)
                found.setdefault(other, set()).add(one)
        return {one: tuple(sorted(others)) for one, others in found.items()}

    def _one(self, track_id: str) -> str:
        return self.of.get(track_id, track_id)

    def _all_of(self, ids: frozenset[str], found: Collection[str]) -> frozenset[str]:
        return ids.union(found, (track_id for track_id, one in self.of.items() if one in found))


def recordings(track_ids: Iterable[str], kin: Iterable[Kin], said: Mapping[frozenset[str], bool]) -> Recordings:
    """Join what was found the same or said to be, nearest first; what was said to be two stays two."""
    groups = {track_id: {track_id} for track_id in track_ids}
    joined = [tuple(sorted(pair)) for pair, same in said.items() if same]
    parted = [pair for pair, same in said.items() if not same]
    kin = tuple(kin)
    for one, other in [*joined, *((k.track_id, k.other_id) for k in kin if k.kinship is Kinship.SAME)]:
        both = groups.setdefault(one, {one}) | groups.setdefault(other, {other})
        if not any(pair <= both for pair in parted):
            groups.update(dict.fromkeys(both, both))
    of = {track_id: RECORDING + min(group) for track_id, group in groups.items()}
    apart = {frozenset(of.get(track_id, track_id) for track_id in pair) for pair in parted}
    ends = ((k, frozenset(of.get(one, one) for one in (k.track_id, k.other_id))) for k in kin)
    open_ = (k for k, both in ends if len(both) > 1 and both not in apart)
    return Recordings(of, tuple(open_))
