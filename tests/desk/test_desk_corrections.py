"""What is mended afterwards from the desk: with a reason, followed by every count, and taken back by another event."""

from dataclasses import replace
from pathlib import Path

import pytest
from session_clinic import CODE
from sessions_played import asked, brief, quiet, row

from setsetting.clinical.form import Item, Recall
from setsetting.desk import closing, corrections, forms, minutes, patients, review, sessions, today, undoing
from setsetting.desk.clinic import Clinic, open_clinic
from setsetting.errors import AlreadyExists, NotFound, Refused, UsageError
from setsetting.session import folder


class StoppedClock:
    """A wall clock that was set back to 1970."""

    def utc_ms(self) -> int:
        return 0

    def mono_ms(self) -> int:
        return 0


def paper(clinic: Clinic, started: str, code: str = CODE) -> str:
    return closing.add(clinic, code, started, 40, None).session_id


def test_a_voided_trial_is_no_infusion_anywhere_and_says_why(clinic: Clinic) -> None:
    trial, real = paper(clinic, "2026-01-05T10:00"), paper(clinic, "2026-01-12T10:00")
    done = corrections.void(clinic, trial[:8], "it was a trial")
    assert (done.row.session_id, done.row.void, done.row.visit_no, done.code) == (trial, True, None, CODE)
    assert row(clinic, real).visit_no == 1
    (line,) = today.today(clinic)
    assert (line.next_visit, line.last and line.last.session_id) == (2, real)
    page = review.patient_review(clinic, CODE)
    assert [visit.session_id for visit in page.visits] == [real]
    assert page.completeness[-1] == "not counted: the session of 2026-01-05 10:00: void; corrected: it was a trial"
    with pytest.raises(Refused, match="void already"):
        corrections.void(clinic, trial, "again")
    undoing.undo(clinic, done.event_id, "it was none")
    assert (row(clinic, trial).visit_no, row(clinic, real).visit_no) == (1, 2)
    with pytest.raises(Refused, match="taken back already"):
        undoing.undo(clinic, done.event_id, "it was none")


def test_a_voided_session_does_not_block_the_right_one(clinic: Clinic) -> None:
    wrong = paper(clinic, "2026-01-05T10:00")
    with pytest.raises(Refused, match="has a session that began at"):
        paper(clinic, "2026-01-05T10:00")
    corrections.void(clinic, wrong, "the wrong day")
    assert row(clinic, paper(clinic, "2026-01-05T10:20")).visit_no == 1


def test_a_session_that_was_left_open_is_voided_and_waits_for_no_close(clinic: Clinic) -> None:
    session_id = brief(clinic)
    assert folder.sessions(clinic.folder)
    corrections.void(clinic, session_id, "a trial")
    assert folder.sessions(clinic.folder) == []
    assert today.today(clinic)[0].unclosed is None
    with pytest.raises(NotFound, match="No session waits"):
        closing.prepare_close(clinic, None, quiet)
    assert patients.show(clinic, CODE).heard == ()


def test_a_correction_needs_a_reason_and_something_to_correct(clinic: Clinic) -> None:
    session_id = paper(clinic, "2026-01-05T10:00")
    with pytest.raises(UsageError, match="needs a reason"):
        corrections.void(clinic, session_id, "  ")
    with pytest.raises(NotFound, match="no session"):
        corrections.void(clinic, "no-such-id", "a trial")
    with clinic.record() as record:
        began = record.events(kind="session.started")[0].event_id
    with pytest.raises(Refused, match="is no correction"):
        undoing.undo(clinic, began, "a slip")
    assert len(sessions.listing(clinic)) == 1


def test_a_session_of_the_wrong_patient_is_moved_and_both_courses_follow(clinic: Clinic) -> None:
    patients.add(clinic, "K-0418")
    wrong, right = paper(clinic, "2026-01-05T10:00"), paper(clinic, "2026-01-12T10:00")
    done = corrections.move(clinic, wrong, "k0418", "the wrong patient")
    assert (done.code, done.row.visit_no) == ("K-0418", 1)
    assert row(clinic, right).visit_no == 1
    assert [visit.session_id for visit in review.patient_review(clinic, "K-0418").visits] == [wrong]
    with pytest.raises(Refused, match="already"):
        corrections.move(clinic, wrong, "K-0418", "again")
    undoing.undo(clinic, done.event_id, "it was right")
    assert [each.row.visit_no for each in sessions.listing(clinic) if each.code == CODE] == [1, 2]


def test_a_session_is_not_moved_onto_another(clinic: Clinic) -> None:
    patients.add(clinic, "K-0418")
    paper(clinic, "2026-01-05T10:00", "K-0418")
    with pytest.raises(Refused, match="overlap"):
        corrections.move(clinic, paper(clinic, "2026-01-05T10:20"), "K-0418", "the wrong patient")


def test_moving_a_session_that_still_runs_says_what_its_patient_refuses(clinic: Clinic) -> None:
    patients.add(clinic, "K-0418")
    patients.veto(clinic, "K-0418", "artist", "artist 3")
    heard: list[str] = []
    loud = open_clinic(clinic.folder, say=heard.append)
    started = sessions.start(clinic, asked(clinic, output="null"), say=quiet)
    try:
        done = corrections.move(loud, started.session_id, "K-0418", "the wrong patient")
        assert (done.code, done.row.ended_utc_ms) == ("K-0418", None)
        assert any("chosen for another patient" in words for words in heard)
        assert started.live.status().patient_code == "K-0418"
        with pytest.raises(Refused, match="still runs"):
            corrections.void(clinic, started.session_id, "a trial")
    finally:
        with started.live as live:
            live.end()


def test_a_mistyped_code_is_merged_and_carries_its_refusals(clinic: Clinic) -> None:
    patients.add(clinic, "K-0471")
    patients.veto(clinic, "K-0471", "tag", "choir")
    paper(clinic, "2026-01-05T10:00", "K-0471")
    done = corrections.merge(clinic, "K-0471", CODE, "mistyped")
    assert (done.view.code, [veto.value for veto in done.view.vetoes], len(done.view.sessions)) == (CODE, ["choir"], 1)
    assert [view.code for view in patients.listing(clinic)] == [CODE]
    heard: list[str] = []
    assert patients.show(open_clinic(clinic.folder, say=heard.append), "K-0471").code == CODE
    assert heard == [f"K-0471 was merged into {CODE}."]
    with pytest.raises(Refused, match="one patient already"):
        corrections.merge(clinic, CODE, "K-0471", "again")
    with pytest.raises(AlreadyExists, match="K-0471 is there already"):
        patients.add(clinic, "K-0471")
    undoing.undo(clinic, done.event_id, "two people")
    assert len(patients.listing(clinic)) == 2


def test_a_withdrawn_patient_is_left_out_and_taken_back(clinic: Clinic) -> None:
    session_id = paper(clinic, "2026-01-05T10:00")
    done = corrections.withdraw(clinic, CODE, "added by mistake")
    assert (patients.listing(clinic), today.today(clinic), sessions.listing(clinic)) == ((), (), ())
    with pytest.raises(NotFound, match="was withdrawn"):
        review.patient_review(clinic, CODE)
    shown = patients.show(clinic, CODE)
    assert shown.withdrawn is not None and shown.withdrawn.reason == "added by mistake"
    undoing.undo(clinic, done.event_id, "it was right")
    assert [each.row.session_id for each in sessions.listing(clinic)] == [session_id]


def test_a_patient_with_a_session_that_is_not_closed_is_not_withdrawn(clinic: Clinic) -> None:
    brief(clinic)
    with pytest.raises(Refused, match="not closed"):
        corrections.withdraw(clinic, CODE, "a slip")


@pytest.mark.parametrize("code", ["k-0417", "K0417", "K 0417", "k.04.17", "K-0417 "])
def test_a_code_that_differs_in_case_blanks_or_punctuation_is_no_other_patient(clinic: Clinic, code: str) -> None:
    with pytest.raises(AlreadyExists, match="Patient K-0417 is there already"):
        patients.add(clinic, code)


@pytest.mark.parametrize(
    ("code", "warned"),
    [
        ("ANNA1984", True),
        ("JSMITH-1979-03-02", True),
        ("02.03.1979", True),
        ("K19790302", True),
        ("K-0418", False),
        ("KET-2025-014", False),
        ("P-101112", False),
    ],
)
def test_a_code_that_looks_like_a_name_with_a_birth_date_is_warned_about(
    clinic: Clinic, code: str, warned: bool
) -> None:
    heard: list[str] = []
    assert patients.add(open_clinic(clinic.folder, say=heard.append), code).code == code
    assert any("birth date" in words for words in heard) is warned


FORM: tuple[Item, ...] = (1,) * 20


def entered(clinic: Clinic, taken: str = "2026-01-05") -> str:
    return forms.add(clinic, CODE, FORM, Recall.WEEK, taken).form_id


def test_a_form_of_the_wrong_day_recall_and_patient_is_corrected_and_taken_back(clinic: Clinic) -> None:
    patients.add(clinic, "K-0418")
    form_id = entered(clinic)
    done = forms.correct(clinic, form_id[:8], None, "misfiled", taken="2026-01-07", recall=Recall.MONTH, code="K-0418")
    assert (done.form.items, done.form.recall, done.code, done.corrections) == (FORM, Recall.MONTH, "K-0418", 1)
    assert forms.listing(clinic, CODE) == ()
    (line,) = review.patient_review(clinic, "K-0418").forms
    assert line.remarks == "corrected once; corrected: misfiled (was 2026-01-05, past week, another patient's)"
    undoing.undo(clinic, done.event_id, "it was right")
    (form,) = forms.listing(clinic, CODE)
    assert (form.form.recall, form.corrections) == (Recall.WEEK, 0)
    forms.correct(clinic, form_id, (2, *FORM[1:]), "item 1 was misread")
    forms.correct(clinic, form_id, None, "not noted when", taken="2026-01-05T09:00")
    (line,) = review.patient_review(clinic, CODE).forms
    said = "corrected: item 1 was misread (was total 20); corrected: not noted when (was 2026-01-05)"
    assert line.remarks == f"corrected 2 times; {said}"


def test_a_correction_that_corrects_nothing_is_refused(clinic: Clinic) -> None:
    with pytest.raises(UsageError, match="Nothing to correct"):
        forms.correct(clinic, entered(clinic), None, "why not")


def test_a_form_is_not_corrected_onto_another_of_its_day(clinic: Clinic) -> None:
    entered(clinic)
    other = entered(clinic, "2026-01-12")
    with pytest.raises(AlreadyExists, match="K-0417 has a past-week form of 2026-01-05 already"):
        forms.correct(clinic, other, None, "the wrong day", taken="2026-01-05")


def test_a_withdrawn_form_counts_nowhere_and_says_why(clinic: Clinic) -> None:
    form_id = entered(clinic)
    done = forms.withdraw(clinic, form_id, "another person's")
    assert done.withdrawn == "another person's"
    assert forms.listing(clinic, CODE) == ()
    assert entered(clinic) != form_id, "the right form of that day is not blocked"
    page = review.patient_review(clinic, CODE)
    assert len(page.forms) == 1
    assert page.completeness[-1] == (
        "not counted: the form of 2026-01-05 (past week): withdrawn; corrected: another person's"
    )
    with pytest.raises(Refused, match="was withdrawn"):
        forms.correct(clinic, form_id, FORM, "too late")


def test_a_withdrawn_patient_s_code_is_not_given_again_and_says_how_to_come_back(clinic: Clinic) -> None:
    done = corrections.withdraw(clinic, CODE, "a slip")
    with pytest.raises(AlreadyExists, match=f"was withdrawn; .*--event {done.event_id}"):
        patients.add(clinic, "k0417")


def test_a_correction_is_not_taken_back_into_two_sessions_at_once(clinic: Clinic) -> None:
    patients.add(clinic, "K-0999")
    voided = paper(clinic, "2026-01-05T10:00")
    void = corrections.void(clinic, voided, "the wrong hour")
    paper(clinic, "2026-01-05T10:20")
    moved = paper(clinic, "2026-01-12T10:00")
    move = corrections.move(clinic, moved, "K-0999", "the wrong patient")
    paper(clinic, "2026-01-12T10:20")
    retold = paper(clinic, "2026-01-19T10:00")
    retell = minutes.retell(clinic, retold, "the hour", started="2026-01-19T12:00")
    paper(clinic, "2026-01-19T10:00")
    for done in (void, move, retell):
        with pytest.raises(Refused, match="overlap"):
            undoing.undo(clinic, done.event_id, "it was right")
    assert (row(clinic, voided).void, row(clinic, moved).visit_no, row(clinic, retold).visit_no) == (True, 1, 4)
    with clinic.record() as record:
        assert record.events(kind="correction.undone") == []


def test_a_form_is_not_taken_back_beside_another_of_its_day(clinic: Clinic) -> None:
    wrong = forms.add(clinic, CODE, [2] * 20, Recall.WEEK, "2026-01-05")
    gone = forms.withdraw(clinic, wrong.form_id, "another's")
    right = forms.add(clinic, CODE, [1] * 20, Recall.WEEK, "2026-01-05T09:00")
    with pytest.raises(Refused, match="two past-week forms of 2026-01-05"):
        undoing.undo(clinic, gone.event_id, "it was this patient's")
    assert [row.form_id for row in forms.listing(clinic, CODE)] == [right.form_id]


def test_a_correction_under_another_is_taken_back_after_it(clinic: Clinic) -> None:
    patients.add(clinic, "K-0999")
    form = forms.add(clinic, CODE, [2] * 20, Recall.WEEK, "2026-01-05")
    whose = forms.correct(clinic, form.form_id, None, "another's", code="K-0999")
    when = forms.correct(clinic, form.form_id, None, "the day", taken="2026-01-06")
    with pytest.raises(Refused, match=f"later correction stands upon this one.*{when.event_id}"):
        undoing.undo(clinic, whose.event_id, "it was this patient's")
    undoing.undo(clinic, when.event_id, "the day was right")
    undoing.undo(clinic, whose.event_id, "it was this patient's")
    assert [row.corrections for row in forms.listing(clinic, CODE)] == [0]


def test_a_form_is_corrected_for_a_reason_and_into_something_else(clinic: Clinic) -> None:
    form = forms.add(clinic, CODE, [2] * 20, Recall.WEEK, "2026-01-05")
    with pytest.raises(UsageError, match="needs a reason"):
        forms.correct(clinic, form.form_id, None, " ", taken="2026-01-06")
    with pytest.raises(UsageError, match="needs a reason"):
        forms.withdraw(clinic, form.form_id, "")
    with pytest.raises(Refused, match="says that already"):
        forms.correct(clinic, form.form_id, [2] * 20, "a slip", taken="2026-01-05", recall=Recall.WEEK, code=CODE)
    assert forms.find(clinic, form.form_id).corrections == 0


def test_a_merge_says_what_was_entered_under_both_codes(clinic: Clinic) -> None:
    patients.add(clinic, "K-0999")
    for code in (CODE, "K-0999"):
        paper(clinic, "2026-01-05T10:00", code)
        forms.add(clinic, code, [2] * 20, Recall.WEEK, "2026-01-04")
    said: list[str] = []
    corrections.merge(replace(clinic, say=said.append), "K-0999", CODE, "one person")
    assert len(said) == 1
    assert "overlap" in said[0]
    assert "two past-week forms of 2026-01-04" in said[0]


def test_a_review_says_that_two_patients_were_made_one_and_why(clinic: Clinic) -> None:
    patients.add(clinic, "K-0999")
    paper(clinic, "2026-01-05T10:00", "K-0999")
    done = corrections.merge(clinic, "K-0999", CODE, "one person, two codes")
    line = "two patients made one; corrected: one person, two codes"
    assert line in review.patient_review(clinic, CODE).completeness
    undoing.undo(clinic, done.event_id, "two after all")
    assert line not in review.patient_review(clinic, CODE).completeness


def test_a_refusal_made_while_two_patients_stood_as_one_stays_with_both(clinic: Clinic) -> None:
    patients.add(clinic, "K-0999")
    patients.veto(clinic, CODE, "tag", "bells")
    done = corrections.merge(clinic, "K-0999", CODE, "one person, two codes")
    set_back = replace(clinic, clock=StoppedClock())
    patients.veto(set_back, "k-0999", "tag", "choir")
    undoing.undo(clinic, done.event_id, "two after all")
    assert [veto.value for veto in patients.show(clinic, "K-0999").vetoes] == ["choir"]
    assert [veto.value for veto in patients.show(clinic, CODE).vetoes] == ["bells", "choir"]


def test_what_one_of_two_refused_before_is_the_other_s_too_where_it_was_said_while_they_were_one(
    clinic: Clinic,
) -> None:
    patients.add(clinic, "K-0999")
    patients.veto(clinic, CODE, "tag", "bells")
    done = corrections.merge(clinic, "K-0999", CODE, "one person, two codes")
    for _again in range(2):
        assert patients.veto(clinic, "K-0999", "tag", "Bells").stood
    assert len(patients.show(clinic, CODE).vetoes) == 2
    undoing.undo(clinic, done.event_id, "two after all")
    assert [veto.value for veto in patients.show(clinic, "K-0999").vetoes] == ["Bells"]
    patients.unveto(clinic, CODE, "tag", "bells")
    assert patients.show(clinic, CODE).vetoes == ()


def test_a_former_patient_s_report_says_what_was_moved_away_and_names_nobody(clinic: Clinic) -> None:
    patients.add(clinic, "K-0471")
    session_id = paper(clinic, "2026-01-05T10:00")
    form = forms.add(clinic, CODE, FORM, Recall.WEEK, "2026-01-04")
    moved = corrections.move(clinic, session_id, "K-0471", "the wrong\nrow")
    mended = forms.correct(clinic, form.form_id, None, "of another", code="K-0471")
    told = review.patient_review(clinic, CODE).completeness
    assert told[-2:] == (
        "session of 2026-01-05 10:00 moved to another patient's record: the wrong row",
        "form of 2026-01-04 moved to another patient's record: of another",
    )
    assert not any("K-0471" in line for line in told)
    assert not any("moved to" in line for line in review.patient_review(clinic, "K-0471").completeness)
    for event_id in (moved.event_id, mended.event_id):
        undoing.undo(clinic, event_id, "it was right")
    assert not any("moved to" in line for line in review.patient_review(clinic, CODE).completeness)


def test_a_setting_is_mended_after_the_close_field_by_field_and_taken_back(clinic: Clinic) -> None:
    session_id = paper(clinic, "2026-01-05T10:00")

    def mend(toml: str, *unsaid: str) -> corrections.CorrectedSession:
        said = closing.read_setting(Path("was.toml"), toml)
        return corrections.correct_setting(clinic, session_id[:8], said, "misread", unsaid=unsaid)

    mend('eye_shades = "throughout"\ninterruptions = 2\nnote = "Ann came in"\n[taps]\nliking = 7')
    done = mend('eye_shades = "not offered"\nnote = "a person came in"', "liking")
    now = done.row.setting
    assert now is not None and now.fields == {"eye_shades": "not offered", "interruptions": "2"} and not now.taps
    (line,) = review.patient_review(clinic, CODE).visits
    assert (line.note, line.setting) == ("a person came in", "eye shades: not offered; interruptions: 2")
    assert line.remarks.endswith("corrected: misread (was eye shades: throughout, liking: 7, note: other words)")
    for toml, unsaid, why in (
        ("interruptions = 2", (), "says that already"),
        ("interrupted_by = []", (), "both cannot be so"),
        ("", ("liking",), "nothing was said"),
    ):
        with pytest.raises((Refused, NotFound), match=why):
            mend(toml, *unsaid)
    undoing.undo(clinic, done.event_id, "it was right")
    before = row(clinic, session_id).setting
    assert before is not None and (before.fields["eye_shades"], before.taps) == ("throughout", {"liking": 7})


def test_what_was_told_under_a_code_while_it_was_merged_parts_again_with_it(clinic: Clinic) -> None:
    patients.add(clinic, "K-0418")
    early = forms.add(clinic, "K-0418", FORM, Recall.MONTH, "2026-01-03").form_id
    merged = corrections.merge(clinic, "K-0418", CODE, "one person")
    form_id = forms.add(clinic, "k0418", FORM, Recall.WEEK, "2026-01-05").form_id
    forms.correct(clinic, early, (2, *FORM[1:]), "item 1 was misread")
    session_id = paper(clinic, "2026-01-05T10:00", "K-0418")
    assert (patients.show(clinic, CODE).forms, row(clinic, session_id).visit_no) == (2, 1)
    undoing.undo(clinic, merged.event_id, "they are two")
    assert [(each.form_id, each.scored.total) for each in forms.listing(clinic, "K-0418")] == [
        (early, 21),
        (form_id, 20),
    ]
    assert [each.session_id for each in patients.show(clinic, "K-0418").sessions] == [session_id]
    assert (patients.show(clinic, CODE).forms, patients.show(clinic, CODE).sessions) == (0, ())
