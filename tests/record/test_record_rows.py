"""What faces read: corrected forms, vetoes that stand, sessions with what is known of them."""

from pathlib import Path

import pytest
from record_clinics import ACTOR, DEVICE, FORM, OTHER_DEVICE, PATIENT, PLANNED, SESSION, SetClock, opened

from setsetting.clinical.form import NoAnswer, Recall
from setsetting.clinical.infusion import Infusion, Segment
from setsetting.errors import NotFound
from setsetting.record import form_rows, kinds, live_rows, rows
from setsetting.record.log import Record


def _session(record: Record, name: str, visit_no: int, started: int, *tracks: tuple[str, int, bool]) -> None:
    record.append("session.started", kinds.SessionStarted(name, PATIENT, visit_no, started, PLANNED, "one"))
    for n, (track, sounded_ms, anchor) in enumerate(tracks):
        payload = kinds.SoundPlayed(name, f"cue-{n}", track, "build", n, sounded_ms, (f"artist of {track}",), anchor)
        record.append("session.played", payload)


def test_the_first_person_acts_until_people_sign_in(record: Record) -> None:
    assert rows.first_person(record) == ""
    record.append("person.added", kinds.PersonAdded())
    assert rows.first_person(record) == ACTOR


def test_an_unknown_patient_is_answered_with_the_nearest_code(day: Record) -> None:
    assert rows.patient(day, "A-01") == rows.patients(day)[0]
    with pytest.raises(NotFound, match="Did you mean 'A-01'"):
        rows.patient(day, "A-10")


def test_a_veto_stands_until_it_is_withdrawn(day: Record) -> None:
    assert [(veto.what, veto.value) for veto in rows.vetoes(day, PATIENT)] == [("tag", "choir")]
    again = day.append("patient.vetoed", kinds.TrackVetoed(PATIENT, "artist", "Nobody"))
    assert [veto.event_id for veto in rows.vetoes(day, PATIENT)] == ["veto-2", again.event_id]
    assert rows.vetoes(day, "someone else") == []


def test_a_form_reads_as_it_was_last_corrected(day: Record) -> None:
    (form,) = form_rows.forms(day, PATIENT)
    assert form.form.items[:3] == (NoAnswer.MISSING, NoAnswer.DECLINED, 2)
    assert (form.form.recall, form.form.taken_ms) == (Recall.WEEK, 5_000)
    assert (form.corrections, form.changes[-1].reason) == (1, "two lines were blank")
    day.append(
        "form.corrected",
        kinds.FormCorrected(FORM, PATIENT, (4,) * 20, "month", None, "another sheet", day="2026-11-24"),
        corrects=form.event_id,
    )
    corrected = form_rows.form(day, FORM)
    assert corrected.form.items == (4,) * 20
    assert (corrected.form.recall, corrected.dated_only, corrected.corrections) == (Recall.MONTH, True, 2)
    with pytest.raises(NotFound):
        form_rows.form(day, "form-2")


def test_a_simulated_form_stays_simulated_when_corrected(record: Record) -> None:
    entered = record.append(
        "form.entered", kinds.FormEntered(FORM, PATIENT, (0,) * 20, "week", 1, simulated=True), event_id="f"
    )
    record.append("form.corrected", kinds.FormCorrected(FORM, PATIENT, (1,) * 20, "week", 1, "misread"), corrects="f")
    assert entered.subject == PATIENT
    assert form_rows.form(record, FORM).simulated


def test_of_two_corrections_made_apart_the_greater_in_cause_stands(path: Path) -> None:
    with opened(path, device=DEVICE) as one, opened(path, device=OTHER_DEVICE) as other:
        one.append("form.entered", kinds.FormEntered(FORM, PATIENT, (0,) * 20, "week", 1), event_id="f")
        one.append("form.corrected", kinds.FormCorrected(FORM, PATIENT, (1,) * 20, "week", 1, "a"), corrects="f")
        other.append("form.corrected", kinds.FormCorrected(FORM, PATIENT, (2,) * 20, "week", 1, "b"), corrects="f")
        assert [form_rows.form(each, FORM).changes[-1].reason for each in (one, other)] == ["b", "b"]


def test_a_session_tells_what_is_known_of_it(day: Record) -> None:
    session = rows.session(day, SESSION)
    assert session == rows.sessions(day)[0] == rows.sessions(day, PATIENT)[0]
    assert session.planned == session.actual == Infusion((Segment(0, 2_400_000),))
    assert (session.marks, session.acts, session.closed, session.how) == (1, 0, True, "planned")
    assert session.setting is not None
    assert (session.setting.fields, session.setting.taps) == ({"light": "dim"}, {"liking": 7})
    assert rows.sessions(day, "someone else") == []
    with pytest.raises(NotFound):
        rows.session(day, "session-2")


def test_a_running_session_is_unclosed_and_has_no_end(day: Record) -> None:
    assert rows.unclosed(day) == []
    _session(day, "session-2", 2, 20_000)
    (running,) = rows.unclosed(day)
    assert (running.session_id, running.actual, running.ended_utc_ms, running.setting) == (
        "session-2",
        None,
        None,
        None,
    )
    day.append("session.ended", kinds.SessionEnded("session-2", 30_000, PLANNED))
    assert [session.session_id for session in rows.unclosed(day)] == ["session-2"]
    day.append("session.closed", kinds.SessionClosed("session-2"))
    assert rows.unclosed(day) == []


def test_a_session_from_paper_is_closed_once_it_has_an_end(record: Record) -> None:
    record.append(
        "session.started", kinds.SessionStarted("paper", PATIENT, 1, 1, PLANNED, "one", entered_afterwards=True)
    )
    record.append("session.ended", kinds.SessionEnded("paper", 2, PLANNED))
    assert rows.unclosed(record) == []
    assert rows.session(record, "paper").entered_afterwards


def test_a_setting_logged_anew_stands_in_its_session(day: Record) -> None:
    _session(day, "session-2", 2, 20_000)
    assert rows.session(day, "session-2").setting is None
    for light in ("dark", "candle"):
        day.append("session.setting_logged", kinds.SettingLogged("session-2", {"light": light}, {}))
    setting = rows.session(day, "session-2").setting
    assert setting is not None
    assert setting.fields == {"light": "candle"}


def test_an_act_that_was_taken_back_says_so(day: Record) -> None:
    duck, undo = live_rows.acts(day, SESSION)
    assert (duck.event_id, duck.act, duck.undone) == ("act-1", "duck", True)
    assert (undo.act, undo.undoes, undo.undone) == ("undo", "act-1", False)


def test_a_mark_that_was_taken_back_is_told_as_such_and_not_counted(day: Record) -> None:
    (mark,) = live_rows.marks(day, SESSION)
    assert (mark.mark, mark.infusion_ms, mark.undone) == ("onset", 62_000, False)
    day.append("session.acted", kinds.SessionActed(session_id=SESSION, act="undo", undoes=mark.event_id))
    assert [one.undone for one in live_rows.marks(day, SESSION)] == [True]
    assert rows.session(day, SESSION).marks == 0


def test_heard_is_what_sounded_half_a_minute_in_this_course(record: Record) -> None:
    _session(record, "new-1", 1, 300, ("whole", 90_000, False), ("barely", 29_999, False), ("just", 30_000, False))
    _session(
        record,
        "new-2",
        2,
        400,
        ("anchor", 90_000, True),
        ("in two pieces", 15_000, False),
        ("in two pieces", 15_000, False),
        ("barely", 29_999, False),
    )
    heard = live_rows.heard(record, PATIENT)
    assert heard.track_ids == {"whole", "just", "in two pieces"}
    assert heard.artists == {f"artist of {track}" for track in heard.track_ids}
    assert live_rows.heard(record, "someone else").track_ids == frozenset()
    assert [row.sounded_ms for row in live_rows.played(record, "new-1")] == [90_000, 29_999, 30_000]


def test_a_rehearsal_has_no_number_and_nothing_in_it_was_heard(record: Record) -> None:
    _session(record, "one", 1, 100, ("whole", 90_000, False))
    trial = kinds.SessionStarted("trial", PATIENT, None, 200, PLANNED, "one", rehearsal=True)
    record.append("session.started", trial)
    record.append("session.played", kinds.SoundPlayed("trial", "cue", "tried", "peak", 0, 90_000))
    _session(record, "two", 2, 300)
    assert [(row.visit_no, row.rehearsal) for row in rows.sessions(record)] == [(1, False), (None, True), (2, False)]
    assert live_rows.heard(record, PATIENT).track_ids == {"whole"}


def test_the_soundscape_a_session_used_can_be_read_again(day: Record) -> None:
    assert rows.soundscape(day, "5" * 64) == '{"format":"soundscape/1"}'
    assert rows.soundscape(day, "6" * 64) is None


def test_the_clock_of_an_event_is_the_one_handed_in(path: Path) -> None:
    with opened(path, clock=SetClock(utc=42, mono=7)) as record:
        event = record.append("person.added", kinds.PersonAdded())
    assert (event.at_utc_ms, event.mono_ms, event.actor) == (42, 7, ACTOR)


def _closed_with(record: Record, session_id: str, started: int, *acts: kinds.SessionActed, **said: bool) -> None:
    record.append("session.started", kinds.SessionStarted(session_id, PATIENT, 1, started, PLANNED, "one", **said))
    for act in acts:
        record.append("session.acted", act, event_id=f"{session_id}-{act.act}")
    record.append("session.played", kinds.SoundPlayed(session_id, "cue", f"track-{session_id}", "build", 0, 90_000))
    record.append("session.ended", kinds.SessionEnded(session_id, started + 50, ()))
    record.append("session.closed", kinds.SessionClosed(session_id))


def test_a_session_closed_with_no_infusion_begun_is_none_of_the_course_and_was_heard_all_the_same(
    record: Record,
) -> None:
    start = kinds.SessionActed("taken-back", "infusion-start")
    undo = kinds.SessionActed("taken-back", "undo", undoes="taken-back-infusion-start")
    _closed_with(record, "never", 100)
    _closed_with(record, "taken-back", 200, start, undo)
    _closed_with(record, "rehearsed", 300, rehearsal=True)
    _closed_with(record, "begun", 400, kinds.SessionActed("begun", "infusion-start"))
    told = {row.session_id: (row.begun, row.aside, row.visit_no) for row in rows.sessions(record, PATIENT)}
    assert told == {
        "never": (False, "unbegun", None),
        "taken-back": (False, "unbegun", None),
        "rehearsed": (False, "rehearsal", None),
        "begun": (True, "", 1),
    }
    assert live_rows.heard(record, PATIENT).track_ids == {"track-never", "track-taken-back", "track-begun"}


def test_a_session_keeps_the_number_it_was_started_as_until_it_is_closed_with_no_infusion_begun(
    record: Record,
) -> None:
    _session(record, "session-1", 1, 100)
    assert [row.visit_no for row in rows.sessions(record)] == [1]
    record.append("session.ended", kinds.SessionEnded("session-1", 200, ()))
    assert [(row.visit_no, row.begun) for row in rows.sessions(record)] == [(1, False)]
    record.append("session.closed", kinds.SessionClosed("session-1"))
    assert [row.visit_no for row in rows.sessions(record)] == [None]


def test_how_long_an_infusion_ran_that_began_after_its_music_is_not_known(record: Record) -> None:
    _closed_with(record, "silent", 100, kinds.SessionActed("silent", "infusion-start", clock_ms=60_000))
    row = rows.session(record, "silent")
    assert (row.begun, row.visit_no, row.actual) == (True, 1, None)
    _closed_with(record, "never", 200)
    assert rows.session(record, "never").actual == Infusion(())
