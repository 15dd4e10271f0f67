"""A setting that is drawn by lot: concealed until due, kept with its probability, checked, and estimated when it is over."""

import json
from dataclasses import replace
from pathlib import Path

import case_clinic
import pytest

from setsetting.clinical.visits import VisitKind
from setsetting.desk import alternations, clinic, course, draws, patients, records
from setsetting.desk.clinic import Clinic
from setsetting.desk.draws import NextDraw
from setsetting.errors import NotFound, Refused, UsageError
from setsetting.record import kinds
from setsetting.record.alternation_kinds import AlternationAssigned
from setsetting.record.log import Draft
from setsetting.review.cluster_robust import Contrast
from setsetting.review.planned_alternation import AlternationEstimate
from setsetting.units import Milliseconds
from setsetting.views import alternation as views

SHADES = ("eye_shades", "throughout", "not offered", "2999-06-30")


@pytest.fixture
def made(tmp_path: Path) -> Clinic:
    new = clinic.init(tmp_path / "clinic")
    for number in range(6):
        patients.add(new, f"K-{number}")
    return new


def hold(made: Clinic, code: str, name: str, shades: str, *, begun: bool = True) -> None:
    """A session of the patient's that begins now, with its infusion or without."""
    now_ms = Milliseconds(made.clock.utc_ms() + 1)
    with made.record() as record:
        patient_id = next(e.subject for e in record.events(kind="patient.added") if f'"{code}"' in (e.payload or ""))
        assert patient_id is not None
        started = kinds.SessionStarted(name, patient_id, 1, now_ms, case_clinic.PLANNED, "room-1")
        record.append_all(
            [
                Draft("session.started", started),
                *([Draft("session.acted", kinds.SessionActed(name, "infusion-start"))] if begun else []),
                Draft("session.setting_logged", kinds.SettingLogged(name, {"eye_shades": shades}, {})),
                Draft("session.ended", kinds.SessionEnded(name, Milliseconds(now_ms + 9), case_clinic.PLANNED)),
                Draft("session.closed", kinds.SessionClosed(name)),
            ]
        )


def test_a_draw_is_shown_when_due_the_same_again_and_kept_with_its_probability(made: Clinic) -> None:
    row = alternations.plan(made, *SHADES)
    first = draws.due(made, "k0")
    again = draws.due(made, "K-0")
    assert (first.shown_before, again.shown_before, again.row.event_id) == (False, True, first.row.event_id)
    assert (first.row.number, first.row.place, first.row.permille) == (1, 0, 500)
    assert first.value == ("throughout" if first.row.drawn else "not offered")
    others = [draws.due(made, f"K-{number}").row for number in range(1, 6)]
    assert [each.place for each in others] == [1, 2, 3, 4, 5]
    assert {each.drawn for each in others} == {True, False}
    told = json.dumps([views.as_data(row, 1), views.draw_as_data(first)]) + views.in_words(row, 1)
    assert row.planned.seed not in told
    assert all(row.planned.seed not in str(views.checked_as_data(alternations.check(made))) for _again in range(2))


def test_the_next_infusion_has_a_draw_of_its_own(made: Clinic) -> None:
    alternations.plan(made, *SHADES)
    before = draws.due(made, "K-0")
    hold(made, "K-0", "s-1", before.value)
    later = replace(made, clock=Later(made))
    after = draws.due(later, "K-0")
    assert (after.row.number, after.row.place, after.shown_before) == (2, 0, False)


def test_a_draw_is_still_shown_after_a_session_in_which_no_infusion_began(made: Clinic) -> None:
    alternations.plan(made, *SHADES)
    before = draws.due(made, "K-0")
    hold(made, "K-0", "s-1", before.value, begun=False)
    after = draws.due(replace(made, clock=Later(made)), "K-0")
    assert (after.row.event_id, after.shown_before) == (before.row.event_id, True)


class Later:
    """An hour later than another clinic's clock."""

    def __init__(self, made: Clinic) -> None:
        self._clock = made.clock

    def utc_ms(self) -> Milliseconds:
        return Milliseconds(self._clock.utc_ms() + 3_600_000)

    def mono_ms(self) -> Milliseconds:
        return self._clock.mono_ms()


def test_no_draw_is_shown_before_the_day_of_its_infusion(made: Clinic) -> None:
    alternations.plan(made, *SHADES)
    course.plan(made, "K-0", VisitKind.INFUSION, "2999-01-02")
    with pytest.raises(Refused, match="planned for 2999-01-02; what is drawn is shown on that day"):
        draws.due(made, "K-0")
    assert alternations.listed(made)[0][1] == 0


def test_what_is_drawn_for_the_next_infusion_is_known_without_being_shown(made: Clinic) -> None:
    assert draws.coming(made, "K-0") is None
    alternations.plan(made, *SHADES)
    assert draws.coming(made, "k-0") == NextDraw("eye_shades", None)
    assert alternations.listed(made)[0][1] == 0
    shown = draws.due(made, "K-0")
    assert draws.coming(made, "K-0") == NextDraw("eye_shades", shown.value)
    assert draws.coming(made, "K-1") == NextDraw("eye_shades", None)
    hold(made, "K-0", "s-1", shown.value)
    assert draws.coming(replace(made, clock=Later(made)), "K-0") == NextDraw("eye_shades", None)


def test_the_seed_is_told_when_it_is_over_and_makes_every_draw_again(made: Clinic) -> None:
    row = alternations.plan(made, *SHADES)
    assert views.checked_in_words(alternations.check(made))[1] == "No draw was shown yet, so none was compared."
    for number in range(6):
        draws.due(made, f"K-{number}")
    assert alternations.check(made).ok
    assert views.checked_in_words(alternations.check(made))[1] == "6 draws were compared; each is the schedule's."
    with pytest.raises(Refused, match="It runs until 2999-06-30"):
        alternations.result(made)
    stopped, shown = alternations.stop(made, "the shades are worn out")
    assert (shown, stopped.event_id) == (6, row.event_id)
    checked = alternations.check(made, row.event_id[:8])
    assert (checked.ok, checked.draws, checked.seed) == (True, 6, row.planned.seed)
    with pytest.raises(NotFound, match="Nothing is drawn by lot now"):
        draws.due(made, "K-0")


def test_a_draw_that_the_schedule_did_not_make_is_found(made: Clinic) -> None:
    row = alternations.plan(made, *SHADES)
    true = draws.due(made, "K-0").row
    with made.record() as record:
        forged = AlternationAssigned(row.event_id, true.patient_id, 1, 0, drawn=not true.drawn, permille=500)
        event = record.append("alternation.assigned", forged)
    checked = alternations.check(made)
    assert (checked.ok, checked.unlike) == (False, (event.event_id,))
    assert "these are not the schedule's" in "\n".join(views.checked_in_words(checked))


def test_what_was_done_otherwise_is_told_and_found_and_counts_as_drawn(made: Clinic) -> None:
    alternations.plan(made, *SHADES)
    first, second = draws.due(made, "K-0"), draws.due(made, "K-1")
    draws.due(made, "K-2")
    draws.deviate(made, "K-0", "asked for light")
    other = {"throughout": "not offered", "not offered": "throughout"}
    hold(made, "K-0", "s-0", other[first.value])
    hold(made, "K-1", "s-1", second.value)
    alternations.stop(made, "enough")
    found = alternations.result(made)
    assert (found.held, found.not_held, found.told, found.found) == (2, 1, 1, 1)
    words = "\n".join(views.result_in_words(found))
    assert "Done otherwise: told of 1, found in the log of 1." in words
    assert "Too little data to say: " in words
    assert "p =" not in words
    again = alternations.result(made)
    assert again.row.looked == 1
    told = Contrast(-2.9, 1.3, 18.0)
    enough = replace(again, link=replace(again.link, gates=(), estimate=AlternationEstimate(told, told)))
    words = "\n".join(views.result_in_words(enough))
    assert (
        "Points are of the next score, throughout against not offered: below zero it was lower after throughout."
        in words
    )
    assert "of one patient they say nothing" in words
    assert "It was stopped before its day." in words and "Looked at 1 time before." in words
    with pytest.raises(NotFound, match="Nothing was drawn for K-5"):
        draws.deviate(made, "K-5", "no")


def test_one_schedule_runs_at_a_time(made: Clinic) -> None:
    alternations.plan(made, *SHADES)
    with pytest.raises(Refused, match="A schedule runs already"):
        alternations.plan(made, "lighting", "dark", "dim", "2999-06-30")
    alternations.stop(made, "enough")
    alternations.plan(made, "lighting", "dark", "dim", "2999-06-30")
    assert len(alternations.listed(made)) == 2


def test_a_draw_is_not_erased(made: Clinic) -> None:
    alternations.plan(made, *SHADES)
    draw = draws.due(made, "K-0")
    with pytest.raises(Refused, match="nothing to erase"):
        records.erase(made, draw.row.event_id, "unwanted")


@pytest.mark.parametrize(
    ("given", "says"),
    [
        (("interruptions", "1", "2", "2999-06-30"), "Only a field with one choice is drawn"),
        (("people_present", "nurse", "trainee", "2999-06-30"), "Only a field with one choice is drawn"),
        (("lighting", "dark", " DARK", "2999-06-30"), "Two values are drawn between; dark is one"),
        (("lighting", "dark", "pink", "2999-06-30"), "lighting is not 'pink'"),
        (("lighting", "dark", "dim", "2020-06-30"), "a day to come"),
        (("lighting", "dark", "dim", "2999-06-30T10:00"), "a day to come"),
    ],
)
def test_what_cannot_be_drawn_is_said(made: Clinic, given: tuple[str, str, str, str], says: str) -> None:
    with pytest.raises(UsageError, match=says):
        alternations.plan(made, *given)
    assert alternations.listed(made) == []
