"""What of the library a name meets at once, and what comes near it and is not met.

A misspelt refusal or wish would never work, and nobody would see it: so it is said when it is entered.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain

from setsetting.errors import NotFound, did_you_mean, near
from setsetting.library.catalogue import NamedLibrary
from setsetting.library.track import Track, TrackNames
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.wishes import Refusal, refusing
from setsetting.words.spelling import spelled, words_of
from setsetting.words.translate import _

MOST_NEAR = 3
_MISSPELT = 0.8
"""How like a name must be to one that is met, from 0 to 1, to be taken for it misspelt."""


@dataclass(frozen=True, slots=True)
class Met:
    """The tracks that a refusal keeps away, each with why; what comes near in the library and is not met."""

    tracks: tuple[tuple[TrackNames, Refusal], ...]
    near: tuple[str, ...] = ()
    ids: frozenset[str] = frozenset()
    """All that is met with them, tracks and recordings whose files are gone too."""
    known: bool = True
    """Whether the library could be asked."""


NOT_KNOWN = Met((), known=False)


@dataclass(frozen=True, slots=True)
class UnmetTag:
    """A tag that phases ask for (tags_any) or keep out (tags_not) and no track has, with what comes near."""

    phases: tuple[str, ...]
    field: str
    tag: str
    near: tuple[str, ...]

    @property
    def words(self) -> str:
        said = _("No track in the library has the tag {tag!r} ({field} of {phases}).")
        return said.format(tag=self.tag, field=self.field, phases=", ".join(self.phases)) + did_you_mean(self.near)


def met(library: NamedLibrary, what: str, value: str) -> Met:
    """What of a library a refusal of this track, artist or tag meets, all encodings of a recording alike."""
    tracks, asked = library.tracks, refusing([(what, value)])
    found: dict[str, tuple[TrackNames, Refusal]] = {}
    for track, why in asked.met_in(tracks.likely(asked.veto_artists, asked.veto_tags)):
        found.setdefault(track.id, (track, why))
    gone = (track.id for track, _why in asked.met_in(library.recordings.gone))
    alike = library.recordings.met_by((*asked.veto_tracks, *found, *gone))
    found |= {track.id: (track, Refusal("veto_track", track.id)) for track in tracks.among(alike - found.keys())}
    if what == "track":
        return Met(tuple(found.values()), ids=alike)
    missed = (tracks.credits if what == "artist" else tracks.all_tags)(but=found.keys())
    if not found:
        return Met((), coming_near(value, missed), alike)
    others = {spelled(one): one for one in sorted(missed)}
    close = dict.fromkeys((*_holding(value, others), *near(spelled(value), others, alike=_MISSPELT)))
    return Met(tuple(found.values()), tuple(others[one] for one in close)[:MOST_NEAR], alike)


def would_meet(library: NamedLibrary | None, what: str, typed: str) -> Met:
    """What a refusal would meet while it is typed: a track by its name, as `called_like` finds it; None: no library to ask."""
    if library is None:
        return NOT_KNOWN
    if what != "track":
        return met(library, what, typed)
    return Met(tuple((track, Refusal("veto_track", track.id)) for track in called_like(library, typed)))


def called_like(library: NamedLibrary, typed: str) -> tuple[TrackNames, ...]:
    """The tracks in whose title or credits every typed word stands, or whose id begins so, by title."""
    words = spelled(typed).split()
    if not words:
        return ()
    found = [track for track in library.tracks if track.id.startswith(words[0]) or _is_called(track, words)]
    return tuple(sorted(found, key=lambda track: (spelled(track.title), track.id)))


def called_so(library: NamedLibrary, typed: str) -> tuple[TrackNames, ...]:
    """The same; raises NotFound where there is none."""
    if not (found := called_like(library, typed)):
        raise NotFound(_("No track in the library is called so."))
    return found


def _is_called(track: TrackNames, words: Iterable[str]) -> bool:
    called = spelled(" ".join((track.title, *track.credits)))
    return all(word in called for word in words)


def titles(library: NamedLibrary, track_ids: Iterable[str]) -> dict[str, str]:
    """What tracks are called, by id; none that the library does not know."""
    wanted = set(track_ids)
    return {track.id: track.title for track in library.tracks if track.id in wanted}


def tags_of(tracks: Iterable[Track | TrackNames]) -> set[str]:
    return set(chain.from_iterable(track.tags for track in tracks))


def coming_near(name: str, known: Iterable[str]) -> tuple[str, ...]:
    """The few known names that come near: those that hold it or are held by it, hold its beginning, are spelled like it."""
    by_spelling = {spelled(one): one for one in sorted(known)}
    begun = words_of(name).rstrip()
    going_on = [one for one in by_spelling if begun and begun in words_of(one)]
    found = dict.fromkeys((*_holding(name, by_spelling), *going_on, *near(spelled(name), by_spelling)))
    return tuple(by_spelling[one] for one in found)[:MOST_NEAR]


def _holding(name: str, known: Iterable[str]) -> list[str]:
    """The few names that hold a name as whole words or are held by it, the shortest first."""
    words = words_of(name)
    known = list(known) if words.strip() else []
    held = zip(known, map(words_of, known), strict=True)
    found = [one for one, its in held if words in its or (its in words and its != " ")]
    return sorted(found, key=lambda one: (len(one), one))[:MOST_NEAR]


def unmet(playlist: Playlist, tracks: Iterable[Track | TrackNames]) -> tuple[UnmetTag, ...]:
    """The tags of a playlist that no track of the library has, in its order."""
    known = tags_of(tracks)
    spellings, phases = set(map(spelled, known)), dict[tuple[str, str], list[str]]()
    for phase in playlist.phases:
        for field in ("tags_any", "tags_not"):
            for tag in getattr(phase, field):
                if spelled(tag) not in spellings:
                    phases.setdefault((field, tag), []).append(phase.name)
    return tuple(UnmetTag(tuple(names), field, tag, coming_near(tag, known)) for (field, tag), names in phases.items())
