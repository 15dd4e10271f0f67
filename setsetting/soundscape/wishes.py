"""What one patient's record asks of tonight's music; it carries no patient code."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from setsetting.words.spelling import spelled, stands_in

if TYPE_CHECKING:  # wishes cross into rooms that know no library
    from setsetting.library.track import Track
    from setsetting.soundscape.instance import Pin


class MetBy(StrEnum):
    """Where of a track a refused name stands: among what it is said to be, or in a name of its own."""

    SAID = "said"
    FILE_NAME = "file name"
    TITLE = "title"


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
    disliked_tags: frozenset[str] = frozenset()
    pins: "tuple[Pin, ...]" = ()
    of_a_patient: bool = True
    """Whether a patient's course stands behind them; where none does, no track is new in it."""

    def forbids(self, track: "Track") -> tuple[Refusal, ...]:
        """Each refusal of this patient's that meets a track; none where the patient may hear it."""
        return tuple(self.met_in((track,)))

    def met_in(self, tracks: "Iterable[Track]") -> Iterator[Refusal]:
        """What of these tracks is refused: whatever asks of a refusal, one track or a library, asks here."""
        artists, tags = _spelled(self.veto_artists), _spelled(self.veto_tags)
        for track in tracks:
            if track.id in self.veto_tracks:
                yield Refusal("veto_track", track.id)
            if artists:
                yield from (Refusal("veto_artist", name) for name in track.credits if spelled(name) in artists)
                yield from _hinted(artists, track.hints)
            yield from (Refusal("veto_tag", tag) for tag in track.tags if spelled(tag) in tags)


def _hinted(artists: Iterable[str], hints: tuple[str, ...]) -> Iterator[Refusal]:
    """Refused artists who are credited nowhere and stand in a file's name, or else in its title."""
    for name in artists if hints else ():
        for by, hint in zip((MetBy.FILE_NAME, MetBy.TITLE), hints, strict=True):
            if stands_in(name, hint):
                yield Refusal("veto_artist", name, by)
                break


def _spelled(names: Collection[str]) -> set[str]:
    return set(map(spelled, names)) - {""}


def refusing(vetoes: Iterable[tuple[str, str]]) -> Wishes:
    """The wishes of vetoes, each given as track, artist or tag and the name of what is vetoed."""
    vetoes = tuple(vetoes)
    track, artist, tag = (frozenset(name for of, name in vetoes if of == what) for what in ("track", "artist", "tag"))
    return Wishes(track, artist, tag)


NO_WISHES = Wishes(of_a_patient=False)
