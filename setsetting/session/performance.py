"""One act performed: commands to the player now, and what is to be kept of it.

Nothing is kept here and nothing is refused for the state's sake; the conductor does both. Nothing here waits for the
planner: what is heard at once is promised or prepared, and the rest is planned after it (see `replanning`). Fading out
is a change to a Mix that ends in silence, so that it can be undone while it fades and ends by itself
when nobody is there to end it.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from uuid import UUID, uuid5

import msgspec

from setsetting.audio.mix import LOWERED_OVER_S, Mix
from setsetting.clinical.infusion import InfusionStep
from setsetting.errors import Refused
from setsetting.player.client import Player
from setsetting.player.status import GainLayer
from setsetting.record.kinds import SessionActed, StoredPrompt
from setsetting.session import timekeeping
from setsetting.session.acts import DUCK_MS, RETURN_FADE_MS, VOLUME_MS, Act, LevelChange
from setsetting.session.agreement import gains
from setsetting.session.event import SessionEvent, event_at, retimed_at
from setsetting.session.folder import SessionHeader
from setsetting.session.holds import SessionPosition
from setsetting.session.orders import Order
from setsetting.session.planning import Replanner
from setsetting.session.replan import Replan
from setsetting.session.replanning import position_of
from setsetting.session.state import HELD, State, after
from setsetting.session.takeover import id_of
from setsetting.session.timekeeping import Moment
from setsetting.session.undoable import Undoable
from setsetting.soundscape.gains import PROMPT_LOWERS_DB
from setsetting.soundscape.prompts import begun
from setsetting.soundscape.soundscape import Soundscape, VoiceCue
from setsetting.units import Decibels, Frames, Milliseconds, frames_from_ms, ms_from_s, nearest_ms, whole_s
from setsetting.words.numbers import clock, number_or_unknown
from setsetting.words.translate import _

LEAD_MS = Milliseconds(100)
"""How far ahead a cue is begun in a paced session, so that it is entered in its own fade: the player needs less at rest."""
PROMPT_MS = Milliseconds(500)
"""Over this the music passes into the same music that will be lowered; the sounds of both are alike."""
MOST_LEAD_MS = Milliseconds(1_000)


@dataclass
class Performance:
    """One act on its way: `events` are to be kept, `said` is what to answer.

    `intend` writes down what is about to be done; it is called before the player is told. `lead_ms` is how far ahead a
    cue is begun, `screen` which of the session's screens asked for it, `took_ms` how long after the moment the player
    began what it was told. `asked_at` is when its key was pressed, where that was before. `go_on` has music that is over go on with a longer Mix; `goes_on` says that it does.
    """

    player: Player | None
    replanner: Replanner
    header: SessionHeader
    state: State
    order: Order
    event_id: str
    moment: Moment
    intend: Callable[[Sequence[SessionEvent]], None]
    go_on: Callable[[Mix], None]
    lead_ms: Milliseconds = LEAD_MS
    screen: int | None = None
    asked_at: Moment | None = None
    took_ms: Milliseconds = Milliseconds(0)
    events: list[SessionEvent] = field(default_factory=list)
    said: list[str] = field(default_factory=list)
    goes_on: bool = False
    outcome: State = field(init=False)

    def do(self) -> None:
        """Change the sound; raises when the player cannot, and then nothing is to be kept.

        Without a player only marks and the infusion are acted on, and the music stays as it is until there is one.
        """
        act, state = self.order.act, self.state
        clock_ms = self._asked_at.clock_ms
        undone = state.takes_back if act.undoes else None
        acted = SessionActed(
            session_id=state.started.session_id,
            act=act.name,
            argument=self._skipped().prompt if act.skips else self.order.argument,
            clock_ms=clock_ms,
            infusion_ms=Milliseconds(0) if act.step is InfusionStep.START else state.infusion_ms(clock_ms),
            undoes=None if undone is None else undone.event.event_id,
            prompt=self._prompt(act) if act.speaks else None,
            screen=self.screen,
        )
        self._log(acted)
        left_out = self._in_its_middle() if undone is not None else None
        if left_out is not None:
            self._log(msgspec.structs.replace(acted, argument=left_out))
        if act.done:
            self.said.append(act.done.format(value=self.order.value))
        if act.ended and act.ends_what(state.sounding):
            self.said.append(act.ended)
        if undone is not None:
            self.said.append(_("Undone: {what}.").format(what=undone.words(state.infusion_zero_ms)))
        if left_out is not None:
            words = _("{name} had begun and stays out, rather than come back in its middle; `prompt` plays it whole.")
            self.said.append(words.format(name=left_out))
        if state.ended is not None and self.outcome.ended is None and self.header.paced:
            self._go_on()
        elif self.player is None:
            self._say_without_player(undone)
        elif undone is not None:
            self._undo(undone)
        else:
            self._sound(act)

    def _log(self, acted: SessionActed) -> None:
        self.events = [event_at(self._asked_at, self.event_id, "session.acted", acted)]
        self.outcome = after(self.state, self.events[0])

    @property
    def _asked_at(self) -> Moment:
        return self.asked_at or self.moment

    def _in_its_middle(self) -> str | None:
        """The prompt of the playlist that an undo would bring back in the middle of what it says."""
        at_ms, was, now = self._position.at_ms, self.state.sounding, self.outcome.sounding
        sounds = was.left_of(was.heard, at_ms)
        found = [cue.prompt for cue in begun(now.left_of(now.heard, at_ms), at_ms) if cue not in sounds]
        return found[0] if found else None

    def _go_on(self) -> None:
        """Have music that is over go on, as it was held; what is due is planned after it."""
        sounding = self.outcome.sounding
        new = self.replanner.held(sounding.heard, sounding.plan, self._position)
        try:
            self.go_on(self.replanner.mix(new.soundscape, sounding))
        except Refused as error:
            self.said.append(_("It is kept; the music has ended, and could not begin again: {why}").format(why=error))
            return
        self.goes_on = True
        self._keep(HELD, replace(new, words=_("The music, which had ended, begins again.")))

    def _say_without_player(self, undone: Undoable | None) -> None:
        is_mark = undone is not None and undone.act is None
        if self.state.ended is not None and self.order.act.step is not None:
            self.said.append(_("It is kept; the music has ended, and does not play again."))
        elif self.state.ended is None and not is_mark and not self.state.is_external:
            self.said.append(_("The player is not running; the music is timed anew when it is."))

    def _sound(self, act: Act) -> None:
        """Bring the player to what sounds after this act."""
        sounding = self.state.sounding
        if act.covers is not None:
            new = act.covers(self.replanner)(sounding.heard, sounding.plan, self._position)
            self._turn_to(new, act.name)
        elif self._stays(act):
            self._hold(leaves=act.leaves, calmer=act.calmer)
        elif act.leaves:
            new = self.replanner.onward(sounding.heard, sounding.plan, self._position)
            self._turn_to(new, act.name)
        if act.of_output:
            self._move_output(self.order.name or "")
        if act.speaks:
            self._play(sounding.heard, PROMPT_MS)
        if act.skips:
            self._play(sounding.heard, RETURN_FADE_MS)
        if act.level is not None:
            self._move(act.level)
        else:
            self._follow_levels()
        if act.ends:
            self._fade_out(nearest_ms(self.order.value or 0))

    def _skipped(self) -> VoiceCue:
        """The prompt of the playlist that plays, else the next of what is heard or of the plan; raises Refused without."""
        sounding = self.state.sounding
        coming = [
            *sounding.left_of(sounding.heard, self.moment.mix_ms),
            *sounding.left_of(sounding.plan, self.moment.mix_ms),
        ]
        if not coming:
            raise Refused(_("No prompt of the playlist is to come."))
        zero_ms = self.state.infusion_zero_ms
        is_over = coming[0].start_ms <= self.moment.mix_ms
        words = _("{name} fades away.") if is_over else _("{name}, at {time}, is not played.")
        time = clock(Milliseconds(coming[0].start_ms - (0 if zero_ms is None else zero_ms)))
        self.said.append(words.format(name=coming[0].prompt, time=time))
        return coming[0]

    def _prompt(self, act: Act) -> StoredPrompt:
        """The prompt that is asked for, from where the music has been lowered; refused while another one plays."""
        now_ms = Milliseconds(self.moment.mix_ms + (self.lead_ms if self.header.paced else 0))
        if (speaks := self.state.sounding.speaks(now_ms)) is not None:
            raise Refused(_("{name} is still playing; `undo` takes it back.").format(name=speaks.name))
        start_ms = Milliseconds(now_ms + ms_from_s(LOWERED_OVER_S))
        sounding = self.state.sounding
        prompt = self.replanner.prompts.by_key(self.order.name or "", sounding.heard, start_ms)
        ends_ms = Milliseconds(start_ms + prompt.length_ms)
        for planned in sounding.left_of(sounding.heard, now_ms):
            if planned.start_ms < ends_ms:
                words = _("{name} of the playlist plays in {s} s; `skip-prompt` leaves it out.")
                s = max(0, whole_s(Milliseconds(planned.start_ms - now_ms)))
                raise Refused(words.format(name=planned.prompt, s=s))
        words = _("{name} plays in {s:g} s over the music, which is lowered by {db:g} dB.")
        self.said.append(words.format(name=prompt.name, s=LOWERED_OVER_S, db=-PROMPT_LOWERS_DB))
        return prompt

    def _stays(self, act: Act) -> bool:
        """Whether the music stays where it is after this act, and is not held so already."""
        sounding = self.outcome.sounding
        if self.outcome.held is None or sounding.cover is not None or sounding.fading_out:
            return False
        return act.leaves or sounding.held_for is not self.outcome.held

    def _hold(self, *, leaves: bool = False, calmer: bool = False) -> None:
        """Hold the music at once, without the planner."""
        heard, plan, stood = self.state.sounding.heard, self.outcome.sounding.plan, self.state.sounding.hold
        new = self.replanner.held(heard, plan, self._position, leaves=leaves, calmer=calmer, stood=stood)
        self._turn_to(new, HELD)

    def _undo(self, undone: Undoable) -> None:
        """Bring back what sounded without the act; what it was timed to otherwise is planned after.

        What is heard again was judged when it was made. Only a track that the session's folder does not keep is
        refused, by `mix`.
        """
        act = undone.act
        if act is None:
            return
        if act.level is not None:
            self._move(act.level)
        elif act.of_output:
            self._move_output(
                (undone.said.argument or "").rpartition(" ")[0] if isinstance(undone.said, SessionActed) else ""
            )
        else:
            self._bring_back()
            self._follow_levels()

    def _bring_back(self) -> None:
        sounding, position = self.outcome.sounding, self._position
        why = self._why_not(sounding.heard, position)
        if why is not None and sounding.covering is not None:
            raise Refused(_("What played is refused by this patient now; it is not brought back."))
        if why is not None and self.outcome.held is not None:
            self._hold()
        elif why is not None and self.state.sounding.covering is not None:
            new = self.replanner.onward(self.state.sounding.heard, sounding.plan, position)
            self._turn_to(new, self.order.act.name, RETURN_FADE_MS)
        elif why is not None:
            self._keep(self.order.act.name, Replan(self.state.sounding.heard, why, promised=True))
        elif not sounding.fading_out and (
            sounding.heard != self.state.sounding.heard
            or sounding.spoken != self.state.sounding.spoken
            or sounding.skipped != self.state.sounding.skipped
            or self.state.sounding.fading_out
        ):
            self._play(sounding.heard, RETURN_FADE_MS)

    def _why_not(self, heard: Soundscape, position: SessionPosition) -> str | None:
        """Why what was heard before does not come back; None where it does."""
        if self.replanner.refused(heard, position.at_ms).now:
            return _("What played is refused by now; the music goes on as it is.")
        if position.at_ms >= heard.end_ms:
            return _("The plan before is over by now; the music goes on as it is.")
        return None

    def _move(self, level: LevelChange) -> None:
        """Bring a level to what it is after this act."""
        sounding = self.outcome.sounding
        self.intend(self.events)
        self._sounder.gain(self.event_id, GainLayer(level.layer), level.db(sounding), level.over_ms)
        self.said.append(level.done(sounding))

    def _move_output(self, name: str) -> None:
        """Bring the own level of one output to what it is after this act; the player refuses one that it has not."""
        db = self.outcome.sounding.output_db.get(name, Decibels(0.0))
        self.intend(self.events)
        self._sounder.gain(self.event_id, GainLayer.VOLUME, db, VOLUME_MS, name)
        words = _("{output}: {db} dB beside what all outputs play.")
        self.said.append(words.format(output=name, db=number_or_unknown(db, 1).removesuffix(".0")))

    def _follow_levels(self) -> None:
        """Bring to what it is after this act each level that is no act's own matter here, such as a duck under a rescue."""
        was, now = gains(self.state.sounding), gains(self.outcome.sounding)
        for layer in now:
            if now[layer] != was[layer]:
                self.intend(self.events)
                self._sounder.gain(id_of(self.event_id, str(layer)), layer, now[layer], DUCK_MS)

    def _fade_out(self, over_ms: Milliseconds) -> None:
        at = frames_from_ms(self.moment.mix_ms - self.header.origin_ms, self.header.rate_hz)
        fade = frames_from_ms(over_ms, self.header.rate_hz)
        silence = Mix(self.header.rate_hz, Frames(at + fade), ())
        self.intend(self.events)
        self._sounder.replace(self.event_id, silence, fade)

    def _turn_to(self, new: Replan, cause: str, fade_ms: Milliseconds = Milliseconds(0)) -> None:
        """Play what was made for this act, and keep it."""
        self._keep(cause, new)
        self._play(new.soundscape, fade_ms)

    def _play(self, soundscape: Soundscape, fade_ms: Milliseconds = Milliseconds(0)) -> None:
        """Play a soundscape from now on; its own fades lead into it unless it is another's past."""
        self.intend(self.events)
        fade = frames_from_ms(fade_ms, self.header.rate_hz)
        mix = self.replanner.mix(soundscape, self.outcome.sounding)
        begun = self._sounder.replace(self.event_id, mix, fade).frame
        if begun is not None:
            self.took_ms = Milliseconds(timekeeping.mix_ms(self.header, begun) - self.moment.mix_ms)

    def _keep(self, cause: str, new: Replan) -> None:
        self.events.append(
            retimed_at(
                self.moment,
                retimed_id(self.event_id),
                self.state.started.session_id,
                cause,
                new.soundscape,
                waived=new.waived,
                promised=new.promised,
            )
        )
        if new.words:
            self.said.append(new.words)

    @property
    def _sounder(self) -> Player:
        assert self.player is not None, "no act on the sound is performed without a player"
        return self.player

    @property
    def _position(self) -> SessionPosition:
        """Where the session stands after this act, in time for the player to be ahead of it."""
        return position_of(self.outcome, self.moment, self.header, self.lead_ms)


def retimed_id(event_id: str) -> str:
    """The id of what an act made be heard at once: the same for the same act, whoever keeps it."""
    return str(uuid5(UUID(event_id), "retimed"))
