"""The review screen: what the program filled is marked, a form filled amid a session is joined to nothing."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from textual.widgets import Input
from tui_opened_screens import HELD, session_held
from tui_stage import CODE, SIZES, Stage, empty_clinic, named, on_stage, shown, until, words_shown

from setsetting.clinical.form import Item, Recall
from setsetting.desk import closing, forms, patients, review
from setsetting.desk.clinic import Clinic
from setsetting.record.kinds import SettingLogged
from setsetting.review.figures import trajectory
from setsetting.tui.screens.review import ReviewScreen
from setsetting.tui.widgets.chart import BRAILLE

EVERY = [*SIZES, (200, 60)]


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    made = empty_clinic(tmp_path)
    patients.add(made, CODE)
    return made


def page(clinic: Clinic) -> Stage:
    return Stage(clinic, lambda: ReviewScreen(clinic, CODE))


def joined(app: Stage) -> bool:
    return any(BRAILLE < ord(sign) <= BRAILLE + 255 for row in shown(app) for sign in row)


@pytest.mark.parametrize("size", EVERY, ids=named)
@pytest.mark.parametrize(("hour", "amid"), [("09:00", False), ("10:20", True)])
def test_a_form_filled_amid_a_session_is_hollow_and_no_line_leads_to_it(
    clinic: Clinic, size: tuple[int, int], hour: str, amid: bool
) -> None:
    closing.add(clinic, CODE, "2026-11-10T10:00", 40, None)
    forms.add(clinic, CODE, [3] * 20, Recall.WEEK, "2026-11-01")
    forms.add(clinic, CODE, [3] * 10 + [2] * 10, Recall.WEEK, f"2026-11-10T{hour}")
    app = page(clinic)

    async def play(pilot: Pilot[int]) -> None:
        words = words_shown(app)
        assert ("○50" in words, "amid a session" in words, joined(app)) == (amid, amid, not amid)

    on_stage(app, play, size)
    drawn = trajectory(review.patient_review(clinic, CODE))
    assert ('fill="#fff" stroke="#595959"' in drawn) == amid


@pytest.mark.parametrize("size", EVERY, ids=named)
@pytest.mark.parametrize(("month", "seen"), [(3, "●◆60"), (4, "◆80")])
def test_forms_of_one_day_are_each_seen_and_none_is_drawn_over_the_other(
    clinic: Clinic, size: tuple[int, int], month: Item, seen: str
) -> None:
    forms.add(clinic, CODE, [3] * 20, Recall.WEEK, "2026-11-01")
    forms.add(clinic, CODE, [month] * 20, Recall.MONTH, "2026-11-01")
    app = page(clinic)

    async def play(pilot: Pilot[int]) -> None:
        words = words_shown(app)
        assert seen in words and "●" in words and "60" in words

    on_stage(app, play, size)


@pytest.mark.parametrize("size", EVERY, ids=named)
def test_a_value_that_the_program_filled_is_marked(clinic: Clinic, size: tuple[int, int]) -> None:
    session_held(clinic)
    fields = {"music_delivery": "headphones", "lighting": "dim"}
    with clinic.record() as record:
        record.append("session.setting_logged", SettingLogged(HELD, fields, {}, by_program=("music_delivery",)))
    app = page(clinic)

    async def play(pilot: Pilot[int]) -> None:
        rows = [" ".join(row.split()) for row in shown(app)]
        assert "music through headphones°" in rows
        assert "light dim" in rows
        assert any("° by the program" in row for row in rows)

    on_stage(app, play, size)


def test_a_name_that_no_file_may_have_stays_to_be_mended(clinic: Clinic, tmp_path: Path) -> None:
    app, out = page(clinic), tmp_path / "there.html"

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("o", "ctrl+u", *str(clinic.folder / "clinic.toml"), "enter")
        await until(pilot, lambda: "belongs to the clinic folder and is not replaced" in words_shown(app))
        assert app.screen.query_one(Input).value == str(clinic.folder / "clinic.toml")
        await pilot.press("ctrl+u", *str(out), "enter")
        await until(pilot, out.exists)

    on_stage(app, play)


def test_e_writes_forms_and_sessions_into_a_folder_that_is_asked_for(clinic: Clinic, tmp_path: Path) -> None:
    closing.add(clinic, CODE, "2026-11-10T10:00", 40, None)
    forms.add(clinic, CODE, [3] * 20, Recall.WEEK, "2026-11-01")
    app = page(clinic)

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("e")
        await pilot.pause()
        assert "into which folder?" in words_shown(app)
        await pilot.press("enter")
        await pilot.pause()
        await pilot.app.workers.wait_for_complete()
        assert "1 form and 1 session" in words_shown(app)

    on_stage(app, play, (120, 40))
    folder = clinic.folder / "reports" / "forms-and-sessions-001"
    assert sorted(path.name for path in folder.iterdir()) == [
        "dictionary.csv",
        "forms.csv",
        "scales.csv",
        "sessions.csv",
    ]
    with clinic.record() as record:
        assert len(record.events(kind="export.made")) == 1
