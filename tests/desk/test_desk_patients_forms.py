"""A clinic folder, its patients and their forms, as the desk's acts leave them."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from setsetting.clinical.form import NoAnswer, Recall
from setsetting.desk import clinic as clinics
from setsetting.desk import closing, corrections, course, drafts, forms, patients, records, today
from setsetting.desk.clinic import Clinic, open_clinic
from setsetting.errors import AlreadyExists, BrokenFile, NotFound, Refused, UsageError
from setsetting.views import pcl5 as views
from setsetting.views.patient import vetoed_words

TWOS = (2,) * 20


@pytest.fixture
def clinic(tmp_path: Path) -> Clinic:
    return clinics.init(tmp_path / "clinic")


def test_init_makes_a_folder_that_opens_and_verifies(tmp_path: Path) -> None:
    made = clinics.init(tmp_path / "clinic")
    opened = clinics.open_clinic(tmp_path / "clinic")
    assert opened.settings == made.settings
    assert opened.settings.rooms == ["room-1"]
    assert records.verify(made.folder).ok
    with pytest.raises(AlreadyExists):
        clinics.init(tmp_path / "clinic")


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (lambda text: text + "\nfoo = 1\n", "unknown key"),
        (
            lambda text: text.replace("\n[course]", '\n[outputs]\n"My phones" = "headphones"\n[course]'),
            "line 7: outputs: an output is its room's now: [outputs.NAME] in rooms/ROOM.toml",
        ),
        (lambda text: text.replace("rate_hz = 44100", "rate_hz = 22050"), "line 5: rate_hz: 44100 or 48000"),
        (lambda text: text.replace("rooms", "romos"), "line 4: unknown key 'romos'. Did you mean 'rooms'?"),
        (lambda text: "time_zone = 'Mars/Base'\nrooms = ['a']\n", "line 1: time_zone: not a time zone"),
    ],
)
def test_clinic_toml_is_strict(clinic: Clinic, change: Callable[[str], str], says: str) -> None:
    path = clinic.folder / "clinic.toml"
    path.write_text(change(path.read_text()))
    with pytest.raises(BrokenFile) as caught:
        clinics.open_clinic(clinic.folder)
    assert says in str(caught.value)


def test_a_folder_that_is_no_clinic_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(NotFound, match="setsetting init"):
        clinics.open_clinic(tmp_path)


def test_a_code_is_no_name_and_is_given_once(clinic: Clinic) -> None:
    patients.add(clinic, "K-0417")
    with pytest.raises(AlreadyExists):
        patients.add(clinic, "K-0417")
    with pytest.raises(UsageError, match="no patient code"):
        patients.add(clinic, "Jane Doe")
    with pytest.raises(NotFound, match="Did you mean 'K-0417'"):
        patients.show(clinic, "K-0471")


def test_a_veto_entered_where_no_track_is_known_says_what_to_scan(clinic: Clinic) -> None:
    said: list[str] = []
    patients.add(clinic, "A")
    assert (
        patients.veto(clinics.open_clinic(clinic.folder, say=said.append), "A", "artist", "Mira Dost").met.tracks == ()
    )
    assert "library scan" in said[-1]


def test_a_veto_stands_until_it_is_withdrawn_and_both_stay_in_the_trail(clinic: Clinic) -> None:
    patients.add(clinic, "A")
    patients.veto(clinic, "A", "tag", "Choir")
    assert [(row.what, row.value) for row in patients.show(clinic, "A").vetoes] == [("tag", "Choir")]
    patients.veto(clinic, "A", "tag", "choir")
    assert len(patients.show(clinic, "A").vetoes) == 1
    patients.unveto(clinic, "A", "tag", "CHOIR", reason="asked for it")
    assert patients.show(clinic, "A").vetoes == ()
    with clinic.record() as record:
        assert [event.kind for event in record.events()][-2:] == ["patient.vetoed", "patient.veto_withdrawn"]
    with pytest.raises(NotFound):
        patients.unveto(clinic, "A", "tag", "choir", reason="")


def test_a_veto_that_meets_no_track_says_so(clinic: Clinic) -> None:
    patients.add(clinic, "A")
    assert vetoed_words(patients.veto(clinic, "A", "tag", "choir")).endswith("No track in the library has it now.")


def test_a_form_keeps_blank_declined_and_nought_apart(clinic: Clinic) -> None:
    patients.add(clinic, "A")
    items = (0, NoAnswer.MISSING, NoAnswer.DECLINED, *(1,) * 17)
    row = forms.add(clinic, "A", items, Recall.WEEK, "2026-11-02")
    assert row.scored.total is None
    assert views.as_data(row)["items"][:3] == [0, "-", "d"]
    assert forms.listing(clinic, "A")[0].form.items == items


def test_a_simulated_form_stays_so_when_its_entry_is_erased(clinic: Clinic) -> None:
    patients.add(clinic, "A")
    first = forms.add(clinic, "A", TWOS, Recall.WEEK, "2026-11-02", simulated=True)
    with clinic.record() as record:
        entered = record.events(kind="form.entered")[0].event_id
    forms.correct(clinic, first.form_id, (3,) * 20, "misread the sheet")
    records.erase(clinic, entered, "another person's answers")
    (form,) = forms.listing(clinic, "A")
    assert (form.simulated, form.scored.total) == (True, 60)


def test_whose_refusals_stand_is_not_erased_before_they_are_withdrawn(clinic: Clinic) -> None:
    patients.add(clinic, "A")
    patients.veto(clinic, "A", "artist", "Brae Coll")
    with clinic.record() as record:
        added = record.events(kind="patient.added")[0].event_id
    with pytest.raises(Refused, match="What this patient refuses stands"):
        records.erase(clinic, added, "asked to be forgotten")
    assert [veto.value for veto in patients.show(clinic, "A").vetoes] == ["Brae Coll"]
    patients.unveto(clinic, "A", "artist", "Brae Coll", reason="asked to be forgotten")
    records.erase(clinic, added, "asked to be forgotten")
    assert patients.codes(clinic) == ()


def test_a_second_form_of_a_day_is_refused_and_a_correction_keeps_the_first(clinic: Clinic) -> None:
    patients.add(clinic, "A")
    first = forms.add(clinic, "A", TWOS, Recall.WEEK, "2026-11-02")
    with pytest.raises(AlreadyExists, match="pcl5 correct"):
        forms.add(clinic, "A", TWOS, Recall.WEEK, "2026-11-02T16:00")
    forms.add(clinic, "A", TWOS, Recall.MONTH, "2026-11-02T16:00")
    corrected = forms.correct(clinic, first.form_id, (3,) * 20, "misread the sheet")
    assert (corrected.scored.total, corrected.corrections) == (60, 1)
    with pytest.raises(UsageError, match="reason"):
        forms.correct(clinic, first.form_id, TWOS, "  ")


def test_a_form_from_the_future_or_of_no_known_patient_is_refused(clinic: Clinic) -> None:
    with pytest.raises(NotFound):
        forms.add(clinic, "A", TWOS, Recall.WEEK, "2026-11-02")
    patients.add(clinic, "A")
    with pytest.raises(Refused, match="future"):
        forms.add(clinic, "A", TWOS, Recall.WEEK, "2999-01-01")
    with pytest.raises(UsageError, match="no date"):
        forms.add(clinic, "A", TWOS, Recall.WEEK, "yesterday")


def test_a_copied_folder_is_another_writer_of_the_record(clinic: Clinic, tmp_path: Path) -> None:
    import shutil

    shutil.copytree(clinic.folder, tmp_path / "copy")
    patients.add(clinics.open_clinic(tmp_path / "copy"), "A")
    with clinics.open_clinic(tmp_path / "copy").record() as record:
        assert len({event.device for event in record.events()}) == 2


def test_a_form_that_was_begun_is_entered_once(clinic: Clinic) -> None:
    """Two windows took it up again."""
    patients.add(clinic, "K-0417")
    drafts.keep(clinic, "K-0417", drafts.BegunForm((1, *[None] * 19), Recall.WEEK, "2026-01-02"))
    begun = drafts.begun(clinic, "K-0417")
    assert begun is not None
    forms.add(clinic, "K-0417", TWOS, Recall.WEEK, "2026-01-02", form_id=begun.form_id)
    with pytest.raises(AlreadyExists, match="meanwhile"):
        forms.add(clinic, "K-0417", TWOS, Recall.WEEK, "2026-01-05", form_id=begun.form_id)
    assert len(forms.listing(clinic, "K-0417")) == 1


def test_what_was_begun_goes_with_a_patient_who_is_another(clinic: Clinic) -> None:
    for code in ("K-0417", "K-4170"):
        patients.add(clinic, code)
    drafts.keep(clinic, "K-4170", drafts.BegunForm((1, *[None] * 19), Recall.WEEK, "2026-01-02"))
    corrections.merge(clinic, "K-4170", "K-0417", "one person")
    begun = drafts.begun(clinic, "K-0417")
    assert begun is not None
    assert begun.items[0] == 1


def test_the_clinic_s_own_schedule_reminds_after_a_course_and_a_wrong_one_is_a_sentence(clinic: Clinic) -> None:
    toml = clinic.folder / "clinic.toml"
    written = toml.read_text(encoding="utf-8").replace("infusions = 6", "infusions = 1")
    after = '[[forms.after]]\nname = "end of course"\nrecall = "month"\ndays = {days}\nwithin_days = {within}\n'
    toml.write_text(written + after.format(days=30, within=100_0), encoding="utf-8")
    again = open_clinic(clinic.folder, clinic.clock)
    patients.add(again, "K-0999")
    forms.add(again, "K-0999", TWOS, Recall.MONTH, "2025-01-01")
    forms.add(again, "K-0999", TWOS, Recall.WEEK, "2025-01-01")
    closing.add(again, "K-0999", "2025-01-02T10:00", 40, None)
    forms.add(again, "K-0999", TWOS, Recall.WEEK, "2025-01-04")
    (row,) = [each for each in today.today(again) if each.code == "K-0999"]
    assert [each.because for each in row.due] == ["end of course due: a past-month form, from 2025-02-01 to 2027-10-29"]
    assert [each.recall for each in forms.due(again, "K-0999")] == [Recall.MONTH]
    course.end(again, "K-0999", finished=False)
    assert forms.due(again, "K-0999") == ()
    for wrong, says in (
        (after.format(days=0, within=7), "forms.after.1.days: 1 to 1000 days expected."),
        (after.format(days=7, within=7) * 2, "a name of its own"),
        (
            after.format(days=7, within=7) + after.format(days=14, within=7).replace("end of", "end of a"),
            "its days are those of end of course too",
        ),
        (after.replace('"month"', '"fortnight"').format(days=7, within=7), "fortnight"),
    ):
        toml.write_text(written + wrong, encoding="utf-8")
        with pytest.raises(BrokenFile, match=re.escape(says)):
            open_clinic(clinic.folder)
