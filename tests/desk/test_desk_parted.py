"""Two patients who stood as one and are two again: what was said meanwhile, and of whom."""

from setsetting.clinical.preferences import Wish
from setsetting.desk import corrections, patients, preferences, undoing
from setsetting.desk.clinic import Clinic

CODE = "K-0417"


def test_what_one_refused_and_was_allowed_in_the_name_of_the_other_is_refused_again_when_they_part(
    clinic: Clinic,
) -> None:
    patients.add(clinic, "K-0418")
    for tag in ("choir", "bells"):
        patients.veto(clinic, "K-0418", "tag", tag)
    patients.veto(clinic, CODE, "tag", "rain")
    merged = corrections.merge(clinic, "K-0418", CODE, "one person")
    for code, tag in ((CODE, "choir"), ("K-0418", "bells"), (CODE, "rain")):
        patients.unveto(clinic, code, "tag", tag)
    preferences.prefer(clinic, "K-0418", Wish.LIKE, "artist", "Mira Dost")
    undoing.undo(clinic, merged.event_id, "they are two")
    assert [veto.value for veto in patients.show(clinic, "K-0418").vetoes] == ["choir"]
    assert patients.show(clinic, CODE).vetoes == ()
    assert [row.value for row in preferences.show(clinic, "K-0418")] == ["Mira Dost"]
    assert preferences.show(clinic, CODE) == ()
