"""Acts on live sessions: start, follow, act, mark, look; with the close, the desk's whole face of sessions."""

from dataclasses import dataclass
from pathlib import Path

from setsetting.clinical import course, infusion
from setsetting.desk import rooms, shelf
from setsetting.desk.attending import attach, hold, unclosed, where_is
from setsetting.desk.clinic import Clinic
from setsetting.desk.closing import Say, add, close, prepare_close, read_setting, read_setting_file
from setsetting.desk.wishes import wishes_of
from setsetting.errors import NotFound, Refused, UsageError
from setsetting.library.track import Track
from setsetting.machine import files
from setsetting.record import rows
from setsetting.record.infusions import as_stored
from setsetting.record.kinds import SessionStarted
from setsetting.record.rows import SessionRow
from setsetting.session import preflight, recorded, script, walk
from setsetting.session import start as starting
from setsetting.session.acts import order
from setsetting.session.live import LiveSession
from setsetting.session.planning import grounding
from setsetting.session.script import ScriptLine
from setsetting.session.status import Status
from setsetting.soundscape.file import from_json
from setsetting.soundscape.soundscape import Digests, Soundscape
from setsetting.soundscape.staleness import digest_of_wishes
from setsetting.soundscape.to_mix import to_mix
from setsetting.soundscape.windows import check_timed
from setsetting.soundscape.wishes import Wishes
from setsetting.words.translate import _

__all__ = [
    "Asked",
    "Started",
    "act",
    "add",
    "attach",
    "close",
    "listing",
    "mark",
    "prepare_close",
    "read_setting",
    "read_setting_file",
    "start",
    "status",
    "stay",
    "unclosed",
    "unclosed_words",
]

KEEP_WITHIN_S = 10.0
RESCUE = "rescue-grounding"
"""The playlist whose tracks are chosen beforehand for the rescue key."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A session as it is asked for."""

    file: Path
    code: str
    output: str = "auto"
    capture: Path | None = None
    script: Path | None = None
    room: str | None = None
    simulated: bool = False


@dataclass(frozen=True, slots=True)
class Started:
    """A session that plays, and the lines of its script that are still to be walked."""

    live: LiveSession
    lines: tuple[ScriptLine, ...] = ()

    @property
    def session_id(self) -> str:
        return self.live.session_id


@dataclass(frozen=True, slots=True)
class Listed:
    row: SessionRow
    code: str


def start(clinic: Clinic, asked: Asked, *, attended: bool, say: Say) -> Started:
    """Check a soundscape against this patient and these files, and play it.

    What keeps it from playing is raised before anything sounds; what only differs is said.
    """
    if asked.capture is not None and asked.capture.suffix.casefold() != ".wav":
        raise UsageError(_("{path}: a capture is a .wav file.").format(path=asked.capture))
    body = files.read_text(asked.file)
    soundscape = from_json(body.encode(), asked.file)
    lines = () if asked.script is None else script.read(asked.script, soundscape.start_ms)
    room = rooms.named(clinic, asked.room)
    with clinic.record() as record:
        patient = rows.patient(record, asked.code)
        wishes = wishes_of(record, patient.patient_id)
        starts = [row.started_utc_ms for row in rows.sessions(record, patient.patient_id)]
    playlist, playlist_text = shelf.find(clinic.folder, soundscape.playlist)
    check_timed(playlist)
    rescue_playlist, rescue_text = shelf.find(clinic.folder, RESCUE)
    with clinic.catalogue() as catalogue:
        library = {track.id: track for track in catalogue.tracks()}
        now = Digests(playlist.digest, catalogue.digest(), digest_of_wishes(wishes))
    rescuers = grounding(rescue_playlist, library.values(), wishes, soundscape)
    rescue = tuple(track.id for track in rescuers)
    tonight = _tonight(soundscape, library, wishes) | {track.id: track for track in rescuers}
    findings = preflight.look(soundscape, library, wishes, now, rescue_ids=rescue)
    preflight.refuse(findings)
    notes = tuple(finding.words for finding in findings)
    if not rescue:
        notes = (
            *notes,
            _("No track of the library fits {name}; rescue will play a noise bed.").format(name=rescue_playlist.name),
        )
    for words in (*unclosed_words(clinic), *notes):
        say(words)
    now_ms = clinic.clock.utc_ms()
    started = SessionStarted(
        session_id=starting.new_session_id(),
        patient_id=patient.patient_id,
        visit_no=course.visit_no(now_ms, starts),
        started_utc_ms=now_ms,
        zero_utc_ms=now_ms - soundscape.start_ms,
        planned=as_stored(infusion.steady(soundscape.minutes)),
        room=room,
        soundscape=starting.digest_of(body),
        playlist=soundscape.playlist,
        playlist_version=soundscape.playlist_version,
        output=asked.output,
        simulated=asked.simulated or patient.simulated,
    )
    where = starting.begin(
        clinic.folder,
        starting.Tonight(
            started=started,
            body=body,
            origin_ms=soundscape.start_ms,
            mix=to_mix(soundscape, library, clinic.settings.rate_hz),
            playlist=playlist_text,
            rescue_playlist=rescue_text,
            tracks=tonight,
            rescue=rescue,
            anchors=tuple(sorted(wishes.anchor_tracks)),
            output=asked.output,
            capture=asked.capture,
            barriers_ms=tuple(line.at_ms for line in lines),
            attended=attended,
            notes=notes,
        ),
        clock=clinic.clock,
        open_record=clinic.record,
    )
    return Started(hold(clinic, where, attending=True), lines)


def stay(live: LiveSession, lines: tuple[ScriptLine, ...], say: Say) -> None:
    """Walk a script's lines and follow the session to its end."""
    walk.walk(live, lines, say)
    walk.follow(live, say)
    say(
        _("The session has ended and is not closed: `setsetting session close` logs the setting and closes it.")
        if live.folder.is_dir()
        else _("The session has ended and was closed elsewhere.")
    )
    live.detach()


def act(clinic: Clinic, name: str, argument: str | None, session_id: str | None = None) -> str:
    """Do one act on the running session; return what it did and how it is taken back."""
    order(name, argument)  # what is wrong in itself is said before anything is looked for
    with attach(clinic, session_id, patience_s=KEEP_WITHIN_S) as live:
        return _kept(live, live.act(name, argument))


def mark(clinic: Clinic, name: str, note: str | None, session_id: str | None = None) -> str:
    """Keep an observation at this minute of the session."""
    script.mark_named(name)
    with attach(clinic, session_id, patience_s=KEEP_WITHIN_S) as live:
        return _kept(live, live.mark(name, note))


def _kept(live: LiveSession, words: str) -> str:
    """The answer to an act of one command, whose memory ends with it: what is kept nowhere else is no success."""
    if live.at_risk:
        raise Refused(
            _("{words} But this command ends now and its memory with it: note it by hand.").format(words=words)
        )
    return words


def status(clinic: Clinic, session_id: str | None = None) -> Status:
    """Look at a session, a closed one too; nothing is changed."""
    try:
        where = where_is(clinic, session_id)
    except NotFound:
        with clinic.record() as record:
            found = rows.sessions(record)
            if session_id is not None:
                found = [rows.session(record, session_id)]
            if not found:
                raise NotFound(_("No session has been started in this clinic.")) from None
            return recorded.status(record, found[-1].session_id)
    with hold(clinic, where, attending=False) as live:
        return live.status()


def listing(clinic: Clinic) -> tuple[Listed, ...]:
    """Every session by its start, with its patient's code."""
    with clinic.record() as record:
        codes = {patient.patient_id: patient.code for patient in rows.patients(record)}
        return tuple(Listed(row, codes.get(row.patient_id, "")) for row in rows.sessions(record))


def unclosed_words(clinic: Clinic) -> tuple[str, ...]:
    """One sentence for each session that is not closed."""
    return tuple(
        _("Session {id} is still running.").format(id=row.session_id)
        if row.ended_utc_ms is None
        else _("Session {id} is not closed: `setsetting session close --session {id}`.").format(id=row.session_id)
        for row in unclosed(clinic)
    )


def _tonight(soundscape: Soundscape, library: dict[str, Track], wishes: Wishes) -> dict[str, Track]:
    """What may sound tonight: what this patient's wishes allow, and the soundscape's own tracks."""
    own = {cue.track_id for cue in soundscape.cues}
    return {
        track_id: track
        for track_id, track in library.items()
        if track_id in own or not preflight.against(track, wishes)
    }
