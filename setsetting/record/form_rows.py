"""PCL-5 forms as they now stand, as typed rows: as last corrected, and none that was withdrawn. UTC milliseconds."""

from dataclasses import dataclass

import msgspec

from setsetting import errors
from setsetting.clinical.form import Form, Item, NoAnswer, Recall
from setsetting.machine.database import StoredRow
from setsetting.record import schema
from setsetting.record.log import Record
from setsetting.words.translate import _


@dataclass(frozen=True, slots=True)
class FormRow:
    """A form as it now stands; `event_id` is its newest event, the one a correction names."""

    form_id: str
    event_id: str
    patient_id: str
    form: Form
    dated_only: bool
    simulated: bool
    corrections: int
    reason: str | None


_FORMS = f"""
WITH entry AS (
    SELECT device, seq, lamport, event_id, form_id, patient_id, items, recall, taken_utc_ms, dated_only, simulated,
        NULL AS reason
    FROM form_entered
    UNION ALL
    SELECT device, seq, lamport, event_id, form_id, patient_id, items, recall, taken_utc_ms, dated_only, simulated,
        reason
    FROM form_corrected c WHERE NOT {schema.undone("c.event_id")}
), ranked AS (
    SELECT *, row_number() OVER (PARTITION BY form_id ORDER BY lamport DESC, device DESC, seq DESC) AS place,
        count(*) OVER (PARTITION BY form_id) - 1 AS corrections,
        max(simulated) OVER (PARTITION BY form_id) AS any_simulated
    FROM entry
)
SELECT r.* FROM ranked r
WHERE r.place = 1 AND {{where}} AND NOT EXISTS (SELECT 1 FROM entry o JOIN event e ON e.corrects = o.event_id
    WHERE o.form_id = r.form_id AND e.kind = 'form.corrected' AND e.payload IS NULL
    AND (e.lamport, e.device, e.seq) > (r.lamport, r.device, r.seq) AND NOT {schema.undone("e.event_id")})
ORDER BY r.taken_utc_ms, r.form_id"""
"""A form whose newest correction was erased is none: what that had corrected must not stand again."""


def forms(record: Record, patient_id: str) -> list[FormRow]:
    """A patient's forms as they now stand, by the time they were taken."""
    return [_form(row) for row in record.read(_FORMS.format(where="r.patient_id = ?"), [patient_id])]


def form(record: Record, form_id: str) -> FormRow:
    """One form as it now stands; raises NotFound."""
    found = record.read(_FORMS.format(where="r.form_id = ?"), [form_id])
    if not found:
        every = record.read("SELECT form_id FROM form_entered")
        raise errors.unknown(_("form"), form_id, (row[0] for row in every))
    return _form(found[0])


def _form(row: StoredRow) -> FormRow:
    items: list[int | str] = msgspec.json.decode(row["items"])
    return FormRow(
        form_id=row["form_id"],
        event_id=row["event_id"],
        patient_id=row["patient_id"],
        form=Form(tuple(_item(item) for item in items), Recall(row["recall"]), row["taken_utc_ms"]),
        dated_only=bool(row["dated_only"]),
        simulated=bool(row["any_simulated"]),
        corrections=row["corrections"],
        reason=row["reason"],
    )


def _item(item: int | str) -> Item:
    return NoAnswer(item) if isinstance(item, str) else item
