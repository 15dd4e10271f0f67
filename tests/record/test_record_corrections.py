"""What was corrected afterwards: it stands until it is taken back, and everything that is counted follows."""

from pathlib import Path

import pytest
from record_clinics import DEVICE, OTHER_DEVICE, PATIENT, PLANNED, opened

from setsetting.errors import NotFound, Refused
from setsetting.record import corrections, form_rows, kinds, live_rows, rows
from setsetting.record.log import Record


def held(record: Record, name: str, started: int, track: str, patient_id: str = PATIENT) -> str:
    """A session that ran and was closed, with one track heard; return the event by which it began."""
    began = record.append("session.started", kinds.SessionStarted(name, patient_id, 1, started, PLANNED, "one"))
    record.append("session.acted", kinds.SessionActed(name, "infusion-start"))
    record.append("session.played", kinds.SoundPlayed(name, "cue", track, "build", 0, 90_000, (f"artist of {track}",)))
    record.append("session.ended", kinds.SessionEnded(name, started + 50, PLANNED))
    record.append("session.closed", kinds.SessionClosed(name))
    return began.event_id


def voided(record: Record, name: str, began: str) -> str:
    return record.append("session.voided", kinds.SessionVoided(name, "a trial"), corrects=began).event_id


def undone(record: Record, event_id: str) -> None:
    record.append("correction.undone", kinds.CorrectionUndone("a slip"), corrects=event_id)


def numbers(record: Record) -> dict[str, int | None]:
    return {row.session_id: row.visit_no for row in rows.sessions(record, PATIENT)}


def test_a_voided_session_is_no_infusion_and_nothing_in_it_was_heard(record: Record) -> None:
    trial, real = held(record, "s1", 100, "t1"), held(record, "s2", 200, "t2")
    assert numbers(record) == {"s1": 1, "s2": 2}
    void = voided(record, "s1", trial)
    assert numbers(record) == {"s1": None, "s2": 1}
    assert live_rows.heard(record, PATIENT) == live_rows.Heard(frozenset({"t2"}), frozenset({"artist of t2"}))
    row = rows.session(record, "s1")
    assert (row.void, row.counts, [each.reason for each in row.corrections]) == (True, False, ["a trial"])
    undone(record, void)
    assert numbers(record) == {"s1": 1, "s2": 2}
    assert live_rows.heard(record, PATIENT).track_ids == {"t1", "t2"}
    assert rows.session(record, "s1").corrections == ()
    assert real


def test_a_voided_session_is_asked_about_no_more(record: Record) -> None:
    began = record.append("session.started", kinds.SessionStarted("s1", PATIENT, 1, 100, PLANNED, "one")).event_id
    assert [row.session_id for row in rows.unclosed(record)] == ["s1"]
    voided(record, "s1", began)
    assert rows.unclosed(record) == []


def test_a_void_stands_though_another_device_took_back_its_own(path: Path) -> None:
    with opened(path, device=DEVICE) as one, opened(path, device=OTHER_DEVICE) as other:
        began = held(one, "s1", 100, "t1")
        mine, theirs = voided(one, "s1", began), voided(other, "s1", began)
        undone(one, mine)
        assert rows.session(other, "s1").void
        undone(one, theirs)
        assert not rows.session(other, "s1").void


def test_a_session_is_found_by_the_beginning_of_its_id(record: Record) -> None:
    held(record, "aaa-1", 100, "t1")
    held(record, "aab-2", 200, "t2")
    assert rows.session(record, "aab").session_id == "aab-2"
    with pytest.raises(NotFound, match="2 ids begin with 'aa'"):
        rows.session(record, "aa")
    with pytest.raises(NotFound):
        rows.session(record, "")


def test_a_correction_that_stands_is_not_erased(record: Record) -> None:
    void = voided(record, "s1", held(record, "s1", 100, "t1"))
    with pytest.raises(Refused, match="Take it back first"):
        record.erase(void, "it named a person")
    undone(record, void)
    record.erase(void, "it named a person")
    assert not rows.session(record, "s1").void
    assert corrections.standing(record) == []


def test_a_veto_whose_withdrawal_was_taken_back_stands(record: Record) -> None:
    veto = record.append("patient.vetoed", kinds.TrackVetoed(PATIENT, "tag", "choir")).event_id
    withdrawn = record.append("patient.veto_withdrawn", kinds.VetoWithdrawn(PATIENT, "a slip"), corrects=veto).event_id
    assert rows.vetoes(record, PATIENT) == []
    undone(record, withdrawn)
    assert [row.value for row in rows.vetoes(record, PATIENT)] == ["choir"]
    with pytest.raises(Refused, match="This veto stands"):
        record.erase(veto, "it named a person")


def patient(record: Record, patient_id: str, code: str) -> str:
    return record.append("patient.added", kinds.PatientAdded(patient_id, code)).event_id


def merged(record: Record, patient_id: str, into_id: str) -> str:
    payload = kinds.PatientMerged(patient_id, into_id, "one person")
    return record.append("patient.merged", payload, corrects=corrections.adding(record, patient_id)).event_id


def test_a_session_moved_to_the_right_patient_is_numbered_and_heard_there(record: Record) -> None:
    for name in ("p", "q"):
        patient(record, name, name.upper())
    held(record, "q1", 100, "t1", "q")
    began = held(record, "s", 200, "t2", "p")
    held(record, "p1", 300, "t3", "p")
    moved = record.append("session.moved", kinds.SessionMoved("s", "q", "the wrong one"), corrects=began)
    assert [(row.session_id, row.visit_no) for row in rows.sessions(record, "p")] == [("p1", 1)]
    assert [(row.session_id, row.visit_no) for row in rows.sessions(record, "q")] == [("q1", 1), ("s", 2)]
    assert live_rows.heard(record, "p").track_ids == {"t3"}
    assert live_rows.heard(record, "q").track_ids == {"t1", "t2"}
    assert rows.session(record, "s").patient_id == "q"
    later = record.append("session.marked", kinds.SessionMarked("s", "note", note="a garden"))
    assert (moved.subject, later.subject) == ("q", "q"), "her words are sealed with her key"
    assert moved.event_id in {event.event_id for event in corrections.told_of(record, "p")}
    undone(record, moved.event_id)
    assert [row.visit_no for row in rows.sessions(record, "p")] == [1, 2]
    assert live_rows.heard(record, "q").track_ids == {"t1"}


def test_of_two_moves_the_newest_that_stands_decides(record: Record) -> None:
    began = held(record, "s", 100, "t1", "p")
    one = record.append("session.moved", kinds.SessionMoved("s", "q", "a"), corrects=began)
    two = record.append("session.moved", kinds.SessionMoved("s", "r", "b"), corrects=began)
    assert rows.session(record, "s").patient_id == "r"
    undone(record, two.event_id)
    assert rows.session(record, "s").patient_id == "q"
    undone(record, one.event_id)
    assert rows.session(record, "s").patient_id == "p"


def test_two_patients_who_are_one_unite_all_that_was_told_of_them(record: Record) -> None:
    patient(record, "p", "K-0417")
    patient(record, "q", "K-0471")
    held(record, "p1", 100, "t1", "p")
    held(record, "q1", 200, "t2", "q")
    record.append("patient.vetoed", kinds.TrackVetoed("q", "tag", "choir"))
    record.append("form.entered", kinds.FormEntered("f", "q", (1,) * 20, "week", 5))
    merge = merged(record, "q", "p")
    assert [row.code for row in rows.patients(record)] == ["K-0417"]
    assert [row.visit_no for row in rows.sessions(record, "p")] == [1, 2]
    assert live_rows.heard(record, "p").track_ids == {"t1", "t2"}
    assert [(row.patient_id, row.value) for row in rows.vetoes(record, "p")] == [("p", "choir")]
    assert [row.patient_id for row in form_rows.forms(record, "p")] == ["p"]
    assert rows.patient(record, "k0471").code == "K-0417"
    undone(record, merge)
    assert [row.code for row in rows.patients(record)] == ["K-0417", "K-0471"]
    assert rows.vetoes(record, "p") == []
    assert live_rows.heard(record, "p").track_ids == {"t1"}


def test_merges_that_go_in_a_circle_make_one_patient(record: Record) -> None:
    for name in ("p", "q", "r"):
        patient(record, name, name.upper())
    merged(record, "p", "q")
    merged(record, "q", "r")
    merged(record, "r", "p")
    assert [row.code for row in rows.patients(record)] == ["R"]
    assert {corrections.identities(record).of(name) for name in ("p", "q", "r")} == {"r"}


def test_a_withdrawn_patient_is_in_no_list_and_says_how_to_come_back(record: Record) -> None:
    patient(record, "p", "K-0417")
    withdrawn = record.append(
        "patient.withdrawn", kinds.PatientWithdrawn("p", "a slip"), corrects=corrections.adding(record, "p")
    )
    assert rows.patients(record) == []
    with pytest.raises(NotFound, match=f"record undo --event {withdrawn.event_id}"):
        rows.patient(record, "K-0417")
    assert rows.patient(record, "K-0417", withdrawn=True).patient_id == "p"
    undone(record, withdrawn.event_id)
    assert [row.code for row in rows.patients(record)] == ["K-0417"]


@pytest.mark.parametrize("written", ["K-0417", "k-0417", "K0417", "k 0417", "K.0417", "\uff2b-0417"])
def test_a_code_is_found_however_it_is_written(record: Record, written: str) -> None:
    patient(record, "p", "K-0417")
    assert rows.patient(record, written).patient_id == "p"


def test_nothing_is_guessed_between_near_codes(record: Record) -> None:
    patient(record, "p", "K-0417")
    with pytest.raises(NotFound, match="Did you mean 'K-0417'"):
        rows.patient(record, "K-0418")


def test_a_withdrawn_form_is_in_no_list_and_comes_back(record: Record) -> None:
    entered = record.append("form.entered", kinds.FormEntered("f", PATIENT, (1,) * 20, "week", 5))
    payload = kinds.FormWithdrawn("f", PATIENT, "another's")
    withdrawn = record.append("form.withdrawn", payload, corrects=entered.event_id)
    assert form_rows.forms(record, PATIENT) == []
    assert form_rows.form(record, "f").withdrawn is not None
    undone(record, withdrawn.event_id)
    assert [row.form_id for row in form_rows.forms(record, PATIENT)] == ["f"]


def test_a_form_corrected_to_another_patient_is_that_one_s_until_it_is_taken_back(record: Record) -> None:
    entered = record.append("form.entered", kinds.FormEntered("f", "p", (1,) * 20, "week", 5))
    corrected = record.append(
        "form.corrected", kinds.FormCorrected("f", "q", (1,) * 20, "month", 6, "hers"), corrects=entered.event_id
    )
    assert form_rows.forms(record, "p") == []
    (form,) = form_rows.forms(record, "q")
    (change,) = form.changes
    before = change.before
    assert (change.reason, change.patient_id, str(before.recall), before.taken_ms) == ("hers", "p", "week", 5)
    assert (change.at_utc_ms, change.actor) == (corrected.at_utc_ms, corrected.actor)
    undone(record, corrected.event_id)
    assert form_rows.forms(record, "q") == []
    assert [row.corrections for row in form_rows.forms(record, "p")] == [0]


MIN = 60_000


def walked(record: Record, name: str, *said: tuple[str, int], ended: int = 45) -> dict[str, str]:
    """A session whose infusion was stepped through and marked at these minutes of its clock; events by what was said."""
    payload = kinds.SessionStarted(name, PATIENT, 1, 0, PLANNED, "one", zero_utc_ms=0)
    events = {"began": record.append("session.started", payload).event_id}
    for what, minute in said:
        at = {"clock_ms": minute * MIN, "infusion_ms": (minute - said[0][1]) * MIN}
        if what.startswith("infusion-"):
            told = record.append("session.acted", kinds.SessionActed(name, what, **at))
        else:
            told = record.append("session.marked", kinds.SessionMarked(name, what, **at))
        events[what] = told.event_id
    stop = dict(said).get("infusion-stop", 40) - said[0][1]
    ran = (kinds.StoredSegment(0, stop * MIN),)
    record.append("session.ended", kinds.SessionEnded(name, ended * MIN, ran))
    record.append("session.closed", kinds.SessionClosed(name))
    return events


def at_minute(record: Record, name: str, event_id: str, clock: int, minute: int) -> str:
    payload = kinds.MinuteCorrected(name, clock * MIN, minute * MIN, "logged late")
    return record.append("session.minute_corrected", payload, corrects=event_id).event_id


def ran_min(record: Record, name: str) -> float:
    actual = rows.session(record, name).actual
    assert actual is not None
    return actual.end_ms / MIN


def test_the_minute_of_a_stop_is_what_really_ran(record: Record) -> None:
    events = walked(record, "s", ("infusion-start", 0), ("infusion-stop", 20))
    one = at_minute(record, "s", events["infusion-stop"], 35, 35)
    assert ran_min(record, "s") == 35
    two = at_minute(record, "s", events["infusion-stop"], 38, 38)
    assert ran_min(record, "s") == 38
    undone(record, two)
    assert ran_min(record, "s") == 35
    undone(record, one)
    assert ran_min(record, "s") == 20


def test_the_minutes_of_all_that_was_said_follow_a_corrected_start(record: Record) -> None:
    events = walked(record, "s", ("infusion-start", 0), ("onset", 12), ("infusion-stop", 40))
    correction = at_minute(record, "s", events["infusion-start"], 5, 5)
    (mark,) = live_rows.marks(record, "s")
    assert (mark.infusion_ms, mark.told_ms) == (7 * MIN, 12 * MIN)
    assert [act.infusion_ms for act in live_rows.acts(record, "s")] == [0, 35 * MIN]
    assert ran_min(record, "s") == 35
    undone(record, correction)
    assert [mark.infusion_ms for mark in live_rows.marks(record, "s")] == [12 * MIN]


def test_a_withdrawn_mark_is_counted_nowhere_and_its_words_stay(record: Record) -> None:
    events = walked(record, "s", ("infusion-start", 0), ("interruption", 12))
    payload = kinds.MarkWithdrawn("s", "a slip")
    withdrawn = record.append("session.mark_withdrawn", payload, corrects=events["interruption"]).event_id
    assert [mark.undone for mark in live_rows.marks(record, "s")] == [True]
    row = rows.session(record, "s")
    assert (row.marks, [each.reason for each in row.corrections]) == (0, ["a slip"])
    undone(record, withdrawn)
    assert rows.session(record, "s").marks == 1


def test_a_session_from_paper_told_again_has_its_right_time_and_number(record: Record) -> None:
    held(record, "s1", 200, "t1")
    payload = kinds.SessionStarted("paper", PATIENT, 2, 300, PLANNED, "one", entered_afterwards=True)
    began = record.append("session.started", payload).event_id
    record.append("session.ended", kinds.SessionEnded("paper", 2_400_300, PLANNED))
    retold = record.append(
        "session.retold", kinds.SessionRetold("paper", 100, (kinds.StoredSegment(0, 7),), "the hour"), corrects=began
    )
    row = rows.session(record, "paper")
    assert (row.started_utc_ms, row.ended_utc_ms, row.visit_no, row.planned.end_ms) == (100, 107, 1, 7)
    assert row.actual == row.planned
    assert numbers(record) == {"paper": 1, "s1": 2}
    undone(record, retold.event_id)
    assert numbers(record) == {"s1": 1, "paper": 2}
