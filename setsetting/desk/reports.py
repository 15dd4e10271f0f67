"""Reports: from one verified state of the record, noted in the trail, and only then written, whole."""

from pathlib import Path

from setsetting.desk.clinic import Clinic
from setsetting.desk.records import refuse_unsound
from setsetting.desk.review import course_of
from setsetting.desk.written import refuse_unwritable
from setsetting.machine import files
from setsetting.record import rows
from setsetting.record.kinds import ReportMade
from setsetting.review.describe import review_of
from setsetting.review.report import patient_html


def patient(clinic: Clinic, code: str, out: Path, *, replace: bool) -> Path:
    """Write one patient's report; that it was made is an event, its file's name is not in it."""
    refuse_unwritable(out, replace=replace, clinic=clinic)
    with clinic.record() as record:
        with record.whole():
            refuse_unsound(clinic)
            review = review_of(course_of(clinic, record, code))
            patient_id = rows.patient(record, code).patient_id
            made = ReportMade(patient_id=patient_id, report="patient", head=review.origin.head)
            record.append("report.made", made)
        page = patient_html(review, clinic.clock.utc_ms(), clinic.banner)
        files.write_whole(out, page.encode(), replace=replace)
    return out
