"""What is handed on: nothing of forms and sessions is lost on the way there and back, no cell is a formula, and it is logged."""

import csv
import io
import json
import sys
from datetime import UTC, datetime
from pathlib import Path

import case_clinic
import pytest
from pyarrow import parquet

from setsetting.clinical.form import Item, NoAnswer, Recall
from setsetting.clinical.setting import Setting
from setsetting.clinical.setting_file import SettingLog
from setsetting.desk import closing, exports, forms, imports, patients, queries, scales, second_keying, undoing
from setsetting.desk.clinic import Clinic, init
from setsetting.desk.clinic import open_clinic as opened
from setsetting.desk.exports import Target
from setsetting.desk.imports import Unknown, WantedImport
from setsetting.errors import AlreadyExists, NotFound, Refused
from setsetting.exchange.formulas import as_told, neutral
from setsetting.record import form_rows, rows, scale_rows
from setsetting.units import Minutes

ANSWERS: tuple[Item, ...] = (2, 3, NoAnswer.MISSING, 2, NoAnswer.DECLINED, 2, 2, 1, 3, 2, 1, 2, 3, 1, 0, 2, 3, 2, 3, 3)
FORMULA = '=HYPERLINK("http://example.org","a garden")\nand a second line; with, signs "of" its own'


def made(folder: Path) -> Clinic:
    """An empty clinic that notes two scales."""
    init(folder)
    toml = folder / "clinic.toml"
    toml.write_text(
        toml.read_text(encoding="utf-8") + '\n[scales]\nMEQ30 = ""\n"My scale" = "5:20"\n', encoding="utf-8"
    )
    return opened(folder)


@pytest.fixture
def told(tmp_path: Path) -> Clinic:
    clinic = made(tmp_path / "clinic")
    for code in ("A-1", "A-2"):
        patients.add(clinic, code)
    forms.add(clinic, "A-1", ANSWERS, Recall.MONTH, "2025-05-01")
    week = forms.add(clinic, "A-1", (0,) * 20, Recall.WEEK, "2025-05-06T08:00:01.250Z", by_patient=True)
    blank = forms.add(clinic, "A-2", (NoAnswer.MISSING,) * 20, Recall.WEEK, "2025-05-07")
    queries.ask(clinic, week.form_id, '=1+1, "nine", or 3?')
    queries.answer(clinic, week.form_id, "it is\n3")
    queries.ask(clinic, week.form_id, "whose hand?")
    second_keying.key(clinic, week.form_id, (0,) * 20)
    second_keying.key(clinic, blank.form_id, ANSWERS)
    second_keying.uphold(clinic, blank.form_id, "-the sheet is empty")
    for scale, total, taken in (("MEQ30", "96", "2025-05-06T15:00:00.500Z"), ("My scale", "5", "2025-05-07")):
        scales.add(clinic, "A-1", scale, total, taken)
    setting = SettingLog(Setting({"lighting": "dark", "people_present": "facilitator, nurse"}), {"liking": 0}, FORMULA)
    closing.add(clinic, "A-1", "2025-05-06T10:00:00.125Z", Minutes(40.55), setting)
    closing.add(clinic, "A-1", "2025-05-13T10:00", Minutes(40.0), None)
    closing.add(clinic, "A-2", "2025-05-06T10:00", Minutes(40.0), SettingLog(Setting(), {}, "'=1+1"))
    return clinic


def stands(clinic: Clinic) -> tuple[object, ...]:
    """Forms and sessions as they stand, without the ids that are drawn."""
    with clinic.record() as record:
        codes = rows.codes(record)
        filled = [
            (codes[row.patient_id], row.form, row.dated_only, row.simulated, row.by_patient, row.keyed and row.keyed.items,
             row.keyed and row.keyed.upheld and (row.keyed.upheld[0].reason, row.keyed.upheld[1]),
             [(each.question, each.answer and each.answer.reason) for each in row.queries])
            for row in form_rows.forms(record)
        ]  # fmt: skip
        noted = [
            (codes[row.patient_id], row.scale, row.total, row.lowest, row.highest, row.taken_ms, row.dated_only)
            for row in scale_rows.totals(record)
        ]
        held = [
            (codes[row.patient_id], row.started_utc_ms, row.zero_utc_ms, row.over_ms, row.planned, row.actual, row.visit_no,
             row.room, row.simulated, row.closed, row.setting and (row.setting.fields, row.setting.taps, row.setting.note))
            for row in rows.sessions(record)
            if not row.void
        ]  # fmt: skip
    return sorted(filled, key=repr), sorted(held, key=repr), noted


def taken_back(clinic: Clinic, files: dict[str, Target]) -> None:
    for name, target in files.items():
        wanted = WantedImport(clinic.folder.parent / "out" / name, unknown=Unknown.ADD)
        told = (imports.redcap if target is Target.REDCAP else imports.csv)(clinic, wanted)
        assert (told.refused, told.findings.kept if told.refused else []) == (False, [])


@pytest.mark.parametrize(
    "files",
    [dict.fromkeys(("forms.csv", "scales.csv", "sessions.csv"), Target.CSV), {"data.csv": Target.REDCAP}],
    ids=["CSV", "REDCap"],
)
def test_nothing_is_lost_on_the_way_into_an_empty_clinic_and_nothing_is_doubled_here(
    told: Clinic, files: dict[str, Target]
) -> None:
    target = next(iter(files.values()))
    exports.write(told, target, told.folder.parent / "out", replace=False)
    other = made(told.folder.parent / "other")
    taken_back(other, files)
    assert stands(other) == stands(told)
    before = stands(told)
    taken_back(told, files)
    assert stands(told) == before


def test_forms_come_back_from_a_bundle_and_nothing_is_doubled_here(told: Clinic) -> None:
    written = exports.write(told, Target.FHIR, told.folder.parent / "out", replace=False)
    assert (written.forms, written.sessions, written.totals) == (3, 0, 2)
    other = made(told.folder.parent / "other")
    wanted = WantedImport(written.paths[0], unknown=Unknown.ADD)
    assert imports.fhir(other, wanted, {}).forms == 3
    assert stands(other)[0] == stands(told)[0]
    assert stands(other)[2] == stands(told)[2]
    assert imports.fhir(told, wanted, {}).stood == 5


def test_an_import_goes_with_its_questions_and_totals_and_comes_back_with_them(told: Clinic) -> None:
    exports.write(told, Target.REDCAP, told.folder.parent / "out", replace=False)
    other = made(told.folder.parent / "other")
    taken_back(other, {"data.csv": Target.REDCAP})
    (row,) = imports.listing(other)
    assert (row.patients, row.forms, row.sessions, row.totals) == (2, 3, 3, 2)
    withdrawn = imports.withdraw(other, row.import_id, "the wrong clinic's")
    assert stands(other) == ([], [], [])
    assert not patients.listing(other)
    assert withdrawn.withdrawn is not None
    undoing.undo(other, withdrawn.withdrawn.event_id, "it was the right one")
    assert stands(other) == stands(told)


def test_a_total_of_a_scale_that_is_not_noted_here_or_is_another_by_now_says_row_and_field(told: Clinic) -> None:
    exports.write(told, Target.CSV, told.folder.parent / "out", replace=False)
    (path,) = (told.folder.parent / "out").glob("scales.csv")
    bare = init(told.folder.parent / "bare")
    asked = imports.csv(bare, WantedImport(path, unknown=Unknown.ADD))
    assert [(each.level, each.row, each.field) for each in asked.findings.kept] == [
        ("refused", 2, "scale"),
        ("refused", 3, "scale"),
    ]
    (first, second) = scales.listing(told, "A-1")
    scales.withdraw(told, second.event_id, "misread")
    path.write_text(path.read_text(encoding="utf-8").replace(",96,", ",97,"), encoding="utf-8")
    again = imports.csv(told, WantedImport(path))
    assert [(each.level, each.row, each.field) for each in again.findings.kept] == [
        ("refused", 2, "total"),
        ("said", 3, "total"),
    ]
    path.write_text(path.read_text(encoding="utf-8").replace(",97,", ",151,"), encoding="utf-8")
    assert imports.csv(told, WantedImport(path)).findings.kept[0].words == "a total from 0 to 150 expected."
    assert [row.event_id for row in scales.listing(told, "A-1")] == [first.event_id]


def test_a_simulated_clinic_comes_back_simulated_with_all_its_sessions(tmp_path: Path) -> None:
    clinic = case_clinic.made(tmp_path / "clinic", 6, simulated=True)
    exports.write(clinic, Target.CSV, tmp_path / "out", replace=False)
    other = init(tmp_path / "other")
    taken_back(other, {"sessions.csv": Target.CSV, "forms.csv": Target.CSV})
    with clinic.record() as one, other.record() as two:
        assert [row.visit_no for row in rows.sessions(one)] == [row.visit_no for row in rows.sessions(two)]
        assert {row.simulated for row in rows.patients(two)} == {True}
        assert len(form_rows.forms(one)) == len(form_rows.forms(two))


def test_every_column_stands_in_the_dictionary_and_no_cell_is_a_formula(told: Clinic) -> None:
    folder = told.folder.parent / "out"
    written = exports.write(told, Target.CSV, folder, replace=False)
    assert (written.patients, written.forms, written.sessions) == (2, 3, 3)
    listed = list(csv.DictReader(io.StringIO((folder / "dictionary.csv").read_text(encoding="utf-8"))))
    for name in ("forms.csv", "sessions.csv", "scales.csv"):
        found = list(csv.reader(io.StringIO((folder / name).read_text(encoding="utf-8"), newline="")))
        assert found[0] == [row["column"] for row in listed if row["file"] == name]
        assert all(cell in {"", "-"} or cell[0] not in "=+-@\t\r" for row in found for cell in row)
    assert all(path.stat().st_mode & 0o077 == 0 for path in written.paths)
    form = next(csv.DictReader(io.StringIO((folder / "forms.csv").read_text(encoding="utf-8"))))
    assert (form["taken"], form["pcl5_03"], form["pcl5_05"], form["total"], form["answered"]) == (
        "2025-05-01",
        "-",
        "d",
        "",
        "18",
    )


def test_redcap_gets_its_eighteen_columns_and_a_field_for_each_of_the_data(told: Clinic) -> None:
    folder = told.folder.parent / "out"
    exports.write(told, Target.REDCAP, folder, replace=False)
    dictionary = list(csv.reader(io.StringIO((folder / "dictionary.csv").read_text(encoding="utf-8"))))
    data = list(csv.reader(io.StringIO((folder / "data.csv").read_text(encoding="utf-8"), newline="")))
    assert {len(row) for row in dictionary} == {18}
    fields = [row[0] for row in dictionary[1:]]
    assert set(data[0]) - {"redcap_repeat_instrument", "redcap_repeat_instance"} == set(fields)
    assert len(set(fields)) == len(fields)
    assert all(name.replace("_", "").isalnum() and name == name.lower() and len(name) <= 26 for name in fields)
    assert [row[:3] for row in data[1:5]] == [
        ["A-1", "", ""], ["A-1", "pcl5", "1"], ["A-1", "pcl5", "2"], ["A-1", "session", "1"],
    ]  # fmt: skip


def test_json_lines_hold_numbers_as_numbers_and_null_for_what_is_not_known(told: Clinic) -> None:
    folder = told.folder.parent / "out"
    exports.write(told, Target.JSONL, folder, ["A-1"], replace=False)
    month, week = map(json.loads, (folder / "forms.jsonl").read_text(encoding="utf-8").splitlines())
    assert (month["pcl5_01"], month["pcl5_03"], month["total"], week["total"]) == (2, "-", None, 0)
    assert (week["by_patient"], week["open_queries"], month["queries"]) == (True, 1, [])
    assert week["queries"][1] == {"question": "whose hand?", "answer": None}
    assert json.loads((folder / "scales.jsonl").read_text(encoding="utf-8").splitlines()[0])["total"] == 96
    first, second = map(json.loads, (folder / "sessions.jsonl").read_text(encoding="utf-8").splitlines())
    assert (first["note"], first["tap_liking"], second["note"], second["lighting"]) == (FORMULA, 0, None, None)


def test_parquet_has_a_type_a_column_and_the_same_in_an_empty_clinic(told: Clinic) -> None:
    folder, empty = told.folder.parent / "out", told.folder.parent / "empty"
    exports.write(told, Target.PARQUET, folder, replace=False)
    exports.write(made(told.folder.parent / "new"), Target.PARQUET, empty, replace=False)
    read = {name: parquet.read_table(folder / f"{name}.parquet") for name in ("forms", "sessions", "scales")}
    for name, table in read.items():
        assert table.schema.equals(parquet.read_table(empty / f"{name}.parquet").schema)
    month = read["forms"].to_pylist()[0]
    assert [month["pcl5_01"], month["pcl5_03"], month["pcl5_05"], month["total"]] == [2, None, None, None]
    assert (month["answers"].split()[:5], month["by_patient"]) == (["2", "3", "-", "2", "d"], False)
    first = read["sessions"].to_pylist()[0]
    assert first["started"] == datetime(2025, 5, 6, 10, 0, 0, 125_000, tzinfo=UTC)
    assert (first["minutes"], first["tap_liking"], first["lighting"], first["note"]) == (40.55, 0, "dark", FORMULA)
    assert {each["total"] for each in read["scales"].to_pylist()} == {96, 5}
    with (folder / "dictionary.csv").open(encoding="utf-8", newline="") as lines:
        told_of = [(row["file"], row["column"]) for row in csv.DictReader(lines)]
    assert told_of.count(("forms.parquet", "answers")) == 1
    assert set(told_of) == {
        (f"{name}.parquet", column) for name, table in read.items() for column in table.column_names
    }


def test_parquet_without_its_library_is_refused_in_a_sentence_and_nothing_is_written(
    told: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(Refused, match=r"setsetting\[network\]"):
        exports.write(told, Target.PARQUET, told.folder.parent / "out", replace=False)
    assert not (told.folder.parent / "out").exists()


def test_an_export_is_an_event_that_names_no_file_and_an_edited_record_gives_none(told: Clinic, tmp_path: Path) -> None:
    exports.write(told, Target.CSV, tmp_path / "handed-to-Jane", ["a1"], replace=False)
    with told.record() as record:
        (event,) = record.events(kind="export.made")
        patient_id = rows.patient(record, "A-1").patient_id
    assert patient_id in (event.payload or "")
    assert "Jane" not in (event.payload or "")
    with pytest.raises(NotFound):
        exports.write(told, Target.CSV, tmp_path / "other", ["B-9"], replace=False)
    assert not (tmp_path / "other").exists()


def test_what_is_there_is_replaced_only_when_asked_and_the_clinics_own_never(told: Clinic, tmp_path: Path) -> None:
    folder = tmp_path / "out"
    exports.write(told, Target.CSV, folder, replace=False)
    with pytest.raises(AlreadyExists):
        exports.write(told, Target.CSV, folder, replace=False)
    exports.write(told, Target.CSV, folder, replace=True)
    for own in ("playlists", "rooms", "live", "backups"):
        with pytest.raises(Refused, match="belongs to the clinic folder"):
            exports.write(told, Target.CSV, told.folder / own, replace=True)
    with pytest.raises(Refused, match="name a folder"):
        exports.write(told, Target.CSV, folder / "forms.csv", replace=True)


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "@sum", "-x", "'=1", "''@", "\t=1", "-", "-5", "a=1", "'a", "", "\uff1d1"]
)
def test_a_cell_is_no_formula_and_the_same_again(text: str) -> None:
    assert as_told(neutral(text)) == text
    assert neutral(text)[:1] not in {"=", "+", "@", "\t", "\uff1d"}
