"""What is mended afterwards from the desk: with a reason, followed by every count, and taken back by another event."""

import pytest
from session_clinic import CODE
from sessions_played import brief, quiet, row

from setsetting.desk import closing, corrections, patients, review, sessions, today
from setsetting.desk.clinic import Clinic
from setsetting.errors import NotFound, Refused, UsageError
from setsetting.session import folder


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
    corrections.undo(clinic, done.event_id, "it was none")
    assert (row(clinic, trial).visit_no, row(clinic, real).visit_no) == (1, 2)
    with pytest.raises(Refused, match="taken back already"):
        corrections.undo(clinic, done.event_id, "it was none")


def test_a_voided_session_does_not_block_the_right_one(clinic: Clinic) -> None:
    wrong = paper(clinic, "2026-01-05T10:00")
    with pytest.raises(Refused, match="there already"):
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
        corrections.undo(clinic, began, "a slip")
    assert len(sessions.listing(clinic)) == 1
