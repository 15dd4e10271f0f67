"""Two devices, one session: both tell it, both chains stand, and it counts once, whatever arrives first."""

import os
import sqlite3
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from record_clinics import (
    DEVICE,
    FORM,
    OTHER_DEVICE,
    PATIENT,
    PLANNED,
    SESSION,
    SetClock,
    arrive,
    dump,
    following,
    insert,
    opened,
    raw,
    without_guards,
)

from setsetting.errors import Refused
from setsetting.record import form_rows, kinds, live_rows, rows
from setsetting.record.event import LARGEST_LAMPORT, Event
from setsetting.record.log import COLUMNS, Draft, Record
from setsetting.record.schema import LARGEST_LEAP
from setsetting.record.verify import verify

FULL = os.environ.get("SETSETTING_LOOPS") == "full"


def _begin(record: Record) -> None:
    record.append("patient.added", kinds.PatientAdded(PATIENT, "A-01"))
    record.append("session.started", kinds.SessionStarted(SESSION, PATIENT, 1, 0, PLANNED, "one"), event_id="started")


def _told(event: Event) -> dict[str, object]:
    return {column: getattr(event, column) for column in COLUMNS}


def _copied(path: Path, copy: Path) -> None:
    with raw(path) as source, raw(copy) as target:
        source.backup(target)


def _answers(record: Record) -> list[object]:
    return [
        rows.patients(record),
        rows.sessions(record),
        rows.vetoes(record, PATIENT),
        form_rows.forms(record, PATIENT),
        live_rows.acts(record, SESSION),
        live_rows.marks(record, SESSION),
        live_rows.played(record, SESSION),
        live_rows.heard(record, PATIENT),
        record.head(),
        dump(record),
    ]


def test_a_copied_folder_closes_the_same_session_and_both_chains_are_admitted(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy.db"
    with opened(path) as record:
        _begin(record)
    _copied(path, copy)
    with opened(path) as here, opened(copy, device=OTHER_DEVICE) as there:
        common = here.events()
        for record, ended_ms in ((here, 2_400_000), (there, 2_500_000)):
            record.append("session.ended", kinds.SessionEnded(SESSION, ended_ms, PLANNED), event_id="ended")
            record.append("session.closed", kinds.SessionClosed(SESSION), event_id="closed")
        for record, other in ((here, there), (there, here)):
            for event in other.events(after=common[-1]):
                if event.device == other.device:
                    arrive(record, _told(event))
        assert _answers(here) == _answers(there)
        assert here.head().events == 6, "each device told its close, and no chain was refused"
        (session,) = rows.sessions(here)
        assert (session.ended_utc_ms, session.closed) == (2_400_000, True), "what was told first stands"
        assert len([table for table, _row in dump(here) if table == "session_ended"]) == 1
    assert verify(path).ok
    assert verify(copy).ok


def test_an_id_that_another_device_told_is_stored_as_ours_too(record: Record, path: Path) -> None:
    _begin(record)
    veto = kinds.TrackVetoed(PATIENT, "tag", "choir")
    with opened(path, device=OTHER_DEVICE) as other:
        theirs = other.append("patient.vetoed", veto, event_id="key-press")
    ours = record.append("patient.vetoed", veto, event_id="key-press")
    assert (ours.device, ours.seq) == (DEVICE, 3)
    assert record.append("patient.vetoed", veto, event_id="key-press") == ours
    assert record.told("key-press") == [theirs, ours]
    assert len(rows.vetoes(record, PATIENT)) == 1
    record.append("patient.veto_withdrawn", kinds.VetoWithdrawn(PATIENT, "asked for it"), corrects="key-press")
    assert rows.vetoes(record, PATIENT) == []
    assert verify(path).ok


def test_a_device_tells_an_id_once(record: Record, path: Path) -> None:
    _begin(record)
    newest = record.events()[-1]
    with raw(path) as connection:
        with pytest.raises(sqlite3.IntegrityError, match="event_no_replace"):
            insert(connection, following(newest, event_id="started"))
        insert(connection, following(None, device=OTHER_DEVICE, event_id="started"))


acts = st.lists(
    st.one_of(
        st.sampled_from(["choir", "bells"]).map(
            lambda tag: Draft("patient.vetoed", kinds.TrackVetoed(PATIENT, "tag", tag), event_id=f"veto {tag}")
        ),
        st.integers(1, 3).map(
            lambda n: Draft("session.marked", kinds.SessionMarked(SESSION, "note", n), event_id=f"mark {n}")
        ),
        st.tuples(st.integers(1, 3), st.integers(30_000, 60_000)).map(
            lambda it: Draft(
                "session.played",
                kinds.SoundPlayed(SESSION, f"cue {it[0]}", f"track {it[0]}", "build", it[0], it[1], ("Artist",)),
                event_id=f"played {it[0]}",
            )
        ),
        st.integers(0, 4).map(
            lambda n: Draft("form.entered", kinds.FormEntered(FORM, PATIENT, (n,) * 20, "week", n), event_id="entered")
        ),
        st.sampled_from(["veto choir", "mark 1", "played 1", "entered"]).map(
            lambda event_id: Draft("event.erased", kinds.EventErased("asked for"), corrects=event_id)
        ),
        st.integers(1, 9).map(
            lambda n: Draft("session.ended", kinds.SessionEnded(SESSION, n, PLANNED), event_id="ended")
        ),
        st.just(Draft("session.closed", kinds.SessionClosed(SESSION), event_id="closed")),
    ),
    max_size=8,
)


@pytest.mark.loop
@settings(max_examples=200 if FULL else 15)
@given(acts, acts, st.randoms(use_true_random=False))
def test_any_interleaving_of_two_devices_gives_equal_projections(
    tmp_path_factory: pytest.TempPathFactory, here: list[Draft], there: list[Draft], order: object
) -> None:
    folder = tmp_path_factory.mktemp("devices")
    with opened(folder / "first.db") as first:
        _begin(first)
        common = [_told(event) for event in first.events()]
    chains = []
    for device, story in ((DEVICE, here), (OTHER_DEVICE, there)):
        _copied(folder / "first.db", folder / f"{device}.db")
        with opened(folder / f"{device}.db", device=device) as record:
            for draft in story:
                if draft.corrects is None or record.told(draft.corrects):
                    record.append_all([draft])
            chains.append(
                [_told(event) for event in record.events() if event.device == device][len(common) * (not chains) :]
            )
    arrivals = [list(chains[0]), list(chains[1])]
    mixed = []
    while any(arrivals):
        chain = order.choice([chain for chain in arrivals if chain])  # type: ignore[attr-defined]
        mixed.append(chain.pop(0))
    answers = []
    for name, events in (("one", chains[0] + chains[1]), ("two", chains[1] + chains[0]), ("mixed", mixed)):
        with opened(folder / f"{name}.db") as record:
            for event in common + events:
                arrive(record, event)
            answers.append(_answers(record))
            record.rebuild()
            answers.append(_answers(record))
        found = verify(folder / f"{name}.db")
        assert found.ok, found.sentences()
    assert all(answer == answers[0] for answer in answers)
    ids = [row[3] for _table, row in answers[0][-1]]  # type: ignore[index]
    assert len(ids) == len(set(ids)), "what two devices told has one row"


def test_a_clock_of_another_device_cannot_use_up_our_numbers(record: Record, path: Path) -> None:
    """A single hostile event would else leave no number for ours, and order every later act before it."""
    _begin(record)
    before = record.events()[-1].lamport
    with raw(path) as connection:
        for lamport in (LARGEST_LAMPORT, LARGEST_LAMPORT + 1, before + LARGEST_LEAP + 1):
            with pytest.raises(sqlite3.IntegrityError, match=r"event_lamport|CHECK constraint failed: lamport"):
                insert(connection, following(None, device=OTHER_DEVICE, lamport=lamport))
    assert record.append("person.added", kinds.PersonAdded()).lamport == before + 1


def test_a_record_without_a_number_left_says_so(record: Record, path: Path) -> None:
    _begin(record)
    with raw(path) as connection:
        guard = connection.execute("SELECT sql FROM sqlite_master WHERE name = 'event_lamport'").fetchone()[0]
        connection.execute("DROP TRIGGER event_lamport")
        insert(connection, following(None, device=OTHER_DEVICE, lamport=LARGEST_LAMPORT))
        connection.execute(guard)
    with pytest.raises(Refused, match="leaves no number for the next; nothing was recorded"):
        record.append("person.added", kinds.PersonAdded())
    assert record.head().events == 3


def test_a_row_kept_for_the_wrong_teller_is_found(path: Path) -> None:
    """Verification works the rule out by itself."""
    with opened(path) as record, opened(path, device=OTHER_DEVICE, clock=SetClock()) as other:
        _begin(record)
        for each, ended_ms in ((record, 1), (other, 2)):
            each.append("session.ended", kinds.SessionEnded(SESSION, ended_ms, PLANNED), event_id="ended")
    assert verify(path).ok
    without_guards(path, f"UPDATE session_ended SET device = '{OTHER_DEVICE}', seq = 1, lamport = 4, ended_utc_ms = 2")
    assert verify(path).projections == ("session_ended",)
