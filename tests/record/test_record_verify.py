"""Tampering and damage are found, placed at the first bad event, and named for what they are."""

import contextlib
import random
import shutil
import sqlite3
from pathlib import Path

import pytest
from record_clinics import DEVICE, OTHER_DEVICE, PATIENT, drafts, opened, raw, without_guards

from setsetting.errors import NotFound, Refused, SetSettingError
from setsetting.record import kinds, schema
from setsetting.record.event import chained_hash
from setsetting.record.log import Record
from setsetting.record.verify import Damage, ErasedEvent, FirstBad, Verification, verify


@pytest.fixture
def closed(path: Path) -> Path:
    """A record with a day in it, closed."""
    with opened(path) as record:
        record.append_all(drafts())
    return path


def test_an_untouched_record_is_whole(closed: Path) -> None:
    with opened(closed) as record:
        head = record.head()
    found = verify(closed)
    erased = (ErasedEvent(DEVICE, len(drafts()) - 1, "report.made"),)
    assert found == Verification(True, head.events, head.hash, None, (), (), (), erased)
    assert head.hash in found.sentences()[0]


def test_verifying_changes_nothing(closed: Path) -> None:
    before = closed.read_bytes()
    verify(closed)
    assert closed.read_bytes() == before
    left = {entry.name for entry in closed.parent.iterdir()}
    assert left <= {closed.name, f"{closed.name}-wal", f"{closed.name}-shm"}, "a reader leaves WAL's side files"


def test_a_record_can_be_verified_while_it_is_open(day: Record, path: Path) -> None:
    assert verify(path).ok
    with day.whole():
        day.append("patient.vetoed", kinds.TrackVetoed(PATIENT, "tag", "bells"))
        assert verify(path).events == len(drafts()), "what is not committed is not there yet"
    assert verify(path).events == len(drafts()) + 1


@pytest.mark.parametrize(
    "change",
    [
        "payload = replace(payload, 'A-01', 'A-02')",
        "actor = 'eve'",
        "at_utc_ms = at_utc_ms - 1",
        "mono_ms = 0",
        "subject = NULL",
        "kind = 'patient.removed'",
        "hash = substr(hash, 2) || 'g'",
        "event_id = 'another'",
        "lamport = 99",
        "version = 2",
        "seal = 'x'",
    ],
)
def test_an_edited_event_is_found_and_named(closed: Path, change: str) -> None:
    without_guards(closed, f"UPDATE event SET {change} WHERE kind = 'patient.added'")
    found = verify(closed)
    assert not found.ok
    assert found.first_bad == FirstBad(DEVICE, 2, Damage.ALTERED)
    assert f"event is 2 of device {DEVICE}" in found.sentences()[0]
    assert "A-0" not in " ".join(found.sentences())


def test_an_edited_event_with_its_hash_made_to_fit_breaks_the_next_link(closed: Path) -> None:
    with raw(closed) as connection:
        connection.row_factory = sqlite3.Row
        columns = dict(connection.execute("SELECT * FROM event WHERE seq = 5").fetchone())
    for name in ("hash", "payload", "salt"):
        del columns[name]
    columns["actor"] = "because I say so"
    without_guards(
        closed, f"UPDATE event SET actor = 'because I say so', hash = '{chained_hash(**columns)}' WHERE seq = 5"
    )
    assert verify(closed).first_bad == FirstBad(DEVICE, 6, Damage.BROKEN_LINK)


def test_events_taken_out_of_the_middle_are_a_gap(closed: Path) -> None:
    without_guards(closed, "DELETE FROM event WHERE seq BETWEEN 4 AND 6")
    found = verify(closed)
    assert found.first_bad == FirstBad(DEVICE, 4, Damage.GAP)
    assert found.events == len(drafts()) - 3


def test_a_chain_without_its_beginning_is_a_gap(closed: Path) -> None:
    without_guards(closed, "DELETE FROM event WHERE seq = 1")
    assert verify(closed).first_bad == FirstBad(DEVICE, 1, Damage.GAP)


def test_two_events_exchanged_are_found(closed: Path) -> None:
    without_guards(
        closed,
        "UPDATE event SET seq = 1000 WHERE seq = 3",
        "UPDATE event SET seq = 3 WHERE seq = 4",
        "UPDATE event SET seq = 4 WHERE seq = 1000",
    )
    assert verify(closed).first_bad == FirstBad(DEVICE, 3, Damage.ALTERED)


def test_events_cut_off_the_end_show_in_the_head(closed: Path) -> None:
    whole = verify(closed)
    kept = [draft.kind for draft in drafts()].index("session.closed")
    without_guards(closed, f"DELETE FROM event WHERE seq > {kept}")
    cut = verify(closed)
    assert cut.first_bad is None
    assert cut.head != whole.head
    assert "correction_undone" in cut.projections


def test_the_bad_event_is_placed_in_its_own_chain(closed: Path) -> None:
    with opened(closed, device=OTHER_DEVICE) as record:
        for tag in ("a", "b", "c"):
            record.append("patient.vetoed", kinds.TrackVetoed(PATIENT, "tag", tag))
    without_guards(closed, f"UPDATE event SET actor = 'eve' WHERE device = '{OTHER_DEVICE}' AND seq = 2")
    assert verify(closed).first_bad == FirstBad(OTHER_DEVICE, 2, Damage.ALTERED)


@pytest.mark.parametrize("name", schema.TRIGGERS)
def test_a_missing_guard_is_named(closed: Path, name: str) -> None:
    with raw(closed) as connection:
        connection.execute(f"DROP TRIGGER {name}")
    found = verify(closed)
    assert not found.ok
    assert found.missing_triggers == (name,)
    assert found.first_bad is None


def test_a_guard_that_guards_nothing_counts_as_missing(closed: Path) -> None:
    with raw(closed) as connection:
        connection.execute("DROP TRIGGER event_no_delete")
        connection.execute("CREATE TRIGGER event_no_delete BEFORE DELETE ON event WHEN 0 BEGIN SELECT 1; END")
    assert verify(closed).missing_triggers == ("event_no_delete",)


def test_a_foreign_trigger_on_the_log_is_named(closed: Path) -> None:
    with raw(closed) as connection:
        connection.execute("CREATE TRIGGER helpful AFTER INSERT ON event BEGIN DELETE FROM patient_added; END")
    found = verify(closed)
    assert not found.ok
    assert any("helpful" in line for line in found.integrity)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE patient_added SET code = 'B-01'",
        "DELETE FROM patient_added",
        "DROP TABLE patient_added",
        f"INSERT INTO patient_added VALUES ('{DEVICE}', 77, 1, 'e', 'p', 'Z', 0, NULL)",
    ],
)
def test_a_changed_projection_is_told_apart_from_a_changed_log(closed: Path, statement: str) -> None:
    with raw(closed) as connection:
        connection.execute(statement)
    found = verify(closed)
    assert not found.ok
    assert (found.first_bad, found.missing_triggers, found.integrity) == (None, (), ())
    assert found.projections == ("patient_added",)
    with opened(closed) as record:
        record.rebuild()
    assert verify(closed).ok


def test_it_opens_a_newer_programs_record(closed: Path) -> None:
    with raw(closed) as connection:
        connection.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('record', 'from_2031', '')"
        )
    with pytest.raises(Refused):
        opened(closed)
    assert verify(closed).ok


def test_a_missing_file_and_a_file_that_is_no_database_are_said(tmp_path: Path) -> None:
    with pytest.raises(NotFound):
        verify(tmp_path / "record.db")
    picture = tmp_path / "picture.db"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" * 300)
    found = verify(picture)
    assert (found.ok, found.events, found.head) == (False, 0, None)
    assert "no database" in " ".join(found.sentences())


def test_an_empty_database_and_another_programs_are_not_ok(tmp_path: Path) -> None:
    path = tmp_path / "record.db"
    path.touch()
    assert not verify(path).ok
    with raw(path) as connection:
        connection.execute("CREATE TABLE event (id INTEGER PRIMARY KEY, note TEXT)")
    assert not verify(path).ok


def test_flipped_bits_are_found_and_every_one_ends_in_an_answer(closed: Path, tmp_path: Path) -> None:
    """Those not found stood where nothing is, or where nothing hangs on it (a date, a counter)."""
    bits = random.Random(12)
    whole = verify(closed)
    content = closed.read_bytes()
    written = [place for place, byte in enumerate(content) if byte]
    damaged = tmp_path / "damaged.db"
    found_bad = 0
    for _round in range(150):
        flipped = bytearray(content)
        flipped[bits.choice(written)] ^= 1 << bits.randrange(8)
        damaged.write_bytes(flipped)
        found = verify(damaged)
        if found.ok:
            assert (found.events, found.head) == (whole.events, whole.head)
        else:
            found_bad += 1
            assert found.sentences()
        with contextlib.suppress(SetSettingError), opened(damaged, create=False) as record:
            record.events()
    assert found_bad >= 120


def test_a_page_that_is_gone_is_placed_where_reading_ends(path: Path) -> None:
    with opened(path) as record:
        record.append_all(drafts())
        for _n in range(300):
            record.append("patient.vetoed", kinds.TrackVetoed(PATIENT, "tag", "x" * 300))
        page_size = record.read("PRAGMA page_size")[0][0]
    with raw(path) as connection:
        (root,) = connection.execute("SELECT rootpage FROM sqlite_master WHERE name = 'event'").fetchone()
    content = bytearray(path.read_bytes())
    leaf = int.from_bytes(content[(root - 1) * page_size + 12 :][:2], "big")
    child = int.from_bytes(content[(root - 1) * page_size + leaf :][:4], "big")
    content[(child - 1) * page_size : child * page_size] = bytes(page_size)
    path.write_bytes(content)
    found = verify(path)
    assert not found.ok
    assert found.first_bad is not None
    assert found.first_bad.damage in {Damage.PAGES, Damage.GAP}
    assert found.integrity


def test_a_copy_cut_short_is_refused_or_found(closed: Path, tmp_path: Path) -> None:
    content = closed.read_bytes()
    cut = tmp_path / "cut.db"
    for share in (1, 3, 6, 9):
        cut.write_bytes(content[: len(content) * share // 10])
        assert not verify(cut).ok
    shutil.copy(closed, cut)
    assert verify(cut).ok
