"""What is said before an infusion, a key a line: kept at once, skipped by one key, taken back with a reason."""

from pathlib import Path

import pytest
from textual.pilot import Pilot
from tui_stage import CODE, SIZES, Stage, clinic_in_course, named, on_stage, until, words_shown

from setsetting.clinical.visits import VisitKind
from setsetting.desk import agreements, course, mindset
from setsetting.desk.clinic import Clinic
from setsetting.tui.screens.course import CourseScreen
from setsetting.tui.screens.patient import PatientScreen
from setsetting.tui.screens.visit import VisitScreen
from setsetting.tui.widgets.table import Table


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return clinic_in_course(tmp_path)


@pytest.mark.parametrize("size", SIZES, ids=named)
def test_each_line_is_kept_as_it_is_typed_or_rated_and_skipped_by_one_key(
    clinic: Clinic, size: tuple[int, int]
) -> None:
    app = Stage(clinic, lambda: VisitScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("enter", *"hand only", "enter")
        await until(pilot, lambda: "hand only" in words_shown(app))
        await pilot.press("minus")
        assert agreements.line(clinic, CODE) == "touch: hand only, stop: not asked"
        await pilot.press("7")
        assert "is said in words" in words_shown(app)
        await pilot.press("end", "0")
        await pilot.press("up", "minus", "up", "up", "plus")
        before = mindset.show(clinic, CODE).before
        assert before is not None
        assert before.ratings == {"sleep": 0, "expectancy": 10}, "what was skipped is not asked, and 0 is an answer"
        await pilot.press("home", "h")
        await until(pilot, lambda: "Which was not said so?" in words_shown(app))
        await pilot.press("1")
        await until(pilot, lambda: "The reason stays in the record" in words_shown(app))
        await pilot.press(*"another patient", "enter")
        await until(pilot, lambda: agreements.line(clinic, CODE) == "touch: not asked, stop: not asked")

    on_stage(app, play, size)


def test_a_course_that_was_left_says_so_and_is_taken_up_again(clinic: Clinic) -> None:
    app = Stage(clinic, lambda: CourseScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("3", "2")
        await until(pilot, lambda: "Escape: none known" in words_shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: "no reason known" in words_shown(app))
        assert "infusions held · left 2026-" in words_shown(app), "in the header too, which no message covers"
        await pilot.press("3")
        await until(pilot, lambda: "The course has ended already" in words_shown(app))
        await pilot.press("home", "4")
        await until(pilot, lambda: "take back which" in words_shown(app))
        await pilot.press("1")
        await until(pilot, lambda: "The reason stays in the record" in words_shown(app))
        await pilot.press(*"came again", "enter")
        await until(pilot, lambda: "no reason known" not in words_shown(app))
        assert course.show(clinic, CODE).ended is None

    on_stage(app, play)


def test_a_goal_withdrawn_by_mistake_stands_again_with_its_scores_from_the_patient_s_page(clinic: Clinic) -> None:
    mindset.set_goal(clinic, CODE, "to sleep")
    mindset.score_goal(clinic, CODE, "4")
    goal = mindset.show(clinic, CODE).goal
    app = Stage(clinic, lambda: VisitScreen(clinic, CODE))

    async def withdraw(pilot: Pilot[int]) -> None:
        rows = app.screen.query_one(Table)
        rows.go_to("goal")
        await pilot.press("h")
        await until(pilot, lambda: "Goal. Which was not said so?" in words_shown(app))
        await pilot.press("1")
        await until(pilot, lambda: "why is it taken back?" in words_shown(app))
        await pilot.press(*"slip", "enter")
        await until(pilot, lambda: "5 on the patient's page takes that back." in words_shown(app))

    on_stage(app, withdraw)
    assert mindset.show(clinic, CODE).goal is None
    page = Stage(clinic, lambda: PatientScreen(clinic, CODE))

    async def take_back(pilot: Pilot[int]) -> None:
        await pilot.press("5")
        await until(pilot, lambda: f"{CODE}: why does the goal stand again?" in words_shown(page))
        await pilot.press(*"it was said", "enter")
        await until(pilot, lambda: f"{CODE}: the goal stands again." in words_shown(page))

    on_stage(page, take_back)
    found = mindset.show(clinic, CODE)
    assert found.goal == goal and [row.score for row in found.scores] == [4]


def test_a_visit_that_is_kept_is_refused_before_its_form_is_asked(clinic: Clinic) -> None:
    course.hold(clinic, CODE, VisitKind.INTEGRATION, "2026-10-21")
    app = Stage(clinic, lambda: CourseScreen(clinic, CODE))

    async def play(pilot: Pilot[int]) -> None:
        await pilot.press("2", "2")
        await until(pilot, lambda: "when was it held?" in words_shown(app))
        await pilot.press(*"2026-10-21", "enter")
        await until(pilot, lambda: "is kept already; enter on its row says it anew." in words_shown(app))

    on_stage(app, play)
    held = [each for each in course.show(clinic, CODE).visits if each.kind is VisitKind.INTEGRATION]
    assert len(held) == 1
