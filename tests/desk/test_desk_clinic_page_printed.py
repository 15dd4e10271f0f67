"""The clinic's page on paper: with the most that its first page can hold, that is one sheet of A4 and one of Letter."""

import shutil
import subprocess
from dataclasses import replace
from pathlib import Path

import case_clinic
import pytest

from setsetting.desk import changes, clinic_review, factors
from setsetting.review.clinic_page import MOST_DONE, clinic_html
from setsetting.review.clinic_review import ClinicReview, Done
from setsetting.review.linking import UnlinkedReason

pytestmark = [
    pytest.mark.needs_tool("chromium"),
    pytest.mark.needs_tool("pdftotext"),
    pytest.mark.skipif(not (shutil.which("chromium") and shutil.which("pdftotext")), reason="nothing to print with"),
]
ORDER = ["How complete the record is", "What was done", "What was later scored", "What can't be said"]


def busiest(folder: Path) -> ClinicReview:
    """R's case with words as long as anybody may write them, and numbers that no clinic has."""
    made = case_clinic.made(folder, simulated=True)
    for name in ("eye_shades", "people_present=companion"):
        factors.declare(made, name)
    for n in range(6):
        changes.add(made, f"change {n} " + "of lamps and headphones " * 3, f"2025-01-{10 + n}")
    with made.record() as record, record.whole():
        found = clinic_review.gathered(made, record)
    many = dict.fromkeys(UnlinkedReason, 12_345)
    long = Done("playlist " + "evening-room-" * 5, 12_344, 12_345, 11, 11, 11, "evening")
    total = replace(found.completeness.total, sessions=123_456, reasons=many)
    return replace(
        found,
        left_out=1_234,
        done=(long,) * (MOST_DONE + 3),
        completeness=replace(found.completeness, total=total),
        counts=replace(found.counts, paper=1_234, unclosed=1_234, forms=12_345, incomplete=1_234, rooms=12),
    )


@pytest.mark.parametrize("sheet", ["A4", "letter"])
def test_the_busiest_first_page_is_one_sheet(tmp_path: Path, sheet: str) -> None:
    page, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    written = clinic_html(busiest(tmp_path / "clinic"))
    assert "@page { margin" in written
    page.write_text(written.replace("@page { margin", f"@page {{ size: {sheet}; margin"), encoding="utf-8")
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    command += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={tmp_path / 'profile'}"]
    command += ["--no-pdf-header-footer", f"--print-to-pdf={printed}", page.as_uri()]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    told = subprocess.run(["pdftotext", "-layout", str(printed), "-"], capture_output=True, text=True, check=True)
    first, second, *_rest = told.stdout.split("\f")
    assert second.split("\n")[0].startswith("How complete the record is, month by month")
    places = [first.index(words) for words in ORDER]
    assert places == sorted(places)
    assert "Record verified to entry" in first
