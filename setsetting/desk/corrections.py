"""Corrections after the fact: each a new event with its reason, each taken back by another; nothing is overwritten."""

from collections.abc import Collection
from contextlib import suppress
from dataclasses import dataclass

from setsetting.clinical.contradictions import contradictions, unconsented
from setsetting.clinical.free_text import reason_given
from setsetting.clinical.setting import NOTE, TOUCH, Setting, in_order
from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import patients
from setsetting.desk.attending import heed, settled
from setsetting.desk.clashes import clashes, new_words
from setsetting.desk.clinic import Clinic
from setsetting.desk.patients import PatientView
from setsetting.desk.wishes import wishes_of
from setsetting.errors import BrokenFile, NotFound, Refused, UsageError
from setsetting.record import corrections, rows
from setsetting.record.kinds import PatientMerged, PatientWithdrawn, SessionMoved, SessionVoided, SettingCorrected
from setsetting.record.log import Record
from setsetting.record.rows import PatientRow, SessionRow
from setsetting.record.setting_rows import SettingRow
from setsetting.record.sound import refuse_edited
from setsetting.session import closing, folder, frozen, link, preflight
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class CorrectedSession:
    """A session as it now stands, whose it is, and the event by which it was corrected."""

    row: SessionRow
    code: str
    event_id: str


class AgainstItself(Refused):
    """Fields of a setting that cannot both be so, or of which one lacks its other half; `why` says which."""

    def __init__(self, why: str) -> None:
        super().__init__(_("{why} Say which it was, or that it was so (`--as-said`).").format(why=why))
        self.why = why


def void(clinic: Clinic, session_id: str, reason: str) -> CorrectedSession:
    """Say that a session was none, such as a trial: it counts nowhere, nothing in it was heard, its trail stays.

    One that still runs is refused; one that is not closed is asked about no more.
    """
    reason = reason_given(reason)
    with clinic.record() as record:
        row = session_to_change(record, session_id)
    if row.void:
        raise Refused(_("Session {id} is void already.").format(id=row.session_id))
    if not (row.closed or settled(clinic, row.session_id)):
        raise Refused(_("Session {id} still runs; close it first, then void it.").format(id=row.session_id))
    where = folder.folder_of(clinic.folder, row.session_id)
    with clinic.record() as record, record.whole():
        record.append_all(frozen.drafts(where, clinic.say))
        told = corrections.beginning(record, row.session_id)
        payload = SessionVoided(session_id=row.session_id, reason=reason)
        event = record.append("session.voided", payload, corrects=told)
        after = as_it_stands(record, row.session_id, event.event_id)
    link.end(where)
    folder.remove(where)
    return after


def move(clinic: Clinic, session_id: str, code: str, reason: str) -> CorrectedSession:
    """Give a session to the patient whose it was; numbers, heard, links and reports of both follow.

    While it runs, what of tonight's music the patient refuses is said, and what of it is to come is left out.
    """
    reason = reason_given(reason)
    with clinic.record() as record, record.whole():
        row, patient = session_to_change(record, session_id), rows.patient(record, code)
        if row.patient_id == patient.patient_id:
            raise Refused(_("Session {id} is {code}'s already.").format(id=row.session_id, code=patient.code))
        patients.refuse_simulated_beside_real(rows.owner_of(record, row.patient_id), patient)
        if row.counts:
            held = [each for each in rows.sessions(record, patient.patient_id) if each.counts]
            closing.refuse_overlap(held, patient.code, row.started_utc_ms, row.over_ms, clinic.settings.zone)
        payload = SessionMoved(session_id=row.session_id, patient_id=patient.named_id, reason=reason)
        told = corrections.beginning(record, row.session_id)
        event = record.append("session.moved", payload, corrects=told)
        if row.ended_utc_ms is None:
            _say_refused(clinic, record, row.session_id, patient)
        after = as_it_stands(record, row.session_id, event.event_id)
    heed(clinic)
    return after


def setting_told(clinic: Clinic, session_id: str) -> dict[str, str]:
    """What stands of a session's setting, its taps and its note, by name."""
    with clinic.record() as record:
        row = rows.session(record, session_id)
        refuse_edited(record, row.patient_id)
    return {} if row.setting is None else row.setting.by_name


def correct_setting(
    clinic: Clinic,
    session_id: str,
    said: SettingLog,
    reason: str,
    *,
    unsaid: Collection[str] = (),
    insisted: bool = False,
) -> CorrectedSession:
    """Say what a closed session's setting, taps and note were; what is neither said nor `unsaid`, by name, stays.

    Raises AgainstItself for two fields that cannot both be so, where one of them is said now, unless somebody `insisted`
    that it was so.
    """
    reason = reason_given(reason)
    now, taken = {**said.setting.values, **said.taps} | ({NOTE: said.note} if said.note else {}), frozenset(unsaid)
    if both := taken & now.keys():
        raise UsageError(_("{name} is said and taken away at once.").format(name=min(both)))
    with clinic.record() as record, record.whole():
        row = session_to_change(record, session_id)
        if not row.closed:
            raise Refused(_("Session {id} is not closed; its setting is asked at its close.").format(id=row.session_id))
        refuse_edited(record, row.patient_id)
        old = row.setting or SettingRow(row.session_id, {}, {}, None, (), {})
        if absent := taken - old.by_name.keys():
            raise NotFound(_("Of {name} nothing was said in this session.").format(name=min(absent)))
        fields = {name: value for name, value in old.fields.items() if name not in taken} | dict(said.setting.values)
        taps = {name: value for name, value in old.taps.items() if name not in taken} | dict(said.taps)
        note = said.note or (None if NOTE in taken else old.note)
        if (fields, taps, note) == (old.fields, old.taps, old.note):
            raise Refused(_("Session {id} says that already; nothing was recorded.").format(id=row.session_id))
        if not insisted and (why := _against_itself(said.setting, Setting(fields))):
            raise AgainstItself(why)
        payload = SettingCorrected(
            session_id=row.session_id,
            fields=dict(in_order(fields).values),
            taps=taps,
            note=note,
            by_program=tuple(name for name in old.by_program if name not in {*taken, *said.setting.values}),
            usual=old.usual,
            reason=reason,
        )
        told = corrections.beginning(record, row.session_id)
        event = record.append("session.setting_corrected", payload, corrects=told)
        return as_it_stands(record, row.session_id, event.event_id)


def _against_itself(said: Setting, now: Setting) -> str:
    """What of a setting can't be so, or lacks its other half, where some of it is said now; else nothing."""
    found = [each.words for each in contradictions(now) if said.values.keys() & set(each.names)]
    return (*found, unconsented(now) if TOUCH in said.values else "")[0]


def _say_refused(clinic: Clinic, record: Record, session_id: str, patient: PatientRow) -> None:
    """Say which of a running session's music its patient refuses, or has heard."""
    with suppress(BrokenFile, NotFound):
        tonight = folder.read_tracks(folder.folder_of(clinic.folder, session_id))
        wishes = wishes_of(clinic, record, patient.patient_id)
        against = [words for track in tonight.values() for words in preflight.against(track, wishes)]
        if against:
            clinic.say(
                _(
                    "The session's music was chosen for another patient. What this one refuses is left out from the next cue on. {troubles}"
                ).format(troubles=" ".join(against))
            )


@dataclass(frozen=True, slots=True)
class CorrectedPatient:
    """A patient after a merge or a withdrawal, and the event by which it was corrected."""

    view: PatientView
    event_id: str


def merge(clinic: Clinic, code: str, into: str, reason: str) -> CorrectedPatient:
    """Say that two patients are one, who goes on under the second code: sessions, forms, vetoes and heard unite."""
    reason = reason_given(reason)
    with clinic.record() as record, record.whole():
        one, other = rows.patient(record, code), rows.patient(record, into)
        if one.patient_id == other.patient_id:
            raise Refused(_("They are one patient already, {code}.").format(code=other.code))
        if rows.plain_code(one.code) != rows.plain_code(code):
            raise Refused(_("The first code was merged into {into} before; merge {into}.").format(into=one.code))
        patients.refuse_simulated_beside_real(one, other)
        payload = PatientMerged(patient_id=one.patient_id, into_id=other.patient_id, reason=reason)
        before = clashes(clinic, record)
        event = record.append("patient.merged", payload, corrects=corrections.adding(record, one.patient_id))
        if said := new_words(before, clashes(clinic, record)):
            clinic.say(_("{what} Void or withdraw what was entered twice.").format(what=said))
    heed(clinic)
    return CorrectedPatient(patients.show(clinic, other.code), event.event_id)


def withdraw(clinic: Clinic, code: str, reason: str) -> CorrectedPatient:
    """Leave a patient out of lists and reviews; nothing is lost, and it is taken back as any correction."""
    reason = reason_given(reason)
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        if any(row.patient_id == patient.patient_id for row in rows.unclosed(record)):
            raise Refused(_("A session of {code} is not closed; close it first.").format(code=patient.code))
        payload = PatientWithdrawn(patient_id=patient.patient_id, reason=reason)
        event = record.append("patient.withdrawn", payload, corrects=corrections.adding(record, patient.patient_id))
    return CorrectedPatient(patients.show(clinic, patient.code), event.event_id)


def session_to_change(record: Record, session_id: str) -> SessionRow:
    """A session that something is to be done to; refuses one whose patient was withdrawn."""
    row = rows.session(record, session_id)
    rows.refuse_withdrawn(record, row.patient_id)
    return row


def as_it_stands(record: Record, session_id: str, event_id: str) -> CorrectedSession:
    """A session after the correction that is this event."""
    row = rows.session(record, session_id)
    return CorrectedSession(row, rows.codes(record).get(row.patient_id, ""), event_id)
