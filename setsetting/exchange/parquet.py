"""What is handed on as Parquet, typed, for engines that read columns: the extra `network` brings pyarrow for it."""

import io
import re
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any

from setsetting.clinical.form import NoAnswer
from setsetting.errors import Refused
from setsetting.exchange.beside import as_answers, as_questions
from setsetting.exchange.columns import (
    A_TIME,
    DICTIONARY_HEAD,
    FORM_COLUMNS,
    NUMBER,
    SCALE_COLUMNS,
    SESSION_COLUMNS,
    YES_NO,
    Handed,
    HandedColumn,
    Told,
    ToldForm,
    dictionary,
)
from setsetting.exchange.written_files import DICTIONARY, table
from setsetting.words.translate import _

ANSWERS: HandedColumn[ToldForm] = HandedColumn(
    "answers", _("twenty answers with blanks between"), _("the items as they stand: a blank one is -, a declined one d"),
    lambda told: as_answers(told.form.items), read_back=False,
)  # fmt: skip
"""A column of numbers has one way to say nothing, a form has two."""


def parquet_files(handed: Handed) -> dict[str, bytes]:
    """The tables of the CSV with a type a column, unknown is null; Refused where pyarrow isn't installed."""
    names = ("forms.parquet", "sessions.parquet", "scales.parquet")
    forms = (*FORM_COLUMNS, ANSWERS)
    return {
        names[0]: _file(forms, handed.forms),
        names[1]: _file(SESSION_COLUMNS, handed.sessions),
        names[2]: _file(SCALE_COLUMNS, handed.totals),
        DICTIONARY: table(
            DICTIONARY_HEAD,
            [*dictionary(*names), (names[0], ANSWERS.name, ANSWERS.holds, ANSWERS.means, "no")],
        ),
    }


def _file(columns: Sequence[HandedColumn[Told]], told: Iterable[Told]) -> bytes:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise Refused(
            _(
                "Parquet needs pyarrow, which is not installed here: install setsetting with its extra, as"
                " `setsetting[network]`, or take `setsetting export csv`, which the same engines read."
            )
        ) from None
    types = {
        str: pyarrow.string(),
        bool: pyarrow.bool_(),
        int: pyarrow.int64(),
        float: pyarrow.float64(),
        datetime: pyarrow.timestamp("ms", tz="UTC"),
    }
    rows = list(told)
    arrays = {
        each.name: pyarrow.array([_cell(_type(each), each.value(row)) for row in rows], types[_type(each)])
        for each in columns
    }
    content = io.BytesIO()
    parquet.write_table(pyarrow.table(arrays), content)
    return content.getvalue()


def _type(column: HandedColumn[Any]) -> type:
    """What a cell is, by what the dictionary says that its column holds."""
    if column.holds == YES_NO:
        return bool
    if column.holds == A_TIME:
        return datetime
    if column.name == "minutes":
        return float
    return int if column.holds == NUMBER or re.match(r"\d+(-| to )\d+", column.holds) else str


def _cell(kind: type, value: Any) -> Any:
    if value is None or value == "" or isinstance(value, NoAnswer):
        return None
    if kind is datetime:
        return datetime.fromisoformat(value)
    return (as_questions(value) or None) if isinstance(value, tuple) else kind(value)
