"""The patient review: rows of the record gathered into a course, and described."""

from collections.abc import Iterable, Mapping

import setsetting
from setsetting.clinical.setting import Setting
from setsetting.desk.clinic import Clinic
from setsetting.desk.happened import happened
from setsetting.desk.records import refuse_unsound
from setsetting.library.track import Track
from setsetting.record import corrections, form_rows, live_rows, rows
from setsetting.record.corrections import Correction, identities
from setsetting.record.kinds import MarkWithdrawn, MinuteCorrected, SessionMoved, SessionRetold
from setsetting.record.live_rows import ActRow, MarkRow
from setsetting.record.log import Record
from setsetting.review.course import (
    CourseForm,
    CourseMark,
    CourseSession,
    FormBefore,
    Origin,
    PatientCourse,
    SessionBefore,
    SetAside,
)
from setsetting.review.describe import review_of
from setsetting.review.view import PatientReview
from setsetting.session.acts import ACTS, OF_INFUSION


def patient_review(clinic: Clinic, code: str) -> PatientReview:
    """What the screen and the command show of one patient, from one verified state of the record; descriptive only."""
    with clinic.record() as record, record.whole():
        refuse_unsound(clinic)
        return review_of(course_of(clinic, record, code))


def origin_of(record: Record) -> Origin:
    """Where what is read now comes from."""
    head = record.head()
    return Origin(head.hash, head.events, f"setsetting {setsetting.__version__}")


def course_of(clinic: Clinic, record: Record, code: str) -> PatientCourse:
    """Gather a patient's forms and sessions as they now stand."""
    patient, known = rows.patient(record, code), identities(record)
    held = rows.sessions(record, patient.patient_id)
    told = form_rows.every(record, patient.patient_id)
    tracks = {track.id: track for track in clinic.tracks()} if any(row.soundscape for row in held) else {}
    return PatientCourse(
        code=patient.code,
        simulated=patient.simulated,
        zone=clinic.settings.time_zone,
        forms=tuple(_form(row) for row in told if row.withdrawn is None),
        withdrawn=tuple((_form(row), row.withdrawn.reason) for row in told if row.withdrawn is not None),
        sessions=tuple(course_session(record, row, row.visit_no, tracks) for row in held if row.visit_no is not None),
        set_aside=tuple(_set_aside(record, row) for row in held if not row.counts),
        merged=tuple(each.reason for other, each in known.merged.items() if known.of(other) == patient.patient_id),
        moved_away=tuple(corrections.moved_away(record, patient.patient_id)),
        forms_moved_away=tuple(form_rows.moved_away(record, patient.patient_id)),
        origin=origin_of(record),
    )


def _form(row: form_rows.FormRow) -> CourseForm:
    changes = tuple(
        FormBefore(
            each.reason,
            each.before.recall,
            each.before.taken_ms,
            each.dated_only,
            other_patient=each.patient_id != row.patient_id,
        )
        for each in row.changes
    )
    return CourseForm(row.form_id, row.form, row.dated_only, row.corrections, changes)


def course_session(record: Record, row: rows.SessionRow, visit_no: int, tracks: Mapping[str, Track]) -> CourseSession:
    """One session as a course tells it; `tracks` are the library's, by id."""
    logged = row.setting
    acts, marks = live_rows.acts(record, row.session_id), live_rows.marks(record, row.session_id)
    said = _by_event(acts, marks)
    return CourseSession(
        session_id=row.session_id,
        visit_no=visit_no,
        started_ms=row.started_utc_ms,
        planned=row.planned,
        actual=row.actual,
        room=row.room,
        usual=Setting() if logged is None else Setting(logged.usual),
        setting=None if logged is None else Setting(logged.fields),
        taps={} if logged is None else logged.taps,
        by_program=() if logged is None else logged.by_program,
        note=None if logged is None else logged.note,
        playlist=row.playlist,
        marks=tuple(CourseMark(mark.mark, mark.infusion_ms, mark.note) for mark in marks if not mark.undone),
        music_acts=None if row.entered_afterwards or row.is_external else _music_acts(acts),
        entered_afterwards=row.entered_afterwards,
        closed=row.closed,
        corrected=tuple(_before(each, row, said) for each in row.corrections),
        happened=happened(record, row, acts, tracks),
        ended_ms=row.over_ms,
    )


def _before(correction: Correction, row: rows.SessionRow, said: Mapping[str, ActRow | MarkRow]) -> SessionBefore:
    """Why a session was corrected, and what had been told of it."""
    match correction.payload:
        case SessionMoved():
            return SessionBefore(correction.reason, other_patient=True)
        case SessionRetold():
            return SessionBefore(correction.reason, started_ms=row.told[0])
        case MinuteCorrected() | MarkWithdrawn() if (of := said.get(correction.corrects)) is not None:
            return SessionBefore(
                correction.reason, said=of.mark if isinstance(of, MarkRow) else of.act, said_ms=of.told_ms
            )
    return SessionBefore(correction.reason)


def _set_aside(record: Record, row: rows.SessionRow) -> SetAside:
    said = _by_event(live_rows.acts(record, row.session_id), live_rows.marks(record, row.session_id))
    return SetAside(row.started_utc_ms, row.void, tuple(_before(each, row, said) for each in row.corrections))


def _by_event(acts: Iterable[ActRow], marks: Iterable[MarkRow]) -> dict[str, ActRow | MarkRow]:
    said: list[ActRow | MarkRow] = [*acts, *marks]
    return {each.event_id: each for each in said}


def _music_acts(acts: Iterable[ActRow]) -> int:
    """Live changes of the music; acts on the infusion are none, nor what was taken back and its undo."""
    others = OF_INFUSION | {act.name for act in ACTS if act.undoes}
    return sum(act.act not in others and not act.undone for act in acts)
