"""What sounds in a live session: the plan, what holds it back, what covers it, and the levels."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace

from setsetting.record.kinds import StoredPrompt
from setsetting.session.status import Cover, HoldReason
from setsetting.soundscape.soundscape import Cue, Digests, Soundscape, VoiceCue
from setsetting.units import Decibels, Milliseconds, Minutes

NO_SOUNDSCAPE = Soundscape("", 0, Minutes(0.0), 0, (), 0.0, None, Digests("", "", ""), ())
"""That of a session which had no music of ours."""


@dataclass(frozen=True, slots=True)
class SoundState:
    """What sounds.

    `hold` was made for a reason, `held_for`. `asked` is a hold that somebody asked for, `promised` a plan of which the
    rest waits to be planned again, `was_to_end_ms` when it was to end as it was planned last. `spoken` are the prompts that were asked for, those that are over too, `skipped`
    those of the playlist that do not sound. `output_db`
    is the own level of an output, where somebody set one.
    """

    plan: Soundscape
    hold: Soundscape | None = None
    held_for: HoldReason | None = None
    asked: bool = False
    promised: bool = False
    was_to_end_ms: Milliseconds | None = None
    cover: Cover | None = None
    covering: Soundscape | None = None
    ducked: bool = False
    volume_db: Decibels = Decibels(0.0)
    fading_out: bool = False
    output_db: Mapping[str, Decibels] = field(default_factory=dict)
    spoken: tuple[StoredPrompt, ...] = ()
    skipped: frozenset[str] = frozenset()

    @property
    def heard(self) -> Soundscape:
        """The soundscape that is played now."""
        return self.covering or self.hold or self.plan

    def speaks(self, at_ms: Milliseconds) -> StoredPrompt | None:
        """The prompt that was asked for and is not over by then."""
        return next((each for each in self.spoken if at_ms < each.start_ms + each.length_ms), None)

    def leaves_out(self, cue: Cue) -> bool:
        """Whether it is a prompt that somebody left out."""
        return isinstance(cue, VoiceCue) and cue.prompt in self.skipped

    def without(self, prompts: Collection[str]) -> "SoundState":
        """The same without prompts of the playlist, by name, in what is heard and in what waits."""

        def left(soundscape: Soundscape) -> Soundscape:
            return replace(soundscape, prompts=tuple(cue for cue in soundscape.prompts if cue.prompt not in prompts))

        hold = None if self.hold is None else left(self.hold)
        covering = None if self.covering is None else left(self.covering)
        return replace(self, plan=left(self.plan), hold=hold, covering=covering)

    def left_of(self, soundscape: Soundscape, at_ms: Milliseconds) -> tuple[VoiceCue, ...]:
        """The prompts of the playlist in a soundscape that still sound then or come later, without what is skipped."""
        return tuple(cue for cue in soundscape.prompts if cue.end_ms > at_ms and cue.prompt not in self.skipped)
