"""The course table of a clinic's own record, and its words for what the clinic itself calls response."""

from pathlib import Path

import case_clinic
import pytest

from setsetting.clinical.form import Recall
from setsetting.desk import charts, clinic, closing, corrections, course, forms, outcomes, patients
from setsetting.desk.clinic import Clinic
from setsetting.errors import BrokenFile
from setsetting.record import kinds
from setsetting.record.log import Draft
from setsetting.review.measures import Measure, Per
from setsetting.views import outcomes as views


@pytest.fixture
def held(tmp_path: Path) -> Clinic:
    """Three patients: one with both forms, one without a later one, one who is withdrawn."""
    made = clinic.init(tmp_path / "clinic")
    for code in ("K-1", "K-2", "K-3"):
        patients.add(made, code)
        forms.add(made, code, (3,) * 20, Recall.WEEK, "2025-01-02")
        closing.add(made, code, "2025-01-06T10:00", 40, None)
    forms.add(made, "K-1", (1,) * 20, Recall.WEEK, "2025-01-10")
    forms.add(made, "K-3", (1,) * 20, Recall.WEEK, "2025-01-10")
    corrections.withdraw(made, "K-3", "entered twice")
    return made


def test_the_table_counts_who_stands_in_the_lists_and_who_has_no_later_form(held: Clinic) -> None:
    viewed = outcomes.of_clinic(held)
    found = viewed.outcomes.most
    assert (found.recall, found.table.starters.began, found.table.starters.scores.n) == (Recall.WEEK, 2, 1)
    assert found.table.starters.scores.change == -40
    assert (viewed.outcomes.agreement.both, viewed.outcomes.agreement.neither) == (2, 1)
    lines = views.in_words(viewed)
    assert lines[1].startswith("2 sessions held: forms due 2 of 2, done 1")
    assert not any("remission" in line.partition(": 52")[0] for line in lines if "same study" not in line)


def test_a_course_that_was_ended_is_told_as_left_or_finished(held: Clinic) -> None:
    course.end(held, "K-2", finished=False, on="2025-01-20", reason="moved away")
    course.end(held, "K-1", finished=True, on="2025-01-20")
    table = outcomes.of_clinic(held).outcomes.most.table
    assert (table.completers.began, table.completers.scores.n, table.left, table.left_unsaid) == (1, 1, 1, 0)


def test_beside_a_real_patient_simulated_ones_are_in_no_table_and_no_chart(tmp_path: Path) -> None:
    made = case_clinic.made(tmp_path / "clinic", simulated=True)
    every = outcomes.of_clinic(made)
    assert (every.counted.simulated, every.outcomes.most.table.starters.began) == (True, 24)
    assert charts.of_clinic(made, Measure.INTERRUPTIONS, Per.SESSION).counted.simulated
    with made.record() as record:
        record.append_all([Draft("patient.added", kinds.PatientAdded("real", "K-9"), "added-real")])
    closing.add(made, "K-9", "2025-03-06T10:00", 40, None)
    viewed = outcomes.of_clinic(made)
    assert (viewed.counted.left_out, viewed.outcomes.most.table.starters.began) == (24, 1)
    assert "24 simulated patients are left out." in views.in_words(viewed)
    assert len(charts.of_clinic(made, Measure.INTERRUPTIONS, Per.SESSION).chart.points) == 1


def test_response_is_said_only_where_the_clinic_says_what_it_means(held: Clinic) -> None:
    toml = held.folder / "clinic.toml"
    before = toml.read_text()
    toml.write_text(before + "\n[outcomes.response]\nfall_percent = 50\n")
    viewed = outcomes.of_clinic(clinic.open_clinic(held.folder))
    name, share = viewed.outcomes.most.table.starters.improved[-1]
    assert name == "response as this clinic defines it: a fall of 50 % of the first score or more"
    assert (share.count, share.of) == (1, 1)
    for wrong, said in (
        ("", "needs one of"),
        ("fall = 0\n", "1 to 80 expected"),
        ("at_most = 81\n", "0 to 80 expected"),
    ):
        toml.write_text(before + f"\n[outcomes.remission]\n{wrong}")
        with pytest.raises(BrokenFile, match=said):
            clinic.open_clinic(held.folder)
