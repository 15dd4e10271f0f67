"""How complete a clinic's record is, as corrections leave it."""

from pathlib import Path

import pytest

from setsetting.clinical.form import Recall
from setsetting.desk import charts, clinic, closing, completeness, corrections, forms, patients, undoing
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused
from setsetting.review.measures import Measure, Per
from setsetting.views import completeness as views


@pytest.fixture
def held(tmp_path: Path) -> Clinic:
    """Two sessions of one patient, the first alone between two forms; one session of another, without forms."""
    made = clinic.init(tmp_path / "clinic")
    for code in ("K-0417", "K-0500"):
        patients.add(made, code)
    for day in ("2025-01-02", "2025-01-09"):
        forms.add(made, "K-0417", (2,) * 20, Recall.WEEK, day)
    for code, day in (("K-0417", "2025-01-06"), ("K-0417", "2025-02-03"), ("K-0500", "2025-02-03")):
        closing.add(made, code, f"{day}T10:00", 40, None)
    return made


def stages(held: Clinic) -> tuple[int, int, int, int, int]:
    total = completeness.of_clinic(held).total
    return total.sessions, total.due, total.done, total.in_window, total.linkable


def test_sessions_are_counted_by_what_followed_them(held: Clinic) -> None:
    assert stages(held) == (3, 3, 1, 1, 1)
    counted = completeness.of_clinic(held)
    assert views.in_words(counted)[1:7] == [
        "3 sessions held: forms due 3 of 3, done 1, in window 1, linkable 1",
        "  1 not linkable: no score before the session",
        "  1 not linkable: no score after the session",
        "2025-01  forms due 1 of 1, done 1, in window 1, linkable 1",
        "2025-02  forms due 2 of 2, done 0, in window 0, linkable 0",
        "  1 not linkable: no score before the session",
    ]


def test_what_is_corrected_and_taken_back_is_followed(held: Clinic) -> None:
    (first, _second) = (row.session_id for row in patients.show(held, "K-0417").sessions)
    voided = corrections.void(held, first, "a trial")
    assert stages(held) == (2, 2, 0, 0, 0)
    undoing.undo(held, voided.event_id, "it was none")
    moved = forms.correct(held, forms.listing(held, "K-0417")[1].form_id, None, "hers", code="K-0500")
    assert stages(held) == (3, 3, 0, 0, 0)
    undoing.undo(held, moved.event_id, "his after all")
    corrections.withdraw(held, "K-0500", "entered twice")
    assert stages(held) == (2, 2, 1, 1, 1)


def test_a_chart_tells_it_before_anything_of_its_own(held: Clinic) -> None:
    viewed = charts.of_clinic(held, Measure.LIKING, Per.SESSION)
    assert viewed.completeness == completeness.of_clinic(held).total


def test_a_form_that_was_corrected_in_another_window_is_not_written_over(held: Clinic) -> None:
    form = forms.listing(held, "K-0417")[0]
    other = forms.correct(held, form.form_id, (3,) * 20, "misread")
    with pytest.raises(Refused, match="K-0417 was corrected in another window meanwhile"):
        forms.correct(held, form.form_id, (1,) * 20, "another reason", seen=form.event_id)
    assert forms.find(held, form.form_id).scored.total == 60
    assert forms.correct(held, form.form_id, (1,) * 20, "looked again", seen=other.event_id).scored.total == 20
