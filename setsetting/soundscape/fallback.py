"""What needs no planner: playing on, a rescue at once, silence at once.

These are pure and instant, and cannot fail for want of music: what was promised plays on and a noise
bed holds; the rescue's tracks go round until the planned end; silence lasts until then.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import dropwhile, zip_longest

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
NEAR_S = Seconds(240)
"""A phase may be entered so long before its time."""
NEAR_SILENCE_S = Seconds(60)
"""A phase of silence so long and its own window, or the music before it would be given up for it."""
LEAST_BED_S = Seconds(60)
"""A phase that is over sooner gets no noise bed of its own."""
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

    With `skip` what plays is left for it now; nothing begins before `now_ms` in any case, and no phase long before its
    time: a noise bed holds until then, or in a phase of silence silence. A promised bed keeps its end, so that what
    follows it comes when it was to, but for a phase that begins sooner, or an end that comes sooner, by now; a promised
    silence lasts until the next phase begins. What was promised for a phase that is over by then is left out: after an early stop no peak plays on.
    """
    windows, promised = whole.protocol.phases, _ended_by(promised, ms_from_s(whole.horizon_s))
    cues = list(faded_at(past, now_ms, FADE_MS) if skip else _until_its_phase_is_over(past, windows, now_ms))
    fixed = len(cues)
    for cue in promised:
        at = now_ms if skip and len(cues) == fixed else _joint(cues, cue.fade_in_ms, promised, now_ms)
        if not _plays(cue, at, cues, tracks, windows):
            continue
        if cues and (between := _between(cues[-1], cue, at, whole)):
            cues += between
            at = _joint(cues, cue.fade_in_ms, promised, now_ms)
            if not _plays(cue, at, cues, tracks, windows):  # a bed that has ended while another held
                continue
        cues.append(replace(cue, start_ms=at, length_ms=_length_ms(cue, at, windows)))
    first_ms = promised[0].start_ms if promised else ms_from_s(whole.protocol.start_s)
    if max((cue.end_ms for cue in cues), default=first_ms) < ms_from_s(whole.horizon_s):
        at = _joint(cues, FADE_MS, promised, now_ms)
        cues += _holding(at, ms_from_s(whole.horizon_s), whole)
    _fade_as_they_meet(cues, max(0, fixed - 1))
    held = _under(cues[fixed:], cues[fixed - 1 : fixed] if fixed else [], tracks, whole.weights.true_peak_ceiling_dbtp)
    return (*cues[:fixed], *held)


def then_beds(
    cues: Sequence[Cue], whole: Instance, tracks: Mapping[str, Track], now_ms: Milliseconds
) -> tuple[Cue, ...]:
    """Cues, and behind them noise beds until the planned end, none shorter than it takes to be heard as one."""
    fixed, at_ms = len(cues), _joint(cues, FADE_MS, (), now_ms)
    held = [*cues, *_holding(at_ms, max(ms_from_s(whole.horizon_s), at_ms + ms_from_s(LEAST_BED_S)), whole)]
    _fade_as_they_meet(held, fixed - 1)
    ceiling = whole.weights.true_peak_ceiling_dbtp
    return (*held[:fixed], *_under(held[fixed:], held[fixed - 1 : fixed], tracks, ceiling))


def _plays(
    cue: Cue, at_ms: Milliseconds, before: Sequence[Cue], tracks: Mapping[str, Track], windows: Sequence[PhaseWindow]
) -> bool:
    """Whether a promised cue sounds from then on, behind those before: not a track that is lost, nor one bed after another."""
    if cue.kind is CueKind.TRACK:
        is_there = cue.track_id in tracks
    else:
        is_there = not (before and before[-1].kind is cue.kind is CueKind.BED)
    return is_there and _length_ms(cue, at_ms, windows) > 2 * cue.fade_in_ms and not _is_over(cue.phase, at_ms, windows)


def _ended_by(promised: Sequence[Cue], end_ms: Milliseconds) -> Sequence[Cue]:
    """What was promised, with no noise bed beyond the planned end as it is now."""
    beds = {cue for cue in promised if cue.kind is CueKind.BED and cue.end_ms > end_ms}
    return [replace(cue, length_ms=end_ms - cue.start_ms) if cue in beds else cue for cue in promised]


def gives_way(
    past: Sequence[Cue], promised: Sequence[Cue], windows: Sequence[PhaseWindow], now_ms: Milliseconds
) -> bool:
    """Whether a track plays whose phase is over by now, as after an early stop, and one that was promised may follow."""
    plays = bool(past) and past[-1].kind is CueKind.TRACK and past[-1].end_ms > now_ms
    follows = any(cue.kind is CueKind.TRACK and not _is_over(cue.phase, now_ms, windows) for cue in promised)
    return plays and follows and _is_over(past[-1].phase, now_ms, windows)


def _until_its_phase_is_over(
    past: Sequence[Cue], windows: Sequence[PhaseWindow], now_ms: Milliseconds
) -> Sequence[Cue]:
    """What has sounded; a noise bed that plays gives way to the phase after its own, and a silence lasts until then."""
    if not past or past[-1].end_ms <= now_ms:
        return past
    last = past[-1]
    if last.kind is CueKind.BED:
        over_ms = max(now_ms, last.start_ms + NO_CLICK_MS, _latest_ms(last.phase, windows, last.end_ms))
        return (*past[:-1], *faded_at([last], over_ms, FADE_MS))
    if last.kind is CueKind.SILENCE and _is_of_silence(last.phase, windows):
        over_ms = max(now_ms, last.start_ms + NO_CLICK_MS, _begins_after_ms(last.phase, windows, now_ms))
        return (*past[:-1], replace(last, length_ms=over_ms - last.start_ms))
    return past


def _length_ms(cue: Cue, at_ms: Milliseconds, windows: Sequence[PhaseWindow]) -> Milliseconds:
    """How long a promised cue sounds from then on: a track its own length, a bed to its end or the next phase."""
    if cue.kind is CueKind.SILENCE:
        return _begins_after_ms(cue.phase, windows, at_ms) - at_ms
    if cue.kind is CueKind.BED:
        return min(cue.end_ms, _latest_ms(cue.phase, windows, cue.end_ms) + cue.fade_out_ms) - at_ms
    return cue.length_ms


def _between(last: Cue, cue: Cue, at_ms: Milliseconds, whole: Instance) -> list[Cue]:
    """What holds from then on until the phase of a cue begins; nothing where that is not far.

    Between two silences a bed stands for music that is not there.
    """
    window = next(window for window in whole.protocol.phases if window.name == cue.phase)
    both_silent = last.kind is cue.kind is CueKind.SILENCE
    begins_ms = ms_from_s(window.from_s)
    if begins_ms - at_ms <= ms_from_s(LEAST_BED_S if both_silent else near_s(window)):
        return []
    return _holding(at_ms, begins_ms, whole, cue.fade_in_ms)


def near_s(phase: PhaseWindow) -> Seconds:
    """How long before its time a phase may be entered in a session."""
    return NEAR_S if phase.kind != "silence" else min(NEAR_S, NEAR_SILENCE_S + phase.flex_s)


def _holding(
    at_ms: Milliseconds, until_ms: Milliseconds, whole: Instance, fade_ms: Milliseconds = Milliseconds(0)
) -> list[Cue]:
    """A noise bed for each phase there is until then, or silence in a phase of it; the last fades out beyond its end."""
    windows, cues = whole.protocol.phases, list[Cue]()
    for window, following in zip_longest(windows, windows[1:]):
        ends_ms = until_ms if following is None else min(until_ms, ms_from_s(following.from_s))
        if ends_ms < until_ms and ends_ms - at_ms < ms_from_s(LEAST_BED_S):
            continue
        if window.kind == "silence":
            cues.append(_silence(window, at_ms, ends_ms))
        else:
            cues.append(_bed(window, at_ms, ends_ms + (fade_ms if ends_ms == until_ms else FADE_MS), whole))
        if ends_ms == until_ms:
            return cues
        at_ms = ends_ms
    return cues


def _silence(phase: PhaseWindow, at_ms: Milliseconds, until_ms: Milliseconds) -> Cue:
    reason = _("silence, until the next phase begins")
    length = until_ms - at_ms
    return Cue(CueKind.SILENCE, phase.name, at_ms, length, None, Millidecibels(0), NO_FADE_MS, NO_FADE_MS, reason)


def _bed(phase: PhaseWindow, at_ms: Milliseconds, until_ms: Milliseconds, whole: Instance) -> Cue:
    length = until_ms - at_ms
    fade = min(FADE_MS, length // 4)
    gain = bed_gain_mdb(phase.lufs, whole.weights.true_peak_ceiling_dbtp)
    reason = _("for want of a track that fits here")
    return Cue(CueKind.BED, phase.name, at_ms, length, None, gain, fade, fade, reason)


def _fade_as_they_meet(cues: list[Cue], first: int) -> None:
    """From the cue of this number on, each fades out while the one after it comes in, and into silence as it was to."""
    for number in range(first, len(cues) - 1):
        overlap = max(NO_CLICK_MS, cues[number].end_ms - cues[number + 1].start_ms)
        if CueKind.SILENCE not in {cues[number].kind, cues[number + 1].kind}:
            cues[number] = replace(cues[number], fade_out_ms=min(overlap, cues[number].length_ms))


def _is_over(phase: str, at_ms: Milliseconds, windows: Sequence[PhaseWindow]) -> bool:
    """Whether a phase is left out by now, or the one after it has to have begun by then."""
    return phase not in {window.name for window in windows} or at_ms > _latest_ms(phase, windows, at_ms)


def _is_of_silence(phase: str, windows: Sequence[PhaseWindow]) -> bool:
    return any(window.name == phase and window.kind == "silence" for window in windows)


def _latest_ms(phase: str, windows: Sequence[PhaseWindow], otherwise_ms: Milliseconds) -> Milliseconds:
    """When the phase after this one has to have begun; `otherwise_ms` where none comes after it."""
    following = dropwhile(lambda window: window.name != phase, windows)
    next(following, None)
    return next((ms_from_s(window.from_s + window.flex_s) for window in following), otherwise_ms)


def _begins_after_ms(phase: str, windows: Sequence[PhaseWindow], otherwise_ms: Milliseconds) -> Milliseconds:
    """When the phase after this one begins; `otherwise_ms` where none comes after it."""
    following = dropwhile(lambda window: window.name != phase, windows)
    next(following, None)
    return next((ms_from_s(window.from_s) for window in following), otherwise_ms)


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
