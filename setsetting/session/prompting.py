"""The prompts of a session: those of the playlist on tonight's clock, and those asked for by key, as sounds over a Mix.

A prompt for which the music has begun to fall goes on, whatever comes. Where the plan is followed the others stand where
the playlist has them by the infusion as it is now; while the music is held before the infusion those before minute 0
come as they were planned; under a cover, and while the music is held otherwise, none begins.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from setsetting.audio.mix import Mix
from setsetting.errors import Refused, unknown
from setsetting.library.prompt import Prompt
from setsetting.record.kinds import StoredPrompt
from setsetting.session.folder import SessionHeader
from setsetting.session.holds import SessionPosition, playing
from setsetting.session.soundness import Soundness
from setsetting.session.status import HoldReason
from setsetting.soundscape.check_prompts import against
from setsetting.soundscape.gains import PROMPT_LOWERS_DB, prompt_gain_mdb
from setsetting.soundscape.loosening import Loosening
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.prompts import VOICE_FADE_MS, before_minute_0, begun, placed
from setsetting.soundscape.soundscape import CueKind, Soundscape, VoiceCue
from setsetting.soundscape.to_mix import voice_sound
from setsetting.soundscape.windows import resolve
from setsetting.soundscape.wishes import NO_WISHES, Wishes
from setsetting.units import Millidecibels, Milliseconds, mdb_from_db
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class SessionPrompts:
    """Tonight's prompts by file, with the playlists of the plan and of the rescue, what is lost by now, and what its patient asks
    by now."""

    known: Mapping[str, Prompt]
    playlist: Playlist
    rescue: Playlist
    soundness: Soundness
    wishes: Callable[[], Wishes] = lambda: NO_WISHES

    def without_lost(self, heard: Soundscape, at_ms: Milliseconds) -> Soundscape:
        """What is heard without the prompts to come that are lost or refused; itself where there is none."""
        past = begun(heard.prompts, at_ms)
        left = tuple(cue for cue in heard.prompts if cue in past or not self._is_out(cue))
        return heard if left == heard.prompts else replace(heard, prompts=left)

    def refuses(self, prompt: Prompt) -> bool:
        """Whether its patient refuses it by now."""
        return prompt.named is not None and bool(self.wishes().forbids(prompt.named))

    def _is_out(self, cue: VoiceCue) -> bool:
        refused = any(prompt.id == cue.track_id and self.refuses(prompt) for prompt in self.known.values())
        return refused or cue.track_id in self.soundness.lost

    def by_key(self, name: str, heard: Soundscape, start_ms: Milliseconds) -> StoredPrompt:
        """A prompt as it is played over what is heard then, at the level that the phase allows.

        Raises NotFound, and Refused where its file is lost or its patient refuses it.
        """
        if (prompt := self.known.get(name)) is None:
            raise unknown(_("prompt in the clinic's folder `voice`"), name, self.known)
        if self.refuses(prompt):
            raise Refused(_("{name} is not played: this patient refuses it.").format(name=prompt.name))
        if not self.soundness.is_sound(prompt.id):
            words = _("{name} is not played: its file is missing, has changed or cannot be read.")
            raise Refused(words.format(name=prompt.name))
        now = playing(heard, start_ms)
        phases = {phase.name: phase for each in (self.rescue, self.playlist) for phase in each.phases}
        phase = phases.get("" if now is None else now.phase, self.playlist.phases[0])
        ceiling = self.playlist.weights.true_peak_ceiling_dbtp
        gain = prompt_gain_mdb(prompt, phase.lufs, phase.startle_max_lu, ceiling)
        return StoredPrompt(prompt.name, prompt.id, start_ms, prompt.length_ms, gain)

    def of_plan(
        self, heard: Soundscape, plan: Soundscape, position: SessionPosition
    ) -> tuple[tuple[VoiceCue, ...], tuple[str, ...]]:
        """The prompts of a plan that is followed from now on, and which of those it had are left out, in words."""
        past, said = begun(heard.prompts, position.at_ms), list[str]()
        coming, out = self._coming(plan, past, position)
        there = {cue.prompt for cue in (*past, *coming)}
        for name in (cue.prompt for cue in plan.prompts if cue.prompt not in there):
            said.append(
                out.get(name) or _("The time of the prompt {name} has passed: it is left out.").format(name=name)
            )
        return (*past, *coming), tuple(said)

    def _coming(
        self, plan: Soundscape, past: Sequence[VoiceCue], position: SessionPosition
    ) -> tuple[tuple[VoiceCue, ...], Mapping[str, str]]:
        """The prompts to come by the infusion as it is now, each judged, and why others have no place, by name."""
        infusion = position.infusion.later(position.zero_ms)
        try:
            timing = resolve(self.playlist, infusion, Loosening(plan.loosened))
        except Refused:  # so short that no phase has room, and no prompt
            return (), {}
        known = {
            name: prompt
            for name, prompt in self.known.items()
            if prompt.id not in self.soundness.lost and not self.refuses(prompt)
        }
        found = placed(self.playlist, infusion, timing, known)
        coming = _after(past, found.cues, position)
        spoken_into = _spoken_into(found.cues, position)
        broken = against(coming, self.playlist, infusion, plan.loosened, self.known)
        out = {**dict.fromkeys((cue.prompt for cue in coming), " ".join(broken)), **found.broken}
        left_out = _("{why} It is left out.")
        return (() if broken else coming), {
            **spoken_into,
            **found.left_out,
            **{name: left_out.format(why=why) for name, why in out.items()},
        }

    def held(self, heard: Soundscape, plan: Soundscape, position: SessionPosition) -> tuple[VoiceCue, ...]:
        """Those while the music is held: that have begun, and before the infusion those planned before minute 0."""
        past = begun(heard.prompts, position.at_ms)
        if position.held is not HoldReason.NOT_BEGUN:
            return past
        planned = [cue for cue in before_minute_0(plan.prompts) if not self._is_out(cue)]
        return (*past, *_after(past, planned, position))


def _after(past: Sequence[VoiceCue], coming: Iterable[VoiceCue], position: SessionPosition) -> tuple[VoiceCue, ...]:
    """Those for which the music falls later than now, that have not been heard, and that speak into none that sounds."""
    heard, ends_ms = {cue.prompt for cue in past}, max((cue.end_ms for cue in past), default=position.at_ms)
    left = [cue for cue in coming if cue.prompt not in heard and not begun((cue,), position.at_ms)]
    spoken_into = _spoken_into(left, position)
    return tuple(cue for cue in left if cue.start_ms >= ends_ms and cue.prompt not in spoken_into)


def _spoken_into(coming: Iterable[VoiceCue], position: SessionPosition) -> Mapping[str, str]:
    """Those that would speak into one that was asked for by key, which comes first: a sentence by name."""
    if (first := position.speaks) is None:
        return {}
    words, ends_ms = _("The prompt {name} is left out: {first} is spoken then."), first.start_ms + first.length_ms
    into = [cue for cue in coming if cue.start_ms < ends_ms and cue.end_ms > position.at_ms]
    return {cue.prompt: words.format(name=cue.prompt, first=first.name) for cue in into}


def over(mix: Mix, spoken: Iterable[StoredPrompt], known: Mapping[str, Prompt], header: SessionHeader) -> Mix:
    """A Mix with prompts that were asked for over it; one whose file is not known any more is left out."""
    paths = {prompt.id: prompt.path for prompt in known.values()}
    there = [_as_cue(each) for each in spoken if each.sha256 in paths]
    sounds = [voice_sound(cue, paths, header.origin_ms, mix.rate_hz) for cue in there]
    ends = max([mix.frames, *(sound.start_frame + sound.frames for sound in sounds)])
    return replace(mix, frames=ends, sounds=(*mix.sounds, *sounds))


def _as_cue(prompt: StoredPrompt) -> VoiceCue:
    return VoiceCue(
        kind=CueKind.VOICE,
        phase="",
        start_ms=prompt.start_ms,
        length_ms=prompt.length_ms,
        track_id=prompt.sha256,
        gain_mdb=Millidecibels(prompt.gain_mdb),
        fade_in_ms=Milliseconds(0),
        fade_out_ms=min(VOICE_FADE_MS, Milliseconds(prompt.length_ms // 2)),
        reason="",
        prompt=prompt.name,
        lowers_mdb=mdb_from_db(PROMPT_LOWERS_DB),
    )
