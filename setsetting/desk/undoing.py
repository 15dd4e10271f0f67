"""Taking a correction back by a further event: only one that stands, the last of several first.

What nobody could enter is not brought about by it either.
"""

from collections.abc import Iterable

from setsetting.clinical.free_text import reason_given
from setsetting.clinical.infusion import InfusionAct
from setsetting.desk.attending import heed
from setsetting.desk.clashes import clashes, new_words
from setsetting.desk.clinic import Clinic
from setsetting.desk.minutes import keep
from setsetting.desk.starts import refuse_impossible
from setsetting.errors import Refused
from setsetting.record import corrections, form_rows, rows, session_clock
from setsetting.record.corrections import Correction
from setsetting.record.form_kinds import FormQueried
from setsetting.record.kinds import (
    CorrectionUndone,
    MarkWithdrawn,
    MinuteCorrected,
    PatientMerged,
    PatientWithdrawn,
    TrackVetoed,
    VetoWithdrawn,
)
from setsetting.record.log import Draft, Record
from setsetting.record.rows import SessionRow
from setsetting.words.translate import _


def undo(clinic: Clinic, name: str, reason: str) -> Correction:
    """Take back the correction whose event's id is `name` or begins with it; return it."""
    undone = _undone(clinic, name, reason_given(reason))
    heed(clinic)
    return undone


def _undone(clinic: Clinic, name: str, reason: str) -> Correction:
    with clinic.record() as record, record.whole():
        event = record.named(name)
        known = {each.event_id: each for each in corrections.standing(record)}
        if event.event_id not in known:
            if event.kind == "correction.undone":
                raise Refused(_("That event took a correction back; to have it again, correct again."))
            if event.kind == "soundscape.accepted":
                raise Refused(_("A plan is taken back for its patient: `setsetting soundscape unaccept`."))
            if event.kind not in corrections.KINDS_OF_CORRECTION:
                raise Refused(
                    _("Event {id} ({kind}) is no correction; only a correction is taken back.").format(
                        id=event.event_id, kind=event.kind
                    )
                )
            raise Refused(_("This correction was taken back already, or its text was erased."))
        undone = known[event.event_id]
        _refuse_below(undone, known.values())
        _refuse_frozen(record, undone)
        draft = Draft(
            "correction.undone", CorrectionUndone(reason=reason), corrects=event.event_id, subject=event.subject
        )
        if not isinstance(undone.payload, MinuteCorrected | MarkWithdrawn):
            before, refused = clashes(clinic, record), _refused_while_one(record, undone)
            record.append_all([draft, *refused])
            record.append_all(_allowed_by_another(record, undone))
            _refuse_frozen(record, undone)
            if said := new_words(before, clashes(clinic, record)):
                raise Refused(_("It can't be taken back as things are. {why}").format(why=said))
            return undone
        row = rows.session(record, undone.payload.session_id)
        refuse_impossible(_steps(record, row, without=undone))
    keep(clinic, row, draft)
    return undone


def _refused_while_one(record: Record, undone: Correction) -> list[Draft]:
    """What was refused while two patients stood as one, for both when they are two again: nobody said whose it was."""
    merged = undone.payload
    if not isinstance(merged, PatientMerged):
        return []
    return [
        _vetoed(merged.patient_id, veto.what, veto.value)
        for veto in rows.vetoes(record, merged.patient_id)
        if _lamport(record, veto.event_id) > _lamport(record, undone.event_id)
    ]


def _allowed_by_another(record: Record, undone: Correction) -> list[Draft]:
    """What one of two who are two again had refused, and was taken back in the name of the other while they stood as one."""
    merged, known, found = undone.payload, corrections.identities(record), []
    if not isinstance(merged, PatientMerged):
        return []
    parted = {known.of(merged.patient_id), known.of(merged.into_id)}
    for each in corrections.standing(record, (VetoWithdrawn,)):
        vetoed = corrections.payload_of(record, each.corrects)
        if not isinstance(each.payload, VetoWithdrawn) or not isinstance(vetoed, TrackVetoed):
            continue
        concerned = {known.of(vetoed.patient_id), known.of(each.payload.patient_id)}
        if (
            len(parted) == 2
            and concerned == parted
            and _lamport(record, each.event_id) > _lamport(record, undone.event_id)
        ):
            found.append(_vetoed(vetoed.patient_id, vetoed.what, vetoed.value))
    return found


def _vetoed(patient_id: str, what: str, value: str) -> Draft:
    return Draft("patient.vetoed", TrackVetoed(patient_id=patient_id, what=what, value=value))


def _lamport(record: Record, event_id: str) -> int:
    """When an event was told, in the order of cause: a wall clock may have been set back since."""
    return record.told(event_id)[0].lamport


def _refuse_frozen(record: Record, undone: Correction) -> None:
    """Refuse to change anything of a patient who was withdrawn, but that itself and who is one person with whom."""
    payload = undone.payload
    if isinstance(payload, PatientMerged | PatientWithdrawn):
        return
    form_id, session_id = getattr(payload, "form_id", None), getattr(payload, "session_id", None)
    if form_id is not None:
        rows.refuse_withdrawn(record, form_rows.whose(record, form_id))
    elif session_id is not None:
        rows.refuse_withdrawn(record, rows.session(record, session_id).patient_id)
    elif (patient_id := getattr(payload, "patient_id", None)) is not None:
        rows.refuse_withdrawn(record, corrections.identities(record).of(patient_id))


def _refuse_below(undone: Correction, standing: Iterable[Correction]) -> None:
    """Refuse to take a correction back under a later one of it or of the same, which would go on telling what it told."""
    known = list(standing)
    above = [
        each
        for each in known[known.index(undone) + 1 :]
        if each.corrects == undone.event_id or (each.kind, each.corrects) == (undone.kind, undone.corrects)
    ]
    if above and not isinstance(undone.payload, VetoWithdrawn | FormQueried):
        raise Refused(
            _(
                "A later correction stands upon this one; take that back first (`setsetting record undo --event {id}`)."
            ).format(id=above[-1].event_id)
        )


def _steps(record: Record, row: SessionRow, *, without: Correction) -> list[InfusionAct]:
    """The steps of the infusion as they would stand without a correction of their minutes."""
    others = [each for each in corrections.standing(record, (MinuteCorrected,)) if each != without]
    minutes = {
        each.corrects: each.payload
        for each in others
        if isinstance(each.payload, MinuteCorrected) and each.payload.session_id == row.session_id
    }
    return list(session_clock.session_clock(record, row.session_id, minutes).steps.values())
