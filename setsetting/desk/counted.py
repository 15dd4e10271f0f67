"""Who is counted where a whole clinic is looked at: real patients; simulated ones only where there is no other."""

from collections.abc import Mapping
from dataclasses import dataclass

from setsetting.record import rows
from setsetting.record.log import Record


@dataclass(frozen=True, slots=True)
class Counted:
    """Codes of the patients who are counted, by id; `left_out` simulated ones are not, or all of them are `simulated`."""

    codes: Mapping[str, str]
    simulated: bool
    left_out: int


def patients(record: Record) -> Counted:
    """Of the patients in the lists; who was merged or withdrawn is none of them."""
    every = rows.patients(record)
    real = [row for row in every if not row.simulated]
    counted = real or every
    return Counted({row.patient_id: row.code for row in counted}, bool(every) and not real, len(every) - len(counted))
