"""Reports: from one verified state of the record, noted in the trail, and only then written, whole."""

from collections.abc import Callable, Sequence
from pathlib import Path

from setsetting.clinical.form import Recall
from setsetting.desk import clinic_review, forms
from setsetting.desk.clinic import REPORTS, Clinic
from setsetting.desk.records import refuse_unsound
from setsetting.desk.review import course_of, origin_of
from setsetting.desk.session_page import page_of
from setsetting.desk.written import refuse_unwritable
from setsetting.machine import files
from setsetting.record import rows
from setsetting.record.kinds import ReportMade
from setsetting.record.log import Record
from setsetting.review import pdf
from setsetting.review.clinic_page import clinic_html
from setsetting.review.deidentified import deidentified_html
from setsetting.review.describe import review_of
from setsetting.review.report import blank_forms_html, patient_html, session_html


def patient(clinic: Clinic, code: str, out: Path, *, replace: bool) -> Path:
    """Write one patient's report; that it was made is an event, its file's name is not in it."""

    def made(record: Record) -> tuple[ReportMade, str]:
        review = review_of(course_of(clinic, record, code))
        patient_id = rows.patient(record, code).patient_id
        page = patient_html(review, clinic.clock.utc_ms(), clinic.banner)
        return ReportMade(patient_id=patient_id, report="patient", head=review.origin.head), page

    return noted(clinic, out, made, replace=replace)


def session(clinic: Clinic, session_id: str, out: Path, *, replace: bool) -> Path:
    """Write the page of one session; its id may be shortened."""

    def made(record: Record) -> tuple[ReportMade, str]:
        page = page_of(clinic, record, session_id)
        patient_id = rows.session(record, page.session_id).patient_id
        told = ReportMade(patient_id=patient_id, report="session", head=page.origin.head)
        return told, session_html(page, clinic.clock.utc_ms(), clinic.banner)

    return noted(clinic, out, made, replace=replace)


def blank_forms(clinic: Clinic, code: str, recalls: Sequence[Recall], out: Path | None, *, replace: bool) -> Path:
    """Write PCL-5 forms to be filled on paper, of what is due where no recall is named; to reports/ where no file is."""
    recalls = recalls or [each.recall for each in forms.due(clinic, code)] or [Recall.WEEK]
    out = out or files.next_numbered(clinic.folder / REPORTS, "pcl5", ".html")

    def made(record: Record) -> tuple[ReportMade, str]:
        patient = rows.patient(record, code)
        told = ReportMade(patient_id=patient.patient_id, report="pcl5", head=origin_of(record).head)
        return told, blank_forms_html(patient.code, list(dict.fromkeys(recalls)))

    return noted(clinic, out, made, replace=replace)


def of_clinic(clinic: Clinic, out: Path, *, replace: bool, deidentified: bool = False) -> Path:
    """Write the clinic's review, as of the newest entry of the record, or the edition of it that tells of nobody."""

    def made(record: Record) -> tuple[ReportMade, str]:
        review = clinic_review.gathered(clinic, record)
        name = "clinic, de-identified" if deidentified else "clinic"
        told = ReportMade(patient_id=None, report=name, head=review.origin.head)
        return told, deidentified_html(review) if deidentified else clinic_html(review, clinic.banner)

    return noted(clinic, out, made, replace=replace)


def noted(clinic: Clinic, out: Path, made: Callable[[Record], tuple[ReportMade, str]], *, replace: bool) -> Path:
    """Make a page while nobody else writes into the record, note it there, and only then write it; as PDF by its name."""
    as_written = (
        pdf.printer() if out.suffix.casefold() == ".pdf" else str.encode
    )  # refused before a file's loss is asked about
    refuse_unwritable(out, replace=replace, clinic=clinic)
    with clinic.record() as record:
        with record.whole():
            refuse_unsound(clinic)
            told, page = made(record)
            record.append("report.made", told)
        files.write_whole(out, as_written(page), replace=replace)
    return out
