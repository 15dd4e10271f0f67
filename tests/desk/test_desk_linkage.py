"""The clinic's own sessions beside its own scores: R's figures, what is declared, what is left out, that a look is noted."""

import json
from pathlib import Path

import case_clinic
import pytest

from setsetting.clinical.factor import FactorKind, factor_named
from setsetting.desk import clinic, corrections, course, factors, own_linkage, undoing
from setsetting.desk.clinic import Clinic
from setsetting.errors import NotFound, Refused, UsageError
from setsetting.record import kinds
from setsetting.record.statement_kinds import VisitHeld
from setsetting.review.linking import UnlinkedReason
from setsetting.views import clinic_link as views
from setsetting.views import link

EXPECTED = json.loads((case_clinic.CASES / "linkage.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    home = tmp_path_factory.mktemp("linked")
    with pytest.MonkeyPatch.context() as environment:
        environment.setenv("XDG_STATE_HOME", str(home))
        case_clinic.made(home / "clinic")
    return home / "clinic"


@pytest.fixture
def made(template: Path, tmp_path: Path) -> Clinic:
    import shutil

    shutil.copytree(template, tmp_path / "clinic")
    return clinic.open_clinic(tmp_path / "clinic")


def test_the_published_case_in_a_record_has_rs_figures(made: Clinic) -> None:
    factors.declare(made, "eye_shades:yes/no")
    viewed = own_linkage.of_clinic(made, ["eye_shades"])
    told = link.as_data(viewed.shown)
    assert (told["linked"], told["sessions"], told["factor"]) == (112, 144, "eye_shades")
    for part in ("g_estimate", "test_at_zero", "ancova_cr2", "fixed_effects_change_cr2"):
        assert told[part] == pytest.approx(EXPECTED[part], abs=1e-6), part
    assert told["gates"] == []


def test_a_factor_is_declared_before_it_is_looked_at(made: Clinic) -> None:
    with pytest.raises(Refused, match=r"No factor is declared: `setsetting review declare NAME`"):
        own_linkage.of_clinic(made)
    with pytest.raises(Refused, match=r"^lighting is not declared: `setsetting review declare lighting` does that"):
        own_linkage.of_clinic(made, ["lighting"])
    row = factors.declare(made, "eye_shades")
    assert (row.factor.declared, [each.event_id for each in factors.listed(made)]) == (
        "eye_shades:ordered",
        [row.event_id],
    )
    with pytest.raises(Refused, match="eye_shades is declared already"):
        factors.declare(made, "eye_shades:yes/no")
    with pytest.raises(Refused, match=r"^eye_shades:yes/no is not declared"):
        own_linkage.of_clinic(made, ["eye_shades:yes/no"])
    assert own_linkage.of_clinic(made, ["eye_shades:ordered"]).looked == 0
    assert own_linkage.of_clinic(made, ["eye_shades"]).looked == 1


def test_q_is_over_all_that_were_examined_and_a_look_outlasts_its_withdrawal(made: Clinic) -> None:
    factors.declare(made, "eye_shades:yes/no")
    alone = own_linkage.of_clinic(made, ["eye_shades"]).shown
    factors.declare(made, "people_present=companion")
    factors.declare(made, "lighting")
    three = own_linkage.of_clinic(made, ["eye_shades"]).shown
    assert (alone.examined, three.examined, len(three.associations)) == (1, 3, 1)
    assert alone.q_values[0] == alone.associations[0].test_at_zero.p
    assert three.q_values[0] == pytest.approx(min(1, 3 * alone.associations[0].test_at_zero.p))
    done = factors.withdraw(made, "lighting", "of no use")
    viewed = own_linkage.of_clinic(made)
    assert [each.factor for each in viewed.shown.associations] == ["eye_shades", "people_present=companion"]
    assert (viewed.shown.examined, viewed.dropped) == (3, ("lighting:ordered",))
    assert "Looked at before and declared no more, so examined still: lighting:ordered." in views.in_words(viewed)
    undoing.undo(made, done.event_id, "of use")
    assert len(factors.listed(made)) == 3
    with pytest.raises(NotFound, match="no declared factor 'voice'"):
        factors.withdraw(made, "voice", "no")


def test_what_was_voided_rehearsed_or_withdrawn_is_in_none_of_it(made: Clinic) -> None:
    factors.declare(made, "eye_shades:yes/no")
    corrections.withdraw(made, "P02", "entered twice")
    corrections.void(made, "P01-3", "a trial")
    with made.record() as record:
        at_ms = case_clinic.at_ms(100)
        trial = kinds.SessionStarted("trial", "P01", None, at_ms, case_clinic.PLANNED, "room-1", rehearsal=True)
        record.append("session.started", trial)
    viewed = own_linkage.of_clinic(made)
    assert len(viewed.link.sessions) == 144 - 6 - 1
    assert not {each.point.session_id for each in viewed.link.sessions} & {"P02-1", "P01-3", "trial"}
    assert [each.point.number for each in viewed.link.sessions if each.point.patient == "P01"] == [1, 2, 3, 4, 5]


def test_a_clinic_without_a_session_that_counts_says_so_and_no_figure(tmp_path: Path) -> None:
    empty = clinic.init(tmp_path / "empty")
    factors.declare(empty, "eye_shades")
    viewed = own_linkage.of_clinic(empty)
    told = "\n".join([*views.in_words(viewed), views.linked_line(viewed), *views.beside_forest(viewed)])
    assert "How complete this is: no session that counts was held." in told
    assert "Without a linked session nothing is found, and nothing is missed." in told
    assert "0 of 0" not in told and " 0 patients" not in told and " 0 sessions" not in told


def test_psychotherapy_is_carried_where_it_is_known_and_not_asked_is_no_no(made: Clinic) -> None:
    factors.declare(made, "eye_shades:yes/no")
    viewed = own_linkage.of_clinic(made)
    assert (viewed.shown.beside, viewed.link.therapy_known) == ((), 0)
    assert "Psychotherapy was asked about at no visit between the scores." in views.in_words(viewed)
    with made.record() as record:
        for number, day in enumerate(range(4, 40, 4)):
            for patient in ("P01", "P03", "P04", "P05"):
                held = VisitHeld(
                    patient,
                    f"{patient}-{day}",
                    "integration",
                    case_clinic.at_ms(day),
                    psychotherapy="yes" if number % 3 else "no",
                )
                record.append("visit.held", held)
    carried = own_linkage.of_clinic(made)
    assert carried.shown.beside == ("psychotherapy", "psychotherapy not asked")
    assert 0 < carried.link.therapy_known < 112
    before, after = viewed.shown.associations[0].g_estimate, carried.shown.associations[0].g_estimate
    assert after.points != pytest.approx(before.points, abs=1e-3)
    words = "\n".join(views.in_words(carried))
    assert "the patient; besides for psychotherapy." in words
    assert "Not asked is a level of its own there, never a no." in words
    assert course.show(made, "P01").visits


def test_past_month_scores_are_never_mixed_in(made: Clinic) -> None:
    factors.declare(made, "eye_shades:yes/no")
    with made.record() as record:
        record.append("patient.added", kinds.PatientAdded("M01", "M01"))
        record.append_all(case_clinic.session_of({"patient": "M01", "session_no": "1", "day": "210", "exposed": "1"}))
        record.append_all([case_clinic.form_of("M01", day, 40, "month") for day in (200, 231)])
    viewed = own_linkage.of_clinic(made)
    assert (str(viewed.link.recall), len(viewed.shown.linked.at)) == ("week", 112)
    assert viewed.link.reasons["M01-1"] is UnlinkedReason.OTHER_RECALL
    assert viewed.shown.linked.unlinked[UnlinkedReason.OTHER_RECALL] == 1


def test_simulated_patients_are_left_out_beside_real_ones_and_said_where_there_are_no_others(
    made: Clinic, tmp_path: Path
) -> None:
    factors.declare(made, "eye_shades:yes/no")
    with made.record() as record:
        record.append("patient.added", kinds.PatientAdded("S01", "S01", simulated=True))
        record.append_all(case_clinic.session_of({"patient": "S01", "session_no": "1", "day": "3", "exposed": "1"}))
    viewed = own_linkage.of_clinic(made)
    assert (len(viewed.link.sessions), viewed.left_out, viewed.simulated) == (144, 1, False)
    assert "1 simulated patient is left out." in views.in_words(viewed)
    other = case_clinic.made(tmp_path / "other", 2, simulated=True)
    factors.declare(other, "eye_shades")
    assert "SIMULATED: no real person" in views.in_words(own_linkage.of_clinic(other))


def test_counts_and_minutes_stand_for_each_session_and_each_window(made: Clinic) -> None:
    factors.declare(made, "eye_shades:yes/no")
    factors.declare(made, "interruptions")
    told = views.as_data(own_linkage.of_clinic(made))["clinic"]
    first = told["by_session"][0]
    assert (first["patient"], first["number"], first["minutes"]) == ("P01", 1, 40)
    assert first["settings"] == {"eye_shades": 1, "interruptions": 2}
    assert len(told["by_session"]) == 144
    window = told["by_window"][0]
    assert (window["patient"], window["recall"], window["sessions"]) == ("P01", "week", 1)
    assert window["settings"]["eye_shades"] == {
        "with": 1,
        "without": 0,
        "unknown": 0,
        "minutes_with": 40,
        "minutes_without": 0,
    }
    words = views.in_words(own_linkage.of_clinic(made, ["eye_shades"]), each=True)
    exposed = sum(row["exposed"] == "1" for row in case_clinic.rows_of("linkage_sessions.csv"))
    assert (
        f"  All sessions: {exposed} with it ({40 * exposed} min), {144 - exposed} without it "
        f"({40 * (144 - exposed)} min), 0 not known."
    ) in words
    assert "  P01 1  2025-01-09  40 min  eye_shades yes  linked" in words


def test_what_every_session_had_is_told_as_had_and_has_no_contrast(made: Clinic) -> None:
    factors.declare(made, "people_present=companion")
    factors.declare(made, "people_present=nurse")
    always, never = own_linkage.of_clinic(made).shown.associations
    assert (always.pattern.exposed, always.pattern.unexposed) == (112, 0)
    assert (never.pattern.exposed, never.pattern.unexposed) == (0, 112)
    assert "no contrast" in always.gates


@pytest.mark.parametrize(
    ("text", "declared", "said", "much"),
    [
        ("interruptions", "interruptions:amount", "3", 3),
        ("interruptions:yes/no", "interruptions:yes/no", "3", 1),
        ("lighting", "lighting:ordered", "normal", 2),
        ("eye_shades", "eye_shades:ordered", "offered, not worn", 0),
        ("eye_shades:yes/no", "eye_shades:yes/no", "part of the time", 1),
        ("people_present= Companion", "people_present=companion:yes/no", "nurse, companion", 1),
        ("music_delivery=both", "music_delivery=both:yes/no", "headphones", 0),
        ("playlist=montreal-40", "playlist=montreal-40:yes/no", "montreal-40", 1),
    ],
)
def test_a_fields_own_kind_is_the_factors(text: str, declared: str, said: str, much: float) -> None:
    factor = factor_named(text)
    assert (factor.declared, factor.exposure(said)) == (declared, much)
    assert factor_named(declared) == factor
    assert factor.exposure(None) != factor.exposure(None), "what nobody knows is no number"
    assert factor.kind in FactorKind


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("ligthing", "no setting field 'ligthing'. Did you mean 'lighting'"),
        ("liking", "no setting field 'liking'"),
        ("music_delivery", "music_delivery has no order, so one of its values is named: music_delivery=headphones;"),
        ("people_present", "one of its values is named: people_present=facilitator"),
        ("people_present=nurse,companion", "one value at a time"),
        ("music_delivery=radio", "music_delivery is not 'radio'; it is one of"),
        ("interruptions=3", "it has no values to be named"),
        ("lighting:amount", "lighting is ordered or yes/no, not amount"),
        ("lighting:order", "no kind of factor 'order'. Did you mean 'ordered'"),
        ("playlist", "Of a playlist one is named"),
        ("room=", "Of a room one is named"),
    ],
)
def test_what_can_be_no_factor_is_refused_with_what_can(text: str, says: str) -> None:
    with pytest.raises(UsageError, match=says):
        factor_named(text)


def test_a_room_or_a_playlist_that_nobody_knows_is_a_slip(made: Clinic) -> None:
    with pytest.raises(NotFound, match=r"no room 'room-2'\. Did you mean 'room-1'"):
        factors.declare(made, "room=room-2")
    assert factors.declare(made, "room=room-1").factor.name == "room=room-1"
    assert factors.declare(made, "playlist=montreal-40").factor.kind is FactorKind.YES_NO
