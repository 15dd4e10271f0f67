"""What needs no planner: playing on, a rescue at once, silence at once.

These are pure and instant, and cannot fail for want of music: what was promised plays on and a noise
bed holds; the rescue's tracks go round until the planned end; silence lasts until then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

from setsetting.errors import NotFound
from setsetting.library.track import Lyrics, Track
from setsetting.soundscape.build_instance import one_of_each, patient_of, row_of
from setsetting.soundscape.cues import NO_CLICK_MS, NO_FADE_MS, under_ceiling
from setsetting.soundscape.gains import bed_gain_mdb, gain_mdb
from setsetting.soundscape.instance import Instance, InstanceProtocol, PhaseWindow
from setsetting.soundscape.loosening import NOTHING, Loosening
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.prompts import begun
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.soundscape.windows import window_of
from setsetting.soundscape.wishes import Wishes
from setsetting.units import Dbtp, Millidecibels, Milliseconds, Seconds, ms_from_s
from setsetting.words.translate import _

BED_RESCUE_MS = Milliseconds(60 * 60_000)
"""A noise bed stands in for a rescue list that no track fits; it lasts at least so long."""
FADE_MS = Milliseconds(15_000)
"""Over which what plays gives way, and a bed comes in (a proposal)."""
RESCUE_S = Seconds(15 * 60)
"""A rescue list is full when it lasts so long; then it goes round."""


def rescue_list(
    playlist: Playlist, tracks: Iterable[Track], wishes: Wishes, loosening: Loosening = NOTHING
) -> tuple[Track, ...]:
    """The tracks of a loop playlist, calmest first, until they last RESCUE_S or the library is spent.

    Raises NotFound when no track passes its rules. What was heard before is welcome here: grounding
    music may be known; vetoes hold.
    """
    tracks = one_of_each(tracks)
    window = window_of(playlist, playlist.phases[0], Seconds(0), loosening)
    protocol = InstanceProtocol(playlist.name, Seconds(0), RESCUE_S, Seconds(0), 9.0, len(tracks) or 1, (window,))
    patient = patient_of(replace(wishes, heard_tracks=frozenset(), heard_recordings=frozenset(), pins=()))
    problem = Problem(Instance(playlist.weights, protocol, patient, tuple(row_of(track) for track in tracks)))
    known = {track.id: track for track in tracks}
    fit = [known[problem.ids[number]] for number in problem.candidates[0].tracks.tolist()]
    fit.sort(key=lambda track: (track.lyrics is not Lyrics.NONE, track.startle_lu, track.energy, track.id))
    chosen: list[Track] = []
    for track in fit:
        if sum((one.length_s for one in chosen), Seconds(0)) >= RESCUE_S:
            break
        chosen.append(track)
    if not chosen:
        raise NotFound(
            _(
                "No track passes the rules of {name}; add a calm one, or note lyrics and tempo of those there are."
            ).format(name=playlist.name)
        )
    return tuple(chosen)


def rescue(
    soundscape: Soundscape,
    chosen: Sequence[Track],
    playlist: Playlist,
    *,
    now_ms: Milliseconds,
    until_ms: Milliseconds | None = None,
    sounding: Mapping[str, Track] | None = None,
) -> Soundscape:
    """What has sounded, then the rescue's tracks round and round until the planned end and beyond, or a noise bed.

    `sounding` knows the tracks of the soundscape, so that the fade into the rescue stays under the ceiling.
    """
    phase, ceiling = playlist.phases[0], playlist.weights.true_peak_ceiling_dbtp
    until = soundscape.end_ms if until_ms is None else until_ms
    last = next((cue for cue in reversed(soundscape.cues) if cue.start_ms < now_ms), None)
    goes_on = last is not None and last.phase == phase.name and last.kind is not CueKind.SILENCE
    into_ms = ms_from_s(phase.crossfade_s if goes_on else phase.crossfade_in_s)
    past = faded_at(soundscape.cues, now_ms, into_ms)
    cues: list[Cue] = []
    at = now_ms
    while chosen and at < max(until, now_ms + ms_from_s(RESCUE_S)):
        track = chosen[len(cues) % len(chosen)]
        fade = ms_from_s(phase.crossfade_s) if cues else into_ms
        length = ms_from_s(track.length_s)
        onward = min(ms_from_s(phase.crossfade_s), length // 4)
        reason = _("rescue: startle {lu:.1f} LU, energy {energy:g}").format(lu=track.startle_lu, energy=track.energy)
        gain = gain_mdb(track, phase.lufs, ceiling)
        fades = max(NO_CLICK_MS, min(fade, length // 4)), max(NO_CLICK_MS, onward)
        cues.append(Cue(CueKind.TRACK, phase.name, at, length, track.id, gain, *fades, reason))
        at += length - onward
    if not chosen:
        fade = max(NO_CLICK_MS, into_ms)
        length, gain = max(until - now_ms, BED_RESCUE_MS), bed_gain_mdb(phase.lufs, ceiling)
        reason = _("rescue: a noise bed, for want of a track that fits")
        cues.append(Cue(CueKind.BED, phase.name, now_ms, length, None, gain, fade, fade, reason))
    known = {**(sounding or {}), **{track.id: track for track in chosen}}
    prompts = begun(soundscape.prompts, now_ms)
    return replace(soundscape, cues=(*past, *_under(cues, past[-1:], known, ceiling)), prompts=prompts, bound=None)


def silenced(soundscape: Soundscape, *, now_ms: Milliseconds, fade_ms: Milliseconds) -> Soundscape:
    """What has sounded, fading out from now, and then silence until the planned end."""
    past = faded_at(soundscape.cues, now_ms, fade_ms)
    length = max(Milliseconds(1000), soundscape.end_ms - now_ms)
    phase = past[-1].phase if past else soundscape.cues[0].phase
    cue = Cue(
        CueKind.SILENCE, phase, now_ms, length, None, Millidecibels(0), NO_FADE_MS, NO_FADE_MS, _("silence, by hand")
    )
    return replace(soundscape, cues=(*past, cue), prompts=begun(soundscape.prompts, now_ms), bound=None)


def faded_at(cues: Sequence[Cue], now_ms: Milliseconds, fade_ms: Milliseconds) -> tuple[Cue, ...]:
    """The cues begun by now, the ones that still sound fading out over `fade_ms` from now.

    One that is fading out by then, and over as soon, goes on as it is: a fade begun anew would make it louder first.
    """
    kept = []
    for cue in cues:
        if cue.start_ms >= now_ms:
            continue
        if cue.end_ms <= now_ms or cue.kind is CueKind.SILENCE:
            kept.append(replace(cue, length_ms=min(cue.length_ms, now_ms - cue.start_ms)))
            continue
        if cue.end_ms - cue.fade_out_ms <= now_ms and cue.end_ms <= now_ms + fade_ms:
            kept.append(cue)
            continue
        length = min(cue.length_ms, now_ms - cue.start_ms + fade_ms)
        fade_out = min(fade_ms, length - (now_ms - cue.start_ms)) or min(NO_CLICK_MS, length)
        kept.append(replace(cue, length_ms=length, fade_out_ms=fade_out, fade_in_ms=min(cue.fade_in_ms, length)))
    return tuple(kept)


def promised_then_bed(
    past: Sequence[Cue],
    promised: Sequence[Cue],
    whole: Instance,
    tracks: Mapping[str, Track],
    now_ms: Milliseconds,
    *,
    skip: bool,
) -> tuple[Cue, ...]:
    """Play on what was promised, one after the other, then hold a noise bed until the planned end.

    With `skip` what plays is left for it now; nothing begins before `now_ms` in any case.
    A promised bed keeps its end, so that what follows it comes when it was to. What was promised for a
    phase that is over by then is left out: after an early stop no peak plays on.
    """
    cues = list(faded_at(past, now_ms, FADE_MS) if skip else past)
    fixed = len(cues)
    for cue in promised:
        at = now_ms if skip and len(cues) == fixed else _joint(cues, cue.fade_in_ms, promised, now_ms)
        if cue.kind is CueKind.BED:
            length, plays = cue.end_ms - at, not (cues and cues[-1].kind is CueKind.BED)
        else:
            length, plays = cue.length_ms, cue.kind is CueKind.TRACK and cue.track_id in tracks
        if plays and length >= 2 * cue.fade_in_ms and not _is_over(cue.phase, at, whole.protocol.phases):
            cues.append(replace(cue, start_ms=at, length_ms=length))
    begins_ms = promised[0].start_ms if promised else ms_from_s(whole.protocol.start_s)
    if max((cue.end_ms for cue in cues), default=begins_ms) < ms_from_s(whole.horizon_s):
        cues.append(_bed_to_the_end(cues, promised, whole, now_ms))
    _fade_as_they_meet(cues, max(0, fixed - 1))
    held = _under(cues[fixed:], cues[fixed - 1 : fixed] if fixed else [], tracks, whole.weights.true_peak_ceiling_dbtp)
    return (*cues[:fixed], *held)


def _bed_to_the_end(cues: Sequence[Cue], promised: Sequence[Cue], whole: Instance, now_ms: Milliseconds) -> Cue:
    last, ceiling = whole.protocol.phases[-1], whole.weights.true_peak_ceiling_dbtp
    at = _joint(cues, FADE_MS, promised, now_ms)
    length = ms_from_s(whole.horizon_s) - at
    fade = min(FADE_MS, length // 4)
    reason = _("a noise bed holds, so that silence does not come by accident")
    return Cue(CueKind.BED, last.name, at, length, None, bed_gain_mdb(last.lufs, ceiling), fade, fade, reason)


def _fade_as_they_meet(cues: list[Cue], first: int) -> None:
    """From the cue of this number on, each fades out while the one after it comes in."""
    for number in range(first, len(cues) - 1):
        overlap = max(NO_CLICK_MS, cues[number].end_ms - cues[number + 1].start_ms)
        if cues[number].kind is not CueKind.SILENCE:
            cues[number] = replace(cues[number], fade_out_ms=min(overlap, cues[number].length_ms))


def _is_over(phase: str, at_ms: Milliseconds, windows: Sequence[PhaseWindow]) -> bool:
    """Whether a phase is left out by now, or the one after it has to have begun by then."""
    names = [window.name for window in windows]
    if phase not in names:
        return True
    following = windows[names.index(phase) + 1 :]
    return bool(following) and at_ms > ms_from_s(following[0].from_s + following[0].flex_s)


def _joint(cues: Sequence[Cue], fade_ms: Milliseconds, promised: Sequence[Cue], now_ms: Milliseconds) -> Milliseconds:
    """Where the next cue begins: under the fade of the last one or what is left of it, at the end of a silence."""
    if not cues:
        return promised[0].start_ms if promised else Milliseconds(0)
    last = cues[-1]
    return max(now_ms, last.start_ms, last.end_ms - (NO_FADE_MS if last.kind is CueKind.SILENCE else fade_ms))


def _under(cues: Sequence[Cue], sounding: Sequence[Cue], tracks: Mapping[str, Track], ceiling: Dbtp) -> tuple[Cue, ...]:
    """Lower the gains of cues that would meet above the ceiling; what sounds already keeps its own."""
    row = [*sounding, *cues]
    return under_ceiling(row, tracks, ceiling, fixed=len(sounding))[len(sounding) :]


def grounding(playlist: Playlist, tracks: Iterable[Track], wishes: Wishes, soundscape: Soundscape) -> tuple[Track, ...]:
    """The rescue's tracks, chosen beforehand; none when no track of the library fits."""
    try:
        return rescue_list(playlist, tracks, wishes, Loosening(soundscape.loosened))
    except NotFound:
        return ()
