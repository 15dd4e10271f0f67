"""A rehearsal: none of the course's infusions, nothing in it was heard, and nothing is asked at its close."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pytest
from session_clinic import CODE
from sessions_played import asked, brief, close, play, quiet, row

from setsetting.clinical.setting import Setting
from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import closing, patients, review, sessions
from setsetting.desk.clinic import Clinic
from setsetting.desk.today import today
from setsetting.record import live_rows
from setsetting.session.closing import NOTHING_DIFFERED

HOUR_MS = 3_600_000


@dataclass
class Clock:
    """A clock that stands."""

    at_ms: int

    def utc_ms(self) -> int:
        return self.at_ms

    def mono_ms(self) -> int:
        return 0


def rehearse(clinic: Clinic, *lines: str, rehearsal: bool | None = None) -> str:
    return play(clinic, replace(asked(clinic, *lines), rehearsal=rehearsal))


@pytest.mark.parametrize(
    ("rehearsal", "counts"), [(None, False), (True, False), (False, True)], ids=["silent", "said", "made to count"]
)
def test_a_silent_session_counts_only_where_it_was_said(clinic: Clinic, rehearsal: bool | None, counts: bool) -> None:
    session_id = rehearse(clinic, "-0.4 fade-out 1", rehearsal=rehearsal)
    found = row(clinic, session_id)
    assert (found.rehearsal, found.counts, found.visit_no) == (not counts, counts, 1 if counts else None)
    assert sessions.status(clinic, session_id).rehearsal is not counts


def test_what_a_rehearsal_played_was_not_heard_and_may_be_played_tonight(clinic: Clinic) -> None:
    session_id = rehearse(clinic, "0 infusion-start")
    with clinic.record() as record:
        assert live_rows.played(record, session_id)
    shown = patients.show(clinic, CODE)
    assert (shown.heard, [each.counts for each in shown.sessions]) == ((), [False])


def test_the_next_infusion_and_what_is_due_do_not_know_of_a_rehearsal(clinic: Clinic) -> None:
    (before,) = today(clinic)
    session_id = rehearse(clinic, "-0.4 fade-out 1")
    (after,) = today(clinic)
    assert (after.next_visit, after.last, after.due) == (before.next_visit, None, before.due)
    assert after.unclosed is not None and after.unclosed.session_id == session_id
    course = review.patient_review(clinic, CODE)
    assert (course.sessions, course.visits) == (0, ())
    assert any(said.startswith("not counted") and "rehearsal" in said for said in course.completeness)
    counted = brief(clinic)
    assert row(clinic, counted).visit_no == 1
    assert [each.visit_no for each in patients.show(clinic, CODE).sessions] == [None, 1]


def test_the_close_of_a_rehearsal_asks_nothing_and_keeps_what_was_said_all_the_same(clinic: Clinic) -> None:
    rehearse(clinic, "-0.4 fade-out 1")
    assert close(clinic).setting is None
    rehearse(clinic, "-0.4 mark interruption", "-0.3 fade-out 1")
    prepared = closing.prepare_close(clinic, None, quiet)
    assert prepared.form.usual == Setting()
    closing.close(clinic, prepared, SettingLog(Setting({"lighting": "dark"}), {}, None))
    kept = row(clinic, prepared.session_id).setting
    assert kept is not None and kept.fields == {"lighting": "dark"}
    brief(clinic)
    assert "dark" not in closing.prepare_close(clinic, None, quiet).form.usual.values.values()


def test_a_rehearsal_does_not_stand_in_the_way_of_a_session_from_paper(clinic: Clinic) -> None:
    session_id = rehearse(clinic, "-0.4 fade-out 1")
    close(clinic, NOTHING_DIFFERED)
    began_ms = row(clinic, session_id).started_utc_ms
    began = datetime.fromtimestamp(began_ms // 1000, UTC).isoformat()
    assert closing.add(replace(clinic, clock=Clock(began_ms + HOUR_MS)), CODE, began, 40, None).visit_no == 1
