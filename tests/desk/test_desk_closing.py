"""The close of a session, and sessions entered afterwards from paper."""

from dataclasses import replace
from datetime import date

import msgspec
import pytest
from session_clinic import CODE, MIN
from sessions_played import asked, brief, close, play, quiet, row

from setsetting.clinical.infusion import Infusion, Segment
from setsetting.clinical.setting import Setting
from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import closing, minutes, patients, rooms, sessions
from setsetting.desk.clinic import Clinic
from setsetting.errors import NotFound, Refused, UsageError
from setsetting.machine.clock import local
from setsetting.record import live_rows
from setsetting.session import folder
from setsetting.session.status import SessionState
from setsetting.units import Minutes
from setsetting.views.session import as_data


def test_closing_logs_the_setting_with_what_differed_and_the_taps_that_were_asked(clinic: Clinic) -> None:
    brief(clinic, "-0.5 mark interruption")
    closed = close(clinic, SettingLog(Setting({"lighting": "dark"}), {"safety": 0, "liking": 9}, "the door"))
    assert closed.closed and closed.setting is not None
    assert closed.setting.fields == {"lighting": "dark", "interruptions": "1"}  # from tonight's marks; no more was said
    assert closed.setting.by_program == ("interruptions",)
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
    assert closed.setting is None  # nobody has said what is usual here
    rooms.keep_usual(clinic, "room-1", Setting({"lighting": "dim"}))
    brief(clinic)
    closed = close(clinic)
    assert closed.setting is not None
    assert (closed.setting.fields, closed.setting.taps) == ({"lighting": "dim"}, {})
    assert (closed.setting.by_program, closed.setting.usual) == ((), {"lighting": "dim"})
    with pytest.raises(NotFound, match="No session waits"):
        closing.prepare_close(clinic, None, quiet)
    with pytest.raises(Refused, match="closed already"):
        closing.prepare_close(clinic, closed.session_id, quiet)


def test_how_it_was_last_time_is_shown_and_never_logged(clinic: Clinic) -> None:
    earlier = SettingLog(Setting({"lighting": "dark", "touch": "none"}), {}, None)
    closing.add(clinic, CODE, "2026-01-05T10:00", 40, earlier)
    brief(clinic)
    prepared = closing.prepare_close(clinic, None, quiet)
    assert (prepared.form.last.values, prepared.form.usual.values) == (earlier.setting.values, {})
    closing.close(clinic, prepared)
    assert row(clinic, prepared.session_id).setting is None


def test_what_is_usual_is_asked_once_and_kept_as_it_was_said(clinic: Clinic) -> None:
    assert rooms.profile(clinic, "room-1").unsaid
    brief(clinic, "-0.5 mark interruption")
    prepared = closing.prepare_close(clinic, None, quiet)
    assert prepared.asks_usual
    said = Setting({"lighting": "dark", "touch": "none"})
    closing.close(clinic, prepared, SettingLog(said, {}, None), usual=True)
    assert rooms.profile(clinic, "room-1").usual.values == {
        "lighting": "dark"
    }  # no touch, and nothing the program counted
    brief(clinic)
    again = closing.prepare_close(clinic, None, quiet)
    assert (again.asks_usual, again.form.usual.values) == (False, {"lighting": "dark"})


def test_a_room_where_nothing_is_kept_as_usual_stays_empty_and_is_not_asked_again(clinic: Clinic) -> None:
    brief(clinic)
    prepared = closing.prepare_close(clinic, None, quiet)
    closing.close(clinic, prepared, SettingLog(Setting({"lighting": "dark"}), {}, None), usual=False)
    assert rooms.profile(clinic, "room-1").usual.values == {}
    brief(clinic)
    assert not closing.prepare_close(clinic, None, quiet).asks_usual


def test_marks_that_were_taken_back_are_no_interruptions_and_no_mark_is_no_word_on_them(clinic: Clinic) -> None:
    brief(clinic, "-0.6 mark interruption", "-0.55 undo", "-0.5 mark voice")
    assert closing.prepare_close(clinic, None, quiet).form.known.values == {}


def test_interruptions_the_program_counted_follow_a_mark_that_is_withdrawn_afterwards(clinic: Clinic) -> None:
    session_id = brief(clinic, "-0.6 mark interruption", "-0.5 mark interruption")
    assert close(clinic).setting is not None
    with clinic.record() as record:
        marks = live_rows.marks(record, session_id)
    for mark, left in zip(marks, ({"interruptions": "1"}, {}), strict=True):
        minutes.withdraw_mark(clinic, session_id, mark.event_id, "it was another room")
        kept = row(clinic, session_id).setting
        assert kept is not None and kept.fields == left
        assert kept.by_program == tuple(left)


@pytest.mark.parametrize(
    ("marks", "known"),
    [
        (("touch-offered",), {}),
        (("touch-offered", "touch-accepted"), {"touch_consent": "asked at the time"}),
        (("touch-declined",), {"touch": "offered, declined", "touch_consent": "asked at the time"}),
        (("touch-declined", "touch-accepted"), {"touch_consent": "asked at the time"}),
    ],
)
def test_marks_of_touch_are_the_program_s_word_at_the_close_until_somebody_says_otherwise(
    clinic: Clinic, marks: tuple[str, ...], known: dict[str, str]
) -> None:
    session_id = brief(clinic, *(f"-0.{6 - n} mark {name}" for n, name in enumerate(marks)))
    prepared = closing.prepare_close(clinic, session_id, quiet)
    assert prepared.form.known.values == known
    if "touch_consent" in known:
        with pytest.raises(Refused, match="touch is 'none' and touch_consent is 'asked at the time'"):
            closing.close(clinic, prepared, SettingLog(Setting({"touch": "none"}), {}, None))
    closing.close(clinic, prepared, None)
    kept = row(clinic, session_id).setting
    assert (kept is None) == (not known) and (kept is None or kept.by_program == tuple(known))
    if marks[-1] == "touch-declined":
        with clinic.record() as record:
            (mark,) = live_rows.marks(record, session_id)
        minutes.withdraw_mark(clinic, session_id, mark.event_id, "it was another day")
        kept = row(clinic, session_id).setting
        assert kept is not None and (kept.fields, kept.by_program) == ({}, ())


def test_of_several_rooms_none_is_named_unless_somebody_does(clinic: Clinic) -> None:
    several = replace(clinic, settings=msgspec.structs.replace(clinic.settings, rooms=["room-1", "garden"]))
    added = closing.add(several, CODE, "2026-01-05T10:00", 40, None)
    assert (added.room, as_data(added)["room"]) == ("", None)
    assert closing.add(several, CODE, "2026-01-06T10:00", 40, None, room="garden").room == "garden"
    session_id = brief(several)
    prepared = closing.prepare_close(several, session_id, quiet)
    assert (prepared.form.usual.values, prepared.asks_usual) == ({}, False)


def test_the_output_that_the_room_names_says_what_the_music_came_through(clinic: Clinic) -> None:
    named = clinic.folder / "rooms" / "room-1.toml"
    named.write_text('version = 1\n[outputs.worn]\ndevice = "fast"\nthrough = "headphones"\n', encoding="utf-8")
    session_id = brief(clinic)
    prepared = closing.prepare_close(clinic, session_id, quiet)
    assert prepared.form.known.values == {"music_delivery": "headphones"}
    with pytest.raises(Refused, match="headphones is 'not offered' and music_delivery is 'headphones'"):
        closing.close(clinic, prepared, SettingLog(Setting({"headphones": "not offered"}), {}, None))
    assert (row(clinic, session_id).closed, row(clinic, session_id).setting) == (False, None)
    both = Setting({"headphones": "not offered", "music_delivery": "loudspeakers"})
    closing.close(clinic, prepared, SettingLog(both, {}, None))
    kept = row(clinic, session_id).setting
    assert kept is not None and (kept.fields, kept.by_program) == (both.values, ())


def test_what_was_asked_about_and_was_so_is_kept(clinic: Clinic) -> None:
    session_id = brief(clinic)
    odd = Setting({"headphones": "throughout", "music_delivery": "loudspeakers", "lighting": "dim"})
    prepared = closing.prepare_close(clinic, session_id, quiet)
    closing.close(clinic, prepared, SettingLog(odd, {}, None), usual=True, insisted=True)
    kept = row(clinic, session_id).setting
    assert kept is not None and kept.fields == odd.values
    assert rooms.profile(clinic, "room-1").usual.values == {
        "lighting": "dim"
    }  # a room's way does not contradict itself


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


def test_what_is_asked_of_a_session_from_paper_refuses_what_entering_it_refuses_and_keeps_nothing(
    clinic: Clinic,
) -> None:
    rooms.keep_usual(clinic, "room-1", Setting({"lighting": "dim"}), date(2026, 1, 5))
    rooms.keep_usual(clinic, "room-1", Setting({"eye_shades": "throughout"}), date(2026, 1, 6))
    with clinic.record() as record:
        before = record.head()
    asked = closing.paper_form(clinic, closing.OnPaper(CODE, "2026-01-05T10:00", Minutes(40)))
    assert (asked.code, asked.form.session.room, asked.form.usual.get("lighting")) == (CODE, "room-1", "dim")
    assert (asked.form.usual.get("eye_shades"), asked.later.partition(": ")[2]) == (None, "Eye shades.")
    for wrong in ("2026-01-05", "2999-01-05T10:00"):
        with pytest.raises((UsageError, Refused)):
            closing.paper_form(clinic, closing.OnPaper(CODE, wrong, Minutes(40)))
    with clinic.record() as record:
        assert record.head() == before


def test_what_is_usual_in_a_room_is_said_at_any_time_and_its_file_keeps_its_comments(clinic: Clinic) -> None:
    file = clinic.folder / "rooms" / "room-1.toml"
    file.write_text('# since the new lamp\nversion = 4\n[usual]\nlighting = "dim"  # amber\nposition = "lying flat"\n')
    said = rooms.say_usual(clinic, "room-1", Setting({"lighting": "dark"}), ["position"])
    assert (said.profile.version, said.profile.usual.values) == (5, {"lighting": "dark"})
    today = local(clinic.clock.utc_ms(), clinic.settings.zone).date()
    kept = (
        '# since the new lamp\nversion = 5\n[usual]\nlighting = "dark"  # amber\n# position =\n\n'
        f"[said]\nlighting = {today}\n"
    )
    assert file.read_text() == kept
    for room, setting, error in (
        ("cellar", {"lighting": "dim"}, NotFound),
        ("room-1", {"touch": "hand"}, UsageError),
        ("room-1", {"headphones": "throughout", "music_delivery": "loudspeakers"}, Refused),
    ):
        with pytest.raises(error):
            rooms.say_usual(clinic, room, Setting(setting))
    assert file.read_text() == kept
    brief(clinic)
    closed = close(clinic)
    assert closed.setting is not None and closed.setting.fields == {"lighting": "dark"}
