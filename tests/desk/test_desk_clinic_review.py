"""The clinic's page: from one state of the record, noted before it is there, the same bytes of the same record, everything escaped."""

import csv
import re
import shutil
from html.parser import HTMLParser
from pathlib import Path

import case_clinic
import pytest

from setsetting.clinical.form import Recall
from setsetting.desk import changes, clinic, closing, factors, forms, patients, reports, respct
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused
from setsetting.record import kinds
from setsetting.record.log import Draft, Record

EVIL = "<script>alert('x')</script>&\""
HEADINGS = ["How complete the record is", "What was done", "What was later scored", "What can't be said"]


@pytest.fixture(scope="module")
def case(tmp_path_factory: pytest.TempPathFactory) -> Clinic:
    """R's case as a clinic of simulated patients, with two declared factors and a change."""
    made = case_clinic.made(tmp_path_factory.mktemp("case") / "clinic", simulated=True)
    for name in ("eye_shades", "people_present=companion"):
        factors.declare(made, name)
    changes.add(made, "new headphones", "2025-01-20")
    return made


@pytest.fixture
def copied(case: Clinic, tmp_path: Path) -> Clinic:
    shutil.copytree(case.folder, tmp_path / "copy")
    return clinic.open_clinic(tmp_path / "copy")


def page_of(made: Clinic, out: Path) -> str:
    return reports.of_clinic(made, out, replace=False).read_text(encoding="utf-8")


class Text(HTMLParser):
    """The words of a page and of its figures, without their marks, and what tags it has."""

    def __init__(self, page: str) -> None:
        super().__init__()
        self.words, self.tags = list[str](), list[str]()
        self.feed(page)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)

    def handle_data(self, data: str) -> None:
        self.words.append(data)


def test_the_first_page_answers_four_questions_in_their_order(copied: Clinic, tmp_path: Path) -> None:
    page = page_of(copied, tmp_path / "page.html")
    first = page[: page.index("<main>")]
    found = re.findall(r"<h2><b>(\d)</b>(.*?)(?: <small>|</h2>)", first)
    assert [number for number, _words in found] == ["1", "2", "3", "4"]
    assert [words.replace("&#39;", "'") for _number, words in found] == HEADINGS
    assert "Do not change one patient's care from this page." in first
    assert "SIMULATED: no real person" in first


def test_it_carries_what_it_was_made_from_and_is_noted_first(copied: Clinic, tmp_path: Path) -> None:
    with copied.record() as record:
        head = record.head().hash
    page = page_of(copied, tmp_path / "page.html")
    for said in (head, "published v3", "eye_shades:ordered", "people_present=companion:yes/no", "setsetting 0."):
        assert said in page
    with copied.record() as record:
        (told,) = record.events(kind="report.made")
        assert (len(list(record.events(kind="chart.looked"))), len(list(record.events(kind="link.looked")))) == (6, 1)
    assert told.subject is None


def test_the_same_record_gives_the_same_bytes(case: Clinic, tmp_path: Path) -> None:
    pages = []
    for name in ("one", "two"):
        shutil.copytree(case.folder, tmp_path / name)
        pages.append(page_of(clinic.open_clinic(tmp_path / name), tmp_path / f"{name}.html"))
    assert pages[0] == pages[1]


def test_every_figure_has_a_title_a_description_and_a_table(copied: Clinic, tmp_path: Path) -> None:
    page = page_of(copied, tmp_path / "page.html")
    figures = re.findall(r'<svg class="figure".*?</svg>', page, re.DOTALL)
    assert len(figures) == 2 + 5 + 6  # the first page's, figures 1 to 5, the charts'
    for each in figures:
        assert 'role="img"' in each
        assert re.search(r"<title id=[^>]+>[^<]+</title><desc id=[^>]+>[^<]+</desc>", each)
    ids = re.findall(r' id="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    for number in range(1, 6):
        assert f"(figure {number})" in page


def test_nothing_is_loaded_and_no_word_of_a_person_is_anything_but_a_word(tmp_path: Path) -> None:
    made = clinic.init(tmp_path / "clinic")
    patients.add(made, "K-1")
    forms.add(made, "K-1", (3,) * 20, Recall.WEEK, "2025-01-02")
    closing.add(made, "K-1", "2025-01-06T10:00", 40, None)
    forms.add(made, "K-1", (1,) * 20, Recall.WEEK, "2025-01-10")
    changes.add(made, EVIL, "2025-01-03")
    with made.record() as record:
        started = kinds.SessionStarted("s-2", "p-2", 1, case_clinic.at_ms(3), case_clinic.PLANNED, EVIL)
        record.append_all(
            [Draft("patient.added", kinds.PatientAdded("p-2", EVIL)), Draft("session.started", started, "s-2-started")]
        )
    page = page_of(made, tmp_path / "page.html")
    seen = Text(page)
    assert "script" not in seen.tags
    assert not {"img", "link", "iframe", "object", "a"} & set(seen.tags)
    assert any(EVIL in words for words in seen.words)
    assert not re.search(r"(?:src|href)=|url\(|@import|https?://", page)


def test_nothing_is_written_where_the_record_fails_or_cannot_be_noted(
    copied: Clinic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_given: object, **_named: object) -> None:
        raise Refused("The disk is full.")

    monkeypatch.setattr(Record, "append", full)
    with pytest.raises(Refused, match="The disk is full"):
        reports.of_clinic(copied, tmp_path / "page.html", replace=False)
    assert not (tmp_path / "page.html").exists()


@pytest.mark.parametrize("deidentified", [False, True])
def test_every_abbreviation_is_said_on_the_page(copied: Clinic, tmp_path: Path, deidentified: bool) -> None:
    made = reports.of_clinic(copied, tmp_path / "page.html", replace=False, deidentified=deidentified)
    _style, _end, body = made.read_text(encoding="utf-8").partition("</style>")
    said, _heading, opened = " ".join(Text(body).words).rpartition("Abbreviations")
    used = set(re.findall(r"\b[A-Za-z]*[A-Z]{2,}[A-Za-z]*(?:-\d)?\b", said))
    assert {"PCL-5", "ReSPCT"} <= used
    assert {name for name in used if name.removesuffix("s") not in opened} <= {"SIMULATED"}


def test_an_empty_clinic_has_a_page_that_says_so(tmp_path: Path) -> None:
    made = clinic.init(tmp_path / "clinic")
    factors.declare(made, "eye_shades")
    page = page_of(made, tmp_path / "page.html")
    assert "no session that counts" in page
    assert "Too little data to say" in page
    assert "Nobody has begun a course." in page
    for nonsense in (
        "of 0 s",
        "of 0 due",
        "the 0",
        "of 0 patients would",
        ">nan",
        "Dashes",
        "Points in order",
        "still in",
    ):
        assert nonsense not in re.sub(r"<style>.*?<.style>", "", page, flags=re.S), nonsense


def test_beside_a_real_patient_the_simulated_are_in_no_figure(copied: Clinic, tmp_path: Path) -> None:
    patients.add(copied, "K-9")
    closing.add(copied, "K-9", "2025-03-06T10:00", 40, None)
    page = page_of(copied, tmp_path / "page.html")
    assert "24 simulated patients are left out." in page
    assert "SIMULATED" not in page
    assert ">K-9<" in page
    assert not re.search(r">P\d", page)


def test_the_setting_by_item_is_a_table_of_the_clinic_or_of_one_session(copied: Clinic, tmp_path: Path) -> None:
    whole = respct.table(copied, None, tmp_path / "all.csv", replace=False).read_text(encoding="utf-8").splitlines()
    assert whole[0] == "item,name,label,value,sessions,known_in,list"
    one = respct.table(copied, "P01-1", tmp_path / "one.csv", replace=False).read_text(encoding="utf-8").splitlines()
    assert any(line.startswith("6,eye_shades,Eye shades,throughout,1,1,") for line in one)
    shades = [cells for cells in csv.reader(whole) if cells[1] == "eye_shades"]
    assert sum(int(cells[4]) for cells in shades) == int(shades[0][5]) == 144
    assert "P01" not in "".join(whole + one)
    with copied.record() as record:
        assert len(list(record.events(kind="report.made"))) == 2
