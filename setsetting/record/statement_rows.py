"""What was said of patients outside forms and sessions, as typed rows: the newest statement that was not withdrawn stands.

Two patients made one have what was said of either, and the newest of both stands.
"""

from dataclasses import dataclass

from setsetting.clinical.agreements import Agreement, Agreements
from setsetting.machine.database import StoredRow
from setsetting.record import corrections, schema
from setsetting.record.log import Record
from setsetting.record.rows import ids_of, of_patient
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class AgreementsRow:
    """What was agreed, when it was said and by whom (a random id); `event_id` is what a withdrawal corrects."""

    event_id: str
    patient_id: str
    at_utc_ms: Milliseconds
    actor: str
    agreements: Agreements


def agreements(record: Record, patient_id: str) -> list[AgreementsRow]:
    """All that was agreed with a patient and not withdrawn, oldest first: the last of them stands."""
    return [
        AgreementsRow(
            row["event_id"],
            corrections.identities(record).of(row["patient_id"]),
            row["at_utc_ms"],
            row["actor"],
            Agreements(**{str(each): row[each] for each in Agreement}),
        )
        for row in _told(record, "patient_agreed", patient_id)
    ]


def _told(record: Record, table: str, patient_id: str) -> list[StoredRow]:
    """The statements of one kind that were not withdrawn, in their order of cause."""
    return record.read(
        f"SELECT s.*, e.at_utc_ms, e.actor FROM {table} s JOIN event e USING (device, seq)"
        f" WHERE {of_patient('s')} AND NOT {schema.withdrawn('s.event_id')} ORDER BY s.lamport, s.device, s.seq",
        [ids_of(corrections.identities(record), patient_id)],
    )
