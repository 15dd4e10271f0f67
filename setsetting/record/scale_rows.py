"""Totals of other scales that stand, as typed rows, by the time at which they were taken."""

from dataclasses import dataclass

from setsetting.record import corrections, schema
from setsetting.record.log import Record
from setsetting.record.statement_rows import Statement
from setsetting.units import Milliseconds


@dataclass(frozen=True, slots=True)
class ScaleRow(Statement):
    """A total with the range that the clinic stated by then."""

    scale: str
    total: int
    lowest: int
    highest: int
    taken_ms: Milliseconds
    dated_only: bool


def totals(record: Record, patient_id: str) -> list[ScaleRow]:
    """What was noted of a patient and not withdrawn."""
    known = corrections.identities(record)
    found = record.read(
        "SELECT s.*, e.at_utc_ms, e.actor FROM patient_scale_noted s JOIN event e USING (device, seq)"
        f" WHERE {schema.of_patient('s')} AND NOT {schema.withdrawn('s.event_id')}"
        " ORDER BY s.taken_utc_ms, s.lamport, s.device, s.seq",
        [known.asked(patient_id)],
    )
    return [
        ScaleRow(
            row["event_id"],
            known.of(row["patient_id"]),
            row["at_utc_ms"],
            row["actor"],
            row["scale"],
            row["total"],
            row["lowest"],
            row["highest"],
            row["taken_utc_ms"],
            bool(row["dated_only"]),
        )
        for row in found
    ]
