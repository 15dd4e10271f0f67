"""Acts on live sessions: start, follow, act, mark, look."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from setsetting.clinical.free_text import note_given
from setsetting.desk import plans, rooms, voices
from setsetting.desk.attending import (
    attach,
    control,
    live_folder,
    naming_sessions,
    second_words,
    unclosed,
    unclosed_words,
)
from setsetting.desk.clinic import Clinic
from setsetting.desk.room_outputs import by_device, device_of
from setsetting.desk.written import refuse_unwritable
from setsetting.errors import NotFound, Refused, UsageError
from setsetting.machine import files
from setsetting.player.job import VIRTUAL
from setsetting.progress import Say
from setsetting.record import corrections, live_rows, rows
from setsetting.record.kinds import EXTERNAL
from setsetting.record.live_rows import MarkRow
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.record.sound import LISTED_SESSIONS, refuse_edited_list
from setsetting.session import recorded, script, walk
from setsetting.session.acts import BY_NAME
from setsetting.session.live import LiveSession
from setsetting.session.orders import order
from setsetting.session.preparing import SessionOptions, prepare, prepare_external
from setsetting.session.script import ScriptLine
from setsetting.session.start import Tonight, begin
from setsetting.session.status import SessionState, Status
from setsetting.soundscape.file import from_json
from setsetting.soundscape.soundscape import Soundscape
from setsetting.units import Milliseconds, Minutes, ms_from_minutes
from setsetting.words.translate import _

KEEP_WITHIN_S = 10.0


@dataclass(frozen=True, slots=True)
class SessionRequest:
    """A session as it is asked for.

    Without a file it plays the patient's plan. `rehearsal` None leaves it to the output: a silent one is a rehearsal.
    `seen` is what a preflight left to be looked at; the session's trail keeps it. The output `EXTERNAL` is none: the music
    comes from elsewhere, and the infusion is planned to last `minutes`.
    """

    file: Path | None
    code: str
    output: str = "auto"
    capture: Path | None = None
    script: Path | None = None
    room: str | None = None
    simulated: bool = False
    rehearsal: bool | None = None
    seen: tuple[str, ...] = ()
    minutes: Minutes | None = None
    also: tuple[str, ...] = ()

    @property
    def is_external(self) -> bool:
        """Whether the music comes from elsewhere."""
        return self.output == EXTERNAL

    @property
    def outputs(self) -> tuple[str, ...]:
        """Where it sounds, at each of them at once, each by the room's name for it or by a device's own."""
        return (self.output, *self.also)

    def rehearses(self, devices: tuple[str, ...]) -> bool:
        """Whether it would be none of the course's infusions, on these outputs."""
        return {*devices} <= {*VIRTUAL} if self.rehearsal is None else self.rehearsal


@dataclass(frozen=True, slots=True)
class StartedSession:
    """A session that plays, and the lines of its script that are still to be walked."""

    live: LiveSession
    lines: tuple[ScriptLine, ...] = ()

    @property
    def session_id(self) -> str:
        return self.live.session_id


@dataclass(frozen=True, slots=True)
class ListedSession:
    """A session with its patient's code, and its marks that have a note and stand; `zero_ms` is its infusion's minute 0."""

    row: SessionRow
    code: str
    noted: tuple[MarkRow, ...] = ()
    zero_ms: Milliseconds | None = None
    patient_withdrawn: str | None = None
    """Why its patient was withdrawn."""


def start(clinic: Clinic, asked: SessionRequest, *, say: Say) -> StartedSession:
    """Check a soundscape, else the patient's plan, against this patient and these files, and play it.

    Raises what forbids it before anything sounds; what merely differs is said. With music from elsewhere nothing is played.
    """
    tonight, lines = (from_elsewhere if asked.is_external else _with_music)(clinic, asked)
    held = unclosed(clinic)
    if not tonight.started.rehearsal and (second := second_words(clinic, held, asked.code)):
        raise Refused(second)
    for words in (*unclosed_words(clinic, held), *tonight.notes):
        say(words)
    if tonight.started.rehearsal:
        say(_("This is a rehearsal: none of the course's infusions, and nothing in it counts as heard."))
    kept = replace(tonight, notes=(*tonight.notes, *asked.seen))
    try:
        where = begin(clinic.folder, kept, clock=clinic.clock, open_record=clinic.record)
    except Refused as refusal:
        raise Refused(naming_sessions(clinic, str(refusal))) from refusal
    return StartedSession(control(clinic, where, attending=True), lines)


def from_elsewhere(clinic: Clinic, asked: SessionRequest) -> tuple[Tonight, tuple[ScriptLine, ...]]:
    """A session whose music comes from elsewhere, ready to begin; refuses what has no place in it."""
    if asked.file is not None or asked.capture is not None or asked.also:
        raise UsageError(
            _("Music from elsewhere is not played by this program: give no soundscape, capture or output.")
        )
    if asked.minutes is None:
        raise UsageError(_("With music from elsewhere, --minutes N says how long the infusion is planned to last."))
    lines = () if asked.script is None else script.read(asked.script, Milliseconds(0))
    with clinic.record() as record:
        patient = rows.patient(record, asked.code)
        earlier = rows.sessions(record, patient.patient_id)
    return prepare_external(
        patient, earlier, asked.minutes, options_of(clinic, asked, asked.outputs), clinic.clock
    ), lines


def _with_music(clinic: Clinic, asked: SessionRequest) -> tuple[Tonight, tuple[ScriptLine, ...]]:
    """A soundscape held against what is known; what was heard in it stays heard in another encoding."""
    if asked.minutes is not None:
        raise UsageError(_("--minutes is for music from elsewhere; a soundscape has its own."))
    if asked.capture is not None:
        refuse_unwritable(asked.capture, replace=False, clinic=clinic, sound=True, endings=(".wav",))
    body, soundscape = asked_for(clinic, asked)
    lines = () if asked.script is None else script.read(asked.script, soundscape.start_ms)
    room = rooms.named(clinic, asked.room)
    lines = tuple(replace(line, argument=by_device(clinic, room, line.name, line.argument)) for line in lines)
    outputs = devices_of(clinic, asked)
    options = options_of(clinic, asked, outputs, tuple(line.at_ms for line in lines))
    known = plans.inputs(clinic, asked.code, soundscape)
    tonight = prepare(soundscape, body, known, options, clinic.clock)
    with clinic.catalogue() as catalogue:
        catalogue.keep({*known.wishes.heard_tracks, *(cue.track_id or "" for cue in soundscape.cues)})
    return replace(tonight, prompts=voices.read(clinic)), lines


def asked_for(clinic: Clinic, asked: SessionRequest) -> tuple[str, Soundscape]:
    """The soundscape that is asked for, as its file has it, and read: the one named, else the patient's plan."""
    file, body = plans.waiting(clinic, asked.code) if asked.file is None else (asked.file, files.read_text(asked.file))
    return body, from_json(body.encode(), file)


def devices_of(clinic: Clinic, asked: SessionRequest) -> tuple[str, ...]:
    """The sound devices that are meant by the outputs that are asked for; raises NotFound where one is not there."""
    room = rooms.named(clinic, asked.room)
    return tuple(device_of(clinic, room, output) for output in asked.outputs)


def options_of(
    clinic: Clinic, asked: SessionRequest, outputs: tuple[str, ...], barriers_ms: tuple[Milliseconds, ...] = ()
) -> SessionOptions:
    """Where it sounds and what is written down; refuses a room that the clinic does not have."""
    room = rooms.named(clinic, asked.room)
    return SessionOptions(
        room=room,
        output=outputs[0],
        also=outputs[1:],
        rate_hz=clinic.settings.rate_hz,
        capture=asked.capture,
        barriers_ms=barriers_ms,
        simulated=asked.simulated,
        rehearsal=asked.rehearses(outputs),
        checks_ms=tuple(map(ms_from_minutes, rooms.profile(clinic, room).checks_at)),
    )


def stay(live: LiveSession, lines: tuple[ScriptLine, ...], say: Say) -> None:
    """Walk a script's lines and follow the session to its end."""
    walk.ScriptWalker(live, say).walk(lines)
    walk.follow(live, say)
    if live.conductor.gone:
        say(_("The session has ended and was closed elsewhere."))
    elif live.link.is_over:
        say(_("The session was ended elsewhere, and is being closed there."))
    else:
        say(_("The session has ended and is not closed: `setsetting session close` logs the setting and closes it."))
    live.detach()


def act(clinic: Clinic, name: str, argument: str | None, session_id: str | None = None) -> str:
    """Do one act on the running session; return what it did and how it is taken back."""
    order(name, argument)  # what is wrong in itself is said before anything is looked for
    with attach(clinic, session_id, patience_s=KEEP_WITHIN_S) as live:
        argument = by_device(clinic, live.conductor.state.started.room, name, argument)
        return _kept(live, f"{live.act(name, argument)} ({BY_NAME[name].undone})")


def mark(clinic: Clinic, name: str, note: str | None, session_id: str | None = None) -> str:
    """Keep an observation at this minute of the session."""
    script.mark_named(name)
    note = note_given(note)
    with attach(clinic, session_id, patience_s=KEEP_WITHIN_S) as live:
        return _kept(live, live.mark(name, note))


def _kept(live: LiveSession, words: str) -> str:
    """The answer to an act of one command; one kept only in this process's memory is no success."""
    if live.at_risk:
        raise Refused(
            _("{words} But this command ends now and its memory with it: note it by hand.").format(words=words)
        )
    return words


def status(clinic: Clinic, session_id: str | None = None) -> Status:
    """Look at a session, a closed one too; nothing is changed."""
    try:
        where = live_folder(clinic, session_id)
    except NotFound:
        with clinic.record() as record:
            found = rows.sessions(record)
            if session_id is not None:
                found = [rows.session(record, session_id)]
            if not found:
                raise NotFound(_("No session has been started in this clinic.")) from None
            return recorded.status(record, found[-1].session_id)
    with control(clinic, where, attending=False) as live:
        return live.status()


def follow(clinic: Clinic, session_id: str | None = None) -> Iterator[Status]:
    """Look at a session again and again until it has ended, or is closed where that is begun; how it stands then is the
    last look. Nothing is changed.
    """
    looked = status(clinic, session_id)
    yield looked
    if not looked.plays:
        return
    with control(clinic, live_folder(clinic, looked.session_id), attending=False) as live:
        for looked in walk.looks(live):
            yield looked
        closed = live.conductor.gone
    if closed and looked.state is not SessionState.CLOSED:
        yield status(clinic, looked.session_id)


def listing(clinic: Clinic, *, withdrawn: bool = False) -> tuple[ListedSession, ...]:
    """Every session by its start, with its patient's code; with `withdrawn`, those of who was withdrawn too."""
    with clinic.record() as record:
        refuse_edited_list(record, LISTED_SESSIONS)
        codes = rows.codes(record)
        gone = corrections.gone(record)
        noted = live_rows.with_notes(record)
        return tuple(
            ListedSession(
                row,
                codes.get(row.patient_id, ""),
                *(_noted(record, row) if row.session_id in noted else ((), None)),
                each.reason if (each := gone.get(row.patient_id)) else None,
            )
            for row in rows.sessions(record)
            if withdrawn or row.patient_id not in gone
        )


def _noted(record: Record, row: SessionRow) -> tuple[tuple[MarkRow, ...], Milliseconds | None]:
    """A session's marks that have a note and stand, and its infusion's minute 0."""
    marks = live_rows.marks(record, row.session_id)
    return tuple(mark for mark in marks if mark.note and not mark.undone), live_rows.zero_ms(record, row.session_id)
