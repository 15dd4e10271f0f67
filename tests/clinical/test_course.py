"""Visits are numbered in order of time, and what is due is said in plain words."""

from zoneinfo import ZoneInfo

from setsetting.clinical.course import (
    Visit,
    days_asked_about,
    due_forms,
    form_words,
    infusions_in_recall,
    next_visit_no,
    overlap_words,
    share_days,
    visit_no,
)
from setsetting.clinical.form import Form, NoAnswer, Recall
from setsetting.clinical.form_schedule import FormAfter, FormSchedule
from setsetting.clinical.marks import Mark, mark_words
from setsetting.units import Milliseconds

DAY_MS = 24 * 60 * 60 * 1000


def form(day: float, recall: Recall = Recall.WEEK, answered: int = 20) -> Form:
    return Form((*[1] * answered, *[NoAnswer.MISSING] * (20 - answered)), recall, round(day * DAY_MS))


UTC = ZoneInfo("UTC")


def ms(day: float) -> Milliseconds:
    return round(day * DAY_MS)


def visit(day: float, days: float = 0.04) -> Visit:
    return Visit(ms(day), ms(day + days))


def due(forms: list[Form], visits: list[Visit], now: float, zone: ZoneInfo = UTC) -> list[str]:
    return [each.because for each in due_forms(forms, visits, ms(now), zone).due]


def test_visits_are_numbered_in_order_of_time() -> None:
    starts = [ms(7), ms(0), ms(3)]
    assert [visit_no(start, starts) for start in starts] == [3, 1, 2]
    assert next_visit_no(starts) == 4


def test_a_new_course_needs_a_baseline_and_a_week_form() -> None:
    assert [each.recall for each in due_forms([], [], ms(0), UTC).due] == [Recall.MONTH, Recall.WEEK]
    assert due([form(-6, Recall.MONTH), form(-1)], [], 0) == []


def test_after_an_infusion_a_week_form_is_due_until_one_is_complete() -> None:
    assert due([form(-1)], [visit(0)], 2) == [
        "past-week form due: none complete since infusion 1; 19 days left to link it"
    ]
    assert due([form(1, answered=19)], [visit(0)], 2) != []
    assert due([form(1)], [visit(0)], 2) == []
    (late,) = due([], [visit(0)], 30)
    assert "stays unlinked" in late


SCHEDULE = FormSchedule(
    before=(Recall.WEEK,),
    after=(FormAfter("end of course", Recall.WEEK, 7, 7), FormAfter("follow-up 1", Recall.MONTH, 30, 14)),
)
COURSE = [visit(0.4), visit(4.4)]
BASE = form(-1)


def asked(
    forms: list[Form], now: float, *, finished: bool = False, visits: list[Visit] = COURSE
) -> tuple[list[str], list[str]]:
    """What is due, and what is missing, of a course of two infusions, the last of them on day 4."""
    told = due_forms([BASE, *forms], visits, ms(now), UTC, SCHEDULE, course_of=2, finished=finished)
    return [each.because for each in told.due], list(told.missing)


def test_after_a_course_only_the_clinic_s_own_schedule_asks() -> None:
    assert asked([form(5)], 10) == ([], [])
    assert asked([form(5)], 11) == (["end of course due: a past-week form, from 1970-01-12 to 1970-01-19"], [])
    assert asked([form(5), form(11)], 18) == ([], [])
    assert asked([form(5), form(10)], 11)[0] != []
    assert asked([form(5), form(11, answered=19)], 18)[0] != []
    missing = "end of course missing: a past-week form was due from 1970-01-12 to 1970-01-19"
    assert asked([form(5)], 19) == ([], [missing])
    follow_up = "follow-up 1 due: a past-month form, from 1970-02-04 to 1970-02-18"
    assert asked([form(5)], 34) == ([follow_up], [missing])
    assert asked([form(5), form(12), form(35, Recall.MONTH)], 400) == ([], [])


def test_the_form_after_the_last_infusion_is_asked_for_until_the_course_is_said_to_be_finished() -> None:
    assert [words[:13] for words in asked([], 11)[0]] == ["past-week for", "end of course"]
    assert [words[:13] for words in asked([], 11, finished=True)[0]] == ["end of course"]


def test_a_course_that_goes_on_is_not_asked_for_its_end_and_a_booster_moves_no_follow_up() -> None:
    assert asked([form(1)], 34, visits=COURSE[:1]) == ([], [])
    assert asked([form(5), form(12), form(31)], 34, visits=[*COURSE, visit(30.4)])[0] == [
        "follow-up 1 due: a past-month form, from 1970-02-04 to 1970-02-18"
    ]


def test_what_the_clinic_does_not_ask_for_is_not_due_and_a_baseline_that_never_came_is_missing() -> None:
    none = FormSchedule(before=(), weekly=False)
    assert due_forms([], [], ms(0), UTC, none).due == due_forms([], [visit(0)], ms(3), UTC, none).due == ()
    assert due_forms([], [visit(0)], ms(3), UTC, none).missing == ()
    assert due_forms([form(-1), form(0.5, Recall.MONTH)], [visit(0.4)], ms(3), UTC).missing == (
        "baseline missing: no past-month form was complete in the 30 days before infusion 1",
    )
    (old,) = due_forms([form(-40, Recall.MONTH), form(-1)], [visit(0.4)], ms(3), UTC).missing
    assert old.endswith("in the 30 days before infusion 1"), "there is one, of long before"


def test_a_clock_that_was_set_back_makes_no_new_course() -> None:
    assert due([form(-1)], [visit(10)], 2) == []


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


def test_a_week_is_the_seven_days_before_the_day_it_is_asked_about() -> None:
    """A form of day 8 asks about days 1 to 7, at whatever hour it was filled."""
    starts = [ms(0.9), ms(1.1), ms(3), ms(7.5), ms(8.1), ms(9)]
    assert infusions_in_recall(form(8), starts, UTC) == infusions_in_recall(form(8.9), starts, UTC) == 3
    assert infusions_in_recall(form(7.95), starts, UTC) == 3
    assert infusions_in_recall(form(31, Recall.MONTH), starts, UTC) == 5
    assert len(days_asked_about(Recall.WEEK, 8)) == 7


def test_each_infusion_lies_in_the_week_of_one_form_where_one_is_filled_every_week() -> None:
    starts = [ms(day + 0.4) for day in range(7, 28)]
    weekly = [form(day) for day in (14.3, 21.3, 28)]
    assert [infusions_in_recall(each, starts, UTC) for each in weekly] == [7, 7, 7]
    assert not any("overlaps" in said for each in weekly for said in form_words(each, weekly, [], UTC))
    assert share_days(Recall.WEEK, 14, 20) and not share_days(Recall.WEEK, 14, 21)


def test_a_form_fourteen_days_before_is_a_week_form_before_the_first_infusion_whatever_its_hour() -> None:
    """The link takes it, so nothing may say that it is missing."""
    for hour in (0.0, 0.3, 0.9):
        assert due_forms([form(0, Recall.MONTH), form(hour)], [visit(14.4)], ms(15), UTC).missing == ()
    assert due_forms([form(0, Recall.MONTH), form(0.9)], [visit(15.1)], ms(16), UTC).missing != ()


def test_a_past_month_form_says_which_other_month_it_overlaps() -> None:
    """One filled a minute after midnight asks about the month of the evening before."""
    forms = [form(31.999, Recall.MONTH), form(32, Recall.MONTH), form(61, Recall.MONTH), form(62, Recall.MONTH)]
    assert [form_words(each, forms, [], UTC) for each in forms[:2]] == [
        ("its month overlaps that of the form of 1970-02-02",),
        ("its month overlaps those of the forms of 1970-02-01, 1970-03-03",),
    ]
    assert form_words(forms[3], [forms[1], forms[3]], [], UTC) == ()
    assert form_words(forms[1], [form(32)], [], UTC) == (), "a week and a month are two questions"


def test_a_past_week_form_says_what_its_week_holds() -> None:
    forms = [form(1), form(5), form(12), form(13, Recall.MONTH)]
    said = [form_words(each, forms, [visit(0.4), visit(7.4)], UTC) for each in forms]
    assert said == [
        ("its week holds 1 infusion day", "its week overlaps that of the form of 1970-01-06"),
        ("its week holds 1 infusion day", "its week overlaps that of the form of 1970-01-02"),
        ("its week holds 1 infusion day",),
        ("its past month overlaps the time before the first infusion",),
    ]
    assert form_words(form(5), [], [visit(2.3), visit(2.6)], UTC) == ("its week holds 1 infusion day",)
    assert form_words(form(5), [form(3), form(9)], [], UTC) == (
        "its week overlaps those of the forms of 1970-01-04, 1970-01-10",
    )
    assert form_words(form(20), [form(13)], [visit(9)], UTC) == ()
    assert form_words(form(0.5), [], [visit(0.4)], UTC)[0].startswith("filled during infusion 1 or later that day")


def test_a_month_form_soon_after_the_first_infusion_overlaps_the_time_before() -> None:
    assert overlap_words(form(20, Recall.MONTH), [ms(0)], UTC) is not None
    assert overlap_words(form(31, Recall.MONTH), [ms(0)], UTC) is None
    assert overlap_words(form(-2, Recall.MONTH), [ms(0)], UTC) is None
    assert overlap_words(form(2), [ms(0)], UTC) is None


def test_every_mark_has_its_words() -> None:
    assert len({mark_words(mark) for mark in Mark}) == len(Mark)
