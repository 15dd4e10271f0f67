"""A live session as the fold of its events: no clock, no file, no player.

Every controller folds the same events to the same state, so a screen that takes over knows what the
one before it knew. Times are milliseconds of the soundscape's clock or of the infusion's own.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from setsetting.clinical.infusion import Infusion, InfusionAct, InfusionStep, actual, ran
from setsetting.record.infusions import as_infusion
from setsetting.record.kinds import (
    PlayerNoted,
    SessionActed,
    SessionClosed,
    SessionEnded,
    SessionMarked,
    SessionRetimed,
    SessionStarted,
    SoundscapeUsed,
)
from setsetting.session.acts import BY_NAME
from setsetting.session.event import SessionEvent
from setsetting.session.status import Cover, InfusionState
from setsetting.soundscape.soundscape import Digests, Soundscape
from setsetting.units import Decibels, Milliseconds, Minutes

TIMED_WITHIN_MS = Milliseconds(1_000)
"""An infusion that differs by less leaves the plan as it is."""


NO_SOUNDSCAPE = Soundscape("", 0, Minutes(0.0), 0, (), 0.0, None, Digests("", "", ""), ())
"""That of a session which had no music of ours."""


@dataclass(frozen=True, slots=True)
class SoundState:
    """What sounds: the plan, what covers it, and the levels."""

    plan: Soundscape
    cover: Cover | None = None
    covering: Soundscape | None = None
    ducked: bool = False
    volume_db: Decibels = Decibels(0.0)
    fading_out: bool = False

    @property
    def heard(self) -> Soundscape:
        """The soundscape that is played now."""
        return self.plan if self.covering is None else self.covering


@dataclass(frozen=True, slots=True)
class Undoable:
    """An act on the sound that can be taken back: what sounded before it, and what was re-timed since."""

    event_id: str
    act: str
    before: SoundState
    retimed_since: bool = False


@dataclass(frozen=True, slots=True)
class State:
    """What is known of a session from its events alone.

    `timed` is the infusion the plan was last timed to, with its minute 0 on the soundscape's clock; None is
    the planned one at 0.
    """

    started: SessionStarted
    sounding: SoundState
    steps: tuple[InfusionAct, ...] = ()
    undoables: tuple[Undoable, ...] = ()
    acts: int = 0
    said: tuple[SessionEvent, ...] = field(default=())
    ended: SessionEnded | None = None
    closed: bool = False
    acted_ms: Milliseconds = Milliseconds(0)
    timed: tuple[Infusion, Milliseconds] | None = None

    @property
    def planned(self) -> Infusion:
        return as_infusion(self.started.planned)

    @property
    def infusion_zero_ms(self) -> Milliseconds | None:
        """Where the infusion's minute 0 lies on the soundscape's clock; None before its start."""
        return self.steps[0].at_ms if self.steps else None

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

    def infusion_state(self, clock_ms: Milliseconds) -> InfusionState:
        now = self.infusion_ms(clock_ms)
        if now is None:
            return InfusionState.BEFORE
        if self.steps[-1].step is InfusionStep.STOP:
            return InfusionState.STOPPED
        if self.steps[-1].step is InfusionStep.PAUSE:
            return InfusionState.PAUSED
        return InfusionState.DONE if now >= self.infusion(clock_ms).end_ms else InfusionState.RUNNING


def fold(events: Iterable[SessionEvent]) -> State | None:
    """Fold a session's events, in the order of the record; None before it has started."""
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
                state = State(started, SoundState(used.get(started.soundscape) or NO_SOUNDSCAPE))
            case _ if state is not None:
                state = after(state, event)
    return state


def after(state: State, event: SessionEvent) -> State:
    """The state after one more event; an event of another kind changes nothing."""
    match event.payload:
        case SessionActed() as acted:
            state = replace(state, acts=state.acts + 1, acted_ms=acted.clock_ms, said=(*state.said, event))
            return _acted(state, acted, event.event_id)
        case SessionRetimed(cause=cause):
            return replace(_retimed(state, cause, event.soundscape or NO_SOUNDSCAPE), said=(*state.said, event))
        case SessionMarked() | PlayerNoted():
            return replace(state, said=(*state.said, event))
        case SessionEnded() as ended:
            return replace(state, ended=ended, said=(*state.said, event))
        case SessionClosed():
            return replace(state, closed=True)
    return state


def _acted(state: State, acted: SessionActed, event_id: str) -> State:
    act = BY_NAME.get(acted.act)
    if act is None:  # an act of a newer program is counted and changes nothing that we know
        return state
    if act.step is not None:
        return replace(state, steps=(*state.steps, InfusionAct(act.step, acted.clock_ms)))
    if act.undoes:
        return _undone(state, acted.undoes)
    before = state.sounding
    return replace(
        state,
        sounding=act.changes(before, acted.argument),
        undoables=(*state.undoables, Undoable(event_id, acted.act, before)) if act.restores else state.undoables,
    )


def _undone(state: State, undoes: str | None) -> State:
    """Take back what one act changed, and leave what came after it of another kind."""
    for undoable in state.undoables:
        if undoable.event_id == undoes:
            restored = {part: getattr(undoable.before, part) for part in BY_NAME[undoable.act].restores}
            left = tuple(each for each in state.undoables if each is not undoable)
            return replace(state, sounding=replace(state.sounding, **restored), undoables=left)
    return state


def _retimed(state: State, cause: str, soundscape: Soundscape) -> State:
    act, undoables = BY_NAME.get(cause), state.undoables
    if act is not None and act.cover is not None:
        return replace(state, sounding=replace(state.sounding, covering=soundscape))
    if act is not None and act.step is not None:
        undoables = tuple(replace(undoable, retimed_since=True) for undoable in undoables)
    timed = state.infusion(state.acted_ms), state.infusion_zero_ms or Milliseconds(0)
    return replace(state, sounding=replace(state.sounding, plan=soundscape), undoables=undoables, timed=timed)
