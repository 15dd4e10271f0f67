"""How complete the clinic's record is: what stands above every figure that is made of it."""

from setsetting.desk.clinic import Clinic
from setsetting.desk.own_linkage import link_points
from setsetting.desk.records import refuse_unsound
from setsetting.record import rows
from setsetting.record.log import Record
from setsetting.review.clinic_completeness import ClinicCompleteness, clinic_completeness
from setsetting.words.numbers import day_number


def of_clinic(clinic: Clinic) -> ClinicCompleteness:
    """Count every session that counts of every patient in the lists, from one verified state of the record."""
    with clinic.record() as record, record.whole():
        refuse_unsound(clinic)
        return counted(clinic, record)


def counted(clinic: Clinic, record: Record) -> ClinicCompleteness:
    """The same from a record that is open, and was verified; beside real patients simulated ones are left out."""
    every = rows.patients(record)
    real = {row.patient_id for row in every if not row.simulated} or {row.patient_id for row in every}
    scores, held = link_points(clinic, record, real)
    today = day_number(clinic.clock.utc_ms(), clinic.settings.zone)
    return clinic_completeness(scores, [each.point for each in held], today)
