"""Acts on what was agreed with a patient before an infusion: said, said anew, shown with what was said before."""

from collections.abc import Mapping
from dataclasses import dataclass

from setsetting.clinical.agreements import Agreement, Agreements, short_line
from setsetting.desk.clinic import Clinic
from setsetting.record import rows, statement_rows
from setsetting.record.sound import refuse_edited
from setsetting.record.statement_kinds import Agreed
from setsetting.record.statement_rows import AgreementsRow


@dataclass(frozen=True, slots=True)
class AgreementsView:
    """What stands for a patient, and everything that was agreed before it, oldest first."""

    code: str
    now: Agreements
    told: tuple[AgreementsRow, ...]
    """All that was not withdrawn; the last is what stands, none where nobody was asked yet."""


def agree(clinic: Clinic, code: str, said: Mapping[Agreement, str | None]) -> AgreementsView:
    """Keep what was agreed, None for not asked; what is not named stays as it stands, and nothing new is no event."""
    with clinic.record() as record, record.whole():
        patient = rows.patient(record, code)
        refuse_edited(record, patient.patient_id)
        before = _standing(statement_rows.agreements(record, patient.patient_id))
        now = before.with_said(said)
        if now != before:
            agreed = Agreed(patient.named_id, touch=now.touch, voice=now.voice, stop=now.stop)
            record.append("patient.agreed", agreed)
    return show(clinic, code)


def show(clinic: Clinic, code: str) -> AgreementsView:
    """What was agreed with a patient; who was withdrawn is shown too."""
    with clinic.record() as record:
        patient = rows.patient(record, code, withdrawn=True)
        refuse_edited(record, patient.patient_id)
        told = statement_rows.agreements(record, patient.patient_id)
    return AgreementsView(patient.code, _standing(told), tuple(told))


def line(clinic: Clinic, code: str) -> str:
    """What stands on one line, for the screen of a session: `touch: hand only, stop: left hand`."""
    return short_line(standing(clinic, code))


def standing(clinic: Clinic, code: str) -> Agreements:
    """What stands, for what is shown before and in a session, which opens whatever was edited."""
    with clinic.record() as record:
        patient = rows.patient(record, code, withdrawn=True)
        return _standing(statement_rows.agreements(record, patient.patient_id))


def _standing(told: list[AgreementsRow]) -> Agreements:
    return told[-1].agreements if told else Agreements()
