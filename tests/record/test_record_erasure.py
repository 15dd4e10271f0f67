"""An event's text can be erased, by one act that says why; the chain still verifies and no byte is left."""

import base64
import sqlite3
from pathlib import Path

import pytest
from record_clinics import (
    ACTOR,
    DEVICE,
    FORM,
    OTHER_DEVICE,
    PATIENT,
    PLANNED,
    SESSION,
    WHOLE_FORM,
    arrive,
    drafts,
    dump,
    following,
    opened,
    raw,
)

from setsetting.errors import Refused
from setsetting.record import connection, form_rows, kinds, live_rows, rows
from setsetting.record.log import Record
from setsetting.record.verify import Damage, ErasedEvent, FirstBad, verify

CANARY = "CANARY Müller-9f31"


def _spellings(text: str) -> list[bytes]:
    plain = text.encode()
    wide = [text.encode(code) for code in ("latin-1", "utf-16-le", "utf-16-be", "utf-32-le", "utf-32-be")]
    shifted = [base64.b64encode(b"x" * n + plain)[4:-4] for n in range(3)]
    escaped = text.encode("ascii", "backslashreplace")
    return [plain, *wide, *shifted, plain.hex().encode(), plain.hex().upper().encode(), escaped, plain[::-1], plain[:8]]


def _holding(folder: Path) -> set[str]:
    """Names of the files in which the canary stands, however it is written."""
    return {
        file.name
        for file in folder.rglob("*")
        if file.is_file() and any(spelled in file.read_bytes() for spelled in _spellings(CANARY))
    }


def _noted(record: Record, note: str, event_id: str) -> None:
    record.append("session.marked", kinds.SessionMarked(SESSION, "note", note=note), event_id=event_id)


def test_the_text_is_gone_the_chain_verifies_and_the_erasure_is_an_event(day: Record, path: Path) -> None:
    _noted(day, CANARY, "slip")
    before = day.events()
    day.erase("slip", "it named a person")
    slip, erasure = day.events()[-2:]
    assert (slip.payload, slip.salt) == (None, None)
    assert (slip.hash, slip.payload_digest) == (before[-1].hash, before[-1].payload_digest)
    assert (erasure.kind, erasure.corrects, erasure.subject, erasure.actor) == ("event.erased", "slip", PATIENT, ACTOR)
    assert erasure.payload == '{"reason":"it named a person"}'
    assert day.events()[:-2] == before[:-1]
    assert [mark.note for mark in live_rows.marks(day, SESSION)] == [None], "the mark that was noted is forgotten"
    found = verify(path)
    assert found.ok
    assert ErasedEvent(DEVICE, slip.seq, "session.marked") in found.erased
    assert f"Event {slip.seq} of device {DEVICE} (session.marked) was erased" in " ".join(found.sentences())


@pytest.mark.parametrize("wal", [False, True], ids=["rollback journal", "wal"])
def test_no_byte_of_it_is_left(path: Path, monkeypatch: pytest.MonkeyPatch, wal: bool) -> None:
    monkeypatch.setattr(connection, "wal_is_safe", lambda _engine: wal)
    with opened(path, device=OTHER_DEVICE) as other:
        other.read("PRAGMA secure_delete = OFF")  # as most engines are built; Debian's is not
        for n in range(20):
            _noted(other, f"{CANARY} {n}", f"theirs-{n}")
    with opened(path) as record, opened(path) as idle:
        record.read("PRAGMA secure_delete = OFF")
        record.append_all(drafts())
        for n in range(60):  # before the other device's events: pages split, and cells move with the text in them
            _noted(record, "y" * 300, f"before-{n}")
        _noted(record, f"{CANARY} {'z' * 9_000} {CANARY}", "long")
        record.append("form.corrected", kinds.FormCorrected(FORM, PATIENT, WHOLE_FORM, "week", 1, CANARY), corrects="form-event-1", event_id="form")  # fmt: skip
        record.append("patient.vetoed", kinds.TrackVetoed(PATIENT, "artist", CANARY), event_id="veto")
        record.append("patient.veto_withdrawn", kinds.VetoWithdrawn(PATIENT, "a slip"), corrects="veto")
        record.append("session.setting_logged", kinds.SettingLogged(SESSION, {CANARY: "x"}, {}, CANARY), event_id="set")
        for n in range(60):
            _noted(record, "y" * 300, f"after-{n}")
        record.rebuild()
        assert len(live_rows.marks(idle, SESSION)) == 142
        assert _holding(path.parent)
        for event_id in ("long", "form", "veto", "set", *(f"theirs-{n}" for n in range(20))):
            record.erase(event_id, "asked for")
        assert _holding(path.parent) == set()
        assert record.read("PRAGMA journal_mode")[0][0] == ("wal" if wal else "delete")
        assert len(live_rows.marks(idle, SESSION)) == 121
    assert _holding(path.parent) == set()
    assert verify(path).ok


def test_a_window_that_reads_meanwhile_is_said_and_the_same_again_cleans(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connection, "wal_is_safe", lambda _engine: True)
    with opened(path) as record:
        record.append_all(drafts())
        _noted(record, CANARY, "slip")
        with raw(path) as reader:
            reader.execute("BEGIN")
            reader.execute("SELECT count(*) FROM event").fetchone()
            record.read("PRAGMA busy_timeout = 50")
            with pytest.raises(Refused, match=r"erased, but old bytes of it may be left.*Erase it again"):
                record.erase("slip", "a name")
            reader.execute("ROLLBACK")
        assert _holding(path.parent)
        events = record.head().events
        record.erase("slip", "a name")
        assert record.head().events == events, "an event is erased once"
        assert _holding(path.parent) == set()


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE event SET payload = NULL, salt = NULL WHERE event_id = 'act-1'",
        "UPDATE event SET payload = NULL WHERE event_id = 'act-1'",
        "UPDATE event SET payload = '{}' WHERE event_id = 'slip'",
        "UPDATE event SET payload = '{}', salt = hex(zeroblob(16)) WHERE event_id = 'slip'",
        "UPDATE event SET actor = 'eve' WHERE event_id = 'slip'",
        "UPDATE event SET subject = NULL WHERE event_id = 'slip'",
        "UPDATE event SET seal = 'x' WHERE event_id = 'slip'",
        "UPDATE event SET event_id = 'act-1' WHERE event_id = 'slip'",
        "UPDATE event SET payload = NULL, salt = NULL, hash = prev_hash WHERE event_id = 'slip'",
        "DELETE FROM event WHERE event_id = 'slip'",
    ],
)
def test_the_guards_allow_this_one_change_and_no_other(day: Record, path: Path, statement: str) -> None:
    _noted(day, CANARY, "slip")
    day.erase("slip", "a name")
    before = day.events()
    with raw(path) as eve, pytest.raises(sqlite3.IntegrityError, match=r"event_no_update|event_no_delete"):
        eve.execute(statement)
    assert day.events() == before


def test_a_text_taken_out_behind_the_guards_is_found(day: Record, path: Path) -> None:
    seq = day.told("act-1")[0].seq
    with raw(path) as eve:
        guard = eve.execute("SELECT sql FROM sqlite_master WHERE name = 'event_no_update'").fetchone()[0]
        eve.execute("DROP TRIGGER event_no_update")
        eve.execute("UPDATE event SET payload = NULL, salt = NULL WHERE event_id = 'act-1'")
        eve.execute(guard)
    assert verify(path).first_bad == FirstBad(DEVICE, seq, Damage.REMOVED)


def test_an_erasure_reaches_every_device_that_told_it_whichever_comes_first(record: Record, path: Path) -> None:
    record.append_all(drafts())
    theirs = following(None, device=OTHER_DEVICE, event_id="slip", kind="session.marked",
                       payload=f'{{"session_id":"{SESSION}","mark":"note","note":"{CANARY}"}}')  # fmt: skip
    _noted(record, CANARY, "slip")
    record.erase("slip", "a name")
    arrive(record, theirs)
    assert [event.payload for event in record.told("slip")] == [None, None]
    assert "slip" not in [mark.event_id for mark in live_rows.marks(record, SESSION)]
    derived = dump(record)
    record.rebuild()
    assert dump(record) == derived
    assert verify(path).ok
    assert len(verify(path).erased) == 3


def test_what_cannot_be_erased_is_said(day: Record) -> None:
    before = day.events()
    person = before[0].event_id
    with pytest.raises(Refused, match="nothing to erase"):
        day.erase(person, "asked for")
    with pytest.raises(Refused, match="not in this record"):
        day.erase("no-such-event", "asked for")
    with pytest.raises(Refused, match="needs a reason"):
        day.erase("act-1", "  ")
    assert day.events() == before


def test_a_veto_that_stands_is_withdrawn_before_it_is_erased(day: Record, path: Path) -> None:
    """Erasing takes text away; a patient's refusal ends by being withdrawn, and never by the way."""
    before = day.events()
    with pytest.raises(Refused, match=r"This veto stands.*`setsetting patient unveto`"):
        day.erase("veto-2", "the artist's name is a person's")
    assert day.events() == before
    assert [veto.value for veto in rows.vetoes(day, PATIENT)] == ["choir"]
    day.append("patient.veto_withdrawn", kinds.VetoWithdrawn(PATIENT, "entered anew"), corrects="veto-2")
    day.erase("veto-2", "the artist's name is a person's")
    day.erase("veto-2", "cleaned again")
    assert day.told("veto-2")[0].payload is None
    assert rows.vetoes(day, PATIENT) == []
    assert verify(path).ok


def test_an_erasures_own_reason_can_be_erased(day: Record, path: Path) -> None:
    _noted(day, "x", "slip")
    day.erase("slip", CANARY)
    day.erase(day.events()[-1].event_id, "the reason told it again")
    assert _holding(path.parent) == set()
    assert verify(path).ok
    assert len(verify(path).erased) == 3


def _erase(record: Record, kind: str) -> None:
    record.erase(record.events(kind=kind)[-1].event_id, "asked for")


def test_an_erased_form_is_no_form(record: Record) -> None:
    record.append("form.entered", kinds.FormEntered(FORM, PATIENT, WHOLE_FORM, "week", 1), event_id="entered")
    record.append("form.entered", kinds.FormEntered("other", PATIENT, WHOLE_FORM, "week", 2))
    _erase(record, "form.entered")
    assert [form.form_id for form in form_rows.forms(record, PATIENT)] == [FORM]


def test_an_erased_correction_does_not_bring_back_what_it_corrected(day: Record) -> None:
    """The score from before was known to be wrong; a form entered anew is another form."""
    _erase(day, "form.corrected")
    assert form_rows.forms(day, PATIENT) == []
    day.append("form.entered", kinds.FormEntered("anew", PATIENT, WHOLE_FORM, "week", 5_000))
    assert [form.form_id for form in form_rows.forms(day, PATIENT)] == ["anew"]


def test_a_correction_stands_without_the_entry_it_corrected(day: Record) -> None:
    _erase(day, "form.entered")
    (form,) = form_rows.forms(day, PATIENT)
    assert form.corrections == 0


def test_an_erased_withdrawal_still_withdraws(day: Record) -> None:
    """That it was withdrawn, by whom and when, stands in the envelope; only its reason is gone."""
    _erase(day, "patient.veto_withdrawn")
    assert [veto.event_id for veto in rows.vetoes(day, PATIENT)] == ["veto-2"]


def test_an_erased_patient_veto_session_or_setting_is_in_no_list(day: Record) -> None:
    _erase(day, "session.setting_logged")
    assert rows.session(day, SESSION).setting is None
    _erase(day, "session.ended")
    session = rows.session(day, SESSION)
    assert (session.actual, session.ended_utc_ms, session.closed) == (None, None, True)
    day.append("patient.veto_withdrawn", kinds.VetoWithdrawn(PATIENT, "a slip"), corrects="veto-2")
    _erase(day, "patient.vetoed")
    assert rows.vetoes(day, PATIENT) == []
    _erase(day, "session.played")
    assert live_rows.heard(day, PATIENT).track_ids == frozenset()
    _erase(day, "soundscape.used")
    assert rows.soundscape(day, "5" * 64) is None
    _erase(day, "session.started")
    assert (rows.sessions(day), rows.unclosed(day)) == ([], [])
    _erase(day, "patient.added")
    assert rows.patients(day) == []


def test_a_session_from_paper_without_its_end_is_not_asked_about_again(record: Record) -> None:
    record.append("session.started", kinds.SessionStarted("p", PATIENT, 1, 1, PLANNED, "one", entered_afterwards=True))
    record.append("session.ended", kinds.SessionEnded("p", 2, PLANNED))
    _erase(record, "session.ended")
    assert rows.unclosed(record) == []


def test_an_act_told_again_after_its_erasure_stays_erased(day: Record) -> None:
    """A controller that still has it in its ledger asks again; the record has it, without its text."""
    day.erase("act-1", "asked for")
    events = day.head().events
    again = day.append("session.acted", kinds.SessionActed(SESSION, "duck", clock_ms=60_000), event_id="act-1")
    assert (again.payload, day.head().events) == (None, events)
    assert "act-1" not in [act.event_id for act in live_rows.acts(day, SESSION)]
