"""Visits are numbered in order of time, and what is due is said in plain words."""

from setsetting.clinical.course import DAY_MS, due_forms, infusions_in_recall, next_visit_no, overlap_words, visit_no
from setsetting.clinical.form import Form, NoAnswer, Recall
from setsetting.clinical.marks import Mark, mark_words
from setsetting.units import Milliseconds


def form(day: float, recall: Recall = Recall.WEEK, answered: int = 20) -> Form:
    return Form((*[1] * answered, *[NoAnswer.MISSING] * (20 - answered)), recall, round(day * DAY_MS))


def ms(day: float) -> Milliseconds:
    return round(day * DAY_MS)


def test_visits_are_numbered_in_order_of_time() -> None:
    starts = [ms(7), ms(0), ms(3)]
    assert [visit_no(start, starts) for start in starts] == [3, 1, 2]
    assert next_visit_no(starts) == 4


def test_a_new_course_needs_a_baseline_and_a_week_form() -> None:
    assert [due.recall for due in due_forms([], [], ms(0))] == [Recall.MONTH, Recall.WEEK]
    assert due_forms([form(-6, Recall.MONTH), form(-1)], [], ms(0)) == ()


def test_after_an_infusion_a_week_form_is_due_until_one_is_complete() -> None:
    (due,) = due_forms([form(-1)], [ms(0)], ms(2))
    assert due.recall is Recall.WEEK
    assert due.because == "past-week form due: none complete since infusion 1; 19 days left to link it"
    assert due_forms([form(1, answered=19)], [ms(0)], ms(2)) != ()
    assert due_forms([form(1)], [ms(0)], ms(2)) == ()
    (late,) = due_forms([], [ms(0)], ms(30))
    assert "stays unlinked" in late.because


def test_infusions_inside_the_recall_are_counted() -> None:
    assert infusions_in_recall(form(8), [ms(0), ms(3), ms(7.5), ms(9)]) == 2
    assert infusions_in_recall(form(8, Recall.MONTH), [ms(0), ms(3), ms(7.5), ms(9)]) == 3


def test_a_month_form_soon_after_the_first_infusion_overlaps_the_time_before() -> None:
    assert overlap_words(form(20, Recall.MONTH), [ms(0)]) is not None
    assert overlap_words(form(31, Recall.MONTH), [ms(0)]) is None
    assert overlap_words(form(-2, Recall.MONTH), [ms(0)]) is None
    assert overlap_words(form(2), [ms(0)]) is None


def test_every_mark_has_its_words() -> None:
    assert len({mark_words(mark) for mark in Mark}) == len(Mark) == 7
