"""Tracks by their names alone, made one by one: what a refusal can not meet at a glance becomes no track.

Ten thousand files are read as a few long texts, and looked through as they are stored. `likely` gives too many tracks and
never too few; which of them are met is not told here.
"""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from functools import cached_property
from itertools import chain
from typing import NamedTuple, Self

from setsetting.library.copies import BETWEEN_TAGS, Copy, once_called, parted, with_copy
from setsetting.library.curation import Said, names_it, renamed
from setsetting.library.track import TrackNames
from setsetting.words.spelling import glance, spelled, tag_says


class FileNames(NamedTuple):
    """What files say, as it is stored, a column each; `paths` are the system's bytes in hexadecimal."""

    ids: Sequence[str] = ()
    paths: Sequence[str] = ()
    tags: Sequence[str] = ()
    titles: Sequence[str] = ()
    shown: Sequence[str] = ()
    credited: Sequence[str] = ()
    called: Sequence[str] = ()


class Names(Collection[TrackNames]):
    """Every track that has a file, by id, given which recording each is of, and of recordings what people say and what files
    said that are gone."""

    def __init__(
        self,
        files: FileNames,
        of: Mapping[str, str],
        said: Mapping[str, Said] | None = None,
        gone: Mapping[str, Sequence[Copy]] | None = None,
    ) -> None:
        self._files, self._of, self._said, self._gone = files, of, said or {}, gone or {}

    @classmethod
    def of(cls, tracks: Iterable[TrackNames]) -> Self:
        """These tracks, a file each."""
        rows = [
            (
                track.id,
                track.path.encode("utf-8", "surrogateescape").hex(),
                BETWEEN_TAGS.join(track.tags),
                track.title,
                track.artist,
                BETWEEN_TAGS.join(track.artists),
                BETWEEN_TAGS.join(track.called),
            )
            for track in tracks
        ]
        return cls(FileNames(*zip(*rows, strict=True)), {})

    def __len__(self) -> int:
        return len(self._all)

    def __iter__(self) -> Iterator[TrackNames]:
        return iter(self._all)

    def __contains__(self, track: object) -> bool:
        return track in self._all

    def __bool__(self) -> bool:
        return bool(self._files.ids)

    def among(self, track_ids: Collection[str]) -> list[TrackNames]:
        """Those of these ids."""
        return self._made(number for number, track_id in enumerate(self._files.ids) if track_id in track_ids)

    def beginning(self, start: str) -> list[TrackNames]:
        """Those whose id begins so."""
        wanted = start.strip().casefold()
        return self.among({track_id for track_id in self._files.ids if wanted and track_id.startswith(wanted)})

    def likely(self, artists: Iterable[str], tags: Iterable[str]) -> list[TrackNames]:
        """Those that may be met by a refused artist or tag: whatever is left out is met by none."""
        refused = set(filter(None, map(spelled, tags)))
        there = {tag for joined in set(self._files.tags) for tag in parted(joined)} if refused else set()
        met = {tag for tag in there if any(spelled(tag) == one or tag_says(one, tag) for one in refused)}
        tagged = {joined for joined in set(self._files.tags) if not met.isdisjoint(parted(joined))} if met else set()
        found = {number for number, joined in enumerate(self._files.tags) if joined in tagged} if tagged else set()
        for look in map(glance, filter(None, map(spelled, artists))):
            found.update([number for number, text in enumerate(self._texts) if look(text) or not text.isascii()])
        ids = {self._files.ids[number] for number in found}
        return self.among(ids | self._named)

    def credits(self, but: Collection[str] = ()) -> set[str]:
        """Everybody who is credited, but in tracks of some ids."""
        known = self._but(but)
        shown = set(filter(spelled, set(map(self._files.shown.__getitem__, known))))
        credited = set(map(self._files.credited.__getitem__, known))
        more = chain.from_iterable(track.credits for track in self.among(self._named) if track.id not in but)
        return shown.union(chain.from_iterable(map(parted, credited)), more)

    def all_tags(self, but: Collection[str] = ()) -> set[str]:
        """Every tag, but of tracks of some ids."""
        known = self._but(but)
        more = chain.from_iterable(track.tags for track in self.among(self._named) if track.id not in but)
        return set(chain(chain.from_iterable(map(parted, {self._files.tags[number] for number in known})), more))

    def _but(self, track_ids: Collection[str]) -> Sequence[int]:
        left = {*track_ids, *self._named}
        return [number for number, track_id in enumerate(self._files.ids) if track_id not in left]

    @cached_property
    def _all(self) -> tuple[TrackNames, ...]:
        return tuple(self._made(range(len(self._files.ids))))

    @cached_property
    def _texts(self) -> list[str]:
        """Where a refused name may stand, small; what is a file's name where none else is known stands in what it is called."""
        files = self._files
        every = zip(files.titles, files.shown, files.credited, files.called, strict=True)
        return [f"{title}\n{shown}\n{credited}\n{called}".lower() for title, shown, credited, called in every]

    @cached_property
    def _named(self) -> frozenset[str]:
        """The ids of those whose files do not say all of their names, or where one's name alone may be looked at."""
        told = {*self._gone, *(recording_id for recording_id, said in self._said.items() if names_it(said))}
        more = {track_id for track_id in self._files.ids if self._of.get(track_id, track_id) in told} if told else set()
        if "" in self._files.called:
            files = zip(self._files.ids, self._files.called, strict=True)
            more |= {track_id for track_id, called in files if not called}
        return frozenset(more)

    def _made(self, numbers: Iterable[int]) -> list[TrackNames]:
        """The tracks of these files, by id; a recording's own words and those of people stand over what files say."""
        found: dict[str, TrackNames] = {}
        for track_id, path, tags, title, shown, credited, called in sorted(
            tuple(column[number] for column in self._files) for number in numbers
        ):
            if track_id in found:
                found[track_id] = with_copy(found[track_id], Copy(tags, shown, credited, called))
                continue
            place = str(bytes.fromhex(path), "utf-8", "surrogateescape")
            of, words = self._of.get(track_id), parted(called)
            found[track_id] = TrackNames(track_id, place, parted(tags), title, shown, parted(credited), of, words)
        return list(map(self._over, found.values())) if self._said or self._gone else list(found.values())

    def _over(self, track: TrackNames) -> TrackNames:
        recording_id = track.recording_id or track.id
        for copy in self._gone.get(recording_id, ()):
            track = once_called(track, copy)
        return renamed(track, said) if (said := self._said.get(recording_id)) else track
