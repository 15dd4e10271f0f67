"""A library as numpy columns: one per field of a track's row, made when it is first asked for.

Every test of a track is a mask over the whole library: written per track in Python it would take
seconds on large libraries.
"""

from collections.abc import Iterable, Mapping, Sequence
from functools import cached_property
from operator import attrgetter
from typing import TypeAlias

import numpy as np
import numpy.typing as npt

from setsetting.arrays import Floats
from setsetting.soundscape.instance import TrackRow

Ints: TypeAlias = npt.NDArray[np.int64]
Mask: TypeAlias = npt.NDArray[np.bool_]


class Columns:
    """Rows as columns, in their order. Nothing in it changes after it is made."""

    def __init__(self, rows: Sequence[TrackRow]) -> None:
        self.rows = rows
        self.number_of = {row.track_id: number for number, row in enumerate(rows)}
        self.artist_names = sorted({row.artist for row in rows})
        index = {name: number for number, name in enumerate(self.artist_names)}
        self.artist: Ints = np.array([index[row.artist] for row in rows], dtype=np.int64)
        self._numbers: dict[str, Floats] = {}

    def __getitem__(self, name: str) -> Floats:
        """A field that holds numbers or yes and no; what is null is not a number."""
        if name not in self._numbers:
            self._numbers[name] = np.array(list(map(attrgetter(name), self.rows)), dtype=np.float64)
        return self._numbers[name]

    def are(self, name: str) -> Mask:
        """A field that holds yes and no."""
        return self[name].astype(np.bool_)

    def among(self, track_ids: Iterable[str]) -> Mask:
        """The tracks of these ids."""
        return self._mask([self.number_of[track_id] for track_id in track_ids if track_id in self.number_of])

    def by(self, artists: Iterable[str]) -> Mask:
        """The tracks by these artists."""
        wanted = set(artists)
        return np.array([name in wanted for name in self.artist_names], dtype=np.bool_)[self.artist]

    def tagged(self, tags: Iterable[str]) -> Mask:
        """The tracks that carry one of these tags."""
        return self._any_of(self._tags, tags)

    def sung(self, lyrics: Iterable[str]) -> Mask:
        """The tracks of these kinds of lyrics."""
        return self._any_of(self._lyrics, lyrics)

    def _any_of(self, masks: Mapping[str, Mask], words: Iterable[str]) -> Mask:
        found = self._mask([])
        for word in words:
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
            for word in words:
                places.setdefault(word, []).append(number)
        return {word: self._mask(numbers) for word, numbers in places.items()}

    def _mask(self, numbers: list[int]) -> Mask:
        found = np.zeros(len(self.rows), dtype=np.bool_)
        found[numbers] = True
        return found
