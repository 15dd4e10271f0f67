"""A form that was begun and left stands until it is entered, corrected, thrown away or erased."""

from pathlib import Path

import pytest
from record_clinics import FORM, PATIENT, WHOLE_FORM, opened

from setsetting.clinical.form import NoAnswer, Recall
from setsetting.record import draft_rows, kinds
from setsetting.record.log import Record
from setsetting.record.verify import verify


@pytest.fixture
def record(tmp_path: Path) -> Record:
    return opened(tmp_path / "record.db")


def left(record: Record, answered: int, n: int, form_id: str = FORM) -> None:
    items = (*[2] * answered, *[""] * (20 - answered)) if answered else ()
    record.append(
        "form.drafted", kinds.FormDrafted(form_id, PATIENT, items, "week", "2026-11-24"), event_id=f"{form_id}-{n}"
    )


def waiting(record: Record) -> list[tuple[str, int, bool]]:
    rows = draft_rows.drafts(record)
    return [(row.form_id, sum(item is not None for item in row.items), row.stored) for row in rows]


def test_the_newest_answers_of_a_form_wait_with_what_has_none_yet(record: Record) -> None:
    left(record, 3, 1)
    left(record, 7, 2)
    record.append(
        "form.drafted", kinds.FormDrafted("other", PATIENT, ("-", "d", 0, *[""] * 17), "month", "2026-11-23T09:00")
    )
    assert waiting(record) == [("other", 3, False), (FORM, 7, False)]
    other = draft_rows.drafts(record)[0]
    assert other.items[:4] == (NoAnswer.MISSING, NoAnswer.DECLINED, 0, None)
    assert (other.recall, other.taken) == (Recall.MONTH, "2026-11-23T09:00")


def test_entering_it_ends_it_and_so_does_throwing_it_away(record: Record) -> None:
    left(record, 3, 1)
    left(record, 5, 1, "other")
    record.append("form.entered", kinds.FormEntered(FORM, PATIENT, WHOLE_FORM, "week", 1), event_id="entered")
    assert waiting(record) == [("other", 5, False)]
    left(record, 0, 2, "other")
    assert waiting(record) == []
    left(record, 9, 2)
    assert waiting(record) == [(FORM, 9, True)], "a correction that was begun"
    record.append("form.corrected", kinds.FormCorrected(FORM, PATIENT, WHOLE_FORM, "week", 1, "misread"), corrects="entered")  # fmt: skip
    assert waiting(record) == []


def test_erasing_the_newest_brings_no_older_one_back_and_touches_no_other(record: Record) -> None:
    left(record, 3, 1)
    left(record, 5, 1, "other")
    left(record, 7, 2)
    record.erase(f"{FORM}-2", "asked for")
    assert waiting(record) == [("other", 5, False)]
    assert verify(record.path).ok
