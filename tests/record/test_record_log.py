"""Appending: acknowledged means durable, an act counts once, and nothing half-done is kept."""

import resource
import sqlite3
import stat
import subprocess
import sys
import threading
import traceback
from pathlib import Path

import pytest
from record_clinics import DEVICE, OTHER_DEVICE, PATIENT, SESSION, WHOLE_FORM, SetClock, drafts, opened, raw

from setsetting.errors import BrokenFile, NotFound, Refused
from setsetting.record import kinds, migrations, rows
from setsetting.record.connection import wal_is_safe
from setsetting.record.event import GENESIS
from setsetting.record.log import Draft, Record
from setsetting.record.verify import verify

VETO = kinds.TrackVetoed(PATIENT, "tag", "choir")


def test_events_are_chained_and_numbered_from_one(record: Record) -> None:
    first = record.append("patient.added", kinds.PatientAdded(PATIENT, "A-01"))
    second = record.append("patient.vetoed", VETO)
    assert (first.seq, second.seq) == (1, 2)
    assert first.prev_hash == GENESIS
    assert second.prev_hash == first.hash
    assert second.lamport > first.lamport
    assert record.events() == [first, second]
    assert (record.head().events, record.head().hash) == (2, second.hash)


def test_an_event_asked_for_twice_is_stored_once(record: Record) -> None:
    first = record.append("patient.vetoed", VETO, event_id="key-press-1")
    again = record.append("patient.vetoed", VETO, event_id="key-press-1")
    assert again == first
    assert record.head().events == 1


def test_an_id_taken_by_another_kind_is_refused(record: Record) -> None:
    record.append("patient.vetoed", VETO, event_id="key-press-1")
    with pytest.raises(Refused, match="belongs to another event"):
        record.append("patient.added", kinds.PatientAdded(PATIENT, "A-01"), event_id="key-press-1")


def test_a_veto_may_be_withdrawn_without_a_reason_and_none_is_made_up(record: Record) -> None:
    veto = record.append("patient.vetoed", VETO)
    withdrawn = record.append("patient.veto_withdrawn", kinds.VetoWithdrawn(PATIENT), corrects=veto.event_id)
    assert "reason" not in (withdrawn.payload or "")


@pytest.mark.parametrize("reason", ["", "  \t"])
def test_a_correction_needs_a_reason(record: Record, reason: str) -> None:
    veto = record.append("patient.vetoed", VETO)
    with pytest.raises(Refused, match="needs a reason"):
        record.append("patient.veto_withdrawn", kinds.VetoWithdrawn(PATIENT, reason), corrects=veto.event_id)
    assert record.head().events == 1


def test_a_correction_of_nothing_is_refused(record: Record) -> None:
    with pytest.raises(Refused, match="not in this record"):
        record.append("patient.veto_withdrawn", kinds.VetoWithdrawn(PATIENT, "typo"), corrects="no-such-event")


def test_several_events_are_kept_all_or_none(record: Record) -> None:
    with pytest.raises(Refused):
        record.append_all(
            [
                Draft("patient.vetoed", VETO),
                Draft("patient.veto_withdrawn", kinds.VetoWithdrawn(PATIENT, "typo"), corrects="no-such-event"),
            ]
        )
    assert record.head().events == 0
    assert record.append("patient.vetoed", VETO).seq == 1


def test_what_is_decided_in_a_whole_is_kept_whole(record: Record) -> None:
    with record.whole():
        record.append("patient.added", kinds.PatientAdded(PATIENT, "A-01"))
        assert rows.patient(record, "A-01").patient_id == PATIENT
        record.append("patient.vetoed", VETO)
    assert record.head().events == 2
    with pytest.raises(Refused, match="nothing of it was recorded"), record.whole():
        record.append("patient.vetoed", VETO)
        with pytest.raises(Refused):
            record.append("patient.veto_withdrawn", kinds.VetoWithdrawn(PATIENT, "typo"), corrects="no-such-event")
    assert record.head().events == 2


def test_an_event_about_a_session_goes_with_its_patient(day: Record) -> None:
    subjects = {event.kind: event.subject for event in day.events()}
    without = {kind for kind, subject in subjects.items() if subject is None}
    clinics_own = {"clinic.changed", "clinic.change_withdrawn", "chart.looked"}
    clinics_own |= {
        "alternation.planned",
        "alternation.stopped",
        "alternation.looked",
        "change.sealed",
        "seal.opened",
        "factor.declared",
        "factor.withdrawn",
        "link.looked",
        "import.taken",
        "import.withdrawn",
        "export.made",
    }
    assert without == {"person.added", "soundscape.used", "output.tried"} | clinics_own
    assert set(subjects.values()) == {None, PATIENT}


def test_events_can_be_asked_for_by_kind_session_and_place(day: Record) -> None:
    everything = day.events()
    assert [event.kind for event in everything] == [draft.kind for draft in drafts()]
    assert [event.event_id for event in day.events(kind="patient.vetoed")] == ["veto-1", "veto-2"]
    assert day.events(after=everything[4]) == everything[5:]
    assert {event.kind.partition(".")[0] for event in day.events(session_id=SESSION)} == {"session"}
    assert len(day.events(session_id=SESSION)) == sum(
        getattr(draft.payload, "session_id", None) == SESSION for draft in drafts()
    )
    assert len(day.events(session_id=SESSION, kind="session.acted")) == 2
    assert day.events(subject="nobody") == []


def test_a_clock_going_backwards_is_kept_as_it_was_and_chained(path: Path) -> None:
    clock = SetClock()
    with opened(path, clock=clock) as record:
        before = record.append("patient.vetoed", VETO)
        clock.utc -= 3_600_000
        after = record.append("patient.vetoed", VETO)
        journalled = record.append("patient.vetoed", VETO, at=(17, 4))
        assert after.at_utc_ms == before.at_utc_ms - 3_600_000
        assert (journalled.at_utc_ms, journalled.mono_ms) == (17, 4)
        assert record.events() == [before, after, journalled]
    assert verify(path).ok


@pytest.mark.parametrize(
    "payload",
    [
        kinds.FormEntered("form", PATIENT, (1.5, *WHOLE_FORM[1:]), "week", 0),  # type: ignore[arg-type]
        kinds.FormEntered("form", PATIENT, (float("nan"), *WHOLE_FORM[1:]), "week", 0),  # type: ignore[arg-type]
        kinds.FormEntered("form", PATIENT, WHOLE_FORM, "week", 2**63),
        kinds.FormEntered("form", "canary \ud800", WHOLE_FORM, "week", 0),
        kinds.FormEntered("form", None, WHOLE_FORM, "week", 0),  # type: ignore[arg-type]
        kinds.PatientAdded(PATIENT, "A-01"),
    ],
    ids=["half", "nan", "huge", "no text", "nothing", "another kind"],
)
def test_a_payload_that_is_not_of_its_kind_is_refused(record: Record, payload: kinds.Payload) -> None:
    with pytest.raises(Refused):
        record.append("form.entered", payload)
    assert record.head().events == 0


def test_what_is_raised_never_holds_what_was_being_written(record: Record) -> None:
    canary = "CANARY-9f31"
    attempts: list[Draft] = [
        Draft("form.entered", kinds.FormEntered("f", canary, (1.5,), canary, 0)),  # type: ignore[arg-type]
        Draft("session.marked", kinds.SessionMarked(SESSION, "note", note=canary + "\ud800")),
        Draft("patient.veto_withdrawn", kinds.VetoWithdrawn(PATIENT, canary), corrects="gone"),
        Draft("patient.veto_withdrawn", kinds.VetoWithdrawn(PATIENT, canary + "\ud800"), corrects="gone"),
        Draft("patient.vetoed", kinds.TrackVetoed(PATIENT, "tag", canary), event_id=canary + "\ud800"),
        Draft("session.setting_logged", kinds.SettingLogged(SESSION, {canary: canary}, {canary: 2**70})),
    ]
    for draft in attempts:
        with pytest.raises(Refused) as caught:
            record.append_all([draft])
        assert canary not in "".join(traceback.format_exception(caught.value))
    with pytest.raises(Refused) as caught:
        record.read("SELECT no_such_column FROM event")
    assert "SELECT" not in str(caught.value)


def test_a_record_that_is_not_there_is_named(path: Path) -> None:
    with pytest.raises(NotFound, match="There is no record at"):
        opened(path, create=False)
    assert not path.exists()


@pytest.mark.parametrize("content", [b"", b"SQLite format 3\0 but no more", b"\x89PNG\r\n\x1a\n" * 300])
def test_a_file_that_is_no_record_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    with pytest.raises(BrokenFile):
        opened(path, create=False)
    assert path.read_bytes() == content


def test_another_programs_database_is_refused(path: Path) -> None:
    with raw(path) as connection:
        connection.execute("CREATE TABLE event (id INTEGER)")
    with pytest.raises(BrokenFile, match="no record of this program"):
        opened(path)


@pytest.mark.parametrize("journal", ["DELETE", "WAL"])
def test_a_record_of_the_first_version_is_refused_and_left_as_it_is(path: Path, tmp_path: Path, journal: str) -> None:
    with raw(path) as connection:
        connection.execute(f"PRAGMA application_id = {0x53265331}")
        connection.execute(f"PRAGMA journal_mode = {journal}")
        connection.execute("CREATE TABLE event (device TEXT, seq INTEGER, reason TEXT)")
        left = {file.name: file.read_bytes() for file in tmp_path.iterdir()}  # as a kill leaves it
    for file, content in left.items():
        path.with_name(file).write_bytes(content)
    for use in (opened, verify):
        with pytest.raises(Refused, match=r"was written by version 0\.1\.0.*setsetting init"):
            use(path)
    assert {file.name: file.read_bytes() for file in tmp_path.iterdir()} == left


def test_a_newer_programs_record_is_refused_politely(path: Path) -> None:
    opened(path).close()
    with raw(path) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('record', 'from_2031', '')"
        )
    with pytest.raises(Refused, match="newer version"):
        opened(path)


def test_a_log_without_its_guards_is_refused(path: Path) -> None:
    opened(path).close()
    with raw(path) as connection:
        connection.execute("DROP TRIGGER event_no_update")
    with pytest.raises(Refused, match="event_no_update"):
        opened(path)


def test_a_migration_that_loses_a_guard_is_not_kept(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The trap of sqlite-utils: `transform` drops every trigger of a table silently."""
    opened(path).close()
    real = migrations._steps

    def with_a_careless_step() -> object:
        steps = real()
        steps(name="careless")(lambda db: db["event"].transform(types={"payload": str}))
        return steps

    monkeypatch.setattr(migrations, "NAMES", (*migrations.NAMES, "careless"))
    monkeypatch.setattr(migrations, "_steps", with_a_careless_step)
    with pytest.raises(Refused, match="event_no_update"):
        opened(path)
    monkeypatch.undo()
    opened(path).close()
    assert verify(path).ok


def test_the_file_is_its_owners_alone(path: Path) -> None:
    opened(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    path.chmod(0o644)
    opened(path).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_commits_reach_the_disk_before_they_count(record: Record) -> None:
    def pragma(name: str) -> object:
        return record.read(f"PRAGMA {name}")[0][0]

    assert pragma("synchronous") == 3
    assert pragma("foreign_keys") == 1
    assert pragma("recursive_triggers") == 1
    assert pragma("mmap_size") == 0
    assert pragma("journal_mode") == ("wal" if wal_is_safe(sqlite3.sqlite_version_info) else "delete")


def test_wal_is_used_only_where_its_bug_is_mended() -> None:
    affected = [(3, 37, 0), (3, 40, 1), (3, 44, 5), (3, 45, 0), (3, 50, 6), (3, 51, 0), (3, 51, 2), (3, 52, 0)]
    mended = [(3, 44, 6), (3, 50, 7), (3, 51, 3), (3, 53, 0), (4, 0, 0)]
    assert [wal_is_safe(engine) for engine in affected] == [False] * len(affected)
    assert [wal_is_safe(engine) for engine in mended] == [True] * len(mended)


def test_a_full_disk_is_said_and_the_next_append_works(record: Record, path: Path) -> None:
    before = record.append("patient.vetoed", VETO)
    pages = record.read("PRAGMA page_count")[0][0]
    record.read(f"PRAGMA max_page_count = {pages}")
    long = kinds.SoundscapeUsed("5" * 64, "x" * 100_000)
    with pytest.raises(Refused, match="disk may be full; nothing was recorded"):
        record.append("soundscape.used", long)
    record.read("PRAGMA max_page_count = 1000000")
    after = record.append("soundscape.used", long)
    assert record.events() == [before, after]
    assert verify(path).ok


def test_a_write_that_fails_half_way_is_said_and_the_next_append_works(record: Record, path: Path) -> None:
    before = record.append("patient.vetoed", VETO)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (path.stat().st_size + 4096, hard))
    try:
        with pytest.raises(Refused, match="nothing was recorded"):
            record.append("soundscape.used", kinds.SoundscapeUsed("5" * 64, "x" * 200_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    after = record.append("patient.vetoed", VETO)
    assert record.events() == [before, after]
    assert verify(path).ok


def test_a_record_held_by_another_window_is_said_to_be_busy(record: Record, path: Path) -> None:
    record.read("PRAGMA busy_timeout = 50")
    with raw(path) as other:
        other.execute("BEGIN IMMEDIATE")
        with pytest.raises(Refused, match="another window"):
            record.append("patient.vetoed", VETO)
        other.execute("ROLLBACK")
    assert record.append("patient.vetoed", VETO).seq == 1


def test_a_record_that_may_not_be_written_is_said_and_can_be_read(day: Record) -> None:
    day.read("PRAGMA query_only = ON")
    with pytest.raises(Refused, match="may not be written"):
        day.append("patient.vetoed", VETO)
    assert rows.patient(day, "A-01").patient_id == PATIENT


def test_threads_may_share_a_record(record: Record, path: Path) -> None:
    def press(n: int) -> None:
        for key in range(10):
            record.append("patient.vetoed", VETO, event_id=f"{n}-{key}")

    threads = [threading.Thread(target=press, args=(n,)) for n in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert record.head().events == 40
    assert verify(path).ok


def test_two_devices_keep_a_chain_each_and_one_order_of_cause(path: Path) -> None:
    with opened(path, device=DEVICE) as one, opened(path, device=OTHER_DEVICE) as other:
        first = one.append("patient.added", kinds.PatientAdded(PATIENT, "A-01"))
        second = other.append("patient.vetoed", VETO)
        third = one.append("patient.vetoed", VETO)
        assert (second.seq, second.prev_hash) == (1, GENESIS)
        assert (third.seq, third.prev_hash) == (2, first.hash)
        assert one.events() == other.events() == [first, second, third]
        assert one.head() == other.head()
        assert one.head().hash not in {first.hash, second.hash, third.hash}
        assert verify(path).head == one.head().hash


def test_opening_a_record_that_exists_does_not_pay_for_sqlite_utils(path: Path) -> None:
    opened(path).close()
    program = (
        "import sys; sys.path.insert(0, sys.argv[2]); from record_clinics import opened; from pathlib import Path\n"
        "opened(Path(sys.argv[1]), create=False).close(); print('sqlite_utils' in sys.modules)"
    )
    here = str(Path(__file__).parent)
    done = subprocess.run([sys.executable, "-c", program, str(path), here], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
