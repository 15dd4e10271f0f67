"""What is open on a form stands wherever somebody looks for what is left to do, until it is settled or its form is none."""

from dataclasses import replace
from pathlib import Path

import pytest

from setsetting.clinical.form import Recall
from setsetting.clinical.setting import Setting
from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import (
    clinic,
    closing,
    completeness,
    corrections,
    forms,
    minutes,
    patients,
    queries,
    second_keying,
    today,
    undoing,
)
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused
from setsetting.views import completeness as counts
from setsetting.views import pcl5, visit


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


DARK = SettingLog(Setting({"lighting": "dark"}), {}, None)
SECOND = (2, 2, 4, *(2,) * 17)


def keyings(clinic: Clinic) -> tuple[int, list[str], list[tuple[str, str]]]:
    """What second keyings are open by completeness, in Today's words, and the list with what it says is open."""
    open_in = pcl5.queried_columns(clinic.settings.zone)["open"]
    return (
        completeness.of_clinic(clinic).open_keyings,
        [words for row in today.today(clinic) for words in visit.beside_words(row) if "keying" in words],
        [(row.code, open_in(row)) for row in queries.listing(clinic)],
    )


def test_a_second_keying_that_differs_stands_there_until_it_is_settled(tmp_path: Path) -> None:
    made = clinic.init(tmp_path / "clinic")
    patients.add(made, "K-0417")
    form = forms.add(made, "K-0417", (2,) * 20, Recall.WEEK, "2025-01-02")
    second_keying.key(made, form.form_id, (2,) * 20)
    assert keyings(made) == (0, [], [])
    second_keying.key(made, form.form_id, SECOND)
    assert keyings(made) == (1, ["1 second keying differs"], [("K-0417", "keyed twice, differing in 3")])
    assert "  1 second keying differs" in counts.in_words(completeness.of_clinic(made))
    (row,) = today.today(made)
    assert visit.form_words(replace(row, due=())) == "keying open"
    second_keying.uphold(made, form.form_id, "the sheet says 2")
    assert keyings(made) == (0, [], [])
    forms.correct(made, form.form_id, (3, *(2,) * 19), "a slip")
    assert keyings(made)[2] == [("K-0417", "keyed twice, differing in 1, 3")]
    forms.correct(made, form.form_id, SECOND, "a slip")
    assert keyings(made) == (0, [], [])


def test_of_a_question_and_a_second_keying_on_one_form_both_are_told(asked: Clinic) -> None:
    (form,) = queries.listing(asked)
    second_keying.key(asked, form.form_id, SECOND)
    (row,) = [row for row in today.today(asked) if row.open_queries]
    assert visit.beside_words(row) == ("2 open queries", "1 second keying differs")
    said = [visit.in_words(each, None, None, asked.settings.zone)[0] for each in (row, replace(row, due=()))]
    assert "due · 2 open queries · 1 second keying differs" in said[0]
    assert "query open · 1 second keying differs" in said[1]
    assert pcl5.open_words(forms.find(asked, form.form_id)) == "2 open queries · 1 second keying differs"
    assert keyings(asked)[2] == [("K-0417", "two crosses on item 9; whose hand is this?; keyed twice, differing in 3")]


def test_a_question_on_a_form_that_is_withdrawn_is_not_answered(asked: Clinic) -> None:
    (form,) = queries.listing(asked)
    forms.withdraw(asked, form.form_id, "not hers")
    with pytest.raises(Refused, match="was withdrawn; `setsetting record undo --event"):
        queries.answer(asked, form.form_id, "looked at the sheet", form.queries[0].event_id)
    assert [each.answer for each in forms.find(asked, form.form_id).queries] == [None, None]


def test_a_form_of_who_was_withdrawn_says_so(asked: Clinic) -> None:
    (form,) = queries.listing(asked)
    corrections.withdraw(asked, "K-0417", "entered twice")
    said = pcl5.in_words(forms.find(asked, form.form_id), asked.settings.zone)
    assert said[1] == "the patient is withdrawn, and no list or count has this form: entered twice"
    assert [row.patient_withdrawn for row in forms.listing(asked, "K-0417", withdrawn=True)] == ["entered twice"]
    (other,) = forms.listing(asked, "K-0500")
    assert other.patient_withdrawn is None


def test_nothing_of_who_was_withdrawn_is_changed_until_the_patient_is_back(asked: Clinic) -> None:
    (form,) = queries.listing(asked)
    mended = forms.correct(asked, form.form_id, (1, *form.form.items[1:]), "item 1 was misread")
    session = closing.add(asked, "K-0417", "2025-01-09T10:00", 40, None)
    gone = corrections.withdraw(asked, "K-0417", "entered twice")
    changes = (
        lambda: queries.ask(asked, form.form_id, "whose sheet is it?"),
        lambda: queries.answer(asked, form.form_id, "hers", form.queries[0].event_id),
        lambda: forms.correct(asked, form.form_id, (2, *form.form.items[1:]), "a slip"),
        lambda: forms.withdraw(asked, form.form_id, "not hers"),
        lambda: second_keying.key(asked, form.form_id, SECOND),
        lambda: second_keying.uphold(asked, form.form_id, "the sheet says so"),
        lambda: undoing.undo(asked, mended.event_id, "it was right"),
        lambda: undoing.undo(asked, form.queries[0].event_id, "not needed"),
        lambda: corrections.void(asked, session.session_id, "a trial"),
        lambda: corrections.move(asked, session.session_id, "K-0500", "the wrong patient"),
        lambda: corrections.correct_setting(asked, session.session_id, DARK, "it was dark"),
        lambda: minutes.retell(asked, session.session_id, "the wrong hour", minutes=41),
    )
    for change in changes:
        with pytest.raises(Refused, match=f"K-0417 was withdrawn. .*{gone.event_id}.*Nothing of it is changed"):
            change()
    undoing.undo(asked, gone.event_id, "it was one form alone")
    assert queries.answer(asked, form.form_id, "hers", form.queries[0].event_id).queries[0].answer is not None


def test_a_correction_is_not_taken_back_onto_who_was_withdrawn_since(asked: Clinic) -> None:
    (form,) = queries.listing(asked)
    moved = forms.correct(asked, form.form_id, None, "the other's", taken="2025-01-03", code="K-0500")
    corrections.withdraw(asked, "K-0417", "entered twice")
    with pytest.raises(Refused, match="K-0417 was withdrawn"):
        undoing.undo(asked, moved.event_id, "it was hers")
    assert forms.find(asked, form.form_id).code == "K-0500"
