"""What one patient's record asks of tonight's music; it carries no patient code."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING

from setsetting.words.spelling import glance, refers_to, spelled, stands_among, stands_in, tag_says

if TYPE_CHECKING:  # wishes cross into rooms that know no library
    from setsetting.library.recordings import Recordings
    from setsetting.library.track import AnyTrack, Track
    from setsetting.soundscape.instance import Pin


class MetBy(StrEnum):
    """Where of a track a refused name stands: among what it is said to be, or in a name of its own."""

    SAID = "said"
    FILE_NAME = "file name"
    TITLE = "title"
    NOTES = "notes"
    BESIDES = "besides"
    WITHIN = "within"
    """The words of a refused tag, in a tag that says more."""
    FORMER = "former"
    """Among what a file said before it was tagged anew."""


_HINTS = MetBy.FILE_NAME, MetBy.TITLE, MetBy.NOTES, MetBy.BESIDES


@dataclass(frozen=True, slots=True)
class Refusal:
    """What of a track its patient refuses: the rule by its name in the table of rules, the name that meets it, and where."""

    rule: str
    name: str
    by: MetBy = MetBy.SAID


@dataclass(frozen=True, slots=True)
class Wishes:
    """Vetoes are absolute; heard tracks are left out unless they are anchors; dislikes only cost."""

    veto_tracks: frozenset[str] = frozenset()
    veto_artists: frozenset[str] = frozenset()
    veto_tags: frozenset[str] = frozenset()
    heard_tracks: frozenset[str] = frozenset()
    heard_artists: frozenset[str] = frozenset()
    anchor_tracks: frozenset[str] = frozenset()
    veto_recordings: frozenset[str] = frozenset()
    heard_recordings: frozenset[str] = frozenset()
    anchor_recordings: frozenset[str] = frozenset()
    """What those tracks stand for in the library: their recordings; of what was heard, excerpts too and what they are of,
    of a veto also what is not told apart."""
    disliked_tags: frozenset[str] = frozenset()
    pins: "tuple[Pin, ...]" = ()
    of_a_patient: bool = True
    """Whether a patient's course stands behind them; where none does, no track is new in it."""

    def forbids(self, track: "AnyTrack") -> tuple[Refusal, ...]:
        """Each refusal of this patient's that meets a track; none where the patient may hear it."""
        return tuple(refusal for _track, refusal in self.met_in((track,)))

    def over(self, recordings: "Recordings", tracks: "Iterable[AnyTrack]") -> "Wishes":
        """The same, of whole recordings: what meets one encoding of these tracks, by its credits too, meets all, and what
        meets a recording that has no file any more meets whatever holds some of its sound."""
        met: set[str] = set()
        own: set[str] = set()  # what is met by its credits keeps their name
        if self.veto_artists or self.veto_tags:
            for track, _refusal in self.met_in(tracks):
                met.add(track.id)
                own |= track.names
            met.update(track.id for track, _refusal in self.met_in(recordings.gone))
        return replace(
            self,
            veto_recordings=recordings.met_by(self.veto_tracks) | (recordings.met_by(met) - own),
            heard_recordings=recordings.heard_with(self.heard_tracks),
            anchor_recordings=recordings.names(self.anchor_tracks),
        )

    def met_with(self, recordings: "Recordings", tracks: "Iterable[AnyTrack]") -> frozenset[str]:
        """The ids of all that these vetoes meet, of tracks and recordings whose files are gone too."""
        here = (track.id for track, _refusal in self.met_in(tracks))
        gone = (track.id for track, _refusal in self.met_in(recordings.gone))
        return recordings.met_by(self.veto_tracks.union(here, gone))

    def as_told(self) -> "Wishes":
        """The same, as the record has them, whatever library there is."""
        nothing: frozenset[str] = frozenset()
        return replace(self, veto_recordings=nothing, heard_recordings=nothing, anchor_recordings=nothing)

    def has_heard(self, track: "Track") -> bool:
        """Whether its recording was heard in this course and is no anchor."""
        heard, anchors = self.heard_tracks | self.heard_recordings, self.anchor_tracks | self.anchor_recordings
        return not heard.isdisjoint(track.names) and anchors.isdisjoint(track.names)

    def met_in(self, tracks: "Iterable[AnyTrack]") -> "Iterator[tuple[AnyTrack, Refusal]]":
        """What of these tracks is refused: whatever asks of a refusal, one track or a library, asks here."""
        artists, refused_tags = _spelled(self.veto_artists), _spelled(self.veto_tags)
        vetoed = self.veto_tracks | self.veto_recordings
        meant: dict[str, bool] = {}
        glances = list(map(glance, artists))
        for track in tracks:
            if not vetoed.isdisjoint(track.names):
                yield track, Refusal("veto_track", track.id)
            if artists:
                credited, hints, former = track.credits, track.hints, track.former
                texts = "\n".join(credited + hints + former)
                if not texts.isascii() or any(found(texts.lower()) for found in glances):
                    for name in credited + former:
                        if name not in meant:
                            meant[name] = any(refers_to(refused, name) for refused in artists)
                        if meant[name]:
                            by = MetBy.SAID if name in credited else MetBy.FORMER
                            yield track, Refusal("veto_artist", name, by)
                    for hinted in _hinted(artists, hints):
                        yield track, hinted
            for refusal in _tagged(track, refused_tags) if refused_tags else ():
                yield track, refusal


def _tagged(track: "AnyTrack", refused: set[str]) -> Iterator[Refusal]:
    for tag in track.tags:
        if spelled(tag) in refused:
            yield Refusal("veto_tag", tag)
        elif any(tag_says(one, tag) for one in refused):
            yield Refusal("veto_tag", tag, MetBy.WITHIN)
    for tag in track.former_tags:
        if spelled(tag) in refused or any(tag_says(one, tag) for one in refused):
            yield Refusal("veto_tag", tag, MetBy.FORMER)


def _hinted(artists: Iterable[str], hints: tuple[str, ...]) -> Iterator[Refusal]:
    for name in artists if hints else ():
        if (by := hinted_by(name, hints)) is not None:
            yield Refusal("veto_artist", name, by)


def hinted_by(name: str, hints: tuple[str, ...]) -> MetBy | None:
    """Where an artist stands: in the name of a file that credits no performer, else in its title, its notes, or, with a
    name of several words, in anything that a file says."""
    for by, hint in zip(_HINTS, hints, strict=True):
        if hint and (stands_among(name, hint) if by is MetBy.BESIDES else stands_in(name, hint)):
            return by
    return None


def _spelled(names: Collection[str]) -> set[str]:
    return set(map(spelled, names)) - {""}


def refusing(vetoes: Iterable[tuple[str, str]]) -> Wishes:
    """The wishes of vetoes, each given as track, artist or tag and the name of what is vetoed."""
    vetoes = tuple(vetoes)
    track, artist, tag = (frozenset(name for of, name in vetoes if of == what) for what in ("track", "artist", "tag"))
    return Wishes(track, artist, tag)


NO_WISHES = Wishes(of_a_patient=False)
