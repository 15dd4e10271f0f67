"""Whether the player does what the session's state says: asked after a kill, and whenever either has changed.

A controller may die between a sound and its line in the outbox, and a player may be told what nobody kept. An act that
the player has done is adopted; where the player plays anything else than what the state says, it is told again.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from uuid import uuid4

from setsetting.audio.mix import Mix
from setsetting.player.client import Player
from setsetting.player.journal import JournalEntry, JournalKind
from setsetting.player.mixes import digest
from setsetting.player.status import GainLayer, PlayerState
from setsetting.record.kinds import SessionActed
from setsetting.session.acts import ACTS, RETURN_FADE_MS, called
from setsetting.session.event import SessionEvent, noted_at
from setsetting.session.silence_watch import SILENT
from setsetting.session.sounding import SoundState
from setsetting.session.state import LOST
from setsetting.session.takeover import id_of
from setsetting.session.timekeeping import Moment
from setsetting.units import Decibels, frames_from_ms
from setsetting.words.translate import _

ADOPTED = "adopted"
"""An act that was heard and had not been kept, as it is noted in the record."""
TOLD_AGAIN = "told again"
"""The player played anything else than what the state says, as it is noted in the record."""
OURS = frozenset({ADOPTED, TOLD_AGAIN, LOST, SILENT})
"""What a controller did by itself, and says."""


def adopted(
    intended: Mapping[str, Sequence[SessionEvent]], journal: Iterable[JournalEntry], moment: Moment
) -> list[SessionEvent]:
    """What was meant, is not kept, and was done by the player all the same; each act with a note that says so."""
    done = {entry.event_id for entry in journal}
    kept: list[SessionEvent] = []
    for act, events in intended.items():
        if act in done:
            kept += [*events, *(_noted(event, moment) for event in events if event.event_id == act)]
    return kept


def _noted(event: SessionEvent, moment: Moment) -> SessionEvent:
    assert isinstance(event.payload, SessionActed), "only acts are meant"
    said, session_id = event.payload, event.payload.session_id
    words = _("{act} was heard and is entered now: the program that did it had ended before it could.").format(
        act=called(said.act, said.argument)
    )
    return noted_at(moment, id_of(session_id, f"adopted {event.event_id}"), session_id, ADOPTED, words)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What a player does that follows the state: its Mix (None where that is left as it is) and its levels.

    `own` are those of single outputs by their names; an output that is not named there is at 0 dB.
    """

    mix: Mix | None
    gains: Mapping[GainLayer, Decibels]
    own: Mapping[str, Decibels]

    def missing(self, player: PlayerState, journal: Sequence[JournalEntry]) -> "Wanted":
        """What of it the player does not do."""
        asked = {(entry.output, entry.layer): entry.db for entry in journal if entry.what is JournalKind.GAIN}
        otherwise = {layer: db for layer, db in self.gains.items() if (asked.get((None, str(layer))) or 0.0) != db}
        own = {each.name: self.own.get(each.name, Decibels(0.0)) for each in player.outputs}
        own = {name: db for name, db in own.items() if (asked.get((name, str(GainLayer.VOLUME))) or 0.0) != db}
        return Wanted(None if self.mix is None or digest(self.mix) == player.mix_digest else self.mix, otherwise, own)

    def tell(self, player: Player) -> None:
        """Have the player do it."""
        if self.mix is not None:
            player.replace(str(uuid4()), self.mix, frames_from_ms(RETURN_FADE_MS, self.mix.rate_hz))
        for layer, db in self.gains.items():
            player.gain(str(uuid4()), layer, db, RETURN_FADE_MS)
        for name, db in self.own.items():
            player.gain(str(uuid4()), GainLayer.VOLUME, db, RETURN_FADE_MS, name)

    def __bool__(self) -> bool:
        return self.mix is not None or bool(self.gains) or bool(self.own)


def gains(sounding: SoundState) -> dict[GainLayer, Decibels]:
    """Every layer's level as the state has it."""
    levels = [act.level for act in ACTS if act.level is not None]
    return {GainLayer(level.layer): level.db(sounding) for level in levels}


def told_again(session_id: str, moment: Moment) -> SessionEvent:
    """The note that the player was told again."""
    words = _("The player played otherwise than what was logged; it was told again.")
    return noted_at(moment, str(uuid4()), session_id, TOLD_AGAIN, words)
