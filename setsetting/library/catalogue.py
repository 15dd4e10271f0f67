"""The catalogue: every track with its measurements and tags, and what people said of it over both.

It joins library.db, which can be lost and scanned again, with curation.db, which can't. Nothing here
decodes an audio file.
"""

import hashlib
import os
import shlex
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Self, TypeAlias

from setsetting.audio.measurements import Measurements
from setsetting.errors import NotFound, Refused, nearest, several_begin
from setsetting.library.cache import Cache
from setsetting.library.copies import Copy, named_by_copies
from setsetting.library.cue_sheets import spoken_of
from setsetting.library.curation import (
    NO,
    SAME_AS,
    YES,
    Curation,
    Said,
    checked,
    names_it,
    outranked,
    renamed,
    tag_statements,
)
from setsetting.library.names import Names
from setsetting.library.recordings import Kin, Kinship, Measured, Recordings, alike, equal, recordings
from setsetting.library.tags import read_tags
from setsetting.library.track import AnyTrack, Track, TrackNames, together
from setsetting.library.walk import is_audio_name
from setsetting.machine.clock import Clock, SystemClock
from setsetting.machine.database import DATABASE_ERRORS
from setsetting.machine.files import Stamp, stamp_of
from setsetting.units import s_from_frames
from setsetting.words.spelling import stands_in
from setsetting.words.translate import _

if TYPE_CHECKING:
    from setsetting.audio.fingerprint import Words

CURATION_FILE = "curation.db"
Pair: TypeAlias = tuple[Kin, Track, Track]
SHOWN = 10
"""So many characters of an id are shown where a person chooses by it."""
_OFFERED = 3


@dataclass(frozen=True, slots=True)
class NamedLibrary:
    """What a refusal asks of a library: its tracks by their names, and which are one recording, those that are gone too."""

    tracks: Names
    recordings: Recordings


class _Known(NamedTuple):
    """What is known of recordings: which they are, what people say of each, and what files said that are gone."""

    recordings: Recordings
    said: Mapping[str, Said]
    gone: Mapping[str, Sequence[Copy]]


class Catalogue:
    """An opened library; use it as a context manager, in one thread."""

    def __init__(self, cache: Cache, curation: Curation, clock: Clock) -> None:
        self.cache = cache
        self._curation = curation
        self._clock = clock

    @classmethod
    def open(cls, library: Path, curation: Path | None = None, *, clock: Clock | None = None) -> Self:
        """Open library.db and curation.db (beside it unless named), making what is missing."""
        said = Curation.open(curation or library.with_name(CURATION_FILE))
        try:
            return cls(Cache.open(library), said, clock or SystemClock())
        except BaseException:
            said.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, _kind: object, error: object, _trace: object) -> None:
        try:
            if isinstance(error, (*DATABASE_ERRORS, TypeError)):  # a damaged page may hold anything in a column
                self.cache.look_through()
                self._curation.look_through()
        finally:
            self.close()

    def close(self) -> None:
        self.cache.close()
        self._curation.close()

    def folders(self) -> list[str]:
        """The folders that were scanned."""
        return sorted(self.cache.folders())

    def every_path(self) -> set[str]:
        """Every file that a scan took for one of the library, those that could not be measured too."""
        return self.cache.every_path()

    def tracks(self) -> tuple[Track, ...]:
        """Every track, by id."""
        found, said, gone = self._known()
        return tuple(
            outranked(track, words) if (words := said.get(track.recording_id or track.id)) else track
            for track in self.cache.tracks(found.of, found.shares(), gone)
        )

    def recordings(self) -> Recordings:
        """Which tracks are one recording, those whose files are gone too, and what is near."""
        return self._known().recordings

    def _known(self) -> "_Known":
        ids = {*self.cache.recognised(), *self._curation.kept_ids()}
        copies = equal({**self._curation.kept_samples(), **self.cache.samples()})
        found = recordings(ids, [*copies, *self._kin(), *self._alike(ids)], self._curation.same())
        said = self._curation.said(found.of)
        gone = self.cache.gone(found.of, self._curation.credited())
        return _Known(replace(found, gone=tuple(self._gone(found.of, said, gone))), said, gone)

    def _kin(self) -> list[Kin]:
        """Which tracks were found to belong together, nearest first, each two once."""
        found = {
            frozenset((kin.track_id, kin.other_id)): kin for kin in (*self._curation.kept_kin(), *self.cache.kin())
        }
        return sorted(found.values(), key=lambda kin: (kin.differs, kin.track_id, kin.other_id))

    def _alike(self, with_code: Collection[str]) -> list[Kin]:
        """What may be another encoding of a sound that has no code."""
        kept = self._curation.compared_by()
        without = {*self.cache.sounding(), *(one.track_id for one in kept)}.difference(with_code)
        return (
            alike({one.track_id: one for one in (*kept, *self.cache.compared_by())}.values(), without)
            if without
            else []
        )

    def _gone(
        self, of: Mapping[str, str], said: Mapping[str, Said], gone: Mapping[str, Sequence[Copy]]
    ) -> Iterator[TrackNames]:
        """The recordings that have no file, by what is known of their names."""
        wanted = {*gone, *(recording_id for recording_id, words in said.items() if names_it(words))}
        here = {of.get(track_id, track_id) for track_id in self.cache.has_files()} if wanted else set()
        for recording_id in sorted(wanted - here):
            yield renamed(named_by_copies(recording_id, gone.get(recording_id, ())), said.get(recording_id, {}))

    def forget(self, folder: Path) -> int:
        """Forget the files of a folder; return how many. What was measured, credited and said of their recordings stays."""
        files, scanned = self.files_in(folder), _within(folder, self.cache.folders())
        if not (files or scanned):
            raise NotFound(_("The library knows no file in {folder}.").format(folder=folder))
        self.cache.forget(files)
        self.cache.forget_folders(scanned)
        return len(files)

    def files_in(self, folder: Path) -> list[str]:
        """The files that were scanned in a folder, whether they are there or not."""
        return _within(folder, self.cache.every_path())

    def still_there(self, folder: Path) -> int:
        """How many files of a folder were scanned and are there."""
        return sum(map(os.path.lexists, self.files_in(folder)))

    def why_empty(self) -> str:
        """Why there is no track, and what to do, in one sentence."""
        if not (folders := sorted(self.cache.folders())):
            return _("The library is empty; scan a music folder with `setsetting library scan FOLDER`.")
        words = _("Nothing in the library was measured by this version of the program; scan again: {command}.")
        return words.format(command=f"`setsetting library scan {shlex.join(folders)}`")

    def holds(self, path: Path) -> bool:
        """Whether a file, by whatever name, is an audio file in a folder of the library, scanned or not."""
        if not is_audio_name(path.name):
            return False
        place = os.path.realpath(path)
        folders = {*self.cache.folders(), *(os.path.dirname(one) for one in self.cache.every_path())}  # noqa: PTH120
        return any(place.startswith(os.path.join(os.path.realpath(one), "")) for one in folders)  # noqa: PTH118

    def held_elsewhere(self, inside: Path) -> bool:
        """Whether a file at this place of a clinic's folder is among music that was scanned where that folder was before."""
        if not is_audio_name(inside.name):
            return False
        folders = {Path(one).parts for one in self.cache.folders()} | {
            Path(one).parts[:-1] for one in self.every_path()
        }
        above = [inside.parts[:n] for n in range(1, len(inside.parts))]
        same = {Path(one).parts[-len(inside.parts) :] for one in self.every_path()}
        return inside.parts in same or any(one[-len(few) :] == few for few in above for one in folders)

    def not_as_scanned(self, tracks: Iterable[Track]) -> frozenset[str]:
        """Those of these tracks, by id, whose file is missing or was written to since its scan; none is opened."""
        tracks = tuple(tracks)
        return frozenset(track.id for track in tracks) - self.as_scanned(tracks).keys()

    def as_scanned(self, tracks: Iterable[Track]) -> dict[str, Stamp]:
        """By what each file of these tracks is known, by id, that is there as its scan saw it; none is opened."""
        stamps = self.cache.stamps()
        known = ((track.id, stamps.get(track.path), stamp_of(track.path)) for track in tracks)
        return {track_id: now for track_id, was, now in known if now is not None and now == was}

    def as_files_say(
        self, tracks: Sequence[Track], track_ids: Collection[str], *, sheets: bool = False
    ) -> tuple[Track, ...]:
        """These tracks; of those named, whose file or a cue sheet beside it was written to since its scan, with whom it credits
        by now as well; with `sheets`, all of which such a sheet speaks."""
        named = [track for track in tracks if track.id in track_ids]
        asked = {track.path: track.id for track in (tracks if sheets else named)}
        spoken = {asked[path] for path in spoken_of(asked, self.cache.sheets())}
        changed = self.not_as_scanned(named) | spoken
        return tuple(_with_tags_now(track) if track.id in changed else track for track in tracks)

    def usable(self, tracks: Sequence[Track]) -> tuple[Track, ...]:
        """Of several encodings of a recording those whose file is as it was scanned, where there is one; all else."""
        encodings = Counter(track.recording_id for track in tracks)
        several = [track for track in tracks if track.recording_id and encodings[track.recording_id] > 1]
        gone = self.not_as_scanned(several) if several else frozenset()
        there = {track.recording_id for track in several if track.id not in gone}
        return tuple(track for track in tracks if track.id not in gone or track.recording_id not in there)

    def near(self) -> list[Pair]:
        """What the curator is asked: pairs of tracks that are near, or hold some of the same sound."""
        tracks = {track.id: track for track in self.tracks()}
        both = ((kin, tracks.get(kin.track_id), tracks.get(kin.other_id)) for kin in self.recordings().kin)
        return [(kin, one, other) for kin, one, other in both if one is not None and other is not None]

    def pairs(self) -> list[Pair]:
        """What the curator is asked, then the encodings of each recording, then what people said are two."""
        tracks = {track.id: track for track in self.tracks()}
        by_recording: dict[str, list[Track]] = {}
        for track in sorted(tracks.values(), key=lambda track: (track.title, track.path)):
            by_recording.setdefault(track.recording_id or track.id, []).append(track)
        found = {frozenset((kin.track_id, kin.other_id)): kin.differs for kin in self.cache.kin()}
        joined = [
            (Kin(first.id, other.id, Kinship.SAME, found.get(frozenset((first.id, other.id)), 0.0)), first, other)
            for first, *others in by_recording.values()
            for other in others
        ]
        parted = [sorted(pair) for pair, same in self._curation.same().items() if not same and pair <= tracks.keys()]
        two = [(Kin(one, other, Kinship.TWO), tracks[one], tracks[other]) for one, other in sorted(parted)]
        return [*self.near(), *joined, *two]

    def said_same(self, name: str, other: str) -> bool | None:
        """What people said of two tracks: one recording, two, or nothing."""
        return self._curation.same().get(frozenset((self.track(name).id, self.track(other).id)))

    def codes(self) -> "dict[str, Words]":
        """The codes of all that was measured, and of what something was said of."""
        return {**self._curation.kept(), **self.cache.codes()}

    def known_as(self, named: TrackNames, told: Measurements) -> TrackNames:
        """A sound beside the library, given what was measured of it, with what is said of every recording it is or shares."""
        library = self.names()
        ends = {named.id, *(end for kin in self._kin_of(named.id, told) for end in (kin.track_id, kin.other_id))}
        known = library.recordings.names(ends - {named.id})
        gone = (track for track in library.recordings.gone if track.id in known)
        for track in (*library.tracks.among(known | {named.id}), *gone):
            named = replace(
                named,
                tags=tuple(sorted({*named.tags, *track.tags})),
                artists=tuple(dict.fromkeys((*named.artists, *track.credits))),
                called=together(named.called, track.hints),
                former=tuple(dict.fromkeys((*named.former, *track.former))),
                former_tags=tuple(sorted({*named.former_tags, *track.former_tags})),
            )
        return replace(named, holds=tuple(sorted(known)))

    def _kin_of(self, track_id: str, told: Measurements) -> list[Kin]:
        """What belongs to a sound beside the library: by its fingerprint, the samples it is made of, or, where one of two has
        no fingerprint, by what else is alike."""
        from setsetting.library.codes import Recogniser  # loads numpy, as measuring does and nothing else here

        codes = self.codes()
        kin = Recogniser(codes).take({track_id: told.words})[1] if told.words else []
        samples = {**self._curation.kept_samples(), **self.cache.samples()}
        kin += (Kin(track_id, one, Kinship.SAME) for one, own in samples.items() if own and own == told.samples)
        sounds = {one.track_id: one for one in (*self._curation.compared_by(), *self.cache.compared_by())}
        sounds[track_id] = Measured(track_id, s_from_frames(told.frames, told.rate_hz), told.brightness, told.lra_lu)
        with_code = {*codes, *([track_id] if told.words else [])}
        near = alike(sounds.values(), sounds.keys() - with_code)
        return [*kin, *(one for one in near if track_id in (one.track_id, one.other_id))]

    def keep(self, track_ids: Iterable[str]) -> None:
        """Let these tracks be known again in another encoding, with their credits, even when their files and library.db
        are gone."""
        ids = set(track_ids)
        known = self.cache.keepsakes(ids, new=ids - self._curation.kept_ids())
        if any(known):
            self._curation.keep(known)

    def say_same(self, name: str, other: str, *, same: bool | None, who: str) -> tuple[Track, Track]:
        """Record that two tracks are one recording, or two; None withdraws. Return them as they are now."""
        one, two = sorted((self.track(name).id, self.track(other).id))
        if one == two:
            raise Refused(_("{name!r} and {other!r} are one track.").format(name=name, other=other))
        said = None if same is None else YES if same else NO
        self._say(one, {SAME_AS + two: said}, who)
        self.keep([two])
        return self.track(one), self.track(two)

    def _say(self, track_id: str, statements: Mapping[str, str | None], who: str) -> None:
        self._curation.say(track_id, statements, who=who, at_utc_ms=self._clock.utc_ms())
        self.keep([track_id])

    def names(self) -> NamedLibrary:
        """Every track by its names alone, by id: a fraction of the work of `tracks`."""
        recordings, said, gone = self._known()
        return NamedLibrary(Names(self.cache.file_names(), recordings.of, said, gone), recordings)

    def track(self, name: str) -> Track:
        """The track whose id is `name` or begins with it; an unknown or ambiguous one is a sentence."""
        return called(name, self.tracks())

    def set_fields(self, name: str, fields: Mapping[str, str], *, who: str) -> Track:
        """Record what a person says of a track (`curation.FIELDS`, an empty text withdraws); return it as it is now."""
        track = self.track(name)
        self._say(track.id, checked(fields), who)
        return self.track(track.id)

    def tag(self, name: str, add: Iterable[str], remove: Iterable[str], *, who: str) -> Track:
        """Add and remove tags of a track; return it as it is now."""
        track = self.track(name)
        self._say(track.id, tag_statements(add, remove), who)
        return self.track(track.id)


def _with_tags_now(track: Track) -> Track:
    path = Path(track.path)
    if not path.is_file():
        return track
    now = read_tags(path)
    return replace(
        track,
        tags=tuple(sorted({*track.tags, *now.tags})),
        artists=tuple(dict.fromkeys((*track.artists, *now.artists))),
        called=together(track.called, now.called) if track.called and now.called else track.called or now.called,
    )


def _within(folder: Path, paths: Iterable[str]) -> list[str]:
    path = os.path.abspath(folder)  # noqa: PTH100 - links stay as they were scanned
    inside = os.path.join(path, "")  # noqa: PTH118
    return [one for one in paths if one == path or one.startswith(inside)]


def called(name: str, tracks: Collection[AnyTrack]) -> AnyTrack:
    """The one of these tracks whose id is `name` or begins with it; an unknown or ambiguous one is a sentence."""
    wanted = name.strip().casefold()
    found = [track for track in tracks if wanted and track.id.startswith(wanted)]
    if not found:
        raise _unknown(name, wanted, tracks)
    if len(found) > 1:
        raise several_begin(_("track"), name, len(found))
    return found[0]


def _unknown(name: str, wanted: str, tracks: Iterable[Track | TrackNames]) -> NotFound:
    """Offer the few tracks in whose title it stands, else the one whose id or title begins most like it."""
    shown: dict[str, str] = {}
    titled: list[str] = []
    for track in sorted(tracks, key=lambda track: (len(track.title), track.title, track.id)):
        offer = _("{id} ({title})").format(id=track.id[:SHOWN], title=track.title)
        if stands_in(name, track.title):
            titled.append(offer)
        shown.setdefault(track.title.casefold(), offer)
        shown[track.id[: max(SHOWN, len(wanted))]] = track.id[: max(SHOWN, len(wanted))]
    close = nearest(wanted, shown)
    offered = titled[:_OFFERED] or ([] if close is None else [shown[close]])
    sentence = _("There is no track {name!r}.").format(name=name)
    if not offered:
        return NotFound(sentence)
    return NotFound(sentence + " " + _("Did you mean {close}?").format(close=_(" or ").join(offered)))


UNSEEN = {"path", "damaged", "title", "album", "channels", "lra_lu", "energy_source", "pulse_clarity", "note"}
"""What no plan depends on; every other field of a track is part of the digest, one added later as well."""
_SEEN = tuple(name for name in Track.__dataclass_fields__ if name not in UNSEEN | {"called"})
_HINTS = 3
"""What of the hints to an artist is part of the digest: a refusal asks of whatever else a file says as it is now."""


def digest_of_tracks(tracks: Iterable[Track]) -> str:
    """Identify what a planner sees of tracks, in any order: not their titles and not where their files lie."""
    digest = hashlib.sha256()
    for track in sorted(tracks, key=lambda track: track.id):
        hints = tuple(filter(None, track.hints[:_HINTS]))
        values = (*(getattr(track, name) for name in _SEEN), hints)
        seen = [sorted(value) if isinstance(value, tuple) else value for value in values]
        digest.update(repr(seen).encode("utf-8", "surrogatepass"))
    return digest.hexdigest()
