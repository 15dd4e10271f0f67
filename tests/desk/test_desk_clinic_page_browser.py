"""The clinic's page in a browser: its first page is one sheet with the most that it can hold; axe-core finds nothing to mend."""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from importlib import resources, util
from pathlib import Path

import case_clinic
import pytest

from setsetting.desk import changes, clinic_review, factors
from setsetting.review.clinic_page import MOST_DONE, clinic_html
from setsetting.review.clinic_review import ClinicReview, Done
from setsetting.review.deidentified import deidentified_html
from setsetting.review.linking import UnlinkedReason

pytestmark = [
    pytest.mark.needs_tool("chromium"),
    pytest.mark.needs_tool("pdftotext"),
    pytest.mark.skipif(not (shutil.which("chromium") and shutil.which("pdftotext")), reason="nothing to print with"),
]
AXE_RUN = """axe.run(document).then(found => { const told = document.createElement("pre"); told.id = "told";
told.textContent = JSON.stringify(found.violations.map(one => [one.id, one.impact, one.nodes[0].html]));
document.body.replaceChildren(told); })"""
ORDER = ["How complete the record is", "What was done", "What was later scored", "What can't be said"]


def reviewed(folder: Path) -> ClinicReview:
    """R's case with declared factors and changes."""
    made = case_clinic.made(folder, simulated=True)
    for name in ("eye_shades", "people_present=companion"):
        factors.declare(made, name)
    for n in range(6):
        changes.add(made, f"change {n} " + "of lamps and headphones " * 3, f"2025-01-{10 + n}")
    with made.record() as record, record.whole():
        return clinic_review.gathered(made, record)


def busiest(found: ClinicReview) -> ClinicReview:
    """The same with words as long as anybody may write them, and numbers that no clinic has."""
    many = dict.fromkeys(UnlinkedReason, 12_345)
    long = Done("playlist " + "evening-room-" * 5, 12_344, 12_345, 11, 11, 11, 11, "evening")
    total = replace(found.completeness.total, sessions=123_456, reasons=many)
    return replace(
        found,
        left_out=1_234,
        done=(long,) * (MOST_DONE + 3),
        completeness=replace(found.completeness, total=total),
        counts=replace(found.counts, paper=1_234, unclosed=1_234, forms=12_345, incomplete=1_234, rooms=12),
    )


def browser_with(folder: Path) -> list[str]:
    """The browser without a network, in a home of its own."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    return [*command, "--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}"]


@pytest.mark.parametrize("sheet", ["A4", "letter"])
def test_the_busiest_first_page_is_one_sheet(tmp_path: Path, sheet: str) -> None:
    page, printed = tmp_path / "page.html", tmp_path / "page.pdf"
    written = clinic_html(busiest(reviewed(tmp_path / "clinic")))
    assert "@page { margin" in written
    page.write_text(written.replace("@page { margin", f"@page {{ size: {sheet}; margin"), encoding="utf-8")
    command = [*browser_with(tmp_path), "--no-pdf-header-footer", f"--print-to-pdf={printed}", page.as_uri()]
    subprocess.run(command, capture_output=True, check=True, timeout=120)
    told = subprocess.run(["pdftotext", "-layout", str(printed), "-"], capture_output=True, text=True, check=True)
    first, second, *_rest = told.stdout.split("\f")
    assert second.split("\n")[0].startswith("How complete the record is, month by month")
    places = [first.index(words) for words in ORDER]
    assert places == sorted(places)
    assert "Record verified to entry" in first


@pytest.mark.skipif(util.find_spec("axe_core_python") is None, reason="axe-core-python is not installed")
@pytest.mark.parametrize("made", [clinic_html, deidentified_html])
@pytest.mark.parametrize("width", [1280, 420])
def test_axe_core_finds_nothing_to_mend(tmp_path: Path, made: Callable[[ClinicReview], str], width: int) -> None:
    """Every table and figure that may be wider than the window is reached by the keyboard, and all stands in a landmark."""
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text()
    written = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", made(reviewed(tmp_path / "clinic")))
    page = tmp_path / "page.html"
    page.write_text(written.replace("</body>", f"<script>{axe}</script><script>{AXE_RUN}</script></body>"))
    browser = [*browser_with(tmp_path), f"--window-size={width},900", "--virtual-time-budget=30000", "--dump-dom"]
    seen = subprocess.run([*browser, page.as_uri()], capture_output=True, text=True, check=True, timeout=120)
    told = re.search(r'<pre id="told">(.*?)</pre>', seen.stdout, re.DOTALL)
    assert told is not None
    assert json.loads(html.unescape(told[1])) == []
