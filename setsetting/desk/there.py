"""Plans of what can be played now: no track whose file is missing, or holds other sound than when it was scanned.

Files are looked at after the planning, those that were planned alone: asking for each file of a library on a slow disk
takes longer than a plan. Only where one is missing are all asked for, and planned anew without.
"""

from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TypeAlias

from setsetting.desk.clinic import Clinic
from setsetting.library.track import Track
from setsetting.session.preflight import file_troubles
from setsetting.soundscape.compose import Composed
from setsetting.soundscape.offers import Offers
from setsetting.soundscape.refusal import Infeasible, Meanwhile
from setsetting.words.translate import _, count

_MOST_NAMED = 3

Compose: TypeAlias = Callable[[Sequence[Track], Meanwhile], Composed]
"""Plans a soundscape of these tracks; raises Infeasible, and tells a refusal while it looks for what would help."""


class _NotThere(Exception):
    """Nothing fits, and some files are missing: what would help has to be tried without them."""

    def __init__(self, lost: frozenset[str]) -> None:
        super().__init__()
        self.lost = lost


def of_what_is_there(clinic: Clinic, tracks: Sequence[Track], compose: Compose, meanwhile: Meanwhile) -> Composed:
    """Compose of these tracks, without those that can't be played now, and say which were left out."""
    lost: frozenset[str] = frozenset()
    while True:
        there = [track for track in tracks if track.id not in lost]
        words = _left_out([track for track in tracks if track.id in lost])
        try:
            built = compose(there, _telling(there, words, meanwhile))
        except _NotThere as found:
            lost |= found.lost
        except Infeasible as refused:
            raise _after(words, refused) from None
        else:
            planned = {cue.track_id for cue in built.soundscape.cues}
            if not (unplayable := _unplayable(clinic, [track for track in there if track.id in planned])):
                return Composed(built.soundscape, built.proven, (*words, *built.words))
            lost |= unplayable | _missing(there)


def _telling(there: Sequence[Track], words: Sequence[str], meanwhile: Meanwhile) -> Meanwhile:
    def told(refused: Infeasible) -> None:
        if lost := _missing(there):
            raise _NotThere(lost)
        meanwhile(_after(words, refused))

    return told


def _after(words: Sequence[str], refused: Infeasible) -> Infeasible:
    """A refusal with these sentences before its own."""
    return Infeasible(
        refused.phase,
        refused.rules,
        refused.funnel,
        " ".join((*words, refused.sentence)),
        proven=refused.proven,
        table=refused.table,
        said=refused.said,
        tried=Offers(refused.offers, refused.not_enough),
        searching=refused.searching,
    )


def _unplayable(clinic: Clinic, planned: Sequence[Track]) -> frozenset[str]:
    """Those of a few tracks, by id, that can't be played; only files that were written to since their scan are opened."""
    with clinic.catalogue() as catalogue:
        written = catalogue.not_as_scanned(planned)
    return frozenset(track.id for track in planned if track.id in written and file_troubles(track))


def _missing(tracks: Iterable[Track]) -> frozenset[str]:
    return frozenset(track.id for track in tracks if not Path(track.path).is_file())


def _left_out(lost: Sequence[Track]) -> list[str]:
    """Which tracks were left out and what to do, in a sentence; nothing where none was."""
    if not lost:
        return []
    named = ", ".join(track.title_or_file for track in lost[:_MOST_NAMED])
    more = _(" and {n} more").format(n=len(lost) - _MOST_NAMED) if len(lost) > _MOST_NAMED else ""
    said = count(
        "{n} track was left out, whose file is missing or holds other sound than when it was scanned",
        "{n} tracks were left out, whose files are missing or hold other sound than when they were scanned",
        len(lost),
    )
    return [
        _("{said}: {named}{more}. Bring the files back, or scan the library.").format(said=said, named=named, more=more)
    ]
