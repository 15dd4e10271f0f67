"""Reports and reviews: one state of the record, verified and noted before a page is there."""

import shutil
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from setsetting.clinical.form import Recall
from setsetting.desk import clinic as clinics
from setsetting.desk import forms, patients, reports, review
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused
from setsetting.record.kinds import PersonAdded
from setsetting.record.log import Record
from setsetting.review import pdf
from setsetting.review.drawing import HALO

CODE = "K-0417"
THREES = (3,) * 20


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    made = clinics.init(tmp_path / "clinic")
    patients.add(made, CODE)
    forms.add(made, CODE, THREES, Recall.WEEK, "2025-01-02")
    return made


def _change(clinic: Clinic, sql: str) -> None:
    with closing(sqlite3.connect(clinic.folder / "record.db")) as database:
        database.execute(sql)
        database.commit()


def _reports_made(clinic: Clinic) -> list[str]:
    with clinic.record() as record:
        return [event.prev_hash for event in record.events(kind="report.made")]


def test_a_report_is_noted_with_the_state_it_was_made_from(clinic: Clinic, tmp_path: Path) -> None:
    page = reports.patient(clinic, CODE, tmp_path / "page.html", replace=False).read_text()
    (head,) = _reports_made(clinic)
    assert head in page


def _prints() -> bool:
    try:
        import weasyprint  # noqa: F401
    except OSError:
        return False
    return True


@pytest.mark.needs_tool("pango")
@pytest.mark.skipif(not _prints(), reason="no Pango to lay a page out with")
@pytest.mark.needs_tool("pdftotext")
@pytest.mark.skipif(not shutil.which("pdftotext"), reason="nothing to read a PDF with")
def test_a_report_named_so_is_a_pdf_and_the_same_bytes_each_time(clinic: Clinic, tmp_path: Path) -> None:
    out, page = tmp_path / "page.pdf", tmp_path / "page.html"
    for each in (out, page):
        reports.of_clinic(clinic, each, replace=False)
    told = subprocess.run(["pdftotext", "-layout", str(out), "-"], capture_output=True, text=True, check=True).stdout
    assert told.index("How complete the record is") < told.index("What can't be said") < told.index("page 2 /")
    print_it = pdf.printer()
    assert print_it(page.read_text(encoding="utf-8")) == print_it(page.read_text(encoding="utf-8"))
    assert len(_reports_made(clinic)) == 2
    reports.patient(clinic, CODE, page, replace=True)
    drawn = page.read_text(encoding="utf-8")
    assert HALO in drawn
    assert print_it(drawn) == print_it(drawn.replace(HALO, "")), "else white lies over the scores"


def test_a_pdf_without_what_prints_it_is_refused_in_a_sentence_and_noted_nowhere(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "weasyprint", None)
    (tmp_path / "page.pdf").touch()
    with pytest.raises(Refused, match=r"setsetting\[pdf\]"):  # before it is asked whether the file may be replaced
        reports.patient(clinic, CODE, tmp_path / "page.pdf", replace=False)
    assert (tmp_path / "page.pdf").read_bytes() == b""
    assert _reports_made(clinic) == []


def test_another_windows_form_waits_until_the_page_s_state_is_noted(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, refused = reports.course_of, list[str]()

    def slipping_in(*given: object) -> object:
        course = read(*given)  # type: ignore[arg-type]
        with pytest.raises(Refused, match="another") as told, clinic.record(0.05) as other:
            other.append("person.added", PersonAdded())
        refused.append(str(told.value))
        return course

    monkeypatch.setattr(reports, "course_of", slipping_in)
    reports.patient(clinic, CODE, tmp_path / "page.html", replace=False)
    assert refused


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE form_entered SET items = replace(items, '3', '0')",
        "DELETE FROM form_entered",
        "UPDATE patient_added SET code = code || 'x'",
        "DROP TRIGGER event_no_update",
    ],
)
def test_a_record_that_fails_gives_no_page(clinic: Clinic, tmp_path: Path, tampering: str) -> None:
    out = tmp_path / "page.html"
    _change(clinic, tampering)
    with pytest.raises(Refused):
        reports.patient(clinic, CODE, out, replace=False)
    with pytest.raises(Refused):
        review.patient_review(clinic, CODE)
    assert not out.exists()


def test_no_page_is_left_where_the_trail_cannot_be_written(
    clinic: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    out = tmp_path / "page.html"

    def full(*_given: object, **_named: object) -> None:
        raise Refused("The disk is full.")

    monkeypatch.setattr(Record, "append", full)
    with pytest.raises(Refused, match="The disk is full"):
        reports.patient(clinic, CODE, out, replace=False)
    assert not out.exists()
