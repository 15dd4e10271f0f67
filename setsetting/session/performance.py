"""One act performed: commands to the player now, and what is to be kept of it.

Nothing is kept here and nothing is refused for the state's sake; the conductor does both. Fading out
is a change to a Mix that ends in silence, so that it can be undone while it fades and ends by itself
when nobody is there to end it.
"""

from dataclasses import dataclass, field, replace
from uuid import UUID, uuid5

from setsetting.errors import SetSettingError
from setsetting.player.client import Player
from setsetting.player.status import GainLayer
from setsetting.record.kinds import Payload, SessionActed, SessionRetimed
from setsetting.session import acts
from setsetting.session.acts import Order, Sort
from setsetting.session.folder import SessionHeader
from setsetting.session.replanner import Replan, Replanner, SessionPosition
from setsetting.session.state import SessionEvent, State, Undoable, after
from setsetting.session.timekeeping import Moment
from setsetting.units import Decibels, Milliseconds, frames_from_ms
from setsetting.words.numbers import none_or
from setsetting.words.translate import _

LEAD_MS: Milliseconds = 400
"""How far ahead a paced session is planned anew: the planner and the player's ring need less."""


_DONE = {
    "infusion-start": _("The infusion has begun."),
    "infusion-pause": _("The infusion is paused."),
    "infusion-resume": _("The infusion goes on."),
    "infusion-stop": _("The infusion has ended."),
}


@dataclass
class Performance:
    """One act on its way: `payloads` are (event_id, kind, payload) to keep, `said` what to answer."""

    player: Player | None
    replanner: Replanner
    header: SessionHeader
    state: State
    order: Order
    event_id: str
    moment: Moment
    payloads: list[tuple[str, str, Payload]] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    _after: State = field(init=False)

    def do(self) -> None:
        """Change the sound; raises when the player cannot, and then nothing is to be kept.

        Without a player only the infusion is acted on, and the plan stays as it is until there is one.
        """
        undone = self.state.undoables[-1] if self.order.act.sort is Sort.UNDO else None
        starts = self.order.act.name == "infusion-start"
        acted = SessionActed(
            session_id=self.state.started.session_id,
            act=self.order.act.name,
            argument=self.order.argument,
            clock_ms=self.moment.clock_ms,
            infusion_ms=0 if starts else self.state.infusion_ms(self.moment.clock_ms),
            undoes=None if undone is None else undone.event_id,
        )
        self.payloads.append((self.event_id, "session.acted", acted))
        self._after = after(self.state, SessionEvent(self.event_id, acted, self.moment.utc_ms))
        if self.order.act.sort is Sort.INFUSION:
            self.said.append(_DONE[self.order.act.name])
            self._retime()
        elif undone is None:
            self._sound()
        else:
            self._undo(undone)

    def _retime(self) -> None:
        """Time the rest to the infusion as it is now; under a cover only the plan changes."""
        position = self._position
        if self.player is None:
            self.said.append(_("The player is not running; the music is timed anew when it is."))
            return
        if not self.state.is_timed_otherwise(position.infusion, position.zero_ms):
            return
        try:
            new = self.replanner.retimed(self.state.sounding.plan, position)
        except SetSettingError as error:
            self.said.append(_("The music keeps its plan, it could not be timed anew: {why}").format(why=error))
            return
        if new.body == self.state.sounding.plan:
            return
        if self.state.sounding.cover is None and not self.state.sounding.fading_out:
            self._play(new.body)
        self._planned(new)

    def _sound(self) -> None:
        heard, plan = self.state.sounding.body, self.state.sounding.plan
        match self.order.act.name:
            case "next":
                back = self.state.sounding.cover is not None
                self.said.append(_("Back to the plan.") if back else _("The next cue begins."))
                self._change(self.replanner.onward(heard, plan, self._position))
            case "rescue":
                self._change(self.replanner.rescue(heard, plan, self._position))
            case "silence":
                self._change(self.replanner.silence(heard, plan, self._position))
            case "duck":
                self._gain(GainLayer.DUCK)
            case "volume":
                self._gain(GainLayer.VOLUME)
            case "fade-out":
                self._fade_out(round((self.order.value or acts.FADE_OUT_S) * 1000))

    def _undo(self, undone: Undoable) -> None:
        match undone.act:
            case "duck":
                self._gain(GainLayer.DUCK)
            case "volume":
                self._gain(GainLayer.VOLUME)
            case "next" if undone.retimed_since:
                new = self.replanner.retimed(undone.before.plan, self._position)
                self._play(undone.before.cover_body or new.body, acts.RETURN_FADE_MS)
                self._planned(new)
            case _:
                self._play(self._after.sounding.body, acts.RETURN_FADE_MS)
        self.said.append(_("Undone: {act}.").format(act=acts.BY_NAME[undone.act].label))

    def _gain(self, layer: GainLayer) -> None:
        """Bring a layer to what it is after this act."""
        after_it = self._after.sounding
        if layer is GainLayer.DUCK:
            self._sounder.gain(self.event_id, layer, acts.DUCK_DB if after_it.ducked else Decibels(0.0), acts.DUCK_MS)
            self.said.append(_("Lowered by 12 dB.") if after_it.ducked else _("Back at its level."))
        else:
            self._sounder.gain(self.event_id, layer, after_it.volume_db, acts.VOLUME_MS)
            self.said.append(_("Volume {db} dB.").format(db=none_or(after_it.volume_db, 1).removesuffix(".0")))

    def _change(self, new: Replan) -> None:
        self._play(new.body)
        self._planned(new)

    def _fade_out(self, over_ms: Milliseconds) -> None:
        at = frames_from_ms(self.moment.mix_ms - self.header.origin_ms, self.header.rate_hz)
        fade = frames_from_ms(over_ms, self.header.rate_hz)
        silence = replace(self.replanner.mix(self.state.sounding.body), sounds=(), frames=at + fade)
        self._sounder.replace(self.event_id, silence, fade)
        self.said.append(_("Fading out over {s:g} s; then the music ends.").format(s=over_ms / 1000))

    def _play(self, body: str, fade_ms: Milliseconds = 0) -> None:
        """Play a soundscape's text from now on; its own fades lead into it unless it is another's past."""
        self._sounder.replace(self.event_id, self.replanner.mix(body), frames_from_ms(fade_ms, self.header.rate_hz))

    def _planned(self, new: Replan) -> None:
        cause = self.order.act.name
        payload = SessionRetimed(session_id=self.state.started.session_id, cause=cause, body=new.body)
        self.payloads.append((retimed_id(self.event_id), "session.retimed", payload))
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
        infusion_ms = self._after.infusion_ms(clock_ms)
        planner = self.order.act.sort is not Sort.SOUND or self.order.act.name == "next"
        return SessionPosition(
            at_ms=mix_ms + (LEAD_MS if self.header.paced and planner else 0),
            zero_ms=0 if infusion_ms is None else mix_ms - infusion_ms,
            infusion=self._after.infusion(clock_ms),
            may_fade=self.order.act.name == "infusion-stop",
        )


def retimed_id(event_id: str) -> str:
    """The id of the plan an act made: the same for the same act, whoever keeps it."""
    return str(uuid5(UUID(event_id), "retimed"))
