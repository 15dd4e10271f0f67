"""What a session's hold is made from: the level that stands, the phase that plays, and what the plan has still to come.

While the music is held the plan waits: what it had promised is not over because its minute has passed.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from setsetting.clinical.infusion import Infusion
from setsetting.errors import Refused
from setsetting.record.kinds import StoredPrompt
from setsetting.session.status import HoldReason
from setsetting.soundscape.hold import Hold
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.soundscape import Cue, CueKind, Soundscape
from setsetting.units import Energy, Milliseconds, ms_from_s
from setsetting.words.translate import _

if TYPE_CHECKING:  # it loads the planner, which whoever reads what was held has no need of
    from setsetting.soundscape.holding import HeldMusic

LONGEST_MS = Milliseconds(3 * 60 * 60_000)
"""A hold that nobody ends ends the music after so long (a proposal): longer than any pause, and sooner than the morning."""
LEVEL = 1.0
"""One level of energy."""
NOTHING_PLAYS = 0.0


@dataclass(frozen=True, slots=True)
class SessionPosition:
    """Where a session stands: the music at `at_ms`, the infusion with its minute 0 at `zero_ms`.

    `held` is why the music stays where it is, in a pause `since_ms`. `waits` says that the plan has waited, `is_open`
    that the infusion has still to begin, runs or is paused: until `last_ms` the music goes on for it. `may_fade` lets what plays be faded early where that serves
    the new times better. `moves` says that the infusion is another than the plan was timed to. `speaks` is a prompt that
    was asked for by key and is not over.
    """

    at_ms: Milliseconds
    zero_ms: Milliseconds
    infusion: Infusion
    may_fade: bool = False
    moves: bool = True
    held: HoldReason | None = None
    since_ms: Milliseconds | None = None
    waits: bool = False
    is_open: bool = False
    last_ms: Milliseconds = Milliseconds(0)
    speaks: StoredPrompt | None = None

    def at_least_until(self, planned_ms: Milliseconds) -> Milliseconds:
        """How long what is heard must last: while the infusion is open, it never ends by itself before that."""
        return max(planned_ms, self.last_ms) if self.is_open else planned_ms


def playing(soundscape: Soundscape, at_ms: Milliseconds) -> Cue | None:
    """The newest cue that has begun by then."""
    begun = [cue for cue in soundscape.cues if cue.start_ms <= at_ms]
    return begun[-1] if begun else None


def next_words(soundscape: Soundscape, at_ms: Milliseconds) -> str:
    """What is said of what begins at a moment, in the place of what played."""
    follows = playing(soundscape, at_ms)
    kind = CueKind.TRACK if follows is None else follows.kind
    if kind is CueKind.BED:
        return _("A noise bed: no track comes now.")
    return _("Silence until the next phase.") if kind is CueKind.SILENCE else _("The next cue begins.")


def is_silent(soundscape: Soundscape, at_ms: Milliseconds) -> bool:
    """Whether silence is heard at a moment."""
    now = playing(soundscape, at_ms)
    return now is not None and now.kind is CueKind.SILENCE


def words_in_silence(soundscape: Soundscape, at_ms: Milliseconds) -> str:
    """What is said of what begins in a planned silence; raises Refused where that is no track."""
    follows = playing(soundscape, at_ms)
    if follows is None or follows.kind is not CueKind.TRACK:
        raise Refused(_("Silence is planned, and no track like those before is left: `rescue` plays grounding music."))
    return _("A track like those before; then the planned silence goes on.")


def begun(cues: Iterable[Cue], at_ms: Milliseconds) -> tuple[Cue, ...]:
    """The cues that have begun by then."""
    return tuple(cue for cue in cues if cue.start_ms <= at_ms)


def until(cues: Iterable[Cue], at_ms: Milliseconds, fade_ms: Milliseconds) -> tuple[Cue, ...]:
    """The cues before a moment: a noise bed ends there under a fade, or gives way where it had just begun; a track plays out."""
    *before, last = begun(cues, at_ms)
    if last.kind is not CueKind.BED:
        return (*before, last)
    if before and at_ms - last.start_ms < last.fade_in_ms:
        return tuple(before)
    return (*before, replace(last, length_ms=min(last.length_ms, at_ms + fade_ms - last.start_ms)))


def to_come(heard: Soundscape, plan: Soundscape, position: SessionPosition) -> tuple[Cue, ...]:
    """What the plan has promised and has not sounded: all after now, or, where it waits, all it has waited with.

    What is late begins at the next moment at the earliest.
    """
    at_ms = position.at_ms
    if not position.waits:
        return tuple(cue for cue in plan.cues if cue.start_ms > at_ms)
    left = waiting(heard, plan, at_ms)
    return later(left, Milliseconds(max(0, at_ms + 1 - left[0].start_ms)) if left else Milliseconds(0))


def waiting(heard: Soundscape, plan: Soundscape, at_ms: Milliseconds) -> tuple[Cue, ...]:
    """What of a plan that waits has not sounded, at the times of the plan."""
    past = [cue for cue in heard.cues if cue.start_ms <= at_ms]
    sounded, tracks = {_identity(cue) for cue in past}, {cue.track_id for cue in past if cue.track_id is not None}
    shared = max((number for number, cue in enumerate(plan.cues) if _identity(cue) in sounded), default=-1)
    return tuple(cue for cue in plan.cues[shared + 1 :] if cue.track_id not in tracks)


def later(cues: Iterable[Cue], ms: Milliseconds) -> tuple[Cue, ...]:
    """Cues as they come so much later."""
    return tuple(replace(cue, start_ms=Milliseconds(cue.start_ms + ms)) for cue in cues)


def joined(heard: Soundscape, plan: Soundscape, position: SessionPosition) -> Soundscape:
    """What really sounded up to now, and what the plan has still to come."""
    past = [cue for cue in heard.cues if cue.start_ms <= position.at_ms]
    return replace(plan, cues=(*past, *to_come(heard, plan, position)))


def silent_until(heard: Soundscape, at_ms: Milliseconds) -> Soundscape:
    """What was heard, as if the silence that lasts ended by then."""
    *past, last = (cue for cue in heard.cues if cue.start_ms <= at_ms)
    return replace(heard, cues=(*past, replace(last, length_ms=min(last.length_ms, at_ms - last.start_ms))))


def level_at(music: "HeldMusic", heard: Soundscape, at_ms: Milliseconds) -> Energy:
    """The energy of the last track that has begun by then; the calmest there is before any."""
    begun = [cue for cue in heard.cues if cue.start_ms <= at_ms]
    energies = [track.energy for cue in begun if (track := music.tracks.get(cue.track_id or "")) is not None]
    return energies[-1] if energies else music.calmest


def hold_at(
    music: "HeldMusic",
    heard: Soundscape,
    playlist: Playlist,
    position: SessionPosition,
    *,
    leaves: bool = False,
    calmer: bool = False,
) -> Hold:
    """How the music is held from here on, for the reason there is."""
    begun = [cue for cue in heard.cues if cue.start_ms <= position.at_ms]
    level = level_at(music, heard, position.at_ms)
    sung = [cue.phase for cue in begun if cue.phase in music.windows and music.windows[cue.phase].kind != "silence"]
    phase = sung[-1] if sung else next(reversed(music.windows))
    until_ms, before = position.at_least_until(heard.end_ms), music.before_minute_0
    hold = Hold(position.at_ms, until_ms, (phase,), most=level, calmest=music.calmest, leaves=leaves)
    if position.held is HoldReason.NOT_BEGUN and before:
        hold = replace(hold, phases=before, most=None, wanted=music.windows[before[0]].energy_to)
    elif position.held is HoldReason.NOT_BEGUN:
        hold = replace(hold, most=NOTHING_PLAYS)
    elif position.held is HoldReason.PAUSED and position.since_ms is not None:
        calmer_ms = position.since_ms + ms_from_s(playlist.pause_calm_after_s)
        hold = replace(hold, calmer_ms=calmer_ms, calm_phases=music.calmer_than(phase))
    if calmer:
        down = Energy(level - LEVEL)
        phases = hold.phases if position.held is HoldReason.NOT_BEGUN else (phase, *music.calmer_than(phase))
        hold = replace(hold, phases=phases, most=min(down, hold.most) if hold.most is not None else down, wanted=None)
    return hold


def _identity(cue: Cue) -> tuple[CueKind, str, str | None, Milliseconds]:
    return cue.kind, cue.phase, cue.track_id, cue.start_ms
