"""Taking a session over: what the player journalled enters the record, each thing once.

Every event made here has an id that follows from the session and from what is journalled, so that
merging twice, by two controllers or after a kill, adds nothing. Nothing is guessed: a sound that no
soundscape names is kept with its track and without a phase.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID, uuid5

from setsetting.library.track import Track
from setsetting.player import journal
from setsetting.player.journal import JournalEntry, JournalKind, PlayedSpan
from setsetting.record.infusions import as_stored
from setsetting.record.kinds import PlayerNoted, SessionEnded, SoundPlayed, StoredPrompt
from setsetting.record.log import Draft
from setsetting.session.folder import SessionHeader
from setsetting.session.state import State
from setsetting.session.timekeeping import frame_at, mix_ms
from setsetting.soundscape.soundscape import Cue, Soundscape, VoiceCue, cue_name, prompt_kind
from setsetting.units import Frames, Milliseconds, ms_from_frames

LEFT = "left"
"""How a session ended whose music was held until that was over."""
NOTED = (
    JournalKind.STARTED,
    JournalKind.RESTARTED,
    JournalKind.UNDERRUN,
    JournalKind.OUTPUT_LOST,
    JournalKind.OUTPUT_BACK,
    JournalKind.STALLED,
    JournalKind.TROUBLE,
    JournalKind.ENDED,
)
"""What of a player's journal a session's trail keeps beside the sounds."""


@dataclass(frozen=True, slots=True)
class PlayerJournal:
    """A player's journal with what is needed to read it as a session's.

    `plans` are the soundscapes that were played, `spoken` the prompts over them, `tracks` tonight's by id.
    """

    header: SessionHeader
    entries: tuple[JournalEntry, ...]
    last_frame: Frames
    plans: tuple[Soundscape, ...]
    tracks: Mapping[str, Track]
    spoken: tuple[StoredPrompt, ...] = ()


def merged(read: PlayerJournal, *, final: bool) -> list[Draft]:
    """The events a journal amounts to; a sound that still sounds is kept only when it is `final`."""
    cues = _cues(read)
    played = [
        _played(read, stretch, cues)
        for stretch in journal.sounded(read.entries, read.last_frame)
        if stretch.ended or final
    ]
    return [*played, *(_noted(read.header, entry) for entry in read.entries if entry.what in NOTED)]


def ended(
    state: State, session_id: str, at_ms: Milliseconds, utc_ms: Milliseconds, how: str
) -> tuple[str, SessionEnded]:
    """The end of a session with the infusion that really ran until then; the same end has always the same id."""
    payload = SessionEnded(
        session_id=session_id,
        ended_utc_ms=utc_ms,
        infusion=as_stored(state.ran(at_ms)),
        how=how,
    )
    before = sum(isinstance(event.payload, SessionEnded) for event in state.said)  # of music that went on after it
    return id_of(session_id, f"ended {before}" if before else "ended"), payload


def id_of(session_id: str, what: str) -> str:
    """The id of an event that a session can have once only."""
    return str(uuid5(UUID(session_id), what))


def _cues(read: PlayerJournal) -> dict[tuple[str, Frames], Cue]:
    """Every cue of every plan by what the journal knows of it: the track and the frame it begins at."""
    return {
        (cue.track_id or "", frame_at(read.header, cue.start_ms)): cue for plan in read.plans for cue in plan.in_time
    }


def _played(read: PlayerJournal, stretch: PlayedSpan, cues: Mapping[tuple[str, Frames], Cue]) -> Draft:
    cue = cues.get((stretch.sha256, stretch.start_frame))
    prompt = next((each for each in read.spoken if _is_of(each, stretch, read.header)), None)
    header, track = read.header, read.tracks.get(stretch.sha256)
    begun_ms = mix_ms(header, stretch.start_frame)
    payload = SoundPlayed(
        session_id=header.session_id,
        cue=cue.name
        if cue is not None
        else cue_name("sound" if prompt is None else prompt_kind(prompt.name), begun_ms),
        track_id=None if prompt is not None or isinstance(cue, VoiceCue) else stretch.sha256 or None,
        phase="" if cue is None else cue.phase,
        clock_ms=mix_ms(header, stretch.frame),
        sounded_ms=ms_from_frames(stretch.sounded_frames, header.rate_hz),
        artists=() if track is None else track.credits,
        anchor=stretch.sha256 in header.anchors,
    )
    name = f"played {stretch.mix} {stretch.index} {stretch.frame}"
    return Draft(
        "session.played",
        payload,
        event_id=id_of(header.session_id, name),
        at=(stretch.utc_ms, stretch.mono_ms),
    )


def _is_of(prompt: StoredPrompt, stretch: PlayedSpan, header: SessionHeader) -> bool:
    return (prompt.sha256, frame_at(header, prompt.start_ms)) == (stretch.sha256, stretch.start_frame)


def _noted(header: SessionHeader, entry: JournalEntry) -> Draft:
    payload = PlayerNoted(
        session_id=header.session_id,
        what=str(entry.what),
        clock_ms=mix_ms(header, entry.frame),
        detail=entry.text,
    )
    return Draft(
        "session.noted",
        payload,
        event_id=id_of(header.session_id, f"noted {entry.n}"),
        at=(entry.utc_ms, entry.mono_ms),
    )
