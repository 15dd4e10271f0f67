"""Acts on forms that are begun and left: kept in the record, taken up again, thrown away; never in a file."""

import uuid
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from setsetting.clinical.form import Item, Recall
from setsetting.machine.clock import local
from setsetting.record import corrections, draft_rows, form_rows, rows
from setsetting.record.kinds import FormDrafted
from setsetting.record.sound import refuse_edited
from setsetting.words.numbers import was_twice

if TYPE_CHECKING:
    from setsetting.desk.clinic import Clinic


@dataclass(frozen=True, slots=True)
class BegunForm:
    """Answers so far, None without one yet; `form_id` becomes the form's when it is entered."""

    items: tuple[Item | None, ...]
    recall: Recall
    taken: str
    form_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    by_patient: bool = False
    """Whether the patient answered, on the screen that was handed over."""


def now_typed(clinic: "Clinic") -> str:
    """Now on the clinic's clock, as a form's time is written."""
    now = local(clinic.clock.utc_ms(), clinic.settings.zone)
    return now.isoformat(timespec="minutes") if was_twice(now) else now.strftime("%Y-%m-%dT%H:%M")


def begun(clinic: "Clinic", code: str) -> BegunForm | None:
    """The form that was begun for this patient and left last; None where none waits."""
    with clinic.record() as record:
        patient_id = rows.patient(record, code).patient_id
        refuse_edited(record, patient_id)
        known = corrections.identities(record)
        found = [row for row in draft_rows.drafts(record) if known.of(row.patient_id) == patient_id and not row.stored]
    return _begun(found[0]) if found else None


def begun_correction(clinic: "Clinic", form_id: str) -> BegunForm | None:
    """The correction of a form that was begun and left."""
    with clinic.record() as record:
        refuse_edited(record, form_rows.whose(record, form_id))
        found = [row for row in draft_rows.drafts(record) if row.form_id == form_id and row.stored]
    return _begun(found[0]) if found else None


def keep(clinic: "Clinic", code: str, left: BegunForm) -> None:
    """Keep what is answered so far; a form whose last draft this was goes on from there."""
    _tell(clinic, code, left, tuple("" if item is None else item for item in left.items))


def drop(clinic: "Clinic", code: str, left: BegunForm) -> None:
    """Throw away what was begun; the answers stay in the trail until they are erased."""
    _tell(clinic, code, left, ())


def _tell(clinic: "Clinic", code: str, left: BegunForm, items: tuple[int | str, ...]) -> None:
    with clinic.record() as record:
        payload = FormDrafted(
            form_id=left.form_id,
            patient_id=rows.patient(record, code).named_id,
            items=items,
            recall=str(left.recall),
            taken=left.taken,
            by_patient=left.by_patient,
        )
        record.append("form.drafted", payload, event_id=f"{left.form_id}-{uuid.uuid4().hex}")


def _begun(row: draft_rows.DraftRow) -> BegunForm:
    return BegunForm(row.items, row.recall, row.taken, row.form_id, row.by_patient)
