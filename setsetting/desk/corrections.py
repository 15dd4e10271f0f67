"""Corrections after the fact: each a new event with its reason, each taken back by another; nothing is overwritten."""

from dataclasses import dataclass

from setsetting.desk.attending import settled
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused, UsageError
from setsetting.record import corrections, rows
from setsetting.record.corrections import Correction
from setsetting.record.kinds import CorrectionUndone, SessionVoided
from setsetting.record.log import Record
from setsetting.record.rows import SessionRow
from setsetting.session import folder
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class CorrectedSession:
    """A session as it now stands, whose it is, and the event by which it was corrected."""

    row: SessionRow
    code: str
    event_id: str


def void(clinic: Clinic, session_id: str, reason: str) -> CorrectedSession:
    """Say that a session was none, such as a trial: it counts nowhere, nothing in it was heard, its trail stays.

    One that still runs is refused; one that is not closed is asked about no more.
    """
    reason = _reason(reason)
    with clinic.record() as record:
        row = rows.session(record, session_id)
    if row.void:
        raise Refused(_("Session {id} is void already.").format(id=row.session_id))
    if not (row.closed or settled(clinic, row.session_id)):
        raise Refused(_("Session {id} still runs; close it first, then void it.").format(id=row.session_id))
    with clinic.record() as record, record.whole():
        told = corrections.beginning(record, row.session_id)
        payload = SessionVoided(session_id=row.session_id, reason=reason)
        event = record.append("session.voided", payload, corrects=told)
        after = _session(record, row.session_id, event.event_id)
    folder.remove(folder.folder_of(clinic.folder, row.session_id))
    return after


def undo(clinic: Clinic, name: str, reason: str) -> Correction:
    """Take back the correction whose event's id is `name` or begins with it; return it."""
    reason = _reason(reason)
    with clinic.record() as record, record.whole():
        event = record.named(name)
        known = {each.event_id: each for each in corrections.standing(record)}
        if event.event_id not in known:
            if event.kind == "correction.undone":
                raise Refused(_("That event took a correction back; to have it again, correct again."))
            if event.kind not in corrections.KINDS_OF_CORRECTION:
                raise Refused(
                    _("Event {id} ({kind}) is no correction; only a correction is taken back.").format(
                        id=event.event_id, kind=event.kind
                    )
                )
            raise Refused(_("This correction was taken back already, or its text was erased."))
        record.append(
            "correction.undone", CorrectionUndone(reason=reason), corrects=event.event_id, subject=event.subject
        )
        return known[event.event_id]


def _session(record: Record, session_id: str, event_id: str) -> CorrectedSession:
    row = rows.session(record, session_id)
    codes = {patient.patient_id: patient.code for patient in rows.patients(record)}
    return CorrectedSession(row, codes.get(row.patient_id, ""), event_id)


def _reason(text: str) -> str:
    if not (reason := text.strip()):
        raise UsageError(_("A correction needs a reason; nothing was recorded."))
    return reason
