"""A day that was said without a time stays that day, whatever zone the clinic's folder is read in."""

from dataclasses import replace
from pathlib import Path

import pytest
from msgspec import structs

from setsetting.clinical.form import Recall
from setsetting.clinical.visits import VisitKind
from setsetting.desk import clinic as clinics
from setsetting.desk import closing, course, exports, forms, mindset, patients, scales
from setsetting.desk.clinic import Clinic
from setsetting.desk.exports import Target
from setsetting.errors import AlreadyExists
from setsetting.units import Minutes
from setsetting.views import course as course_views
from setsetting.views import pcl5, scale, statement

ZONES = ("Europe/Berlin", "America/Los_Angeles", "Pacific/Auckland", "UTC")


def read_in(clinic: Clinic, zone: str) -> Clinic:
    return replace(clinic, settings=structs.replace(clinic.settings, time_zone=zone))


@pytest.fixture
def told(tmp_path: Path) -> Clinic:
    """Told in Berlin: all that can be dated without a time, and a session at noon of the corrected form's day."""
    made = clinics.init(tmp_path / "clinic")
    toml = made.folder / "clinic.toml"
    toml.write_text(toml.read_text(encoding="utf-8") + '\n[scales]\nMEQ30 = ""\n', encoding="utf-8")
    clinic = read_in(clinics.open_clinic(made.folder), "Europe/Berlin")
    patients.add(clinic, "A-1")
    forms.add(clinic, "A-1", (1,) * 20, Recall.WEEK, "2025-05-01")
    slip = forms.add(clinic, "A-1", (2,) * 20, Recall.WEEK, "2025-05-08T09:00")
    forms.correct(clinic, slip.form_id, None, "the day alone is known", taken="2025-05-09")
    forms.correct(clinic, slip.form_id, (3,) * 20, "misread")
    scales.add(clinic, "A-1", "MEQ30", "96", "2025-05-02")
    mindset.set_goal(clinic, "A-1", "to sleep")
    mindset.score_goal(clinic, "A-1", 4, "2025-05-03")
    course.hold(clinic, "A-1", VisitKind.PREPARATION, "2025-05-04")
    closing.add(clinic, "A-1", "2025-05-09T21:00+02:00", Minutes(40.0), None)
    course.plan(clinic, "A-1", VisitKind.INTEGRATION, "2030-05-06")
    course.end(clinic, "A-1", finished=True, on="2025-05-20")
    return clinic


@pytest.mark.parametrize("zone", ZONES)
def test_a_day_without_a_time_is_that_day_in_every_zone(told: Clinic, zone: str, tmp_path: Path) -> None:
    clinic = read_in(told, zone)
    held, own = course.show(clinic, "A-1"), clinic.settings.zone
    assert held.ended is not None
    days = [
        *(pcl5.taken_words(row, own) for row in forms.listing(clinic, "A-1")),
        *(scale.taken_words(row, own) for row in scales.listing(clinic, "A-1")),
        *(statement.score_day(row, own) for row in mindset.show(clinic, "A-1").scores),
        *(course_views.when(each, own) for each in held.visits if each.dated_only),
        course_views.over_since(held.ended, own),
    ]
    assert days == [
        "2025-05-01", "2025-05-09", "2025-05-02", "2025-05-03", "2025-05-04", "2030-05-06", "finished 2025-05-20"
    ]  # fmt: skip
    for target in (Target.CSV, Target.FHIR, Target.REDCAP):
        exports.write(clinic, target, tmp_path / target, replace=False)
        written = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / target).iterdir())
        assert "2025-05-09" in written and "2025-05-08" not in written and "2025-05-10T" not in written
    with pytest.raises(AlreadyExists, match="2025-05-09"):
        forms.add(clinic, "A-1", (0,) * 20, Recall.WEEK, "2025-05-09")
