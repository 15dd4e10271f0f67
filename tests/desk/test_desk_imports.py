"""Taking in other programs' tables: all or none, by the rules of every other door, again without doubles, and back as a whole."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import msgspec
import pytest

from setsetting.clinical.form import Recall
from setsetting.desk import closing, corrections, forms, importing, imports, patients, session_page, sessions, undoing
from setsetting.desk.clinic import Clinic, init
from setsetting.desk.import_terms import Judged
from setsetting.desk.imports import Imported, Unknown, WantedImport
from setsetting.errors import NotFound, Refused
from setsetting.record import form_rows, rows
from setsetting.record.event import Event
from setsetting.record.log import Draft, Record
from setsetting.review.session_words import corrections as corrections_told
from setsetting.units import Milliseconds, Minutes

ANSWERS = (2, 3, 1, 2, 3, 2, 2, 1, 3, 2, 1, 2, 3, 1, 0, 2, 3, 2, 3, 3)
NOW = Milliseconds(1_750_000_000_000)
"""15 June 2025."""
MAPPING = """format = "import/1"
[[forms]]
patient = "id"
taken = "day"
recall_column = "over"
items = "pcl{n}"
when = { column = "over" }
[[sessions]]
patient = "id"
started = "day"
minutes = "min"
when = { column = "min" }
"""
HEADER = ("id", "day", "over", *(f"pcl{n}" for n in range(1, 21)), "min")


class _Clock:
    def utc_ms(self) -> Milliseconds:
        return NOW

    def mono_ms(self) -> Milliseconds:
        return Milliseconds(1)


@pytest.fixture
def empty(tmp_path: Path) -> Clinic:
    clinic = init(tmp_path / "clinic", _Clock())
    patients.add(clinic, "A-1")
    return clinic


def form(code: str, day: str, over: str = "week", answers: Sequence[int] = ANSWERS) -> tuple[str, ...]:
    return (code, day, over, *map(str, answers), "")


def session(code: str, day: str, minutes: str = "40") -> tuple[str, ...]:
    return (code, day, "", *[""] * 20, minutes)


def took(
    clinic: Clinic, *told: Sequence[str], unknown: Unknown = Unknown.REFUSE, dry: bool = False, more: str = ""
) -> Imported:
    table, mapping = clinic.folder.parent / "theirs.csv", clinic.folder.parent / "theirs.toml"
    table.write_text("".join(",".join(cells) + "\n" for cells in (HEADER, *told)), encoding="utf-8")
    mapping.write_text(MAPPING.replace('over"\nitems', f'over"\n{more}\nitems'), encoding="utf-8")
    return imports.csv(clinic, WantedImport(table, mapping, unknown, dry))


def events(clinic: Clinic) -> int:
    with clinic.record() as record:
        return record.head().events


def found(told: Imported) -> list[tuple[str, int, str]]:
    return [(str(each.level), each.row, each.field) for each in told.findings.kept]


DAY = (session("A-1", "2025-05-06T10:00"), form("A-1", "2025-05-05", "month"), form("A-1", "2025-05-13"))


def test_a_dry_run_says_what_would_be_taken_and_keeps_nothing(empty: Clinic) -> None:
    before = events(empty)
    told = took(empty, *DAY, dry=True)
    assert (told.import_id, told.forms, told.sessions, told.refused) == (None, 2, 1, False)
    assert events(empty) == before


def test_what_is_taken_in_stands_as_if_it_had_been_entered_and_one_event_tells_of_the_whole(empty: Clinic) -> None:
    told = took(empty, *DAY)
    month, week = forms.listing(empty, "A-1")
    assert (month.form.recall, month.dated_only, month.scored.total) == (Recall.MONTH, True, 41)
    with empty.record() as record:
        (held,) = rows.sessions(record)
        assert (held.visit_no, held.entered_afterwards, held.closed, held.over_ms - held.started_utc_ms) == (
            1, True, True, 2_400_000,
        )  # fmt: skip
        (taken,) = record.events(kind="import.taken")
    (row,) = imports.listing(empty)
    assert (row.import_id, row.forms, row.sessions, row.withdrawn) == (told.import_id, 2, 1, None)
    assert row.sha256 in (taken.payload or "")
    assert "theirs" not in (taken.payload or ""), "no name of a file stands in the trail"
    assert week.form.items == ANSWERS


def test_the_same_file_again_leaves_what_stands_and_a_longer_one_takes_the_rest(empty: Clinic) -> None:
    took(empty, *DAY)
    before = events(empty)
    again = took(empty, *DAY)
    assert (again.import_id, again.stood, again.forms, events(empty)) == (None, 3, 0, before)
    longer = took(empty, *DAY, form("A-1", "2025-05-20"))
    assert (longer.stood, longer.forms) == (3, 1)


def test_a_row_twice_in_one_file_is_taken_once(empty: Clinic) -> None:
    told = took(empty, *DAY, DAY[2], DAY[0])
    assert (told.forms, told.sessions, told.stood) == (2, 1, 2)


def test_what_was_corrected_or_withdrawn_by_hand_since_is_not_brought_back(empty: Clinic) -> None:
    took(empty, *DAY)
    month, week = forms.listing(empty, "A-1")
    forms.correct(empty, week.form_id, (0, *ANSWERS[1:]), "misread")
    forms.withdraw(empty, month.form_id, "another's")
    again = took(empty, *DAY)
    assert (again.forms, again.stood, found(again)) == (0, 3, [("said", 3, "pcl1")])
    (standing,) = forms.listing(empty, "A-1")
    assert standing.form.items[0] == 0


def test_one_wrong_row_and_nothing_is_taken(empty: Clinic) -> None:
    before = events(empty)
    told = took(empty, *DAY, form("A-1", "2999-01-01"))
    assert (told.import_id, found(told), events(empty)) == (None, [("refused", 5, "day")], before)


def test_each_row_that_the_record_knows_better_is_refused_or_asked_about(empty: Clinic) -> None:
    closing.add(empty, "A-1", "2025-05-06T10:00", Minutes(40.0), None)
    forms.add(empty, "A-1", ANSWERS, Recall.WEEK, "2025-05-01")
    told = took(
        empty,
        form("A-1", "2025-05-01T09:00", answers=(0, *ANSWERS[1:])),
        form("A-1", "2025-05-06"),
        form("A-1", "2025-05-06T09:00", "month"),
        form("A-1", "2025-05-06T12:00"),
        form("A-1", "2024-05-01"),
        form("A-1", "2025-06-16"),
        form("A-1", "2025-05-20"),
        form("A-1", "2025-05-20T08:00", answers=(0, *ANSWERS[1:])),
        session("A-1", "2025-05-06T10:30"),
        session("A-1", "2025-05-07"),
        session("A-1", "2025-05-08T10:00", "4"),
        session("A-1", "2025-06-16T10:00"),
        form("B-2", "2025-05-01"),
    )
    assert found(told) == [
        ("refused", 2, "day"),
        ("asked", 3, "day"),
        ("said", 4, "over"),
        ("said", 5, "day"),
        ("asked", 6, "day"),
        ("refused", 7, "day"),
        ("refused", 9, "day"),
        ("refused", 10, "day"),
        ("refused", 11, "day"),
        ("refused", 12, "min"),
        ("refused", 13, "day"),
        ("refused", 14, "id"),
    ]
    assert told.strangers == 1


def test_a_day_without_its_time_is_before_the_infusion_once_somebody_said_so(empty: Clinic) -> None:
    asked = took(empty, session("A-1", "2025-05-06T10:00"), form("A-1", "2025-05-06"))
    assert found(asked) == [("asked", 3, "day")]
    told = took(empty, session("A-1", "2025-05-06T10:00"), form("A-1", "2025-05-06"), more='day_means = "before"')
    assert (told.forms, told.sessions) == (1, 1)
    (row,) = forms.listing(empty, "A-1")
    assert row.remarks == ()


def test_strangers_are_refused_left_out_or_added(empty: Clinic) -> None:
    mixed = [form(f"S-{n}" if n % 10 == 0 else "A-1", f"2025-05-{n:02}") for n in range(1, 31)]
    assert took(empty, *mixed).strangers == 3
    left = took(empty, *mixed, unknown=Unknown.LEAVE, dry=True)
    assert (left.left, left.forms, left.patients) == (3, 27, 0)
    added = took(empty, *mixed, unknown=Unknown.ADD)
    assert (added.forms, added.patients) == (30, 3)
    assert [row.code for row in patients.listing(empty)] == ["A-1", "S-10", "S-20", "S-30"]


@pytest.mark.parametrize("code", ["Jane Doe", "a" * 40, "=cmd()", "a\x1bb"])
def test_what_no_patient_can_be_called_is_not_added_and_not_repeated(empty: Clinic, code: str) -> None:
    told = took(empty, form(code, "2025-05-01"), unknown=Unknown.ADD)
    assert found(told) == [("refused", 2, "id")]
    assert code not in repr(told.findings)


def test_two_ways_to_write_one_new_code_are_not_two_patients(empty: Clinic) -> None:
    told = took(
        empty, form("S-1", "2025-05-01"), form("s1", "2025-05-08"), form("a1", "2025-05-08"), unknown=Unknown.ADD
    )
    assert found(told) == [("refused", 3, "id")]
    assert told.forms == 2, "a1 is A-1"


def test_an_import_is_withdrawn_as_a_whole_done_again_and_not_brought_back_beside_that(empty: Clinic) -> None:
    told = took(empty, *DAY, form("S-1", "2025-05-01"), form("S-2", "2025-05-01"), unknown=Unknown.ADD)
    forms.correct(empty, forms.listing(empty, "A-1")[0].form_id, (0, *ANSWERS[1:]), "misread")
    patients.veto(empty, "S-2", "tag", "choir")
    row = imports.withdraw(empty, (told.import_id or "")[:8], "the wrong column")
    with empty.record() as record:
        gone = [forms.find(empty, each.form_id) for each in form_rows.every(record)]
    said = {each.code: each.patient_withdrawn for each in gone}
    assert said == {"A-1": None, "S-1": "the wrong column", "S-2": None}
    assert row.withdrawn is not None
    assert [each.code for each in patients.listing(empty)] == ["A-1", "S-2"], "a refusal of S-2 stands"
    assert forms.listing(empty, "A-1") == ()
    with empty.record() as record:
        assert [held.counts for held in rows.sessions(record)] == [False]
        assert form_rows.count_by_patient(record).total() == 0
    with pytest.raises(Refused, match="withdrawn already"):
        imports.withdraw(empty, row.import_id, "again")
    again = took(empty, *DAY, form("S-1", "2025-05-01"), form("S-2", "2025-05-01"), unknown=Unknown.ADD)
    assert (again.forms, again.sessions, again.patients) == (4, 1, 1)
    with pytest.raises(Refused, match="two patients with the code S-1"):
        undoing.undo(empty, row.withdrawn.event_id, "it was right")
    imports.withdraw(empty, again.import_id or "", "the first was right")
    undoing.undo(empty, row.withdrawn.event_id, "it was right")
    assert len(forms.listing(empty, "A-1")) == 2
    assert [each.code for each in patients.listing(empty)] == ["A-1", "S-1", "S-2"]


def test_a_session_of_an_import_can_be_corrected_and_voided_by_itself(empty: Clinic) -> None:
    took(empty, *DAY)
    with empty.record() as record:
        (held,) = rows.sessions(record)
    corrections.void(empty, held.session_id, "a trial")
    again = took(empty, *DAY)
    assert (again.sessions, again.stood, found(again)) == (0, 3, [("said", 2, "day")]), "what is void stays so"


def test_a_table_of_ours_needs_no_mapping_and_another_says_so(empty: Clinic) -> None:
    table = empty.folder.parent / "theirs.csv"
    table.write_text("id,day\nA-1,2025-05-01\n", encoding="utf-8")
    with pytest.raises(Refused, match="name a mapping"):
        imports.csv(empty, WantedImport(table))
    with pytest.raises(NotFound, match=r"none\.toml"):
        imports.csv(empty, WantedImport(table, table.with_name("none.toml")))


def test_what_another_window_enters_meanwhile_is_seen_before_anything_is_kept(
    empty: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    judge, times = importing.judge, []

    def meanwhile(*asked: Any) -> Judged:
        judged = judge(*asked)
        times.append(judged.forms)
        if len(times) == 1:
            forms.add(empty, "A-1", ANSWERS, Recall.WEEK, "2025-05-13")
        return judged

    monkeypatch.setattr(importing, "judge", meanwhile)
    told = took(empty, *DAY)
    assert (times, told.forms, told.stood) == ([2, 1], 1, 1)
    assert len(forms.listing(empty, "A-1")) == 2


def test_a_failure_in_the_middle_leaves_nothing_behind(empty: Clinic, monkeypatch: pytest.MonkeyPatch) -> None:
    before, added, add = events(empty), [], Record._add

    def fails(record: Record, draft: Draft, text: str) -> Event:
        added.append(draft.kind)
        if len(added) == 5:
            raise Refused("the disk is full")
        return add(record, draft, text)

    monkeypatch.setattr(Record, "_add", fails)
    with pytest.raises(Refused, match="disk is full"):
        took(empty, *DAY)
    monkeypatch.undo()
    assert events(empty) == before
    assert took(empty, *DAY).forms == 2


def test_a_time_that_was_twice_is_the_first_and_is_said_and_one_that_was_never_is_refused(empty: Clinic) -> None:
    berlin = replace(empty, settings=msgspec.structs.replace(empty.settings, time_zone="Europe/Berlin"))
    told = took(berlin, form("A-1", "2024-10-27T02:30"), form("A-1", "2025-03-30T02:30"), dry=True)
    assert found(told) == [("said", 2, "day"), ("refused", 3, "day")]


def test_who_went_with_an_import_is_on_no_list_of_sessions(empty: Clinic) -> None:
    told = took(empty, *DAY, session("S-1", "2025-05-06T12:00"), unknown=Unknown.ADD)
    row = imports.withdraw(empty, told.import_id or "", "the wrong column")
    assert [(each.code, each.row.void) for each in sessions.listing(empty)] == [("A-1", True)]
    assert row.withdrawn is not None
    undoing.undo(empty, row.withdrawn.event_id, "it was right")
    assert [each.code for each in sessions.listing(empty)] == ["A-1", "S-1"]


def test_an_undo_that_makes_many_overlap_says_the_first_and_how_many_more(empty: Clinic) -> None:
    days = [f"2025-05-{day:02d}T10:00" for day in (1, 3, 5, 7, 9)]
    told = took(empty, *(session("A-1", day) for day in days))
    row = imports.withdraw(empty, told.import_id or "", "the wrong column")
    for day in days:
        closing.add(empty, "A-1", day, Minutes(40.0), None)
    assert row.withdrawn is not None
    with pytest.raises(Refused, match="2 more clash so") as refused:
        undoing.undo(empty, row.withdrawn.event_id, "it was right")
    assert str(refused.value).count("overlap") == 3


def test_a_session_whose_import_was_withdrawn_still_has_its_page(empty: Clinic) -> None:
    told = took(empty, *DAY, session("S-1", "2025-05-06T12:00"), unknown=Unknown.ADD)
    imports.withdraw(empty, told.import_id or "", "the wrong column")
    with empty.record() as record:
        held = [row.session_id for row in rows.sessions(record)]
    for session_id in held:
        page = session_page.session_page(empty, session_id)
        assert page.code in {"A-1", "S-1"}
        (corrected,) = corrections_told(page)
        assert "withdrawn with the import that brought it: the wrong column" in corrected[1]
