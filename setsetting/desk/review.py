"""The patient review: rows of the record gathered into a course, and described."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

import setsetting
from setsetting.clinical.infusion import InfusionStep
from setsetting.clinical.marks import mark_words
from setsetting.clinical.setting import Setting
from setsetting.desk import mindset
from setsetting.desk.clinic import Clinic
from setsetting.desk.happened import happened
from setsetting.desk.records import refuse_unsound
from setsetting.library.track import Track
from setsetting.record import corrections, form_rows, live_rows, rows, scale_rows, setting_rows, statement_rows
from setsetting.record.corrections import identities
from setsetting.record.infusions import as_infusion
from setsetting.record.kinds import (
    MarkWithdrawn,
    MinuteCorrected,
    SessionMoved,
    SessionRetold,
    SettingCorrected,
    StepTold,
)
from setsetting.record.live_rows import ActRow, MarkRow
from setsetting.record.log import Record
from setsetting.record.session_clock import STEPS
from setsetting.record.statement_rows import SetRow
from setsetting.review.course import (
    CourseForm,
    CourseGoal,
    CourseMark,
    CourseScale,
    CourseSession,
    FormBefore,
    Origin,
    PatientCourse,
    SessionBefore,
    SetAside,
)
from setsetting.review.describe import review_of
from setsetting.review.view import PatientReview
from setsetting.session.acts import OF_MUSIC, called
from setsetting.units import Milliseconds


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
    said = statement_rows.sets(record, patient.patient_id)
    tracks = {track.id: track for track in clinic.tracks()} if any(row.soundscape for row in held) else {}
    return PatientCourse(
        code=patient.code,
        simulated=patient.simulated,
        zone=clinic.settings.time_zone,
        forms=tuple(_form(row) for row in told if row.withdrawn is None),
        withdrawn=tuple((_form(row), row.withdrawn.reason) for row in told if row.withdrawn is not None),
        sessions=tuple(
            course_session(record, row, row.visit_no, tracks, mindset.of_session(said, row, held, clinic.settings.zone))
            for row in held
            if row.visit_no is not None
        ),
        goals=tuple(
            CourseGoal(row.taken_ms, row.dated_only, row.score, row.words)
            for row in mindset.newest_a_day(
                statement_rows.goal_scores(record, patient.patient_id), clinic.settings.zone
            )
        ),
        scales=tuple(
            CourseScale(row.scale, row.total, row.lowest, row.highest, row.taken_ms, row.dated_only)
            for row in scale_rows.totals(record, patient.patient_id)
        ),
        set_aside=tuple(_set_aside(record, row) for row in held if not row.counts),
        merged=tuple(each.reason for other, each in known.merged.items() if known.of(other) == patient.patient_id),
        moved_away=tuple(corrections.moved_away(record, patient.patient_id)),
        forms_moved_away=tuple(form_rows.moved_away(record, patient.patient_id)),
        origin=origin_of(record),
    )


def _form(row: form_rows.FormRow) -> CourseForm:
    changes = tuple(
        FormBefore(each.reason, each.before, each.dated_only, other_patient=each.patient_id != row.patient_id)
        for each in row.changes
    )
    return CourseForm(
        row.form_id, row.form, row.dated_only, row.corrections, changes, len(row.open_queries), row.second
    )


def course_session(
    record: Record, row: rows.SessionRow, visit_no: int, tracks: Mapping[str, Track], brought: SetRow | None
) -> CourseSession:
    """One session as a course tells it; `tracks` are the library's, by id, `brought` what the patient said before it."""
    logged = row.setting
    acts, marks = live_rows.acts(record, row.session_id), live_rows.marks(record, row.session_id)
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
        corrected=befores(record, row, [*acts, *marks]),
        happened=happened(record, row, acts, tracks),
        mindset=None if brought is None else brought.ratings,
        ended_ms=row.over_ms,
    )


def befores(record: Record, row: rows.SessionRow, said: Iterable[ActRow | MarkRow]) -> tuple[SessionBefore, ...]:
    """Why a session was corrected, each of its corrections with what had stood until then."""
    if not row.corrections:
        return ()
    known, codes = identities(record), rows.codes(record)
    logged = setting_rows.logged(record, [row.session_id]).get(row.session_id)
    setting = {} if logged is None else logged.by_name
    whose, started_ms, planned = row.told
    minutes = {each.event_id: (*_named(each), each.told_ms) for each in said}
    found = []
    for each in row.corrections:
        before = SessionBefore(each.reason)
        match each.payload:
            case SessionMoved(patient_id=patient_id):
                before = replace(before, patient=codes.get(whose, ""), other_patient=whose != row.patient_id)
                whose = known.of(patient_id)
            case SessionRetold():
                ran = as_infusion(each.payload.planned)
                before = replace(
                    before,
                    started_ms=started_ms if started_ms != each.payload.started_utc_ms else None,
                    planned=planned if planned != ran else None,
                )
                started_ms, planned = each.payload.started_utc_ms, ran
            case MinuteCorrected(infusion_ms=infusion_ms) if each.corrects in minutes:
                name, words, at_ms = minutes[each.corrects]
                minutes[each.corrects] = name, words, infusion_ms
                if STEPS.get(name) is InfusionStep.START:  # minutes count from it: all of them are others now
                    minutes = {
                        of: (said_as, called_so, _since(infusion_ms, ms))
                        for of, (said_as, called_so, ms) in minutes.items()
                    }
                    at_ms = _since(infusion_ms, at_ms)
                before = replace(before, said=name, called=words, said_ms=at_ms)
            case SettingCorrected():
                now = setting_rows.as_corrected(record, each.payload).by_name
                names = [name for name in {**setting, **now} if setting.get(name) != now.get(name)]
                before, setting = replace(before, setting={name: setting.get(name) for name in names}), now
            case StepTold(step=step):
                before = replace(before, called=step)
            case MarkWithdrawn() if each.corrects in minutes:
                name, words, at_ms = minutes[each.corrects]
                before = replace(before, said=name, called=words, said_ms=at_ms)
        found.append(before)
    return tuple(found)


def _since(zero_ms: Milliseconds, told_ms: Milliseconds | None) -> Milliseconds | None:
    """A minute as it counts from another one."""
    return None if told_ms is None else Milliseconds(told_ms - zero_ms)


def _named(said: ActRow | MarkRow) -> tuple[str, str]:
    """The name of a mark or an act, and what it is called."""
    return (said.mark, mark_words(said.mark)) if isinstance(said, MarkRow) else (said.act, called(said.act))


def _set_aside(record: Record, row: rows.SessionRow) -> SetAside:
    acts, marks = live_rows.acts(record, row.session_id), live_rows.marks(record, row.session_id)
    corrected = befores(record, row, [*acts, *marks])
    return SetAside(row.started_utc_ms, row.aside, corrected)


def _music_acts(acts: Iterable[ActRow]) -> int:
    """Live changes of the music; acts on the infusion are none, nor what was taken back and its undo."""
    return sum(act.act in OF_MUSIC and not act.undone for act in acts)
