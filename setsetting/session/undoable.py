"""What can be taken back in a session: an act or a mark, with what sounded before it."""

from dataclasses import dataclass
from typing import TypeAlias

from setsetting.clinical.infusion import Infusion
from setsetting.clinical.marks import mark_words
from setsetting.record.kinds import SessionActed, SessionMarked
from setsetting.session.acts import BY_NAME, Act, called
from setsetting.session.event import SessionEvent
from setsetting.session.sounding import SoundState
from setsetting.units import Milliseconds
from setsetting.words.numbers import minute_of
from setsetting.words.translate import _

Timed: TypeAlias = tuple[Infusion, Milliseconds]
"""The infusion a plan was timed to, with its minute 0 on the soundscape's clock."""


@dataclass(frozen=True, slots=True)
class Undoable:
    """An act or a mark that can be taken back: what sounded before it, what that was timed to, what was since.

    `retimed_since` says that the rest was timed anew since, for no act of its own that could be taken back too.
    """

    event: SessionEvent
    before: SoundState
    timed: Timed | None = None
    retimed_since: bool = False

    @property
    def said(self) -> SessionActed | SessionMarked:
        assert isinstance(self.event.payload, SessionActed | SessionMarked)
        return self.event.payload

    @property
    def act(self) -> Act | None:
        """Its row in the table of acts; None of a mark."""
        return None if isinstance(self.said, SessionMarked) else BY_NAME[self.said.act]

    @property
    def of_sound(self) -> bool:
        """Whether it is taken back by changing what sounds; a mark or a step of the infusion needs no music."""
        return self.act is not None and self.act.needs_player

    @property
    def what(self) -> str:
        """What it is called, as the log does: "patient spoke", "End duck"."""
        said = self.said
        if isinstance(said, SessionMarked):
            return mark_words(said.mark)
        return called(said.act, said.argument, self.before)

    def words(self, zero_ms: Milliseconds | None) -> str:
        """What it is, with its minute of the infusion that began at `zero_ms` of the clock, if it has: "distress, minute 12"."""
        since_ms = Milliseconds(self.said.clock_ms - (zero_ms or 0))
        at_ms = since_ms if self.said.infusion_ms is None else self.said.infusion_ms
        return _("{what}, minute {minute}").format(what=self.what, minute=minute_of(at_ms))
