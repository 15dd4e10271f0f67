"""From a plan's items to cues: times in milliseconds, fades, gains and the reason for each.

Fades belong to the phase being entered. A track sounds for its whole length: its last seconds lie
under the cue that follows; before silence and at the end it fades inside its own length.
"""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import replace

from setsetting.audio.mix import BED_PEAK_DBTP
from setsetting.library.track import Track
from setsetting.soundscape.gains import bed_gain_mdb, gain_mdb, lowered
from setsetting.soundscape.instance import Instance, PhaseWindow, PlanItem
from setsetting.soundscape.reasons import Reasons
from setsetting.soundscape.soundscape import Cue, CueKind
from setsetting.units import Dbtp, Millidecibels, Milliseconds, Seconds, ms_from_s

FIRST_FADE_MS = Milliseconds(4000)
"""How the very first cue comes out of silence (a proposal)."""
NO_FADE_MS = Milliseconds(0)
NO_CLICK_MS = Milliseconds(20)
"""Where a playlist asks for no fade at all, a cut without a click."""


def cues_of(
    instance: Instance,
    items: Sequence[PlanItem],
    tracks: Mapping[str, Track],
    *,
    shift_ms: Milliseconds = Milliseconds(0),
    sounding: Cue | None = None,
    of_a_patient: bool = True,
) -> tuple[Cue, ...]:
    """Make cues of items; what is `sounding` when they begin comes first, its end moved to the new entry."""
    windows = {window.name: window for window in instance.protocol.phases}
    reasons = Reasons(instance, of_a_patient=of_a_patient)
    ceiling = instance.weights.true_peak_ceiling_dbtp
    cues: list[Cue] = []
    if sounding is not None and items:
        cues.append(_faded(sounding, _entry_fade_ms(sounding, items[0], windows), items[0], shift_ms))
    before = sounding
    for number, (item, following) in enumerate(zip(items, [*items[1:], None], strict=True)):
        length, fade_out = _length_ms(item, following, windows, tracks)
        before = Cue(
            kind=CueKind(item.kind),
            phase=item.phase,
            start_ms=_start_ms(item) + shift_ms,
            length_ms=length,
            track_id=item.track_id,
            gain_mdb=_gain_mdb(item, windows[item.phase], tracks, ceiling),
            fade_in_ms=min(_entry_fade_ms(before, item, windows), length),
            fade_out_ms=fade_out,
            reason=reasons.of(items, number),
        )
        cues.append(before)
    return under_ceiling(cues, tracks, ceiling, fixed=int(sounding is not None))


def _peak_of(cue: Cue, tracks: Mapping[str, Track]) -> Dbtp | None:
    """The true peak of a cue at a gain of 0 dB; None where nothing sounds or its track is not known."""
    if cue.kind is CueKind.BED:
        return BED_PEAK_DBTP
    track = tracks.get(cue.track_id or "")
    return None if track is None else track.true_peak_dbtp


def under_ceiling(cues: Sequence[Cue], tracks: Mapping[str, Track], ceiling: Dbtp, *, fixed: int) -> tuple[Cue, ...]:
    """Lower the gains of cues that would meet above the ceiling; the first `fixed` sound already and keep their own."""
    peaks = [_peak_of(cue, tracks) for cue in cues]
    meets = [earlier.end_ms > later.start_ms for earlier, later in itertools.pairwise(cues)]
    gains = lowered([cue.gain_mdb for cue in cues], peaks, [*meets, False], ceiling, fixed=fixed)
    return tuple(replace(cue, gain_mdb=gain) for cue, gain in zip(cues, gains, strict=True))


def _start_ms(item: PlanItem) -> Milliseconds:
    return ms_from_s(item.start_s or Seconds(0))


def _gain_mdb(item: PlanItem, window: PhaseWindow, tracks: Mapping[str, Track], ceiling: Dbtp) -> Millidecibels:
    """The gain of an item alone."""
    if item.kind == "silence":
        return Millidecibels(0)
    if item.kind == "bed":
        return bed_gain_mdb(window.lufs, ceiling)
    return gain_mdb(tracks[item.track_id or ""], window.lufs, ceiling)


def _length_ms(
    item: PlanItem, following: PlanItem | None, windows: Mapping[str, PhaseWindow], tracks: Mapping[str, Track]
) -> tuple[Milliseconds, Milliseconds]:
    """How long an item sounds, and over how much of its end it fades."""
    into = NO_FADE_MS if following is None else _plain_fade_ms(item, following, windows)
    window = windows[item.phase]
    if item.kind == "silence":
        return (NO_FADE_MS if following is None else _start_ms(following) - _start_ms(item)), NO_FADE_MS
    if item.kind == "bed":
        length = ms_from_s(item.bed_s or Seconds(0)) + into
        return length, into or _leaving_fade_ms(window, length)
    length = ms_from_s(tracks[item.track_id or ""].length_s)
    return length, into or (NO_CLICK_MS if _sounds(following) else _leaving_fade_ms(window, length))


def _sounds(item: PlanItem | None) -> bool:
    return item is not None and item.kind != "silence"


def fade_s(window: PhaseWindow, *, same_phase: bool) -> Seconds:
    """The crossfade with which an item enters a phase, or goes on in it."""
    return Seconds(0) if window.kind == "silence" else window.crossfade_s if same_phase else window.crossfade_in_s


def _plain_fade_ms(item: PlanItem, following: PlanItem, windows: Mapping[str, PhaseWindow]) -> Milliseconds:
    if following.kind == "silence":
        return NO_FADE_MS
    return ms_from_s(fade_s(windows[following.phase], same_phase=item.phase == following.phase))


def _entry_fade_ms(before: Cue | None, item: PlanItem, windows: Mapping[str, PhaseWindow]) -> Milliseconds:
    if item.kind == "silence":
        return NO_FADE_MS
    if before is None:
        return FIRST_FADE_MS
    same = before.phase == item.phase and before.kind is not CueKind.SILENCE
    return max(NO_CLICK_MS, ms_from_s(fade_s(windows[item.phase], same_phase=same)))


def _leaving_fade_ms(window: PhaseWindow, length_ms: Milliseconds) -> Milliseconds:
    return max(NO_CLICK_MS, min(ms_from_s(window.crossfade_in_s), length_ms // 4))


def _faded(cue: Cue, fade_ms: Milliseconds, item: PlanItem, shift_ms: Milliseconds) -> Cue:
    """What sounds already, ending as the new first item asks: under its fade, or before silence."""
    enters_ms = _start_ms(item) + shift_ms
    if cue.kind is CueKind.SILENCE:
        return _spanning(cue, enters_ms - cue.start_ms, NO_FADE_MS)
    if not fade_ms and cue.end_ms > enters_ms:  # left for a silence before its end: its own fade begins there
        fade_ms = max(NO_CLICK_MS, cue.fade_out_ms)
    length = enters_ms + fade_ms - cue.start_ms
    if cue.kind is CueKind.TRACK:
        length = min(cue.length_ms, length)
    left_ms = max(NO_CLICK_MS, cue.start_ms + length - enters_ms)
    fade_out = min(fade_ms, left_ms) or max(NO_CLICK_MS, min(cue.fade_out_ms, cue.length_ms // 4))
    return _spanning(cue, length, fade_out)


def _spanning(cue: Cue, length_ms: Milliseconds, fade_out_ms: Milliseconds) -> Cue:
    fade_in_ms, fade_out_ms = min(cue.fade_in_ms, length_ms), min(fade_out_ms, length_ms)
    return replace(cue, length_ms=length_ms, fade_in_ms=fade_in_ms, fade_out_ms=fade_out_ms)
