"""How complete the clinic's record is: what stands above every figure that is made of it."""

from dataclasses import replace

from setsetting.desk import counted
from setsetting.desk.clinic import Clinic
from setsetting.desk.counted import CountedRows
from setsetting.desk.records import refuse_unsound
from setsetting.review.clinic_completeness import ClinicCompleteness, clinic_completeness
from setsetting.units import Milliseconds
from setsetting.words.numbers import day_number


def of_clinic(clinic: Clinic) -> ClinicCompleteness:
    """Count every session that counts of every patient in the lists, from one verified state of the record."""
    with clinic.record() as record, record.whole():
        refuse_unsound(clinic)
        return of_rows(clinic, counted.read(clinic, record))


def of_rows(clinic: Clinic, told: CountedRows, by_ms: Milliseconds | None = None) -> ClinicCompleteness:
    """The same of what was read, as of an instant, else now."""
    today = day_number(clinic.clock.utc_ms() if by_ms is None else by_ms, clinic.settings.zone)
    counts = clinic_completeness(told.scores, told.points, today)
    return replace(counts, open_queries=told.open_queries, open_keyings=told.open_keyings)
