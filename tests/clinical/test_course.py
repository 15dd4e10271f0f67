"""Visits are numbered in order of time, and what is due is said in plain words."""

from zoneinfo import ZoneInfo

from setsetting.clinical.course import (
    DAY_MS,
    Visit,
    due_forms,
    form_words,
    infusions_in_recall,
    next_visit_no,
    overlap_words,
    visit_no,
)
from setsetting.clinical.form import Form, NoAnswer, Recall
from setsetting.clinical.marks import Mark, mark_words
from setsetting.units import Milliseconds


def form(day: float, recall: Recall = Recall.WEEK, answered: int = 20) -> Form:
    return Form((*[1] * answered, *[NoAnswer.MISSING] * (20 - answered)), recall, round(day * DAY_MS))


UTC = ZoneInfo("UTC")


def ms(day: float) -> Milliseconds:
    return round(day * DAY_MS)


def visit(day: float, days: float = 0.04) -> Visit:
    return Visit(ms(day), ms(day + days))


def due(forms: list[Form], visits: list[Visit], now: float, zone: ZoneInfo = UTC) -> list[str]:
    return [each.because for each in due_forms(forms, visits, ms(now), zone)]


def test_visits_are_numbered_in_order_of_time() -> None:
    starts = [ms(7), ms(0), ms(3)]
    assert [visit_no(start, starts) for start in starts] == [3, 1, 2]
    assert next_visit_no(starts) == 4


def test_a_new_course_needs_a_baseline_and_a_week_form() -> None:
    assert [each.recall for each in due_forms([], [], ms(0), UTC)] == [Recall.MONTH, Recall.WEEK]
    assert due([form(-6, Recall.MONTH), form(-1)], [], 0) == []


def test_after_an_infusion_a_week_form_is_due_until_one_is_complete() -> None:
    assert due([form(-1)], [visit(0)], 2) == [
        "past-week form due: none complete since infusion 1; 19 days left to link it"
    ]
    assert due([form(1, answered=19)], [visit(0)], 2) != []
    assert due([form(1)], [visit(0)], 2) == []
    (late,) = due([], [visit(0)], 30)
    assert "stays unlinked" in late


def test_a_form_of_the_infusion_s_own_day_is_none_after_it() -> None:
    """What is filled in the chair or in the evening leaves the form due, from the next day on."""
    asked = ["past-week form due: none complete since infusion 1; 20 days left to link it"]
    for taken in (0.41, 0.5, 0.99):
        assert due([form(taken)], [visit(0.4)], taken) == []
        assert due([form(taken)], [visit(0.4)], 1.2) == asked
    assert due([form(1)], [visit(0.4)], 1.2) == []


def test_the_day_is_the_clinic_s() -> None:
    """At 03:00 UTC it is still the evening before in New York."""
    new_york = ZoneInfo("America/New_York")
    assert due([form(1.125)], [visit(0.6)], 2, UTC) == []
    assert due([form(1.125)], [visit(0.6)], 2, new_york) != []


def test_infusions_inside_the_recall_are_counted_by_days() -> None:
    starts = [ms(0.9), ms(3), ms(7.5), ms(9)]
    assert infusions_in_recall(form(8), starts, UTC) == 2
    assert infusions_in_recall(form(7.95), starts, UTC) == 3
    assert infusions_in_recall(form(8, Recall.MONTH), starts, UTC) == 3


def test_a_past_week_form_says_what_its_week_holds() -> None:
    forms = [form(1), form(5), form(12), form(13, Recall.MONTH)]
    said = [form_words(each, forms, [visit(0.4), visit(7.4)], UTC) for each in forms]
    assert said == [
        ("its week holds 1 infusion day", "its week overlaps that of the form of 1970-01-06"),
        ("its week holds 1 infusion day", "its week overlaps that of the form of 1970-01-02"),
        ("its week holds 1 infusion day",),
        ("its past month overlaps the time before the first infusion",),
    ]
    assert form_words(form(20), [form(13)], [visit(9)], UTC) == ()
    assert form_words(form(0.5), [], [visit(0.4)], UTC)[0].startswith("filled during infusion 1 or later that day")


def test_a_month_form_soon_after_the_first_infusion_overlaps_the_time_before() -> None:
    assert overlap_words(form(20, Recall.MONTH), [ms(0)]) is not None
    assert overlap_words(form(31, Recall.MONTH), [ms(0)]) is None
    assert overlap_words(form(-2, Recall.MONTH), [ms(0)]) is None
    assert overlap_words(form(2), [ms(0)]) is None


def test_every_mark_has_its_words() -> None:
    assert len({mark_words(mark) for mark in Mark}) == len(Mark)
