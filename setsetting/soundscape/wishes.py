"""What one patient's record asks of tonight's music; it carries no patient code."""

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

if TYPE_CHECKING:  # wishes cross into rooms that know no library
    from setsetting.library.track import Track
    from setsetting.soundscape.instance import Pin


@lru_cache(maxsize=1 << 14)
def normal_form(name: str) -> str:
    """The one spelling of an artist's or a tag's name by which a refusal meets it.

    Capitals, blanks at the ends and the way an accent is coded make no difference.
    """
    return normalize("NFC", normalize("NFC", name.strip()).casefold())


@dataclass(frozen=True, slots=True)
class Refusal:
    """What of a track its patient refuses: the rule by its name in the table of rules, and the name that meets it."""

    rule: str
    name: str


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
        artists, tags = _normal(self.veto_artists), _normal(self.veto_tags)
        for track in tracks:
            if track.id in self.veto_tracks:
                yield Refusal("veto_track", track.id)
            if normal_form(track.artist) in artists:
                yield Refusal("veto_artist", track.artist)
            yield from (Refusal("veto_tag", tag) for tag in track.tags if normal_form(tag) in tags)

    def as_spelled_in(self, tracks: "Iterable[Track]") -> "Wishes":
        """The same refusals in every spelling that these tracks have, so that a mask meets what `forbids` meets."""
        met = frozenset(self.met_in(tracks)) if self.veto_artists or self.veto_tags else ()
        return replace(
            self,
            veto_artists=self.veto_artists.union(one.name for one in met if one.rule == "veto_artist"),
            veto_tags=self.veto_tags.union(one.name for one in met if one.rule == "veto_tag"),
        )


def _normal(names: Collection[str]) -> set[str]:
    return {normal_form(name) for name in names} - {""}


def refusing(vetoes: Iterable[tuple[str, str]]) -> Wishes:
    """The wishes of vetoes, each given as track, artist or tag and the name of what is vetoed."""
    vetoes = tuple(vetoes)
    track, artist, tag = (frozenset(name for of, name in vetoes if of == what) for what in ("track", "artist", "tag"))
    return Wishes(track, artist, tag)


NO_WISHES = Wishes(of_a_patient=False)
