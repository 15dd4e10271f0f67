"""Both reports in a browser: printed with code and page number and no heading left alone; axe-core finds nothing serious."""

import html
import json
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from importlib import resources, util
from pathlib import Path
from typing import Any

import pytest
from example_course import ORIGIN, at, example

from setsetting.clinical.infusion import steady
from setsetting.review.course import Happened
from setsetting.review.describe import review_of
from setsetting.review.report import patient_html, session_html
from setsetting.review.session_page import PageKind, PageLine, SessionPage

FOOT = re.compile(r"^\s*K-0417\s+page (\d+) / (\d+)$")
AXE_RUN = """axe.run(document).then(found => { const told = document.createElement("pre"); told.id = "told";
told.textContent = JSON.stringify(found.violations.map(one => [one.id, one.impact, one.nodes[0].html]));
document.body.replaceChildren(told); })"""

pytestmark = [
    pytest.mark.needs_tool("chromium"),
    pytest.mark.skipif(shutil.which("chromium") is None, reason="chromium is not installed"),
]


def long_review() -> str:
    """Six sessions, so long that without the rule against it a page ends with the heading "Limits"."""
    course = example()
    told = Happened(output="fast", silent=False, played=("Piece (Somebody)",) * 8)
    sessions = tuple(replace(each, happened=told) for each in course.sessions)
    return patient_html(review_of(replace(course, sessions=sessions)), at(80))


def long_session() -> str:
    lines = tuple(
        PageLine(minute * 60_000, "10:00", kind, f"what was said at {minute}", "peak", "why it was played " * 6)
        for minute in range(90)
        for kind in (PageKind.MUSIC, PageKind.MARK)
    )
    page = SessionPage(
        session_id="session-1",
        code="K-0417",
        simulated=True,
        rehearsal=True,
        void=False,
        closed=True,
        entered_afterwards=False,
        visit_no=7,
        of=6,
        date="2026-06-01",
        started_utc_ms=at(0),
        ended_utc_ms=at(0, 12),
        zone="UTC",
        room="room 1",
        output="fast",
        playlist="montreal-40",
        planned=steady(40),
        actual=steady(40),
        begun=True,
        happened=Happened(output="fast", silent=True),
        lines=lines,
        played=(),
        acts=(),
        marks=(),
        setting=None,
        taps=None,
        note=None,
        corrections=(),
        origin=ORIGIN,
    )
    return session_html(page, at(80))


PAGES = pytest.mark.parametrize("made", [long_review, long_session])


def browse(folder: Path, *words: str) -> str:
    """Let the browser do one thing, with no network and a home of its own."""
    command = ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"]
    command += ["--host-resolver-rules=MAP * ~NOTFOUND", f"--user-data-dir={folder / 'profile'}", *words]
    return subprocess.run(command, capture_output=True, text=True, check=True, timeout=120).stdout


@pytest.mark.needs_tool("pdftotext")
@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="pdftotext is not installed")
@PAGES
def test_each_printed_page_has_code_and_number_and_ends_with_no_heading(
    made: Callable[[], str], tmp_path: Path
) -> None:
    page = tmp_path / "page.html"
    page.write_text(made())
    browse(tmp_path, "--no-pdf-header-footer", f"--print-to-pdf={tmp_path / 'page.pdf'}", page.as_uri())
    told = subprocess.run(
        ["pdftotext", "-layout", str(tmp_path / "page.pdf"), "-"], capture_output=True, text=True, check=True
    ).stdout
    printed = [[line for line in sheet.splitlines() if line.strip()] for sheet in told.split("\f") if sheet.strip()]
    assert len(printed) > 4
    headings = {
        " ".join(html.unescape(re.sub(r"<[^>]+>", "", found)).split())
        for found in re.findall(r"<(?:h[123]|caption|thead)[^>]*>(.*?)</", page.read_text(), re.S)
    }
    for number, lines in enumerate(printed, 1):
        foot = FOOT.match(lines[-1])
        assert foot is not None, lines[-1]
        assert (int(foot[1]), int(foot[2])) == (number, len(printed))
        assert " ".join(lines[-2].split()) not in headings


@pytest.mark.skipif(util.find_spec("axe_core_python") is None, reason="axe-core-python is not installed")
@PAGES
def test_axe_core_finds_nothing_to_mend(made: Callable[[], str], tmp_path: Path) -> None:
    """Headings, landmarks, tables, contrast, keyboard: the rules of axe-core, of every weight."""
    axe = (resources.files("axe_core_python") / "axe.min.js").read_text()
    written = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", made())  # it would keep axe out
    page = tmp_path / "page.html"
    page.write_text(written.replace("</body>", f"<script>{axe}</script><script>{AXE_RUN}</script></body>"))
    seen = browse(tmp_path, "--virtual-time-budget=30000", "--dump-dom", page.as_uri())
    told = re.search(r'<pre id="told">(.*?)</pre>', seen, re.S)
    assert told is not None
    found: list[Any] = json.loads(html.unescape(told[1]))
    assert found == []
