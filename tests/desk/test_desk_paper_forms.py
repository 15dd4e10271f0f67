"""Forms for paper: the patient's code, the recall and the instrument's own words, and nothing else of the record."""

from html.parser import HTMLParser
from pathlib import Path

import pytest

from setsetting.clinical import pcl5
from setsetting.clinical.form import Recall
from setsetting.desk import clinic as clinics
from setsetting.desk import forms, patients, reports
from setsetting.desk.clinic import Clinic
from setsetting.errors import AlreadyExists, NotFound, Refused

CODE = "K-0417"


class _Texts(HTMLParser):
    def __init__(self, page: str) -> None:
        super().__init__()
        self.texts: list[str] = []
        self.feed(page)

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    made = clinics.init(tmp_path / "clinic")
    patients.add(made, CODE)
    forms.add(made, CODE, [3] * 20, Recall.WEEK, "2026-01-05")
    return made


def test_a_form_for_paper_has_the_instruments_words_and_nothing_of_the_record(clinic: Clinic, tmp_path: Path) -> None:
    out = reports.blank_forms(clinic, "k0417", [Recall.MONTH, Recall.WEEK], tmp_path / "form.html", replace=False)
    page = out.read_text()
    texts = _Texts(page).texts
    assert [text for text in texts if text in pcl5.ITEMS] == [*pcl5.ITEMS] * 2
    for recall in Recall:
        assert pcl5.INSTRUCTIONS[recall] in texts
        assert pcl5.STEMS[recall] in texts
    assert texts.count(CODE) == 2
    assert "60" not in [text.strip() for text in texts]  # the total of the form that is stored
    assert page.count("<section>") == 2
    assert not any(word in page for word in ("<script", "http://", "https://", "<img", "<link"))


def test_what_is_due_is_printed_to_a_new_file_that_names_nobody(clinic: Clinic) -> None:
    first, second = (reports.blank_forms(clinic, CODE, (), None, replace=False) for _time in range(2))
    assert (first.name, second.name) == ("pcl5-001.html", "pcl5-002.html")
    assert first.parent == clinic.folder / "reports"
    assert pcl5.STEMS[Recall.MONTH] in first.read_text()
    with clinic.record() as record:
        told = [event.payload for event in record.events(kind="report.made")]
    assert len(told) == 2
    assert not any("001" in (payload or "") for payload in told)


def test_a_form_for_paper_is_written_over_nothing(clinic: Clinic, tmp_path: Path) -> None:
    out = tmp_path / "form.html"
    out.write_text("mine")
    with pytest.raises(AlreadyExists):
        reports.blank_forms(clinic, CODE, (), out, replace=False)
    with pytest.raises(Refused, match="belongs to the clinic folder"):
        reports.blank_forms(clinic, CODE, (), clinic.folder / "clinic.toml", replace=True)
    with pytest.raises(NotFound):
        reports.blank_forms(clinic, "K-9", (), tmp_path / "new.html", replace=False)
    assert (out.read_text(), (tmp_path / "new.html").exists()) == ("mine", False)
