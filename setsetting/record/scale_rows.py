"""Totals of other scales, as typed rows, by the time at which they were taken."""

from dataclasses import dataclass

from setsetting.record import cells, corrections, schema
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
    withdrawn: bool = False


def totals(record: Record, patient_id: str | None = None) -> list[ScaleRow]:
    """What was noted of a patient, or of all, and not withdrawn."""
    return [row for row in every(record, patient_id) if not row.withdrawn]


def every(record: Record, patient_id: str | None = None) -> list[ScaleRow]:
    """The same, and what was withdrawn by itself; nothing of an import that was withdrawn as a whole."""
    known, gone = corrections.identities(record), corrections.imports_withdrawn(record)
    found = record.read(
        f"SELECT s.*, e.at_utc_ms, e.actor, {schema.withdrawn('s.event_id')} AS withdrawn"
        " FROM patient_scale_noted s JOIN event e USING (device, seq)"
        f" WHERE {schema.of_patient('s')} ORDER BY s.lamport, s.device, s.seq",
        [known.asked(patient_id)],
    )
    noted = [
        ScaleRow(
            row["event_id"],
            known.of(row["patient_id"]),
            row["at_utc_ms"],
            row["actor"],
            row["scale"],
            row["total"],
            row["lowest"],
            row["highest"],
            *cells.moment(row["taken_utc_ms"], row["day"], record.zone),
            bool(row["withdrawn"]),
        )
        for row in found
        if row["imported"] not in gone
    ]
    return sorted(noted, key=lambda row: row.taken_ms)
