"""A live session as the fold of its events: no clock, no file, no player.

Every controller folds the same events to the same state, so a screen that takes over knows what the
one before it knew. Times are milliseconds of the soundscape's clock or of the infusion's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

import msgspec

from setsetting.clinical.infusion import Infusion, InfusionAct, InfusionStep, actual, is_done, ran
from setsetting.clinical.marks import Mark
from setsetting.record.infusions import as_infusion
from setsetting.record.kinds import (
    EXTERNAL,
    CorrectionUndone,
    MarkWithdrawn,
    MinuteCorrected,
    PlayerNoted,
    SessionActed,
    SessionClosed,
    SessionEnded,
    SessionMarked,
    SessionRetimed,
    SessionStarted,
    SoundscapeUsed,
)
from setsetting.session.acts import BY_NAME, Act
from setsetting.session.event import SessionEvent
from setsetting.session.sounding import NO_SOUNDSCAPE, SoundState
from setsetting.session.status import HoldReason, InfusionState
from setsetting.session.undoable import Timed, Undoable
from setsetting.soundscape.soundscape import Soundscape
from setsetting.units import Milliseconds

REFUSED = "refused"
"""The cause of a plan that was made again since something of it was refused."""
LOST = "lost"
"""A track's file is missing, has changed or could not be read, and something else plays: noted, and why it was planned."""
SPEECHLESS = "prompt lost"
"""The cause of what goes on as it is, without a prompt whose file is lost."""
HELD = "held"
"""The cause of a soundscape that is heard while the music does not follow the plan."""
CORRECTED = "corrected"
"""Why the rest was timed anew where the minutes of the infusion were corrected."""
LATE = "late"
"""Why the rest was timed anew where no act was the reason: the music had waited."""
BY_HAND = "closed"
"""How a session ended whose music somebody had faded out or closed."""
TIMED_WITHIN_MS = Milliseconds(1_000)
"""An infusion that differs by less leaves the plan as it is."""


@dataclass(frozen=True, slots=True)
class LoggedStep:
    """A step of the infusion as it stands: the event that logged it, and when it was done by what is known now."""

    event_id: str
    done: InfusionAct


@dataclass(frozen=True, slots=True)
class MovedMinute:
    """The minute of an act or a mark was corrected: by which event, of which, when it was, and when it was told to be."""

    event_id: str
    of: str
    clock_ms: Milliseconds
    told_ms: Milliseconds


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a session from its events alone.

    `said` is everything that was said, `taken_back` what of it was undone, and all else is told without that.
    `timed` is what the plan was last timed to; None is the planned infusion at 0.
    """

    started: SessionStarted
    sounding: SoundState
    logged: tuple[LoggedStep, ...] = ()
    undoables: tuple[Undoable, ...] = ()
    taken_back: tuple[Undoable, ...] = ()
    said: tuple[SessionEvent, ...] = field(default=())
    ended: SessionEnded | None = None
    closed: bool = False
    acted_ms: Milliseconds = Milliseconds(0)
    timed: Timed | None = None
    moved: tuple["MovedMinute", ...] = ()
    withdrawn: tuple[tuple[str, Undoable], ...] = ()
    """Marks that were withdrawn, each with the event that did it."""

    @property
    def is_external(self) -> bool:
        """Whether its music comes from elsewhere."""
        return self.started.output == EXTERNAL

    @property
    def steps(self) -> tuple[InfusionAct, ...]:
        """What was done to the infusion, in the order of its times."""
        return tuple(sorted((step.done for step in self.logged), key=lambda done: done.at_ms))

    @property
    def undone(self) -> frozenset[str]:
        """The ids of what was taken back."""
        return frozenset(each.event.event_id for each in self.taken_back)

    @property
    def standing(self) -> tuple[SessionEvent, ...]:
        """What was said and not taken back."""
        undone = self.undone
        return tuple(event for event in self.said if event.event_id not in undone)

    @property
    def checks_done_ms(self) -> tuple[Milliseconds, ...]:
        """When of the infusion planned checks were marked as done."""
        said = (event.payload for event in self.standing)
        marks = (mark for mark in said if isinstance(mark, SessionMarked) and mark.mark == Mark.CHECK)
        return tuple(mark.infusion_ms for mark in marks if mark.infusion_ms is not None)

    @property
    def called(self) -> dict[str, str]:
        """What every act and mark is called, by its event's id; taken back or not."""
        return {each.event.event_id: each.what for each in (*self.undoables, *self.taken_back)}

    @property
    def is_ending(self) -> bool:
        """Whether the music has ended or is fading out, so that nothing more is planned or told to the player."""
        return self.ended is not None or self.sounding.fading_out

    @property
    def acts(self) -> int:
        """How many acts stand; one that was taken back is none, and what took it back is none either."""
        return sum(isinstance(each.payload, SessionActed) and each.payload.undoes is None for each in self.standing)

    @property
    def takes_back(self) -> Undoable | None:
        """What undo takes back: the last act or mark; after the end of the music, the last that is not of the sound."""
        left = [each for each in self.undoables if self.ended is None or not each.of_sound]
        return left[-1] if left and not self.closed else None

    @property
    def planned(self) -> Infusion:
        return as_infusion(self.started.planned)

    @property
    def infusion_zero_ms(self) -> Milliseconds | None:
        """Where the infusion's minute 0 lies on the soundscape's clock; None before its start."""
        return next((done.at_ms for done in self.steps if done.step is InfusionStep.START), None)

    def infusion_ms(self, clock_ms: Milliseconds) -> Milliseconds | None:
        """The infusion's own time at a time of the soundscape's clock; None before its start."""
        zero = self.infusion_zero_ms
        return None if zero is None else max(Milliseconds(0), clock_ms - zero)

    def infusion(self, clock_ms: Milliseconds) -> Infusion:
        """What ran and what is still expected; a pause that lasts is taken to end now."""
        return actual(self.planned, self.steps, clock_ms)

    def ran(self, clock_ms: Milliseconds) -> Infusion:
        """What really ran until now; nothing when no start was logged."""
        return ran(self.planned, self.steps, clock_ms)

    def is_timed_otherwise(self, infusion: Infusion, zero_ms: Milliseconds) -> bool:
        """Whether the plan was timed to another infusion than this, by a second or more."""
        timed, at_ms = self.timed or (self.planned, 0)
        edges = [(part.start_ms, part.end_ms, part.rate_permille) for part in infusion.segments]
        were = [(part.start_ms, part.end_ms, part.rate_permille) for part in timed.segments]
        moved = [
            abs(now - was) for one, other in zip(edges, were, strict=False) for now, was in zip(one, other, strict=True)
        ]
        return len(edges) != len(were) or max([*moved, abs(zero_ms - at_ms)]) >= TIMED_WITHIN_MS

    @property
    def held(self) -> HoldReason | None:
        """Why the music is to stay where it is; None where it follows the plan, or has none."""
        steps = self.steps
        if self.ended is not None or not self.sounding.plan.cues:
            return None
        if not steps:
            return HoldReason.NOT_BEGUN
        if steps[-1].step is InfusionStep.PAUSE:
            return HoldReason.PAUSED
        return HoldReason.ASKED if self.sounding.asked else None

    @property
    def paused_ms(self) -> Milliseconds | None:
        """When the pause that lasts began, on the soundscape's clock."""
        steps = self.steps
        return steps[-1].at_ms if steps and steps[-1].step is InfusionStep.PAUSE else None

    def waited_ms(self, clock_ms: Milliseconds) -> Milliseconds:
        """How long the plan has waited for the infusion by now: since its minute 0, or since the pause began.

        Once the infusion goes on it is how long the plan had waited until then, as long as what held it still sounds.
        """
        steps = self.steps
        if not steps and self.ended is None:
            return max(Milliseconds(0), clock_ms)
        paused_ms = self.paused_ms
        if paused_ms is not None:
            return max(Milliseconds(0), clock_ms - paused_ms)
        if self.held is not None or self.sounding.hold is None or self.ended is not None:
            return Milliseconds(0)
        if steps[-1].step is InfusionStep.START:
            return max(Milliseconds(0), steps[-1].at_ms)
        went_on = steps[-1].step is InfusionStep.RESUME
        return Milliseconds(steps[-1].at_ms - steps[-2].at_ms if went_on else 0)

    def infusion_state(self, clock_ms: Milliseconds) -> InfusionState:
        if (now := self.infusion_ms(clock_ms)) is None:
            return InfusionState.BEFORE
        if self.steps[-1].step is InfusionStep.STOP:
            return InfusionState.STOPPED
        if is_done(self.infusion(clock_ms), self.steps, now):
            return InfusionState.DONE
        now_is = InfusionState.RUNNING if self.paused_ms is None else InfusionState.PAUSED
        return InfusionState.OVER if self.closed else now_is


def fold(events: Iterable[SessionEvent]) -> State | None:
    """Fold a session's events, in the order of the record; None before it has started.

    One from paper began with its infusion.
    """
    state: State | None = None
    used: dict[str | None, Soundscape | None] = {}
    seen: set[str] = set()
    for event in events:
        if event.event_id in seen:
            continue
        seen.add(event.event_id)
        match event.payload:
            case SoundscapeUsed(sha256=digest):
                used[digest] = event.soundscape
            case SessionStarted() as started:
                began = (LoggedStep(event.event_id, InfusionAct(InfusionStep.START, Milliseconds(0))),)
                sounding = SoundState(used.get(started.soundscape) or NO_SOUNDSCAPE)
                state = State(started, sounding, began if started.entered_afterwards else ())
            case _ if state is not None:
                state = after(state, event)
    return state


def after(state: State, event: SessionEvent) -> State:
    """The state after one more event; an event of another kind changes nothing."""
    match event.payload:
        case SessionActed() as acted:
            return _acted(replace(state, acted_ms=acted.clock_ms, said=(*state.said, event)), acted, event)
        case SessionRetimed() as retimed:
            return replace(_retimed(state, retimed, event.soundscape or NO_SOUNDSCAPE), said=(*state.said, event))
        case SessionMarked() | PlayerNoted():
            marked = (Undoable(event, state.sounding),) if isinstance(event.payload, SessionMarked) else ()
            return replace(state, undoables=(*state.undoables, *marked), said=(*state.said, event))
        case SessionEnded() as ended:
            said = state.said if state.ended is not None else (*state.said, event)
            return replace(state, ended=ended, said=said)
        case SessionClosed():
            return replace(state, closed=True)
    return _corrected(state, event)


def _corrected(state: State, event: SessionEvent) -> State:
    """The state with a correction, or without one that was taken back; an event of another kind changes nothing."""
    match event.payload:
        case MinuteCorrected(clock_ms=clock_ms) if event.corrects is not None:
            return _at_clock(state, event.event_id, event.corrects, clock_ms)
        case MarkWithdrawn():
            withdrawn = [(event.event_id, each) for each in state.undoables if each.event.event_id == event.corrects]
            return _undone(replace(state, withdrawn=(*state.withdrawn, *withdrawn)), event.corrects)
        case CorrectionUndone():
            return _corrected_back(state, event.corrects)
    return state


def _acted(state: State, acted: SessionActed, event: SessionEvent) -> State:
    act = BY_NAME.get(acted.act)
    if act is None:  # an act of a newer program is counted and changes nothing that we know
        return state
    if act.undoes:
        return _undone(state, acted.undoes, acted.argument)
    logged = state.logged
    if act.step is not None:
        logged = (*logged, LoggedStep(event.event_id, InfusionAct(act.step, acted.clock_ms)))
    undoable, goes_on = Undoable(event, state.sounding, state.timed), _goes_on(state, act)
    sounding = act.changes(state.sounding, acted.argument)
    spoken = sounding.spoken if acted.prompt is None else (*sounding.spoken, acted.prompt)
    sounding = replace(sounding, spoken=spoken)
    return replace(
        state,
        ended=None if goes_on else state.ended,
        sounding=replace(sounding, cover=None, covering=None) if goes_on else sounding,
        logged=logged,
        undoables=(*state.undoables, undoable),
    )


def _goes_on(state: State, act: Act) -> bool:
    """Whether music that is over goes on with an act: the infusion is open by it, and nobody had ended the music."""
    over = state.ended is not None and state.ended.how != BY_HAND and bool(state.sounding.plan.cues)
    return over and not state.closed and act.step in {InfusionStep.START, InfusionStep.RESUME}


def _undone(state: State, undoes: str | None, left_out: str | None = None) -> State:
    """Take back one act or mark: what it alone changed is as it was before, and what it logged never was.

    A prompt that is `left_out` does not come back in the middle of it.
    """
    undone = next((each for each in state.undoables if each.event.event_id == undoes), None)
    if undone is None:
        return state
    restores = undone.act.restores if undone.act is not None else ()
    parts = {part: getattr(undone.before, part) for part in restores}
    sounding = replace(state.sounding, **parts)
    if left_out is not None:
        sounding = replace(sounding, skipped=sounding.skipped | {left_out})
    return replace(
        state,
        sounding=replace(sounding, promised=True) if undone.retimed_since and "plan" in restores else sounding,
        timed=undone.timed if "plan" in restores else state.timed,
        logged=tuple(step for step in state.logged if step.event_id != undoes),
        undoables=tuple(each for each in state.undoables if each is not undone),
        taken_back=(*state.taken_back, undone),
    )


def _retimed(state: State, retimed: SessionRetimed, soundscape: Soundscape) -> State:
    act, undoables = BY_NAME.get(retimed.cause), state.undoables
    if act is not None and act.cover is not None:
        return replace(state, sounding=replace(state.sounding, covering=soundscape))
    if retimed.cause == SPEECHLESS:
        gone = {cue.prompt for cue in state.sounding.heard.prompts} - {cue.prompt for cue in soundscape.prompts}
        return replace(state, sounding=state.sounding.without(gone))
    if retimed.cause == HELD:
        return replace(state, sounding=replace(state.sounding, hold=soundscape, held_for=state.held))
    if act is None:
        undoables = tuple(replace(undoable, retimed_since=True) for undoable in undoables)
    timed = state.infusion(state.acted_ms), state.infusion_zero_ms or Milliseconds(0)
    if retimed.cause == REFUSED and state.sounding.hold is not None:  # the plan waits on, without what is refused
        return replace(state, sounding=replace(state.sounding, plan=soundscape), undoables=undoables)
    was, promised = state.sounding, retimed.promised
    plan = replace(was, plan=soundscape, hold=None, held_for=None, promised=promised, was_to_end_ms=None)
    if promised and was.plan.cues:
        plan = replace(plan, was_to_end_ms=was.was_to_end_ms if was.promised else was.plan.end_ms)
    return replace(state, sounding=plan, undoables=undoables, timed=timed)


def _at_clock(state: State, correction: str, of: str, clock_ms: Milliseconds) -> State:
    """The same session, with an act or a mark at another time; all minutes follow the infusion's start."""
    told = [each.told_ms for each in state.moved if each.of == of] + [
        event.payload.clock_ms
        for event in state.said
        if event.event_id == of and isinstance(event.payload, SessionActed | SessionMarked)
    ]
    if not told:
        return state
    return _by_clock(replace(state, moved=(*state.moved, MovedMinute(correction, of, clock_ms, told[0]))), of, clock_ms)


def _corrected_back(state: State, correction: str | None) -> State:
    """The same session without one of its corrections: the one before it of the same event stands again, else none."""
    for event_id, mark in state.withdrawn:
        if event_id == correction:
            return replace(
                state,
                withdrawn=tuple(each for each in state.withdrawn if each[0] != correction),
                taken_back=tuple(each for each in state.taken_back if each.event.event_id != mark.event.event_id),
                undoables=(*state.undoables, mark),
            )
    back = next((each for each in state.moved if each.event_id == correction), None)
    if back is None:
        return state
    left = tuple(each for each in state.moved if each is not back)
    clocks = [each.clock_ms for each in left if each.of == back.of]
    return _by_clock(replace(state, moved=left), back.of, clocks[-1] if clocks else back.told_ms)


def _by_clock(state: State, of: str, clock_ms: Milliseconds) -> State:
    logged = tuple(
        replace(step, done=replace(step.done, at_ms=clock_ms)) if step.event_id == of else step for step in state.logged
    )
    state = replace(state, logged=logged)
    zero = state.infusion_zero_ms

    def now(event: SessionEvent) -> SessionEvent:
        payload = event.payload
        if not isinstance(payload, SessionActed | SessionMarked):
            return event
        at_ms = clock_ms if event.event_id == of else payload.clock_ms
        infusion_ms = None if zero is None or at_ms < zero else at_ms - zero
        return replace(event, payload=msgspec.structs.replace(payload, clock_ms=at_ms, infusion_ms=infusion_ms))

    return replace(
        state,
        said=tuple(map(now, state.said)),
        undoables=tuple(replace(each, event=now(each.event)) for each in state.undoables),
        taken_back=tuple(replace(each, event=now(each.event)) for each in state.taken_back),
    )
