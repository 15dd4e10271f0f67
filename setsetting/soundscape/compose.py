"""The whole way from a playlist, an infusion, a library and wishes to a checked soundscape."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from setsetting.clinical.infusion import Infusion
from setsetting.errors import Refused, SetSettingError
from setsetting.library.prompt import NO_PROMPTS, Prompt
from setsetting.library.track import Lyrics, Track
from setsetting.progress import Report, silent
from setsetting.soundscape.build_instance import build_instance, unknown_lyrics
from setsetting.soundscape.check_soundscape import check_soundscape
from setsetting.soundscape.cues import cues_of
from setsetting.soundscape.instance import Instance, InstanceProtocol
from setsetting.soundscape.loosening import NOTHING, Loosening, loosened_words
from setsetting.soundscape.planner import plan
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.problem import Problem
from setsetting.soundscape.prompts import placed
from setsetting.soundscape.refusal import Meanwhile
from setsetting.soundscape.soundscape import Digests, Soundscape
from setsetting.soundscape.staleness import digest_of_wishes
from setsetting.soundscape.windows import resolve
from setsetting.soundscape.wishes import NO_WISHES, Wishes
from setsetting.units import minutes_from_ms
from setsetting.words.translate import _, count


class BrokenPlan(SetSettingError):
    """The independent check refused what the planner made: a fault of this program, never of the user."""


@dataclass(frozen=True, slots=True)
class Composed:
    """A soundscape and what should be said with it."""

    soundscape: Soundscape
    proven: bool
    words: tuple[str, ...]


def compose(
    playlist: Playlist,
    infusion: Infusion,
    tracks: Iterable[Track],
    wishes: Wishes = NO_WISHES,
    *,
    library_digest: str,
    prompts: Mapping[str, Prompt] = NO_PROMPTS,
    loosening: Loosening = NOTHING,
    seed: int = 0,
    report: Report = silent,
    meanwhile: Meanwhile = lambda _refused: None,
) -> Composed:
    """Plan, word, level and check a soundscape; raises Infeasible where nothing fits, and Refused where a prompt of the
    playlist has no place or is not among the clinic's `prompts` by file. A long search reports, and a
    refusal is told `meanwhile`, before all that would help is tried."""
    tracks = tuple(tracks)
    timing = resolve(playlist, infusion, loosening)
    spoken = placed(playlist, infusion, timing, prompts)
    if spoken.broken:
        raise Refused(" ".join((*spoken.broken.values(), _("Mend it in the playlist, or the folder."))))
    for cue in spoken.cues:
        if (named := prompts[cue.prompt].named) is not None and wishes.forbids(named):
            words = _("The prompt {name} is refused by this patient; name another recording in the playlist, or none.")
            raise Refused(words.format(name=cue.prompt))
    instance = build_instance(playlist, timing, tracks, wishes, loosening)
    found = plan(Problem(instance, seed), report, meanwhile)
    soundscape = Soundscape(
        playlist=playlist.name,
        playlist_version=playlist.version,
        minutes=minutes_from_ms(infusion.end_ms - infusion.segments[0].start_ms),
        seed=seed,
        loosened=loosening.written,
        cost=found.cost,
        bound=found.bound,
        digests=Digests(playlist.digest, library_digest, digest_of_wishes(wishes)),
        cues=cues_of(instance, found.items, {track.id: track for track in tracks}, of_a_patient=wishes.of_a_patient),
        prompts=spoken.cues,
    )
    if broken := check_soundscape(soundscape, tracks, playlist, infusion, wishes, prompts=prompts):
        raise BrokenPlan(
            _("The independent check refused the plan, which is a fault of this program: {first}").format(
                first=broken[0]
            )
        )
    return Composed(
        soundscape,
        found.proven,
        (*_idle(playlist, infusion, loosening), *timing.words, *spoken.left_out.values(), *_left_out(instance, tracks)),
    )


def _idle(playlist: Playlist, infusion: Infusion, loosening: Loosening) -> list[str]:
    """What was asked to be loosened and is no looser than the playlist itself, a sentence each."""

    def limits(chosen: Loosening) -> InstanceProtocol:
        return build_instance(playlist, resolve(playlist, infusion, chosen), (), NO_WISHES, chosen).protocol

    return [
        _("{loosened} is no looser than the playlist's own limits, so it changes nothing.").format(loosened=words)
        for pair, words in zip(loosening.written, loosened_words(loosening.written), strict=True)
        if limits(Loosening((pair,))) == limits(NOTHING)
    ]


def _left_out(instance: Instance, tracks: tuple[Track, ...]) -> list[str]:
    unheard = unknown_lyrics(tracks)
    if not unheard or any(Lyrics.UNKNOWN in window.lyrics_allowed for window in instance.protocol.phases):
        return []
    return [
        count(
            "{n} track whose lyrics nobody has noted was left out.",
            "{n} tracks whose lyrics nobody has noted were left out.",
            unheard,
        )
    ]
