"""A soundscape checked before it is shown or saved, and anyone's file: its cues as items, and their sound.

The instance is posed as the planner's is; every rule and cost of it is recomputed by `check`. What only
sound can break (gaps, fades, peaks) is looked at here.
"""

from collections.abc import Iterable, Iterator, Sequence

from setsetting.clinical.infusion import Infusion
from setsetting.library.track import Track
from setsetting.soundscape.build_instance import build_instance
from setsetting.soundscape.check import check
from setsetting.soundscape.instance import Instance
from setsetting.soundscape.instance import PlanItem as Item
from setsetting.soundscape.loosening import Loosening
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.soundscape.windows import resolve
from setsetting.soundscape.wishes import Wishes
from setsetting.units import Decibels, Milliseconds, db_from_mdb
from setsetting.words.translate import _


def check_soundscape(
    soundscape: Soundscape, tracks: Iterable[Track], playlist: Playlist, infusion: Infusion, wishes: Wishes
) -> tuple[str, ...]:
    """Check anyone's soundscape against tonight's playlist, library and wishes; return what is broken."""
    tracks = tuple(tracks)
    loosening = Loosening(soundscape.loosened)
    instance = build_instance(playlist, resolve(playlist, infusion, loosening), tracks, wishes, loosening)
    if any(cue.start_ms % 1000 for cue in soundscape.cues):
        return (_("A cue does not start on a whole second."),)
    verdict = check(instance, items_of(soundscape.cues))
    broken = [*verdict.broken]
    if not broken and abs(verdict.cost - soundscape.cost) > 1e-3:
        broken.append(
            _("The stated cost is {stated:g}, recomputed {cost:g}.").format(stated=soundscape.cost, cost=verdict.cost)
        )
    broken += _sound_troubles(soundscape, {track.id: track for track in tracks}, instance)
    return tuple(broken)


def items_of(cues: Sequence[Cue], shift_ms: Milliseconds = 0) -> tuple[Item, ...]:
    """Cues as items on whole seconds, `shift_ms` taken off first."""
    items: list[Item] = []
    for cue, following in zip(cues, [*cues[1:], None], strict=True):
        end_ms = cue.end_ms if following is None else following.start_ms
        bed_s = (end_ms - cue.start_ms) // 1000 if cue.kind is CueKind.BED else None
        start_s = (cue.start_ms - shift_ms) // 1000
        items.append(Item(str(cue.kind), cue.phase, start_s, track_id=cue.track_id, bed_s=bed_s))
    return tuple(items)


def _sound_troubles(soundscape: Soundscape, tracks: dict[str, Track], instance: Instance) -> Iterator[str]:
    """Gaps, sounds longer than their track, fades longer than their sound, peaks above the ceiling."""
    ceiling = instance.weights.true_peak_ceiling_dbtp
    highest = ceiling + Decibels(1e-3)
    for cue, following in zip(soundscape.cues, [*soundscape.cues[1:], None], strict=True):
        where = f"{cue.phase} {cue.track_id or cue.kind} ({cue.start_ms // 1000} s)"
        if cue.fade_in_ms > cue.length_ms or cue.fade_out_ms > cue.length_ms:
            yield _("{where}: a fade is longer than the sound.").format(where=where)
        if following is not None and cue.end_ms < following.start_ms:
            yield _("{where}: nothing sounds between it and the next.").format(where=where)
        track = tracks.get(cue.track_id or "")
        if track is None:
            continue
        if cue.length_ms > track.length_s * 1000:
            yield _("{where}: longer than its track.").format(where=where)
        if track.true_peak_dbtp is not None and track.true_peak_dbtp + db_from_mdb(cue.gain_mdb) > highest:
            yield _("{where}: its peak would stand above {ceiling:g} dBTP.").format(where=where, ceiling=ceiling)
