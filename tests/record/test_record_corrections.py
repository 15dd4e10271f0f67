"""What was corrected afterwards: it stands until it is taken back, and everything that is counted follows."""

from pathlib import Path

import pytest
from record_clinics import DEVICE, OTHER_DEVICE, PATIENT, PLANNED, opened

from setsetting.errors import NotFound, Refused
from setsetting.record import corrections, kinds, live_rows, rows
from setsetting.record.log import Record


def held(record: Record, name: str, started: int, track: str, patient_id: str = PATIENT) -> str:
    """A session that ran and was closed, with one track heard; return the event by which it began."""
    began = record.append("session.started", kinds.SessionStarted(name, patient_id, 1, started, PLANNED, "one"))
    record.append("session.played", kinds.SoundPlayed(name, "cue", track, "build", 0, 90_000, f"artist of {track}"))
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
