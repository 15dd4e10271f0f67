"""The close of a session, and sessions entered afterwards from paper."""

import pytest
from session_clinic import CODE, MIN
from sessions_played import asked, brief, close, play, quiet, row

from setsetting.clinical.infusion import Infusion, Segment
from setsetting.clinical.setting import Setting
from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import closing, patients, sessions
from setsetting.desk.clinic import Clinic
from setsetting.errors import NotFound, Refused, UsageError
from setsetting.record import live_rows
from setsetting.session import folder
from setsetting.session.status import SessionState


def test_closing_logs_the_setting_with_what_differed_and_the_taps_that_were_asked(clinic: Clinic) -> None:
    brief(clinic, "-0.5 mark interruption")
    closed = close(clinic, SettingLog(Setting({"lighting": "dark"}), {"safety": 0, "liking": 9}, "the door"))
    assert closed.closed and closed.setting is not None
    assert closed.setting.fields["lighting"] == "dark"
    assert closed.setting.fields["eye_shades"] == "throughout"  # from the room's profile
    assert closed.setting.fields["interruptions"] == "1"  # from tonight's marks
    assert closed.setting.taps == {"safety": 0, "liking": 9}
    assert folder.sessions(clinic.folder) == []
    assert sessions.status(clinic).state is SessionState.CLOSED


def test_what_was_heard_is_told_again_to_a_record_put_back_before_the_close(clinic: Clinic) -> None:
    record_file = clinic.folder / "record.db"
    with clinic.record():
        backup = record_file.read_bytes()  # nobody writes: the file is whole
    session_id = play(clinic, asked(clinic, "0 infusion-start"))
    with clinic.record() as record:
        heard = live_rows.heard(record, row(clinic, session_id).patient_id).track_ids
    for beside in ("-wal", "-shm"):
        record_file.with_name(record_file.name + beside).unlink(missing_ok=True)
    record_file.write_bytes(backup)
    closed = close(clinic)
    with clinic.record() as record:
        assert live_rows.heard(record, closed.patient_id).track_ids == heard != frozenset()


def test_without_answers_nothing_differed_and_nobody_was_asked(clinic: Clinic) -> None:
    brief(clinic)
    closed = close(clinic)
    assert closed.setting is not None and closed.setting.fields["lighting"] == "dim"
    assert closed.setting.taps == {}
    with pytest.raises(NotFound, match="No session waits"):
        closing.prepare_close(clinic, None, quiet)
    with pytest.raises(Refused, match="closed already"):
        closing.prepare_close(clinic, closed.session_id, quiet)


def test_the_last_sessions_habits_are_what_the_next_close_starts_from(clinic: Clinic) -> None:
    earlier = SettingLog(Setting({"lighting": "dark", "touch": "hand"}), {}, None)
    closing.add(clinic, CODE, "2026-01-05T10:00", 40, earlier)
    brief(clinic)
    usual = closing.prepare_close(clinic, None, quiet).form.usual
    assert usual.get("lighting") == "dark"
    assert usual.get("touch") == "none"  # what merely happened is not carried over


def test_a_session_from_paper_is_closed_and_nothing_of_it_was_heard(clinic: Clinic) -> None:
    added = closing.add(clinic, CODE, "2026-01-05T10:00", 40, None)
    assert (added.entered_afterwards, added.closed, added.visit_no) == (True, True, 1)
    assert added.actual == Infusion((Segment(0, 40 * MIN),))
    with clinic.record() as record:
        assert live_rows.heard(record, added.patient_id).track_ids == frozenset()
    assert closing.add(clinic, CODE, "2026-01-12T10:00", 40, None).visit_no == 2
    assert closing.add(clinic, CODE, "2026-01-07T10:00", 40, None).visit_no == 2
    assert [row.visit_no for row in patients.show(clinic, CODE).sessions] == [1, 2, 3]
    assert sessions.status(clinic, added.session_id).state is SessionState.CLOSED


@pytest.mark.parametrize(
    ("started", "minutes", "error", "says"),
    [
        ("2026-01-05", 40, UsageError, "is a day"),
        ("soon", 40, UsageError, "no date or time"),
        ("2026-01-05T10:00", 500, UsageError, "5 to 180 minutes"),
        ("2026-01-05T10:00", float("nan"), UsageError, "5 to 180 minutes"),
        ("2126-01-05T10:00", 40, Refused, "in the future"),
    ],
)
def test_a_session_from_paper_needs_a_time_that_is_past_and_a_length_that_can_be(
    clinic: Clinic, started: str, minutes: float, error: type[Exception], says: str
) -> None:
    with pytest.raises(error, match=says):
        closing.add(clinic, CODE, started, minutes, None)
