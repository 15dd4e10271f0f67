"""A library as numpy columns: one per field of a track's row, made when it is first asked for.

Every test of a track is a mask over the whole library: written per track in Python it would take
seconds on large libraries.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from itertools import chain
from operator import attrgetter
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Floats
from setsetting.soundscape.instance import TrackRow
from setsetting.soundscape.wishes import hinted_by
from setsetting.words.spelling import refers_to, spelled, tag_says

Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]


class Ragged:
    """Numbers per row, one or more each: `flat` is all of them, row after row."""

    def __init__(self, rows: Sequence[Sequence[int]]) -> None:
        self.rows = rows
        lengths = np.array([len(row) for row in rows], dtype=np.int64)
        self.flat: Ints = np.array([number for row in rows for number in row], dtype=np.int64)
        self._starts = np.cumsum(lengths) - lengths
        self._single = len(self.flat) == len(rows)

    def taken(self, chosen: Ints) -> "Ragged":
        """These rows alone."""
        return Ragged([self.rows[number] for number in chosen.tolist()])

    def any_of(self, marked: Mask) -> Mask:
        """Per row, whether one of its numbers is marked; `marked` may have leading dimensions."""
        found: Mask = marked[..., self.flat]
        return found if self._single else np.logical_or.reduceat(found, self._starts, axis=-1)


class Columns:
    """Rows as columns, in their order. Nothing in it changes after it is made."""

    def __init__(self, rows: Sequence[TrackRow]) -> None:
        self.rows = rows
        self.ids = [row.track_id for row in rows]
        self.number_of = {track_id: number for number, track_id in enumerate(self.ids)}
        self._numbers_of: dict[str, list[int]] = {}
        for number, row in enumerate(rows):
            for name in (row.track_id,) if row.recording_id is None else (row.track_id, row.recording_id):
                self._numbers_of.setdefault(name, []).append(number)
        names = [_names_of(row) for row in rows]
        self.artist_names = sorted(set(chain.from_iterable(names)))
        index = {name: number for number, name in enumerate(self.artist_names)}
        self.artist: Ints = np.array([index[of_row[0]] for of_row in names], dtype=np.int64)
        self.credits = Ragged([[index[name] for name in of_row] for of_row in names])
        self._numbers: dict[str, Floats] = {}

    def __getitem__(self, name: str) -> Floats:
        """A field that holds numbers or yes and no; what is null is not a number."""
        if name not in self._numbers:
            self._numbers[name] = np.array(list(map(attrgetter(name), self.rows)), dtype=np.float64)
        return self._numbers[name]

    def are(self, name: str) -> Mask:
        """A field that holds yes and no."""
        return self[name].astype(np.bool_)

    def among(self, ids: Iterable[str]) -> Mask:
        """The tracks of these ids, and those of these recordings."""
        return self._mask([number for one in ids for number in self._numbers_of.get(one, ())])

    @cached_property
    def spent(self) -> list[frozenset[int]]:
        """Per track those that cannot sound once it has: itself, its recording, and what shares sound with it."""
        spent = [{number} for number in range(len(self.rows))]
        for number, row in enumerate(self.rows):
            for name in (row.recording_id, *row.shares):
                for other in self._numbers_of.get(name or "", ()):
                    spent[number].add(other)
                    spent[other].add(number)
        return list(map(frozenset, spent))

    def spent_by(self, ids: Iterable[str]) -> Mask:
        """The tracks that cannot sound once those of these ids have."""
        played = np.flatnonzero(self.among(ids)).tolist()
        return self._mask([other for number in played for other in self.spent[number]])

    def by(self, artists: Iterable[str]) -> Mask:
        """The tracks that credit one of these artists."""
        wanted = set(map(spelled, artists)) - {""}
        return self.credits.any_of(
            np.array([any(refers_to(one, name) for one in wanted) for name in self.artist_names], dtype=np.bool_)
        )

    def hinting(self, artists: Iterable[str]) -> Mask:
        """The tracks that do not credit one of these artists and name them all the same, or did before."""
        wanted = set(map(spelled, artists)) - {""}
        bare = [(number, row.hints) for number, row in enumerate(self.rows) if row.hints] if wanted else []
        once = [(number, row.former) for number, row in enumerate(self.rows) if row.former]
        return self._mask(
            [number for number, hints in bare if any(hinted_by(name, hints) for name in wanted)]
            + [number for number, names in once if any(refers_to(one, name) for one in wanted for name in names)]
        )

    def refused_by_tag(self, tags: Iterable[str]) -> Mask:
        """The tracks that carry one of these tags or a tag that says it with more words, or did before."""
        wanted = set(map(spelled, tags)) - {""}
        once = [(number, row.former_tags) for number, row in enumerate(self.rows) if row.former_tags]
        return self._any_of(
            self._tags, [tag for tag in self._tags if any(tag_says(one, tag) for one in wanted)]
        ) | self._mask([number for number, said in once if any(tag_says(one, tag) for one in wanted for tag in said)])

    def tagged(self, tags: Iterable[str]) -> Mask:
        """The tracks that carry one of these tags."""
        return self._any_of(self._tags, tags)

    def sung(self, lyrics: Iterable[str]) -> Mask:
        """The tracks of these kinds of lyrics."""
        return self._any_of(self._lyrics, lyrics)

    def _any_of(self, masks: Mapping[str, Mask], words: Iterable[str]) -> Mask:
        found = self._mask([])
        for word in map(spelled, words):
            if word in masks:
                found |= masks[word]
        return found

    @cached_property
    def _tags(self) -> dict[str, Mask]:
        return self._masks(row.tags for row in self.rows)

    @cached_property
    def _lyrics(self) -> dict[str, Mask]:
        return self._masks((row.lyrics,) for row in self.rows)

    def _masks(self, words_of_rows: Iterable[Sequence[str]]) -> dict[str, Mask]:
        places: dict[str, list[int]] = {}
        for number, words in enumerate(words_of_rows):
            for word in map(spelled, words):
                places.setdefault(word, []).append(number)
        return {word: self._mask(numbers) for word, numbers in places.items()}

    def _mask(self, numbers: list[int]) -> Mask:
        found = np.zeros(len(self.rows), dtype=np.bool_)
        found[numbers] = True
        return found


def _names_of(row: TrackRow) -> list[str]:
    """Everybody a row credits, the artist shown first; where that is nobody, a name of its own, which no limit meets."""
    return list(filter(None, dict.fromkeys(map(spelled, (row.artist, *row.artists))))) or [f"\0{row.track_id}"]
