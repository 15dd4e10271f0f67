"""A patient's own part of the record: whole as it was told, whatever was corrected; refused once a hand was in it."""

from pathlib import Path

import pytest
from record_clinics import (
    DEVICE,
    FORM,
    OTHER_DEVICE,
    PATIENT,
    PLANNED,
    SESSION,
    WHOLE_FORM,
    drafts,
    opened,
    raw,
    without_guards,
)

from setsetting.errors import Refused
from setsetting.record import corrections, draft_rows, form_rows, kinds, projections, rows
from setsetting.record.log import Record
from setsetting.record.sound import (
    HEARD,
    LISTED,
    LISTED_ALTERNATIONS,
    LISTED_CHANGES,
    LISTED_FACTORS,
    LISTED_IMPORTS,
    LISTED_SESSIONS,
    LISTED_VISITS,
    refuse_edited,
    refuse_edited_list,
)

_EVERY_LIST = (
    *LISTED_IMPORTS,
    *LISTED,
    *LISTED_VISITS,
    *LISTED_SESSIONS,
    *LISTED_CHANGES,
    *LISTED_FACTORS,
    *LISTED_ALTERNATIONS,
    HEARD,
)


def _hold(record: Record) -> None:
    for row in rows.everyone(record):
        refuse_edited(record, row.patient_id)
    refuse_edited_list(record, _EVERY_LIST)


def test_a_day_with_every_kind_of_event_is_sound(day: Record) -> None:
    _hold(day)


def test_what_was_moved_merged_corrected_taken_back_and_erased_is_sound(path: Path) -> None:
    with opened(path) as record:
        for patient_id in ("p", "q", "r"):
            record.append("patient.added", kinds.PatientAdded(patient_id, patient_id.upper()), event_id=patient_id)
        session = kinds.SessionStarted(SESSION, "p", 1, 0, PLANNED, "one", zero_utc_ms=0)
        record.append("session.started", session, event_id="began")
        record.append("session.marked", kinds.SessionMarked(SESSION, "note", 0, 0, "words"), event_id="note")
        moved = record.append("session.moved", kinds.SessionMoved(SESSION, "q", "wrong"), corrects="began")
        record.append("session.ended", kinds.SessionEnded(SESSION, 5, PLANNED), event_id="ended")
        _hold(record)
        record.append("correction.undone", kinds.CorrectionUndone("right"), corrects=moved.event_id)
        record.append("form.entered", kinds.FormEntered(FORM, "q", WHOLE_FORM, "week", 5), event_id="form")
        record.append("form.corrected", kinds.FormCorrected(FORM, "r", WHOLE_FORM, "week", 5, "his"), corrects="form")
        record.append("patient.merged", kinds.PatientMerged("r", "p", "one"), corrects="r")
        _hold(record)
        record.erase("note", "a name")
        _hold(record)


def test_what_two_devices_told_is_sound(path: Path) -> None:
    for device in (DEVICE, OTHER_DEVICE):
        with opened(path, device=device) as record:
            record.append("patient.added", kinds.PatientAdded(PATIENT, "A-01"), event_id="added")
            session = kinds.SessionStarted(SESSION, PATIENT, 1, 0, PLANNED, "one")
            record.append("session.started", session, event_id="started")
            _hold(record)


@pytest.mark.parametrize(
    ("sql", "names"),
    [
        ("UPDATE form_corrected SET items = replace(items, '3', '0')", "form_corrected"),
        ("DELETE FROM form_entered", "form_entered"),
        ("DELETE FROM patient_vetoed", "patient_vetoed"),
        ("UPDATE form_corrected SET patient_id = 'another'", "form_corrected"),
        ("UPDATE session_started SET patient_id = 'another'", "session_started"),
        (
            "INSERT INTO patient_veto_withdrawn SELECT device, seq + 1000, lamport, 'forged', patient_id, reason"
            " FROM patient_veto_withdrawn",
            "patient_veto_withdrawn",
        ),
    ],
)
def test_a_row_that_was_edited_by_hand_is_refused_until_it_is_derived_anew(path: Path, sql: str, names: str) -> None:
    with opened(path) as record:
        record.append_all(drafts())
        with raw(path) as eve:
            eve.execute(sql)
        with pytest.raises(Refused, match=f"kept in {names} is not what was recorded"):
            refuse_edited(record, PATIENT)
        record.rebuild()
        _hold(record)


def test_an_edited_event_is_refused_with_its_row(path: Path) -> None:
    with opened(path) as record:
        record.append("patient.added", kinds.PatientAdded(PATIENT, "A-01"))
        record.append("form.entered", kinds.FormEntered(FORM, PATIENT, (3,) * 20, "week", 5))
        record.append("session.started", kinds.SessionStarted(SESSION, PATIENT, 1, 0, PLANNED, "one"))
    without_guards(
        path,
        "UPDATE event SET payload = replace(payload, '3,3', '0,0') WHERE kind = 'form.entered'",
        "UPDATE form_entered SET items = replace(items, '3,3', '0,0')",
        "UPDATE session_started SET started_utc_ms = 5",
    )
    with opened(path) as record:
        with pytest.raises(Refused, match="form_entered"):
            refuse_edited(record, PATIENT)
        with pytest.raises(Refused, match="session_started"):
            refuse_edited_list(record, LISTED_SESSIONS)
        assert corrections.standing(record) == []


_OF_THE_CLINIC = {
    "clinic.changed",
    "clinic.change_withdrawn",
    "chart.looked",
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
_UNSEEN = {"person.added", "soundscape.used", "output.tried"} | _OF_THE_CLINIC
"""What is told of no patient."""


def _edits(record: Record) -> list[tuple[str, str, str]]:
    """By kind, SQL that takes its first row away or edits a column of it, each once, and SQL that mends it."""
    found = []
    for kind, table in projections.TABLES.items():
        for row in record.read(f"SELECT * FROM {table.name} LIMIT 1"):
            told = ", ".join("NULL" if cell is None else repr(cell) for cell in row)
            mend = f"INSERT OR REPLACE INTO {table.name} VALUES ({told})"
            found.append((kind, f"DELETE FROM {table.name} WHERE seq = {row['seq']}", mend))
            for column in (*projections.KEY[2:], *table.columns):
                other = "'other'" if isinstance(row[column], str) else (row[column] or 0) + 1
                found.append((kind, f"UPDATE {table.name} SET {column} = {other} WHERE seq = {row['seq']}", mend))
    return found


def test_no_edited_column_of_any_row_is_shown(path: Path) -> None:
    with opened(path) as record, raw(path) as eve:
        eve.execute("PRAGMA synchronous = OFF")
        record.append_all(drafts())
        edits = _edits(record)
        assert {kind for kind, *_sql in edits} >= {*_EVERY_LIST}
        for kind, edit, mend in edits:
            eve.execute(edit)
            if kind not in _UNSEEN:
                with pytest.raises(Refused, match=f"kept in .*{projections.TABLES[kind].name}"):
                    refuse_edited(record, PATIENT)
            if kind in _EVERY_LIST:
                with pytest.raises(Refused, match=f"kept in {projections.TABLES[kind].name} is"):
                    refuse_edited_list(record, _EVERY_LIST)
            eve.execute(mend)
        _hold(record)


def test_a_form_is_sound_only_with_what_was_told_of_it_while_it_was_anothers(path: Path) -> None:
    with opened(path) as record:
        for patient_id in ("p", "q"):
            record.append("patient.added", kinds.PatientAdded(patient_id, patient_id.upper()), event_id=patient_id)
        record.append("form.entered", kinds.FormEntered(FORM, "p", WHOLE_FORM, "week", 5), event_id="form")
        record.append("form.corrected", kinds.FormCorrected(FORM, "q", WHOLE_FORM, "week", 5, "hers"), corrects="form")
        _hold(record)
        assert {event.event_id for event in corrections.told_of(record, "q")} >= {"q", "form"}
        forged = "INSERT INTO form_corrected SELECT device, 900, 900, 'forged', form_id, 'p', items, recall, 5, 'back', 0, 0 FROM form_corrected"
        for sql in (
            "UPDATE form_entered SET items = '[]'",
            "UPDATE form_entered SET lamport = 99",
            "DELETE FROM form_entered",
            forged,
        ):
            with raw(path) as eve:
                eve.execute(sql)
            for patient_id in ("p", "q"):
                with pytest.raises(Refused, match="form_"):
                    refuse_edited(record, patient_id)
            record.rebuild()


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE form_entered SET items = '[\"x\"]'",
        "UPDATE form_entered SET items = '{'",
        "UPDATE form_entered SET recall = 'year'",
        "UPDATE session_started SET planned = '[3]'",
        "UPDATE session_setting_logged SET taps = 'x'",
        "UPDATE form_drafted SET recall = 'year'",
    ],
)
def test_a_row_that_cannot_be_read_is_said_to_be_no_record(path: Path, sql: str) -> None:
    with opened(path) as record:
        record.append_all([draft for draft in drafts() if draft.kind != "form.corrected"])
        with raw(path) as eve:
            eve.execute(sql)
        with pytest.raises(Refused, match="holds what nobody recorded"):
            form_rows.every(record), rows.sessions(record), draft_rows.drafts(record)
        record.rebuild()
        assert form_rows.every(record) and rows.sessions(record) and draft_rows.drafts(record)
