"""What was simulated and what is a real person's stay apart, whatever is corrected."""

import pytest
from session_clinic import CODE

from setsetting.clinical.form import Recall
from setsetting.desk import closing, corrections, forms, patients
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused


def test_what_was_simulated_becomes_no_real_patient_s_and_the_other_way_round(clinic: Clinic) -> None:
    patients.add(clinic, "S-1", simulated=True)
    made_up = closing.add(clinic, "S-1", "2026-01-05T10:00", 40, None).session_id
    real = closing.add(clinic, CODE, "2026-01-06T10:00", 40, None).session_id
    form = forms.add(clinic, "S-1", [1] * 20, Recall.WEEK, "2026-01-05", simulated=True)
    said = f"S-1 is simulated and {CODE} is a real person"
    for wrong in (
        lambda: corrections.move(clinic, made_up, CODE, "a slip"),
        lambda: corrections.move(clinic, real, "S-1", "a slip"),
        lambda: corrections.merge(clinic, "S-1", CODE, "a slip"),
        lambda: corrections.merge(clinic, CODE, "S-1", "a slip"),
        lambda: forms.correct(clinic, form.form_id, None, "a slip", code=CODE),
    ):
        with pytest.raises(Refused, match=said):
            wrong()
    assert len(patients.show(clinic, CODE).sessions) == 1
