"""One look at a session: its state, its player and the clock made into what a screen shows. Pure.

Modelled phases are a planning aid; what a facilitator marked as observed outranks them from its
minute on, until the model comes to a later phase.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from setsetting.audio.mix import LOWERED_OVER_S
from setsetting.clinical.effect import phases_of
from setsetting.clinical.infusion import Infusion, InfusionStep
from setsetting.clinical.marks import Mark
from setsetting.clinical.phases import EffectPhase, EffectPhases
from setsetting.library.track import Track
from setsetting.player import journal
from setsetting.player.job import BESIDE
from setsetting.player.journal import JournalEntry, JournalKind
from setsetting.player.status import GainLayer, PlaybackState, PlayerState
from setsetting.record.kinds import PlayerNoted, SessionMarked
from setsetting.session.agreement import OURS
from setsetting.session.build_log import LEFT_WORDS, build_log
from setsetting.session.checks import planned
from setsetting.session.folder import SessionHeader
from setsetting.session.holds import later, waiting
from setsetting.session.silence_watch import SILENT, is_silent, silent_words
from setsetting.session.sounding import SoundState
from setsetting.session.state import State
from setsetting.session.status import (
    CueView,
    InfusionState,
    LogLine,
    MarkView,
    Presence,
    SessionState,
    Status,
    TakenBack,
)
from setsetting.session.takeover import LEFT
from setsetting.session.timekeeping import Moment, clock_of, mix_ms
from setsetting.soundscape.soundscape import Cue, CueKind, VoiceCue
from setsetting.units import Milliseconds, minutes_from_ms, ms_from_s, nearest_s, whole_s
from setsetting.words.translate import _

OBSERVED = {Mark.ONSET: EffectPhase.ONSET, Mark.PEAK: EffectPhase.PEAK, Mark.RETURN: EffectPhase.RETURN}
_ORDER = list(EffectPhase)
SAID_FOR_MS = Milliseconds(60_000)
"""How long a notice stands of what the program did by itself."""


@dataclass(frozen=True, slots=True)
class StatusInputs:
    """What a look is made from, beside the state and the moment.

    `notes` are the marks' notes by event id as they stand by now, `refused` the tracks left that this patient refuses by now, `others`
    what must be said besides. `ended_ms` is where the soundscape's clock ended, if that is known otherwise than by
    the wall's. `looks` says that nothing can be done here, `timing` that the rest has still to be timed. `presence` says whether there is a player.
    `log` is the log where it was made before from the same state, journal and notes.
    """

    header: SessionHeader
    player: PlayerState | None
    journal: tuple[JournalEntry, ...]
    tracks: Mapping[str, Track]
    patient_code: str = ""
    notes: Mapping[str, str | None] | None = None
    durable: bool = True
    refused: frozenset[str] = frozenset()
    others: tuple[str, ...] = ()
    ended_ms: Milliseconds | None = None
    looks: bool = False
    timing: bool = False
    presence: Presence = Presence.NONE
    log: tuple[LogLine, ...] | None = None


def build_status(state: State, moment: Moment, inputs: StatusInputs) -> Status:
    """Everything about the session at this moment."""
    running = state.ended is None
    infusion = state.infusion(ms_from_s(whole_s(moment.clock_ms)))  # a pause that lasts makes a new curve a second
    effect = phases_of(infusion if infusion.segments else state.planned)
    infusion_ms, waited_ms = state.infusion_ms(moment.clock_ms), state.waited_ms(moment.clock_ms)
    # not begun by its minute, the infusion is told as if it began now
    zero_ms = moment.clock_ms - infusion_ms if infusion_ms is not None else waited_ms
    marks, music_ms = tuple(_marks(state, inputs.notes or {})), _waited_ms(state, moment, inputs)
    sounding, ends_ms, late_ms = state.sounding, _ends_ms(state, moment, inputs), _late_ms(moment)
    expected = tuple(_as_expected(sounding, moment, music_ms))
    heard = expected if _is_over_soon(state) else sounding.heard.cues
    playing, following = _now_and_next(heard, moment.mix_ms) if running else (None, None)
    return Status(
        session_id=state.started.session_id,
        patient_code=inputs.patient_code,
        simulated=state.started.simulated,
        rehearsal=state.started.rehearsal,
        visit_no=state.started.visit_no,
        room=state.started.room,
        playlist=state.started.playlist or "",
        output=BESIDE.join(inputs.header.outputs),
        outputs=() if inputs.player is None else inputs.player.outputs,
        is_external=state.is_external,
        checks=planned(inputs.header.checks_ms, state.checks_done_ms),
        quiet=inputs.player is not None and inputs.player.gains.get(GainLayer.QUIET, 0.0) < 0.0,
        state=_session_state(state),
        started_utc_ms=state.started.started_utc_ms,
        clock_ms=moment.clock_ms,
        infusion_state=state.infusion_state(moment.clock_ms),
        infusion_ms=infusion_ms,
        infusion_zero_ms=zero_ms,
        infusion=infusion,
        infusion_ended_ms=_ended_ms(state, infusion, moment.clock_ms),
        planned=state.planned,
        effect=effect,
        effect_phase=_effect_phase(effect, moment.clock_ms - zero_ms, marks, zero_ms),
        phase=None if playing is None else playing.phase,
        playing=None if playing is None else _view(playing, inputs.tracks, late_ms),
        position_ms=Milliseconds(0) if playing is None else moment.mix_ms - playing.start_ms,
        next=None if following is None or sounding.fading_out else _view(following, inputs.tracks, late_ms),
        cues=tuple(_views(expected, inputs, moment, late_ms)),
        prompts=tuple(_view(cue, inputs.tracks, late_ms) for cue in _prompts(sounding, moment.mix_ms, music_ms)),
        timing=running and (inputs.timing or sounding.promised or _is_over_soon(state)),
        looks=inputs.looks,
        ends_ms=ends_ms,
        ends_utc_ms=moment.utc_ms + ends_ms - moment.clock_ms,
        cover=sounding.cover,
        held=state.held,
        ducked=sounding.ducked,
        volume_db=sounding.volume_db,
        fading_out=sounding.fading_out,
        undoable=_undoable(state),
        marks=marks,
        log=build_log(state, inputs) if inputs.log is None else inputs.log,
        acts=state.acts,
        player=inputs.presence,
        durable=inputs.durable,
        notices=tuple(_said(state, moment, inputs, playing)),
    )


def _said(state: State, moment: Moment, inputs: StatusInputs, playing: Cue | None) -> Iterable[str]:
    """Everything that is said besides, in the order of its weight."""
    if state.ended is None and not state.is_external:
        yield from _stood_still(inputs.journal, moment)
        yield from _notices(inputs, playing, state.sounding, moment)
        yield from _beside_the_plan(state.sounding, moment.mix_ms, inputs.player)
    yield from _left(state)
    yield from _lately(state, moment)
    yield from inputs.others


def _undoable(state: State) -> TakenBack | None:
    undoable = state.takes_back
    if undoable is None:
        return None
    said = undoable.said
    name = said.mark if isinstance(said, SessionMarked) else said.act
    return TakenBack(
        undoable.event.event_id, name, undoable.words(state.infusion_zero_ms), undoable.act is None, said.infusion_ms
    )


def _session_state(state: State) -> SessionState:
    if state.closed or (state.started.entered_afterwards and state.ended is not None):
        return SessionState.CLOSED
    return SessionState.PLAYING if state.ended is None else SessionState.ENDED


def _now_and_next(cues: Iterable[Cue], at_ms: Milliseconds) -> tuple[Cue | None, Cue | None]:
    """The cue that leads now (the newest of two that cross), and the one after it."""
    begun = [cue for cue in cues if cue.start_ms <= at_ms < cue.end_ms]
    coming = [cue for cue in cues if cue.start_ms > at_ms]
    return (begun[-1] if begun else None), (coming[0] if coming else None)


def _view(cue: Cue, tracks: Mapping[str, Track], late_ms: Milliseconds) -> CueView:
    """A cue as it is shown; what plays and what comes stand where they come to be by how much the music is late."""
    track = tracks.get(cue.track_id or "")
    return CueView(
        kind=str(cue.kind),
        phase=cue.phase,
        track_id=cue.track_id,
        title=_title(cue, track),
        artist="" if track is None else track.artist,
        energy=None if track is None else track.energy,
        start_ms=Milliseconds(cue.start_ms + late_ms),
        length_ms=cue.length_ms,
        reason=cue.reason,
        note="" if track is None else track.note,
    )


def _views(cues: Iterable[Cue], inputs: StatusInputs, moment: Moment, late_ms: Milliseconds) -> Iterable[CueView]:
    """Cues as they are shown; what is over stands where it sounded."""
    for cue in cues:
        yield _view(cue, inputs.tracks, late_ms if cue.end_ms > moment.mix_ms else Milliseconds(0))


def _title(cue: Cue, track: Track | None) -> str:
    if track is not None:
        return track.title_or_file
    if isinstance(cue, VoiceCue):
        return cue.prompt
    words = {CueKind.SILENCE: _("silence"), CueKind.BED: _("noise bed"), CueKind.VOICE: _("voice")}
    return words.get(cue.kind) or cue.track_id or ""


def _as_expected(sounding: SoundState, moment: Moment, waited_ms: Milliseconds) -> Iterable[Cue]:
    """The plan with what was played; while the music is held, what sounded instead, and the plan as if it went on now."""
    if sounding.hold is None:
        return sounding.plan.cues
    past = [cue for cue in sounding.hold.cues if cue.start_ms <= moment.mix_ms]
    coming = later(waiting(sounding.hold, sounding.plan, moment.mix_ms), waited_ms)
    if past and coming and moment.mix_ms < coming[0].start_ms < past[-1].end_ms:
        past[-1] = replace(past[-1], length_ms=coming[0].start_ms - past[-1].start_ms)
    return [*past, *coming]


def _is_over_soon(state: State) -> bool:
    """Whether what held the music sounds on only until the rest is timed anew."""
    sounding = state.sounding
    return state.held is None and sounding.hold is not None and sounding.cover is None


def _waited_ms(state: State, moment: Moment, inputs: StatusInputs) -> Milliseconds:
    """How long the plan has waited by the music's clock: while the music stood still, that was late and waited for nothing."""
    waited_ms = state.waited_ms(moment.clock_ms)
    since_ms = moment.clock_ms - waited_ms
    told = [each for each in inputs.journal if waited_ms and clock_of(inputs.header, each) > since_ms]
    still_ms = sum(int(each.held_ms or 0) for each in told)
    return Milliseconds(max(0, waited_ms - still_ms))


def _late_ms(moment: Moment) -> Milliseconds:
    """By how much the music is late, in whole seconds: a device takes it in gulps, and the minutes would tremble."""
    return ms_from_s(nearest_s(moment.clock_ms - moment.mix_ms))


def _prompts(sounding: SoundState, at_ms: Milliseconds, waited_ms: Milliseconds) -> Iterable[VoiceCue]:
    """The playlist's prompts that sound or are to come; while the music is held, as if the plan went on now."""
    left = sounding.left_of(sounding.heard, at_ms)
    if sounding.fading_out:
        return tuple(cue for cue in left if cue.start_ms <= at_ms)
    if sounding.heard is sounding.plan:
        return left
    there = {cue.prompt for cue in left} | {cue.prompt for cue in sounding.heard.prompts}
    waiting_ms = waited_ms if sounding.hold is not None else Milliseconds(0)
    later = [replace(cue, start_ms=Milliseconds(cue.start_ms + waiting_ms)) for cue in sounding.plan.prompts]
    waits = [cue for cue in later if cue.prompt not in there | sounding.skipped and cue.start_ms > at_ms]
    return (*left, *waits)


def _ended_ms(state: State, infusion: Infusion, clock_ms: Milliseconds) -> Milliseconds | None:
    """When the infusion ended; one that was still open at the close of its session had run until then."""
    match state.infusion_state(clock_ms):
        case InfusionState.STOPPED | InfusionState.DONE:
            return infusion.end_ms
        case InfusionState.OVER:
            return state.ran(clock_ms).end_ms
    return None


def _ends_ms(state: State, moment: Moment, inputs: StatusInputs) -> Milliseconds:
    """When the music ends on the soundscape's clock, by the player while there is one.

    What holds or covers the plan lasts longer than that, for safety's sake: then it is told as if the plan went on now. So
    does what is heard while the rest is timed anew: then it is told as it was timed last.
    """
    if state.is_external and state.ended is None:
        zero_ms = state.infusion_zero_ms
        begun_ms = state.waited_ms(moment.clock_ms) if zero_ms is None else zero_ms
        return Milliseconds(begun_ms + state.infusion(moment.clock_ms).end_ms)
    player, heard, late_ms = inputs.player, state.sounding.heard, _late_ms(moment)
    planned_ms = None if state.is_ending else _planned_end_ms(state, moment, inputs)
    if planned_ms is not None and planned_ms + late_ms > moment.clock_ms:
        return Milliseconds(planned_ms + late_ms)
    if player is not None:
        return Milliseconds(mix_ms(inputs.header, player.end_frame) + late_ms)
    if (end := journal.ended(inputs.journal)) is not None:
        return mix_ms(inputs.header, end.frame)
    if inputs.ended_ms is not None:
        return inputs.ended_ms
    return heard.end_ms if heard.cues else moment.clock_ms


def _planned_end_ms(state: State, moment: Moment, inputs: StatusInputs) -> Milliseconds | None:
    """When the plan is to end; None where what is heard is the plan, and ends when the player says."""
    sounding = state.sounding
    if not sounding.plan.cues:
        return None
    if sounding.promised and sounding.was_to_end_ms is not None:
        return sounding.was_to_end_ms
    begun = state.steps[-1:] if _is_over_soon(state) else ()
    if begun and begun[0].step is InfusionStep.START:  # before its minute too
        return Milliseconds(sounding.plan.end_ms + begun[0].at_ms)
    waits = sounding.cover is not None or sounding.hold is not None
    return Milliseconds(sounding.plan.end_ms + _waited_ms(state, moment, inputs)) if waits else None


def _effect_phase(
    effect: EffectPhases, at_ms: Milliseconds, marks: tuple[MarkView, ...], zero_ms: Milliseconds
) -> EffectPhase:
    modelled = effect.at(minutes_from_ms(at_ms))
    observed = [mark for mark in marks if mark.name in OBSERVED]
    if not observed:
        return modelled
    marked = OBSERVED[Mark(observed[-1].name)]
    at_mark = effect.at(minutes_from_ms(observed[-1].clock_ms - zero_ms))
    if modelled is at_mark:
        return marked
    return max(marked, modelled, key=_ORDER.index)


def _marks(state: State, notes: Mapping[str, str | None]) -> Iterable[MarkView]:
    for said in state.standing:
        if isinstance(said.payload, SessionMarked):
            mark = said.payload
            note = notes.get(said.event_id, mark.note)
            yield MarkView(mark.mark, mark.clock_ms, mark.infusion_ms, said.utc_ms, note)


def _stood_still(told: Iterable[JournalEntry], moment: Moment) -> Iterable[str]:
    """For how long the music stood still in the last minute, or did not sound before it was started again."""
    recent = [entry for entry in told if 0 <= moment.utc_ms - entry.utc_ms < SAID_FOR_MS]
    again = [entry for entry in recent if entry.what is JournalKind.RESTARTED]
    if again:
        gap_s = max(1, nearest_s(Milliseconds(sum(entry.held_ms or 0 for entry in again))))
        yield _("The player was started again where it was; nothing was heard for {s} s.").format(s=gap_s)
    lately = [entry for entry in recent if entry.what is JournalKind.STALLED]
    if lately:
        still_ms = Milliseconds(sum(entry.held_ms or 0 for entry in lately))
        yield _("The music stood still for {s} s, with its program or the whole machine.").format(s=whole_s(still_ms))


def _notices(inputs: StatusInputs, playing: Cue | None, sounding: SoundState, moment: Moment) -> Iterable[str]:
    player = inputs.player
    if inputs.presence is Presence.STALLED:
        yield _("The player stalls: no act reaches it until it answers; a close ends it.")
    elif player is None:
        yield _("The player is not running.")
    elif player.state is PlaybackState.HOLDING:
        yield _("The output is lost. The music is held, and moves to no other output.")
    elif playing is not None and playing.track_id in inputs.refused:
        title = _title(playing, inputs.tracks.get(playing.track_id or ""))
        yield _("Refused by this patient: {title}, which plays. `next` goes on.").format(title=title)
    elif playing is not None and playing.kind is CueKind.TRACK and _is_silent(playing, player, inputs.journal):
        yield _("Nothing is heard of {title}: its file could not be read on. `next` goes on.").format(
            title=_title(playing, inputs.tracks.get(playing.track_id or ""))
        )
    elif playing is not None and is_silent(sounding, playing, moment, player):
        yield silent_words(_title(playing, inputs.tracks.get(playing.track_id or "")))


def _beside_the_plan(sounding: SoundState, at_ms: Milliseconds, player: PlayerState | None) -> Iterable[str]:
    """A prompt over the music, and outputs that are held while others play."""
    plays = player is not None and player.state is PlaybackState.PLAYING  # one that ends lets go of its outputs
    outputs = player.outputs if player is not None and plays else ()
    if not all(each.held for each in outputs):
        for name in (each.name for each in outputs if each.held):
            yield _("The output {name} is lost and held alone; the music goes on at the others.").format(name=name)
    for cue in sounding.left_of(sounding.heard, at_ms):
        if cue.start_ms <= at_ms:
            yield _("{name} plays over the lowered music; `skip-prompt` ends it.").format(name=cue.prompt)
    for each in sounding.spoken:
        if each.start_ms - ms_from_s(LOWERED_OVER_S) <= at_ms < each.start_ms + each.length_ms:
            yield _("{name} plays over the lowered music.").format(name=each.name)


def _left(state: State) -> Iterable[str]:
    if state.ended is not None and state.ended.how == LEFT and not state.closed:
        yield LEFT_WORDS


def _lately(state: State, moment: Moment) -> Iterable[str]:
    """What the program did by itself in the last minute."""
    recent = [said.payload for said in state.said if 0 <= moment.utc_ms - said.utc_ms < SAID_FOR_MS]
    noted = [payload for payload in recent if isinstance(payload, PlayerNoted) and payload.what in OURS - {SILENT}]
    yield from (payload.detail for payload in noted if payload.detail is not None)


def _is_silent(cue: Cue, player: PlayerState, entries: Iterable[JournalEntry]) -> bool:
    """Whether the file of a cue failed, so that the player is silent where it should sound."""
    failed = any(entry.what is JournalKind.TROUBLE and entry.frame <= player.frame for entry in entries)
    return failed and cue.track_id not in player.sounding
