"""What an act answered, for machines and in words."""

from setsetting.clinical.form import NoAnswer
from setsetting.clinical.pcl5 import score
from setsetting.views import setting
from setsetting.views.pcl5 import score_as_data, score_in_words

DECLINED = NoAnswer.DECLINED


def test_a_score_for_machines_and_in_words() -> None:
    data = score_as_data(score([DECLINED, *[2] * 19]))
    assert data["items"][:2] == [None, 2]
    assert (data["answered"], data["total"], data["clusters"]["B"], data["provisional"]) == (19, None, None, True)
    said = "\n".join(score_in_words(score([2] * 20)))
    assert "total 40 of 80: above the cut-points" in said
    assert "provisional rule: met" in said
    assert "structured interview" in said
    assert "published v3" in said
    assert "incomplete (19/20)" in "\n".join(score_in_words(score([DECLINED, *[2] * 19])))


def test_for_machines_a_count_is_a_number_and_several_choices_are_a_list() -> None:
    values = {
        "lighting": "dark",
        "interruptions": "2",
        "people_present": "facilitator, nurse",
        "interrupted_by": "none",
    }
    assert setting.as_data({**values, "of_a_newer_program": "5"}) == {
        "lighting": "dark",
        "interruptions": 2,
        "people_present": ["facilitator", "nurse"],
        "interrupted_by": [],
        "of_a_newer_program": "5",
    }
