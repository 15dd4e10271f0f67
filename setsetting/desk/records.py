"""Acts on the record itself: verified, even when other commands refuse it; derived anew; an event erased."""

from dataclasses import dataclass
from pathlib import Path

from setsetting.clinical.free_text import reason_given
from setsetting.desk.clinic import RECORD, Clinic, folder_of, open_clinic
from setsetting.errors import Refused, UsageError
from setsetting.record import corrections, payloads, rows
from setsetting.record.device import Device
from setsetting.record.event import Event
from setsetting.record.kinds import PatientAdded, Payload, SoundscapeUsed
from setsetting.record.log import Record
from setsetting.record.verify import Verification
from setsetting.record.verify import verify as verify_file
from setsetting.session import folder as live_folder
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class TrailEntry:
    """One event of the trail, and why it was told where it says so."""

    event: Event
    reason: str | None


def verify(named: Path | None) -> Verification:
    """Verify a clinic's record; its clinic.toml may be missing or broken."""
    folder = folder_of(named)
    if folder is None or not (folder / RECORD).exists():
        folder = open_clinic(named).folder
    return verify_file(folder / RECORD, Device.known(folder))


def refuse_unsound(clinic: Clinic) -> None:
    """Raise Refused unless the record is as it was written; while nobody else writes, that is the state that is read."""
    found = verify_file(clinic.folder / RECORD, Device.known(clinic.folder))
    if not found.ok:
        raise Refused(
            _("The record does not verify, so nothing is shown or written from it. {why}").format(
                why=" ".join(found.sentences())
            )
        )


def rebuild(clinic: Clinic) -> int:
    """Delete every projection and fold the events anew; return how many events were read."""
    with clinic.record() as record:
        return record.rebuild()


def events(clinic: Clinic, code: str | None) -> list[TrailEntry]:
    """Every event, or a patient's, in their order of cause."""
    with clinic.record() as record:
        if code is None:
            found = record.events()
        else:
            found = corrections.told_of(record, rows.patient(record, code, withdrawn=True).patient_id)
    return [TrailEntry(event, _reason(event)) for event in found]


def _reason(event: Event) -> str | None:
    reason: str | None = getattr(_payload(event), "reason", None)
    return reason


def _payload(event: Event) -> Payload | None:
    return payloads.decode(event.kind, event.version, event.payload, event.seal)


def erase(clinic: Clinic, name: str, reason: str) -> Event:
    """Erase the text of the event whose id is `name` or begins with it; return it as it was told first, without it."""
    if not (name.strip() and reason.strip()):
        raise UsageError(_("An erasure needs an event's id and a reason; nothing was erased."))
    reason = reason_given(reason)
    with clinic.record() as record:
        event = record.named(name)
        _refuse_with_refusals(record, event)
        _refuse_while_live(clinic, record, event)
        record.erase(event.event_id, reason)
        return record.named(event.event_id)


def _refuse_with_refusals(record: Record, event: Event) -> None:
    """Whose refusals stand is not erased: they would be nobody's, and the music would play again under the same code."""
    payload = _payload(event)
    if isinstance(payload, PatientAdded) and any(row.patient_id == payload.patient_id for row in rows.vetoes(record)):
        raise Refused(
            _(
                "What this patient refuses stands; erased, nobody would refuse it."
                " Withdraw each first (`setsetting patient unveto`), then erase it."
            )
        )


def _refuse_while_live(clinic: Clinic, record: Record, event: Event) -> None:
    """What was done in a session stands in its folder too, with its soundscape, until its close; its patient is needed."""
    payload = _payload(event)
    known = {row.session_id: row for row in rows.sessions(record)}
    told_in: str | None = getattr(payload, "session_id", None)
    concerned = set() if told_in is None else {told_in}
    if isinstance(payload, PatientAdded):
        concerned = {
            row.session_id
            for row in known.values()
            if row.patient_id == corrections.identities(record).of(payload.patient_id)
        }
    elif isinstance(payload, SoundscapeUsed):
        concerned = {row.session_id for row in known.values() if row.soundscape == payload.sha256}
    for session_id in sorted(concerned):
        if not (where := live_folder.folder_of(clinic.folder, session_id)).is_dir():
            continue
        if session_id not in known or not known[session_id].closed:
            raise Refused(
                _("Session {id} is not closed, and its folder holds what was done in it. Close it, then erase.").format(
                    id=session_id
                )
            )
        live_folder.remove(where)
        if where.is_dir():
            raise Refused(_("{path} cannot be removed, and may hold what is to be erased.").format(path=where))
