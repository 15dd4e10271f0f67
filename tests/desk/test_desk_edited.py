"""A clinic whose record somebody edited by hand: lists refuse it, and a screen opens all the same."""

import sqlite3
from contextlib import closing

import pytest

from setsetting.clinical.form import Recall
from setsetting.desk import forms, patients, today
from setsetting.desk.clinic import Clinic
from setsetting.errors import Refused

CODE = "K-0417"


def test_lists_refuse_an_edited_form_and_a_screen_opens_with_them(clinic: Clinic) -> None:
    form_id = forms.add(clinic, CODE, (1,) * 20, Recall.WEEK, "2026-01-05").form_id
    with closing(sqlite3.connect(clinic.folder / "record.db", isolation_level=None)) as eve:
        eve.execute("UPDATE form_entered SET items = replace(items, '1', '0')")
    for look in (
        today.today,
        patients.listing,
        lambda clinic: forms.correct(clinic, form_id, None, "day", taken="2026-01-06"),
    ):
        with pytest.raises(Refused, match="form_entered is not what was recorded"):
            look(clinic)
    assert [row.code for row in today.today(clinic, edited=True)] == [CODE]
