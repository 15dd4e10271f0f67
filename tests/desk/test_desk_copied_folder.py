"""A clinic folder copied with an open session: both sides close it, and both records can be brought together."""

import sqlite3
from contextlib import closing
from pathlib import Path

from session_clinic import copy_of
from sessions_played import asked, close, play

from setsetting.desk import records
from setsetting.desk.clinic import RECORD, Clinic
from setsetting.record import live_rows, rows
from setsetting.record.event import Event
from setsetting.record.log import COLUMNS


def _told(clinic: Clinic) -> list[Event]:
    with clinic.record() as record:
        return record.events()


def _admit(clinic: Clinic, others: list[Event]) -> None:
    """Let another device's chain in, verbatim; the log's guards look at each event."""
    known = {(event.device, event.seq) for event in _told(clinic)}
    with closing(sqlite3.connect(clinic.folder / RECORD, isolation_level=None)) as file:
        for event in sorted(others, key=lambda event: (event.device, event.seq)):
            if (event.device, event.seq) not in known:
                columns = [getattr(event, column) for column in COLUMNS]
                file.execute(f"INSERT INTO event VALUES ({', '.join('?' * len(columns))})", columns)
    records.rebuild(clinic)


def _answers(clinic: Clinic, session_id: str) -> list[object]:
    with clinic.record() as record:
        return [
            rows.sessions(record),
            live_rows.acts(record, session_id),
            live_rows.marks(record, session_id),
            live_rows.played(record, session_id),
            record.head(),
        ]


def test_a_session_closed_on_both_sides_of_a_copy_counts_once(clinic: Clinic, tmp_path: Path) -> None:
    session_id = play(clinic, asked(clinic, "0 infusion-start", "1 mark onset", "2 volume -3"))
    copied = copy_of(clinic.folder, tmp_path / "copied")
    before = _answers(clinic, session_id)
    for each in (clinic, copied):
        assert close(each).closed
    here, there = _told(clinic), _told(copied)
    assert {event.event_id for event in here if event.kind == "session.closed"} == {
        event.event_id for event in there if event.kind == "session.closed"
    }
    assert {event.device for event in here} < {event.device for event in there}
    _admit(clinic, there)
    _admit(copied, here)
    assert _answers(clinic, session_id) == _answers(copied, session_id)
    assert _answers(clinic, session_id)[1:4] == before[1:4], "what was told twice counts once"
    assert records.verify(clinic.folder).ok
    assert records.verify(copied.folder).ok
