"""Whether two tracks are one recording, told by their codes.

Two codes are laid over each other where both begin to sound, 200 ms to either side. Up to JOINS of their
bits may differ in one recording, if that holds all along; up to ASKS the curator is asked; beyond that they
are two. Both sound nearly as long. What is shorter is an excerpt where it is found within the other.
The limits were chosen on 153 tracks, 74 of them in other encodings: 1,016 of 1,016 joined, unrelated
tracks differed by .429 at least. Pure: it reads no file and no database.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Floats
from setsetting.audio.fingerprint import LEAST_WORDS, PER_SECOND, PHASES, Fingerprint, Words
from setsetting.library.recordings import Kin, Kinship

JOINS, ASKS = 0.22, 0.42
"""Shares of bits that differ."""
WITHIN = 0.25
"""So much may differ twenty seconds that are found within another recording; what is unrelated differs by .4."""
LONGER_S, LONGER_SHARE = 4, 0.02
"""One recording's encodings differ in length by no more than the greater of these."""

_BLOCK_WORDS = 5 * PER_SECOND
_BLOCKS_AGREE = 0.9
"""Share of the blocks of five seconds that must stay under ASKS."""
_SAMPLE = 64
_SAMPLED_ASKS = 0.46
"""What a sample of so many words may differ by, so that the whole is looked at."""
_RECENT = 64
"""After so many new tracks what is known is put in order anew."""
_COMMON = 20
"""A word that so many places have says little."""
_PROBES_AT_ONCE = 200
_SHIFTS = range(-PHASES, PHASES + 1)


@dataclass(frozen=True, slots=True)
class Code:
    """By what a track is known: a word every 200 ms, and every word of the twenty seconds in its middle."""

    words: Words
    probe: Words

    @classmethod
    def of(cls, known_by: Fingerprint) -> "Code":
        return cls(known_by.code, known_by.probe)

    @classmethod
    def stored(cls, words: bytes, probe: bytes) -> "Code":
        return cls(*(np.frombuffer(blob, "<u4").astype(np.uint32) for blob in (words, probe)))

    def to_store(self) -> dict[str, bytes]:
        return {"code": self.words.astype("<u4").tobytes(), "probe": self.probe.astype("<u4").tobytes()}


class KnownCodes:
    """The codes of a library, ready to be looked through by length."""

    def __init__(self, codes: Mapping[str, Code]) -> None:
        self._codes = dict(sorted(((name, code.words) for name, code in codes.items()), key=lambda item: len(item[1])))
        self._ids = list(self._codes)
        self._lengths = np.array([len(code) for code in self._codes.values()], np.int64)
        self._starts = np.concatenate([[0], np.cumsum(self._lengths)])
        self._flat = np.concatenate([*self._codes.values(), np.zeros(1, np.uint32)])

    @cached_property
    def _marked(self) -> npt.NDArray[np.bool_]:
        return _marks(self._flat)

    def kin_of(self, track_id: str, found: Fingerprint) -> list[Kin]:
        """The tracks of which this may be another encoding, whatever their ids."""
        length = len(found.code)
        most = longer(length)
        first, last = np.searchsorted(self._lengths, [length - most, length + most + 1])
        kin = []
        for number in self._alike(found.fine, int(first), int(last)):
            other = self._ids[number]
            if other == track_id:
                continue
            differs, agree = compared(found.fine, self._codes[other])
            if differs <= ASKS:
                same = differs <= JOINS and agree >= _BLOCKS_AGREE
                kin.append(Kin(track_id, other, Kinship.SAME if same else Kinship.NEAR, round(differs, 3)))
        return kin

    def _alike(self, fine: Words, first: int, last: int) -> list[int]:
        """Those of these numbers that a sample of words does not tell apart."""
        if first >= last:
            return []
        shortest = min(int(self._lengths[first]), len(fine) // PHASES - 2)
        at = np.linspace(1, shortest - 1, _SAMPLE).astype(np.int64)
        mine = np.stack([fine[PHASES * at + shift] for shift in _SHIFTS])
        theirs = self._flat[self._starts[first:last, np.newaxis] + at]
        spoken = (mine != 0) & (theirs != 0)[:, np.newaxis]
        bits = np.bitwise_count(mine ^ theirs[:, np.newaxis]) * spoken
        share = bits.sum(axis=2) / (32.0 * np.maximum(1, spoken.sum(axis=2)))
        return (first + np.flatnonzero(share.min(axis=1) <= _SAMPLED_ASKS)).tolist()

    def holding(self, probes: Mapping[str, Code]) -> Iterator[Kin]:
        """The tracks that hold one of these within them, found by words they have in common."""
        names = list(probes)
        said = [np.flatnonzero(code.probe) for code in probes.values()]
        owners = np.repeat(np.arange(len(names)), [len(cells) for cells in said])
        cells = np.concatenate(said)
        words = np.concatenate([code.probe[at] for code, at in zip(probes.values(), said, strict=True)])
        shared = self._marked[_slots(words)]
        words, owners, cells = words[shared], owners[shared], cells[shared]
        order = np.argsort(words, kind="stable")
        words, owners, cells = words[order], owners[order], cells[order]
        places = np.flatnonzero(_marks(words)[_slots(self._flat)] & (self._flat != 0))
        low = np.searchsorted(words, self._flat[places], "left")
        times = np.searchsorted(words, self._flat[places], "right") - low
        times[times > _COMMON] = 0
        at = np.repeat(places, times)
        hit = np.repeat(low, times) + np.arange(len(at)) - np.repeat(np.cumsum(times) - times, times)
        number = np.searchsorted(self._starts, at, "right") - 1
        place = at - self._starts[number] - cells[hit] // PHASES
        found = np.unique(np.stack([owners[hit], number, place, cells[hit] % PHASES]), axis=1)
        least: dict[tuple[int, int], float] = {}
        for owner in np.unique(found[0]).tolist():
            probe, length = probes[names[owner]].probe, len(probes[names[owner]].words)
            mine = found[:, found[0] == owner]
            for phase in range(PHASES):
                part = probe[phase::PHASES]
                _o, inside, begins, _p = mine[:, mine[3] == phase]
                fits = (begins >= 0) & (begins + len(part) <= self._lengths[inside]) & (self._lengths[inside] >= length)
                inside, begins = inside[fits], begins[fits]
                theirs = self._flat[(self._starts[inside] + begins)[:, np.newaxis] + np.arange(len(part))]
                spoken = (theirs != 0) & (part != 0)
                share = (np.bitwise_count(theirs ^ part) * spoken).sum(axis=1) / (
                    32.0 * np.maximum(1, spoken.sum(axis=1))
                )
                share[spoken.sum(axis=1) < LEAST_WORDS // 2] = 1.0
                for other, differs in zip(inside.tolist(), share.tolist(), strict=True):
                    least[owner, other] = min(differs, least.get((owner, other), 1.0))
        for (owner, other), differs in least.items():
            if differs <= WITHIN and names[owner] != self._ids[other]:
                length = len(probes[names[owner]].words)
                kinship = Kinship.NEAR if self._lengths[other] - length <= longer(length) else Kinship.EXCERPT
                yield Kin(names[owner], self._ids[other], kinship, round(differs, 3))


class Recogniser:
    """Finds the kin of tracks as they are measured, among those known before and each other."""

    def __init__(self, codes: Mapping[str, Code]) -> None:
        self._old, self._all = KnownCodes(codes), dict(codes)
        self._recent: dict[str, Code] = {}
        self._new: list[str] = []

    def take(self, track_id: str, words: bytes) -> tuple[Code, list[Kin]]:
        """The code of one that was just measured and of which it may be another encoding; it is known from now on."""
        known_by = Fingerprint.from_bytes(words)
        kin = [*self._old.kin_of(track_id, known_by), *KnownCodes(self._recent).kin_of(track_id, known_by)]
        self._all[track_id] = self._recent[track_id] = Code.of(known_by)
        self._new.append(track_id)
        if len(self._recent) == _RECENT:
            self._old, self._recent = KnownCodes(self._all), {}
        return self._all[track_id], kin

    def excerpts(self) -> list[Kin]:
        """What of the tracks taken is found within others, and the other way round."""
        new = {track_id: self._all[track_id] for track_id in self._new}
        old = {track_id: code for track_id, code in self._all.items() if track_id not in new}
        return [*excerpts(new, KnownCodes(self._all)), *excerpts(old, KnownCodes(new))] if new else []


def _slots(words: Words) -> npt.NDArray[np.intp]:
    return ((words * np.uint32(0x9E3779B1)) >> np.uint32(10)).astype(np.intp)


def _marks(words: Words) -> npt.NDArray[np.bool_]:
    """A table that says of most words that are none of these, at a glance, that they are none."""
    table = np.zeros(1 << 22, np.bool_)
    table[_slots(words)] = True
    return table


def longer(words: int) -> int:
    """By how many words one recording's encodings may differ in length."""
    return max(LONGER_S * PER_SECOND, round(LONGER_SHARE * words))


def compared(fine: Words, code: Words) -> tuple[float, float]:
    """The least share of bits that differ over all shifts, and in how many blocks of five seconds it stays small."""
    best: tuple[float, Floats] = (1.0, np.ones(1))
    padded = np.concatenate([np.zeros(PHASES, np.uint32), fine])
    for shift in _SHIFTS:
        mine = padded[PHASES + shift :: PHASES]
        words = min(len(mine), len(code))
        spoken = (mine[:words] != 0) & (code[:words] != 0)
        if spoken.sum() < LEAST_WORDS:
            continue
        bits = np.bitwise_count(mine[:words] ^ code[:words]) * spoken
        share = float(bits.sum() / (32.0 * spoken.sum()))
        if share < best[0]:
            blocks = np.arange(0, words, _BLOCK_WORDS)
            said = np.add.reduceat(spoken, blocks, dtype=np.int64)
            shares = np.add.reduceat(bits, blocks, dtype=np.int64)[said > 0] / (32.0 * said[said > 0])
            best = share, shares
    return best[0], float((best[1] <= ASKS).mean())


def excerpts(probes: Mapping[str, Code], known: "KnownCodes") -> Iterator[Kin]:
    """The tracks within which others are found: each given by its code."""
    names = list(probes)
    for first in range(0, len(names), _PROBES_AT_ONCE):
        part = {name: probes[name] for name in names[first : first + _PROBES_AT_ONCE]}
        yield from known.holding(part)
