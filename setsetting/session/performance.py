"""One act performed: commands to the player now, and what is to be kept of it.

Nothing is kept here and nothing is refused for the state's sake; the conductor does both. Fading out
is a change to a Mix that ends in silence, so that it can be undone while it fades and ends by itself
when nobody is there to end it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid5

from setsetting.clinical.infusion import InfusionStep
from setsetting.errors import Refused, SetSettingError
from setsetting.player.client import Player
from setsetting.player.status import GainLayer
from setsetting.record.kinds import SessionActed
from setsetting.session.acts import RETURN_FADE_MS, Act, LevelChange, Order
from setsetting.session.event import SessionEvent, event_at, retimed_at
from setsetting.session.folder import SessionHeader
from setsetting.session.planning import Replan, Replanner, SessionPosition
from setsetting.session.state import State, Undoable, after
from setsetting.session.status import InfusionState
from setsetting.session.timekeeping import Moment
from setsetting.soundscape.soundscape import Soundscape
from setsetting.units import Milliseconds, frames_from_ms, nearest_ms
from setsetting.words.translate import _

LEAD_MS = Milliseconds(400)
"""How far ahead a paced session is planned anew: the planner and the player's ring need less."""


@dataclass
class Performance:
    """One act on its way: `events` are to be kept, `said` is what to answer.

    `intend` writes down what is about to be done; it is called before the player is told.
    """

    player: Player | None
    replanner: Replanner
    header: SessionHeader
    state: State
    order: Order
    event_id: str
    moment: Moment
    intend: Callable[[Sequence[SessionEvent]], None]
    events: list[SessionEvent] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    outcome: State = field(init=False)

    def do(self) -> None:
        """Change the sound; raises when the player cannot, and then nothing is to be kept.

        Without a player only marks and the infusion are acted on, and the music stays as it is until there is one.
        """
        act, state = self.order.act, self.state
        undone = state.takes_back if act.undoes else None
        acted = SessionActed(
            session_id=state.started.session_id,
            act=act.name,
            argument=self.order.argument,
            clock_ms=self.moment.clock_ms,
            infusion_ms=Milliseconds(0) if act.step is InfusionStep.START else state.infusion_ms(self.moment.clock_ms),
            undoes=None if undone is None else undone.event.event_id,
        )
        self.events.append(event_at(self.moment, self.event_id, "session.acted", acted))
        self.outcome = after(state, self.events[0])
        if act.done:
            self.said.append(act.done.format(value=self.order.value))
        if act.step is not None:
            self._retime()
        elif undone is None:
            self._sound(act)
        else:
            self.said.append(_("Undone: {what}.").format(what=undone.words))
            self._undo(undone)

    def _retime(self) -> None:
        """Time the rest to the infusion as it is now; under a cover only the plan changes."""
        if self.player is None:
            self._say_without_player()
        elif self.outcome.is_timed_otherwise(self._position.infusion, self._position.zero_ms):
            new = self._timed_anew()
            if new is not None and new.soundscape != self.outcome.sounding.plan:
                self._planned(new)
                if self.outcome.sounding.cover is None and not self.outcome.sounding.fading_out:
                    self._play(new.soundscape)

    def _timed_anew(self) -> Replan | None:
        """The plan that stands after this act, timed to the infusion as it is then; None, and it is said, where it cannot be."""
        try:
            return self.replanner.retimed(self.outcome.sounding.plan, self._position)
        except SetSettingError as error:
            self.said.append(_("The music keeps its plan, it could not be timed anew: {why}").format(why=error))
            return None

    def _say_without_player(self) -> None:
        if self.state.ended is None:
            self.said.append(_("The player is not running; the music is timed anew when it is."))

    def _sound(self, act: Act) -> None:
        """Bring the player to what sounds after this act."""
        if act.plans is not None:
            sounding = self.state.sounding
            new = act.plans(self.replanner)(sounding.heard, sounding.plan, self._position)
            self._planned(new)
            self._play(new.soundscape)
        if act.level is not None:
            self._move(act.level)
        if act.ends:
            self._fade_out(nearest_ms(self.order.value or 0))

    def _undo(self, undone: Undoable) -> None:
        """Bring back what sounded without the act, timed to the infusion as it is without it.

        What is heard again was judged when it was made. Where it cannot be timed anew it plays on as it was, so that
        no act stays for want of a plan; only a track that the session's folder does not keep is refused, by `mix`.
        """
        act = undone.act
        if act is None:
            return
        if self.player is None:
            self._say_without_player()
        elif act.level is not None:
            self._move(act.level)
        else:
            self._bring_back(undone, act)

    def _bring_back(self, undone: Undoable, act: Act) -> None:
        sounding, position = self.outcome.sounding, self._position
        if "plan" in act.restores:
            paused = self.outcome.infusion_state(self.moment.clock_ms) is InfusionState.PAUSED  # its end times the rest
            otherwise = self.outcome.is_timed_otherwise(position.infusion, position.zero_ms) and not paused
            refused = self.replanner.refused(sounding.plan, position.at_ms)
            new: Replan | None = None
            if refused.now:
                new = Replan(self.state.sounding.plan, _("What played is refused by now; the music goes on as it is."))
            elif position.at_ms >= sounding.plan.end_ms:
                new = Replan(self.state.sounding.plan, _("The plan before is over by now; the music goes on as it is."))
            elif undone.retimed_since or otherwise or refused.coming:
                new = self._timed_anew()
            if new is not None:
                self._planned(new)
                sounding = replace(sounding, plan=new.soundscape)
        elif act.cover is not None and self.replanner.refused(sounding.heard, position.at_ms).now:
            new = self.replanner.onward(self.state.sounding.heard, sounding.plan, position)
            self._planned(new)
            sounding = replace(sounding, plan=new.soundscape)
        if sounding.covering is not None and self.replanner.refused(sounding.covering, position.at_ms).now:
            raise Refused(_("What played is refused by this patient now; it is not brought back."))
        changed = sounding.heard != self.state.sounding.heard or self.state.sounding.fading_out
        if changed and not sounding.fading_out:
            self._play(sounding.heard, RETURN_FADE_MS)

    def _move(self, level: LevelChange) -> None:
        """Bring a level to what it is after this act."""
        sounding = self.outcome.sounding
        self.intend(self.events)
        self._sounder.gain(self.event_id, GainLayer(level.layer), level.db(sounding), level.over_ms)
        self.said.append(level.done(sounding))

    def _fade_out(self, over_ms: Milliseconds) -> None:
        at = frames_from_ms(self.moment.mix_ms - self.header.origin_ms, self.header.rate_hz)
        fade = frames_from_ms(over_ms, self.header.rate_hz)
        silence = replace(self.replanner.mix(self.state.sounding.heard), sounds=(), frames=at + fade)
        self.intend(self.events)
        self._sounder.replace(self.event_id, silence, fade)

    def _play(self, soundscape: Soundscape, fade_ms: Milliseconds = Milliseconds(0)) -> None:
        """Play a soundscape from now on; its own fades lead into it unless it is another's past."""
        self.intend(self.events)
        self._sounder.replace(
            self.event_id, self.replanner.mix(soundscape), frames_from_ms(fade_ms, self.header.rate_hz)
        )

    def _planned(self, new: Replan) -> None:
        session_id, cause = self.state.started.session_id, self.order.act.name
        event_id, waived = retimed_id(self.event_id), new.waived
        self.events.append(retimed_at(self.moment, event_id, session_id, cause, new.soundscape, waived=waived))
        if new.words:
            self.said.append(new.words)

    @property
    def _sounder(self) -> Player:
        assert self.player is not None, "no act on the sound is performed without a player"
        return self.player

    @property
    def _position(self) -> SessionPosition:
        """Where the session stands after this act, in time for the player to be ahead of it."""
        clock_ms, mix_ms = self.moment.clock_ms, self.moment.mix_ms
        infusion_ms = self.outcome.infusion_ms(clock_ms)
        return SessionPosition(
            at_ms=mix_ms + (LEAD_MS if self.header.paced and self.order.act.cover is None else Milliseconds(0)),
            zero_ms=Milliseconds(0) if infusion_ms is None else mix_ms - infusion_ms,
            infusion=self.outcome.infusion(clock_ms),
            may_fade=self.order.act.may_fade,
        )


def retimed_id(event_id: str) -> str:
    """The id of the plan an act made: the same for the same act, whoever keeps it."""
    return str(uuid5(UUID(event_id), "retimed"))
