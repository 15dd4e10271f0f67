"""A question on a form stands wherever somebody looks for what is left to do, until it is answered or its form is none."""

from pathlib import Path

import pytest

from setsetting.clinical.form import Recall
from setsetting.desk import clinic, completeness, corrections, forms, patients, queries, today
from setsetting.desk.clinic import Clinic
from setsetting.views import completeness as counts
from setsetting.views import visit


@pytest.fixture
def asked(tmp_path: Path) -> Clinic:
    """Two patients with a form each, on that of the first two questions."""
    made = clinic.init(tmp_path / "clinic")
    for code in ("K-0417", "K-0500"):
        patients.add(made, code)
        form = forms.add(made, code, (2,) * 20, Recall.WEEK, "2025-01-02")
        if code == "K-0417":
            queries.ask(made, form.form_id, "two crosses on item 9")
            queries.ask(made, form.form_id, "whose hand is this?")
    return made


def told(clinic: Clinic) -> tuple[int, list[int], list[str], list[str]]:
    """What is open by completeness, Today, its words, and the list."""
    counted, lines = completeness.of_clinic(clinic), today.today(clinic)
    said = [line for line in counts.in_words(counted) if "open quer" in line]
    return (
        counted.open_queries,
        [row.open_queries for row in sorted(lines, key=lambda row: row.code)],
        [*said, *(words for row in lines for words in visit.beside_words(row))],
        [row.code for row in queries.listing(clinic)],
    )


def test_open_questions_stand_in_completeness_on_today_and_in_the_list_until_they_are_answered(asked: Clinic) -> None:
    assert told(asked) == (2, [2, 0], ["  2 open queries", "2 open queries"], ["K-0417"])
    (form,) = queries.listing(asked)
    for each in form.open_queries:
        queries.answer(asked, form.form_id, "looked at the sheet", each.event_id)
    assert told(asked) == (0, [0, 0], [], [])


def test_a_form_that_was_moved_takes_its_question_along_and_one_that_is_none_asks_nothing(asked: Clinic) -> None:
    (form,) = queries.listing(asked)
    forms.correct(asked, form.form_id, None, "hers", taken="2025-01-03", code="K-0500")
    assert told(asked)[1:] == ([0, 2], ["  2 open queries", "2 open queries"], ["K-0500"])
    corrections.withdraw(asked, "K-0500", "entered twice")
    assert told(asked) == (0, [0], [], [])
