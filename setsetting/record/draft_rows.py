"""Forms that were begun and left, as typed rows: the newest answers, until the form is entered or thrown away."""

from dataclasses import dataclass

from setsetting.clinical.form import Item, Recall
from setsetting.record import cells, schema
from setsetting.record.log import Record


@dataclass(frozen=True, slots=True)
class DraftRow:
    """A form as it was left; an item of None has no answer yet. `stored` says that a form of this id stands."""

    form_id: str
    patient_id: str
    items: tuple[Item | None, ...]
    recall: Recall
    taken: str
    stored: bool
    by_patient: bool


_DRAFTS = f"""
WITH told AS (
    SELECT form_id, lamport, device, seq FROM form_entered
    UNION ALL SELECT form_id, lamport, device, seq FROM form_corrected c WHERE NOT {schema.taken_back("c.event_id")}
    UNION ALL SELECT form_id, lamport, device, seq FROM form_drafted
)
SELECT d.form_id, d.patient_id, d.items, d.recall, d.taken, d.by_patient,
    EXISTS (SELECT 1 FROM form_entered f WHERE f.form_id = d.form_id) AS stored
FROM form_drafted d
WHERE d.items <> '[]' AND NOT EXISTS (SELECT 1 FROM told t WHERE t.form_id = d.form_id
        AND (t.lamport, t.device, t.seq) > (d.lamport, d.device, d.seq))
    AND NOT EXISTS (SELECT 1 FROM event e WHERE e.kind = 'form.drafted' AND e.payload IS NULL
        AND substr(e.event_id, 1, length(d.form_id)) = d.form_id
        AND (e.lamport, e.device, e.seq) > (d.lamport, d.device, d.seq))
ORDER BY d.lamport DESC, d.device DESC, d.seq DESC"""
"""Where the newest was erased, none stands: an older one must not come back. Its id begins with the form's."""


def drafts(record: Record) -> list[DraftRow]:
    """Every form that was begun and left, newest first."""
    return [
        DraftRow(
            form_id=row["form_id"],
            patient_id=row["patient_id"],
            items=tuple(
                cells.item(item) if item != "" else None for item in cells.nested(row["items"], list[int | str])
            ),
            recall=cells.word(Recall, row["recall"]),
            taken=row["taken"],
            stored=bool(row["stored"]),
            by_patient=bool(row["by_patient"]),
        )
        for row in record.read(_DRAFTS)
    ]
