"""How complete the clinic's record is: what stands above every figure that is made of it."""

from dataclasses import replace

from setsetting.desk.clinic import Clinic
from setsetting.desk.counted import patients
from setsetting.desk.own_linkage import link_points
from setsetting.desk.queries import open_queries
from setsetting.desk.records import refuse_unsound
from setsetting.record.log import Record
from setsetting.review.clinic_completeness import ClinicCompleteness, clinic_completeness
from setsetting.units import Milliseconds
from setsetting.words.numbers import day_number


def of_clinic(clinic: Clinic) -> ClinicCompleteness:
    """Count every session that counts of every patient in the lists, from one verified state of the record."""
    with clinic.record() as record, record.whole():
        refuse_unsound(clinic)
        return counted(clinic, record)


def counted(clinic: Clinic, record: Record, by_ms: Milliseconds | None = None) -> ClinicCompleteness:
    """The same from a record that is open, and was verified, as of an instant, else now; simulated patients are left out beside others."""
    codes = patients(record).codes
    scores, held = link_points(clinic, record, codes)
    today = day_number(clinic.clock.utc_ms() if by_ms is None else by_ms, clinic.settings.zone)
    counts = clinic_completeness(scores, [each.point for each in held], today)
    asked = sum(len(row.open_queries) for row in open_queries(record) if row.patient_id in codes)
    return replace(counts, open_queries=asked)
