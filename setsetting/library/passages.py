"""Passages: seconds of one recording that sound within another, wherever they lie in both.

Words that both have, exactly, say how one may lie over the other; the words around must agree there, and then all of
PASSAGE_S, or of a recording that is shorter. 25 s and 20 s of 40 recordings, joined with others in MP3 64, Opus 48 and
64, Vorbis and AAC at half and a quarter of the level, differed by at most .12 where they lay; of 1,431 pairs of real tracks
not one came as near as 5 s that differ by .36. A sound that repeats itself is looked for by its words' first places
alike. Pure: it reads no file and no database.
"""

from collections.abc import Iterator, Mapping, Sequence
from itertools import chain
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from setsetting.audio.fingerprint import LEAST_WORDS, PER_SECOND, PHASES, Words
from setsetting.library.recordings import Kin, Kinship

PASSAGE_S = 15
"""What is found for certain is five seconds longer, since the edges of a passage sound of what stands beside it."""
WITHIN = 0.25
"""So much may a passage differ; what is unrelated differs by .4."""
LONGER_S, LONGER_SHARE = 4, 0.02
"""One recording's encodings differ in length by no more than the greater of these."""

_AROUND = np.arange(-12, 13)
_AROUND_ASKS = 0.36
_AROUND_SAYS = 9
"""So many words around a place must say something."""
_WHOLE = 0.9
"""Share of a recording that stands for all of it."""
_COMMON = 20
"""So many places of a word are looked at in one recording, spread over it."""
_MOST_LAID = 20
"""So many ways to lay one recording over another are looked at, the likeliest first."""
_AT_ONCE = 1 << 20
"""So many words of the library are looked through together."""
_MOST_HITS = 1 << 20
_VERIFIED_AT_ONCE = 1 << 14

Places = npt.NDArray[np.int64]


def longer(words: int) -> int:
    """By how many words one recording's encodings may differ in length."""
    return max(LONGER_S * PER_SECOND, round(LONGER_SHARE * words))


def passages(fines: Mapping[str, Words], ids: Sequence[str], flat: Words, starts: Places) -> Iterator[Kin]:
    """Which of the codes that lie end to end in `flat`, from `starts` on, share a passage with one of these fingerprints."""
    names = list(fines)
    if not (names and ids):
        return
    pad = np.zeros(PHASES * (int(_AROUND[-1]) + 1), np.uint32)
    mine = np.concatenate([pad, *chain.from_iterable((fines[name], pad) for name in names)])
    begins = np.cumsum([0, *(len(fines[name]) + len(pad) for name in names)]) + len(pad)
    cells = np.concatenate([begin + _spread(fines[name]) for begin, name in zip(begins, names, strict=False)])
    cells = cells[np.argsort(mine[cells], kind="stable")]
    both = _Both(mine, begins, flat, starts)
    laid = [both.laid(*places) for places in _in_common(mine, cells, flat)]
    if not any(each.size for each in laid):
        return
    ways, times = np.unique(np.concatenate(laid, axis=1), axis=1, return_counts=True)
    pairs, first = np.unique(ways[:2], axis=1, return_index=True)
    for (owner, number), low, high in zip(pairs.T.tolist(), first, [*first[1:], ways.shape[1]], strict=True):
        likeliest = low + np.argsort(-times[low:high], kind="stable")[:_MOST_LAID]
        code = flat[starts[number] : starts[number + 1]]
        if names[owner] != ids[number]:
            yield from _shared(names[owner], fines[names[owner]], ids[number], code, ways[2, likeliest].tolist())


class _Both(NamedTuple):
    """Fingerprints and codes, each kind end to end: the former with silence between, from `begins` on."""

    mine: Words
    begins: Places
    flat: Words
    starts: Places

    def laid(self, cell: Places, at: Places) -> Places:
        """Of places of words that both have, those around which five seconds agree: (fingerprint, code, cells between
        their beginnings) by place."""
        number = np.searchsorted(self.starts, at, "right") - 1
        theirs_at = at[:, np.newaxis] + _AROUND
        inside = (theirs_at >= self.starts[number, np.newaxis]) & (theirs_at < self.starts[number + 1, np.newaxis])
        theirs = self.flat[np.clip(theirs_at, 0, len(self.flat) - 1)]
        ours = self.mine[cell[:, np.newaxis] + PHASES * _AROUND]
        spoken = inside & (theirs != 0) & (ours != 0)
        many = spoken.sum(axis=1)
        share = (np.bitwise_count(theirs ^ ours) * spoken).sum(axis=1) / (32.0 * np.maximum(1, many))
        agree = np.flatnonzero((share <= _AROUND_ASKS) & (many >= _AROUND_SAYS))
        owner = np.searchsorted(self.begins, cell[agree], "right") - 1
        since = cell[agree] - self.begins[owner] - PHASES * (at[agree] - self.starts[number[agree]])
        return np.stack([owner, number[agree], since])


def _spread(fine: Words) -> Places:
    """The places of what says something, sorted by word, of a word that stands often no more than _COMMON."""
    said = np.flatnonzero(fine)
    said = said[np.argsort(fine[said], kind="stable")]
    words = fine[said]
    first = np.flatnonzero(np.concatenate([[True], words[1:] != words[:-1]]))
    times = np.diff(np.concatenate([first, [len(words)]]))
    rank = np.arange(len(words)) - np.repeat(first, times)
    spread: Places = said[rank % np.repeat(-(-times // _COMMON), times) == 0]
    return spread


def _in_common(mine: Words, cells: Places, flat: Words) -> Iterator[tuple[Places, Places]]:
    """Where the same word stands in both: places in `mine`, whose `cells` are sorted by word, and in `flat`."""
    words = mine[cells]
    shift = np.uint32(32 - max(16, (16 * len(words)).bit_length()))
    marked = np.zeros(1 << int(32 - shift), np.bool_)
    marked[_slots(words, shift)] = True
    for begin in range(0, len(flat), _AT_ONCE):
        part = flat[begin : begin + _AT_ONCE]
        at = np.flatnonzero(marked[_slots(part, shift)] & (part != 0))
        low = np.searchsorted(words, part[at], "left")
        times = np.searchsorted(words, part[at], "right") - low
        found = np.flatnonzero(times)
        found = found[:: 1 + int(times.sum()) // _MOST_HITS]
        at, low, times = at[found], low[found], times[found]
        hits = np.repeat(low, times) + np.arange(times.sum()) - np.repeat(np.cumsum(times) - times, times)
        at = np.repeat(at + begin, times)
        for first in range(0, len(at), _VERIFIED_AT_ONCE):
            some = slice(first, first + _VERIFIED_AT_ONCE)
            yield cells[hits[some]], at[some]


def _slots(words: Words, shift: np.uint32) -> Words:
    """Where of a table of marks each word has its own, shared with few others."""
    return (words * np.uint32(0x9E3779B1)) >> shift


def _shared(name: str, fine: Words, other: str, code: Words, ways: Sequence[int]) -> Iterator[Kin]:
    """What two recordings are to each other by the best of these ways to lay one over the other, if it is any."""
    length = -(-len(fine) // PHASES)
    shorter = min(length, len(code))
    least = min(PASSAGE_S * PER_SECOND, round(_WHOLE * shorter))
    best, whole = 1.0, 1.0
    for way in ways:
        first, last = max(0, -(way // PHASES)), min(len(code), (len(fine) - 1 - way) // PHASES + 1)
        if last - first < least:
            continue
        ours, theirs = fine[way + PHASES * first :: PHASES][: last - first], code[first:last]
        spoken = (ours != 0) & (theirs != 0)
        bits = np.cumsum(np.concatenate([[0], np.bitwise_count(ours ^ theirs) * spoken]), dtype=np.int64)
        said = np.cumsum(np.concatenate([[0], spoken]), dtype=np.int64)
        many = said[least:] - said[:-least]
        shares = (bits[least:] - bits[:-least]) / (32.0 * np.maximum(1, many))
        shares[many < min(least, LEAST_WORDS) // 2] = 1.0
        best = min(best, float(shares.min()))
        if last - first >= _WHOLE * shorter:
            whole = min(whole, float(bits[-1] / (32.0 * max(1, said[-1]))))
    if best > WITHIN:
        return
    if whole > WITHIN:
        yield Kin(name, other, Kinship.PASSAGE, round(best, 3))
    elif abs(length - len(code)) <= longer(shorter):
        yield Kin(name, other, Kinship.NEAR, round(whole, 3))
    else:
        part, of = (name, other) if length < len(code) else (other, name)
        yield Kin(part, of, Kinship.EXCERPT, round(whole, 3))
