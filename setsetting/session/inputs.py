"""What a session is prepared from, and whether a soundscape can be started with it: asked by who looks at a plan.

No planner and no decoder is loaded for it, so that the day's list can ask it of every plan.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from setsetting.clinical import infusion
from setsetting.library.prompt import Prompt
from setsetting.library.track import Track
from setsetting.machine.files import Stamp
from setsetting.record.rows import PatientRow, SessionRow
from setsetting.session import preflight
from setsetting.soundscape.check_soundscape import check_soundscape
from setsetting.soundscape.playlist import Playlist
from setsetting.soundscape.soundscape import Digests, Soundscape
from setsetting.soundscape.staleness import digest_of_wishes
from setsetting.soundscape.windows import check_timed
from setsetting.soundscape.wishes import Wishes

RESCUE = "rescue-grounding"
"""The playlist whose tracks are chosen beforehand for the rescue key."""


@dataclass(frozen=True, slots=True)
class SessionInputs:
    """What the clinic knows tonight: this patient and earlier sessions, the library, two playlists with their texts."""

    patient: PatientRow
    earlier: Sequence[SessionRow]
    wishes: Wishes
    tracks: Mapping[str, Track]
    library_digest: str
    playlist: tuple[Playlist, str]
    rescue: tuple[Playlist, str]
    not_as_scanned: frozenset[str] = frozenset()
    """Tracks whose file is missing or was written to since its scan: what they sound like now, nobody has measured."""
    prompts: Mapping[str, Prompt] = field(default_factory=dict)
    """Those of the clinic's that the playlist names, by file."""
    stamps: Mapping[str, Stamp] = field(default_factory=dict)
    """By what the files of the tracks are known that are as they were scanned, by id."""

    @property
    def as_scanned(self) -> frozenset[str]:
        """Tracks whose file has the size and the times of its scan: what it holds was read then, and is not read again."""
        return frozenset(self.tracks.keys() - self.not_as_scanned)

    @property
    def digests(self) -> Digests:
        """What a soundscape made now would be made from."""
        return Digests(self.playlist[0].digest, self.library_digest, digest_of_wishes(self.wishes))


def against(soundscape: Soundscape, known: SessionInputs) -> tuple[str, ...]:
    """Everything that keeps it from being started, as sentences, as far as no file has to be opened for it.

    A file with the size and the times of its scan is taken for what it was then; any other is opened. What the rescue
    would play is asked when the session is prepared.
    """
    check_timed(known.playlist[0])
    findings = preflight.look(soundscape, known.tracks, known.wishes, known.digests, as_scanned=known.as_scanned)
    blocking = tuple(finding.words for finding in findings if finding.blocking)
    return blocking or rules_broken(soundscape, known)


def rules_broken(soundscape: Soundscape, known: SessionInputs) -> tuple[str, ...]:
    """The rules that a soundscape does not keep with what is known tonight, as sentences."""
    planned, unchanged = infusion.steady(soundscape.minutes), known.digests == soundscape.digests
    return check_soundscape(
        soundscape,
        known.tracks.values(),
        known.playlist[0],
        planned,
        known.wishes,
        unchanged=unchanged,
        prompts=known.prompts,
    )
