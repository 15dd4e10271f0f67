"""What is handed on, as the bytes of files: tidy CSV, JSON lines, REDCap; each with a data dictionary beside it.

No cell is a formula to a spreadsheet. Files are UTF-8; unknown is an empty cell, or null.
"""

import csv
import io
import json
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import msgspec

from setsetting.clinical import pcl5
from setsetting.clinical.form import NoAnswer
from setsetting.clinical.setting import FIELD_NAMES, TAP_NAMES
from setsetting.exchange import beside, fhir_bundle, presets
from setsetting.exchange.columns import (
    DICTIONARY_HEAD,
    FORM_COLUMNS,
    SCALE_COLUMNS,
    SESSION_COLUMNS,
    Handed,
    HandedColumn,
    Told,
    ToldForm,
    ToldSession,
    ToldTotal,
    dictionary,
)
from setsetting.exchange.formulas import neutral
from setsetting.words.translate import _

DICTIONARY = "dictionary.csv"


def csv_files(handed: Handed) -> dict[str, bytes]:
    """One row a form, one row a session, one row a total."""
    return {
        "forms.csv": table([each.name for each in FORM_COLUMNS], _rows(FORM_COLUMNS, handed.forms)),
        "sessions.csv": table([each.name for each in SESSION_COLUMNS], _rows(SESSION_COLUMNS, handed.sessions)),
        "scales.csv": table([each.name for each in SCALE_COLUMNS], _rows(SCALE_COLUMNS, handed.totals)),
        DICTIONARY: table(DICTIONARY_HEAD, dictionary("forms.csv", "sessions.csv", "scales.csv")),
    }


def json_lines(handed: Handed) -> dict[str, bytes]:
    """One document a line, with the names of the CSV's columns; unknown is null."""
    return {
        "forms.jsonl": _lines(FORM_COLUMNS, handed.forms),
        "sessions.jsonl": _lines(SESSION_COLUMNS, handed.sessions),
        "scales.jsonl": _lines(SCALE_COLUMNS, handed.totals),
        DICTIONARY: table(DICTIONARY_HEAD, dictionary("forms.jsonl", "sessions.jsonl", "scales.jsonl")),
    }


def _lines(columns: Sequence[HandedColumn[Told]], told: Iterable[Told]) -> bytes:
    documents = ({each.name: _as_json(each.value(one)) for each in columns} for one in told)
    return "".join(json.dumps(document, ensure_ascii=False) + "\n" for document in documents).encode()


def _as_json(value: Any) -> Any:
    if isinstance(value, tuple):
        return msgspec.to_builtins(value)
    return str(value) if isinstance(value, NoAnswer) else None if value == "" else value


def _rows(columns: Sequence[HandedColumn[Told]], told: Iterable[Told]) -> Iterable[Sequence[str]]:
    return ([_cell(each.value(one)) for each in columns] for one in told)


def _cell(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return beside.as_questions(value)
    return "" if value is None else str(value)


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> bytes:
    """A CSV file with a heading, no cell of it a formula."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(head)
    writer.writerows([neutral(cell) for cell in row] for row in rows)
    return text.getvalue().encode()


def fhir_files(handed: Handed) -> dict[str, bytes]:
    """A bundle of the forms, and what of it means what."""
    return {
        "bundle.json": fhir_bundle.bundle(handed),
        DICTIONARY: table(("element", "holds", "means"), fhir_bundle.DICTIONARY),
    }


_REDCAP_HEAD = (
    "Variable / Field Name",
    "Form Name",
    "Section Header",
    "Field Type",
    "Field Label",
    "Choices, Calculations, OR Slider Labels",
    "Field Note",
    "Text Validation Type OR Show Slider Number",
    "Text Validation Min",
    "Text Validation Max",
    "Identifier?",
    "Branching Logic (Show field only if...)",
    "Required Field?",
    "Custom Alignment",
    "Question Number (surveys only)",
    "Matrix Group Name",
    "Matrix Ranking?",
    "Field Annotation",
)
_ANSWERS = " | ".join([*(f"{value}, {words}" for value, words in enumerate(pcl5.ANCHORS)), "d, Declined"])
_FORM_FIELDS = {"taken": "pcl5_taken", "recall": "pcl5_recall", "total": "pcl5_total", "simulated": "pcl5_simulated"}
_FORM_FIELDS |= {name: name for name in presets.ITEM_COLUMNS}
_FORM_FIELDS |= {name: f"pcl5_{name}" for name in ("by_patient", "second", "upheld", "open_queries", "queries")}
_SESSION_FIELDS = {
    name: f"session_{name}" for name in ("started", "ended", "infusion", "planned", "zero", "room", "note", "simulated")
}
_SESSION_FIELDS |= {name: f"set_{name}" for name in FIELD_NAMES}
_SESSION_FIELDS |= {f"tap_{name}": f"tap_{name}" for name in TAP_NAMES}
_SCALE_FIELDS = {"scale": "scale_name"}
_SCALE_FIELDS |= {name: f"scale_{name}" for name in ("taken", "total", "lowest", "highest", "simulated")}
_NOTES = {"session_note", "pcl5_upheld", "pcl5_queries"}
_IDENTIFYING = {"pcl5_taken", "scale_taken", *_NOTES, "session_started", "session_ended", "session_zero"}


def redcap_files(handed: Handed) -> dict[str, bytes]:
    """REDCap's import file, with forms, sessions and totals as repeating instruments, and the dictionary of its project."""
    named = (*_FORM_FIELDS.values(), *_SESSION_FIELDS.values(), *_SCALE_FIELDS.values())
    head = (presets.REDCAP_ID, presets.INSTRUMENT, presets.INSTANCE, *named)
    recalls = {words: code for code, words in presets.REDCAP_RECALLS.items()}
    rows: list[Sequence[str]] = []
    for code in handed.codes:
        rows.append((code, *[""] * (len(head) - 1)))
        forms = [_of(FORM_COLUMNS, told, _FORM_FIELDS) for told in handed.forms if told.code == code]
        for form in forms:
            form["pcl5_recall"] = recalls[form["pcl5_recall"]]
            form |= {name: "" for name in presets.ITEM_COLUMNS if form[name] == NoAnswer.MISSING}
        sessions = [_of(SESSION_COLUMNS, told, _SESSION_FIELDS) for told in handed.sessions if told.code == code]
        totals = [_of(SCALE_COLUMNS, told, _SCALE_FIELDS) for told in handed.totals if told.code == code]
        instruments = (presets.REDCAP_FORM, forms), (presets.REDCAP_SESSION, sessions), (presets.REDCAP_SCALE, totals)
        for instrument, told in instruments:
            for instance, fields in enumerate(told, 1):
                rows.append((code, instrument, str(instance), *(fields.get(name, "") for name in head[3:])))
    return {"data.csv": table(head, rows), DICTIONARY: table(_REDCAP_HEAD, _redcap_dictionary())}


def _of(columns: Sequence[HandedColumn[Told]], told: Told, fields: Mapping[str, str]) -> dict[str, str]:
    return {fields[each.name]: _cell(each.value(told)) for each in columns if each.name in fields}


def _redcap_dictionary() -> Iterable[Sequence[str]]:
    yield _redcap_field(presets.REDCAP_ID, "patient", "text", _("the clinic's code of the patient"))
    yield from _redcap_fields(FORM_COLUMNS, presets.REDCAP_FORM, _FORM_FIELDS)
    yield from _redcap_fields(SESSION_COLUMNS, presets.REDCAP_SESSION, _SESSION_FIELDS)
    yield from _redcap_fields(SCALE_COLUMNS, presets.REDCAP_SCALE, _SCALE_FIELDS)


def _redcap_fields(
    columns: "Sequence[HandedColumn[ToldForm]] | Sequence[HandedColumn[ToldSession]] | Sequence[HandedColumn[ToldTotal]]",
    instrument: str,
    fields: Mapping[str, str],
) -> Iterable[Sequence[str]]:
    for each in columns:
        if (name := fields.get(each.name)) is None:
            continue
        if name in presets.ITEM_COLUMNS:
            yield _redcap_field(name, instrument, "radio", each.means, (_ANSWERS, ""))
        elif name == "pcl5_recall":
            choices = " | ".join(f"{code}, {words}" for code, words in presets.REDCAP_RECALLS.items())
            yield _redcap_field(name, instrument, "radio", each.means, (choices, ""))
        else:
            kind = "notes" if name in _NOTES else "text"
            yield _redcap_field(name, instrument, kind, each.means, ("", each.holds))


def _redcap_field(
    name: str, instrument: str, kind: str, label: str, holds: tuple[str, str] = ("", "")
) -> Sequence[str]:
    """A field's line; `holds` are its choices and its note."""
    identifying = "y" if name in _IDENTIFYING else ""
    return (name, instrument, "", kind, label, *holds, "", "", "", identifying, *[""] * 7)
