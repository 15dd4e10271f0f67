"""A session in which no infusion began: none of the course's, though what sounded was heard; and a start told afterwards."""

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from session_clinic import CODE, MIN, plan
from sessions_played import asked, close, play, quiet, row

from setsetting.clinical.infusion import InfusionStep
from setsetting.desk import closing, exports, minutes, patients, plans, review, session_page, sessions, starts, undoing
from setsetting.desk.clinic import Clinic
from setsetting.desk.plan import PlanState
from setsetting.desk.today import today
from setsetting.errors import Refused, UsageError
from setsetting.record import live_rows
from setsetting.units import Minutes
from setsetting.views import session as views
from setsetting.views import session_page as page_views

HOUR_MS = 3_600_000


class Later:
    """A clock an hour after a session."""

    def __init__(self, at_ms: int) -> None:
        self.at_ms = at_ms + HOUR_MS

    def utc_ms(self) -> int:
        return self.at_ms

    def mono_ms(self) -> int:
        return 0


def unbegun(clinic: Clinic, *lines: str) -> str:
    """A session that sounds for two minutes, and is closed though no infusion was begun."""
    session_id = play(clinic, asked(clinic, *lines, "2 fade-out 1"))
    close(clinic)
    return session_id


def test_what_was_closed_with_no_infusion_begun_is_no_infusion_of_the_course(clinic: Clinic) -> None:
    (before,) = today(clinic)
    session_id = play(clinic, asked(clinic, "2 fade-out 1"))
    (open_,) = today(clinic)
    assert (open_.unclosed and open_.unclosed.visit_no, row(clinic, session_id).begun) == (1, False)
    close(clinic)
    (after,) = today(clinic)
    assert (after.next_visit, after.last, after.due, after.unclosed) == (before.next_visit, None, before.due, None)
    course = review.patient_review(clinic, CODE)
    assert (course.sessions, course.visits) == (0, ())
    assert any(said.startswith("not counted") and "no infusion begun" in said for said in course.completeness)
    page = session_page.session_page(clinic, session_id)
    assert (page.begun, page.visit_no, page.states) == (False, None, ("unbegun",))
    assert "NO INFUSION BEGUN" in page_views.in_words(page)[0]
    assert views.standing_words(row(clinic, session_id)) == "no infusion begun"
    assert any("no infusion begun" in line for line in views.status_in_words(sessions.status(clinic, session_id)))


def test_what_sounded_was_heard_and_the_plan_waits_again_and_says_so(clinic: Clinic) -> None:
    plans.accept(clinic, plan(clinic), CODE)
    session_id = play(clinic, replace(asked(clinic, "2 fade-out 1"), file=None))
    assert plans.show(clinic, CODE).state is PlanState.NONE, "it plays"
    close(clinic)
    waits = plans.show(clinic, CODE)
    assert waits.state is PlanState.STALE
    assert any("heard" in reason for reason in waits.reasons)
    assert patients.show(clinic, CODE).heard
    assert starts.tell(clinic, session_id, 1, "the key was not pressed").row.visit_no == 1
    assert plans.show(clinic, CODE).state is PlanState.NONE


def test_a_start_that_was_taken_back_is_none(clinic: Clinic) -> None:
    session_id = unbegun(clinic, "0 infusion-start", "1 undo")
    assert (row(clinic, session_id).aside, row(clinic, session_id).visit_no) == ("unbegun", None)


def test_a_start_that_was_forgotten_is_told_afterwards_and_taken_back(clinic: Clinic) -> None:
    session_id = unbegun(clinic, "1.5 mark onset")
    done = starts.tell(clinic, session_id[:8], 0.5, "the key was not pressed")
    assert (done.row.visit_no, done.row.begun, done.row.aside) == (1, True, "")
    assert done.row.actual is not None
    assert 1.5 * MIN < done.row.actual.end_ms < 2 * MIN, "it ran until the session was over"
    with clinic.record() as record:
        (mark,) = live_rows.marks(record, session_id)
    assert mark.infusion_ms == MIN
    page = session_page.session_page(clinic, session_id)
    (line,) = (each for each in page.lines if each.event_id == done.event_id)
    assert (line.at_ms, line.beside) == (0, "corrected: the key was not pressed")
    assert "a start of the infusion that was not logged: the key was not pressed" in "\n".join(
        page_views.in_words(page)
    )
    assert review.patient_review(clinic, CODE).sessions == 1
    assert sessions.status(clinic, session_id).infusion_ms is not None
    later = minutes.correct_minute(clinic, session_id, done.event_id, 0.25, "by the pump's own clock")
    with pytest.raises(Refused, match=f"take that back first.*{later.event_id}"):
        undoing.undo(clinic, done.event_id, "it never ran")
    undoing.undo(clinic, later.event_id, "a slip")
    undoing.undo(clinic, done.event_id, "it never ran")
    assert (row(clinic, session_id).aside, row(clinic, session_id).corrections) == ("unbegun", ())
    assert session_page.session_page(clinic, session_id).begun is False


def test_a_start_is_told_only_where_none_stands_and_can_have_been(clinic: Clinic) -> None:
    begun = play(clinic, asked(clinic, "0 infusion-start", "1 fade-out 1"))
    with pytest.raises(Refused, match="is not closed"):
        starts.tell(clinic, begun, 1, "why")
    close(clinic)
    with pytest.raises(Refused, match="its minute is corrected by its id"):
        starts.tell(clinic, begun, 1, "why")
    rehearsed = play(clinic, replace(asked(clinic, "-0.4 fade-out 1"), rehearsal=True))
    close(clinic)
    with pytest.raises(Refused, match="is a rehearsal"):
        starts.tell(clinic, rehearsed, 0, "why")
    never = play(clinic, asked(clinic, "-0.4 fade-out 1"))
    close(clinic)
    with pytest.raises(UsageError, match="a number within a day"):
        starts.tell(clinic, never, float("nan"), "why")
    with pytest.raises(Refused, match="was over at minute"):
        starts.tell(clinic, never, 3, "why")
    for text in ("tonight", "9:99", ""):
        with pytest.raises(UsageError, match="nor a time of that day"):
            starts.typed(clinic, never, text)


def test_a_start_may_be_typed_as_a_time_of_the_session_s_day(clinic: Clinic) -> None:
    session_id = unbegun(clinic)
    held = row(clinic, session_id)
    assert held.zero_utc_ms is not None
    at = datetime.fromtimestamp((held.zero_utc_ms // 60_000 + 1) * 60, UTC)
    told = starts.typed(clinic, session_id, at.astimezone(clinic.settings.zone).strftime("%H:%M"))
    assert 0 < told <= 1
    assert starts.typed(clinic, session_id, "0,5") == 0.5


def test_it_stands_in_no_session_s_way_until_its_start_is_told(clinic: Clinic) -> None:
    session_id = unbegun(clinic)
    began_ms = row(clinic, session_id).started_utc_ms
    began = datetime.fromtimestamp(began_ms // 1000, UTC).isoformat()
    later = replace(clinic, clock=Later(began_ms))
    assert closing.add(later, CODE, began, 40, None).visit_no == 1
    with pytest.raises(Refused, match="overlap"):
        starts.tell(clinic, session_id, 1, "the key was not pressed")


def test_the_close_says_when_the_infusion_began_that_nobody_logged(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "2 fade-out 1"))
    prepared = closing.prepare_close(clinic, None, quiet)
    assert prepared.unbegun
    kept = closing.close(clinic, prepared, began=0.5)
    assert (kept.visit_no, kept.closed, [each.kind for each in kept.corrections]) == (1, True, ["session.step_told"])
    assert kept.ended_utc_ms is not None
    assert sessions.status(clinic, session_id).infusion_ms is not None
    undoing.undo(clinic, kept.corrections[0].event_id, "it never ran")
    assert row(clinic, session_id).aside == "unbegun"


def test_list_status_and_page_agree_that_nothing_in_it_has_a_minute_of_an_infusion(clinic: Clinic) -> None:
    session_id = unbegun(clinic, "0.5 mark onset", "1 mark note she is cold")
    told = page_views.as_data(session_page.session_page(clinic, session_id))
    assert {each["infusion_min"] for each in (*told["acts"], *told["marks"], *told["notes"])} == {None}
    (listed,) = [views.listed_as_data(each) for each in sessions.listing(clinic)]
    assert [each["infusion_min"] for each in listed["notes"]] == [None]
    status = views.status_as_data(sessions.status(clinic, session_id))
    assert {each["infusion_min"] for each in status["marks"]} == {status["infusion_min"]} == {None}
    starts.tell(clinic, session_id, 0.0, "it was not logged")
    begun = page_views.as_data(session_page.session_page(clinic, session_id))
    assert [each["infusion_min"] for each in begun["marks"]] == [0.5, 1.0]


def test_a_stop_that_was_forgotten_is_told_afterwards_and_taken_back(clinic: Clinic) -> None:
    session_id = unbegun(clinic)
    with pytest.raises(Refused, match="when it began is told first"):
        starts.tell(clinic, session_id, 0.5, "why", InfusionStep.STOP)
    began = starts.tell(clinic, session_id, 0.5, "the key was not pressed")
    for minute, why in ((-0.1, "would not follow each other"), (9, "was over at minute")):
        with pytest.raises(Refused, match=why):
            starts.refuse_stop(clinic, session_id, minute)
    done = starts.tell(clinic, session_id, 1.0, "the pump had run dry", InfusionStep.STOP)
    assert done.row.actual is not None and done.row.actual.end_ms == MIN
    with pytest.raises(Refused, match="was stopped as it is logged"):
        starts.tell(clinic, session_id, 1.2, "why", InfusionStep.STOP)
    page = session_page.session_page(clinic, session_id)
    assert page.actual == done.row.actual and page.happened.stopped
    assert [act.name for act in page.acts if act.name.startswith("infusion-")] == ["infusion-start", "infusion-stop"]
    assert "a stop of the infusion that was not logged: the pump had run dry" in "\n".join(page_views.in_words(page))
    with pytest.raises(Refused, match=f"take that back first.*{done.event_id}"):
        undoing.undo(clinic, began.event_id, "it never ran")
    later = minutes.correct_minute(clinic, session_id, done.event_id, 1.25, "by the pump's own clock")
    assert later.row.actual is not None and later.row.actual.end_ms == 1.25 * MIN
    undoing.undo(clinic, later.event_id, "a slip")
    undoing.undo(clinic, done.event_id, "it ran on")
    held = row(clinic, session_id)
    assert held.actual is not None and held.actual.end_ms > MIN
    after = starts.tell(clinic, session_id, 4.0, "the music was closed too early, the pump went on", InfusionStep.STOP)
    assert after.row.actual is not None and after.row.actual.end_ms == 4 * MIN


def test_what_is_handed_on_counts_its_minutes_from_where_the_infusion_began(clinic: Clinic) -> None:
    session_id = unbegun(clinic)
    starts.tell(clinic, session_id, 1, "the key was not pressed")
    folder = clinic.folder.parent / "out"
    exports.write(clinic, exports.Target.JSONL, folder, replace=False)
    told = json.loads((folder / "sessions.jsonl").read_text(encoding="utf-8"))
    zero, ended = (datetime.fromisoformat(told[name]) for name in ("zero", "ended"))
    planned_ms = row(clinic, session_id).zero_utc_ms
    assert planned_ms is not None
    assert zero == datetime.fromtimestamp((planned_ms + MIN) / 1000, UTC)
    assert zero + timedelta(minutes=told["minutes"]) <= ended + timedelta(seconds=0.1)


def test_an_infusion_that_nobody_stopped_is_asked_about_where_its_music_was_closed_early(clinic: Clinic) -> None:
    session_id = play(clinic, asked(clinic, "0 infusion-start", "2 fade-out 1"))
    prepared = closing.prepare_close(clinic, session_id, quiet)
    assert prepared.running_ms is not None and 2 * MIN <= prepared.running_ms < 3 * MIN
    told = views.closed_words(row(clinic, session_id), prepared.running_ms)
    assert f"`setsetting session correct {session_id} infusion-stop --minute M --reason TEXT` says otherwise." in told
    closed = closing.close(clinic, prepared, stopped=Minutes(1.5))
    assert closed.actual is not None and closed.actual.end_ms == 1.5 * MIN
    assert [each.reason for each in closed.corrections] == ["said at the close"]


@pytest.mark.parametrize(
    "lines", [("0 infusion-start", "1 infusion-stop", "2 fade-out 1"), ("0 infusion-start", "6 fade-out 1")]
)
def test_one_that_was_stopped_or_ran_its_time_is_not_asked_about(clinic: Clinic, lines: tuple[str, ...]) -> None:
    session_id = play(clinic, asked(clinic, *lines))
    assert closing.prepare_close(clinic, session_id, quiet).running_ms is None
